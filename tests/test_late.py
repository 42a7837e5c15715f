"""Token vectors made small and compared: what four bits lose, and what is taken off before."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from index.calibration import DIRECTIONS, calibration_texts, fit_encoder
from index.language import detect_language
from index.late import (
    Projection,
    best_matches,
    language_key,
    principal_directions,
    quantise,
    restore,
    unit,
)
from index.types import TokenEncoder
from tests.fakes import FakeEncoder, FakeTokenEncoder

_NUMBERS = st.floats(-1, 1, width=32)
_MATRICES = st.tuples(st.integers(0, 6), st.sampled_from([2, 8, 64])).flatmap(
    lambda shape: arrays.arrays(np.float32, shape, elements=_NUMBERS)
)


def _random(rows: int, columns: int, seed: int = 0):
    vectors = np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32)
    return unit(vectors)


# Four bits


@given(_MATRICES)
def test_four_bits_are_off_by_half_a_step_of_the_largest_number_at_most(vectors):
    vectors = unit(vectors)
    kept = vectors[np.linalg.norm(vectors, axis=1) > 0.5]
    codes = quantise(kept)
    assert (codes.dtype, codes.shape) == (np.uint8, (len(kept), kept.shape[1] // 2))
    largest = np.abs(kept).max(axis=1, keepdims=True, initial=0)
    # before it is brought back to unit length: steps of a seventh of the largest number
    scale = (kept * restore(codes)).sum(axis=1, keepdims=True)
    nearest = restore(codes) * scale  # of all multiples of what came back the nearest
    error = np.linalg.norm(nearest - kept, axis=1)
    bound = largest[:, 0] / 7 / 2 * np.sqrt(kept.shape[1])
    assert (error <= bound + 1e-5).all()


@given(_MATRICES)
def test_what_is_restored_has_unit_length_and_is_quantised_to_the_same_bytes(vectors):
    codes = quantise(unit(vectors))
    restored = restore(codes)
    assert restored.dtype == np.float32
    lengths = np.linalg.norm(restored, axis=1)
    assert lengths == pytest.approx(np.where(lengths > 0.5, 1, 0), abs=1e-5)
    assert np.array_equal(quantise(restored), codes)


def test_a_restored_token_is_nearly_the_token():
    vectors = _random(500, 256)
    cosines = (vectors * restore(quantise(vectors))).sum(axis=1)
    assert cosines.min() > 0.98


def test_each_byte_holds_two_numbers_scaled_by_the_largest():
    # 0.5 / 0.5 * 7 = 7, -7, 3.5 -> 4 and 0, each raised by 8; the second of a pair is the high half
    (codes,) = quantise(np.array([[0.5, -0.5, 0.25, 0]], dtype=np.float32))
    assert codes.tolist() == [15 | 1 << 4, 12 | 8 << 4]
    assert restore(codes[None, :])[0] == pytest.approx(np.array([7, -7, 4, 0]) / np.sqrt(114))


# Matching


@st.composite
def _query_and_texts(draw):
    lengths = draw(st.lists(st.integers(0, 5), max_size=5))
    seed = draw(st.integers(0, 99))
    query = _random(draw(st.integers(0, 4)), 6, seed)
    return query, [_random(length, 6, seed + n) for n, length in enumerate(lengths, 1)]


@given(_query_and_texts())
def test_the_best_match_is_what_a_plain_loop_finds(case):
    query, texts = case
    naive = [
        [max((float(mine @ theirs) for theirs in text), default=0.0) for mine in query]
        for text in texts
    ]
    found = best_matches(query, texts)
    assert found.shape == (len(texts), len(query))
    assert found == pytest.approx(np.array(naive).reshape(found.shape), abs=1e-5)


def test_a_text_whose_tokens_are_all_opposite_matches_less_than_one_without_tokens():
    query = np.array([[1, 0]], dtype=np.float32)
    nothing = np.zeros((0, 2), dtype=np.float32)
    assert best_matches(query, [-query, nothing, query]).tolist() == [[-1], [0], [1]]


# Projection

_BASIS = np.eye(4, 2, dtype=np.float32)  # of four numbers the first two are kept
_ZH = np.array([1, 0, 0, 0], dtype=np.float32)
_EN = np.array([0, 2, 0, 0], dtype=np.float32)
_ANY = np.array([0, 0, 3, 0], dtype=np.float32)
_MEANS = {"zh": _ZH, "en": _EN, "": _ANY}
_PROJECTION = Projection(_BASIS, _MEANS, {**_MEANS, "en": _ZH}, _MEANS, _MEANS)


@pytest.mark.parametrize(
    ("language", "projected"),
    [
        ("zh-Hans", [0, 1]),  # (1, 1, 1, 1) - (1, 0, 0, 0), its first two numbers
        ("zh-Hant", [0, 1]),
        ("en", [2**-0.5, -(2**-0.5)]),  # (1, -1, …)
        ("ja", [2**-0.5, 2**-0.5]),  # (1, 1, -2, 1): no mean of its own, the one of the others
        ("", [2**-0.5, 2**-0.5]),
    ],
)
def test_each_languages_mean_is_taken_off_before_directions_are_kept(language, projected):
    vectors = np.ones((3, 4), dtype=np.float32)
    found = _PROJECTION.passage(vectors, language)
    assert (found.dtype, found.shape) == (np.float32, (3, 2))
    assert found[0] == pytest.approx(np.array(projected), abs=1e-6)


def test_questions_have_means_of_their_own():
    ones = np.ones((1, 4), dtype=np.float32)
    assert np.array_equal(_PROJECTION.query(ones, "en"), _PROJECTION.query(ones, "zh"))
    assert not np.array_equal(_PROJECTION.query(ones, "en"), _PROJECTION.passage(ones, "en"))


def test_a_question_loses_what_all_of_its_language_share():
    vector = np.array([0, 0, 0, 1], dtype=np.float32)
    # (0, 0, 0, 1) - (0, 2, 0, 0), over its length, the root of 5
    assert _PROJECTION.question(vector, "en") == pytest.approx(np.array([0, -2, 0, 1]) / 5**0.5)
    assert _PROJECTION.question(vector, "zh-Hant") == pytest.approx(
        np.array([-1, 0, 0, 1]) / 2**0.5
    )
    assert _PROJECTION.text_mean("fr") == pytest.approx(_ANY)


def test_scripts_of_one_language_are_one_language():
    keys = [language_key(name) for name in ("zh-Hans", "zh-Hant", "zh", "en", "")]
    assert keys == ["zh", "zh", "zh", "en", ""]


def test_the_directions_kept_are_those_of_most_variance():
    rng = np.random.default_rng(1)
    spread = np.array([0.1, 3, 0.2, 2], dtype=np.float32)
    vectors = (rng.standard_normal((9_000, 4)) * spread).astype(np.float32)
    basis = principal_directions([(1, vectors)], 2)
    assert basis.T @ basis == pytest.approx(np.eye(2), abs=1e-5)
    assert np.abs(basis) == pytest.approx(np.eye(4)[:, [1, 3]], abs=0.05)


def test_a_group_counts_by_its_weight_and_not_by_its_size():
    long = np.array([[1, 0], [-1, 0]] * 50, dtype=np.float32)
    short = np.array([[0, 1], [0, -1]], dtype=np.float32)
    first = principal_directions([(1, long), (2, short)], 1)
    assert np.abs(first[:, 0]) == pytest.approx([0, 1])


def test_more_directions_than_vectors_is_a_programming_error():
    with pytest.raises(ValueError, match="too few vectors for 3 directions"):
        principal_directions([(1, _random(2, 4))], 3)


# Calibration


def test_calibration_texts_are_single_paragraphs_in_the_languages_of_questions():
    languages = [language_key(detect_language(text)) for text in calibration_texts()]
    assert {"zh", "en"} <= set(languages)
    assert languages.count("zh") > 0.5 * len(languages)
    assert all(text.strip() for text in calibration_texts())
    assert len(set(calibration_texts())) == len(languages)


@pytest.fixture(scope="module")
def fitted():
    return fit_encoder(FakeTokenEncoder())


def test_a_fit_centres_each_languages_tokens(fitted):
    encoder = FakeTokenEncoder()
    for language in ("zh", "en"):
        texts = [t for t in calibration_texts() if detect_language(t).startswith(language)]
        _, found = encoder.encode_passage_tokens(texts)
        mean = np.concatenate([each.vectors for each in found]).mean(axis=0)
        assert fitted.passages[language] == pytest.approx(mean, abs=1e-5)
    assert fitted.passages[""] == pytest.approx(
        np.mean([v for key, v in fitted.passages.items() if key not in ("zh", "")], axis=0),
        abs=1e-5,
    )


def test_a_fit_is_the_same_every_time_and_never_wider_than_the_encoder(fitted):
    again = fit_encoder(FakeTokenEncoder())
    assert fitted.basis.shape == (64, 64)
    assert np.array_equal(again.basis, fitted.basis)
    wide = fit_encoder(FakeTokenEncoder(dimension=DIRECTIONS + 44))
    assert wide.basis.shape == (DIRECTIONS + 44, DIRECTIONS)
    assert fit_encoder(FakeTokenEncoder(dimension=33)).basis.shape == (33, 32)  # two to a byte


def test_only_an_encoder_that_gives_tokens_is_a_token_encoder():
    assert isinstance(FakeTokenEncoder(), TokenEncoder)
    assert not isinstance(FakeEncoder(), TokenEncoder)

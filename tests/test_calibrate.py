"""Fitting when to say not found: what tells the two kinds apart, judged on sets held out."""

import json
import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.calibrate import (
    OVER_REFUSAL,
    Asked,
    Judged,
    area_under_curve,
    calibrate,
    calibration_lines,
    judge,
    read_asked,
)
from index.errors import BadInput
from rag.decision import FEATURES
from tests.fakes import FakeEncoder
from tests.scripted_llm import archive_of, article

_COUNT = len(FEATURES)


def _judged(values, *, answerable, group="one", feature="similarity"):
    """One question per value, which is that of ``feature``; the others are all the same."""
    place = FEATURES.index(feature)
    rows = []
    for value in values:
        found = [0.5] * _COUNT
        found[place] = float(value)
        rows.append(Judged(group, tuple(found), answerable))
    return rows


def _chances(found, items):
    """By the fitted model's own formula."""
    weights = [found.decision.weights[name] for name in FEATURES]
    logits = [
        found.decision.bias + sum(w * v for w, v in zip(weights, item.features, strict=True))
        for item in items
    ]
    return [1 / (1 + math.exp(-logit)) for logit in logits]


# --- the fit


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_that_separates_the_kinds_gives_the_whole_area(feature):
    items = []
    for group in ("one", "two"):
        high, low = np.linspace(0.8, 0.9, 30), np.linspace(0.1, 0.2, 30)
        items += _judged(high, answerable=True, group=group, feature=feature)
        items += _judged(low, answerable=False, group=group, feature=feature)
    found = calibrate(items, encoder="fake")
    assert found.area == 1.0
    assert found.decision.encoder == "fake"
    assert found.decision.weights[feature] > 0
    others = [found.decision.weights[name] for name in FEATURES if name != feature]
    assert others == pytest.approx([0.0] * (_COUNT - 1), abs=1e-6)
    assert (found.answerable, found.unanswerable) == (60, 60)


def test_noise_tells_nothing_apart():
    draw = np.random.default_rng(3)
    items = [
        Judged(f"set-{n % 4}", tuple(draw.random(_COUNT)), bool(n // 4 % 2)) for n in range(800)
    ]
    assert calibrate(items, encoder="fake").area == pytest.approx(0.5, abs=0.06)


def test_a_set_is_judged_by_a_model_that_has_not_seen_it():
    # In each set one feature tells all, but the other way round than in the other set: a model of
    # the other set puts every pair in the wrong order within a set.
    items = []
    for group, high_answers in (("one", True), ("two", False)):
        items += _judged(np.linspace(0.8, 0.9, 20), answerable=high_answers, group=group)
        items += _judged(np.linspace(0.1, 0.2, 20), answerable=not high_answers, group=group)
    assert calibrate(items, encoder="fake").area == 0.0


def test_one_set_alone_is_judged_by_itself():
    items = _judged(np.linspace(0.5, 0.9, 25), answerable=True)
    items += _judged(np.linspace(0.1, 0.6, 25), answerable=False)
    found = calibrate(items, encoder="fake")
    wanted = np.array([item.answerable for item in items], dtype=float)
    assert found.area == pytest.approx(area_under_curve(np.array(_chances(found, items)), wanted))


def test_the_threshold_is_a_quantile_of_the_answerable():
    items = _judged(np.linspace(0.3, 0.9, 101), answerable=True)
    items += _judged(np.linspace(0.1, 0.7, 101), answerable=False)
    found = calibrate(items, encoder="fake")
    answerable = sorted(_chances(found, items[:101]))
    unanswerable = _chances(found, items[101:])
    # Of 101 sorted values the quantile .04 is the one at place .04 * 100 = 4, so four lie below.
    assert OVER_REFUSAL == 0.04
    assert found.decision.refuse == pytest.approx(answerable[4])
    assert found.over_refused == pytest.approx(4 / 101)
    below = sum(chance < answerable[4] for chance in unanswerable)
    assert found.refused == pytest.approx(below / 101)
    # 0.324 is the fifth of the answerable values: all unanswerable ones below it go.
    assert below == sum(value < 0.324 - 1e-9 for value in np.linspace(0.1, 0.7, 101))
    looser = calibrate(items, encoder="fake", over_refusal=0.1)
    assert looser.decision.refuse == pytest.approx(answerable[10])


def test_the_second_threshold_is_a_quantile_of_the_unanswerable():
    items = _judged(np.linspace(0.3, 0.9, 101), answerable=True)
    items += _judged(np.linspace(0.1, 0.7, 101), answerable=False)
    found = calibrate(items, encoder="fake", asked_again=0.2)
    unanswerable = sorted(_chances(found, items[101:]))
    assert found.decision.insist == pytest.approx(unanswerable[80])
    assert found.insisted_vainly == pytest.approx(21 / 101)
    answerable = _chances(found, items[:101])
    assert found.insisted == pytest.approx(
        sum(chance >= unanswerable[80] for chance in answerable) / 101
    )
    never = calibrate(items, encoder="fake", asked_again=0.0, over_refusal=0.5)
    assert never.decision.insist >= never.decision.refuse


def test_fifths_hold_out_questions_where_whole_sets_say_nothing_of_each_other():
    # Two sets on scales of their own: what one teaches is wrong for the other.
    items = _judged(np.linspace(0.1, 0.3, 60), answerable=True, group="one")
    items += _judged(np.linspace(0.0, 0.09, 60), answerable=False, group="one")
    items += _judged(np.linspace(0.8, 0.9, 60), answerable=True, group="two")
    items += _judged(np.linspace(0.5, 0.7, 60), answerable=False, group="two")
    whole = calibrate(items, encoder="fake")
    fifths = calibrate(items, encoder="fake", whole_sets=False)
    assert fifths.decision.weights == whole.decision.weights
    assert fifths.decision.refuse != whole.decision.refuse
    assert "each fifth" in calibration_lines(fifths)[0]
    assert "each set" in calibration_lines(whole)[0]


def test_both_kinds_weigh_alike_however_many_there_are():
    few = _judged(np.linspace(0.4, 0.9, 20), answerable=True)
    none = _judged(np.linspace(0.1, 0.6, 20), answerable=False)
    even = calibrate([*few, *none], encoder="fake").decision
    # Each unanswerable question three times: the same shares, so the line between the kinds
    # (chance .5) stays where it is but for the penalty's smaller part.
    often = calibrate([*few, *none * 3], encoder="fake").decision

    def border(model):
        rest = sum(0.5 * model.weights[name] for name in FEATURES if name != "similarity")
        return -(model.bias + rest) / model.weights["similarity"]

    assert border(even) == pytest.approx(0.5, abs=0.01)
    assert border(often) == pytest.approx(0.5, abs=0.02)


def test_the_weights_are_the_minimum_of_the_penalised_loss():
    draw = np.random.default_rng(5)
    values = draw.random((60, _COUNT))
    wanted = values[:, 0] + 0.5 * values[:, 1] + 0.4 * draw.standard_normal(60) > 0.75
    items = [Judged("one", tuple(v), bool(w)) for v, w in zip(values, wanted, strict=True)]
    model = calibrate(items, encoder="fake").decision
    spread, mean = values.std(axis=0), values.mean(axis=0)
    scaled = (values - mean) / spread
    fitted = np.array([model.weights[name] for name in FEATURES]) * spread
    bias = model.bias + np.array([model.weights[name] for name in FEATURES]) @ mean
    share = wanted.mean()
    each = np.where(wanted, 0.5 / share, 0.5 / (1 - share))

    def loss(bias, weights):
        # Hastie, Tibshirani, Friedman 2009, 4.4.4 with a squared penalty of 3/2
        chance = 1 / (1 + np.exp(-(bias + scaled @ weights)))
        fit = -(each * np.where(wanted, np.log(chance), np.log(1 - chance))).sum()
        return fit + 1.5 * (weights**2).sum()

    least = loss(bias, fitted)
    for step in (-1e-3, 1e-3):
        assert loss(bias + step, fitted) > least
        for place in range(_COUNT):
            moved = fitted.copy()
            moved[place] += step
            assert loss(bias, moved) > least


@pytest.mark.parametrize(("one", "none"), [(0, 0), (19, 40), (40, 19)])
def test_too_few_questions_are_counted_and_told(one, none):
    items = _judged([0.9] * one, answerable=True) + _judged([0.1] * none, answerable=False)
    with pytest.raises(BadInput) as told:
        calibrate(items, encoder="fake")
    assert str(told.value) == (
        f"There are {one} answerable and {none} unanswerable questions; at least 20 of each are "
        "needed. Add sets: --queries FILE --archive DIR"
    )


# --- the area


_SCORES = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30).filter(
    lambda pairs: len({wanted for _, wanted in pairs}) == 2
)


@given(_SCORES)
def test_the_area_is_the_share_of_pairs_in_order_ties_as_half(pairs):
    one = [score for score, wanted in pairs if wanted]
    none = [score for score, wanted in pairs if not wanted]
    won = sum((a > b) + (a == b) / 2 for a in one for b in none)
    scores = np.array([score for score, _ in pairs], dtype=float)
    wanted = np.array([wanted for _, wanted in pairs], dtype=float)
    assert area_under_curve(scores, wanted) == pytest.approx(won / (len(one) * len(none)))
    assert area_under_curve(-scores, wanted) == pytest.approx(1 - won / (len(one) * len(none)))


# --- what is asked


def _write(path, *rows):
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_retrieval_set_is_asked_by_its_type(tmp_path):
    path = _write(
        tmp_path / "q.jsonl",
        {"id": "a", "type": "single", "question": "云城贷款余额多少？", "gold_ids": ["x"]},
        {"id": "b", "type": "null", "question": "云城机场何时扩建？", "gold_ids": []},
        {"id": "c", "type": "single", "question": "How many stations?", "gold_ids": ["x"]},
    )
    assert read_asked(path) == [
        Asked("云城贷款余额多少？", answerable=True),
        Asked("云城机场何时扩建？", answerable=False),
    ]


def test_a_qa_set_is_asked_on_its_day_and_only_its_single_questions(tmp_path):
    known = {"type": "figure", "answers": [["512亿元"]], "answerable": True}
    path = _write(
        tmp_path / "qa.jsonl",
        {**known, "id": "a", "question": "云城贷款余额多少？", "as_of": "2031-07-21"},
        {**known, "id": "b", "turns": ["云城贷款余额多少？", "那存款呢？"]},
        {"id": "c", "type": "none", "question": "云城机场何时扩建？", "answerable": False},
        {**known, "id": "d", "question": "What is the balance?"},
    )
    assert read_asked(path) == [
        Asked("云城贷款余额多少？", answerable=True, today=date(2031, 7, 21)),
        Asked("云城机场何时扩建？", answerable=False),
    ]


def test_what_is_neither_set_is_told(tmp_path):
    with pytest.raises(BadInput, match=r"other\.jsonl"):
        read_asked(_write(tmp_path / "other.jsonl", {"id": "a", "text": "甲"}))
    with pytest.raises(BadInput, match=r"none\.jsonl"):
        read_asked(tmp_path / "none.jsonl")


def test_questions_are_searched_and_their_features_kept_in_order(tmp_path):
    loans = article("a", "云城贷款", "6月末，云城贷款余额512亿元。")
    asked = [
        Asked("云城6月末贷款余额是多少亿元？", answerable=True),
        Asked("云城机场何时扩建？", answerable=False),
    ]
    done = []
    with archive_of(tmp_path / "a", [loans]) as archive:
        found = judge(asked, archive, FakeEncoder(), group="g", on_done=lambda: done.append(1))
    assert [(item.group, item.answerable) for item in found] == [("g", True), ("g", False)]
    first, second = (dict(zip(FEATURES, item.features, strict=True)) for item in found)
    assert (first["typed"], first["said"], first["coverage"]) == (1.0, 1.0, pytest.approx(1.0))
    assert first["score"] > second["score"]
    assert len(done) == 2


def test_a_question_that_finds_nothing_is_left_out_but_counted_as_done(tmp_path):
    done = []
    with archive_of(tmp_path / "a", [article("a", "空", "空。")]) as archive:
        asked = [Asked("云城机场何时扩建？", answerable=False)]
        judge(asked, archive, FakeEncoder(), group="g", on_done=lambda: done.append(1))
    assert done == [1]


def test_the_lines_tell_what_was_fitted():
    items = _judged(np.linspace(0.8, 0.9, 30), answerable=True)
    items += _judged(np.linspace(0.1, 0.2, 30), answerable=False)
    found = calibrate(items, encoder="fake")
    lines = calibration_lines(found)
    assert lines[0].startswith("30 answerable and 30 unanswerable questions; ")
    assert lines[1] == "area under the curve 1.000"
    assert lines[2].startswith(f"below {found.decision.refuse:.3f} nothing is found: refuses 0.067")
    assert "1.000 of the unanswerable" in lines[2]
    assert lines[-1].startswith(f"weights: similarity {found.decision.weights['similarity']:+.2f},")


def test_sets_of_one_kind_only_are_judged_by_a_model_of_all():
    items = _judged(np.linspace(0.4, 0.9, 25), answerable=True, group="one")
    items += _judged(np.linspace(0.1, 0.6, 25), answerable=False, group="two")
    found = calibrate(items, encoder="fake")
    wanted = np.array([item.answerable for item in items], dtype=float)
    assert found.area == pytest.approx(area_under_curve(np.array(_chances(found, items)), wanted))


def test_a_retrieval_set_may_begin_with_a_question_without_articles(tmp_path):
    path = _write(
        tmp_path / "q.jsonl",
        {"id": "b", "type": "null", "question": "云城机场何时扩建？"},
        {"id": "a", "type": "single", "question": "云城贷款余额多少？", "gold_ids": ["x"]},
    )
    assert [item.answerable for item in read_asked(path)] == [False, True]

"""How likely the sentences found answer: a fitted model that is read, checked and applied."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from index.briefs import brief_at
from index.errors import BadInput
from index.types import Sentence
from rag.decision import (
    FEATURES,
    Decision,
    decision_json,
    features,
    given_decision,
    load_decision,
    read_decision,
)
from rag.evidence import Candidate
from rag.focus import read_focus
from rag.types import Lane
from tests.scripted_llm import article

_BUNDLED = "intfloat/multilingual-e5-small@8dfd8940"
_FOCUS = read_focus("云城6月末贷款余额是多少亿元？")
_MODEL = Decision("fake", -1.0, {"similarity": 2.0, "typed": 0.5}, refuse=0.25)


def _candidate(text: str, **fields) -> Candidate:
    printed = article("a", "题", text)
    sentence = Sentence("a", 0, len(text), text)
    return replace(Candidate(sentence, printed, Lane.BOTH, "", brief_at(printed, 0)), **fields)


_SAID = _candidate("6月末，云城贷款余额512亿元。", similarity=0.8, coverage=0.6, score=1.2)
_OTHER = _candidate("云城植物园开园。", similarity=0.9, coverage=0.7, typed=True, score=0.4)


def test_the_features_are_read_off_the_best_six_sentences():
    assert features(_FOCUS, [_SAID, _OTHER]) == {
        "similarity": 0.8,  # of the first
        "nearest": 0.9,  # the highest
        "coverage": 0.7,  # the highest
        "typed": 1.0,  # one is enough
        "said": 1.0,  # the first says 贷款 and 余额
        "score": 1.2,  # of the first
        "subject": 1.0,  # the first's article names 云城 and 贷款余额
    }
    assert features(_FOCUS, [_OTHER, _SAID])["said"] == 0.0
    assert 0 < features(_FOCUS, [_OTHER])["subject"] < 0.5  # 云城 of 云城 and 贷款余额
    assert features(_FOCUS, [*[_OTHER] * 3, _SAID])["subject"] < 0.5  # three articles are read
    assert tuple(features(_FOCUS, [_SAID])) == FEATURES


def test_a_seventh_sentence_does_not_count():
    low = replace(_SAID, similarity=0.1, coverage=0.1)
    seven = [*[low] * 6, _OTHER]
    found = features(_FOCUS, seven)
    assert (found["nearest"], found["coverage"], found["typed"]) == (0.1, 0.1, 0.0)
    assert features(_FOCUS, seven[1:])["nearest"] == 0.9


def test_nothing_found_has_no_features_and_no_chance():
    with pytest.raises(ValueError, match="nothing was found"):
        features(_FOCUS, [])
    assert _MODEL.probability(_FOCUS, []) == 0.0


def test_the_probability_is_the_logistic_of_bias_and_weighted_features():
    # -1 + 2 * 0.8 + 0.5 * 1 (one of them is typed) = 1.1
    expected = 1 / (1 + math.exp(-1.1))
    assert _MODEL.probability(_FOCUS, [_SAID, _OTHER]) == pytest.approx(expected)
    # -1 + 2 * 0.8 + 0 = 0.6
    assert _MODEL.probability(_FOCUS, [_SAID]) == pytest.approx(1 / (1 + math.exp(-0.6)))


@pytest.mark.parametrize(("bias", "near"), [(1e9, 1.0), (-1e9, 0.0)])
def test_an_extreme_model_does_not_overflow(bias, near):
    chance = replace(_MODEL, bias=bias).probability(_FOCUS, [_SAID])
    assert chance == pytest.approx(near, abs=1e-9)


def test_a_model_written_is_the_model_read():
    model = replace(_MODEL, bias=-12.34567)
    text = decision_json(model)
    assert text.endswith("}\n")
    # four digits are kept: the features are not known better
    assert read_decision(text, where="x") == replace(model, bias=-12.3457)


def _changed(**fields) -> str:
    return json.dumps({**json.loads(decision_json(_MODEL)), **fields})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "3",
        _changed(weights={"luck": 1.0}),
        _changed(weights=[1.0]),
        _changed(weights={"score": "much"}),
        _changed(weights={"score": None}),
        _changed(bias=float("nan")),
        _changed(bias=float("inf")),
        _changed(refuse="low"),
        _changed(insist=1.5),
        _changed(insist=-0.1),
        json.dumps({"encoder": "fake", "bias": 0, "weights": {}}),
    ],
    ids=[
        *("empty", "list", "object", "null", "number", "feature", "weights", "word", "none"),
        *("nan", "infinite", "refuse", "insist above", "insist below", "no refuse"),
    ],
)
def test_what_is_no_model_is_named_with_the_next_step(text):
    with pytest.raises(BadInput) as told:
        read_decision(text, where="news/decision.json")
    assert str(told.value).startswith("news/decision.json is not a fitted decision (")
    assert str(told.value).endswith("Fit one: suyuan eval calibrate")
    assert "\n" not in str(told.value)


def test_a_model_without_a_second_threshold_never_insists():
    text = json.dumps({"encoder": "fake", "bias": 0, "weights": {}, "refuse": 0.1})
    assert read_decision(text, where="x").insist == 1.0


@pytest.mark.parametrize("load", [given_decision, lambda name: load_decision(Path("none"), name)])
def test_the_packaged_models_use_every_feature_and_ask_again_above_refusing(load):
    model = load(_BUNDLED)
    assert tuple(model.weights) == FEATURES
    assert 0 < model.refuse < model.insist < 1
    assert load("another encoder") is None


def test_an_unknown_feature_is_named():
    with pytest.raises(BadInput, match="unknown feature 'luck'"):
        read_decision(_changed(weights={"luck": 1.0}), where="x")


def test_an_archive_s_own_model_comes_before_the_packaged_one(tmp_path):
    path = tmp_path / "decision.json"
    assert load_decision(path, _BUNDLED).encoder == _BUNDLED
    own = replace(_MODEL, encoder=_BUNDLED)
    path.write_text(decision_json(own), encoding="utf-8")
    assert load_decision(path, _BUNDLED) == own


def test_a_model_of_another_encoder_is_not_used(tmp_path):
    path = tmp_path / "decision.json"
    assert load_decision(path, "fake") is None
    path.write_text(decision_json(replace(_MODEL, encoder=_BUNDLED)), encoding="utf-8")
    assert load_decision(path, "fake") is None


def test_a_broken_file_is_told_not_skipped(tmp_path):
    path = tmp_path / "decision.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match=r"decision\.json is not a fitted decision"):
        load_decision(path, _BUNDLED)


def test_the_packaged_model_uses_every_feature_and_refuses_few(tmp_path):
    model = load_decision(tmp_path / "none.json", _BUNDLED)
    assert tuple(model.weights) == FEATURES
    assert 0 < model.refuse < 0.1


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe{", b"[" * 100_000, _changed(refuse=1.5).encode(), _changed(refuse=-0.1).encode()],
    ids=["bytes", "deep", "over", "under"],
)
def test_an_odd_file_is_one_line_too(tmp_path, content):
    path = tmp_path / "decision.json"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"decision\.json is not a fitted decision"):
        load_decision(path, _BUNDLED)

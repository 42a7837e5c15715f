"""The draft checker's scores: the arithmetic, and a floor on our set with the real encoder."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from eval.drafts import (
    ClaimScore,
    DraftCase,
    Expected,
    Rate,
    rate_text,
    read_cases,
    score_cases,
    summarise,
)
from index.errors import BadInput
from index.models import ENCODER, default_home, model_states
from rag.draft_check import check_draft
from rag.draft_types import Claim, ClaimKind, Finding, Verdict

ROOT = Path(__file__).parents[1]
SET = ROOT / "eval" / "sets" / "draft-claims.jsonl"
HOME = default_home(os.environ.get("SUYUAN_HOME"))


def score(expected, got, also=()):
    claim = Claim(ClaimKind.FIGURE, "7家", 0, 2, 0, 3)
    case = DraftCase("a", "dev", "x", date(2024, 7, 20), "7家。", ())
    wanted = Expected("7家", Verdict(expected), frozenset(map(Verdict, also)))
    return ClaimScore(case, wanted, Finding(claim, Verdict(got)) if got else None)


def test_rates_are_over_the_claims_that_could_show_them():
    summary = summarise(
        [
            score("supported", "supported"),
            score("supported", "partly"),
            score("contradicted", "contradicted"),
            score("contradicted", "supported"),
            score("not_found", "contradicted"),
            score("partly", None),
        ]
    )
    assert summary.right == Rate(2, 6)
    assert summary.false_supported == Rate(1, 4)  # two contradicted, one not found, one partly
    assert summary.false_contradicted == Rate(1, 4)  # two supported, one not found, one partly
    assert summary.contradictions == Rate(1, 2)
    assert summary.supported == Rate(1, 2)


def test_a_verdict_that_is_also_right_is_neither_false_nor_asked_for():
    summary = summarise([score("partly", "contradicted", also=["contradicted"])])
    assert summary.right == Rate(1, 1)
    assert summary.false_contradicted == Rate(0, 0)
    assert summary.contradictions == Rate(0, 0)


def test_a_rate_that_no_claim_can_show_is_absent():
    rate = summarise([score("supported", "supported")]).false_supported
    assert (rate.value, rate.interval, rate_text(rate)) == (None, None, "–")


def test_the_interval_is_the_score_interval_of_wilson():
    # Newcombe 1998, table I: 81 of 263 is .2553 to .3662, 0 of 20 is 0 to .1611
    assert Rate(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert Rate(0, 20).interval == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert Rate(20, 20).interval == pytest.approx((1 - 0.1611, 1.0), abs=1e-4)


def test_the_set_holds_every_verdict_and_kind_of_change_in_every_split():
    cases = read_cases(SET)
    assert sum(len(case.expected) for case in cases) >= 200
    for split in ("dev", "held", "held-2"):
        mine = [case for case in cases if case.split == split]
        assert len(mine) >= 30
        assert {item.verdict for case in mine for item in case.expected} == set(Verdict)


ROW = {
    "id": "a",
    "split": "dev",
    "type": "x",
    "published": "2024-07-20",
    "draft": "甲有7家。",
    "claims": [{"text": "7家", "verdict": "partly"}],
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"claims": [{"text": "乙", "verdict": "partly"}]}, "'乙' is not in the draft"),
        ({"claims": [{"text": "7家", "verdict": "maybe"}]}, "'maybe' is no verdict"),
        ({"claims": [{"text": "7家", "verdict": "partly", "also": ["so"]}]}, "'so' is no verdict"),
        ({"claims": []}, "claims is no list, or empty"),
        ({"published": "2024-13-01"}, "published is '2024-13-01'"),
        ({"draft": 7}, "draft is 7"),
        ({"extra": 1}, "fields"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path, change, said):
    path = tmp_path / "set.jsonl"
    lines = [json.dumps({**ROW, "id": "b"}), "", json.dumps({**ROW, **change})]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadInput, match=rf"set\.jsonl:3: .*{said}"):
        read_cases(path)


def test_every_bad_row_is_named_at_once(tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text(f"no json\n{json.dumps(ROW)}\n{json.dumps(ROW)}\n[]\n", encoding="utf-8")
    with pytest.raises(BadInput) as told:
        read_cases(path)
    for said in ("set.jsonl:1: no JSON", "set.jsonl:3: id 'a' stands there twice", ":4: fields"):
        assert said in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "has no drafts"), (b"\xff\xfe\x80", "is not UTF-8")]
)
def test_a_file_that_is_no_set_is_refused(tmp_path, data, said):
    path = tmp_path / "set.jsonl"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=said):
        read_cases(path)
    with pytest.raises(BadInput, match="No claim set at"):
        read_cases(tmp_path / "none.jsonl")


@pytest.mark.models
@pytest.mark.skipif(
    not any(state.spec is ENCODER and state.state == "ready" for state in model_states(HOME)),
    reason="the encoder is not fetched: suyuan models fetch",
)
def test_no_wrong_claim_is_called_supported_and_no_true_one_contradicted(tmp_path):
    from index.archive import Archive
    from index.ingest import ingest_paths
    from index.read_options import ReadOptions
    from rag.assemble import open_encoder
    from rag.settings import Settings

    encoder = open_encoder(Settings(archive=tmp_path / "archive", _env_file=None))
    samples = [ROOT / "samples" / "pages", ROOT / "samples" / "export.jsonl"]
    ingest_paths(tmp_path / "archive", samples, ReadOptions(), lambda: encoder)
    archive = Archive.open(tmp_path / "archive", encoder)
    scores = score_cases(
        read_cases(SET),
        lambda case: check_draft(archive, encoder, case.draft, published=case.published),
    )
    archive.close()
    summary = summarise(scores)
    assert summary.false_supported.hits <= 2, _wrong(scores, Verdict.SUPPORTED)
    assert summary.false_contradicted.hits == 0, _wrong(scores, Verdict.CONTRADICTED)
    assert summary.contradictions.hits >= 0.9 * summary.contradictions.of
    assert summary.supported.hits >= 0.83 * summary.supported.of


def _wrong(scores, verdict):
    return [s.case.id for s in scores if s.got == verdict and not s.right]

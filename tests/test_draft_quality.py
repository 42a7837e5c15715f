"""The draft checker's scores: the arithmetic, and a floor on our set with the real encoder."""

import os
from pathlib import Path

import pytest

from eval.drafts import ClaimScore, read_cases, score_cases, summarise
from index.errors import BadInput
from index.models import ENCODER, default_home, model_states
from rag.draft_check import check_draft

ROOT = Path(__file__).parents[1]
SET = ROOT / "eval" / "sets" / "draft-claims.jsonl"
HOME = default_home(os.environ.get("SUYUAN_HOME"))


def test_rates_are_over_the_claims_that_could_show_them():
    def score(expected, got):
        return ClaimScore("x", "x", "x", expected, got)

    summary = summarise(
        [
            score("supported", "supported"),
            score("supported", "partly"),
            score("contradicted", "contradicted"),
            score("contradicted", "supported"),
            score("not_found", "contradicted"),
        ]
    )
    assert summary.right == 2 / 5
    assert summary.false_supported == 1 / 3  # of two contradicted and one not found
    assert summary.false_contradicted == 1 / 3  # of two supported and one not found
    assert summary.contradiction_recall == 1 / 2
    assert summary.support_recall == 1 / 2


def test_a_rate_that_no_claim_can_show_is_absent():
    assert summarise([ClaimScore("x", "x", "x", "supported", "supported")]).false_supported is None


def test_the_set_holds_every_verdict_and_kind_of_change_in_both_halves():
    cases = read_cases(SET)
    for split in ("dev", "held"):
        mine = [case for case in cases if case.split == split]
        assert len(mine) >= 30
        assert {verdict for case in mine for _, verdict in case.expected} == {
            "supported",
            "contradicted",
            "partly",
            "not_found",
        }


def test_a_claim_that_is_not_in_its_draft_is_refused(tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text(
        '{"id": "a", "split": "dev", "type": "x", "published": "2024-07-20", "draft": "甲。", '
        '"claims": [{"text": "乙", "verdict": "partly"}]}\n',
        encoding="utf-8",
    )
    with pytest.raises(BadInput, match=r"set\.jsonl:1: '乙' is not in the draft"):
        read_cases(path)


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
    assert summary.false_supported == 0
    assert summary.false_contradicted == 0
    assert summary.contradiction_recall >= 0.85
    assert summary.support_recall >= 0.9

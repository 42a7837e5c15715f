"""The whole way with the real encoder and the real embedded LLM: pages in, cited answers out."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from index.models import ENCODER, LLM, default_home, model_states

ROOT = Path(__file__).parents[1]
SEED = ROOT.parent / "shared" / "seed" / "page.txt"
HOME = default_home(os.environ.get("SUYUAN_HOME"))
QUESTION = "青岛上半年贷款余额是多少"

_READY = {state.spec.name for state in model_states(HOME) if state.state == "ready"}
pytestmark = [
    pytest.mark.models,
    pytest.mark.llm,
    pytest.mark.skipif(
        not {ENCODER.name, LLM.name} <= _READY,
        reason="the models are not fetched: suyuan models fetch",
    ),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    from index.ingest import ingest_paths
    from index.read_options import ReadOptions
    from rag.assemble import open_encoder, open_engine
    from rag.settings import Settings

    folder = tmp_path_factory.mktemp("samples") / "archive"
    settings = Settings(archive=folder, _env_file=None)
    encoder = open_encoder(settings)
    report = ingest_paths(
        folder,
        [ROOT / "samples" / "pages", ROOT / "samples" / "export.jsonl"],
        ReadOptions(),
        lambda: encoder,
    )
    assert (report.read, report.rejected) == (88, ())
    opened = open_engine(settings, encoder=encoder)
    yield opened
    opened.archive.close()


def test_the_main_question_is_answered_and_cited(engine):
    answer = engine.ask(QUESTION, today=date(2026, 11, 22))
    assert answer.status == "answered"
    assert "20314亿元" in answer.text
    (citation,) = answer.citations
    article = engine.archive.article(citation.article_id)
    assert article.body[citation.start : citation.end] == citation.quote
    assert article.title == "青岛存贷款余额双双站上2万亿元"
    assert citation.published == date(2020, 7, 20)


def test_the_llm_answers_what_no_single_clause_does(engine):
    answer = engine.ask("“学深圳，赶深圳”学会是哪天成立的？", today=date(2020, 12, 31))
    assert answer.model.startswith("qwen2.5")
    assert "7月16日" in answer.text
    assert answer.citations


def test_what_is_not_in_the_archive_has_no_sources(engine):
    answer = engine.ask("威海上半年贷款余额是多少", today=date(2020, 12, 31))
    assert (answer.status, answer.citations) == ("not_found", ())
    assert answer.nearest


def test_an_english_question_finds_the_chinese_article(engine):
    answer = engine.ask(
        "What was the balance of loans in Qingdao at the end of June 2020?",
        today=date(2020, 12, 31),
    )
    assert any("20314亿元" in item.text for item in answer.evidence)


@pytest.mark.skipif(not SEED.is_file(), reason="../shared/seed/page.txt is not here")
def test_a_real_page_through_the_command_line(tmp_path):
    def suyuan(*words):
        return subprocess.run(
            [sys.executable, str(ROOT / "cli.py"), *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=240,
            check=True,
        ).stdout

    assert "read 8, new 8" in suyuan("ingest", str(SEED))
    found = json.loads(suyuan("ask", QUESTION, "--json"))
    assert (found["status"], found["citations"][0]["article_id"]) == ("answered", "page-05")
    assert "20314亿元" in found["text"]
    missing = json.loads(suyuan("ask", "济南上半年GDP是多少", "--json"))
    assert (missing["status"], missing["citations"]) == ("not_found", [])

"""suyuan eval calibrate: sets and their archives in, a fitted decision out."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from index.ingest import ingest_articles
from rag.decision import FEATURES, load_decision
from tests.fakes import FakeEncoder
from tests.scripted_llm import article

_TOWNS = [f"{first}{last}县" for first in "云河山林石" for last in "北南东西中"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Two archives of county reports, and questions that they answer or know nothing of."""
    folder = tmp_path_factory.mktemp("built")
    for place in (0, 1):
        towns = _TOWNS[place::2]
        articles = [
            article(f"a-{n}", f"{town}通报", f"{town}粮食总产量{n + 12}万吨，比去年多。")
            for n, town in enumerate(towns)
        ]
        ingest_articles(folder / f"news-{place}", articles, FakeEncoder())
        rows = []
        for n, town in enumerate(towns):
            asked = {"id": f"y-{n}", "type": "single", "question": f"{town}粮食总产量是多少万吨？"}
            rows.append({**asked, "gold_ids": [f"a-{n}"]})
            asked = {"id": f"n-{n}", "type": "null", "question": f"飞船何时带回第{n + 3}块月岩？"}
            rows.append({**asked, "gold_ids": []})
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"q-{place}.jsonl").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def files(built, tmp_path, monkeypatch):
    """A copy of them to work in, the fake encoder in place of the real one."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for name in ("ARCHIVE", "ENCODER", "LLM"):
        monkeypatch.delenv(f"SUYUAN_{name}", raising=False)
    monkeypatch.setattr("rag.assemble.open_encoder", lambda settings: FakeEncoder())
    return tmp_path


def _run(*args):
    result = CliRunner().invoke(cli.app, ["eval", "calibrate", *args], prog_name="suyuan")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


_FIRST = ("--queries", "q-0.jsonl", "--archive", "news-0")
_BOTH = (*_FIRST, "--queries", "q-1.jsonl", "--archive", "news-1")


def test_a_decision_is_fitted_told_and_written_for_its_encoder(files):
    code, out, _ = _run(*_BOTH, "--out", "news-0/decision.json")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("25 answerable and 25 unanswerable questions; ")
    assert lines[1] == "area under the curve 1.000"
    assert lines[-1] == "written to news-0/decision.json"
    found = load_decision(Path("news-0/decision.json"), FakeEncoder().name)
    assert found.encoder == FakeEncoder().name
    assert tuple(found.weights) == FEATURES
    assert f"below {found.refuse:.3f} nothing is found" in out


def test_without_out_nothing_is_written(files):
    before = sorted(files.rglob("*.json"))
    code, out, _ = _run(*_BOTH)
    assert code == 0
    assert "written" not in out
    assert sorted(files.rglob("*.json")) == before


def test_the_same_sets_give_the_same_decision(files):
    for name in ("one.json", "two.json"):
        assert _run(*_BOTH, "--out", name)[0] == 0
    assert Path("one.json").read_bytes() == Path("two.json").read_bytes()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (
            (*_FIRST, "--queries", "q-1.jsonl"),
            "There are 2 --queries and 1 --archive, 0 --reading or --rgb; give one archive "
            "for each set in the same order, or sets with texts alone.",
        ),
        (
            ("--queries", "q-0.jsonl", "--archive", "none"),
            "No archive at none. Build one: suyuan ingest FILE --archive none",
        ),
        (
            (*_FIRST, "--out", "q-0.jsonl"),
            "--out q-0.jsonl would overwrite q-0.jsonl, which is read; name another file",
        ),
        (
            _FIRST,
            "There are 13 answerable and 13 unanswerable questions; at least 20 of each are "
            "needed. Add sets: --queries FILE --archive DIR",
        ),
    ],
    ids=["archives", "no archive", "out is read", "too few"],
)
def test_what_cannot_be_done_is_one_line(files, args, told):
    code, out, err = _run(*args)
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == told


def test_a_set_that_is_not_there_is_named(files):
    code, out, err = _run("--queries", "gone.jsonl", "--archive", "news-0")
    assert (code, out) == (1, "")
    assert "gone.jsonl" in err
    assert err.count("\n") == 1

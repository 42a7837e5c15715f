"""``suyuan check`` in the terminal, over an archive with a fake encoder and no model."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from cli import app
from index.ingest import ingest_articles
from index.types import Article, DateKnown
from tests.fakes import FakeEncoder

NEWS = Article(
    id="loans",
    title="青岛上半年贷款平稳增长",
    body="6月末，青岛市各项贷款余额3120亿元，同比增长9.5%。",
    source="海滨日报",
    published=date(2024, 7, 18),
    date_known=DateKnown.STATED,
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run ``suyuan check`` in an empty folder with one article in the archive."""
    ingest_articles(tmp_path / "news", [NEWS], FakeEncoder())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUYUAN_ARCHIVE", str(tmp_path / "news"))
    monkeypatch.setattr("rag.assemble.open_encoder", lambda settings: FakeEncoder())

    def check(*options, text="6月末，青岛市各项贷款余额3210亿元。\n"):
        (tmp_path / "draft.txt").write_text(text, encoding="utf-8")
        arguments = ["check", *options, "--date", "2024-07-20", "--no-llm"]
        return CliRunner().invoke(app, arguments, input=text)

    return check


def test_the_difference_is_printed_and_the_exit_code_is_0(run):
    done = run("draft.txt")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[:3] == [
        "6月末，青岛市各项贷款余额3210亿元。",
        "  [不符 contradicted] 数字 3210亿元  稿件 3210亿元，库中 3120亿元",
        "      “6月末，青岛市各项贷款余额3120亿元，同比增长9.5%。”",
    ]


def test_strict_exits_1_only_if_something_is_contradicted(run):
    assert run("draft.txt", "--strict").exit_code == 1
    assert run("draft.txt", "--strict", text="6月末青岛市贷款余额3120亿元。").exit_code == 0


def test_standard_input_and_json(run):
    done = run("-", "--format", "json")
    data = json.loads(done.stdout)
    assert data["counts"]["contradicted"] == 1
    assert data["published"] == "2024-07-20"


def test_a_page_is_written_to_a_file(run, tmp_path):
    done = run("draft.txt", "--format", "html", "--out", "page.html")
    assert (done.stdout, done.stderr) == ("", "已写入 Wrote page.html\n")
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.txt"], "No draft at none.txt."),
        (["draft.txt", "--out", "no/page.html"], "there is no folder no."),
        (["draft.txt", "--archive", "nowhere"], "nowhere"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_1(run, arguments, said):
    done = run(*arguments)
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_draft_without_text_is_one_line(run):
    done = run("-", text=" ")
    assert (done.exit_code, done.stderr) == (
        1,
        "The draft is empty. Give a file with text, or - and type it.\n",
    )

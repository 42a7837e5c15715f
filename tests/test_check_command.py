"""``suyuan check`` in the terminal, over an archive with a fake encoder and no model."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from cli import app
from index.ingest import ingest_articles
from index.types import Article, DateKnown
from rag.llm import Endpoint
from tests.fakes import FakeEncoder

NEWS = Article(
    id="loans",
    title="青岛上半年贷款平稳增长",
    body="6月末，青岛市各项贷款余额3120亿元，同比增长9.5%。",
    source="海滨日报",
    published=date(2024, 7, 18),
    date_known=DateKnown.STATED,
)

NOBODY = Endpoint("http://127.0.0.1:9/v1", "none", "key", timeout=2.0)  # port 9: nothing listens


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


def test_the_difference_and_the_page_in_english(run):
    done = run("draft.txt", "--lang", "en")
    lines = done.stdout.splitlines()
    assert lines[1] == "  [contradicted] figure 3210亿元  Draft: 3210亿元; archive: 3120亿元"
    assert lines[3].startswith(
        "      — 《青岛上半年贷款平稳增长》 海滨日报 2024-07-18 (date stated)"
    )
    assert lines[5] == "supported 0, contradicted 1, partly 0, not_found 0"
    assert lines[6].startswith("Claims: 1 · articles searched: 1 (2024-07-18 to 2024-07-18) · ")
    page = run("draft.txt", "--lang", "en", "--format", "html").stdout
    assert "Draft check: draft.txt" in page
    assert "Draft: 3210亿元; archive: 3120亿元" in page
    assert run("draft.txt", "--lang", "fr").exit_code == 2


@pytest.mark.parametrize(
    ("lang", "said"),
    [("zh", "语言模型没有回答（连不上它的接口）"), ("en", "Connection error.). Check SUYUAN_LLM")],
)
def test_what_the_language_model_could_not_do_is_told_in_the_language_of_the_page(
    run, monkeypatch, lang, said
):
    monkeypatch.setattr("rag.assemble.find_endpoint", lambda settings: NOBODY)
    statement = "青岛市各项贷款比较平稳。\n"
    for form in ("html", "text"):
        told = run("draft.txt", "--lang", lang, "--format", form, text=statement).stdout
        assert said in told


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


ROWS = [
    ("dev", "6月末，青岛市各项贷款余额3210亿元。", "3210亿元", "contradicted"),
    ("dev", "6月末，青岛市各项贷款余额3120亿元。", "3120亿元", "supported"),
    ("held", "6月末，临海市港口吞吐量7亿吨。", "7亿吨", "not_found"),
]


@pytest.fixture
def score(run, tmp_path):
    """Run ``suyuan eval drafts`` on three claims, over the same archive."""
    rows = [
        {
            "id": f"d-{number}",
            "split": split,
            "type": "figure",
            "published": "2024-07-20",
            "draft": draft,
            "claims": [{"text": text, "verdict": verdict}],
        }
        for number, (split, draft, text, verdict) in enumerate(ROWS)
    ]
    lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    (tmp_path / "set.jsonl").write_text(lines, encoding="utf-8")
    arguments = ["eval", "drafts", "--queries", "set.jsonl", "--out", "run.jsonl"]
    return lambda *options: CliRunner().invoke(app, [*arguments, *options])


def test_a_claim_set_is_scored_by_split_and_every_row_is_written(score, tmp_path):
    done = score()
    assert (done.exit_code, done.stdout.splitlines()[1:]) == (
        0,
        [
            "dev  2  2/2 100.0% [34.2, 100.0]  0/1 0.0% [0.0, 79.3]  0/1 0.0% [0.0, 79.3]"
            "  1/1 100.0% [20.7, 100.0]  1/1 100.0% [20.7, 100.0]",
            "held  1  1/1 100.0% [20.7, 100.0]  0/1 0.0% [0.0, 79.3]  0/1 0.0% [0.0, 79.3]  –  –",
            "all  3  3/3 100.0% [43.9, 100.0]  0/2 0.0% [0.0, 65.8]  0/2 0.0% [0.0, 65.8]"
            "  1/1 100.0% [20.7, 100.0]  1/1 100.0% [20.7, 100.0]",
        ],
    )
    lines = (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()
    written = [json.loads(line) for line in lines]
    assert [(row["id"], row["got"], row["right"]) for row in written] == [
        ("d-0", "contradicted", True),
        ("d-1", "supported", True),
        ("d-2", "not_found", True),
    ]
    assert written[0]["difference"] == "稿件 3210亿元，库中 3120亿元"


def test_one_split_as_json(score):
    data = json.loads(score("--split", "held", "--json").stdout)
    assert data["all"]["claims"] == 1
    assert data["all"]["supported"] == {"hits": 0, "of": 0, "value": None, "interval": None}


def test_an_unknown_split_is_one_line(score):
    done = score("--split", "test")
    assert (done.exit_code, done.stderr) == (1, "--split is 'test'; set.jsonl has dev, held\n")

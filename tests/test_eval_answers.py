"""suyuan eval answers, rgb and reading: sets in, rows and a table out, with a scripted LLM."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from eval.answers import archive_answers
from eval.retrieval_queries import RetrievalQuery
from index.archive import Archive
from rag.answerer import Answerer
from rag.engine import Engine
from rag.given import GivenTexts
from tests.fakes import FakeEncoder, FakeTokenEncoder
from tests.scripted_llm import ScriptedLLM, archive_of, article

_CORPUS = [
    {"id": f"yc-{n}", "title": title, "date": "2031-07-20", "text": text}
    for n, (title, text) in enumerate(
        [
            ("云城贷款平稳增长", "6月末，云城各项贷款余额512亿元。"),
            ("环城绿道贯通", "环城绿道全长42公里，沿线建成驿站12座。"),
            ("植物园开园", "云城植物园开园，园内种有三百种牡丹。"),
        ]
    )
]
_QUERIES = [
    {
        "id": "q-loans",
        "type": "single",
        "question": "云城6月末各项贷款余额是多少亿元？",
        "gold_ids": ["yc-0"],
        "answers": [["512亿元"]],
    },
    {
        "id": "q-stops",
        "type": "multi",
        "question": "环城绿道沿线建成多少座驿站？",
        "gold_ids": ["yc-1"],
        "answers": [["12座"]],
    },
    {"id": "q-none", "type": "null", "question": "云城教育局局长是谁？", "gold_ids": []},
]
_RGB = [
    {
        "id": "r1",
        "task": "noise",
        "noise_rate": 0.4,
        "question": "环城绿道沿线建成多少座驿站？",
        "answers": [["12座"]],
        "docs": [{"text": row["text"]} for row in _CORPUS],
    },
    {
        "id": "r2",
        "task": "reject",
        "noise_rate": 1.0,
        "question": "云城教育局局长是谁？",
        "answers": [["林一舟"]],
        "docs": [{"text": row["text"]} for row in _CORPUS[:1]],
    },
]
_READING = [
    {
        "id": "c1",
        "question": "县城在哪里？",
        "context": "云河县建于1956年，县城设在柳林镇。",
        "answers": ["柳林镇"],
        "answerable": True,
        "source": "ours",
    },
    {
        "id": "c2",
        "question": "县城有几座桥？",
        "context": "云河县建于1956年，县城设在柳林镇。",
        "answers": [],
        "answerable": False,
        "source": "ours",
    },
]


def _lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


class Desk:
    """What the commands open, with what the scripted LLM heard."""

    def __init__(self):
        self.llm = ScriptedLLM("没有找到")
        self.model = "scripted"
        self.opened = []

    def engine(self, settings, *, warn, replies=None):
        self.opened.append(settings)
        llm = None if settings.llm == "none" else self.llm
        encoder = FakeEncoder()
        archive = Archive.open(settings.archive, encoder)
        return Engine(archive, encoder, llm, model=self.model, literal=True)

    def given(self, settings, *, brief, warn, replies=None):
        self.opened.append(settings)
        llm = None if settings.llm == "none" else self.llm
        answerer = Answerer(llm, self.model if llm else "", brief=brief)
        return GivenTexts(FakeTokenEncoder(), answerer)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An empty folder with the sets in it, fakes in place of the models."""
    monkeypatch.chdir(tmp_path)
    for name in ("ARCHIVE", "ENCODER", "LLM", "LLM_BASE_URL", "LLM_MODEL"):
        monkeypatch.delenv(f"SUYUAN_{name}", raising=False)
    made = Desk()
    monkeypatch.setattr("rag.assemble.open_encoder", lambda settings: FakeEncoder())
    monkeypatch.setattr("rag.assemble.open_engine", made.engine)
    monkeypatch.setattr("rag.assemble.open_given", made.given)
    for name, rows in (
        ("corpus", _CORPUS),
        ("queries", _QUERIES),
        ("rgb", _RGB),
        ("cmrc", _READING),
    ):
        Path(f"{name}.jsonl").write_text(_lines(rows), encoding="utf-8")
    return made


def _run(*args):
    result = CliRunner().invoke(cli.app, ["eval", *args], prog_name="suyuan")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


_ANSWERS = ("answers", "--queries", "queries.jsonl", "--out", "runs/a.jsonl")
_OVER_CORPUS = (*_ANSWERS, "--corpus", "corpus.jsonl")


def _rows(path="runs/a.jsonl"):
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


# --- answers


def test_a_corpus_and_its_queries_give_rows_and_a_table(desk):
    code, out, _ = _run(*_OVER_CORPUS)
    assert code == 0
    table = [line.split() for line in out.splitlines()]
    assert table[0] == ["type", "n", "right", "cited", "refused", "flags", "chars"]
    assert table[1][:6] == ["single", "1", "1.000", "1.000", "0.000", "0"]
    assert table[2][:6] == ["multi", "1", "1.000", "1.000", "0.000", "0"]
    assert table[3][:6] == ["null", "1", "–", "–", "1.000", "0"]
    assert table[4][:6] == ["all", "answerable", "2", "1.000", "1.000", "0.000"]
    assert out.splitlines()[-1].startswith("whole answer: p50 ")
    rows = _rows()
    assert [row["id"] for row in rows] == ["q-loans", "q-stops", "q-none"]
    assert [row["cited"] for row in rows] == [["yc-0"], ["yc-1"], []]
    assert [row["status"] for row in rows] == ["answered", "answered", "not_found"]
    assert "512亿元" in rows[0]["output"]
    assert "[1]" not in rows[0]["output"]
    assert "[1]" in rows[0]["answer"]
    assert rows[0]["quotes"] == [_CORPUS[0]["text"]]
    assert rows[0]["ranked"][0] == "yc-0"


def test_what_the_judge_knows_is_never_said_to_the_llm(desk):
    _run(*_OVER_CORPUS)
    heard = "".join(message.content for messages in desk.llm.heard for message in messages)
    assert not any(word in heard for word in ("q-none", "null", "gold_ids", "yc-0"))


def test_a_run_is_taken_up_where_it_broke_off(desk):
    _run(*_OVER_CORPUS)
    whole = Path("runs/a.jsonl").read_bytes()
    first = whole.splitlines(keepends=True)[0]
    Path("runs/a.jsonl").write_bytes(first + b'{"id": "q-st')
    code, out, _ = _run(*_OVER_CORPUS)
    assert code == 0
    assert Path("runs/a.jsonl").read_bytes().startswith(first)
    assert [row["id"] for row in _rows()] == ["q-loans", "q-stops", "q-none"]
    assert out.splitlines()[4].split()[2:5] == ["2", "1.000", "1.000"]
    (beside,) = Path("runs").glob("*.run.json")
    assert json.loads(beside.read_text(encoding="utf-8")).keys() == {
        "index", "model", "record",
    }  # fmt: skip


def test_another_model_does_not_go_on_with_it(desk):
    _run(*_OVER_CORPUS)
    desk.model = "other"
    held = Path("runs/a.jsonl").read_bytes()
    code, out, err = _run(*_OVER_CORPUS)
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == (
        "--out runs/a.jsonl was made with model 'scripted', now it is 'other'"
        "; name another file, or delete it to begin again."
    )
    assert Path("runs/a.jsonl").read_bytes() == held


def test_without_an_llm_none_is_asked_and_the_run_says_so(desk):
    code, _, _ = _run(*_OVER_CORPUS, "--no-llm")
    assert (code, desk.llm.heard) == (0, [])
    assert {settings.llm for settings in desk.opened} == {"none"}
    assert {row["model"] for row in _rows()} == {""}


def test_types_and_limit_choose_the_questions(desk):
    _run(*_OVER_CORPUS, "--types", " null , multi ")
    assert [row["id"] for row in _rows()] == ["q-stops", "q-none"]
    _run(*_ANSWERS[:3], "--out", "b.jsonl", "--corpus", "corpus.jsonl", "--limit", "1")
    assert len(_rows("b.jsonl")) == 1


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (
            (*_OVER_CORPUS, "--types", "singel"),
            "--types has 'singel'; the set has single, multi, null.",
        ),
        (_ANSWERS, "Name what to search: --corpus FILE to ingest one, or --archive DIR."),
        (
            ("answers", "--queries", "queries.jsonl", "--out", "queries.jsonl"),
            "--out queries.jsonl would overwrite queries.jsonl, which is read; name another file",
        ),
        (
            ("rgb", "rgb.jsonl", "--out", "rgb.jsonl"),
            "--out rgb.jsonl would overwrite rgb.jsonl, which is read; name another file",
        ),
        (
            ("rgb", "rgb.jsonl", "--out", "a", "--types", "x"),
            "--types has 'x'; the set has noise, reject.",
        ),
    ],
    ids=["types", "no corpus", "out is read", "out is the set", "rgb types"],
)
def test_what_cannot_be_done_is_one_line_before_any_model_is_opened(desk, args, told):
    assert _run(*args) == (1, "", f"{told}\n")
    assert desk.opened == []


def test_gold_articles_that_are_not_there_are_told(desk):
    rows = [{**_QUERIES[0], "gold_ids": ["yc-0", "zz-9"]}, *_QUERIES[1:]]
    Path("queries.jsonl").write_text(_lines(rows), encoding="utf-8")
    code, _, err = _run(*_OVER_CORPUS)
    (folder,) = Path("runs").glob("*.archive")
    assert code == 0
    assert f"1 gold articles are not in {folder}, the first zz-9" in err.splitlines()


def test_the_question_is_asked_on_the_archive_s_last_day(tmp_path, monkeypatch):
    printed = article("a", "题", "6月末，云城贷款余额512亿元。", published=date(2031, 7, 20))
    days = []
    with archive_of(tmp_path / "a", [printed]) as archive:
        engine = Engine(archive, FakeEncoder(), None)
        stream = engine.stream

        def spied(question, *, today):
            days.append(today)
            return stream(question, today=today)

        monkeypatch.setattr(engine, "stream", spied)
        row = archive_answers(engine)(RetrievalQuery("q", "single", "云城6月末贷款余额是多少？"))
    assert days == [date(2031, 7, 20)]
    assert (row["id"], row["ranked"], row["cited"]) == ("q", ["a"], ["a"])


# --- rgb and reading


def test_rgb_rows_are_answered_from_their_documents(desk):
    code, out, _ = _run("rgb", "rgb.jsonl", "--out", "runs/rgb.jsonl")
    assert code == 0
    table = [line.split() for line in out.splitlines()]
    assert table[1][:6] == ["noise@0.4", "1", "1.000", "0.000", "0.000", "–"]
    assert table[2][:5] == ["reject@1", "1", "–", "1.000", "0.000"]
    rows = _rows("runs/rgb.jsonl")
    assert [(row["id"], row["cited"]) for row in rows] == [("r1", ["doc-2"]), ("r2", [])]


def test_reading_is_answered_in_the_passage_s_own_words(desk):
    desk.llm = ScriptedLLM("柳林 镇", "没有找到")
    code, out, _ = _run("reading", "cmrc.jsonl", "--out", "runs/c.jsonl")
    assert code == 0
    table = [line.split() for line in out.splitlines()]
    assert table[1] == ["ours", "1", "100.0", "100.0", "0.000", "3"]
    assert table[3] == ["unanswerable", "1", "–", "–", "1.000"]
    rows = _rows("runs/c.jsonl")
    assert (rows[0]["output"], rows[0]["cited"]) == ("柳林镇", ["passage"])
    beside = json.loads(Path("runs/c.jsonl.run.json").read_text(encoding="utf-8"))
    assert (beside["model"], beside["record"]["seed"]) == ("scripted", 0)


def test_a_bad_set_is_told_before_any_model_is_opened(desk):
    Path("rgb.jsonl").write_text(_lines([{**_RGB[0], "docs": 3}, *_RGB]), encoding="utf-8")
    code, out, err = _run("rgb", "rgb.jsonl", "--out", "runs/rgb.jsonl")
    assert (code, out, desk.opened) == (1, "", [])
    assert err.startswith("The set rgb.jsonl has rows that cannot be used: line 1: docs: ")
    assert 'line 2: id "r1"' not in err  # line 1 was no row, so line 2 is the first of that id
    assert err.count("\n") == 1


def test_given_texts_run_without_an_llm(desk):
    code, _, _ = _run("rgb", "rgb.jsonl", "--out", "runs/rgb.jsonl", "--no-llm")
    assert (code, desk.llm.heard) == (0, [])

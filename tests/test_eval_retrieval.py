"""suyuan eval retrieval: corpus and queries in, run and table out, on ten articles of ours."""

import gzip
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from eval.retrieval import (
    WARM_UP,
    archive_search,
    ask,
    choose_archive,
    missing_gold,
    read_retrieval_queries,
    run_queries,
    score_results,
    write_run,
)
from eval.retrieval_queries import RetrievalQuery
from index.archive import Archive
from index.errors import BadInput
from index.ingest import ingest_articles
from index.types import Article, DateKnown
from rag.retrieve import Mode
from tests.fakes import FakeEncoder

REFERENCE = Path(__file__).parents[1].parent / "shared" / "bench" / "metrics.py"
CORPUS = [
    {"id": f"yc-{n}", "title": title, "date": f"2031-0{n % 9 + 1}-15", "text": text}
    for n, (title, text) in enumerate(
        [
            ("云城贷款平稳增长", "6月末，云城各项贷款余额512亿元。\n同比增长15.4%。"),
            ("云城存款突破新关口", "6月末，云城各项存款余额498亿元。"),
            ("植物园明日开园", "云城植物园明日开园，园内种有三百种牡丹。"),
            ("环城绿道贯通", "环城绿道全长42公里，沿线建成驿站12座。"),
            ("地铁二号线试运行", "地铁二号线昨日开始试运行，共设23座车站。"),
            ("港口吞吐量创新高", "一季度港口吞吐量达到860万吨。"),
            ("老旧小区加装电梯", "今年全市计划为老旧小区加装电梯300部。"),
            ("夜市重新开放", "云河夜市周五重新开放，摊位增至180个。"),
            ("图书馆延长开放", "市图书馆即日起延长开放至晚上十点。"),
            ("龙舟赛端午举行", "龙舟赛将于端午节在云河举行，36支队伍报名。"),
        ]
    )
]
QUERIES = [
    {
        "id": "q-loans",
        "type": "single",
        "question": "云城各项贷款余额是多少？",
        "gold_ids": ["yc-0"],
        "alt_gold_ids": [],
        "answers": [["512亿元"]],
        "date": "2031-01-15",
        "gold_title": "云城贷款平稳增长",
    },
    {
        "id": "q-both",
        "type": "multi",
        "question": "绿道有多少座驿站，二号线有多少座车站？",
        "gold_ids": ["yc-3", "yc-4"],
        "require_all_gold": True,
        "answers": [["12座"], ["23座"]],
    },
    {"id": "q-none", "type": "null", "question": "云城机场何时扩建？", "gold_ids": []},
    {"id": "q-event", "type": "event", "question": "夜市重新开放", "gold_ids": ["yc-7"]},
]


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The corpus and its queries in an empty folder, the fake encoder in place of the real one."""
    monkeypatch.chdir(tmp_path)
    for name in ("ARCHIVE", "ENCODER"):
        monkeypatch.delenv(f"SUYUAN_{name}", raising=False)
    monkeypatch.setattr("rag.assemble.open_encoder", lambda settings: FakeEncoder())
    with gzip.open("corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(lines(CORPUS))
    Path("queries.jsonl").write_text(lines(QUERIES), encoding="utf-8")
    return tmp_path


def run(*args):
    result = CliRunner().invoke(cli.app, ["eval", "retrieval", *args], prog_name="suyuan")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


USUAL = ("--queries", "queries.jsonl", "--out", "runs/a.jsonl", "--corpus", "corpus.jsonl.gz")


def untimed(path):
    return [{**row, "timings": None} for row in rows_of(path)]


def rows_of(path):
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


# --- the command


def test_a_corpus_and_its_queries_give_a_run_and_a_table(files):
    code, out, err = run(*USUAL)
    assert code == 0
    table = out.splitlines()
    assert [line.split()[0] for line in table] == [
        *("type", "single", "multi", "event", "macro", "latency"),
    ]
    assert table[1].split()[1:3] == ["1", "1.000"]  # the loans, found first
    assert table[4].split()[:3] == ["macro", "mean", "2"]  # event left out
    assert table[5].endswith("ms (4 queries)")
    assert err.startswith("入库 Ingested: read 10, new 10, ")
    assert [row["id"] for row in rows_of("runs/a.jsonl")] == [row["id"] for row in QUERIES]


def test_the_ranking_holds_ids_of_the_corpus_and_evidence_its_very_words(files):
    assert run(*USUAL, "--limit", "4", "--articles", "3")[0] == 0
    bodies = {row["id"]: row["text"] for row in CORPUS}
    for row in rows_of("runs/a.jsonl"):
        assert row.keys() == {"id", "ranked", "evidence", "timings"}
        assert len(row["ranked"]) == len(set(row["ranked"])) <= 3
        assert set(row["ranked"]) <= bodies.keys()
        assert len(row["evidence"]) <= 4
        for item in row["evidence"]:
            assert item["text"] == bodies[item["article_id"]][item["start"] : item["end"]] != ""


def test_the_archive_beside_the_run_is_used_again(files):
    run(*USUAL)
    _, _, err = run("--mode", "lexical", *USUAL[:2], "--out", "runs/b.jsonl", *USUAL[4:])
    assert err.startswith("入库 Ingested: read 10, new 0, changed 0, unchanged 10, ")
    (archive,) = Path("runs").glob("*.archive")
    code, _, err = run(*USUAL[:2], "--out", "runs/c.jsonl", "--archive", str(archive))
    assert (code, err) == (0, "")
    assert untimed("runs/c.jsonl") == untimed("runs/a.jsonl")


def test_json_has_the_numbers_of_the_table(files):
    _, out, _ = run(*USUAL, "--json", "--mode", "dense")
    summary = json.loads(out)
    assert summary["mode"] == "dense"
    assert list(summary["types"]) == ["single", "multi", "event"]
    assert summary["types"]["single"]["n"] == 1
    assert summary["types"]["event"]["answer@5"] is None
    assert summary["macro"]["n"] == 2
    assert summary["latency_seconds"]["queries"] == 4


def test_the_reference_gives_the_run_the_same_scores(files):
    if not REFERENCE.is_file():
        pytest.skip(f"the reference metrics are not at {REFERENCE}")
    _, out, _ = run(*USUAL, "--json")
    command = [sys.executable, str(REFERENCE), "retrieval", "queries.jsonl", "runs/a.jsonl"]
    theirs = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    ours = json.loads(out)["types"]
    assert ours.keys() == theirs.keys() - {"ALL"}
    for name, row in ours.items():
        for measure in ("n", "hit@1", "hit@5", "mrr@10", "ndcg@10", "allgroups@10", "hit@5_ci"):
            assert row[measure] == theirs[name][measure], (name, measure)


def test_a_bad_row_is_named_with_its_line_before_anything_is_ingested(files):
    bad = [QUERIES[0], {"id": "x", "type": "single", "question": " "}, {**QUERIES[0]}]
    Path("queries.jsonl").write_text(lines(bad) + "{broken\n", encoding="utf-8")
    code, out, err = run(*USUAL)
    assert (code, out) == (1, "")
    assert err.startswith(
        "The query set queries.jsonl has rows that cannot be used: "
        "line 2: question: String should have at least 1 character; "
        'line 3: id "q-loans" is also on line 1; line 4: Invalid JSON: '
    )
    assert err.count("\n") == 1
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            [*USUAL[:4]],
            "Name what to search: --corpus FILE to ingest one, or --archive DIR.\n",
        ),
        (
            [*USUAL[:4], "--corpus", "none.jsonl"],
            "Cannot read the corpus none.jsonl: No such file or directory\n",
        ),
        (
            [*USUAL[:4], "--archive", "none"],
            "No archive at none. Build one: suyuan ingest FILE --archive none\n",
        ),
        (
            ["--queries", "queries.jsonl", "--out", ".", "--corpus", "corpus.jsonl.gz"],
            "--out . is a folder; name a file in it, e.g. run.jsonl\n",
        ),
    ],
    ids=["neither", "corpus", "archive", "out"],
)
def test_what_cannot_be_used_is_one_line(files, args, message):
    assert run(*args) == (1, "", message)


@pytest.fixture
def never_searched(monkeypatch):
    """Nothing may be loaded or asked before --out is known to be usable."""

    def refuse(settings):
        pytest.fail("the encoder was loaded first")

    monkeypatch.setattr("rag.assemble.open_encoder", refuse)


@pytest.mark.parametrize("name", ["queries.jsonl", "corpus.jsonl.gz", "link.jsonl"])
def test_an_input_is_not_overwritten(files, never_searched, name):
    Path("link.jsonl").symlink_to("queries.jsonl")
    before = Path(name).read_bytes()
    code, out, err = run(*USUAL[:2], "--out", f"../{files.name}/{name}", *USUAL[4:])
    assert (code, out) == (1, "")
    given = name.replace("link", "queries")
    assert err == (
        f"--out ../{files.name}/{name} would overwrite {given}, which is read; name another file\n"
    )
    assert Path(name).read_bytes() == before


def test_an_input_that_has_the_name_of_the_unfinished_run_is_kept(files, never_searched):
    Path("queries.jsonl").rename("run.jsonl.part")
    before = Path("run.jsonl.part").read_bytes()
    code, _, err = run("--queries", "run.jsonl.part", "--out", "run.jsonl", *USUAL[4:])
    assert code == 1
    assert "would overwrite run.jsonl.part" in err
    assert Path("run.jsonl.part").read_bytes() == before


def test_a_run_is_not_written_into_the_archive_it_searches(files):
    run(*USUAL)
    (archive,) = Path("runs").glob("*.archive")
    args = (*USUAL[:2], "--out", str(archive / "run.jsonl"), "--archive", str(archive))
    code, out, err = run(*args)
    assert (code, out) == (1, "")
    assert err.endswith(f"is inside {archive}, which is read; name a file elsewhere\n")


def test_pipes_and_devices_are_left_alone(files, never_searched):
    os.mkfifo("pipe")
    os.mkfifo("run.jsonl.part")
    for out, special in (
        ("pipe", "pipe"),
        ("/dev/null", "/dev/null"),
        ("run.jsonl", "run.jsonl.part"),
    ):
        assert run(*USUAL[:2], "--out", out, *USUAL[4:]) == (
            1,
            "",
            f"--out {out}: {special} is not a regular file; name a new file\n",
        )
        assert not Path(special).is_file()


@pytest.mark.parametrize(
    "out", ["/proc/run.jsonl", "r" * 252, "r" * 300, "corpus.jsonl.gz/run.jsonl"]
)
def test_an_unwritable_run_is_told_first(files, never_searched, out):
    code, printed, err = run(*USUAL[:2], "--out", out, *USUAL[4:])
    assert (code, printed) == (1, "")
    assert err.startswith(f"--out {out} cannot be written: ")
    assert err.count("\n") == 1


def test_the_check_leaves_no_file(files):
    run(*USUAL[:4])
    assert not list(Path("runs").iterdir())


def test_a_disk_that_fails_at_the_end_is_one_line(tmp_path):
    gone = tmp_path / "gone" / "run.jsonl"
    with pytest.raises(BadInput, match="cannot be written: No such file"):
        write_run([ask(query(0), Recorder())], gone)


def test_a_fault_of_the_whole_file_has_no_line(files):
    Path("broken.jsonl.gz").write_bytes(b"no gzip at all")
    code, out, err = run(*USUAL[:4], "--corpus", "broken.jsonl.gz")
    assert (code, out) == (1, "")
    assert err.startswith("The corpus broken.jsonl.gz holds no article (")
    assert "None" not in err


def test_a_bad_row_shows_no_control_characters(files):
    rows = [{**QUERIES[0], "id": "\x1b[2Jq", "type": "\x1b]0;t\x07", "gold_ids": ["\x9b"]}] * 2
    Path("queries.jsonl").write_text(lines(rows), encoding="utf-8")
    code, _, err = run(*USUAL)
    assert code == 1
    assert err.startswith("The query set queries.jsonl has rows")
    assert err.rstrip("\n").isprintable()


def test_a_corpus_without_articles_is_told_with_its_first_fault(files):
    Path("empty.jsonl").write_text('{"id": "a"}\n', encoding="utf-8")
    code, out, err = run(*USUAL[:4], "--corpus", "empty.jsonl")
    assert (code, out) == (1, "")
    assert err.startswith("The corpus empty.jsonl holds no article (line 1: no text ")


def test_queries_of_another_corpus_are_refused_and_single_gaps_told(files):
    other = [{**QUERIES[0], "gold_ids": ["zz-1"]}]
    Path("queries.jsonl").write_text(lines(other), encoding="utf-8")
    code, out, err = run(*USUAL)
    assert (code, out) == (1, "")
    assert err.splitlines()[-1].startswith(
        'The archive has none of the 1 gold articles, not even "zz-1"; '
    )
    Path("queries.jsonl").write_text(lines([*other, QUERIES[3]]), encoding="utf-8")
    code, _, err = run(*USUAL)
    (archive,) = Path("runs").glob("*.archive")
    assert code == 0
    assert err.splitlines()[-1] == f"1 gold articles are not in {archive}, the first zz-1"


# --- reading


def test_only_what_the_judge_needs_is_read(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text("\n" + lines(QUERIES[:1]), encoding="utf-8")
    assert read_retrieval_queries(path) == [
        RetrievalQuery(
            id="q-loans",
            type="single",
            question="云城各项贷款余额是多少？",
            gold_ids=("yc-0",),
            answers=(("512亿元",),),
        )
    ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"id": 3}, "id: Input should be a valid string"),
        ({"id": ""}, "id: String should have at least 1 character"),
        ({"gold_ids": "yc-0"}, "gold_ids: Input should be a valid array"),
        ({"answers": [["512亿元"], []]}, "answers.1: Tuple should have at least 1 item"),
        ({"require_all_gold": "yes"}, "require_all_gold: Input should be a valid boolean"),
        ({"question": "问" * 501}, "question: String should have at most 500 characters"),
        ({"id": "q" * 201}, "id: String should have at most 200 characters"),
        ({"id": "a\x1b[2J"}, "id: String should have no control characters. "),
        ({"id": "a\n"}, "id: String should have no control characters. "),
        ({"type": "\x1b]0;x\x07"}, "type: String should have no control characters. "),
        ({"gold_ids": ["yc-0", "\x9b2J"]}, "gold_ids.1: String should have no control characters"),
        ({"gold_groups": [["\x7f"]]}, "gold_groups.0.0: String should have no control characters"),
    ],
    ids=[
        *("id", "empty", "gold", "answers", "flag", "long"),
        *("long id", "escape", "newline", "type", "gold escape", "group"),
    ],
)
def test_a_field_of_the_wrong_kind_is_named(tmp_path, row, fault):
    path = tmp_path / "q.jsonl"
    path.write_text(lines([{**QUERIES[0], **row}]), encoding="utf-8")
    with pytest.raises(BadInput, match="line 1: " + fault):
        read_retrieval_queries(path)


@pytest.mark.parametrize(
    ("content", "fault"),
    [(None, "No such file or directory"), (b"PK\x03\x04\x00", "not text"), (b"\n", "has no rows")],
)
def test_a_query_set_that_cannot_be_read_is_named(tmp_path, content, fault):
    path = tmp_path / "q.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=fault):
        read_retrieval_queries(path)


# --- running


@dataclass
class Recorder:
    """A search that finds the same every time and keeps what it was asked."""

    ranked: tuple[str, ...] = ("yc-0",)
    evidence: tuple = ()
    asked: list[str] = field(default_factory=list)

    def __call__(self, question):
        self.asked.append(question)
        return self


def query(n, **fields):
    return RetrievalQuery(**{"id": f"q{n}", "type": "single", "question": f"问{n}", **fields})


def test_the_system_is_shown_the_question_alone_and_warmed_up_first():
    queries = [query(n, gold_ids=(f"yc-{n}",), answers=(("甲",),)) for n in range(5)]
    find, done = Recorder(), []
    results = run_queries(queries, find, on_done=lambda: done.append(1))
    assert find.asked == ["问0", "问1", "问2"][:WARM_UP] + [f"问{n}" for n in range(5)]
    assert len(results) == len(done) == 5


def test_only_judged_queries_are_scored_and_missing_evidence_is_a_miss():
    queries = [query(0, gold_ids=("yc-0",), answers=(("甲",),)), query(1, type="null"), query(2)]
    scores = score_results([ask(each, Recorder()) for each in queries])
    assert [score.values["hit@1"] for score in scores] == [1.0]
    assert [score.values["answer@5"] for score in scores] == [0.0]


def test_a_run_that_breaks_off_leaves_the_one_before(tmp_path):
    out = tmp_path / "run.jsonl"
    write_run([ask(query(0), Recorder())], out)
    before = out.read_text(encoding="utf-8")

    def broken():
        yield ask(query(1), Recorder())
        raise RuntimeError("cut off")

    with pytest.raises(RuntimeError):
        write_run(broken(), out)
    assert out.read_text(encoding="utf-8") == before
    row = json.loads(before)
    assert row.pop("timings").keys() == {"retrieve"}
    assert row == {"id": "q0", "ranked": ["yc-0"], "evidence": []}


def test_the_archive_is_named_by_the_content_of_the_corpus(tmp_path):
    first, second = tmp_path / "a" / "corpus.jsonl", tmp_path / "b" / "corpus.jsonl"
    for path, text in ((first, "1"), (second, "2")):
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    out = tmp_path / "runs" / "run.jsonl"
    folders = [choose_archive(path, None, out) for path in (first, second)]
    assert {folder.parent for folder in folders} == {tmp_path / "runs"}
    assert folders[0] != folders[1]
    assert choose_archive(first, None, out.with_name("other.jsonl")) == folders[0]
    assert choose_archive(first, tmp_path / "mine", out) == tmp_path / "mine"


def test_the_day_is_the_archive_s_last_whatever_the_clock_says(tmp_path, monkeypatch):
    days = []
    monkeypatch.setattr(
        "eval.retrieval.search", lambda *given, today, **options: days.append(today)
    )
    for name, published in (("dated", date(2031, 7, 20)), ("undated", None)):
        known = DateKnown.STATED if published else DateKnown.UNKNOWN
        article = Article(
            id="a", title="题", body="一句话。", published=published, date_known=known
        )
        ingest_articles(tmp_path / name, [article], FakeEncoder())
        opened = Archive.open(tmp_path / name, FakeEncoder())
        archive_search(opened, FakeEncoder(), mode=Mode.HYBRID, limit=6, articles=20)("上半年")
        assert missing_gold([query(0, gold_ids=("a", "b"))], opened) == ["b"]
        opened.close()
    assert days == [date(2031, 7, 20), date(2000, 1, 1)]

"""What readers are told when something breaks, on the Chinese page and on the English one."""

import json
import os
import re
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from desk.check_render import render_checking
from desk.check_run import Checking, CheckPhase, Draft
from desk.check_text import check_labels
from desk.check_upload import upload_text
from desk.chips import changed
from desk.eval_look import Look
from desk.eval_place import MOST_FILES, EvalFiles
from desk.eval_render import render_strip
from desk.eval_run import Job
from desk.eval_text import eval_labels
from desk.exchange import Exchange, Phase
from desk.feedback import Feedback
from desk.pack import pack_html
from desk.pack_text import as_plain
from desk.render import render_exchange
from desk.text import labels
from desk.told import told
from desk.told_details import detail
from eval.questions import read_questions
from eval.review import read_feedback
from index.catalog import catalog_of
from index.errors import BadInput, UserError
from index.filters import SearchFilter, check_filters
from index.lock import hold_writer_lock
from index.vectors_server import ServerUnreachable
from rag.draft_check import LONGEST_DRAFT, require_draft
from rag.draft_claims import cut_claims
from rag.draft_types import DraftReport
from rag.llm import LLMFailedError
from rag.understand import LONGEST_QUESTION, understand
from tests.eval_desk import QUESTIONS, Teller, desk_over, engine_of
from tests.eval_rows import write_lines
from tests.scripted_engine import (
    COVERAGE,
    ScriptedArchive,
    ScriptedEngine,
    asked,
    done,
    loan_answer,
)

ADMIN = {"admin": True}
READER = {"admin": False}
DOWN = (
    "The LLM did not answer (APIConnectionError: Connection error.). "
    "Check SUYUAN_LLM_BASE_URL and the endpoint, then ask again."
)
DOWN_ZH = "语言模型没有回答（连不上它的接口）。"


def raised(act):
    with pytest.raises(UserError) as caught:
        act()
    return caught.value


def visible(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- errors as the modules raise them --------------------------------------------------------


def test_an_archive_that_is_not_there_or_damaged_is_told_in_both_languages(tmp_path):
    none = raised(lambda: catalog_of(tmp_path))
    assert told(none, "zh") == (
        f"{tmp_path} 里还没有资料库。请先入库：suyuan ingest 文件 --archive {tmp_path}"
    )
    assert told(none, "en") == str(none)
    (tmp_path / "catalog.sqlite3").write_bytes(b"no database" * 1000)
    said = told(raised(lambda: catalog_of(tmp_path)), "zh")
    assert said.startswith(f"{tmp_path}/catalog.sqlite3 读不出来（不是数据库文件）。请管理员恢复")


def test_an_archive_that_another_process_writes_names_it_in_chinese(tmp_path):
    with hold_writer_lock(tmp_path, command="suyuan ingest 稿"):
        said = told(raised(lambda: hold_writer_lock(tmp_path, command="x").__enter__()), "zh")
    assert re.fullmatch(
        rf"\S+ 上的 `suyuan ingest 稿`（进程 {os.getpid()}，\S+ 起）正在写资料库 "
        rf"{tmp_path}。请等它结束再试。",
        said,
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sources": ("海州日抱",)}, "库中没有报纸“海州日抱”；相近的有：海州日报、海州晚报。"),
        ({"sections": ("xyz",)}, "库中没有版面“xyz”；"),
        (
            {"sources": ("海州日抱",), "reporters": ("No paper 'x' here",)},
            "库中没有报纸“海州日抱”；相近的有：海州日报、海州晚报。",
        ),
    ],
)
def test_each_value_that_nothing_here_has_is_worded(fields, said):
    error = raised(lambda: check_filters(ScriptedArchive(), SearchFilter(**fields)))
    chinese = told(error, "zh")
    assert said in chinese
    assert "here" not in chinese.replace("No paper 'x' here", "")


def test_a_period_that_ends_before_it_begins_is_told_in_chinese():
    given = SearchFilter(since=date(2025, 8, 1), until=date(2025, 7, 1))
    said = told(raised(lambda: check_filters(ScriptedArchive(), given)), "zh")
    assert said == "起始日 2025-08-01 晚于截止日 2025-07-01：请对调。"


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: understand(" ", anchor=date(2025, 1, 1)), "问题是空的。请写一个，例如："),
        (
            lambda: understand("字" * (LONGEST_QUESTION + 1), anchor=date(2025, 1, 1)),
            f"问题有 {LONGEST_QUESTION + 1} 字，最多读 {LONGEST_QUESTION} 字。",
        ),
        (lambda: require_draft(" \n"), "稿件是空的。"),
        (
            lambda: require_draft("字" * (LONGEST_DRAFT + 1)),
            f"稿件有 {LONGEST_DRAFT + 1:,} 字，一次最多核对 {LONGEST_DRAFT:,} 字。",
        ),
        (
            lambda: cut_claims("甲\ud800", anchor=date(2025, 1, 1)),
            "稿件第 2 个字是残缺的字符（U+D800）。",
        ),
        (lambda: changed(EXCHANGE, {"since": "13.1."}, None), "“13.1.”不是日期：请写成"),
        (lambda: changed(EXCHANGE, {"since": "2020-01-01"}, None), "所问时间要有起止两天。"),
    ],
)
def test_what_a_reader_typed_is_refused_in_chinese(act, said):
    assert told(raised(act), "zh").startswith(said)


EXCHANGE = done("q", loan_answer("海州贷款余额是多少？"))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("稿.txt", "bm90IGE", "稿.txt 没有传完整。请再选一次。"),
        ("稿.txt", "", "稿件是空的。"),
        ("稿.docx", "QQ==", "稿.docx 这种文件读不了；可读的有 .txt .md"),
        (
            "稿.pdf",
            "JVBERi0xLjQgYnJva2Vu",  # %PDF-1.4 broken
            "稿.pdf 里没有可核对的文字：PDF 已损坏（",
        ),
        ("稿.txt", "AAECAwAAAAAAAA==", "稿.txt：认不出文字编码"),
    ],
)
def test_a_file_and_its_reason_are_both_worded(name, data, said):
    assert told(raised(lambda: upload_text(name, data)), "zh").startswith(said)


def test_a_verdict_that_cannot_be_kept_says_why_in_chinese(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    broken = Feedback(tmp_path / "file" / "feedback.jsonl")
    path = tmp_path / "file" / "feedback.jsonl"
    said = told(raised(lambda: broken.add({})), "zh")
    assert said == f"反馈写不进 {path}（同名文件已在）。请管理员检查磁盘和这个文件，再发一次。"


def test_bad_rows_of_a_set_are_worded_line_by_line(tmp_path):
    rows = [QUESTIONS[0], {**QUESTIONS[1], "answers": [], "gold": 3}, QUESTIONS[0]]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([*lines, "{"]), encoding="utf-8")
    said = told(raised(lambda: read_questions(path)), "zh")
    assert said == (
        f"题集 {path} 里有不能用的行：第 2 行：标为可答，却没有 answers，gold 须是列表；"
        "第 3 行：id “loans”在第 1 行已有；第 4 行：不是 JSON。请改好这些行。"
        "格式见 docs/qa-format.md。"
    )


def test_feedback_that_cannot_be_read_is_told_in_chinese(tmp_path):
    said = told(raised(lambda: read_feedback(tmp_path)), "zh")
    assert said == f"读者反馈 {tmp_path} 读不出来：是文件夹，不是文件。请检查磁盘和文件权限。"


@pytest.mark.parametrize(
    ("given", "chinese"),
    [
        ("[Errno 28] No space left on device: '/a/b'", "磁盘已满：'/a/b'"),
        ("[Errno 13] Permission denied", "没有权限"),
        (str(sqlite3.OperationalError("database is locked")), "数据库正被占用"),
        ("it has 268,435,456 bytes, the limit: review the queue and empty it",
         "已有 268,435,456 字节，到了上限：先审完待审的题，再清空它"),
        ("the file is empty", "文件是空的"),
        ("something nobody has met", "something nobody has met"),
    ],
)  # fmt: skip
def test_what_the_system_says_is_worded_where_it_is_known(given, chinese):
    assert detail("reason", given) == chinese


def test_values_stay_what_they_are():
    error = BadInput("There is no set '<img src=x onerror=1> {0} 甲': reload the page.")
    assert told(error, "zh") == "没有题集“<img src=x onerror=1> {0} 甲”：请刷新页面。"
    assert told("", "zh") == ""
    assert told("already in Chinese：甲", "zh") == "already in Chinese：甲"
    long = f"There is no set {'x' * 60_000!r}: reload the page."
    assert told(long, "zh") == long  # taken apart is only what has a bounded length


def test_many_faults_are_worded_too_whatever_their_values_hold(tmp_path):
    path = tmp_path / "a.jsonl"
    rows = [{**QUESTIONS[0], "id": f"{n}", "as_of": "1.1. " + "x" * 60} for n in range(30)]
    write_lines(path, rows)
    sentence = str(raised(lambda: read_questions(path)))
    assert len(sentence) > 2_000
    said = told(sentence, "zh")
    assert said.startswith(f"题集 {path} 里有不能用的行：第 1 行：as_of 须是")
    assert "第 20 行：as_of 须是" in said
    assert said.endswith("还有第 21, 22, 23, 24, 25, 26, 27, 28, 29, 30 行。请改好这些行。"
                         "格式见 docs/qa-format.md。")  # fmt: skip
    short = told(raised(lambda: read_questions(write_lines_of(path, rows[:2]))), "zh")
    assert short.count("as_of 须是") == 2
    assert short.endswith("格式见 docs/qa-format.md。")


def write_lines_of(path, rows):
    write_lines(path, rows)
    return path


def test_a_message_made_to_be_ambiguous_is_taken_apart_in_bounded_time():
    name = " (" * 9_000 + ") dimensions); the encoder now is " * 200
    sentence = f"/a was built with {name} (3 dimensions); the encoder now is x (4). No."
    assert told(sentence, "zh") == sentence  # minutes, were every way to read it tried


def test_a_server_of_vectors_that_is_away_is_told_in_chinese():
    error = ServerUnreachable(
        "No Chroma server answers at http://db:8000 (timed out). Start it (chroma run --path "
        "FOLDER) or correct SUYUAN_CHROMA_URL."
    )
    assert told(error, "zh").startswith("http://db:8000 上没有 Chroma 服务应答（timed out）。")


# --- the pages -------------------------------------------------------------------------------


class Silent(ScriptedEngine):
    """Its language model is down."""

    def stream(self, question, **options):
        raise LLMFailedError(DOWN)
        yield


def test_a_kept_error_is_worded_in_the_language_of_the_page_that_shows_it():
    failed = Exchange(1, "海州贷款余额是多少？", Phase.FAILED, error=DOWN)
    for lang, said in (("zh", DOWN_ZH), ("en", DOWN)):
        assert said in visible(render_exchange(failed, labels(lang), model=""))
        assert said in visible(pack_html((failed,), lang, made=datetime.now(UTC)))


def test_a_check_and_a_run_that_broke_say_so_in_the_language_of_the_page():
    checking = replace(Checking(Draft("甲")), phase=CheckPhase.FAILED, error=DOWN)
    job = Job(1, "r", "a.jsonl", "chen", 3, 0, 1, 0.0, running=False, error=DOWN)
    for lang, said in (("zh", DOWN_ZH), ("en", DOWN)):
        assert said in visible(render_checking(checking, check_labels(lang), labels(lang)))
        words = eval_labels(lang)
        assert said in visible(render_strip(words, job, now=1.0, admin=True, ended=True))


def test_an_answer_and_a_check_without_their_model_say_why_in_the_language_of_the_page():
    answer = replace(loan_answer("海州贷款余额是多少？"), notes=(DOWN, "回答照录中文原文。"))
    talk = done("海州贷款余额是多少？", answer)
    report = DraftReport(
        text="海州港很忙。", published=None, anchor=date(2025, 7, 16), findings=(), left_out=0,
        coverage=COVERAGE, timings={"total": 0.1}, model="x", index_version="v", notes=(DOWN,),
    )  # fmt: skip
    checked = Checking(Draft(report.text), phase=CheckPhase.DONE, report=report)
    for lang, said, other in (("zh", DOWN_ZH, "did not answer"), ("en", DOWN, "没有回答")):
        words = check_labels(lang)
        for shown in (
            visible(render_exchange(talk, labels(lang), model="x")),
            visible(pack_html((talk,), lang)),
            as_plain(talk, lang),
            visible(render_checking(checked, words, labels(lang))),
        ):
            assert said in shown
            assert other not in shown
        assert "回答照录中文原文。" in as_plain(
            talk, lang
        )  # what an answer says keeps its language


@pytest.fixture
def desk(folder, archive):
    made = desk_over(folder, engine_of(archive, Teller()))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("damage", "chinese", "english"),
    [
        ("qa/newsroom.jsonl", "题集 {path} 里有不能用的行：第 1 行：不是 JSON。请改好这些行。",
         "The QA set {path} has rows that cannot be used: line 1: not JSON"),
        ("qa/newsroom.jsonl.reviewed.jsonl", "审题记录 {path} 里有不能用的行：第 1 行：不是 JSON。",
         "The review file {path} has rows that cannot be used: line 1: not JSON"),
        ("desk/feedback.jsonl", "feedback.jsonl 第 1 行：不是 JSON",
         "feedback.jsonl line 1: not JSON"),
    ],
)  # fmt: skip
def test_a_damaged_file_of_the_review_is_named_in_both_languages(
    desk, place, damage, chinese, english
):
    (place / damage).write_text("{nothing\n", encoding="utf-8")
    for lang, said in (("zh", chinese), ("en", english)):
        view = desk.view(Look(pane="review"), lang, **ADMIN)
        assert said.format(path=place / damage) in visible(view.listed)


def test_a_reader_is_told_what_is_missing_and_who_adds_it(desk, place, monkeypatch):
    assert "先问 10 题" in desk.view(Look(), "zh", **ADMIN).listed
    seen = visible(desk.view(Look(), "zh", **READER).listed)
    assert "请管理员在这里选一套题跑一次" in seen
    assert "先问 10 题" not in seen
    monkeypatch.setattr(EvalFiles, "sets", lambda self: {})  # an installed copy has no samples
    seen = visible(desk.view(Look(), "zh", **READER).listed)
    assert f"请管理员上传一套，或放进 {place / 'qa'}" in seen
    assert "An admin can upload one" in desk.view(Look(), "en", **READER).listed
    form = desk.view(Look(), "zh", **ADMIN).form
    assert f"还没有题集可选：请上传一套 .jsonl 题集，或放进 {place / 'qa'}" in form
    sent = {"set": "", "limit": "", "seed": ""}
    view, begun = desk.start(sent, Look(), "zh", user="chen", admin=True)
    assert not begun
    assert "请先选一套题" not in view.form


def test_more_sets_than_are_listed_are_counted_and_the_latest_are_there(desk, place):
    assert "没有列出" not in desk.view(Look(), "zh", **ADMIN).form
    for number in range(MOST_FILES + 5):
        path = place / "qa" / f"old-{number:03}.jsonl"
        write_lines(path, QUESTIONS[:1])
        os.utime(path, (1, 1))
    # with the set and the queue that are there: 207 files, and 200 of them are listed
    form = desk.view(Look(), "zh", **ADMIN).form
    assert "另有 7 个文件没有列出" in form
    assert f"最近改过的 {MOST_FILES} 个" in form
    assert '<option value="newsdesk.jsonl"' in form
    assert "7 more files are not listed" in desk.view(Look(), "en", **ADMIN).form
    assert "另有 7 个文件没有列出" in desk.view(Look(pane="review"), "zh", **ADMIN).listed


def test_a_question_whose_model_is_down_fails_in_chinese_on_the_page():
    from desk.events import Desk

    desk = Desk(Silent(), ())
    talk = asked(desk, "海州贷款余额是多少？")
    assert talk[-1].error == DOWN  # kept as it was said
    assert DOWN_ZH in visible(desk.now(talk, "zh"))
    assert DOWN in visible(desk.now(talk, "en"))

"""Chips, feedback, copies and evidence packs: what is asked again, kept, and handed on."""

import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from desk.chips import Wish, again, changed, chips_of, offered, without
from desk.events import Desk
from desk.exchange import Exchange, Phase
from desk.feedback import Feedback, FeedbackUnavailable, feedback_row
from desk.history_place import DeskFiles
from desk.history_values import exchange_of
from desk.pack import pack_html, pack_json
from desk.pack_text import as_markdown, as_plain
from desk.talk_events import TalkDesk
from index.errors import BadInput
from rag.types import Filters, Period, Query, Status
from tests.scripted_engine import (
    FOUND,
    LOAN_SENTENCE,
    LOANS,
    XSS_TITLE,
    ScriptedArchive,
    ScriptedEngine,
    answer,
    asked,
    citation,
    done,
    loan_answer,
)

QUESTION = "海州上半年贷款余额是多少？"
LIMITED = Filters(since=date(2025, 7, 1), sources=("海州日报", "海州晚报"), reporters=("林一舟",))


def loans(**changes):
    return replace(done(QUESTION, loan_answer(QUESTION)), **changes)


def asking(question, *, understood="", period=None, language="zh-Hans"):
    """A finished exchange whose question was read like this."""
    query = Query(question, understood or question, language, period)
    return done(question, answer(question, Status.ANSWERED, "x", query=query))


# --- chips -----------------------------------------------------------------------------------


def test_the_period_and_each_filter_are_a_chip():
    chips = chips_of(loans(filters=LIMITED))
    assert [(chip.name, chip.value) for chip in chips] == [
        ("period", "上半年 · 2025-01-01 – 2025-06-30"),
        ("days", "2025-07-01 – …"),
        ("sources:0", "海州日报"),
        ("sources:1", "海州晚报"),
        ("reporters:0", "林一舟"),
    ]


def test_an_open_period_shows_no_invented_end():
    since = asking("2019年以来", period=Period(date(2019, 1, 1), date.max, "2019年以来"))
    assert chips_of(since)[0].value == "2019年以来 · 2019-01-01 – …"


@pytest.mark.parametrize(
    ("question", "without_it"),
    [
        ("海州上半年贷款余额是多少？", "海州贷款余额是多少？"),
        ("2025年上半年，海州贷款余额是多少？", "海州贷款余额是多少？"),
        ("上半年的贷款余额", "贷款余额"),
        ("截至6月末，贷款余额是多少？", "贷款余额是多少？"),
        ("What was Haizhou's GDP in the first half of 2025?", "What was Haizhou's GDP?"),
        ("2025年", "2025年"),  # nothing would be left to ask
    ],
)
def test_a_period_that_is_removed_leaves_a_whole_question(question, without_it):
    period = Period(date(2025, 1, 1), date(2025, 6, 30), "上半年")
    assert without(asking(question, period=period), "period").question == without_it


def test_a_follow_ups_period_is_removed_from_the_question_as_it_was_understood():
    follow_up = asking(
        "那新增多少？",
        understood="海州2025年上半年贷款新增多少？",
        period=Period(date(2025, 1, 1), date(2025, 6, 30), "2025年上半年"),
    )
    assert without(follow_up, "period").question == "海州贷款新增多少？"


def test_a_filter_that_is_removed_leaves_the_others():
    limited = loans(filters=LIMITED)
    assert without(limited, "sources:0") == Wish(
        QUESTION, replace(LIMITED, sources=("海州晚报",)), 1
    )
    assert without(limited, "days").filters == replace(LIMITED, since=None)
    assert without(limited, "reporters:0").filters.reporters == ()
    assert without(limited, "period").filters == LIMITED


@pytest.mark.parametrize("name", ["sources:9", "sections:0", "x", None, 3, ["period"], {}])
def test_a_chip_that_is_not_there_removes_nothing(name):
    assert without(loans(filters=LIMITED), name) is None


@pytest.mark.parametrize("act", ["retry", "drop", "narrow", [], {}, None])
@pytest.mark.parametrize("value", [[], {}, "x" * 100_000, 7, None])
def test_whatever_a_browser_sends_is_bounded_and_no_error(act, value):
    desk = TalkDesk(Desk(ScriptedEngine(), ()))
    talk = (loans(),)
    sent = {"act": act, "number": 1, "value": value, "question": value, "since": value}
    wish, sheet = desk.wish(talk, sent, "zh")
    assert wish is None or len(wish.question) <= 500
    assert len(sheet) < 20_000
    assert desk.wish(talk, {**sent, "number": value}, "zh") == (None, "")
    assert desk.pack(talk, value, "zh") is None
    assert desk.rate("ann", talk, sent, "zh") is None
    assert desk.reopen("ann", value, "zh") == ((), None, "")
    assert desk.narrow(talk, 1, value, "zh")


FORM = {
    "question": QUESTION,
    "since": "2025-01-01",
    "until": "2025-06-30",
    "printed_since": "",
    "printed_until": "",
    "sources": "",
    "sections": "",
    "reporters": "",
}


def form(**fields):
    return changed(loans(), {**FORM, **fields}, ScriptedArchive())


def test_a_form_left_as_it_was_asks_the_same():
    assert form() == again(loans()) == Wish(QUESTION, Filters(), 1)


def test_another_period_is_written_into_the_question():
    wish = form(since="2024-01-01", until="2024-12-31")
    assert wish.question == "海州2024年贷款余额是多少？"
    assert form(since="", until="").question == "海州贷款余额是多少？"


def test_other_words_and_papers_are_asked_as_they_are():
    wish = form(question="存款呢？", sources="海州日报；海州晚报;海州日报", reporters=" 林一舟 ")
    assert wish.question == "存款呢？"
    assert wish.filters == Filters(sources=("海州日报", "海州晚报"), reporters=("林一舟",))
    dated = form(printed_since="2025-07-01", printed_until="2025-07-31").filters
    assert (dated.since, dated.until) == (date(2025, 7, 1), date(2025, 7, 31))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"since": "2025-13-01"}, "'2025-13-01' is not a day"),
        ({"until": ""}, "needs both its first and its last day"),
        ({"since": "2025-07-01"}, "lies after"),
        ({"printed_since": "2025-08-01", "printed_until": "2025-07-01"}, "lies after"),
        ({"sources": "海州日抱"}, "close to it: 海州日报"),
    ],
)
def test_what_cannot_be_searched_is_told_with_its_value(fields, said):
    with pytest.raises(BadInput, match=said):
        form(**fields)


def test_an_archive_that_names_no_papers_offers_none():
    assert offered(object()) == {}
    assert offered(ScriptedArchive())["sources"] == tuple(
        sorted(("海州日报", "海州晚报", "湾区经济", "港城周刊"))
    )


def test_the_question_asked_again_takes_the_place_and_leans_on_what_was_before():
    desk = Desk(ScriptedEngine(), ())
    talk = asked(desk, "那丙呢？", asked(desk, QUESTION))
    again_talk = list(desk.ask_again(again(talk[-1]), talk, threading.Event()))[-1]
    assert [(each.number, each.asked) for each in again_talk] == [(1, QUESTION), (3, "那丙呢？")]
    assert f"接着上一问“{QUESTION}”" in again_talk[-1].text


def test_a_follow_up_keeps_what_the_question_before_was_narrowed_to():
    desk = Desk(ScriptedEngine(), ())
    wish = Wish(QUESTION, LIMITED, 0)
    talk = list(desk.ask_again(wish, (), threading.Event()))[-1]
    talk = asked(desk, "那呢？", talk)
    assert talk[-1].filters == LIMITED
    assert talk[-1].answer.query.filters == LIMITED  # the engine was told


# --- what readers say ------------------------------------------------------------------------


def test_a_verdict_is_one_line_with_all_that_a_reviewer_needs(tmp_path):
    file = tmp_path / "desk" / "feedback.jsonl"
    earlier = [done("甲？", loan_answer("甲？")), Exchange(2, "停", Phase.STOPPED)]
    row = feedback_row(loans(), earlier, user="ann", verdict="down", right_answer=" 占12%\n")
    Feedback(file).add(row)
    Feedback(file).add(feedback_row(loans(), (), user="bob", verdict="up"))
    first, second = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert list(first) == [
        "id", "time", "user", "verdict", "question", "turns", "answer", "right_answer", "cited",
        "quotes", "index_version", "model",
    ]  # fmt: skip
    assert datetime.fromisoformat(first.pop("time")).tzinfo is not None
    assert first.pop("id") != second["id"]
    assert first == {
        "user": "ann",
        "verdict": "down",
        "question": QUESTION,
        "turns": ["甲？"],
        "answer": loan_answer(QUESTION).text,
        "right_answer": "占12%",
        "cited": ["haizhou-loans", "haizhou-loans"],
        "quotes": [FOUND[0].text, FOUND[1].text],
        "index_version": "fake@1",
        "model": "scripted-1.5b",
    }
    assert (second["user"], second["verdict"], second["right_answer"]) == ("bob", "up", "")
    assert file.stat().st_mode & 0o077 == 0


def test_the_queue_reads_what_the_page_writes(tmp_path):
    from eval.review import read_feedback

    file = tmp_path / "feedback.jsonl"
    Feedback(file).add(feedback_row(loans(), (), user="a", verdict="down", right_answer="占12%"))
    proposals, faults = read_feedback(file)
    assert (len(proposals), faults) == (1, {})


def test_a_line_cut_short_by_a_crash_does_not_swallow_the_next(tmp_path):
    file = tmp_path / "feedback.jsonl"
    file.write_text('{"id": "half', encoding="utf-8")
    Feedback(file).add({"id": "whole"})
    assert file.read_text(encoding="utf-8") == '{"id": "half\n{"id": "whole"}\n'


def test_many_readers_at_once_write_whole_lines(tmp_path):
    feedback = Feedback(tmp_path / "feedback.jsonl")
    rows = [{"id": str(number), "answer": "字" * 20_000} for number in range(40)]
    threads = [threading.Thread(target=feedback.add, args=(row,)) for row in rows]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    lines = (tmp_path / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["id"] for line in lines) == sorted(row["id"] for row in rows)


def test_a_verdict_that_cannot_be_written_is_told_and_what_was_typed_is_kept(tmp_path):
    (tmp_path / "file").write_text("x")
    broken = Feedback(tmp_path / "file" / "feedback.jsonl")
    with pytest.raises(FeedbackUnavailable, match="send it again"):
        broken.add({})
    desk = TalkDesk(Desk(ScriptedEngine(), (), feedback=broken))
    talk = (loans(),)
    rated = desk.rate("ann", talk, {"act": "feedback", "number": "1", "right": "占12%"}, "zh")
    assert rated.talk is talk
    assert "占12%</textarea>" in rated.sheet
    assert "再发一次" in rated.sheet
    assert "（同名文件已在）" in rated.sheet


def test_thumbs_up_is_noted_once_and_down_asks_first(tmp_path):
    file = tmp_path / "feedback.jsonl"
    desk = TalkDesk(Desk(ScriptedEngine(), (), feedback=Feedback(file)))
    up = {"act": "rate", "value": "up", "number": "1"}
    rated = desk.rate("ann", (loans(),), up, "zh")
    assert rated.talk[0].verdict == "up"
    assert desk.rate("ann", rated.talk, up, "zh") is None
    asks = desk.rate("ann", rated.talk, {**up, "value": "down"}, "zh")
    assert 'data-sheet="feedback"' in asks.sheet
    assert len(file.read_text().splitlines()) == 1
    assert desk.rate("ann", rated.talk, {**up, "number": "7"}, "zh") is None
    stopped = (Exchange(1, "q", Phase.STOPPED),)
    assert desk.rate("ann", stopped, up, "zh") is None


# --- handing on ------------------------------------------------------------------------------


def hostile_talk():
    cited = replace(citation(1, FOUND[2]), url="javascript:alert(1)")
    text = f"吞吐量3.4亿吨[1]。{XSS_TITLE}"
    said = answer(XSS_TITLE, Status.ANSWERED, text, citations=(cited,))
    return (loans(asked_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC)), done(XSS_TITLE, said, 2))


def test_a_pack_has_the_quotes_their_articles_versions_checks_model_and_index():
    page = pack_html(hostile_talk(), "zh")
    for expected in (
        LOAN_SENTENCE,
        "<code>haizhou-loans</code> · 第 1 版 · ",
        "2025-07-16 (载明)",
        "✓ 20314亿元 · 所引句子里有 [1]",
        "✗ 15% · 所引句子里没有",
        "模型 scripted-1.5b · 索引版本 fake@1",
        "提问时间 2026-01-02",
        '<a href="#q1c1">[1]</a>',
        "理解为：海州2025年上半年贷款余额是多少？",
    ):
        assert expected in page
    start = LOANS.body.index(LOAN_SENTENCE)
    assert f"{start}:{start + len(LOAN_SENTENCE)}" in page


def test_nothing_of_an_article_is_markup_in_a_pack_and_nothing_is_loaded():
    page = pack_html(hostile_talk(), "en")
    assert "&lt;img src=x onerror=&quot;window.pwned=1&quot;&gt;" in page
    assert "<img" not in page
    assert "<script" not in page
    assert "javascript:" not in page
    assert "default-src 'none'" in page


def test_a_json_pack_is_read_back_as_the_conversation():
    talk = hostile_talk()
    pack = json.loads(pack_json(talk))
    assert pack["format"] == "suyuan-evidence-pack/1"
    again_talk = [exchange_of(each) for each in pack["exchanges"]]
    assert [each.answer for each in again_talk] == [each.answer for each in talk]
    assert pack["exchanges"][0]["answer"]["citations"][0]["quote"] == LOAN_SENTENCE


def test_a_stopped_question_is_in_the_pack_as_stopped():
    page = pack_html((Exchange(1, "q", Phase.STOPPED, text="截至"),), "zh")
    assert "已停止：以上内容不完整，未经核对" in page
    assert "截至" in page


def test_a_copied_answer_brings_its_sources_and_what_is_doubtful():
    assert as_plain(loans(), "zh") == (
        f"{QUESTION}\n\n{loan_answer(QUESTION).text}\n\n"
        "所引句子里没有以下内容，请核对原文：15%\n\n来源\n"
        "[1] 《上半年海州贷款余额突破两万亿元》、海州日报 A02 要闻、2025-07-16 (载明)："
        f"“{LOAN_SENTENCE}” (haizhou-loans v1)\n"
        "[2] 《上半年海州贷款余额突破两万亿元》、海州日报 A02 要闻、2025-07-16 (载明)："
        "“上半年新增贷款1126亿元，其中制造业贷款新增238亿元。” (haizhou-loans v1)"
    )


def test_markdown_cannot_be_broken_by_an_article():
    copied = as_markdown(hostile_talk()[1], "en")
    assert "\\<img src=x onerror=" in copied
    assert "javascript" not in copied
    assert as_markdown(loans(), "en").endswith(
        "[Original page](https://news.example.com/2025/07/16/a02.html)"
    )
    lists = answer("q", Status.ANSWERED, "2025. 年\n- 甲 *乙* [丙](http://x)")
    assert "2025\\. 年\n\n\\- 甲 \\*乙\\* \\[丙\\]\\(http://x\\)" in as_markdown(
        done("q", lists), "zh"
    )


def test_a_desk_whose_history_fails_goes_on_and_says_so(tmp_path, caplog):
    history = DeskFiles(tmp_path).open_history(print)
    desk = TalkDesk(Desk(ScriptedEngine(), (), history=history))
    kept, said = desk.keep("ann", None, (loans(),), "zh")
    assert (kept is not None, said) == (True, "")
    (tmp_path / "desk" / "history.sqlite3").write_bytes(b"no database" * 1000)
    assert "cannot be read (file is not a database)" in desk.reopen("ann", kept.id, "en")[2]
    assert "会话读不出来（不是数据库文件）" in desk.reopen("ann", kept.id, "zh")[2]
    same, said = desk.keep("ann", kept, (loans(),), "zh")
    assert same is kept
    assert "会话写不进去（不是数据库文件）" in said
    assert "cannot be written" in desk.keep("ann", kept, (loans(),), "en")[1]
    assert "会话读不出来" in desk.listing("ann", "zh")
    assert "还没有对话" not in desk.listing("ann", "zh")  # that is not known
    assert "cannot be read" in desk.listing("ann", "en")


def test_the_history_says_who_can_see_it():
    desk = TalkDesk(Desk(ScriptedEngine(), ()))
    assert "没有登录" in desk.listing("local", "zh")
    assert "对话只有你自己看得到" in desk.listing("ann", "zh")


def test_while_articles_are_put_in_the_empty_page_and_a_vain_search_say_so():
    desk = Desk(ScriptedEngine(), (), ingesting=lambda: True)
    assert "<b>正在入库</b>" in desk.view((), "zh").now
    assert "<b>正在入库</b>" in desk.now(asked(desk, "济州？"), "zh")
    assert "正在入库" not in desk.now(asked(desk, QUESTION), "zh")
    assert "正在入库" not in Desk(ScriptedEngine(), ()).view((), "zh").now

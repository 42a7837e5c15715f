"""Conversations that survive a restart: whole, each user's own, bounded, and never lost."""

import json
import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from desk.exchange import Exchange, Phase
from desk.history import History, Kept
from desk.history_file import HistoryUnavailable, prepare
from desk.history_place import DeskFiles
from desk.history_values import answer_of, exchange_json, exchange_of
from index.corrections import Correction
from rag.export import answer_json
from rag.types import Filters, Query, Status
from tests.scripted_engine import COPIES, FOUND, LOAN_SENTENCE, answer, citation, done, loan_answer

QUESTION = "海州上半年贷款余额是多少？"


def open_history(path):
    """A server that starts: the store, and what it says of the file."""
    said = prepare(path)
    return History(path), said


@pytest.fixture
def path(tmp_path):
    return tmp_path / "desk" / "history.sqlite3"


@pytest.fixture
def history(path):
    return open_history(path)[0]


def rich():
    """An answered question with something in every field."""
    correction = Correction(
        "c", "海州日报", date(2025, 7, 18), "更正", 0, 2, "", None, "", "20314", "20341"
    )
    cited = replace(
        citation(1, FOUND[0]), copies=COPIES, correction=correction, lead="前句。", lead_start=3
    )
    said = replace(
        loan_answer(QUESTION),
        citations=(cited,),
        probability=0.9,
        notes=("一条提示",),
        query=Query(
            QUESTION,
            "海州2025年上半年贷款余额是多少？",
            "zh-Hans",
            filters=Filters(sources=("海州日报",), since=date(2025, 1, 1)),
            phrases=("贷款",),
            whole="whole",
        ),
    )
    return replace(
        done(QUESTION, said, 3),
        filters=said.query.filters,
        asked_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        verdict="down",
    )


def same(one, other):
    """Exchanges compare by identity, so by their fields."""
    return all(getattr(one, name) == getattr(other, name) for name in Exchange.__slots__)


# --- values ----------------------------------------------------------------------------------


def test_an_exchange_comes_back_as_it_was():
    before = rich()
    after = exchange_of(json.loads(json.dumps(exchange_json(before))))
    assert same(before, after)
    assert after.answer == before.answer  # citations, correction, copies and checks included


def test_the_stored_answer_is_the_export_and_can_be_read_from_it():
    said = replace(loan_answer(QUESTION), query=Query(QUESTION, "整句", "zh-Hans"))
    assert exchange_json(done(QUESTION, said))["answer"].keys() == answer_json(said).keys()
    assert answer_of(json.loads(json.dumps(answer_json(said)))) == said


def test_a_question_cut_short_comes_back_as_stopped_with_what_was_said():
    asked = Exchange(1, "q", Phase.ANSWERING, evidence=FOUND, text="截至")
    after = exchange_of(json.loads(json.dumps(exchange_json(asked))))
    assert (after.phase, after.text, after.evidence) == (Phase.STOPPED, "截至", FOUND)


@pytest.mark.parametrize(
    "change",
    [
        {"number": "1"},
        {"phase": "gone"},
        {"asked": None},
        {"evidence": [{"number": 1}]},
        {"asked_at": "yesterday"},
        {"answer": {"status": "answered"}},
        {"answer": []},
        {"filters": {"sources": "海州日报"}},
    ],
)
def test_a_damaged_exchange_is_refused_and_not_guessed(change):
    with pytest.raises(ValueError, match=r"."):
        exchange_of({**exchange_json(done(QUESTION, loan_answer(QUESTION))), **change})


# --- the store -------------------------------------------------------------------------------


def test_another_process_finds_the_conversation_as_it_was(path, history):
    talk = (done("第一问", loan_answer("第一问")), rich())
    kept = history.save("ann", None, talk)
    found, again = open_history(path)[0].load("ann", kept.id)
    assert found == kept
    assert [each.number for each in again] == [1, 3]
    assert all(map(same, talk, again))


def test_the_list_is_newest_first_and_finds_words_of_questions_and_answers(history):
    loans = history.save("ann", None, (done("贷款", loan_answer("贷款")),))
    said = answer("x", Status.ANSWERED, "3.4亿吨")
    port = history.save("ann", None, (done("港口50%_吗", said),))
    history.save(
        "ann", loans, (done("贷款", loan_answer("贷款")), done("那呢", loan_answer("x"), 2))
    )
    assert [(each.id, each.title, each.questions) for each in history.listed("ann")] == [
        (loans.id, "贷款", 2),
        (port.id, "港口50%_吗", 1),
    ]
    assert [each.id for each in history.listed("ann", "3.4亿吨 港口")] == [port.id]
    assert [each.id for each in history.listed("ann", "20314亿元")] == [loans.id]
    assert history.listed("ann", "20314亿元 港口") == []
    assert [each.id for each in history.listed("ann", "0%_吗")] == [port.id]
    assert [each.id for each in history.listed("ann", "_")] == [port.id]  # no wildcard
    assert [each.id for each in history.listed("ann", limit=1)] == [loans.id]


def test_nobody_lists_opens_changes_or_deletes_anothers(history):
    talk = (done("秘密", loan_answer("秘密")),)
    kept = history.save("ann", None, talk)
    assert history.listed("bob") == []
    assert history.load("bob", kept.id) is None
    assert not history.delete("bob", kept.id)
    assert history.clear("bob") == 0
    assert history.save("bob", kept, talk).id != kept.id
    assert history.load("ann", kept.id)[0] == kept


def test_one_is_deleted_and_then_all_and_nothing_of_them_is_left_in_the_file(path, history):
    secret = (done("绝密问题", answer("绝密问题", Status.ANSWERED, "绝密回答")),)
    first = history.save("ann", None, secret)
    history.save("ann", None, (done("其二", loan_answer("其二")),))
    assert history.delete("ann", first.id)
    assert [each.title for each in history.listed("ann")] == ["其二"]
    assert "绝密".encode() not in path.read_bytes()
    assert history.clear("ann") == 1
    assert history.listed("ann") == []


def test_an_asked_again_question_replaces_the_one_before(history):
    first = done("改前", loan_answer("改前"), 1)
    kept = history.save("ann", None, (first,))
    kept = history.save("ann", kept, (done("改后", loan_answer("改后"), 2),))
    assert [each.asked for each in history.load("ann", kept.id)[1]] == ["改后"]


def test_an_earlier_exchange_is_written_again_where_it_changed(history):
    talk = (done("一", loan_answer("一"), 1), done("二", loan_answer("二"), 2))
    kept = history.save("ann", None, talk)
    rated = (replace(talk[0], verdict="up"), talk[1])
    history.save("ann", kept, rated)
    assert history.load("ann", kept.id)[1][0].verdict == ""
    kept = history.load("ann", kept.id)[0]
    history.save("ann", kept, rated, changed=1)
    assert history.load("ann", kept.id)[1][0].verdict == "up"


def test_two_tabs_that_go_on_with_one_conversation_both_keep_theirs(history):
    common = (done("共同", loan_answer("共同")),)
    kept = history.save("ann", None, common)
    one = history.save("ann", kept, (*common, done("甲", loan_answer("甲"), 2)))
    two = history.save("ann", kept, (*common, done("乙", loan_answer("乙"), 2)))
    assert one.id == kept.id != two.id
    assert [each.asked for each in history.load("ann", one.id)[1]] == ["共同", "甲"]
    assert [each.asked for each in history.load("ann", two.id)[1]] == ["共同", "乙"]


def test_an_answer_that_ends_after_its_conversation_was_deleted_does_not_bring_it_back(history):
    talk = (done("删", loan_answer("删")),)
    kept = history.save("ann", None, talk)
    history.delete("ann", kept.id)
    assert history.save("ann", kept, talk, revive=False) is None
    assert history.listed("ann") == []
    assert history.save("ann", kept, talk).id != kept.id  # asked again: a new one


def test_many_writers_at_once_lose_nothing(history):
    def write(user):
        for number in range(5):
            history.save(user, None, (done(f"{user}{number}", loan_answer("x")),))

    threads = [threading.Thread(target=write, args=(user,)) for user in "abcd"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [len(history.listed(user)) for user in "abcd"] == [5, 5, 5, 5]


def test_the_oldest_leave_when_there_are_too_many_or_they_are_too_big(path, history):
    few = History(path, most=2)
    for title in "甲乙丙":
        few.save("ann", None, (done(title, loan_answer(title)),))
    few.save("bob", None, (done("别人的", loan_answer("x")),))
    assert [each.title for each in few.listed("ann")] == ["丙", "乙"]
    size = len(json.dumps(exchange_json(done("丁", loan_answer("丁")))))
    small = History(path, most_bytes=size + size // 2)  # room for one, not for two
    small.save("ann", None, (done("丁", loan_answer("丁")),))
    assert [each.title for each in small.listed("ann")] == ["丁"]
    assert len(small.listed("bob")) == 1
    one = History(path, most_bytes=10)  # smaller than any: what was just written stays
    one.save("ann", None, (done("戊", loan_answer("戊")),))
    assert [each.title for each in one.listed("ann")] == ["戊"]


def test_half_characters_and_nul_do_not_break_the_file(history):
    odd = "贷款\ud800\0余额"
    kept = history.save("ann", None, (done(odd, answer(odd, Status.ANSWERED, odd)),))
    assert history.load("ann", kept.id)[1][0].asked == odd
    assert history.listed("ann")[0].title == "贷款余额"
    assert len(history.listed("ann", "贷款\ud800余额")) == 1


def test_what_names_an_article_that_was_taken_down_is_forgotten_of_all_users(path, history):
    port = answer("港口", Status.ANSWERED, "x", citations=(), evidence=FOUND[2:])
    kept = history.save("ann", None, (done("贷款", loan_answer("贷款")), done("港口", port, 2)))
    history.save("bob", None, (done("贷款", loan_answer("贷款")),))
    assert history.forget_article("haizhou-loan") == 0  # no id, only the beginning of one
    assert history.forget_article("haizhou-loans") == 2
    assert [each.asked for each in history.load("ann", kept.id)[1]] == ["港口"]
    assert history.listed("bob") == []
    assert LOAN_SENTENCE not in path.read_bytes().decode(errors="ignore")
    assert json.dumps(LOAN_SENTENCE)[1:-1] not in path.read_bytes().decode(errors="ignore")


def test_a_takedown_forgets_the_conversations_of_an_archive(tmp_path, path):
    told = []
    DeskFiles(tmp_path).forget_article("haizhou-loans", told.append)
    assert not path.exists()  # nothing was kept, so nothing is made
    history, _ = open_history(path)
    history.save("ann", None, (done("贷款", loan_answer("贷款")),))
    DeskFiles(tmp_path).forget_article("haizhou-loans", told.append)
    assert (history.listed("ann"), told) == ([], [])


# --- the file --------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [b"not a database at all" * 300, None])
def test_a_damaged_file_is_set_aside_and_named(path, history, damage):
    history.save("ann", None, tuple(done("x", loan_answer("x"), number) for number in range(1, 30)))
    content = damage or _torn(path.read_bytes())
    path.write_bytes(content)
    fresh, said = open_history(path)
    (aside,) = path.parent.glob("*.damaged-*")
    assert said == f"{path} is damaged and was set aside as {aside.name}; conversations begin anew."
    assert aside.read_bytes() == content
    assert fresh.listed("ann") == []
    fresh.save("ann", None, (done("新", loan_answer("新")),))
    assert open_history(path)[1] == ""


def _torn(content):
    return content[:8192] + b"\xff" * (len(content) - 8192)


def test_another_programs_database_is_left_alone(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE article (id TEXT)")
    file.close()
    before = path.read_bytes()
    with pytest.raises(HistoryUnavailable, match="has no conversations that this version"):
        open_history(path)
    assert path.read_bytes() == before


def test_a_later_versions_file_is_left_alone(path, history):
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA user_version = 2")
    file.close()
    with pytest.raises(HistoryUnavailable, match="tables are version 2, not 1"):
        open_history(path)


def test_one_unreadable_conversation_is_named_and_the_others_are_read(path, history):
    bad = history.save("ann", None, (done("坏", loan_answer("坏")),))
    good = history.save("ann", None, (done("好", loan_answer("好")),))
    with sqlite3.connect(path) as file:
        file.execute("UPDATE exchange SET body = '{}' WHERE conversation = ?", (bad.id,))
    file.close()
    with pytest.raises(HistoryUnavailable, match=f"Conversation {bad.id} in .* cannot be read"):
        history.load("ann", bad.id)
    assert history.load("ann", good.id)[1][0].asked == "好"
    assert history.delete("ann", bad.id)


def test_a_file_removed_under_the_server_begins_anew(path, history):
    kept = history.save("ann", None, (done("x", loan_answer("x")),))
    path.unlink()
    assert history.load("ann", kept.id) is None
    assert history.save("ann", Kept("gone", 4), (done("y", loan_answer("y")),)) is not None


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "desk").write_text("a file, not a folder")
    with pytest.raises(HistoryUnavailable, match=r"cannot be kept in .*choose another"):
        open_history(tmp_path / "desk" / "history.sqlite3")


def test_only_its_owner_reads_the_file_and_it_lies_beside_the_articles(tmp_path):
    files = DeskFiles(tmp_path / "archive")
    open_history(files.history)
    assert files.history == tmp_path / "archive" / "desk" / "history.sqlite3"
    assert files.feedback == tmp_path / "archive" / "desk" / "feedback.jsonl"
    assert files.history.stat().st_mode & 0o077 == 0
    assert files.history.parent.stat().st_mode & 0o077 == 0


def test_a_desk_that_cannot_keep_conversations_goes_on_without(tmp_path):
    said = []
    files = DeskFiles(tmp_path)
    assert files.open_history(said.append).listed("ann") == []
    files.history.write_bytes(b"no database" * 500)
    assert files.open_history(said.append).listed("ann") == []
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    assert DeskFiles(blocked).open_history(said.append) is None
    assert [line.partition("desk/")[2].split(" ")[1:3] for line in said] == [
        ["is", "damaged"],
        ["([Errno", "20]"],
    ]
    assert said[1].endswith("The page goes on without a history.")

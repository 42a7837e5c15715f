"""benchmarks/serving.py and load.py: users, mixed-up answers and memory are counted rightly."""

from dataclasses import replace

import pytest

from benchmarks.load import memory_growth
from benchmarks.planted_made import MOST, Planted, planted_article, planted_articles
from benchmarks.planted_made import planted_questions as planted
from benchmarks.serving import mixed_up
from benchmarks.serving_llm import MODEL, reply_to, scripted_endpoint
from benchmarks.serving_process import memory_of
from benchmarks.serving_times import percentiles
from benchmarks.serving_users import Asked, User, ask_together
from desk.api_access import Limits
from index.archive import Archive
from index.ingest import ingest_articles
from rag.llm import Endpoint, connect
from tests.api_setup import app_over, served
from tests.fakes import FakeEncoder

PROMPT = (
    "[1] 《云湾大桥动工》 筑路报 2023-01-02：工程由云湾第一工程处承建。\n"
    "[2] 《雾桥水厂动工》 筑路报 2023-01-03：雾桥水厂总投资17.2亿元。\n"
    "问题：雾桥水厂总投资是多少？\n回答："
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    ingest_articles(folder, planted_articles(12), FakeEncoder())
    opened = Archive.open(folder, FakeEncoder())
    yield opened
    opened.close()


def test_every_planted_article_has_a_name_and_an_answer_of_its_own():
    titles, questions = set(), set()
    for number in range(MOST):
        item, asked = planted_article(number)
        assert asked.answer in item.body
        assert asked.article_id == item.id
        titles.add(item.title)
        questions.add(asked.question)
    assert len(titles) == len(questions) == MOST


def test_there_are_no_more_planted_articles_than_names():
    with pytest.raises(ValueError, match="0 to 1599"):
        planted_article(MOST)


def test_the_endpoint_repeats_the_sentence_asked_for():
    assert reply_to(PROMPT) == "雾桥水厂总投资17.2亿元[2]。"
    assert reply_to("问题：没有句子？") == "没有找到。"


def test_the_endpoint_speaks_the_protocol_of_the_real_client():
    with scripted_endpoint() as server:
        llm = connect(Endpoint(base_url=server.url, model=MODEL, api_key="", timeout=5.0))
        from llama_index.core.llms import ChatMessage

        pieces = [piece.delta for piece in llm.stream_chat([ChatMessage(content=PROMPT)])]
        assert "".join(pieces) == reply_to(PROMPT)
        assert len(pieces) > 1
        assert server.calls == 1


def test_the_95th_percentile_is_the_least_that_95_of_100_do_not_exceed():
    found = percentiles([n / 1000 for n in range(1, 101)])
    assert found == {"p50_ms": 50.5, "p95_ms": 95.0, "n": 100}
    assert percentiles([0.02]) == {"p50_ms": 20.0, "p95_ms": 20.0, "n": 1}
    assert percentiles([]) == {"n": 0}


def test_memory_growth_leaves_out_what_is_loaded_at_first():
    # settled at 60 s: 1,000 MiB, the last 1,030: 3 %
    samples = [(10.0, 400.0), (60.0, 1000.0), (120.0, 1010.0), (180.0, 1030.0)]
    assert memory_growth(samples, settled=60)["memory_growth_percent"] == 3.0
    with pytest.raises(ValueError, match="no sample"):
        memory_growth(samples, settled=200)


def test_own_memory_is_part_of_the_resident():
    import os

    found = memory_of(os.getpid())
    assert 10 < found["own"] < found["resident"]


class Alone:
    """A user whom nobody disturbs, and what each question then rests on."""

    def __init__(self, **cited):
        self.cited = cited

    def ask(self, wanted):
        return asked(wanted, *self.cited[wanted.article_id])


def asked(wanted, *cited, heard=None):
    return Asked(wanted, 0, 0.1, 0.2, cited, wanted.question if heard is None else heard)


def test_an_answer_from_an_article_that_is_not_found_alone_is_mixed_up():
    one, two = Planted("一？", "a", "1"), Planted("二？", "b", "2")
    alone = Alone(a=("a",), b=("c",))
    answers = [
        asked(one, "a"),  # right
        asked(two, "c"),  # wrong, but so it is alone: the search's fault
        asked(one, "b"),  # another's
        asked(one, "a", "b"),  # another's among its own
        asked(one, "a", heard="二？"),  # to another question
        asked(two),  # nothing, though alone there is something
        replace(asked(one, "b"), error="ConnectError"),  # counted as an error
    ]
    assert mixed_up(answers, alone) == answers[2:6]


def test_users_get_the_answers_to_their_own_questions(archive):
    with scripted_endpoint() as endpoint:
        llm = connect(Endpoint(base_url=endpoint.url, model=MODEL, api_key="", timeout=5.0))
        app = app_over(archive, llm, at_once=4, literal=True)
        with served(app) as url:
            answers = ask_together(url, planted(12), users=4, how="ask", think=0)
    assert sorted(each.wanted.question for each in answers) == sorted(
        each.question for each in planted(12)
    )
    assert [each.error for each in answers] == [""] * 12
    assert all(each.heard == each.wanted.question for each in answers)
    assert all(0 < each.evidence_seconds <= each.seconds for each in answers)
    assert sum(each.right for each in answers) == 12


def test_who_is_told_to_wait_asks_again(archive):
    limits = Limits(per_minute=60, burst=1)
    with served(app_over(archive, None, limits=limits)) as url:
        user = User(url, 3)
        first, second = user.search(planted(12)[0]), user.search(planted(12)[1])
        user.close()
    assert (first.waits, first.error) == (0, "")
    assert (second.waits, second.error) == (1, "")
    assert second.seconds > 0.9  # the wait is part of the answer's time


def test_users_are_told_apart_by_their_addresses(archive):
    # one call a minute each: two users may both ask at once, one user may not twice
    limits = Limits(per_minute=1, burst=1)
    with served(app_over(archive, None, limits=limits)) as url:
        answers = ask_together(url, planted(2), users=2, how="search", think=0)
    assert [each.waits for each in answers] == [0, 0]


def test_a_server_that_is_not_there_is_an_error_and_not_an_answer():
    user = User("http://127.0.0.1:9", 0)
    got = user.ask(planted(1)[0])
    user.close()
    assert got.error.startswith("ConnectError")
    assert not got.right

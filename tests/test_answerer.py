"""The order in which an answer is decided: refused, conflict, literal, generated, quoted."""

from datetime import date

import pytest

from rag.decision import Decision
from rag.engine import Engine
from rag.types import CheckKind, Status
from tests.fakes import FakeEncoder
from tests.scripted_llm import ScriptedLLM, archive_of, article, engine_over

_TODAY = date(2024, 12, 20)
_DECEMBER = date(2024, 12, 9)
_TRADE = "1—11月，云城进出口总额860亿元，同比增长5.2%。"
_NESTS = "云城水库除险加固工程清除了超过22000个白蚁巢，清淤860万立方米。"
_HEIGHT = "云城水库坝高56米。"
_LENGTH = "云城水库坝长1200米。"
_ARTICLES = [
    article("trade", "云城外贸增长", f"{_TRADE}\n云城海关加开了通道。", published=_DECEMBER),
    article("nests", "云城水库除险", _NESTS, published=_DECEMBER),
    article("dam", "云城水库", f"{_HEIGHT}\n{_LENGTH}", published=_DECEMBER),
    article("garden", "植物园", "植物园种有三百种牡丹。", published=_DECEMBER),
]
_OF_TRADE = "云城1—11月进出口总额是多少亿元？"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with archive_of(tmp_path_factory.mktemp("archive"), _ARTICLES) as archive:
        yield archive


def _asked(archive, question, *script, literal=False, decision=None):
    llm = ScriptedLLM(*script)
    engine = Engine(
        archive, FakeEncoder(), llm, model="scripted", literal=literal, decision=decision
    )
    return engine.ask(question, today=_TODAY), llm


def _quotes(answer):
    return [citation.quote for citation in answer.citations]


# A longer period up to the same day


@pytest.mark.parametrize("literal", [True, False])
@pytest.mark.parametrize("asked", ["11月", "11月份", "2024年11月"])
def test_a_running_total_is_quoted_as_part_of_the_answer_with_its_period_told(
    archive, asked, literal
):
    answer, llm = _asked(archive, f"云城{asked}进出口总额是多少亿元？", "9亿元[1]", literal=literal)
    assert (answer.status, answer.text) == (Status.PARTLY, f"{_TRADE[:-1]}[1]。")
    assert _quotes(answer) == [_TRADE]
    assert llm.heard == []
    assert answer.model == ""
    (note,) = answer.notes
    assert "2024-01-01—2024-11-30" in note
    assert all(check.supported for check in answer.checks)


@pytest.mark.parametrize(
    "question",
    [
        "云城10月进出口总额是多少亿元？",  # ends on another day
        "云城2023年11月进出口总额是多少亿元？",  # another year
    ],
)
def test_a_total_up_to_another_day_is_told_of_but_not_quoted(archive, question):
    answer, llm = _asked(archive, question, "860亿元[1]")
    assert (answer.status, answer.citations, llm.heard) == (Status.NOT_FOUND, (), [])


def test_a_total_of_another_measure_is_not_quoted(archive):
    answer, _ = _asked(archive, "云城11月出口退税总额是多少亿元？", "没有找到")
    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())


# The fitted decision


def _says(chance_below: bool) -> Decision:
    # bias 0 and no weights: every question has the probability 1 / (1 + exp(0)) = 0.5
    return Decision("fake-64", 0.0, {}, refuse=0.51 if chance_below else 0.49)


@pytest.mark.parametrize("literal", [True, False])
def test_below_its_threshold_nothing_is_found_and_no_llm_is_asked(archive, literal):
    answer, llm = _asked(
        archive, _OF_TRADE, "860亿元[1]", literal=literal, decision=_says(chance_below=True)
    )
    assert (answer.status, answer.citations, llm.heard) == (Status.NOT_FOUND, (), [])
    assert answer.nearest[0].article_id == "trade"


def test_from_its_threshold_on_the_llm_is_asked(archive):
    answer, llm = _asked(
        archive, _OF_TRADE, "进出口总额860亿元[1]。", decision=_says(chance_below=False)
    )
    assert (answer.status, len(llm.heard)) == (Status.ANSWERED, 1)


def test_a_question_for_several_things_is_not_left_to_it(archive):
    answer, llm = _asked(
        archive,
        "云城水库的坝高和坝长分别是多少米？",
        "坝高56米[1]，坝长1200米[2]。",
        decision=_says(chance_below=True),
    )
    assert (answer.status, len(llm.heard)) == (Status.ANSWERED, 1)


def test_a_high_chance_does_not_answer_for_another_period(archive):
    answer, llm = _asked(
        archive, "云城9月进出口总额是多少亿元？", "860亿元[1]", decision=_says(chance_below=False)
    )
    assert (answer.status, llm.heard) == (Status.NOT_FOUND, [])


# Conflict before literal


def test_a_sentence_that_would_answer_alone_is_not_given_alone_where_another_disagrees(tmp_path):
    one = article("one", "码头吞吐量", "6月，云城码头吞吐量380万吨。")
    two = article("two", "码头吞吐量", "6月，云城码头吞吐量420万吨。", source="云城晚报")
    question = "云城码头6月吞吐量是多少万吨？"
    with archive_of(tmp_path / "one", [one]) as archive:
        answer, llm = _asked(archive, question, "没有找到", literal=True)
        assert (answer.status, _quotes(answer), llm.heard) == (Status.ANSWERED, [one.body], [])
    with archive_of(tmp_path / "both", [one, two]) as archive:
        answer, llm = _asked(archive, question, "没有找到", literal=True)
    assert (answer.status, llm.heard) == (Status.CONFLICT, [])
    assert sorted(_quotes(answer)) == [one.body, two.body]


# What a statement may rest on


def test_figures_of_two_sentences_are_cited_to_both(archive):
    answer, _ = _asked(archive, "云城水库的坝高和坝长分别是多少米？", "坝高56米，坝长1200米[1]。")
    assert (answer.status, answer.text) == (Status.ANSWERED, "坝高56米，坝长1200米[1][2]。")
    assert sorted(_quotes(answer)) == sorted([_HEIGHT, _LENGTH])
    found = {check.text: check for check in answer.checks if check.kind is CheckKind.FIGURE}
    assert {text: check.supported for text, check in found.items()} == {
        "56米": True,
        "1200米": True,
    }


def test_a_figure_that_no_sentence_has_is_not_saved_by_a_second_one(archive):
    answer, _ = _asked(archive, "云城水库的坝高和坝长分别是多少米？", "坝高56米，坝长1300米[1]。")
    assert "1300" not in answer.text


def test_the_neighbour_of_the_sentence_meant_is_put_right(archive):
    # [1] is whatever came first; what is said stands whole in one sentence only
    for marker in (1, 2):
        answer, _ = _asked(
            archive, "云城水库的坝高和坝长分别是多少米？", f"云城水库坝长1200米[{marker}]。"
        )
        assert (answer.text, _quotes(answer)) == ("云城水库坝长1200米[1]。", [_LENGTH])


def test_a_dropped_more_than_is_put_back(archive):
    answer, _ = _asked(archive, "云城水库清除了多少个白蚁巢？", "云城水库清除了22000个白蚁巢[1]。")
    assert answer.text == "云城水库清除了超过22000个白蚁巢[1]。"
    assert answer.status is Status.ANSWERED


def test_a_bare_figure_is_given_with_what_it_measures(archive):
    answer, _ = _asked(archive, _OF_TRADE, "860亿元[1]")
    assert answer.text.startswith("1—11月，云城进出口总额860亿元")
    assert answer.text.endswith("[1]")


def test_a_clause_that_the_gate_lets_stream_is_the_one_answered(archive):
    llm = ScriptedLLM("进出口总额999亿元[1]。")
    events = list(engine_over(archive, llm).stream(_OF_TRADE, today=_TODAY))
    assert not any("999" in getattr(event, "text", "") for event in events)
    assert "999" not in events[-1].answer.text

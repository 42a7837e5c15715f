"""What the LLM said is asked about once more at most, and the second answer can be stopped."""

from dataclasses import replace

import pytest

from index.briefs import brief_at
from index.types import Coverage, Sentence
from rag.answerer import Answerer
from rag.clock import Clock
from rag.decision import Decision
from rag.evidence import Candidate, as_evidence
from rag.focus import read_focus
from rag.reply import Reply
from rag.search import Findings
from rag.types import Answered, Delta, Lane, Query, Status
from tests.scripted_llm import ScriptedLLM, article

_QUESTION = "环城绿道沿线建成多少座驿站？"
_TEXTS = ("环城绿道全长42公里，年内贯通。", "绿道沿线建成驿站12座，游人可歇脚。")
_SURE = Decision("fake", 5.0, {}, refuse=0.0, insist=0.5)
_UNSURE = replace(_SURE, bias=-5.0)


def _findings(*scores: float) -> Findings:
    found = []
    for n, (text, score) in enumerate(zip(_TEXTS, scores, strict=True)):
        printed = article(f"a{n}", "环城绿道", text)
        sentence = Sentence(printed.id, 0, len(text), text)
        candidate = Candidate(sentence, printed, Lane.BOTH, "", brief_at(printed, 0))
        found.append(replace(candidate, coverage=0.9, score=score))
    query = Query(_QUESTION, _QUESTION, "zh-Hans")
    return Findings(
        query=query,
        focus=read_focus(_QUESTION),
        periods=(),
        candidates=tuple(found),
        evidence=as_evidence(found),
        ranked=("a0", "a1"),
        copies={},
        phrases_missed=(),
        timings={},
        parts=(),
    )


def _answer(llm, decision, findings):
    reply = Reply(findings.query, findings.evidence, Coverage(2, None, None, None, 0), "", Clock())
    answerer = Answerer(llm, "scripted", literal=False, decision=decision)
    return [*answerer.stream(findings, reply)][-1].answer


def test_a_likely_answer_that_was_refused_is_asked_for_over_more_sentences():
    llm = ScriptedLLM("没有找到", "绿道沿线建成驿站12座 [2]。")
    answer = _answer(llm, _SURE, _findings(2.0, 1.0))  # the second lies too far below to be shown
    assert answer.status is Status.ANSWERED
    assert [item.quote for item in answer.citations] == [_TEXTS[1]]
    assert "驿站12座" not in llm.heard[0][-1].content
    assert "驿站12座" in llm.heard[1][-1].content
    assert len(llm.heard) == 2


def test_where_all_was_shown_the_model_is_told_to_look_again():
    llm = ScriptedLLM("没有找到", "绿道沿线建成驿站12座 [2]。")
    answer = _answer(llm, _SURE, _findings(1.1, 1.0))
    assert answer.status is Status.ANSWERED
    assert "再看一遍" in llm.heard[1][-1].content


def test_an_unlikely_answer_that_was_refused_is_not_found():
    llm = ScriptedLLM("没有找到", "绿道沿线建成驿站12座 [2]。")
    assert _answer(llm, _UNSURE, _findings(1.1, 1.0)).status is Status.NOT_FOUND
    assert len(llm.heard) == 1


@pytest.mark.parametrize("decision", [_SURE, _UNSURE])
def test_what_fails_twice_is_not_asked_a_third_time(decision):
    llm = ScriptedLLM("建成驿站99座 [2]。")
    assert _answer(llm, decision, _findings(1.1, 1.0)).status is Status.NOT_FOUND
    assert len(llm.heard) == 2


def test_the_second_answer_is_stopped_with_the_stream():
    llm = ScriptedLLM("没有找到", "绿道沿线建成驿站12座 [2]。")
    findings = _findings(2.0, 1.0)
    reply = Reply(findings.query, findings.evidence, Coverage(2, None, None, None, 0), "", Clock())
    events = Answerer(llm, "scripted", literal=False, decision=_SURE).stream(findings, reply)
    while len(llm.heard) < 2:
        assert isinstance(next(events), Delta)
    next(events)
    events.close()
    assert llm.closed == 1


def test_a_language_the_decision_does_not_know_is_never_insisted_on():
    findings = _findings(1.1, 1.0)
    english = replace(findings.query, question="How many stations?", language="en")
    llm = ScriptedLLM("Not found")
    answer = _answer(llm, _SURE, replace(findings, query=english))
    assert (answer.status, len(llm.heard), answer.probability) == (Status.NOT_FOUND, 1, None)
    assert isinstance(Answered(answer), Answered)

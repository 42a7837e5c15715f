"""One question in, a checked answer out: what a reader may rely on, whatever the LLM says."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from index.archive import Archive
from index.errors import BadInput
from index.ingest import ingest_articles
from rag.engine import Engine
from rag.types import Answered, Delta, Filters, Found, Status, Turn, Understood
from tests.fakes import FakeTokenEncoder
from tests.scripted_llm import HUNG_UP, ScriptedLLM, archive_of, article, engine_over

_LOANS = "6月末，青岛本外币贷款余额31250亿元，同比增长7.4%。"
_DEPOSITS = "上半年，青岛居民存款新增862亿元，企业存款新增415亿元。"
_CHIEF = "青岛市金融局局长陈志远表示，下半年将扩大科技贷款投放。"
_RIDERS = "6月，济南地铁4号线日均客流38.6万人次，比5月多出2.1万人次。"
_PARK = "青岛浮山森林公园改造完工，新栽乔木2600棵，步道总长12公里。"
_OPENS = "公园将于8月1日免费开放。"
_TOURISTS = "上半年，崂山景区接待游客超过120万人次，门票收入增速提高15个百分点，索道延长3公里。"
_FIRE = "消防部门通报，城阳仓库火灾的起火原因目前无法确定。"
_TOWN = "即墨古城位于即墨区中心街，由两段城墙围成。"
_QINGDAO = "青岛港6月吞吐量5800万吨。"
_RANK = "6月，青岛港吞吐量居全省第一。"
_YANTAI = "烟台港6月吞吐量3900万吨。"

_ARTICLES = [
    article("loans", "青岛上半年信贷平稳增长", f"{_LOANS}{_DEPOSITS}\n{_CHIEF}"),
    article("metro", "济南地铁客流创新高", f"{_RIDERS}\n济南地铁总经理周立群说，将加开夜班车。"),
    article("park", "浮山森林公园完成改造", f"{_PARK}\n{_OPENS}", source="半岛晨报"),
    article("tour", "崂山旅游旺季到来", _TOURISTS),
    article("fire", "城阳仓库起火", _FIRE),
    article("town", "即墨古城迎客", f"市民可凭身份证在即墨古城免费入场。\n{_TOWN}"),
    article("port-q", "青岛港半年报", f"{_QINGDAO}{_RANK}"),
    article("port-y", "烟台港半年报", _YANTAI),
]
_BODY = {item.id: item.body for item in _ARTICLES}
_TODAY = date(2024, 7, 20)
_BALANCE = "青岛6月末贷款余额是多少？"
_NOT_FOUND = "库中没有找到能回答这个问题的报道。"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with archive_of(tmp_path_factory.mktemp("archive"), _ARTICLES) as archive:
        yield archive


@pytest.fixture
def ask(archive):
    """Ask with the model saying ``script``; whatever comes back, its quotes are printed so."""

    def ask(question, *script, size=1, **options):
        engine = engine_over(archive, ScriptedLLM(*script, size=size) if script else None)
        answer = engine.ask(question, today=_TODAY, **options)
        for citation in answer.citations:
            assert _BODY[citation.article_id][citation.start : citation.end] == citation.quote
            assert f"[{citation.marker}]" in answer.text
        assert [citation.marker for citation in answer.citations] == list(
            range(1, len(answer.citations) + 1)
        )
        return answer

    return ask


def _streamed(archive, question, *script, size=1, **options):
    engine = engine_over(archive, ScriptedLLM(*script, size=size))
    events = list(engine.stream(question, today=_TODAY, **options))
    shown = "".join(event.text for event in events if isinstance(event, Delta))
    return shown, events[-1].answer


def _quotes(answer):
    return [citation.quote for citation in answer.citations]


# The order of events


def test_events_come_as_understood_found_words_and_the_answer(archive):
    engine = engine_over(archive, ScriptedLLM(f"{_LOANS}[1]"))
    kinds = [type(event) for event in engine.stream(_BALANCE, today=_TODAY)]
    assert kinds[:2] == [Understood, Found]
    assert kinds[-1] is Answered
    assert set(kinds[2:-1]) == {Delta}


def test_the_evidence_is_there_before_the_llm_is_asked(archive):
    llm = ScriptedLLM(f"{_LOANS}[1]")
    for event in engine_over(archive, llm).stream(_BALANCE, today=_TODAY):
        if isinstance(event, Understood | Found):
            assert llm.heard == []
        if isinstance(event, Found):
            assert event.evidence[0].text == _LOANS
            assert [item.number for item in event.evidence] == [1, 2, 3, 4, 5, 6]
    assert len(llm.heard) == 1


def test_closing_the_iterator_closes_the_llm_stream(archive):
    llm = ScriptedLLM(f"{_LOANS}[1]")
    events = engine_over(archive, llm).stream(_BALANCE, today=_TODAY)
    assert any(isinstance(event, Delta) for event in events)
    assert llm.closed == 0
    events.close()
    assert llm.closed == 1


def test_closing_before_the_llm_speaks_never_asks_it(archive):
    llm = ScriptedLLM(f"{_LOANS}[1]")
    events = engine_over(archive, llm).stream(_BALANCE, today=_TODAY)
    next(events)
    next(events)
    events.close()
    assert llm.heard == []


def test_what_streams_is_the_final_text_when_nothing_had_to_be_mended(archive):
    shown, answer = _streamed(archive, _BALANCE, "6月末，青岛贷款余额31250亿元[1]。")
    assert (shown, answer.status) == ("6月末，青岛贷款余额31250亿元[1]。", Status.ANSWERED)
    assert answer.text == shown


def test_an_answer_tells_what_it_was_searched_in_and_how_long_it_took(ask):
    answer = ask(_BALANCE, f"{_LOANS}[1]")
    assert (answer.coverage.articles, answer.coverage.last) == (8, date(2024, 7, 18))
    assert answer.model == "scripted"
    assert set(answer.timings) == {"understand", "retrieve", "evidence", "first_word", "total"}
    assert answer.index_version.startswith("fake-64@")


# Without an LLM, or with one that fails


def test_without_an_llm_the_sentences_are_the_answer(ask):
    answer = ask(_BALANCE)
    assert (answer.status, answer.model, answer.notes) == (Status.EVIDENCE_ONLY, "", ())
    assert _quotes(answer)[0] == _LOANS
    assert answer.text.startswith("6月末，青岛本外币贷款余额31250亿元，同比增长7.4%[1]。")


@pytest.mark.parametrize(
    "script", [HUNG_UP, ["6月末，青岛贷款", HUNG_UP]], ids=["at once", "half-way"]
)
def test_a_failing_llm_leaves_the_sentences_and_a_note_of_one_line(ask, script):
    answer = ask(_BALANCE, script)
    assert (answer.status, answer.model) == (Status.EVIDENCE_ONLY, "")
    assert _quotes(answer)[0] == _LOANS
    (note,) = answer.notes
    assert note.startswith("The LLM did not answer (APIConnectionError: refused)")
    assert "\n" not in note


def test_an_llm_that_says_nothing_found_nothing(ask):
    assert ask(_BALANCE, "  \n").status is Status.NOT_FOUND


@pytest.mark.parametrize("question", ["潍坊6月末贷款余额是多少？", "青岛7月末贷款余额是多少？"])
def test_another_place_or_period_is_not_found_without_an_llm_too(ask, question):
    answer = ask(question)
    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())


# A sentence that answers word for word


@pytest.mark.parametrize(
    ("question", "figure", "quote"),
    [
        (_BALANCE, "31250亿元", _LOANS),
        ("青岛上半年企业存款新增多少亿元？", "415亿元", _DEPOSITS),
        ("青岛浮山森林公园步道总长多少公里？", "12公里", _PARK),
    ],
)
def test_a_literal_answer_is_a_clause_of_its_sentence_and_needs_no_llm(
    archive, question, figure, quote
):
    llm = ScriptedLLM("999亿元[1]。")
    answer = engine_over(archive, llm, literal=True).ask(question, today=_TODAY)
    assert (answer.status, answer.model, llm.heard) == (Status.ANSWERED, "", [])
    assert _quotes(answer) == [quote]
    assert answer.text.replace("[1]", "") in quote
    assert figure in answer.text
    assert all(check.supported for check in answer.checks)


@pytest.mark.parametrize(
    "question",
    [
        "潍坊6月末贷款余额是多少？",
        "青岛7月末贷款余额是多少？",
        "青岛2021年6月末贷款余额是多少？",
        "火星探测器什么时候着陆？",
        "青岛市教育局局长是谁？",
    ],
)
def test_a_literal_answer_is_never_about_something_else(archive, question):
    llm = ScriptedLLM("没有找到")
    answer = engine_over(archive, llm, literal=True).ask(question, today=_TODAY)
    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())


@pytest.mark.parametrize(
    "question",
    [
        "青岛浮山森林公园去年步道总长多少公里？",  # the sentence does not say of when it speaks
        "青岛浮山森林公园什么时候开放？",  # a day has no one form
    ],
)
def test_what_one_clause_cannot_settle_is_left_to_the_llm(archive, question):
    llm = ScriptedLLM("没有找到")
    engine_over(archive, llm, literal=True).ask(question, today=_TODAY)
    assert len(llm.heard) == 1


def test_a_question_for_two_things_is_answered_one_by_one(archive):
    llm = ScriptedLLM("没有找到")
    answer = engine_over(archive, llm, literal=True).ask(
        "青岛上半年居民存款和企业存款分别新增多少亿元？", today=_TODAY
    )
    assert answer.status is Status.ANSWERED
    assert "居民存款新增862亿元" in answer.text
    assert "企业存款新增415亿元" in answer.text
    assert set(_quotes(answer)) == {_DEPOSITS}


def test_rival_figures_for_the_same_measure_are_shown_side_by_side_without_the_llm(tmp_path):
    one = article("one", "码头吞吐量", "6月，码头吞吐量380万吨。")
    two = article("two", "码头吞吐量", "6月，码头吞吐量420万吨。")
    llm = ScriptedLLM("没有找到")
    with archive_of(tmp_path, [one, two]) as archive:
        answer = engine_over(archive, llm, literal=True).ask("6月码头吞吐量是多少？", today=_TODAY)
    assert (answer.status, llm.heard) == (Status.CONFLICT, [])
    assert {citation.article_id for citation in answer.citations} == {"one", "two"}
    assert "380万吨[1]" in answer.text or "380万吨[2]" in answer.text
    assert "420万吨" in answer.text


def test_a_value_cited_beside_the_sentence_of_the_measure_asked_for_is_struck(tmp_path):
    body = "6月，云城港货物吞吐量2.94亿吨。集装箱吞吐量1034万标箱，增长0.1%。"
    llm = ScriptedLLM("2.94亿吨[1][2]。", "没有找到。")
    with archive_of(tmp_path, [article("port", "云城港六月数据", body)]) as archive:
        answer = engine_over(archive, llm).ask("云城港6月集装箱吞吐量是多少？", today=_TODAY)
    assert "2.94亿吨" not in answer.text


# Refusal


def test_a_refusal_has_no_sources_and_shows_the_nearest_headlines(ask):
    answer = ask(_BALANCE, "没有找到。")
    assert (answer.status, answer.text) == (Status.NOT_FOUND, _NOT_FOUND)
    assert (answer.citations, answer.checks) == ((), ())
    assert len(answer.nearest) == 3
    assert "青岛上半年信贷平稳增长" in [headline.title for headline in answer.nearest]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("青岛3月末贷款余额是多少？", "2024-06-30"),
        ("青岛一季度居民存款新增多少？", "2024-01-01—2024-06-30"),
    ],
)
def test_where_only_another_period_is_known_it_is_named_and_not_answered(ask, question, told):
    answer = ask(question)
    assert answer.status is Status.NOT_FOUND
    assert not answer.citations
    (note,) = answer.notes
    assert told in note


def test_a_phrase_that_no_article_has_is_said_to_be_searched_for_as_words(ask):
    answer = ask("“青岛6月末贷款余额”是多少？")
    assert any("青岛6月末贷款余额" in note for note in answer.notes)
    assert not any("逐字" in note for note in ask("“贷款余额”6月末青岛是多少？").notes)


def test_a_plainer_rival_in_the_same_article_is_left_to_the_llm(tmp_path):
    body = "上半年，青岛企业贷款新增1660亿元。\n青岛企业短期贷款增速较快，上半年新增934亿元。"
    with archive_of(tmp_path, [article("loans", "青岛信贷", body)]) as archive:
        answer = engine_over(archive, None).ask("上半年青岛企业贷款新增多少？", today=_TODAY)
    assert "1660亿元" in answer.text


def test_the_nearest_headlines_are_in_the_order_of_the_evidence(ask):
    for question in (_BALANCE, "青岛港6月吞吐量怎么样？", "青岛浮山森林公园何时开放？"):
        answer = ask(question, "没有找到。")
        ranked = dict.fromkeys(item.article_id for item in answer.evidence)
        assert [headline.article_id for headline in answer.nearest] == list(ranked)[:3]


def test_a_cited_sentence_that_says_cannot_be_determined_is_an_answer(ask):
    answer = ask("城阳仓库火灾的起火原因是什么？", "城阳仓库火灾的起火原因目前无法确定[1]。")
    assert (answer.status, _quotes(answer)) == (Status.ANSWERED, [_FIRE])


@pytest.mark.parametrize(
    "question",
    [
        "潍坊6月末贷款余额是多少？",  # another place
        "青岛7月末贷款余额是多少？",  # another period
        "青岛2021年6月末贷款余额是多少？",
        "青岛市金融局副主任是谁？",  # an office nobody holds in the archive
        "火星探测器什么时候着陆？",  # another subject altogether
    ],
)
@pytest.mark.parametrize("claim", [f"{_LOANS}[1]", "陈志远[1]。", _CHIEF, f"{_CHIEF}[1]"])
def test_what_the_archive_does_not_say_is_not_found_however_sure_the_model_is(ask, question, claim):
    answer = ask(question, claim)
    assert (answer.status, answer.text, answer.citations) == (Status.NOT_FOUND, _NOT_FOUND, ())


@pytest.mark.parametrize("claim", ["青岛市教育局局长是陈志远[1]。", "陈志远[1]。", _CHIEF])
def test_the_head_of_one_bureau_is_not_the_head_of_another(ask, claim):
    assert ask("青岛市教育局局长是谁？", claim).status is Status.NOT_FOUND


# The number lock


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
@pytest.mark.parametrize(
    "claim",
    [
        "6月末，青岛贷款余额31260亿元[1]。",
        "6月末，青岛贷款余额3125亿元[1]。",
        "6月末，青岛贷款余额31250万元[1]。",
        "贷款余额31250亿元，同比增长74%[1]。",
    ],
)
def test_a_wrong_figure_is_never_shown(archive, claim, size):
    shown, answer = _streamed(archive, _BALANCE, claim, size=size)
    for wrong in ("31260", "3125亿", "31250万", "74%"):
        assert wrong not in shown
        assert wrong not in answer.text
    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())


def test_a_wrong_figure_is_asked_for_again_once(archive):
    llm = ScriptedLLM("6月末，青岛贷款余额31260亿元[1]。", "6月末，青岛贷款余额31250亿元[1]。")
    answer = engine_over(archive, llm).ask(_BALANCE, today=_TODAY)
    assert (answer.status, answer.text) == (
        Status.ANSWERED,
        "6月末，青岛贷款余额31250亿元[1]。",
    )
    assert len(llm.heard) == 2
    assert "“31260亿元”" in llm.heard[1][-1].content
    assert [message.content for message in llm.heard[1][:2]] == [
        message.content for message in llm.heard[0]
    ]


def test_a_second_answer_no_better_than_the_first_is_not_taken(archive):
    llm = ScriptedLLM(
        "6月末，青岛贷款余额31250亿元[1]。同比增长9.9%[1]。", "青岛贷款余额31260亿元[1]。"
    )
    answer = engine_over(archive, llm).ask(_BALANCE, today=_TODAY)
    assert (answer.status, answer.text) == (Status.PARTLY, "6月末，青岛贷款余额31250亿元[1]。")


def test_an_llm_that_fails_when_asked_again_leaves_the_first_answer(archive):
    first = "6月末，青岛贷款余额31250亿元[1]。同比增长9.9%[1]。"
    llm = ScriptedLLM(first, HUNG_UP)
    answer = engine_over(archive, llm).ask(_BALANCE, today=_TODAY)
    assert (answer.status, answer.text) == (Status.PARTLY, "6月末，青岛贷款余额31250亿元[1]。")


def test_a_wrong_sentence_is_struck_and_the_right_one_stays(ask):
    answer = ask(_BALANCE, "6月末，青岛贷款余额31250亿元[1]。同比增长9.9%[1]。")
    assert (answer.status, answer.text) == (
        Status.PARTLY,
        "6月末，青岛贷款余额31250亿元[1]。",
    )
    assert answer.notes == ("回答中有内容在所引原句里找不到，已删去。",)


def test_a_figure_of_an_uncited_sentence_does_not_count(ask):
    # 2600棵 stands in the archive, but not in the sentence the model points at.
    answer = ask(_BALANCE, "6月末，青岛贷款余额31250亿元，栽树2600棵[1]。")
    assert "2600" not in answer.text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("青岛6月末贷款余额是多少？", "6月末，青岛贷款余额31250亿元[1]。"),
        ("青岛浮山森林公园步道多长？", "青岛浮山森林公园步道总长12公里[1]。"),
        ("青岛浮山森林公园新栽多少棵乔木？", "青岛浮山森林公园新栽乔木2600棵[1]。"),
        ("崂山景区上半年接待游客多少人次？", "上半年，崂山景区接待游客超过120万人次[1]。"),
        ("崂山景区门票收入增速提高多少个百分点？", "崂山景区门票收入增速提高15个百分点[1]。"),
        ("崂山景区索道延长多少公里？", "崂山景区索道延长3公里[1]。"),
    ],
)
@pytest.mark.parametrize("size", [1, 100])
def test_a_right_answer_streams_whole_however_the_model_cuts_it(archive, question, text, size):
    shown, answer = _streamed(archive, question, text, size=size)
    assert (shown, answer.status, answer.text) == (text, Status.ANSWERED, text)


# What is said must stand in what is cited


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        (_BALANCE, "青岛市已经宣布封城[1]。"),
        (_BALANCE, "青岛6月末贷款余额很高，银行即将倒闭[1]。"),
        ("即墨古城在哪里？", "即墨古城位于莱西市水集街[1]。"),
        (_BALANCE, "济南6月末贷款余额31250亿元[1]。"),
        (_BALANCE, "青岛贷款余额31250亿元，同比下降7.4%[1]。"),
        ("青岛浮山森林公园什么时候开放？", "公园将于9月1日免费开放[1]。"),
        ("青岛市金融局局长是谁？", "青岛市金融局局长是周立群[1]。"),
    ],
)
def test_a_claim_its_sentence_does_not_make_is_struck(ask, question, claim):
    said = claim.removesuffix("[1]。")
    answer = ask(question, claim)
    assert said not in answer.text
    shown = answer.text.removesuffix("。").removesuffix("[1]")
    assert answer.status is not Status.ANSWERED or shown in answer.citations[0].quote


@pytest.mark.parametrize(
    ("question", "claim", "clause"),
    [
        (_BALANCE, "济南6月末贷款余额31250亿元[1]。", "青岛本外币贷款余额31250亿元"),
        ("青岛浮山森林公园栽了多少棵乔木？", "青岛浮山森林公园必定栽下2600棵灌木[1]。", "2600棵"),
    ],
)
def test_a_claim_with_the_right_figure_is_shown_as_its_clause(ask, question, claim, clause):
    answer = ask(question, claim)
    assert clause in answer.text
    assert answer.text.removesuffix("。").removesuffix("[1]") in answer.citations[0].quote
    assert "济南" not in answer.text
    assert "灌木" not in answer.text


@pytest.mark.parametrize(
    "wrong",
    ["企业存款新增862亿元。", "企业存款新增862亿元[1]。", "青岛企业存款上半年新增862亿元[1]。"],
)
def test_the_value_of_another_clause_is_not_shown_as_the_answer(ask, wrong):
    answer = ask("青岛上半年企业存款新增多少亿元？", wrong)
    assert "企业存款新增862" not in answer.text
    # Either nothing, or the sentence itself, which says whose 862 is.
    assert not answer.citations or answer.text.startswith(_DEPOSITS.removesuffix("。"))


def test_the_value_of_the_clause_asked_for_stands(ask):
    answer = ask("青岛上半年居民存款新增多少亿元？", "居民存款新增862亿元[1]。")
    assert (answer.status, answer.text) == (Status.ANSWERED, "居民存款新增862亿元[1]。")


# Markers


def test_an_uncited_sentence_gets_its_source_from_code(ask):
    answer = ask(_BALANCE, "6月末，青岛贷款余额31250亿元。")
    assert (answer.status, answer.text) == (
        Status.ANSWERED,
        "6月末，青岛贷款余额31250亿元[1]。",
    )
    assert _quotes(answer) == [_LOANS]


def test_an_uncited_sentence_of_nobodys_is_struck(ask):
    answer = ask(_BALANCE, "6月末，青岛贷款余额31250亿元[1]。太阳从西边出来。")
    assert (answer.status, answer.text) == (Status.PARTLY, "6月末，青岛贷款余额31250亿元[1]。")


@pytest.mark.parametrize("invented", ["[9]", "【99】", "[0]", "［ 7 ］", "[来源8]", "[^5]"])
def test_an_invented_marker_is_dropped(archive, invented):
    shown, answer = _streamed(archive, _BALANCE, f"6月末，青岛贷款余额31250亿元[1]{invented}。")
    assert shown == answer.text == "6月末，青岛贷款余额31250亿元[1]。"
    assert len(answer.citations) == 1


def test_sources_are_numbered_by_first_appearance(archive):
    question = "青岛港6月吞吐量怎么样？"
    engine = engine_over(archive, None)
    ranked = [item.text for item in engine.ask(question, today=_TODAY).evidence]
    backwards = sorted((_QINGDAO, _RANK), key=ranked.index, reverse=True)
    script = ScriptedLLM(lambda prompt: "".join(_cited(prompt, text) for text in backwards))
    answer = engine_over(archive, script).ask(question, today=_TODAY)
    assert answer.text == "".join(
        text.replace("。", f"[{n}]。") for n, text in enumerate(backwards, 1)
    )
    assert _quotes(answer) == backwards
    assert [citation.marker for citation in answer.citations] == [1, 2]
    marker = backwards.index(_QINGDAO) + 1
    assert ("5800万吨", (marker,)) in [(check.text, check.markers) for check in answer.checks]


def test_a_question_about_two_places_keeps_both_halves(ask):
    answer = ask(
        "青岛港和烟台港6月吞吐量是多少？",
        lambda prompt: "".join(_cited(prompt, text) for text in (_YANTAI, _QINGDAO)),
    )
    assert answer.text == "烟台港6月吞吐量3900万吨[1]。青岛港6月吞吐量5800万吨[2]。"


def _cited(prompt, sentence):
    """The sentence with the number the model was shown it under."""
    (line,) = [line for line in prompt.splitlines() if line.endswith(f"：{sentence}")]
    return sentence.replace("。", f"{line[:3]}。")


def test_checks_carry_the_markers_of_the_answer_not_of_the_evidence(ask):
    answer = ask("青岛市金融局局长是谁？", "青岛市金融局局长是陈志远[1]。")
    assert [(c.kind, c.text, c.supported, c.markers) for c in answer.checks] == [
        ("name", "陈志远", True, (1,)),
        ("name", "局长陈志远", True, (1,)),
    ]


# Languages


def test_a_question_in_traditional_characters_is_answered_in_them_with_the_quote_untouched(ask):
    answer = ask("青島6月末貸款餘額是多少？", "6月末，青岛贷款余额31250亿元[1]。")
    assert answer.text == "6月末，青島貸款餘額31250億元[1]。"
    assert _quotes(answer) == [_LOANS]


def test_not_found_is_said_in_the_questions_language(ask):
    assert ask("濰坊6月末貸款餘額是多少？", "没有找到").text == "庫中沒有找到能回答這個問題的報道。"
    english = ask("Who won the chess final?", "国际象棋决赛谁赢了？", "Not found.")
    assert english.text == "Not found: no article in the archive answers this question."
    assert english.status is Status.NOT_FOUND


def test_an_english_question_is_searched_in_chinese_and_answered_in_english(archive):
    llm = ScriptedLLM(_BALANCE, "The loan balance was 3.125 trillion yuan (31250亿元) [1].")
    question = "What was Qingdao's loan balance at the end of June?"
    answer = engine_over(archive, llm).ask(question, today=_TODAY)
    assert (answer.query.asked, answer.query.question) == (question, _BALANCE)
    assert answer.text == "The loan balance was 3.125 trillion yuan (31250亿元)[1]."
    assert _quotes(answer) == [_LOANS]
    assert [messages[-1].content.count(question) for messages in llm.heard] == [1, 1]


_MARKETS = "Qingdao had 38 licensed night markets at the end of June, up from 22."


@pytest.fixture
def two_languages(tmp_path):
    """An engine over an English and a Chinese article, with token vectors; its LLM says this."""
    articles = [
        article("night", "Night markets return", _MARKETS, language="en"),
        article("metro", "地铁", "6月，济南一条地铁开通，首日载客5万人次。", language="zh-Hans"),
    ]
    encoder = FakeTokenEncoder()
    ingest_articles(tmp_path, articles, encoder)
    archive = Archive.open(tmp_path, encoder)

    def engine(*said):
        llm = ScriptedLLM(*said)
        return Engine(archive, encoder, llm, model="scripted", literal=False), llm

    yield engine
    archive.close()


def test_an_article_in_the_asker_s_language_is_found_as_asked(two_languages):
    question = "How many licensed night markets did Qingdao have at the end of June?"
    engine, _ = two_languages("青岛有多少个夜市？", f"{_MARKETS} [1]")
    answer = engine.ask(question, today=_TODAY)
    assert (answer.query.question, answer.query.whole) == (question, question)
    assert _quotes(answer) == [_MARKETS]
    assert answer.notes == ()


def test_what_the_translation_finds_is_kept_where_the_asker_s_language_says_less(two_languages):
    question = "How many people rode the new Jinan metro line on its first day in June?"
    engine, _ = two_languages("6月，济南一条地铁开通，首日载客多少人次？", "Not found.")
    answer = engine.ask(question, today=_TODAY)
    assert answer.evidence[0].article_id == "metro"


def test_a_follow_up_as_asked_reaches_the_model_with_its_subject(two_languages):
    engine, llm = two_languages("青岛有多少个夜市？", f"{_MARKETS} [1]", "青岛呢？", "Not found.")
    asked = "How many licensed night markets did Jinan have at the end of June?"
    before = Turn(asked, engine.ask(asked, today=_TODAY))
    engine.ask("And Qingdao?", history=[before], today=_TODAY)
    prompts = [messages[-1].content for messages in llm.heard[2:]]
    assert any("licensed night markets did Qingdao have" in prompt for prompt in prompts)


def test_what_is_put_in_the_question_s_words_is_told_in_the_paper_s(ask):
    question = "浮山森林公园的步道总长是多少公里？"
    answer = ask(question, "浮山森林公园里面新近修好的那些步道总长是12公里[1]。")
    assert answer.text.startswith("青岛浮山森林公园改造完工，新栽乔木2600棵，步道总长12公里")
    assert _quotes(answer) == [_PARK]


def test_the_sentence_that_says_it_is_cited_whichever_the_model_points_at(ask):
    answer = ask("浮山森林公园哪天免费开放？", "公园将于8月1日免费开放[2]。")
    swapped = ask("浮山森林公园哪天免费开放？", "公园将于8月1日免费开放[1]。")
    assert _quotes(answer) == _quotes(swapped) == [_OPENS]


def test_the_same_clause_is_told_once(ask):
    said = "浮山森林公园里面新近修好的那些步道总长是12公里[1]。"
    twice = f"{said}浮山森林公园里面新近修好的这条步道总长是12公里[1]。"
    question = "浮山森林公园的步道总长是多少公里？"
    assert ask(question, twice).text == ask(question, said).text


def test_english_sentences_keep_the_space_between_them(ask):
    english = "The loan balance was 3.125 trillion yuan (31250亿元) [1]. It grew 7.4% [1]."
    answer = ask("What was Qingdao's loan balance?", _BALANCE, english)
    assert answer.text == (
        "The loan balance was 3.125 trillion yuan (31250亿元)[1]. It grew 7.4%[1]."
    )


def test_an_english_question_with_a_dead_llm_still_finds_sentences(ask):
    answer = ask("What was 青岛 贷款余额 at the end of June?", HUNG_UP)
    assert answer.status is Status.EVIDENCE_ONLY
    failed, *of_the_quotes = answer.notes
    assert failed.startswith("The LLM did not answer")
    assert of_the_quotes[0] == "The article is quoted in Chinese."


def test_what_the_model_converts_wrongly_is_asked_again_in_chinese(archive):
    llm = ScriptedLLM(_BALANCE, "The loan balance was 3.125 billion yuan [1].", f"{_LOANS}[1]")
    question = "What was Qingdao's loan balance at the end of June?"
    answer = engine_over(archive, llm).ask(question, today=_TODAY)
    assert answer.status is Status.ANSWERED
    assert answer.text.startswith("6月末，青岛本外币贷款余额31250亿元")
    assert _quotes(answer) == [_LOANS]
    assert answer.notes == (
        "The article is quoted in Chinese.",
        "In English: 31250亿元 = 3.125 trillion yuan.",
    )
    assert question not in llm.prompt()
    assert _BALANCE.rstrip("？") in llm.prompt()


def test_a_translation_that_asks_nothing_is_not_answered(archive):
    llm = ScriptedLLM("青岛的行长被任命。", "Not found.", "青岛的行长被任命[1]。")
    answer = engine_over(archive, llm).ask("Who was appointed head in Qingdao?", today=_TODAY)
    assert answer.status is Status.NOT_FOUND


def test_no_third_answer_is_asked_for(archive):
    llm = ScriptedLLM(_BALANCE, "Not found.", "没有找到。")
    answer = engine_over(archive, llm).ask("What was Qingdao's loan balance?", today=_TODAY)
    assert answer.status is Status.NOT_FOUND
    assert len(llm.heard) == 3  # the translation, and two answers


def test_an_english_follow_up_reaches_the_model_with_its_subject(archive):
    llm = ScriptedLLM("青岛居民存款新增多少？", "Not found.")
    first = engine_over(archive, ScriptedLLM(_BALANCE, "Not found."))
    asked = "What was Qingdao's loan balance?"
    before = Turn(asked, first.ask(asked, today=_TODAY))
    engine_over(archive, llm).ask("And household deposits?", history=[before], today=_TODAY)
    asked_again = llm.heard[1][-1].content.split("Question:")[1]
    assert "Qingdao" in asked_again or "青岛" in asked_again


# Conversation, filters, limits, threads


def test_a_follow_up_is_asked_with_its_subject(archive):
    llm = ScriptedLLM(f"{_LOANS}[1]", "同比增长7.4%[1]。")
    engine = engine_over(archive, llm)
    first = engine.ask(_BALANCE, today=_TODAY)
    then = engine.ask("同比增长多少？", history=[Turn(_BALANCE, first)], today=_TODAY)
    assert then.query.asked == "同比增长多少？"
    assert then.query.question == "青岛6月末贷款余额同比增长多少？"
    assert (then.status, _quotes(then)) == (Status.ANSWERED, [_LOANS])
    assert "青岛6月末贷款余额同比增长多少？" in llm.prompt()


def test_filters_keep_other_papers_and_days_out(ask):
    paper = ask(_BALANCE, filters=Filters(sources=("半岛晨报",)))
    assert {item.source for item in paper.evidence} == {"半岛晨报"}
    later = ask(_BALANCE, filters=Filters(since=date(2024, 7, 19)))
    assert (later.status, later.evidence, later.nearest) == (Status.NOT_FOUND, (), ())


@pytest.mark.parametrize("question", ["", " \n\t　", "问" * 501])
def test_an_empty_or_endless_question_is_refused_before_anything_happens(archive, question):
    llm = ScriptedLLM("x")
    with pytest.raises(BadInput) as caught:
        engine_over(archive, llm).ask(question)
    assert len(str(caught.value).splitlines()) == 1
    assert llm.heard == []


def test_the_longest_question_is_read(ask):
    assert ask("问" * 500).status is Status.NOT_FOUND


def test_threads_do_not_mix_their_answers(archive):
    said = {
        _BALANCE: "6月末，青岛贷款余额31250亿元[1]。",
        "青岛浮山森林公园新栽多少棵乔木？": "青岛浮山森林公园新栽乔木2600棵[1]。",
        "济南地铁4号线6月日均客流多少万人次？": "6月，济南地铁4号线日均客流38.6万人次[1]。",
    }
    engine = engine_over(
        archive,
        ScriptedLLM(lambda prompt: said[prompt.split("问题：")[1].split("\n")[0]]),
    )
    questions = list(said) * 8
    with ThreadPoolExecutor(max_workers=3) as pool:
        answers = list(pool.map(lambda q: engine.ask(q, today=_TODAY), questions))
    assert [answer.query.asked for answer in answers] == questions
    assert [answer.text for answer in answers] == [said[question] for question in questions]
    assert Counter(answer.status for answer in answers) == {Status.ANSWERED: 24}
    assert {answer.citations[0].quote for answer in answers} == {_LOANS, _PARK, _RIDERS}


def test_the_same_question_gets_the_same_evidence(archive):
    engine = engine_over(archive, None)
    once, again = (replace(engine.ask(_BALANCE, today=_TODAY), timings={}) for _ in range(2))
    assert once == again

"""Sentences that share their words and tell opposite things: who, whether done, yes and no."""

from datetime import date

import pytest

from index.types import Article, DateKnown
from rag.draft_claims import cut_claims
from rag.draft_dates import judge_date
from rag.draft_hold import hold_back
from rag.draft_names import judge_name
from rag.draft_passages import read_passages
from rag.draft_telling import exchanged, replaced, told_otherwise, turned_acts
from rag.draft_types import ClaimKind, Verdict
from rag.draft_verdict import judge_figure

DAY = date(2024, 7, 20)


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("张三会见李四", "李四会见张三"),
        ("张建国会见李卫东", "李卫东在京会见张建国"),
        ("甲公司收购乙公司", "乙公司收购甲公司"),
        ("甲公司以3亿元收购乙公司", "乙公司以3亿元收购甲公司"),
        ("海州集团收购青山公司", "海州集团被青山公司收购"),
        ("海州港已超过临海港", "临海港已超过海州港"),
        ("Alpha Corp acquired Beta Inc", "Beta Inc acquired Alpha Corp"),
    ],
)
def test_subject_and_object_exchanged_are_seen(draft, source):
    assert exchanged(draft, source)


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("张三会见李四", "张三会见李四"),
        ("海州集团收购青山公司", "青山公司被海州集团收购"),  # the passive says the same
        ("张建国与李卫东会见", "李卫东与张建国会见"),
        ("海州集团与青山公司签约", "青山公司与海州集团签约"),
        ("存款增长，贷款增长", "贷款增长，存款增长"),
    ],
)
def test_the_same_act_told_otherwise_is_no_exchange(draft, source):
    assert exchanged(draft, source) == ""


def test_a_name_put_in_the_place_of_another_is_seen():
    source = "海州市海洋局派出9名工作人员，到上海的街道蹲点学习了20天。"
    assert replaced(source.replace("上海", "深圳"), source) == ("深圳", "上海")
    assert replaced(source, source) is None
    assert replaced("深圳今天下雨。", source) is None  # no edited copy of it


def test_two_names_that_change_places_are_seen_whatever_stands_between():
    source = "北京方面29日称，上海的企业凌晨完成了对广州一处油库的收购，并公布了价格。"
    mine = source.replace("北京", "#").replace("广州", "北京").replace("#", "广州")
    assert replaced(mine, source) == ("广州", "北京")


def told(draft, source, claim):
    return told_otherwise(
        draft, draft.index(claim), source, source.index(claim), anchor=DAY, span=None
    )


@pytest.mark.parametrize(
    ("draft", "source", "word"),
    [
        ("隧道已于6月贯通。", "隧道计划6月贯通。", "计划"),
        ("隧道6月贯通。", "隧道计划6月贯通。", "计划"),
        ("基金规模50亿元，已经设立。", "海州将设立规模50亿元的基金。", "将"),
        ("水位6月达到29米。", "如果降水接近常年，水位6月达到29米。", "如果"),
    ],
)
def test_a_plan_or_a_condition_told_as_a_fact_is_seen(draft, source, word):
    claim = "50亿元" if "50亿元" in draft else "6月"
    assert word in told(draft, source, claim)


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("隧道计划6月贯通。", "隧道计划6月贯通。"),
        ("隧道预计6月贯通。", "隧道计划6月贯通。"),
        ("隧道6月贯通。", "隧道6月贯通。"),
        ("隧道6月贯通。", "隧道已于6月贯通，计划明年通车。"),
    ],
)
def test_a_plan_told_as_a_plan_and_a_fact_as_a_fact_are_left_alone(draft, source):
    assert told(draft, source, "6月") == ""


def test_a_negation_lost_or_added_is_seen():
    assert "答应" in turned_acts("他答应了出价。", "他没有答应出价。")
    assert "答应" in turned_acts("他没有答应出价。", "他答应了出价。")
    assert turned_acts("他没有答应出价。", "他没有答应出价。") == ()


def verdicts(draft, body):
    """The verdict on each figure, date and name of a draft, against an article of one text."""
    source = Article(
        id="a", title="海州新闻", body=body, published=DAY, date_known=DateKnown.STATED
    )
    pool = read_passages(source, 0, len(body))
    found = {}
    for cut in cut_claims(draft, anchor=DAY):
        if cut.claim.kind is ClaimKind.QUOTE:
            continue
        if cut.fact is not None:
            finding = judge_figure(cut.claim, cut.passage, cut.fact, pool)
        elif cut.span is not None:
            finding = judge_date(cut.claim, cut.passage, cut.span, pool)
        elif cut.holder is not None:
            finding = judge_name(cut.claim, cut.passage, cut.holder, pool)
        else:
            continue
        found[cut.claim.text] = hold_back(finding, cut, pool, anchor=DAY)
    return found


@pytest.mark.parametrize(
    ("draft", "body", "claim"),
    [
        (
            "7月3日，海州集团以3亿元收购青山公司。",
            "7月3日，青山公司以3亿元收购海州集团。",
            "7月3日",
        ),
        ("7月3日，海州未能放流鱼苗13万条。", "7月3日，海州放流鱼苗13万条。", "13万条"),
        ("7月3日，海州未能放流鱼苗13万条。", "7月3日，海州放流鱼苗13万条。", "7月3日"),
        ("海州隧道已于7月3日贯通。", "海州隧道计划7月3日贯通。", "7月3日"),
    ],
)
def test_what_is_told_otherwise_is_partly_and_says_how(draft, body, claim):
    finding = verdicts(draft, body)[claim]
    assert finding.verdict is Verdict.PARTLY
    assert finding.difference
    assert finding.evidence[0].quote == body


@pytest.mark.parametrize(
    ("draft", "body", "claim"),
    [
        ("青山公司7月3日被海州集团收购。", "7月3日，海州集团收购了青山公司。", "7月3日"),
        ("海州隧道计划7月3日贯通。", "海州隧道计划7月3日贯通。", "7月3日"),
        ("7月3日，海州放流了鱼苗13万条。", "7月3日，海州放流鱼苗13万条。", "13万条"),
    ],
)
def test_what_is_told_alike_stays_supported(draft, body, claim):
    assert verdicts(draft, body)[claim].verdict is Verdict.SUPPORTED


def test_the_price_of_an_exchanged_purchase_is_not_supported():
    body = "7月3日，青山公司以3亿元收购海州集团。"
    found = verdicts("7月3日，海州集团以3亿元收购青山公司。", body)
    assert found["3亿元"].verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("draft", "body", "claim"),
    [
        ("海州居民家中温度为22℃。", "海州居民家中温度不得低于18℃。", "22℃"),
        ("海州教室每间28人。", "海州教室每间不超过30人。", "28人"),
        ("海州地铁票价5元。", "海州地铁票价2元起。", "5元"),
        ("海州气温为31℃。", "海州最高气温为36℃。", "31℃"),
        ("海州苹果产量425万吨。", "海州苹果预计产量430万吨。", "425万吨"),
    ],
)
def test_a_bound_an_extreme_or_a_forecast_contradicts_no_value(draft, body, claim):
    assert verdicts(draft, body)[claim].verdict in (Verdict.NOT_FOUND, Verdict.PARTLY)


def test_a_bound_turned_round_is_not_supported():
    body = "海州灯光秀每场观众不超过2000人。"
    assert verdicts(body, body)["2000人"].verdict is Verdict.SUPPORTED
    turned = verdicts("海州灯光秀每场观众超过2000人。", body)["2000人"]
    assert turned.verdict is not Verdict.SUPPORTED


def test_a_deed_of_another_is_not_put_on_a_holder_of_an_office():
    body = (
        "海州市副市长秦望舒在开幕式上宣布，海州将设立海洋产业基金。"
        "海州市海洋局局长陆景行介绍了鱼苗的成活率。"
    )
    draft = "海州市海洋局局长陆景行在开幕式上宣布，海州将设立海洋产业基金。"
    finding = verdicts(draft, body)["陆景行"]
    assert (finding.verdict, "秦望" in finding.difference) == (Verdict.PARTLY, True)

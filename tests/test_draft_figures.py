"""Which archive figure may support or contradict a draft's: measure, place, period, manner."""

from datetime import date

import pytest

from index.figures import parse_figures
from index.types import Article, DateKnown
from rag.draft_claims import cut_claims
from rag.draft_figures import Value, compare_values
from rag.draft_passages import read_passages
from rag.draft_types import ClaimKind, Verdict
from rag.draft_verdict import judge_figure

PRINTED = date(2024, 7, 18)
BODY = (
    "7月16日，海州市统计局公布，6月末，全市各项贷款余额3120亿元，同比增长9.5%，"
    "增幅较上年同期高出0.4个百分点；上半年新增贷款410亿元。\n"
    "居民存款新增120亿元，企业存款新增98亿元。居民和企业分别多缴了12亿元和15亿元税款。\n"
    "6月份，居民消费价格环比下降0.3%。上半年，出口防护服29亿元。"
    "6月末，贷款比5月末增加36亿元。"
)


def article(body=BODY, title="海州上半年金融平稳", published=PRINTED, key="a-1"):
    return Article(id=key, title=title, body=body, published=published, date_known=DateKnown.STATED)


def check(draft, *articles, day=date(2024, 7, 20)):
    """The finding of each figure of a draft, by its text."""
    pool = [
        passage
        for item in articles or (article(),)
        for passage in read_passages(item, 0, len(item.body))
    ]
    return {
        cut.claim.text: judge_figure(cut.claim, cut.passage, cut.fact, pool)
        for cut in cut_claims(draft, anchor=day)
        if cut.claim.kind is ClaimKind.FIGURE
    }


def verdict(draft, figure, *articles):
    return check(draft, *articles)[figure].verdict


@pytest.mark.parametrize(
    ("draft", "figure"),
    [
        ("6月末，贷款余额3120亿元。", "3120亿元"),
        ("6月末，贷款余额0.312万亿元。", "0.312万亿元"),  # 0.312 * 10000 = 3120
        ("6月末，贷款余额超3100亿元。", "3100亿元"),
        ("6月末，各项贷款余额同比增长9.5%。", "9.5%"),
        ("上半年，新增贷款410亿元。", "410亿元"),
        ("上半年，居民存款新增120亿元，企业存款新增98亿元。", "98亿元"),
        ("上半年，出口防护服29亿元。", "29亿元"),
        ("6月末，贷款比5月末增加36亿元。", "36亿元"),
    ],
)
def test_the_same_value_of_the_same_thing_is_supported(draft, figure):
    assert verdict(draft, figure) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("draft", "figure", "difference"),
    [
        ("6月末，贷款余额3210亿元。", "3210亿元", "稿件 3210亿元，库中 3120亿元"),
        ("上半年，贷款余额410亿元。", "410亿元", "稿件 410亿元，库中 3120亿元"),
        ("6月末，贷款余额3120万元。", "3120万元", "稿件 3120万元，库中 3120亿元"),
        (
            "6月末，各项贷款余额同比下降9.5%。",
            "9.5%",
            "稿件 同比下降9.5%，库中 同比增长9.5%",
        ),
        (
            "6月末，贷款余额增幅较上年同期高出0.4%。",
            "0.4%",
            "稿件 0.4%，库中 0.4个百分点",
        ),
    ],
)
def test_another_value_of_the_same_thing_is_contradicted(draft, figure, difference):
    finding = check(draft)[figure]
    assert (finding.verdict, finding.difference) == (Verdict.CONTRADICTED, difference)
    assert finding.evidence[0].quote in BODY


@pytest.mark.parametrize(
    ("draft", "figure"),
    [
        ("一季度，新增贷款410亿元。", "410亿元"),  # another period
        ("上半年，临海新增贷款410亿元。", "410亿元"),  # a part of the city or another one
        ("上半年，青岛新增贷款410亿元。", "410亿元"),  # another city
        ("上半年，居民贷款新增120亿元。", "120亿元"),  # deposits, not loans
        ("上半年，企业存款新增120亿元。", "120亿元"),  # the other clause's
        ("6月份，居民消费价格同比下降0.3%。", "0.3%"),  # 环比
        ("6月末，计划使贷款余额达3120亿元。", "3120亿元"),  # a plan
        ("上半年，进口防护服29亿元。", "29亿元"),  # exported
        ("6月末，贷款比3月末增加36亿元。", "36亿元"),  # than at the end of May
        ("6月末，贷款余额未能达到3120亿元。", "3120亿元"),  # a denial
    ],
)
def test_the_same_value_of_another_thing_never_supports(draft, figure):
    assert verdict(draft, figure) is not Verdict.SUPPORTED


def test_what_keeps_an_equal_value_apart_is_told():
    finding = check("一季度，新增贷款410亿元。")["410亿元"]
    assert finding.verdict is Verdict.PARTLY
    assert "时期不同：稿件2024-01-01至2024-03-31，库中2024-01-01至2024-06-30" in finding.difference


def test_a_figure_the_archive_does_not_speak_of_is_not_found():
    finding = check("上半年，快递业务量达到5600万件。")["5600万件"]
    assert (finding.verdict, finding.evidence) == (Verdict.NOT_FOUND, ())


def test_a_correction_takes_the_support_away():
    first = article("上半年，海州地铁日均客运量43.6万人次。", title="地铁客流", key="a-2")
    later = article(
        "本报7月18日《地铁客流》一文，“上半年海州地铁日均客运量43.6万人次”有误，"
        "应为“上半年海州地铁日均客运量34.6万人次”。",
        title="更正",
        published=date(2024, 7, 25),
        key="a-3",
    )
    found = check("上半年，海州地铁日均客运量43.6万人次。", first, later)["43.6万人次"]
    assert found.verdict is Verdict.CONTRADICTED
    assert found.difference == "稿件 43.6万人次，库中 34.6万人次"
    assert verdict("上半年，海州地铁日均客运量34.6万人次。", "34.6万人次", first, later) is (
        Verdict.SUPPORTED
    )


def test_two_articles_with_two_values_are_both_shown():
    one = article("上半年，海州港完成货物吞吐量880万吨。", title="港口", key="a-4")
    two = article("上半年，海州港完成货物吞吐量860万吨。", title="港口", key="a-5")
    found = check("上半年，海州港完成货物吞吐量880万吨。", one, two)["880万吨"]
    assert found.verdict is Verdict.PARTLY
    assert {item.article_id for item in found.evidence} == {"a-4", "a-5"}


@pytest.mark.parametrize(
    ("mine", "theirs", "value"),
    [
        ("2104亿元", "2,104亿元", Value.EQUAL),
        ("2.03万亿元", "20314亿元", Value.LOOSE),  # 20314 is within half of 0.01万亿 of 20300
        ("2104亿元", "约2104亿元", Value.LOOSE),
        ("2104亿元", "2105亿元", Value.OTHER),
        ("0.91%", "0.91个百分点", Value.UNIT),
        ("5亿美元", "5亿元", Value.UNIT),
        ("12家", "12人", Value.APART),
        ("二十名", "20名", Value.EQUAL),
    ],
)
def test_values_are_compared_after_conversion(mine, theirs, value):
    (a,), (b,) = parse_figures(mine), parse_figures(theirs)
    assert compare_values(a, b) is value


def league(*bodies):
    """One article a body, a year apart, of the members of one league."""
    return [
        article(
            body=body, title="青岛茶商促进会开会", published=date(2022 + at, 12, 18), key=str(at)
        )
        for at, body in enumerate(bodies)
    ]


FORMER, LATTER = (
    "青岛茶商促进会成立三年来会员已有216家。",
    "江若谷说，促进会今年新吸收会员47家，会员总数增至263家。",
)


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        ("青岛茶商促进会会员总数达到263家。", Verdict.SUPPORTED),
        ("青岛茶商促进会会员总数增至263家。", Verdict.SUPPORTED),
        ("青岛茶商促进会会员总数减至263家。", Verdict.PARTLY),
        ("青岛茶商促进会会员增加263家。", Verdict.PARTLY),
    ],
)
def test_what_is_there_after_an_increase_is_a_level(draft, told):
    found = check(draft, *league(FORMER, LATTER), day=date(2023, 12, 30))
    assert found["263家"].verdict is told


def test_the_other_figure_of_the_same_sentence_is_no_second_opinion():
    draft = "青岛茶商促进会今年新增47家会员，总数达到263家。"
    found = check(draft, *league(LATTER), day=date(2022, 12, 30))
    assert found["263家"].verdict is Verdict.SUPPORTED


def test_more_by_is_a_change():
    source = article(body="6月末，青岛存款余额20317亿元。青岛存款比年初增加2440亿元。")
    assert verdict("6月末，青岛存款比年初多了2440亿元。", "2440亿元", source) is Verdict.SUPPORTED
    assert (
        verdict("6月末，青岛存款比年初少了2440亿元。", "2440亿元", source) is not Verdict.SUPPORTED
    )


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_paragraph_takes_neither_time_nor_place_from_the_one_before(gap):
    source = article(
        body="上海11月10日电 茶叶博览会成交726亿元。",
        title="博览会闭幕",
        published=date(2024, 11, 11),
    )
    draft = f"上半年，青岛地铁日均客运量34万人次。{gap}茶叶博览会成交726亿元。"
    found = check(draft, source, day=date(2024, 12, 1))["726亿元"]
    assert found.verdict is Verdict.SUPPORTED
    assert not found.difference


def test_a_heading_and_a_paragraph_without_a_subject_keep_time_and_place():
    source = article(body="上半年，上海新增贷款410亿元，同比增长7%。", title="上海上半年贷款增加")
    headed = check("青岛上半年贷款增加\n新增贷款410亿元。", source)["410亿元"]
    assert headed.verdict is Verdict.PARTLY
    assert "上海" in headed.difference
    going_on = "去年，上海新增贷款900亿元。\n同比增长7%。"
    assert check(going_on, source)["7%"].verdict is not Verdict.SUPPORTED


def test_a_place_told_before_is_not_given_as_the_drafts_own():
    source = article(body="7月16日，上海新增贷款410亿元。", title="上海贷款增加")
    found = check("7月16日，青岛举行发布会。7月16日，新增贷款410亿元。", source)["410亿元"]
    assert found.verdict is Verdict.PARTLY
    assert "地点不同：稿件" not in found.difference
    assert "前文说的是青岛" in found.difference

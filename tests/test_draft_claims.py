"""A draft is cut into claims whose offsets are true; people, dates and quotations are judged."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.types import Article, DateKnown
from rag.draft_claims import cut_claims
from rag.draft_dates import judge_date
from rag.draft_names import holders, judge_name
from rag.draft_passages import read_passages
from rag.draft_types import ClaimKind, Verdict

DAY = date(2024, 7, 20)


def claims(text):
    return [(str(cut.claim.kind), cut.claim.text) for cut in cut_claims(text, anchor=DAY)]


def passages(*bodies, published=date(2024, 7, 18)):
    return [
        passage
        for number, body in enumerate(bodies, 1)
        for passage in read_passages(
            Article(
                id=f"a-{number}",
                title="海州新闻",
                body=body,
                published=published,
                date_known=DateKnown.STATED,
            ),
            0,
            len(body),
        )
    ]


def test_figures_days_names_and_quotations_are_claims_in_order():
    text = "7月16日，海州市交通局局长柳听澜说：“新线路今年一定通车。”全程票价5元。"
    assert claims(text) == [
        ("date", "7月16日"),
        ("name", "柳听澜"),
        ("quote", "新线路今年一定通车。"),
        ("figure", "5元"),
    ]


def test_a_period_goes_with_its_figure_and_stands_alone_without_one():
    assert claims("上半年，全市新增贷款410亿元。") == [("figure", "410亿元")]
    assert claims("上半年，全市经济开局良好。") == [("date", "上半年")]


def test_a_figure_inside_a_quotation_is_part_of_it():
    assert claims("他说：“我们等了整整12年才等到今天。”") == [
        ("quote", "我们等了整整12年才等到今天。")
    ]


def test_a_sentence_without_any_is_one_statement_and_a_remark_is_none():
    assert claims("市民对此感到十分高兴。\n完。") == [("statement", "市民对此感到十分高兴。")]


_PIECES = [
    "上半年", "7月16日", "贷款余额", "3,120亿元", "同比增长9.5％", "“不要停，继续走”",
    "局长柳听澜说",
    "，", "。", "\n", "😀", "貸款餘額", "１２家", "ＧＤＰ", "\u3000", "<b>", "5G", "；",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_a_claim_is_its_stretch_of_the_draft_inside_its_sentence(text):
    for cut in cut_claims(text, anchor=DAY):
        claim = cut.claim
        assert text[claim.start : claim.end] == claim.text != ""
        assert claim.sentence_start <= claim.start < claim.end <= claim.sentence_end


@pytest.mark.parametrize(
    ("text", "name", "office", "body"),
    [
        ("海州市交通局局长柳听澜说，明年通车。", "柳听澜", "局长", "海州市交通局"),
        ("海州市交通局副局长柳听澜说，明年通车。", "柳听澜", "副局长", "海州市交通局"),
        ("商会会长江若谷介绍了情况。", "江若谷", "会长", "商会"),
    ],
)
def test_an_office_is_read_with_its_body_and_rank(text, name, office, body):
    (holder,) = holders(text)
    assert (holder.name, holder.office, holder.body) == (name, office, body)


def name_finding(draft, *bodies):
    (cut,) = [cut for cut in cut_claims(draft, anchor=DAY) if cut.claim.kind is ClaimKind.NAME]
    return judge_name(cut.claim, cut.passage, cut.holder, passages(*bodies))


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("海州市交通局局长柳听澜说，新线路明年通车。", Verdict.SUPPORTED),
        ("海州市交通局副局长柳听澜说，新线路明年通车。", Verdict.CONTRADICTED),
        ("海州市交通局局长柳听岚说，新线路明年通车。", Verdict.CONTRADICTED),
        ("海州市教育局局长柳听澜说，新线路明年通车。", Verdict.PARTLY),
        ("海州市卫健委主任秦望舒说，门诊今日恢复。", Verdict.NOT_FOUND),
    ],
)
def test_a_person_is_judged_with_the_office(draft, expected):
    body = "海州市交通局局长柳听澜说，新线路明年通车，票价不变。"
    assert name_finding(draft, body).verdict is expected


def test_another_holder_of_the_office_is_told():
    finding = name_finding("商会会长秦望舒宣布章程。", "商会会长柳听澜宣布章程，会员代表参加。")
    assert finding.verdict is Verdict.CONTRADICTED
    assert finding.difference == "稿件 会长秦望舒，库中 会长柳听澜"


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("海州地铁新线7月16日全线轨通。", Verdict.SUPPORTED),
        ("海州地铁新线7月17日全线轨通。", Verdict.CONTRADICTED),
        ("海州大剧院7月17日落成首演。", Verdict.NOT_FOUND),
    ],
)
def test_a_day_is_judged_by_the_sentence_that_tells_the_same(draft, expected):
    (cut,) = cut_claims(draft, anchor=DAY)
    pool = passages("7月16日，海州地铁新线全线轨通。")
    assert judge_date(cut.claim, cut.passage, cut.span, pool).verdict is expected

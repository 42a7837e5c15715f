"""Two values for the same thing: side by side, by date, or no conflict at all."""

from datetime import date
from pathlib import Path

import pytest

from index.readers import ReadOptions, read_file
from index.types import Article, Coverage
from rag.clock import Clock
from rag.conflicts import Conflict, Kind, find_conflict
from rag.evidence import as_evidence
from rag.reply import Reply
from rag.types import Status
from tests.conflict_texts import printed, undated, weighed

_SEED = Path(__file__).parents[2] / "shared" / "seed" / "page.txt"
_JULY = date(2021, 7, 20)


def _candidates(question, articles):
    query, focus, periods, found = weighed(question, articles)
    return query, focus, periods, found[:12]


def _find(question, articles):
    query, focus, periods, found = _candidates(question, articles)
    return find_conflict(query.question, focus, periods, found)


def _values(conflict):
    return {side.value for side in conflict.sides}


def _answer(question, articles):
    query, focus, periods, found = _candidates(question, articles)
    conflict = find_conflict(query.question, focus, periods, found)
    assert conflict is not None
    coverage = Coverage(len(articles), None, None, None, 0)
    reply = Reply(query, as_evidence(found), coverage, "fake@1", Clock())
    return reply.conflict(conflict)


_RIDERS = "2021年上半年海州地铁日均客运量是多少？"


def test_two_figures_for_one_measure_and_period_conflict():
    found = _find(
        _RIDERS,
        printed("上半年，海州地铁日均客运量43.6万人次。", "上半年，海州地铁日均客运量34.6万人次。"),
    )
    assert found.kind is Kind.CONFLICT
    assert _values(found) == {"43.6万人次", "34.6万人次"}


def test_each_side_has_its_sentence_and_its_day():
    found = _find(
        _RIDERS,
        printed(
            ("上半年，海州地铁日均客运量43.6万人次。", date(2021, 7, 20)),
            ("上半年，海州地铁日均客运量34.6万人次。", date(2021, 7, 22)),
        ),
    )
    days = {side.value: side.published for side in found.sides}
    assert days == {"43.6万人次": date(2021, 7, 20), "34.6万人次": date(2021, 7, 22)}
    assert sorted(number for side in found.sides for number in side.numbers) == [1, 2]


_LOANS = "2021年6月末海州贷款余额是多少？"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("20,314亿元", "2.0314万亿元"),
        ("20314亿元", "约2万亿元"),
        ("20314亿元", "超2万亿元"),
        ("20314亿元", "2.03万亿元"),
        ("20314亿元", "20314亿元"),
        ("20314亿元", "近2.1万亿元"),
        ("20314亿元", "２０３１４亿元"),
    ],
)
def test_a_rounder_or_otherwise_written_figure_is_no_conflict(one, other):
    texts = [f"6月末，海州贷款余额{figure}。" for figure in (one, other)]
    assert _find(_LOANS, printed(*texts)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("20314亿元", "21314亿元"), ("20314亿元", "2.1万亿元"), ("20314亿元", "20341亿元")],
)
def test_a_figure_outside_what_rounding_allows_conflicts(one, other):
    texts = [f"6月末，海州贷款余额{figure}。" for figure in (one, other)]
    assert _values(_find(_LOANS, printed(*texts))) == {one, other}


@pytest.mark.parametrize(
    "other",
    [
        "6月末，海州企业贷款余额9120亿元。",
        "6月末，海州存款余额21870亿元。",
        "6月末，海州住户短期贷款余额1210亿元。",
        "6月末，临海贷款余额11870亿元。",
        "5月末，海州贷款余额20101亿元。",
        "6月末，海州贷款余额同比增长8.6%。",
        "上半年，海州贷款新增1126亿元。",
        "6月末，全国贷款余额185万亿元。",
    ],
)
def test_another_measure_place_or_period_is_no_conflict(other):
    assert _find(_LOANS, printed("6月末，海州贷款余额20314亿元。", other)) is None


def test_one_sentence_with_two_figures_is_no_conflict():
    text = "6月末，海州贷款余额20314亿元，比年初增加1126亿元。"
    assert _find(_LOANS, printed(text, text)) is None


def test_growth_and_fall_are_not_two_values_of_one_rate():
    found = _find(
        "2021年上半年海州港口吞吐量同比增长多少？",
        printed("上半年，海州港口吞吐量同比增长8.6%。", "上半年，海州港口吞吐量环比下降3.1%。"),
    )
    assert found is None


def test_rates_of_one_measure_conflict():
    found = _find(
        "2021年上半年海州港口吞吐量同比增长多少？",
        printed("上半年，海州港口吞吐量同比增长8.6%。", "上半年，海州港口吞吐量同比增长6.8%。"),
    )
    assert _values(found) == {"8.6%", "6.8%"}


def test_without_a_period_asked_for_later_figures_come_first_and_are_a_change():
    found = _find(
        "海州贷款余额是多少？",
        printed(
            ("6月末，海州贷款余额20314亿元。", date(2021, 7, 20)),
            ("8月末，海州贷款余额20719亿元。", date(2021, 9, 17)),
            ("7月末，海州贷款余额20504亿元。", date(2021, 8, 19)),
        ),
    )
    assert found.kind is Kind.CHANGE
    assert [side.value for side in found.sides] == ["20719亿元", "20504亿元", "20314亿元"]
    assert [side.period.text for side in found.sides] == ["8月末", "7月末", "6月末"]


def test_the_latest_of_many_figures_is_among_those_shown():
    texts = [
        (f"{month}月末，海州贷款余额{20000 + 300 * month}亿元。", date(2021, month + 1, 20))
        for month in range(1, 8)
    ]
    found = _find("海州贷款余额是多少？", printed(*texts))
    assert found.sides[0].value == "22100亿元"  # 20000 + 300 × 7
    assert len(found.sides) == 4


def test_two_things_asked_at_once_never_conflict():
    found = _find(
        "海州和临海的贷款余额分别是多少？",
        printed("6月末，海州贷款余额20314亿元。", "6月末，临海贷款余额11870亿元。"),
    )
    assert found is None


def test_another_session_of_a_fair_is_no_change():
    found = _find(
        "第134届海州交易会成交额是多少美元？",
        printed(
            ("第134届海州交易会成交额223亿美元。", date(2021, 5, 4)),
            ("第135届海州交易会成交额247亿美元。", date(2021, 11, 4)),
        ),
    )
    assert found is None


_PRESIDENT = "海州青年企业家协会会长是谁？"


def test_two_holders_of_one_office_at_one_time_conflict():
    found = _find(
        _PRESIDENT,
        printed(
            ("海州青年企业家协会会长李明远说，协会将办培训班。", date(2021, 7, 16)),
            ("海州青年企业家协会会长、远洋公司董事长王晓东出席活动。", date(2021, 7, 17)),
        ),
    )
    assert found.kind is Kind.CONFLICT
    assert _values(found) == {"李明远", "王晓东"}


def test_two_holders_in_one_issue_conflict():
    body = (
        "协会顾问由海州青年企业家协会会长、远洋公司董事长王晓东担任。\n"
        "海州青年企业家协会会长、海州啤酒集团董事长李明远说，合作才刚刚开始。"
    )
    assert _values(_find(_PRESIDENT, printed(body))) == {"李明远", "王晓东"}


def test_holders_printed_months_apart_are_a_change_latest_first():
    found = _find(
        _PRESIDENT,
        printed(
            ("海州青年企业家协会会长李明远作报告。", date(2020, 3, 2)),
            ("海州青年企业家协会会长王晓东作报告。", date(2021, 7, 16)),
        ),
    )
    assert found.kind is Kind.CHANGE
    assert [side.value for side in found.sides] == ["王晓东", "李明远"]


@pytest.mark.parametrize(
    "other",
    [
        "海州青年企业家协会副会长王晓东出席活动。",
        "海州青年企业家协会原会长王晓东出席活动。",
        "海州青年企业家协会名誉会长王晓东出席活动。",
        "临海青年企业家协会会长王晓东出席活动。",
        "海州摄影学会会长王晓东出席活动。",
        "海州青年企业家协会会长李明远和临海市市长王晓东出席活动。",
        "海州青年企业家协会秘书长王晓东出席活动。",
        "海州青年企业家协会会长李明远出席活动。",
    ],
)
def test_another_office_body_or_time_is_no_conflict(other):
    first = "海州青年企业家协会会长李明远说，协会将办培训班。"
    assert _find(_PRESIDENT, printed(first, other)) is None


def test_two_people_whose_names_share_characters_are_two_people():
    found = _find(
        _PRESIDENT,
        printed("海州青年企业家协会会长李建国致辞。", "海州青年企业家协会会长王建国致辞。"),
    )
    assert _values(found) == {"李建国", "王建国"}


def test_an_appointment_names_the_holder_and_a_removal_does_not():
    found = _find(
        "海州市海洋局局长是谁？",
        printed(
            ("海州市海洋局局长李明远介绍了情况。", date(2021, 3, 2)),
            ("会议决定任命王晓东为海州市海洋局局长，免去李明远的海州市海洋局局长职务。", _JULY),
        ),
    )
    assert found.kind is Kind.CHANGE
    assert [side.value for side in found.sides] == ["王晓东", "李明远"]


def test_who_asks_for_a_period_is_not_told_of_a_later_holder():
    found = _find(
        "2020年海州青年企业家协会会长是谁？",
        printed(
            ("海州青年企业家协会会长李明远作报告。", date(2020, 3, 2)),
            ("海州青年企业家协会会长王晓东作报告。", date(2021, 7, 16)),
        ),
    )
    assert found is None


def test_given_texts_that_name_two_directors_conflict():
    found = _find(
        "电影《潮汐之间》的导演是谁？",
        undated(
            "《潮汐之间》由李明远执导，讲一座海岛的故事。",
            "电影《潮汐之间》的导演王晓东说，拍了三年。",
        ),
    )
    assert found.kind is Kind.CONFLICT
    assert _values(found) == {"李明远", "王晓东"}


def test_given_texts_that_name_two_capitals_conflict():
    found = _find(
        "巴西的首都在哪？", undated("巴西首都巴西利亚人口不多。", "昨天，巴西首都圣保罗下了大雨。")
    )
    assert _values(found) == {"巴西利亚", "圣保罗"}


def test_given_texts_with_two_days_in_the_same_words_conflict():
    found = _find(
        "潮汐游戏机发售日期",
        undated(
            "潮汐游戏机于2017年3月3日在海州、临海同步发售。",
            "潮汐游戏机于2015年4月3日在海州、临海同步发售。",
        ),
    )
    assert _values(found) == {"2017年3月3日", "2015年4月3日"}


def test_given_texts_that_name_two_winners_conflict():
    found = _find(
        "2018年海州杯足球赛冠军",
        undated(
            "2018年海州杯足球赛决赛，英国队以4比2击败对手，夺得冠军。",
            "2018年海州杯足球赛决赛上，法国队4-2击败对手，夺得冠军。",
        ),
    )
    assert _values(found) == {"英国队", "法国队"}


def test_who_congratulates_the_winner_has_not_won():
    found = _find(
        "2018年海州杯冠军是谁？",
        undated("王晓东祝贺梁振英获得2018年海州杯冠军。", "梁振英获得2018年海州杯冠军。"),
    )
    assert found is None


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # Two directors of one film are no disagreement.
        (
            "电影《潮汐之间》的导演是谁？",
            "《潮汐之间》由李明远、王晓东执导。",
            "《潮汐之间》由王晓东、李明远执导。",
        ),
        ("《潮汐之间》的主演有哪些？", "《潮汐之间》由李明远主演。", "《潮汐之间》由王晓东主演。"),
        # Another film, and another job on the same one.
        (
            "电影《潮汐之间》的导演是谁？",
            "《潮汐之间》由李明远执导。",
            "《山外青山》的导演王晓东到场祝贺。",
        ),
        # One text gives both: they are two things to it.
        (
            "电影《潮汐之间》的导演是谁？",
            "《潮汐之间》由李明远执导。动作戏的导演王晓东说，不用替身。",
            "大雨中，《潮汐之间》开机。",
        ),
        # A longer form of the same name.
        (
            "电影《阿凡达》的导演是谁？",
            "《阿凡达》的导演詹姆斯·卡梅隆说。",
            "《阿凡达》的导演卡梅隆说。",
        ),
        # A day that only one of them says in full.
        (
            "潮汐游戏机发售日期",
            "潮汐游戏机3月3日在海州发售。",
            "潮汐游戏机2017年3月3日在海州发售。",
        ),
    ],
)
def test_given_texts_that_agree_as_far_as_they_go_do_not_conflict(question, one, other):
    assert _find(question, undated(one, other)) is None


def test_dated_reports_of_other_events_in_the_same_words_do_not_conflict():
    texts = ("潮汐游戏机3月3日在海州同步发售。", "潮汐游戏机4月8日在海州同步发售。")
    assert _find("潮汐游戏机发售日期", printed(*texts)) is None


def test_the_answer_shows_both_sides_with_paper_day_and_source():
    answer = _answer(
        _PRESIDENT,
        printed(
            ("海州青年企业家协会会长李明远说，协会将办培训班。", date(2021, 7, 16)),
            ("海州青年企业家协会会长王晓东说，协会将办读书会。", date(2021, 7, 17)),
        ),
    )
    assert answer.status is Status.CONFLICT
    assert answer.text.startswith("各报道说法不一致：据")
    assert "据海州日报（2021-07-16），是李明远" in answer.text
    assert "据海州晚报（2021-07-17），是王晓东" in answer.text
    assert {item.article_id for item in answer.citations} == {"a0", "a1"}
    assert answer.text.count("[1]") == answer.text.count("[2]") == 1
    assert answer.text.endswith("。")
    assert answer.checks
    assert all(check.supported for check in answer.checks)
    assert answer.model == ""


def test_the_answer_speaks_the_questions_language():
    articles = printed("海州青年企业家协会会长李明远致辞。", "海州青年企业家协会会长王晓东致辞。")
    query, focus, periods, found = _candidates(_PRESIDENT, articles)
    conflict = find_conflict(query.question, focus, periods, found)
    texts = {}
    for language in ("en", "zh-Hant"):
        asked = type(query)(_PRESIDENT, _PRESIDENT, language)
        coverage = Coverage(2, None, None, None, 0)
        reply = Reply(asked, as_evidence(found), coverage, "fake@1", Clock())
        texts[language] = reply.conflict(conflict).text
    assert texts["en"].startswith("Reports disagree: according to 海州")
    assert "; according to " in texts["en"].replace("[1]", "")
    assert texts["zh-Hant"].startswith("各報道說法不一致：據")


def test_a_change_is_answered_with_the_latest_first():
    answer = _answer(
        "海州贷款余额是多少？",
        printed(
            ("6月末，海州贷款余额20314亿元。", date(2021, 7, 20)),
            ("7月末，海州贷款余额20504亿元。", date(2021, 8, 19)),
        ),
    )
    assert answer.status is Status.ANSWERED
    assert answer.text == (
        "最近的说法：据海州晚报（2021-08-19），是20504亿元（7月末）[1]；"
        "此前：据海州日报（2021-07-20），是20314亿元（6月末）[2]。"
    )


def test_a_paper_cannot_fake_a_citation_by_its_name():
    articles = [
        Article(
            "a0", "", "海州青年企业家协会会长李明远致辞。", source="海州[9]日报", published=_JULY
        ),
        Article("a1", "", "海州青年企业家协会会长王晓东致辞。", source="晚报[2]", published=_JULY),
    ]
    answer = _answer(_PRESIDENT, articles)
    assert "[9]" not in answer.text
    assert answer.text.count("[2]") == 1


def test_the_seed_page_has_two_presidents_of_one_society():
    if not _SEED.is_file():
        pytest.skip(f"no {_SEED}: the seed page is not part of the repository")
    articles = [item for item in read_file(_SEED, ReadOptions()) if isinstance(item, Article)]
    found = _find("青深企业家联谊会会长是谁？", articles[:1])
    assert isinstance(found, Conflict)
    assert found.kind is Kind.CONFLICT
    assert _values(found) == {"靳海涛", "黄克兴"}

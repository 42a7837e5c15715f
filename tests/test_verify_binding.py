"""Minimal pairs: a value, name or day told of what its sentence tells it of, and of its neighbour.

Sources and statements are our own writing.
"""

import pytest

from rag.cite import Statement
from rag.verify import check_statement, is_supported, told_otherwise
from tests.scripted_llm import evidence_of


def _holds(said, source):
    cited = [evidence_of(1, source)]
    checks = check_statement(Statement(said, (1,)), cited)
    return is_supported(checks) and not told_otherwise(said, cited)


_GROWTH = "上半年，甲市增长5.2%，乙市增长3.1%。"
_BALANCES = "6月末，云城存款余额20314亿元，贷款余额15000亿元。"
_TRADE = "前5个月，云城进口增长5.2%，出口增长3.1%。"
_BOTH = "云城进口和出口分别增长5.2%和3.1%。"
_YEARS = "云城2022年增长5%，2023年增长3%。"
_TWO_YEARS = "云城2022年和2023年分别增长5%和3%。"
_VIEWS = "受访者中，33%的人表示反对，58%的人表示赞成。"
_SHARE = "云城进出口总值7万亿元，同比增长10.3%，占全国的20%。"
_ENGLISH = "Imports rose 5.2% while exports rose 3.1% in June."
_EACH = "Deposits and loans grew 5% and 3% respectively."
_CITIES = "Yuncheng grew 5.2% and Haicheng grew 3.1% last year."
_UNCLEAR = "新能源汽车产销量分别完成211万辆和209万辆。"


@pytest.mark.parametrize(
    ("source", "true", "false"),
    [
        (_GROWTH, "甲市增长5.2%", "甲市增长3.1%"),
        (_GROWTH, "上半年乙市增长3.1%", "上半年乙市增长5.2%"),
        (_GROWTH, "甲市增长5.2%，乙市增长3.1%", "甲市增长3.1%，乙市增长5.2%"),
        (_BALANCES, "云城贷款余额为15000亿元", "云城贷款余额20314亿元"),
        (_BALANCES, "存款余额20314亿元", "存款余额15000亿元"),
        (_TRADE, "云城进口增长5.2%", "云城出口增长5.2%"),
        (_TRADE, "云城出口增长3.1%", "云城进口增长3.1%"),
        (_BOTH, "进口增长5.2%", "进口增长3.1%"),
        (_BOTH, "云城出口增长3.1%", "云城出口增长5.2%"),
        (_BOTH, "进口和出口分别增长5.2%和3.1%", "进口和出口分别增长3.1%和5.2%"),
        (_UNCLEAR, "分别完成211万辆和209万辆", "分别完成209万辆和211万辆"),
        (_YEARS, "云城2023年增长3%", "云城2023年增长5%"),
        (_TWO_YEARS, "2022年增长5%", "2022年增长3%"),
        (_TWO_YEARS, "2023年增长3%", "2023年增长5%"),
        (_VIEWS, "33%的人表示反对", "58%的人表示反对"),
        (_SHARE, "同比增长10.3%", "同比增长20%"),
        (_SHARE, "占全国的20%", "占全国的10.3%"),
        (_ENGLISH, "Imports rose 5.2%", "Imports rose 3.1%"),
        (_ENGLISH, "Exports rose 3.1%", "Exports rose 5.2%"),
        (_EACH, "Loans grew 3%", "Loans grew 5%"),
        (_CITIES, "Haicheng grew 3.1%", "Haicheng grew 5.2%"),
        ("甲市增長5.2％，乙市增長3.1％。", "乙市增长3.1%", "乙市增长5.2%"),
    ],
)
def test_a_figure_is_told_of_what_its_sentence_gives_it_to(source, true, false):
    assert (_holds(true, source), _holds(false, source)) == (True, False)


_TALK = "市长张三出席会议，副市长李四发表讲话。"
_BRIDGE = "大桥3月1日开工，5月1日通车。"
_DENIAL = "张三否认参与此事，李四承认参与此事。"
_MATCH = "海湾队在决赛中击败山城队。"
_TRIP = "王强在上海开会，刘洋在北京考察。"


@pytest.mark.parametrize(
    ("source", "true", "false"),
    [
        (_TALK, "张三出席会议", "张三发表讲话"),
        (_TALK, "李四发表讲话", "李四出席会议"),
        (_TALK, "李四讲话", "张三讲话"),
        (_DENIAL, "李四承认参与此事", "张三承认参与此事"),
        (_TRIP, "王强开会", "王强考察"),
        (_TRIP, "刘洋考察", "刘洋开会"),
        (_BRIDGE, "大桥5月1日通车", "大桥3月1日通车"),
        (_BRIDGE, "3月1日开工", "5月1日开工"),
        ("展览7月3日开幕，7月20日闭幕。", "展览7月20日闭幕", "展览7月3日闭幕"),
        ("工程2019年动工，2023年竣工。", "工程2019年动工", "工程2019年竣工"),
        ("金华举办村运会，温州举办书展。", "金华举办村运会", "温州举办村运会"),
        (_MATCH, "海湾队击败山城队", "山城队击败海湾队"),
    ],
)
def test_a_name_or_day_is_told_of_its_own_clause(source, true, false):
    assert (_holds(true, source), _holds(false, source)) == (True, False)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        # The subject of the clause before, put in front.
        ("云城贷款余额同比增长7.4%", "6月末，云城贷款余额20840亿元，同比增长7.4%。"),
        ("海湾公司净利润5亿元", "海湾公司营业收入50亿元，净利润5亿元。"),
        # Acted on in one clause, still the subject of the next.
        ("张三受到李四欢迎", "张三抵达车站时，受到李四欢迎。"),
        ("张三表示支持", "张三会见李四，表示支持。"),
        ("张三、李四出席会议", "市长张三、副市长李四出席会议。"),
        # A thousands comma is no pause, nor is a point in a number.
        ("销量为4,951份", "游戏销量为4,951份，累计1,273,753份。"),
        # What is told of a town is told of its province.
        ("福建举办调研活动", "福建泉州举办调研活动，泉州台胞参加。"),
        # Words of two languages are not compared.
        ("Loans grew 5%", "存款增长3%，贷款增长5%。"),
    ],
)
def test_what_is_told_in_fewer_or_other_words_stands(said, source):
    assert _holds(said, source)


def test_a_figure_of_something_else_says_why():
    (check,) = check_statement(Statement("甲市增长3.1%", (1,)), [evidence_of(1, _GROWTH)])
    assert check.note.startswith("原文中属于另一项")


def test_a_second_cited_sentence_may_give_the_figure_to_it():
    cited = [evidence_of(1, _GROWTH), evidence_of(2, "甲市投资增长3.1%。")]
    (check,) = check_statement(Statement("甲市投资增长3.1%", (1, 2)), cited)
    assert check.markers == (2,)

"""A neighbouring, wider or narrower measure is not the one its sentence gives a figure for."""

import pytest

from rag.cite import Statement
from rag.focus import read_focus
from rag.verify import check_statement, is_supported
from rag.verify_fit import answers_other
from rag.verify_measure import alike
from tests.scripted_llm import evidence_of


def _holds(said, source, question=""):
    cited = [evidence_of(1, source)]
    return is_supported(check_statement(Statement(said, (1,)), cited, question=question))


@pytest.mark.parametrize(
    ("source", "true", "false"),
    [
        ("公司净利润5亿元。", "公司净利5亿元", "公司营收5亿元"),
        ("公司营业收入5亿元。", "公司营收5亿元", "公司净利润5亿元"),
        ("高铁发送旅客3亿人次。", "高速铁路发送旅客3亿人次", "铁路发送旅客3亿人次"),
        ("规模以上工业增加值增长5%。", "规上工业增加值增长5%", "高技术制造业增加值增长5%"),
        ("公路人员流动量2亿人次。", "公路人员流动量2亿人次", "全社会跨区域人员流动量2亿人次"),
        ("贷款比年初新增1314亿元。", "新增贷款1314亿元", "贷款余额1314亿元"),
        ("贷款余额1314亿元。", "贷款余额为1314亿元", "贷款新增1314亿元"),
        ("云城最高气温38℃。", "最高气温38℃", "云城平均气温38℃"),
        ("云城最高气温38度。", "云城最高气温38度", "云城气温38度"),
        ("1至6月累计完成投资5亿元。", "完成投资5亿元", "单月完成投资5亿元"),
        ("增加值同比增长5%。", "增加值同比增长5%", "增加值环比增长5%"),
        ("过火面积达20平方公里。", "过火面积20平方公里", "过火长度20平方公里"),
        ("海水养殖年产量550万吨。", "年产量550万吨", "海水养殖年销量550万吨"),
        ("铁路客运量1580万人次。", "铁路客运量1580万人次", "铁路货运量1580万人次"),
        ("农村宽带用户1.9亿。", "农村宽带用户达1.9亿", "城镇宽带用户达1.9亿"),
        ("日均客运量51万人次。", "日均客运量51万人次", "客运量51万人次"),
        ("北段设车站12座。", "3号线北段有12座车站", "3号线北段有12座桥梁"),
        ("基础设施投资总额186亿元。", "投资总额186亿元", "基础设施消费总额186亿元"),
    ],
)
def test_a_figure_keeps_its_measure(source, true, false):
    assert (_holds(true, source), _holds(false, source)) == (True, False)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("出口额173亿美元", "食品出口总额173亿美元。"),
        ("步道长度12公里", "步道总长12公里。"),
        ("处罚账号110991个", "平台对违规的110991个账号进行处罚。"),
        ("团团网持有现金255亿元", "该公司持有现金255亿元。"),
        ("投资最多不超过30亿元", "投资最高不超过30亿元。"),
        ("客流量9267万人次", "客运量9267万人次。"),
        ("3号线北段有12座车站", "北段全长40公里，设车站12座。"),
        ("北段设车站12座", "3号线北段有12座车站。"),
    ],
)
def test_a_measure_in_other_words_stands(said, source):
    assert _holds(said, source)


def test_the_average_that_was_asked_for_need_not_be_named_again():
    source = "日均客运量51万人次。"
    assert _holds("客运量51万人次", source, question="日均客运量是多少？")


@pytest.mark.parametrize(
    ("question", "answers", "other"),
    [
        ("公司上半年营收是多少？", "公司营业收入5亿元", "公司净利润5亿元"),
        ("云城高铁发送旅客多少人次？", "高铁发送旅客3亿人次", "铁路发送旅客3亿人次"),
        ("云城铁路发送旅客多少人次？", "铁路发送旅客3亿人次", "高铁发送旅客3亿人次"),
        (
            "全社会跨区域人员流动量是多少？",
            "全社会跨区域人员流动量2亿人次",
            "公路人员流动量2亿人次",
        ),
        (
            "云城队获得多少金牌？",
            "云城队获得9枚金牌",
            "金牌很难得，30个代表团参加了云城队主办的赛事",
        ),
        ("高技术制造业增加值增长多少？", "高技术制造业增加值增长5%", "规模以上工业增加值增长5%"),
        ("云城平均气温多少度？", "平均气温30度", "最高气温38度"),
        ("云城贷款余额是多少？", "贷款余额5亿元", "贷款新增5亿元"),
        ("云城单月进口额多少亿元？", "单月进口额5亿元", "累计进口额5亿元"),
    ],
)
def test_a_sentence_that_gives_only_another_measure_does_not_answer(question, answers, other):
    focus = read_focus(question)
    told = [answers_other(text, f"云城{text}。", question, focus) for text in (answers, other)]
    assert told == [False, True]


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        ("云城救助基金首批筹到多少钱？", "基金首批募集资金1260万元"),
        ("云城畅游卡卖多少钱？", "畅游卡售价299元"),
        ("云城8月份海运快件一天平均多少件？", "8月份，云城海运快件日均6.3万件"),
        ("云城企业贷款占全部新增贷款的百分之几？", "云城企业贷款新增1660亿元，占全部贷款增量的79%"),
    ],
)
def test_what_a_reader_words_otherwise_is_still_its_measure(question, cited):
    focus = read_focus(question)
    assert not answers_other(cited, f"{cited}。", question, focus)


def test_what_a_measure_is_of_may_be_said_around_its_sentence_but_not_another_value_there():
    question = "云城苹果每斤收购价多少？"
    focus, cited = read_focus(question), "云城的红将军，地头收购价每斤3.6元。"
    assert answers_other("3.6元", cited, question, focus)
    assert not answers_other("3.6元", cited, question, focus, around="云城苹果今年好卖")
    asked = "云城全社会人员流动量多少？"
    road, whole = "云城公路人员流动量98亿人次。", "云城全社会人员流动量109亿人次。"
    assert answers_other("98亿人次", road, asked, read_focus(asked), around=whole)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("客流量", "客运量", True),
        ("营收", "营业收入", True),
        ("总长", "长度", True),
        ("车站", "站点", True),
        ("存款", "贷款", False),
        ("年产量", "年销量", False),
        ("高铁", "铁路", False),
        ("消费总额", "投资总额", False),
        ("净利润", "营业收入", False),
    ],
)
def test_nouns_that_may_mean_one_thing(a, b, same):
    assert (alike(a, b), alike(b, a)) == (same, same)

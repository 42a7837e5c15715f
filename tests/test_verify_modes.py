"""What is planned, forecast, denied or supposed is not told as fact. Texts are our own writing."""

import pytest

from rag.verify_modes import lost_modes


@pytest.mark.parametrize(
    ("source", "true", "false"),
    [
        ("公司预计全年营收增长5%。", "预计营收增长5%", "公司全年营收增长5%"),
        ("公司预计全年营收达50亿元，增长5%。", "公司预计增长5%", "公司增长5%"),
        ("海湾公司拟投资5亿元建厂。", "海湾公司计划投资5亿元建厂", "海湾公司投资5亿元建厂"),
        ("海湾公司计划裁员100人。", "海湾公司计划裁员100人", "海湾公司裁员100人"),
        ("地铁有望年底通车。", "预计地铁年底通车", "地铁年底通车"),
        ("大桥力争年底建成。", "大桥力争年底建成", "大桥年底建成"),
        ("地铁下月将开通。", "地铁将于下月开通", "地铁已开通"),
        ("全年产量将增长5%。", "全年产量将增长5%", "全年产量增长5%"),
        ("海湾公司否认收购云城科技。", "海湾公司否认收购云城科技", "海湾公司收购云城科技"),
        ("票价并未上涨。", "票价没有上涨", "票价上涨"),
        ("法院未支持原告的请求。", "法院没有支持原告的请求", "法院支持原告的请求"),
        ("工厂不排放废水。", "工厂不排放废水", "工厂排放废水"),
        ("据传海湾公司收购云城科技。", "据传海湾公司收购云城科技", "海湾公司收购云城科技"),
        ("他涉嫌挪用公款。", "他涉嫌挪用公款", "他挪用公款"),
        ("如果下雨，比赛推迟一天。", "如果下雨，比赛推迟一天", "比赛推迟一天"),
        ("一旦水位上涨，景区关闭。", "一旦水位上涨，景区关闭", "景区关闭"),
        (
            "The company plans to invest 5 billion yuan.",
            "The company plans to invest 5 billion yuan",
            "The company invested 5 billion yuan",
        ),
        (
            "The ministry denied raising the tax.",
            "The ministry denied raising the tax",
            "The ministry raised the tax",
        ),
    ],
)
def test_a_mode_is_kept(source, true, false):
    assert (lost_modes(true, [source]), bool(lost_modes(false, [source]))) == ((), True)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("展会8月1日开幕", "展会将于8月1日开幕。"),  # the day tells that it is to come
        ("上海世博中心", "大会将在上海世博中心举办。"),  # no more than a place is told
        ("来自9个国家", "来自9个国家的青年将到云城研习。"),  # stands before 将
        ("工人运走垃圾", "工人将垃圾运走。"),  # 将 is 把
        ("央行降息引导融资成本下行", "央行超预期降息，引导融资成本下行。"),  # no forecast
        ("目前投资增长5%", "目前投资增长5%，预计全年增长6%。"),  # another clause's
        ("贷款自10月起偿还", "学生预计毕业，贷款自10月起偿还。"),
        ("游客不断增加", "游客不断增加。"),
        ("Loans grew 5%", "预计贷款增长5%。"),  # not compared across languages
    ],
)
def test_what_is_told_as_fact_stays_fact(said, source):
    assert lost_modes(said, [source]) == ()


def test_a_question_for_a_plan_lends_its_mode():
    source = ["海湾公司计划投资5亿元建厂。"]
    assert lost_modes("海湾公司投资5亿元", source)
    assert not lost_modes("海湾公司投资5亿元", source, question="海湾公司计划投资多少？")


def test_one_source_that_tells_it_as_fact_is_enough():
    assert not lost_modes("票价上涨", ["票价并未上涨。", "票价上涨。"])

"""Personal names in news text: precision first."""

import pytest

from rag.names import person_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("市金融局局长陈志远说，贷款稳步增长。", ("陈志远",)),
        ("李大钊、陈独秀等人到会。", ("李大钊", "陈独秀")),
        ("周立群表示满意，陈志远也这样说。周立群还说", ("周立群", "陈志远")),
        ("陳志遠表示滿意。", ("陈志远",)),
        ("", ()),
    ],
)
def test_names_come_once_each_in_order_simplified(text, names):
    assert person_names(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "华东地区经济平稳运行。",
        "高新区安全生产形势平稳。",
        "马上就来，大家成功了。",
        "6月末，青岛贷款余额31250亿元，同比增长7.4%。",
        "新能源汽车出口3.5万辆，地铁4号线通车。",
        "The bureau said that loans grew.",
        "他爱玩王者荣耀。",
        "沙燕卖39元一只。",
        "沙燕卖了39元。",
    ],
)
def test_ordinary_words_are_no_names(text):
    assert person_names(text) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("陈志远39岁，青岛人。", "陈志远"),
        ("会议任命罗景行为副市长。", "罗景行"),
    ],
)
def test_a_name_before_an_amount_or_an_as_stays_whole(text, name):
    assert person_names(text) == (name,)


def test_a_foreign_name_is_known_by_its_dots():
    assert person_names("卡尔·马克思，德国人。")[0] == "卡尔·马克思"


@pytest.mark.parametrize("text", ["卡尔·马克思出生在德国。", "会上卡尔·马克思说，到此为止。"])
def test_a_foreign_name_ends_where_the_name_ends(text):
    assert person_names(text)[0] == "卡尔·马克思"

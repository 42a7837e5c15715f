"""Questions for two things become two questions; one thing with 和 in its name stays one."""

import pytest

from rag.facets import split_facets


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "2021年宝马和奔驰的全球销量分别是多少？",
            ("2021年宝马的全球销量是多少？", "2021年奔驰的全球销量是多少？"),
        ),
        (
            "2020年7月末和8月末青岛贷款余额各是多少？",
            ("2020年7月末青岛贷款余额是多少？", "2020年8月末青岛贷款余额是多少？"),
        ),
        (
            "全市人口的出生率和死亡率是多少？",
            ("全市人口的出生率是多少？", "全市人口的死亡率是多少？"),
        ),
        (
            "北京冬奥会和冬残奥会的开幕日期是哪天？",
            ("北京冬奥会的开幕日期是哪天？", "北京冬残奥会的开幕日期是哪天？"),
        ),
        (
            "新手机的发售日期和标准版价格是什么？",
            ("新手机的发售日期是什么？", "新手机的标准版价格是什么？"),
        ),
        (
            "西山公园和城南小学的花展天数分别是多少？",
            ("西山公园的花展天数是多少？", "城南小学的花展天数是多少？"),
        ),
        (
            "市人大常委会副主任和秘书长是谁？",
            ("市人大常委会副主任是谁？", "市人大常委会秘书长是谁？"),
        ),
        ("音乐节的时间和地点？", ("音乐节的时间？", "音乐节的地点？")),
        ("青岛和烟台的港口在哪里？", ("青岛的港口在哪里？", "烟台的港口在哪里？")),
    ],
)
def test_a_question_for_two_things_is_two_questions(question: str, parts: tuple[str, ...]) -> None:
    assert split_facets(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "青岛上半年贷款余额是多少",
        "工业和信息化部部长是谁？",
        "国家发展和改革委员会主任是谁？",
        "《战争与和平》的译者是谁？",
        "“和平与发展”论坛在哪里举行？",
        "两国和好了吗",
        "中国与东盟自由贸易区升级谈判何时完成？",
        "中国和美国的双边贸易额是多少？",
        "青岛和济南之间的高铁有多少公里？",
        "张三和李四是什么关系？",
        "水利部和应急管理部联合发布了什么？",
        "济南地铁全长多少，设计时速多少？",
        "和",
        "",
        "How long is the bridge and who built it?",
        "和" * 60 + "？",
        "，".join(["多少"] * 30),
    ],
)
def test_one_thing_stays_one_question(question: str) -> None:
    assert split_facets(question) == ()


def test_a_title_keeps_its_joint_when_the_question_is_split() -> None:
    parts = split_facets("《风与沙》的导演和编剧分别是谁？")
    assert parts == ("《风与沙》的导演是谁？", "《风与沙》的编剧是谁？")

import pytest
from opencc import OpenCC

from index.language import detect_language
from index.titles import derive_title

NEWS = "青岛市统计局发布数据，上半年全市贷款余额继续增长，银行对企业的支持力度加大。"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (NEWS, "zh-Hans"),
        ("青岛的GDP是多少", "zh-Hans"),
        ("中文", "zh-Hans"),
        ("台灣上半年的貸款餘額是多少？", "zh-Hant"),
        ("What is 青岛's loan balance?", "en"),
        ("Loans grew by 15%.", "en"),
        ("青島の人口は何人ですか", "ja"),
        ("칭다오의 대출 잔액은 얼마입니까", "ko"),
        (
            "任天堂发布《スプラトゥーン》新作，国内玩家可在官方商店购买，售价与上一代相同。",
            "zh-Hans",
        ),
        ("20314 + 15% = ？", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text(text, language):
    assert detect_language(text) == language


def test_converting_the_script_changes_the_verdict():
    assert detect_language(OpenCC("s2t").convert(NEWS)) == "zh-Hant"
    assert detect_language(OpenCC("t2s").convert("臺灣與大陸的貿易額")) == "zh-Hans"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (
            "　　本报青岛讯 7月15日，记者从市港口局获悉，前湾港新添两条航线。此外还有别的事。",
            "前湾港新添两条航线",
        ),
        ("新华社北京7月1日电（记者 王小明）全国铁路今天起调整运行图。", "全国铁路今天起调整运行图"),
        ("（记者 王小明 报道）老城区停车难有了新办法。\n第二段。", "老城区停车难有了新办法"),
        ("破了！我市气温打破七月纪录。", "破了！我市气温打破七月纪录"),
        (
            "市图书馆昨天起延长开放时间，周末到晚上九点，读者可以凭身份证入馆，也不必再预约座位了。",
            "市图书馆昨天起延长开放时间，周末到晚上九点，读者可以凭身份证入馆",
        ),
        (
            "Ferries to the island run again.\nTickets are on sale.",
            "Ferries to the island run again",
        ),
        ("短讯", "短讯"),
    ],
)
def test_a_derived_title_is_a_clause_of_the_lead(body, title):
    assert derive_title(body) == title


def test_a_derived_title_never_ends_inside_a_figure_or_bracket():
    body = "全市累计完成社会融资规模新增额度共计达到人民币一千二百亿元左右也就是说总共123456万元"
    assert derive_title(body) == (
        "全市累计完成社会融资规模新增额度共计达到人民币一千二百亿元左右也就是说总共…"
    )
    quoted = (
        "新任市长昨天在会上提出“把老城区的每一条街巷都建成市民愿意散步停留的地方，"
        "让每个人都有家可归”的想法"
    )
    assert derive_title(quoted) == "新任市长昨天在会上提出…"

"""Large figures of quoted Chinese, in English."""

import pytest

from rag.gloss import english_amounts


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("贷款余额20314亿元，同比增长15.53%", ("20314亿元 = 2.0314 trillion yuan",)),
        ("貸款餘額31250億元", ("31250億元 = 3.125 trillion yuan",)),
        ("集装箱吞吐量1034万标箱", ("1034万标箱 = 10.34 million TEU",)),
        ("预计产量430万吨，比去年减少约4%", ("430万吨 = 4.3 million tonnes",)),
        ("货物吞吐量２.94亿吨", ("２.94亿吨 = 294 million tonnes",)),
        ("日均客流二十万人次", ("二十万人次 = 200,000 person-times",)),
        ("下降三成", ("三成 = 30%",)),
        ("提高十五个百分点", ("十五个百分点 = 15 percentage points",)),
        ("是上年的十倍", ("十倍 = 10 times",)),
        ("5万至6万人", ("5万至6万人 = 50,000 to 60,000 people",)),
        ("超过300万人", ("300万人 = more than 3 million people",)),
        ("约12万株", ("12万株 = about 120,000",)),
        ("市场主体达到177.5万户", ("177.5万户 = 1.775 million",)),  # firms, not households
        ("1.2万亿美元和1.2万亿美元", ("1.2万亿美元 = 1.2 trillion US dollars",)),
        ("数十万人、十几个、3100多只、时速350公里", ()),
        ("第二十届、三十岁、二十四小时、三万分之一", ()),
        ("下降两成半，1亿零500万元，上百万人", ()),  # not equal to what is read of them
        ("万事俱备，千里之行", ()),
        ("", ()),
    ],
)
def test_what_is_printed_with_chinese_scales_is_written_in_english(text, amounts):
    assert english_amounts(text) == amounts

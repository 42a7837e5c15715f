"""Which sentences lean on the one before them."""

import pytest

from rag.anaphora import points_back


@pytest.mark.parametrize(
    "sentence",
    [
        "其中，制造业贷款增加40亿元。",
        "该公司去年在海湾上市。",
        "該校設三十個班。",
        "他表示，工期不变。",
        "她说，二期明年动工。",
        "它全长三公里。",
        "它们都已通车。",
        "此次花展由市里主办。",
        "此举将缩短车程。",
        "对此，市民表示欢迎。",
        "这一数字比上月多两成。",
        "这座桥全长三公里。",
        "这辆车明天停运。",
        "那家工厂已经搬走。",
        "两者相差三倍。",
        "上述项目年底完工。",
        "同比增长8.1%。",
        "同期进口下降2%。",
        "“他很好。”",
        "——其中六成来自城东。",
        "　　其余路段下月开放。",
        "It opened in May.",
        "Of which 3 are new.",
        "The latter is longer.",
    ],
)
def test_a_sentence_that_begins_with_an_anaphor_points_back(sentence):
    assert points_back(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "6月末，青岛贷款余额31250亿元。",
        "我国外贸保持增长。",
        "其实天气很好。",
        "他乡遇故知是喜事。",
        "该不该买房？",
        "那么，票价是多少？",
        "谁是会长？",
        "此外，市区还开了两家店。",
        "全市共有公园三百个，其中五个免费。",
        "Italy won the match.",
        "Items are sold here.",
        "",
        "……",
        "😀",
        "31250亿元",
    ],
)
def test_one_that_begins_with_its_own_subject_does_not(sentence):
    assert not points_back(sentence)

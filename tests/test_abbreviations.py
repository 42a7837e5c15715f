"""What a Latin abbreviation stands for is read off the brackets behind the written-out term."""

import pytest

from rag.abbreviations import written_out


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("5年期以上贷款市场报价利率（LPR）为3.95%。", {"市场报价利率"}),
        ("贷款市场报价利率(lpr)与上月持平。", {"市场报价利率"}),
        ("贷款市场报价利率（ LPR ）", {"市场报价利率"}),
        ("报价利率（LPR）", {"报价利率"}),  # four characters, as printed
        ("利率（LPR）为3.95%。", set()),  # two say too little
        ("LPR（贷款市场报价利率）", set()),  # the other way round is not read
        ("贷款市场报价利率（LPRS）", set()),  # another abbreviation
        ("LPR为3.95%。", set()),
    ],
)
def test_the_last_six_characters_before_the_brackets_count(text, ends):
    assert written_out(["lpr"], [text]).get("lpr", frozenset()) == ends


def test_forms_of_several_texts_are_kept_together_and_names_apart():
    texts = ["采购经理指数（PMI）为50.1。", "制造业经理人指数（pmi）", "消费价格指数（CPI）"]
    assert written_out(["pmi", "cpi", "陈志远"], texts) == {
        "pmi": {"采购经理指数", "业经理人指数"},
        "cpi": {"消费价格指数"},
    }


def test_nothing_is_looked_for_without_latin_names():
    assert written_out(["陈志远"], ["市场报价利率（LPR）"]) == {}
    assert written_out([], ["市场报价利率（LPR）"]) == {}


def test_a_name_is_no_pattern():
    assert written_out(["a.c"], ["某某综合指数（abc）"]) == {}
    assert written_out(["c++"], ["某某编程语言（C++）"]) == {"c++": {"某某编程语言"}}

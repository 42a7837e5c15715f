"""One word of a set is not put for another."""

import pytest

from rag.verify import told_otherwise
from rag.verify_contrasts import exchanged
from tests.scripted_llm import evidence_of


@pytest.mark.parametrize(
    ("true", "false", "source"),
    [
        ("林一舟此前任副局长", "林一舟现任副局长", "林一舟此前任副局长，后调往港口。"),
        ("林一舟现任局长", "林一舟曾任局长", "林一舟现任局长，分管信贷。"),
        ("首批募集1260万元", "基金累计募集1260万元", "基金首批募集1260万元。"),
        ("增速居全省第三位", "增速居全国第三位", "云城增速居全省第三位。"),
        ("全市绿道42公里", "全县绿道42公里", "全市绿道全长42公里。"),
        ("南段预计晚三年开通", "北段预计晚三年开通", "南段预计比原计划晚三年开通。"),
        ("办法试行一年", "办法正式施行一年", "办法自5月起试行一年。"),
        ("二季度增长5%", "三季度增长5%", "云城二季度增长5%。"),
    ],
)
def test_a_word_of_the_set_that_the_source_lacks_is_told_otherwise(true, false, source):
    shown = [evidence_of(1, source)]
    assert told_otherwise(true, shown) == ()
    assert told_otherwise(false, shown)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("林一舟任局长", "林一舟现任局长。"),  # leaves it out
        ("我国高铁里程第一", "全国高铁里程居首。"),  # ways to say one thing
        ("全国第一", "全省第一，也是全国第一。"),  # both are said
        ("全市绿道42公里", "绿道长42公里。"),  # the source says none of the set
    ],
)
def test_what_is_left_out_or_said_another_way_is_no_exchange(text, source):
    assert exchanged(text, [source]) == ()

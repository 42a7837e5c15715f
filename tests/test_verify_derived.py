"""Figures are worked with only where their measures, places and result fit together."""

import pytest

from rag.cite import Statement
from rag.verify import check_statement, is_supported
from tests.scripted_llm import evidence_of

_FIRMS = "上半年，居民存款1003亿元，企业存款2002亿元。"
_BALANCES = "云城存款余额300亿元，贷款余额200亿元。"
_OUTPUT = "云城产值300亿元，海城产值200亿元。"
_TRADE = "云城进口300亿元，出口200亿元。"
_YEARS = "云城产值去年为200亿元，今年为300亿元。"


@pytest.mark.parametrize(
    ("said", "source", "holds"),
    [
        ("存款合计3005亿元（1003+2002）", _FIRMS, True),
        ("企业存款合计3005亿元（1003+2002）", _FIRMS, False),
        ("存贷款合计500亿元（300+200）", _BALANCES, True),
        ("贷款合计500亿元（300+200）", _BALANCES, False),
        ("存款比贷款多100亿元（300-200）", _BALANCES, True),
        ("进出口合计500亿元（300+200）", _TRADE, True),
        ("出口合计500亿元（300+200）", _TRADE, False),
        ("两地产值合计500亿元（300+200）", _OUTPUT, True),
        ("云城产值合计500亿元（300+200）", _OUTPUT, False),
        ("产值增长50%（（300-200）÷200）", _YEARS, True),
        ("产值增长50%（（300-200）÷200）", _OUTPUT, False),  # of two places
        ("合计500亿元（300+200）", "云城投资300亿元，零售额200亿元。", False),  # two measures
        ("合计500亿元（300+200）", "公司营收300亿元，净利润200亿元。", False),
        ("合计500亿元（300+200）", "一厂营收300亿元，二厂营收200亿元。", True),
        ("产值增长50%（（300-200）÷200）", "产值300亿元，税收200亿元。", False),
        ("产值合计500吨（300+200）", "产量300吨，产值200亿元。", False),  # two units
    ],
)
def test_a_formula_holds_over_figures_that_belong_together(said, source, holds):
    checks = check_statement(Statement(said, (1,)), [evidence_of(1, source)])
    assert is_supported(checks) is holds

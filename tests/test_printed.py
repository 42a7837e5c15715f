"""Figures are put as their source prints them: a dropped 超过 comes back, nothing is invented."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.figures import parse_figures
from rag.printed import as_printed


@pytest.mark.parametrize(
    ("said", "source", "put"),
    [
        ("清除了22000个蚁巢", "已清除了超过22000个蚁巢", "清除了超过22000个蚁巢"),
        ("有22000个", "近2.2万个蚁巢", "有近2.2万个"),  # the same amount, as printed
        ("共300人", "约300人左右到场", "共约300人左右"),
        ("共300人", "300人以上到场", "共300人以上"),
        ("有300人", "300多人到场", "有300多人"),
        ("共３００人", "约300人到场", "共约300人"),
        (
            "贷款512亿元，存款498亿元",
            "贷款超过512亿元，存款近498亿元。",
            "贷款超过512亿元，存款近498亿元",
        ),
    ],
)
def test_the_approximation_is_put_back(said, source, put):
    assert as_printed(said, [source]) == put


@pytest.mark.parametrize(
    ("said", "sources"),
    [
        ("共300人", ["约300人到场", "到场300人"]),  # one source has it exactly
        ("共300人", ["约310人到场"]),  # another amount
        ("约300人", ["超过300人"]),  # approximate already: for the check to judge
        ("不到22000个", ["超过22000个"]),
        ("增长5%", ["下降约5%"]),  # the other way: no word of it is lent
        ("共300人", []),
        ("没有数字", ["约300人"]),
        ("🙂 3.5%", ["约4.5%"]),
        ("", ["约300人"]),
    ],
)
def test_what_is_exact_unknown_or_approximate_already_stays(said, sources):
    assert as_printed(said, sources) == said


def test_putting_it_back_twice_changes_nothing_more():
    sources = ["贷款超过512亿元，约300人左右到场，近2.2万个。"]
    once = as_printed("贷款512亿元，300人，22000个", sources)
    assert once == "贷款超过512亿元，约300人左右，近2.2万个"
    assert as_printed(once, sources) == once


_TEXT = st.text(alphabet="超过约近增长下降个亿元人，。%0123456789.，", max_size=40)


@given(_TEXT, st.lists(_TEXT, max_size=2))
def test_words_outside_the_figures_are_never_touched(said, sources):
    put = as_printed(said, sources)
    if not parse_figures(said):
        assert put == said
    held = [said[a.end : b.start] for a, b in pairwise(parse_figures(said))]
    at = 0
    for words in held:
        at = put.index(words, at) + len(words)

"""Figures under generated input: any notation of a value reads back, any text is survived."""

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.figures import Figure, parse_figures, same_figure
from index.numerals import fold, han_number

_UNITS = [
    "元",
    "美元",
    "人",
    "吨",
    "%",
    "个百分点",
    "公里",
    "户",
    "家",
    "人次",
    "亩",
    "千瓦时",
    "件",
]
_FULL_WIDTH = {ord(char): ord(char) + 0xFEE0 for char in "0123456789.%"}


def _only(text: str) -> Figure:
    (figure,) = parse_figures(text)
    return figure


def _grouped(number: Decimal, mark: str) -> str:
    return f"{number:,f}".replace(",", mark)


def _han_section(number: int) -> str:
    """A numeral below ten thousand, as a newspaper writes it: 1050 is 一千零五十."""
    digits, out, zero = "零一二三四五六七八九", "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, place)
        if digit:
            out += ("零" if zero and out else "") + digits[digit] + name
            zero = False
        elif out:
            zero = True
    return out


def _han(number: int) -> str:
    if number == 2:
        return "两"  # 二 before a counter is a name: 二户 is no figure
    high, low = divmod(number, 10_000)
    if not high:
        return _han_section(low)
    gap = "零" if low and low < 1000 else ""
    return _han_section(high) + "万" + gap + (_han_section(low) if low else "")


@settings(max_examples=500, deadline=None)
@given(
    st.decimals(min_value=1, max_value=10**9, places=2),
    st.sampled_from(_UNITS),
    st.sampled_from(["", "万", "亿", "万亿"]),
    st.data(),
)
def test_any_notation_of_a_value_is_the_same_figure(number, unit, scale, data):
    # A share of 3亿% is no figure, and 万个百分点 would read as another unit.
    scale = "" if unit in ("%", "个百分点") else scale
    plain = f"{number.normalize():f}"
    notation = data.draw(
        st.sampled_from(
            [plain, f"{number:f}", _grouped(number, ","), _grouped(number, "，"),
             _grouped(number, "\u2009"), plain.translate(_FULL_WIDTH)]
        )
    )  # fmt: skip
    figure = _only(f"总量为{notation}{scale}{unit}。")
    reference = _only(f"共{plain}{scale}{unit}")
    factor = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}[scale]
    assert figure.value == number * factor
    assert same_figure(figure, reference)
    assert same_figure(reference, figure)


@settings(max_examples=500, deadline=None)
@given(st.integers(1, 10**15 - 1), st.sampled_from(["元", "人", "吨"]))
def test_a_value_moves_between_scales(number, unit):
    scales = (("", 1), ("万", 10**4), ("亿", 10**8), ("万亿", 10**12))
    texts = [f"{Decimal(number) / factor:f}{scale}{unit}" for scale, factor in scales]
    first, *others = (_only(f"共{text}") for text in texts)
    assert all(same_figure(first, other) for other in others)


@settings(max_examples=500, deadline=None)
@given(st.integers(2, 99_999_999), st.sampled_from(["人", "户", "元", "公里"]))
def test_chinese_numerals_read_as_their_digits(number, unit):
    assert han_number(_han(number)).value == number
    assert same_figure(_only(_han(number) + unit), _only(f"{number}{unit}"))


@settings(max_examples=500, deadline=None)
@given(
    st.integers(1, 10**6),
    st.integers(1, 10**6),
    st.sampled_from(["元", "万元", "亿元", "%", "个百分点", "天", "人次"]),
    st.sampled_from(["—", "-", "–", "至", "到", "~"]),
)
def test_a_range_keeps_both_ends(low, width, unit, mark):
    figure = _only(f"为{low}{unit}{mark}{low + width}{unit}")
    short = _only(f"为{low}{mark}{low + width}{unit}") if low > 31 else figure
    assert figure.high - figure.value == width * (figure.value / low)
    assert same_figure(figure, short)


@settings(max_examples=500, deadline=None)
@given(st.decimals(min_value=1, max_value=10**6, places=4), st.integers(0, 3))
def test_rounding_needs_its_word(number, places):
    rounded = round(number, places)
    source = _only(f"{number:f}亿元")
    if rounded != number:
        assert not same_figure(_only(f"{rounded:f}亿元"), source)
    if abs(rounded - number) <= abs(rounded) / 20:
        assert same_figure(_only(f"约{rounded:f}亿元"), source)


@settings(max_examples=500, deadline=None)
@given(
    st.integers(1, 10**9),
    st.permutations(["元", "美元", "人", "人次", "%", "个百分点", "亩", "公顷"]),
)
def test_no_unit_stands_for_another(number, units):
    first, second, *_ = units
    assert not same_figure(_only(f"{number}{first}"), _only(f"{number}{second}"))
    assert not same_figure(_only(f"{number}{first}"), _only(f"为{number}家"))


_EXACT_UNITS = ["元", "美元", "人", "人次", "吨", "%", "个百分点", "户", "公里", "天", "倍", "件"]


@settings(max_examples=500, deadline=None)
@given(
    st.integers(1001, 10**12), st.integers(0, 11), st.integers(1, 9), st.sampled_from(_EXACT_UNITS)
)
def test_a_changed_digit_is_another_figure(number, place, by, unit):
    printed = f"{number}"
    place %= len(printed)
    digit = (int(printed[place]) + by) % 10
    changed = printed[:place] + str(digit) + printed[place + 1 :]
    if changed[0] == "0" or len(changed) == 11:
        return  # 0 in front is a code, eleven digits may be a telephone
    first, second = parse_figures(f"为{printed}{unit}"), parse_figures(f"为{changed}{unit}")
    if len(first) == len(second) == 1:  # 2020年-like numbers are no figures
        assert not same_figure(first[0], second[0])
        assert not same_figure(second[0], first[0])


@settings(max_examples=500, deadline=None)
@given(
    st.decimals(min_value=1, max_value=10**6, places=2),
    st.decimals(min_value=1, max_value=10**6, places=2),
    st.sampled_from(_EXACT_UNITS),
    st.sampled_from(_EXACT_UNITS),
)
def test_sameness_of_exact_figures_is_symmetric(first, second, unit, other):
    a, b = _only(f"为{first:f}{unit}"), _only(f"为{second:f}{other}")
    assert same_figure(a, b) is same_figure(b, a)
    assert same_figure(a, b) is (first == second and unit == other)


@settings(max_examples=500, deadline=None)
@given(st.decimals(min_value=0, max_value=1000, places=2))
def test_per_cent_is_never_points_and_points_are_basis_points(rate):
    share, points = _only(f"为{rate:f}%"), _only(f"为{rate:f}个百分点")
    assert not same_figure(share, points)
    assert not same_figure(points, share)
    assert same_figure(points, _only(f"为{rate * 100:f}个基点"))
    assert same_figure(share, _only(f"为{rate * 10:f}‰"))


@settings(max_examples=500, deadline=None)
@given(
    st.integers(2, 10**6),
    st.sampled_from(["约", "超", "近", "不足"]),
    st.sampled_from(["元", "人", "吨"]),
)
def test_a_dropped_word_of_approximation_is_never_the_same(number, word, unit):
    loose, exact = _only(f"为{word}{number}{unit}"), _only(f"为{number}{unit}")
    assert not same_figure(exact, loose)
    assert same_figure(loose, loose)


_PIECES = st.sampled_from(
    [
        *"0123456789,.，-—%％万亿千百十两三半数几多余约元人个年月日第分之点成折至到 \n（）《》$:/",
        "百分之",
        "US$",
        "million",
        "www.",
        "http://a",
        "个百分点",
        "億",
        "１",
        "AB",
        "A-",
        "零下",
        "\u2009",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=80))
def test_any_text_reads_without_error_and_figures_slice_it(text):
    figures = parse_figures(text)
    ends = [0, *(figure.end for figure in figures)]
    for figure, floor in zip(figures, ends, strict=False):
        assert floor <= figure.start < figure.end
        assert text[figure.start : figure.end] == figure.text
        assert figure.value.is_finite()
        assert same_figure(figure, figure)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60))
def test_folding_keeps_every_offset(text):
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    "unit",
    ["1", "1,", "1,234,", "1 ", "一", "百分之", "3:2 ", "US$", "1900-", "三至", "A-1"],
)
def test_a_hundred_thousand_characters_read_in_time(unit):
    text = (unit * 100_000)[:100_000]
    started = time.perf_counter()
    parse_figures(text)
    # Quadratic work on such text takes minutes; linear work about a second on two busy cores.
    assert time.perf_counter() - started < 20

"""For any text at all: nothing lost, nothing invented, nothing slow."""

import time
import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.page import Page, segment_page

_LINES = st.sampled_from(
    [
        "□本报记者 王小明",
        "（记者 李　芳 通讯员 张三）",
        "□记者 王小明 报道",
        "海边小城迎来候鸟",
        "●新桥通车",
        "【新桥今日通车】 5月3日，大桥放行。",
        "本报临海讯 5月3日，大桥放行，首日车流",
        "达到三万辆次。",
        "图为大桥夜景。",
        "图为大桥夜景。 本报记者 王小明 摄",
        "更多内容请扫码",
        "临海日报 2021年5月4日 星期二 第A02版 要闻",
        "《 临海日报 》（ 2021年05月04日 02 版）",
        "- 3 -",
        "城市 客流 增速",
        "临海 300 4.5%",
        "山阴 120 1.5%",
        "广告",
        "热线电话：13800138000",
        "简讯",
        "编者按：这是一组报道。",
        "　　“这很好。”他说，",
        "The bridge opened on",
        "Monday, officials said.",
        "By Li Wen",
        "BEIJING, May 3 (Xinhua) -- It rained.",
        "責任編輯 王明",
        "",
        "",
        "\f",
        "e\u0301te\u0301",
        "\u0301abc",
        "ᄀ",
        "ᅡᆨ，",
        "\ufeff标题",
    ]
)
_TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(
        alphabet="。，、：；”“（）□●【】记者报道本讯电图为摄版年月日12 \n\t\r\u3000甲乙ab.\u0301",
        max_size=300,
    ),
    st.lists(_LINES, max_size=40).map("\n".join),
    st.lists(_LINES, max_size=20).map("\r\n\r\n".join),
)


def _printed(text: str) -> Counter[str]:
    return Counter(char for char in unicodedata.normalize("NFC", text) if not char.isspace())


def _kept(page: Page) -> Counter[str]:
    kept: Counter[str] = Counter()
    for item in page.items:
        title = "" if item.title_derived else item.title
        for part in (title, item.kicker, item.deck, item.byline, item.body):
            kept.update(char for char in part if not char.isspace())
    for part in page.furniture:
        kept.update(char for char in part if not char.isspace())
    return kept


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_every_printed_character_is_kept_exactly_once(text: str):
    assert _kept(segment_page(text)) == _printed(text)


def test_a_line_in_the_middle_of_a_caption_is_kept():
    odd = "\x80"  # takes room in a line and is no word
    lines = ["桥", "图为大桥夜景灯火通明" + odd * 4, "江面之上灯火通明" + odd * 6]
    lines += ["远处山影城郭隐约可" + odd + "见" + odd * 3 + "、", "大桥通车", ":"]
    text = "\n".join(lines)
    assert _kept(segment_page(text)) == _printed(text)


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
def test_headings_are_whole_lines_of_the_body(text: str):
    for item in segment_page(text).items:
        for span in item.headings:
            assert item.body[span.start : span.end].strip()
            assert span.start == 0 or item.body[span.start - 1] == "\n"
            assert span.end == len(item.body) or item.body[span.end] == "\n"


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
def test_items_have_a_title_and_a_tidy_body(text: str):
    for item in segment_page(text).items:
        assert item.title.strip()
        assert item.body.strip()
        assert unicodedata.is_normalized("NFC", item.body)
        assert "\n\n" not in item.body
        assert all(line == line.strip() for line in item.body.split("\n"))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.text(alphabet="海风吹过码头渔船", min_size=46, max_size=60).map(lambda s: s + "。"),
        max_size=8,
    )
)
def test_plain_paragraphs_stay_in_order(paragraphs: list[str]):
    page = segment_page("\n\n".join(paragraphs))
    assert "\n".join(item.body for item in page.items) == "\n".join(paragraphs)


@pytest.mark.parametrize(
    "text",
    [
        "海风吹过码头，渔船归来" * 100_000,
        "a" * 1_000_000,
        " □" * 500_000,
        "（" * 1_000_000,
        "本报" * 500_000 + "讯",
        "\n".join(["海风吹过码头，渔船归来。"] * 50_000),
        "\n".join(["海风吹过码头"] * 200_000),
        "\n".join(
            ["编辑 王 明 美编 李 丽 校 对 赵 刚 编辑 王 明 美编 李 丽 校 对 赵 刚。x"] * 10_000
        ),
        "\n".join(["记者 王 明 李 丽 赵 刚 王 明 李 丽 赵 刚 王 明 李 丽 赵 刚 1"] * 10_000),
        "1 " * 500_000,
        "\n".join(["1"] * 50_000),
        "\n" * 1_000_000,
        "2020年7月" * 200_000,
    ],
    ids=range(13),
)
def test_big_input_is_read_in_linear_time(text: str):
    began = time.perf_counter()
    page = segment_page(text)
    assert time.perf_counter() - began < 20  # measured 0.1 to 5 s; a quadratic step takes minutes
    assert _kept(page) == _printed(text)

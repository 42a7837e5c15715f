import gzip
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.briefs import article_briefs, brief_at, mark_headings
from index.chunk import chunk_article, passage_text
from index.lexical import lexical_rows
from index.readers import read_file
from index.sentences import article_sentences
from index.types import Article, Span
from tests.fakes import FakeEncoder

_XWLB = Path(__file__).parents[2] / "shared/bench/retrieval/xwlb/corpus.jsonl.gz"

_FERRY = (
    "海湾轮渡夏季加开夜航",
    "海湾轮渡公司本月起每晚加开两班夜航，末班船推迟到二十二点三十分。",
)
_LIBRARY = (
    "城北图书馆添座三百个",
    "城北图书馆新阅览区昨日启用，增加座位三百个，读者凭借书证即可入内。",
)
_PEARS = ("梨园采摘节周末开园", "东山梨园采摘节将于周六开园，果农备下十一个品种，门票每人二十元。")
_LEAD = "今天的主要消息还有以下几条，详情请看各版。"


def _article(*lines: str, title: str = "每日快讯", **fields) -> Article:
    return Article("d", title, "\n".join(lines), **fields)


def _headings(article: Article) -> list[str]:
    return [brief.heading for brief in article_briefs(article)]


def test_each_heading_of_a_named_digest_opens_a_brief():
    article = _article(*_FERRY, *_LIBRARY)
    # heading, line end, text and line end of the first; the second starts behind them
    second = len(_FERRY[0]) + 1 + len(_FERRY[1]) + 1
    assert [(b.heading, b.start, b.end) for b in article_briefs(article)] == [
        (_FERRY[0], 0, second),
        (_LIBRARY[0], second, len(article.body)),
    ]


def test_an_opening_line_of_a_named_digest_is_a_brief_without_heading():
    article = _article(_LEAD, *_FERRY, *_LIBRARY)
    assert _headings(article) == ["", _FERRY[0], _LIBRARY[0]]


@pytest.mark.parametrize(
    "title",
    ["晨间简讯", "要聞速覽", "一组消息", "国内联播", "News in brief", "Weekend round-up"],
)
def test_names_of_digests(title: str):
    assert _headings(_article(_LEAD, *_FERRY, *_LIBRARY, title=title))[1:] == [
        _FERRY[0],
        _LIBRARY[0],
    ]


def test_a_kicker_names_a_digest_too():
    article = _article(*_FERRY, *_LIBRARY, title="夜航与阅览", kicker="海滨短讯")
    assert _headings(article) == [_FERRY[0], _LIBRARY[0]]


def test_a_headline_that_lists_the_headings_makes_a_digest():
    both = f"{_FERRY[0]} {_LIBRARY[0]}"
    assert _headings(_article(_LEAD, *_FERRY, *_LIBRARY, title=f"【海滨】{both}")) == [
        "",
        _FERRY[0],
        _LIBRARY[0],
    ]
    assert _headings(_article(_LEAD, *_FERRY, *_LIBRARY, title=f"【海滨】{_FERRY[0]}")) == [""]


def test_three_briefs_need_no_name_and_two_do():
    assert _headings(_article(*_FERRY, *_LIBRARY, *_PEARS, title="海滨七月")) == [
        _FERRY[0],
        _LIBRARY[0],
        _PEARS[0],
    ]
    assert _headings(_article(*_FERRY, *_LIBRARY, title="海滨七月")) == [""]


def test_a_brief_keeps_its_credit_and_its_further_paragraphs():
    credited = f"{_FERRY[1]}（石磊）"
    article = _article(_FERRY[0], credited, _LIBRARY[1], *_PEARS)
    assert [article.body[b.start : b.end].strip() for b in article_briefs(article)] == [
        "\n".join((_FERRY[0], credited, _LIBRARY[1])),
        "\n".join(_PEARS),
    ]


def test_a_heading_may_ask_and_may_take_two_lines():
    article = _article("夜航何时开？", _FERRY[1], "城北新事", *_LIBRARY)
    assert _headings(article) == ["夜航何时开？", f"城北新事 {_LIBRARY[0]}"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("【】", "【】"), ("●", "●"), ("■ ", "■ "), ("1. ", "2. "), ("1、", "2、"), ("一、", "二、")],
)
def test_marked_paragraphs_of_a_named_digest_are_briefs(first: str, second: str):
    def item(marker: str, brief: tuple[str, str]) -> str:
        return f"【{brief[0]}】{brief[1]}" if marker == "【】" else f"{marker}{' '.join(brief)}"

    lines = (_LEAD, item(first, _FERRY), item(second, _LIBRARY))
    assert _headings(_article(*lines)) == ["", _FERRY[0], _LIBRARY[0]]
    assert _headings(_article(*lines, title="夜航与阅览")) == [""]


def test_a_marker_on_a_heading_line_is_no_part_of_the_heading():
    article = _article(f"● {_FERRY[0]}", _FERRY[1], f"【{_LIBRARY[0]}】", _LIBRARY[1])
    assert _headings(article) == [_FERRY[0], _LIBRARY[0]]
    inside = _article("第一、二期夜航", _FERRY[1], *_LIBRARY)
    assert _headings(inside) == ["第一、二期夜航", _LIBRARY[0]]


def test_marked_paragraphs_without_a_lead_have_no_heading():
    article = _article(f"● {_FERRY[1]}", f"● {_LIBRARY[1]}")
    assert _headings(article) == ["", ""]


_PORT = (
    "东港码头去年完成吞吐量三百万吨，比上年多了一成，靠的是新航线。",
    "老码头工人说，东港的泊位原来只有四个，现在已经有了十一个。",
    "东港集团计划明年再开两条航线，并把夜间作业的时间延长两小时。",
)


_NO_DIGESTS = {
    "feature": (
        "东港的一年",
        (_PORT[0], "航线多了", _PORT[1], _PORT[2], "泊位多了", _PORT[2], "人也多了", _PORT[0]),
    ),
    "feature without lead": (
        "东港的一年",
        ("航线多了", _PORT[0], "泊位多了", _PORT[1], "人也多了", _PORT[2]),
    ),
    "three paragraphs a section": (
        "海滨七月",
        (_FERRY[0], *[_FERRY[1]] * 3, _LIBRARY[0], *[_LIBRARY[1]] * 3, _PEARS[0], *[_PEARS[1]] * 3),
    ),
    "the headline once more": (_FERRY[0], (*_FERRY, *_LIBRARY, *_PEARS)),
    "speech": (
        "在座谈会上的讲话",
        ("一、开夜航", _FERRY[1], "二、办阅览", _LIBRARY[1], "三、种梨园", _PEARS[1]),
    ),
    "interview": (
        "对话馆长",
        ("问：座位够吗", _LIBRARY[1], "问：夜里开吗", _FERRY[1], "问：还添什么", _PEARS[1]),
    ),
    "interview named as a digest": (
        "访谈要闻",
        ("问：座位够吗？", f"答：{_LIBRARY[1]}", "问：夜里开吗？", f"答：{_FERRY[1]}"),
    ),
    "poem": (
        "海边三首",
        ("潮来沙上无人迹", "潮去滩头有月痕。", "渔灯一点", "挂在柴门。", "风止", "船归。"),
    ),
    "portraits": (
        "老街的手艺人",
        (
            *("修伞匠老胡", "老胡在桥头修了一辈子伞，他说伞骨比伞面更见功夫，急不得。"),
            *("磨刀匠老赵", "老赵挑着担子走街串巷，一块磨石用得只剩下薄薄的一片。"),
            *("做秤的老何", "老何的铺子里挂满了木杆秤，每一颗秤星都由他亲手钉上。"),
        ),
    ),
    "essay with a digest's name inside its title": (
        "简讯里的一生",
        (
            *("编辑部的灯", "他编了三十年短消息，每一条都不足百字，字字都要掂量。"),
            *("桥头的书摊", "退休以后他守着一个旧书摊，读者还拿着旧报来找他说话。"),
        ),
    ),
    "winners": (
        "阅读节获奖名单",
        ("一等奖", "张三、李四、王五、赵六、钱七、孙八、周九、吴十、郑一、冯二。") * 3,
    ),
    "table named as a digest": ("价格速览", ("品种 价格", "白菜 2.5", "萝卜 1.8", "土豆 2.2")),
    "captions": (
        "海滨七月",
        ("夜航 石磊 摄", _FERRY[1], "读者排队 石磊 摄", _LIBRARY[1], "梨园 石磊 摄", _PEARS[1]),
    ),
}


@pytest.mark.parametrize(("title", "lines"), _NO_DIGESTS.values(), ids=_NO_DIGESTS)
def test_what_is_no_digest_is_one_brief(title: str, lines: tuple[str, ...]):
    article = _article(*lines, title=title)
    assert [(b.heading, b.start, b.end) for b in article_briefs(article)] == [
        ("", 0, len(article.body))
    ]
    assert mark_headings(article) is article


@pytest.mark.parametrize(
    "title",
    [
        *("海滨要闻速览：夜航与阅览", "简讯｜夜航与阅览", "【短讯】夜航与阅览", "夜航与阅览 快讯"),
        *(
            "海滨简讯（三）",
            "简讯四则",
            "快讯7月1日",
            "Harbour briefs: ferries and books",
            "In brief",
        ),
    ],
)
def test_a_digests_name_ends_a_part_of_the_title(title: str):
    assert _headings(_article(*_FERRY, *_LIBRARY, title=title)) == [_FERRY[0], _LIBRARY[0]]


@pytest.mark.parametrize(
    "title", ["简讯里的夜航", "快讯记者的一天", "集锦鲤的人", "The briefs dispute at the port"]
)
def test_a_digests_name_inside_the_title_names_none(title: str):
    assert _headings(_article(*_FERRY, *_LIBRARY, title=title)) == [""]


@pytest.mark.parametrize("fields", [{"byline": "□本报记者 石磊"}, {"reporters": ("石磊",)}])
def test_a_signed_article_is_a_digest_only_by_name(fields: dict):
    lines = (*_FERRY, *_LIBRARY, *_PEARS)
    assert _headings(_article(*lines, title="海滨七月", **fields)) == [""]
    assert _headings(_article(*lines, **fields)) == [_FERRY[0], _LIBRARY[0], _PEARS[0]]


def test_most_briefs_of_an_unnamed_digest_say_when_or_by_whom():
    undated = _LIBRARY[1].replace("昨日", ""), _PEARS[1].replace("周六", "周内")
    one = (*_FERRY, _LIBRARY[0], undated[0], _PEARS[0], undated[1])
    assert _headings(_article(*one, title="海滨七月")) == [""]
    two = (*_FERRY, _LIBRARY[0], f"本报讯 {undated[0]}", _PEARS[0], undated[1])
    assert len(_headings(_article(*two, title="海滨七月"))) == 3


def test_a_long_title_shares_a_subject_with_the_briefs_only_at_its_start():
    lines = ("轮渡加班", f"本报讯 海湾{_FERRY[1]}", "图书馆添座", f"本报讯 海湾{_LIBRARY[1]}")
    lines += ("梨园开园", f"本报讯 海湾{_PEARS[1]}")
    assert _headings(_article(*lines, title="海湾" + "甲" * 100)) == [""]
    assert len(_headings(_article(*lines, title="甲" * 100 + "海湾"))) == 3


def _calls(work: Callable[[], object]) -> int:
    """How many Python functions run."""
    count = 0

    def on_event(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def test_the_work_on_a_digest_grows_with_its_briefs_and_not_with_their_square():
    def index(count: int) -> None:
        lines = [line for n in range(count) for line in (f"海湾{n}号船", f"本报讯 {n}号船出海了。")]
        digest = mark_headings(_article(*lines, source=str(count)))
        chunks = chunk_article(digest, count_tokens=FakeEncoder().count_tokens, max_tokens=512)
        assert len(lexical_rows([(digest, chunk) for chunk in chunks])) == count
        assert len([passage_text(digest, chunk) for chunk in chunks]) == count

    index(10)  # what is loaded once
    few, many = (_calls(lambda n=n: index(n)) for n in (100, 400))
    assert many < 6 * few  # 4 times the briefs; 16 times the calls were they squared


def test_headings_a_reader_found_count():
    body = "\n".join((_FERRY[0] + "。", _FERRY[1], *_LIBRARY))
    plain = Article("d", "每日快讯", body)
    assert _headings(plain) == [""]
    assert _headings(replace(plain, headings=(Span(0, len(_FERRY[0]) + 1),))) == [
        _FERRY[0] + "。",
        _LIBRARY[0],
    ]


def test_english_briefs():
    ferry = ("Night ferries return to the bay", "The bay company adds two late sailings a day.")
    library = ("City library gains 300 seats", "The new reading room opened on Monday, it said.")
    article = _article(*ferry, *library, title="News in brief")
    assert _headings(article) == [ferry[0], library[0]]


def test_the_brief_at_a_position_is_the_one_around_it():
    article = _article(_LEAD, *_FERRY, *_LIBRARY)
    body = article.body
    at = body.index(_LIBRARY[0])
    assert [brief_at(article, n).heading for n in (0, at - 1, at, len(body) - 1, len(body))] == [
        "",
        _FERRY[0],
        _LIBRARY[0],
        _LIBRARY[0],
        _LIBRARY[0],
    ]


def test_an_exports_digest_has_its_headings_marked_and_none_is_cited(tmp_path: Path):
    indented = f"\u3000\u3000{_LIBRARY[0]}"
    rows = [
        {"id": "d", "title": "每日快讯", "text": "\n".join((*_FERRY, indented, _LIBRARY[1]))},
        {"id": "f", "title": "东港的一年", "text": "\n".join((_PORT[0], "航线多了", _PORT[1]))},
    ]
    path = tmp_path / "export.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    digest, feature = (item for item in read_file(path) if isinstance(item, Article))
    assert [digest.body[s.start : s.end] for s in digest.headings] == [_FERRY[0], _LIBRARY[0]]
    assert [s.text for s in article_sentences(digest)] == [_FERRY[1], _LIBRARY[1]]
    assert feature.headings == ()
    assert mark_headings(digest) is digest
    assert _headings(digest) == [_FERRY[0], _LIBRARY[0]]


def test_the_heading_of_a_brief_is_a_title_of_each_of_its_chunks():
    article = _article(_FERRY[0], _FERRY[1] * 12, *_LIBRARY)
    chunks = chunk_article(article, count_tokens=FakeEncoder().count_tokens, max_tokens=512)
    rows = lexical_rows([(article, chunk) for chunk in chunks])
    assert len(rows) == 3  # 12 sentences of 32 tokens + 1 are over the target of 220 once
    assert ["轮渡" in row.title.split() for row in rows] == [True, True, False]
    assert ["图书馆" in row.title.split() for row in rows] == [False, False, True]
    # 加开 is in the heading once and in each of the sentences: not counted twice in the first chunk
    assert rows[0].text.split().count("加开") == 1 + chunks[0].text.count("加开两班")
    assert rows[1].text.split().count("加开") == 1 + chunks[1].text.count("加开两班")


_LINES = st.lists(
    st.sampled_from(
        [*_FERRY, *_LIBRARY, *_PEARS, "● 甲", "1、乙。", "【丙】丁。", "戊？", "", "\u3000"]
    )
    | st.text(max_size=12)
)


@given(_LINES, st.sampled_from(["每日快讯", "东港的一年", ""]))
def test_briefs_cover_the_body_in_order_and_marking_changes_none(lines: list[str], title: str):
    article = Article("a", title, "\n".join(lines))
    briefs = article_briefs(article)
    edges = [edge for brief in briefs for edge in (brief.start, brief.end)]
    assert edges == sorted(edges)
    assert edges[1:-1:2] == edges[2::2]
    assert (edges[0], edges[-1]) == (0, len(article.body))
    assert article_briefs(mark_headings(article)) == briefs


@pytest.mark.skipif(not _XWLB.exists(), reason="needs ../shared/bench/retrieval/xwlb")
def test_printed_digests_are_found_and_little_else():
    with gzip.open(_XWLB, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    found = {
        row["id"]
        for row in rows
        if len(article_briefs(Article(row["id"], row["title"], row["text"]))) > 1
    }
    digests = {row["id"] for row in rows if row["title"].endswith("联播快讯")}
    assert digests <= found
    assert len(found - digests) <= 20  # all of them list their headings in the headline

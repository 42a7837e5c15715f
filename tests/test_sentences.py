import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import article_sentences, split_sentences
from index.types import Article, Span


def _split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


# “|” marks where a cut is expected.
@pytest.mark.parametrize(
    "marked",
    [
        "港口吞吐量增长。|货轮排队进港！|为什么这么多？|因为航线加密了。",
        "真的吗？！|他不敢相信。",
        "余额20,314亿元，增长3.5%。|其中贷款1,234.5万元。",
        "会议开始。\n|第二行没有句号\n|第三行。",
        # a speaker before the quotation
        "市民王琳说：“地铁快多了。省下半小时！”|记者看到，站台上人不多。",
        "她说，“我们试了三次。”|随后仪器恢复正常。",
        # a speaker behind it
        "“船到了。货也到了！”老周笑着说。|码头又忙起来。",
        "“船到了。”老周说，“货也到了。”|码头又忙起来。",
        "“去吗？”|“去。”|两人出了门。",
        # a quotation inside its sentence
        "看台上打出“加油！”的横幅。|比赛开始。",
        "他读过《谁在敲门？》这本书。|后来又读了续集。",
        "馆内新添展柜（共12个。含恒温柜）供参观。|票价不变。",
        "（记者摄。）|另据了解，展期一个月。",
        "票价不变（限本周！）。|下周恢复原价。",
        # ； only between parts that can stand alone
        "中资银行贷款余额为一万九千亿元；|外资银行贷款余额为四百二十亿元。",
        "早；晚。",
        "一是路；二是桥；三是隧道，全部在年底前完工。",
        # the ellipsis likewise
        "他想了想……没有说话。",
        "那一年的雪下得特别大特别久……|村里的人都说从来没有见过这样的冬天。",
        # English
        "Output rose 3.5 percent. |Mr. Li of the U.S. Embassy agreed. |It was 9 a.m. in Rome.",
        '"It works. We tried it," she said. |The line restarted.',
        'He said: "It works." |The line restarted.',
        "See e.g. Fig. 3 for 1,234.5 tons. |Then stop!",
        "1. Apples are cheap. |2. Pears are not.",
        "访问 http://a.cn/b?c=1!d 查询。|完。",
        # 繁體、日本語、한국어
        "「天氣好。出去走走！」阿明說。|街上人很多。",
        "「雨です。」と彼は言った。|店は閉まった。",
        "비가 왔다. |사람들은 집에 있었다.",
        "增速为3.5%. |其中出口更快。",
        "孤零零的右引号。”|下一句。",
    ],
)
def test_cuts_only_where_marked(marked):
    expected = [part.strip() for part in marked.split("|")]
    assert _split(marked.replace("|", "")) == expected


def test_a_long_quotation_is_cut_inside_at_its_own_sentences():
    first, second = "甲" * 80 + "。", "乙" * 80 + "。"
    assert _split(f"他说：“{first}{second}”会后散场。") == [
        f"他说：“{first}",
        f"{second}”",
        "会后散场。",
    ]


def test_an_unclosed_quotation_does_not_swallow_the_rest():
    assert _split("他说：“第一段没完。第二句也没完。") == ["他说：“第一段没完。", "第二句也没完。"]


def test_blank_text_has_no_sentences():
    assert split_sentences(" \u3000\n\t") == []


def test_a_very_long_line_of_noise_takes_linear_time():
    text = "；“" * 100_000 + ". A" * 50_000
    assert sum(span.end - span.start for span in split_sentences(text)) > 0


_PIECES = st.sampled_from(
    [
        *"。！？!?；;….．，、“”‘’「」（）()《》\"' \n\u3000%",
        *(
            "……",
            "20,314亿元",
            "1,234.5",
            "3.5%",
            "U.S.",
            "他说",
            "Mr. Li",
            "青岛",
            "表示：",
            "👩‍🚀",
        ),
    ]
)
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=60).map("".join))


@given(_TEXTS)
def test_each_visible_character_is_in_exactly_one_sentence(text):
    spans = split_sentences(text)
    assert spans == sorted(spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(text[s.start : s.end].strip() == text[s.start : s.end] != "" for s in spans)
    covered = {i for span in spans for i in range(span.start, span.end)}
    assert {i for i, char in enumerate(text) if not char.isspace()} <= covered


@given(st.lists(_PIECES, max_size=60).map("".join))
def test_no_cut_inside_a_figure(text):
    edges = {edge for span in split_sentences(text) for edge in (span.start, span.end)}
    for figure in re.finditer(r"\d+(?:[.,]\d+)*[%亿]?元?", text):
        assert not edges & set(range(figure.start() + 1, figure.end()))


def test_headings_are_no_evidence():
    body = "新区开园。\n三大看点\n看点在于速度。"
    article = Article("a", "标题", body, headings=(Span(6, 10),))
    sentences = article_sentences(article)
    assert [s.text for s in sentences] == ["新区开园。", "看点在于速度。"]
    assert all(body[s.start : s.end] == s.text and s.article_id == "a" for s in sentences)

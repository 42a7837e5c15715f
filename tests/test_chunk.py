import random
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.schema import Document, MetadataMode, NodeRelationship

from index.briefs import article_briefs, brief_at
from index.chunk import chunk_article, passage_text
from index.errors import BadInput
from index.node_parser import SentenceNodeParser
from index.sentences import split_sentences
from index.types import Article, Chunk, Span
from tests.fakes import FakeEncoder

_ENCODER = FakeEncoder()


def _chunk(article: Article, *, max_tokens: int = 512, target_tokens: int = 220):
    return chunk_article(
        article,
        count_tokens=_ENCODER.count_tokens,
        max_tokens=max_tokens,
        target_tokens=target_tokens,
    )


def _whole(article: Article) -> Chunk:
    return Chunk(f"{article.id}:1", article.id, 0, len(article.body), article.body)


def test_sentences_fill_a_chunk_up_to_the_target():
    # FakeEncoder: 10 characters = 10 tokens, + 1 for the joint; target 33 holds three sentences
    sentences = [f"第{n}批货物已经到港。" for n in "一二三四五六七"]
    chunks = _chunk(Article("a", "港口", "\n".join(sentences)), target_tokens=33)
    assert [c.text.split("\n") for c in chunks] == [sentences[:3], sentences[3:6], sentences[6:]]
    assert [c.id for c in chunks] == ["a:1", "a:2", "a:3"]


def test_a_short_last_sentence_joins_the_chunk_before_it():
    body = "今年第一批货物已经全部到港卸完。" * 2 + "完。"
    # 2 x 17 tokens fill the target of 34; 3 more are under a quarter of it and within 34 + 8
    assert [c.text for c in _chunk(Article("a", "港口", body), target_tokens=34)] == [body]


def test_a_heading_goes_with_the_text_after_it():
    first, heading, second = "第一段讲的是航线的事情。", "货运增长", "第二段讲的是货运的事情。"
    body = f"{first}\n{heading}\n{second}"
    start = body.index(heading)
    article = Article("a", "港口", body, headings=(Span(start, start + len(heading)),))
    assert [c.text for c in _chunk(article, target_tokens=24)] == [first, f"{heading}\n{second}"]


def test_a_last_heading_without_text_is_kept():
    body = "第一段讲的是航线的事情。\n货运增长"
    article = Article("a", "港口", body, headings=(Span(13, 17),))
    assert [c.text for c in _chunk(article, target_tokens=13)] == [body]


def test_an_empty_body_has_no_chunks():
    assert _chunk(Article("a", "标题", " \n\u3000")) == []


def test_one_count_call_for_an_ordinary_article():
    calls = []

    def count(texts):
        calls.append(len(texts))
        return _ENCODER.count_tokens(texts)

    chunk_article(Article("a", "标题", "一句话。" * 50), count_tokens=count, max_tokens=512)
    assert calls == [52]


def test_a_sentence_over_the_window_is_cut_at_clauses():
    clauses = [f"第{n}项投资达到{n},345.6亿元，" for n in range(10, 60)]
    chunks = _chunk(Article("a", "投资", "".join(clauses)), max_tokens=128)
    assert "".join(c.text for c in chunks) == "".join(clauses)
    assert all(c.text.endswith("，") for c in chunks)


def test_a_forced_cut_goes_around_figures_and_words():
    body = "".join(f"合计{n},345.6亿元and3.5%Shanghai第{n}届" for n in range(100, 180))
    edges = {
        edge for c in _chunk(Article("a", "标", body), max_tokens=64) for edge in (c.start, c.end)
    }
    for run in re.finditer(r"\d+,345\.6亿元|and|3\.5%|Shanghai", body):
        assert not edges & set(range(run.start() + 1, run.end()))


def test_one_endless_word_is_still_covered():
    body = "9" * 10_000
    assert "".join(c.text for c in _chunk(Article("a", "标", body))) == body


def test_no_headline_pushes_text_out_of_the_window():
    article = Article("a", "很长的标题" * 200, "一句话。" * 400, source="报" * 500)
    chunks = _chunk(article, max_tokens=256)
    assert max(_ENCODER.count_tokens([passage_text(article, c) for c in chunks])) <= 256


def test_a_window_too_small_for_any_text_is_refused():
    with pytest.raises(BadInput, match=r"window of 64 tokens.*SUYUAN_ENCODER"):
        _chunk(Article("a", "很长的标题" * 20, "一句话。"), max_tokens=64)


def test_passage_text_leads_with_headline_paper_and_date():
    article = Article(
        "a", "主题", "正文。", kicker="肩题", source="海滨日报", published=date(2025, 7, 1)
    )
    assert passage_text(article, _whole(article)) == "肩题 主题\n海滨日报 2025-07-01\n正文。"
    plain = Article("a", "主题", "正文。")
    assert passage_text(plain, _whole(plain)) == "主题\n正文。"


_FERRY = "海湾轮渡公司本月起每晚加开两班夜航。"
_LIBRARY = "城北图书馆新阅览区昨日正式对外启用。"


def test_no_chunk_goes_over_from_one_brief_to_the_next():
    body = f"今天的消息有以下两条。\n夜航加班\n{_FERRY}\n阅览添座\n{_LIBRARY}"
    digest = Article("a", "每日快讯", body)
    parts = ["今天的消息有以下两条。", f"夜航加班\n{_FERRY}", f"阅览添座\n{_LIBRARY}"]
    assert [c.text for c in _chunk(digest)] == parts
    assert [c.id for c in _chunk(digest)] == ["a:1", "a:2", "a:3"]
    assert [c.text for c in _chunk(replace(digest, title="海滨"))] == [body]


def test_a_long_brief_has_several_chunks_and_each_names_its_heading_once():
    digest = Article(
        "a", "每日快讯", f"夜航加班\n{_FERRY * 4}\n阅览添座\n{_LIBRARY}", source="海滨日报"
    )
    # 18 tokens + 1 a sentence: the heading's 4 + 1 and two make 43, three would be over 48
    chunks = _chunk(digest, target_tokens=48)
    assert [passage_text(digest, c) for c in chunks] == [
        f"每日快讯\n海滨日报\n夜航加班\n{_FERRY * 2}",
        f"每日快讯\n夜航加班\n海滨日报\n{_FERRY * 2}",
        f"每日快讯\n海滨日报\n阅览添座\n{_LIBRARY}",
    ]


def test_no_heading_of_a_brief_pushes_text_out_of_the_window():
    heading = "夜航加班" * 14
    digest = Article("a", "每日快讯", f"{heading}\n{_FERRY * 40}\n阅览添座\n{_LIBRARY}")
    chunks = _chunk(digest, max_tokens=128)
    passages = [passage_text(digest, c) for c in chunks]
    assert f"每日快讯\n{heading[:40]}\n" in passages[2]
    assert max(_ENCODER.count_tokens(passages)) <= 128


_PIECES = st.sampled_from(
    [
        "。",
        "，",
        "；",
        "”",
        "“",
        "\n",
        " ",
        "\u3000",
        "20,314亿元",
        "3.5%",
        "U.S.",
        "青岛港",
        "👩‍🚀",
        "é",
    ]
)
_BODIES = st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=200).map("".join))


@settings(max_examples=150)
@given(_BODIES, st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=3))
def test_chunks_quote_the_body_and_cover_all_of_it(body, headings):
    article = Article("a", "标题", body, headings=tuple(Span(*pair) for pair in headings))
    chunks = _chunk(article, max_tokens=64, target_tokens=30)
    assert all(body[c.start : c.end] == c.text.strip() == c.text for c in chunks)
    assert all(a.end <= b.start for a, b in pairwise(chunks))
    covered = {i for c in chunks for i in range(c.start, c.end)}
    assert {i for i, char in enumerate(body) if not char.isspace()} <= covered
    passages = [passage_text(article, c) for c in chunks]
    assert all(n <= 64 for n in _ENCODER.count_tokens(passages))


_BRIEFS = st.lists(
    st.tuples(st.text("甲乙丙丁", min_size=2, max_size=8), st.integers(1, 30)), min_size=2
)


@given(_BRIEFS)
def test_chunks_of_a_digest_cover_it_brief_by_brief(briefs):
    parts = [f"{heading}\n{'这句话说的都是同一件事。' * count}" for heading, count in briefs]
    digest = Article("a", "每日快讯", "\n".join(parts))
    chunks = _chunk(digest, max_tokens=128, target_tokens=60)
    by_brief = dict.fromkeys(article_briefs(digest), "")
    for chunk in chunks:
        brief = brief_at(digest, chunk.start)
        assert chunk.end <= brief.end
        by_brief[brief] += "".join(chunk.text.split())
    assert list(by_brief.values()) == ["".join(part.split()) for part in parts]
    assert max(_ENCODER.count_tokens([passage_text(digest, c) for c in chunks])) <= 128


def test_no_sentence_that_fits_is_cut():
    rng = random.Random(1)
    words = [
        "港口",
        "今年",
        "增长3.5%",
        "20,314亿元",
        "，",
        "。",
        "；",
        "“好。”他说",
        "\n",
        "Mr. Li ",
    ]
    body = "".join(rng.choices(words, k=2000))
    edges = {edge for c in _chunk(Article("a", "标", body)) for edge in (c.start, c.end)}
    for span in split_sentences(body):
        if span.end - span.start < 400:
            assert not edges & set(range(span.start + 1, span.end))


def test_node_parser_gives_llama_index_the_same_chunks():
    body = "重复的一句话就在这里。\n" * 30
    parser = SentenceNodeParser.for_encoder(_ENCODER, target_tokens=40)
    document = Document(text=body, id_="doc-1", metadata={"title": "标题", "source": "海滨日报"})
    nodes = parser.get_nodes_from_documents([document])
    chunks = _chunk(Article("doc-1", "标题", body, source="海滨日报"), target_tokens=40)
    assert [n.node_id for n in nodes] == [c.id for c in chunks]
    assert [(n.start_char_idx, n.end_char_idx) for n in nodes] == [(c.start, c.end) for c in chunks]
    assert all(
        body[n.start_char_idx : n.end_char_idx] == n.get_content(MetadataMode.NONE) for n in nodes
    )
    assert {n.ref_doc_id for n in nodes} == {"doc-1"}
    assert nodes[0].metadata["title"] == "标题"
    assert nodes[1].relationships[NodeRelationship.PREVIOUS].node_id == nodes[0].node_id
    assert [n.node_id for n in parser.get_nodes_from_documents([document])] == [
        c.id for c in chunks
    ]

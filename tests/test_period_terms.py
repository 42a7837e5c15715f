"""Periods as terms of the lexical index: one stretch, one term, however it is written."""

from datetime import date

import pytest

from index.archive import Archive
from index.chunk import chunk_article
from index.ingest import ingest_articles
from index.period_terms import article_periods, chunk_period_terms, period_terms
from index.periods import parse_periods
from index.types import Article, Chunk
from tests.fakes import FakeEncoder

_ENCODER = FakeEncoder()
_ASKED_ON = date(2024, 12, 1)


def _asked(question: str) -> set[str]:
    return set(period_terms(parse_periods(question, anchor=_ASKED_ON)))


def _printed(body: str, published: date | None = date(2024, 11, 15)) -> list[str]:
    article = Article("a", "标题", body, published=published)
    return chunk_period_terms(article, Chunk("a:1", "a", 0, len(body), body))


@pytest.mark.parametrize(
    ("question", "body"),
    [
        ("2024年10月的用电量是多少", "10月份，全市用电量42亿千瓦时。"),
        ("10月用电量", "上月，全市用电量42亿千瓦时。"),
        ("2024年上半年贷款", "6月末，贷款余额310亿元。"),  # they share their last day
        ("2024年6月末的贷款余额", "上半年，新增贷款18亿元。"),
        ("前三季度外贸", "1至9月，进出口总额910亿元。"),
        ("electricity use in October 2024", "10月份，全市用电量42亿千瓦时。"),
    ],
)
def test_a_period_asked_for_and_the_same_one_printed_otherwise_share_a_term(question, body):
    assert _asked(question) & set(_printed(body))


@pytest.mark.parametrize(
    ("question", "body"),
    [
        ("2023年10月的用电量", "10月份，全市用电量42亿千瓦时。"),
        ("2024年9月的用电量", "10月份，全市用电量42亿千瓦时。"),
        ("2024年10月的用电量", "用电量42亿千瓦时。"),
    ],
)
def test_another_period_or_none_shares_no_term(question, body):
    assert not _asked(question) & set(_printed(body))


def test_a_stretch_has_itself_and_its_last_day_and_a_point_only_its_day():
    assert _printed("10月份，用电量42亿千瓦时。") == ["=20241001-20241031", "<20241031"]
    assert _printed("10月末，贷款余额310亿元。") == ["<20241031"]


@pytest.mark.parametrize("compared", ["比", "较", "同", "較"])
def test_a_period_that_is_only_compared_with_gives_no_term(compared):
    assert _printed(f"用电量{compared}去年同期多出3亿千瓦时。") == []
    assert len(_printed("去年同期用电量39亿千瓦时。")) == 2


def test_an_article_without_a_day_gives_only_periods_with_their_year():
    body = "10月份用电42亿千瓦时。2023年10月用电39亿千瓦时。"
    assert _printed(body, published=None) == ["=20231001-20231031", "<20231031"]


def test_a_term_stands_as_often_as_it_is_printed_and_once_in_a_question():
    assert _printed("10月用电多。10月用水少。").count("<20241031") == 2
    spans = parse_periods("10月用电多还是10月用水多", anchor=_ASKED_ON)
    assert len(spans) == 2
    assert period_terms(spans) == ["=20241001-20241031", "<20241031"]


def test_a_chunk_has_the_periods_that_begin_in_it():
    body = "9月，用电40亿千瓦时。\n" + "其间天气晴好。\n" * 40 + "10月，用电42亿千瓦时。"
    article = Article("a", "标题", body, published=date(2024, 11, 15))
    chunks = chunk_article(article, count_tokens=_ENCODER.count_tokens, max_tokens=512)
    assert len(chunks) > 1
    terms = [chunk_period_terms(article, chunk) for chunk in chunks]
    assert "<20240930" in terms[0]
    assert "<20241031" in terms[-1]
    assert sum(terms, []) == period_terms(article_periods(article))  # noqa: RUF017


def test_a_chunk_of_the_period_asked_for_comes_before_one_of_another(tmp_path):
    months = [
        Article(f"m-{month:02d}", "全市用电", f"{month}月份，全市用电量增长较快。",
                published=date(2024, month + 1, 15))
        for month in range(3, 11)
    ]  # fmt: skip
    ingest_articles(tmp_path, months, _ENCODER)
    archive = Archive.open(tmp_path, _ENCODER)
    for month in (4, 8, 10):
        terms = period_terms(parse_periods(f"2024年{month}月", anchor=_ASKED_ON))
        hits = archive.search_words("全市用电量", top_k=8, periods=terms)
        assert hits[0].chunk.article_id == f"m-{month:02d}"
        assert hits[0].score > hits[1].score
        assert len(hits) == 8  # the others stay: a period is no filter
    assert archive.search_words("地铁", top_k=8, periods=terms)[0].chunk.article_id == "m-10"
    archive.close()

"""Articles that print nearly the same text take one place."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.likeness import are_copies, similarity, text_runs
from index.types import Article
from rag.copies import group_copies
from tests.scripted_llm import archive_of, article

_WIRE = (
    "东湖水厂昨日通水，日供水能力二十万吨。水厂负责人介绍，首期管网覆盖城东六个街道，"
    "沿线居民的水压将明显改善。二期工程计划明年春天动工，建成后能力翻番。"
)
_ARTICLES = [
    article("wire", "东湖水厂通水", _WIRE),
    article("evening", "城东喝上新水", f"本报讯 {_WIRE}", source="晚报"),
    article("traditional", "東湖水廠通水", _WIRE.replace("东", "東").replace("厂", "廠")),
    article("short", "东湖水厂通水", _WIRE[:19]),
    article("other", "西山公园开放", "西山公园周六免费开放，新铺步道五公里，观景台三处。"),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with archive_of(tmp_path_factory.mktemp("archive"), _ARTICLES) as archive:
        yield archive


def test_the_best_of_several_copies_keeps_its_place_and_names_the_others(archive):
    order = ["evening", "other", "wire", "traditional"]
    assert group_copies(order, archive.article) == (
        ("evening", "other"),
        {"evening": ("wire", "traditional")},
    )


def test_what_only_repeats_the_lead_is_no_copy(archive):
    assert group_copies(["wire", "short", "other"], archive.article) == (
        ("wire", "short", "other"),
        {},
    )


def test_an_article_that_has_gone_is_passed_over(archive):
    assert group_copies(["gone", "wire"], archive.article) == (("wire",), {})
    assert group_copies([], archive.article) == ((), {})


def test_marks_and_white_space_do_not_make_two_texts_different():
    one = Article("1", "", "东湖水厂，昨日通水。 日供水ＡＢ２０万吨")
    other = Article("2", "", "东湖水厂昨日通水\n日供水ab20万吨。")
    assert similarity(text_runs(one), text_runs(other)) == 1


def test_similarity_is_the_share_of_runs_of_five_that_both_have():
    one, other = (Article(text, "", text) for text in ("甲乙丙丁戊己庚", "乙丙丁戊己庚辛"))
    # 甲乙丙丁戊 | 乙丙丁戊己, 丙丁戊己庚 | 丁戊己庚辛: 2 of 4 runs
    assert similarity(text_runs(one), text_runs(other)) == pytest.approx(2 / 4)


def test_a_text_of_less_than_one_run_is_only_like_itself():
    one, same, other = (Article(n, "", text) for n, text in zip("123", "甲甲乙", strict=True))
    assert similarity(text_runs(one), text_runs(same)) == 1
    assert similarity(text_runs(one), text_runs(other)) == 0
    assert similarity(text_runs(replace(one, body="")), frozenset()) == 0


@given(st.text("甲乙丙，", max_size=30), st.text("甲乙丙，", max_size=30))
def test_similarity_is_the_same_both_ways_and_a_share(one, other):
    runs = [text_runs(Article("a", "", body)) for body in (one, other)]
    found = similarity(*runs)
    assert 0 <= found <= 1
    assert found == similarity(*reversed(runs))
    assert similarity(runs[0], runs[0]) == 1


def test_a_monthly_release_is_no_copy_of_the_one_before():
    text = (
        "人民银行云城分行公布，{}月末，全市各项贷款余额{}亿元，同比增长{}%，比年初增加{}亿元。"
        "记者从发布会上了解到，当地银行继续把信贷投向制造业和小微企业，企业融资成本稳中有降，"
        "居民购房和消费的合理需求得到满足，金融服务实体经济的质量和效率进一步提高。"
    )
    july = Article("7", "", text.format(7, 987, 6.4, 51))
    august = Article("8", "", text.format(8, 992, 6.9, 56))
    assert similarity(text_runs(july), text_runs(august)) > 0.6
    assert not are_copies(july, august)
    assert are_copies(july, Article("9", "", july.body.replace("公布", "发布")))


def test_articles_that_differ_at_their_end_are_no_copies():
    opening = "".join(f"第{n}段讲的是城市建设。" for n in range(200))
    one = Article("1", "", opening + "".join(chr(0x4E00 + n) for n in range(900)))
    other = Article("2", "", opening + "".join(chr(0x6000 + n) for n in range(900)))
    assert not are_copies(one, other)

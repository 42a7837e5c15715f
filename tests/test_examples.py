import json
from datetime import date

import pytest

from eval.example_rules import Example, examples_of
from eval.examples import choose_examples, example_questions
from index.archive import Archive
from index.ingest import ingest_paths
from index.readers import ReadOptions
from index.types import Article, Kind
from tests.fakes import FakeEncoder


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        (
            "6月末，全市本外币各项贷款余额512亿元，同比增长9.5%。",
            {
                "2031年6月末烟台本外币各项贷款余额是多少？": "512亿元",
                "2031年6月末烟台本外币各项贷款余额同比增长多少？": "9.5%",
            },
        ),
        (
            "烟台海关7月16日发布数据，上半年，烟台市外贸进出口2035亿元。",
            {"2031年上半年烟台市外贸进出口额是多少？": "2035亿元"},
        ),
        (
            "6月份，烟台居民消费价格（CPI）同比下降0.4%，环比下降0.6%。",
            {"2031年6月烟台居民消费价格同比下降多少？": "0.4%"},
        ),
        ("去年上半年新增贷款98亿元。", {"2030年上半年烟台新增贷款多少亿元？": "98亿元"}),
        ("上半年，烟台港新增集装箱航线9条。", {"2031年上半年烟台港新增集装箱航线多少条？": "9条"}),
        ("2号线全长约37公里，年底通车。", {"烟台2号线全长多少公里？": "37公里"}),
        ("市体育局局长卢知远说，球场夜里也开放。", {"烟台市体育局局长是谁？": "卢知远"}),
        ("7月16日，烟台地铁2号线开通运营。", {"烟台地铁2号线哪天开通运营？": "7月16日"}),
        (
            "7月16日，第九届烟台海钓节在养马岛开幕。",
            {
                "第九届烟台海钓节哪天开幕？": "7月16日",
                "第九届烟台海钓节在哪里开幕？": "养马岛",
            },
        ),
        ("2030年，全国铁路发送旅客41亿人次。", {"2030年全国铁路发送旅客多少人次？": "41亿人次"}),
    ],
)
def test_a_clean_sentence_becomes_its_questions(sentence, asked):
    found = examples_of(_article(f"本报烟台讯 {sentence}"))
    assert {example.question: example.answer for example in found} == asked
    for example in found:
        assert example.answer in example.sentence
        assert example.sentence in sentence or sentence in example.sentence
        assert example.answer not in example.question


@pytest.mark.parametrize(
    "sentence",
    [
        "其中，出口1204亿元，增长12.1%。",  # of what?
        "进口227.4亿元，增长30.2%。",
        "贷款余额512亿元。",  # when?
        "今年预计产量430万吨。",  # not known yet
        "该港上半年完成货物吞吐量2.83亿吨。",  # which?
        "上半年，全省固定资产投资总额超过900亿元。",  # the province is not named
        "近三年，烟台接待游客总量500万人。",  # three years from when?
        "上半年，烟台社会消费品零售总额8亿至9亿元。",  # a range
        "民营企业是主力军，上半年进出口总值382亿元。",  # the subject is in another clause
        "隧道全长4.2公里，年底贯通。",  # which?
        "今年以来，港口新建料棚5座。",
        "副局长卢知远说，球场夜里也开放。",  # there may be several
        "局长卢知远说，球场夜里也开放。",  # of which office?
        "7月16日，烟台文旅联盟年会举行。",  # held every year
        "更正：6月末，全市贷款余额应为512亿元。",
        "“6月末，全市贷款余额512亿元，”他说。",
        "6月末，全市贷款余额同比增长9.5个百分点。",
    ],
)
def test_a_sentence_that_would_make_a_clumsy_question_makes_none(sentence):
    assert examples_of(_article(f"本报烟台讯 {sentence}")) == []


def test_an_article_without_a_date_is_asked_only_of_years_it_prints():
    body = "本报烟台讯 6月末，烟台贷款余额512亿元。\n2030年末，烟台贷款余额480亿元。"
    found = examples_of(_article(body, published=None))
    assert [example.question for example in found] == ["2030年末烟台贷款余额是多少？"]


def test_the_whole_city_is_not_asked_of_where_no_city_is_known():
    assert examples_of(_article("6月末，全市贷款余额512亿元。", title="数据", place="")) == []


@pytest.mark.parametrize("change", [{"kind": Kind.CAPTION}, {"language": "en"}])
def test_captions_and_other_languages_are_left_out(change):
    body = "6月末，烟台贷款余额512亿元。"
    assert examples_of(_article(body)) != []
    assert examples_of(_article(body, **change)) == []


def test_topics_and_articles_do_not_repeat_and_rules_alternate():
    loans = _example("贷款余额", "1", "amount")
    choices = [
        loans,
        _example("存款余额", "2", "amount"),  # 款余额 again
        _example("港口吞吐量", "1", "done"),  # the same article
        _example("居民消费价格", "3", "amount"),
        _example("体育局", "4", "who"),
    ]
    # first each rule once, then a second amount; the other two never
    assert [e.topic for e in choose_examples(choices, 5)] == ["贷款余额", "体育局", "居民消费价格"]
    assert choose_examples(choices, 1) == [loans]
    assert choose_examples(choices, 0) == []


def test_a_question_with_two_answers_is_not_shown():
    a, b = _example("体育局", "1", "who"), _example("体育局", "2", "who", answer="乙")
    assert choose_examples([a, b], 6) == []
    assert choose_examples([a, _example("体育局", "2", "who")], 6) == [a]


def test_an_archive_gives_the_latest_first_and_the_same_each_time(tmp_path):
    archive = _archive(
        tmp_path,
        ("2031-07-20", "本报烟台讯 6月末，烟台贷款余额512亿元。"),
        ("2030-07-20", "本报烟台讯 6月末，烟台贷款余额480亿元。"),
        ("2029-07-20", "本报烟台讯 烟台市体育局局长卢知远说，球场夜里也开放。"),
    )
    asked = example_questions(archive)
    assert asked == ("2031年6月末烟台贷款余额是多少？", "烟台市体育局局长是谁？")
    assert example_questions(archive, count=1) == asked[:1]
    assert example_questions(archive) == asked


def test_a_figure_that_was_corrected_is_not_asked_for(tmp_path):
    told = ("2031-07-20", "本报烟台讯 6月末，烟台贷款余额521亿元。")
    (tmp_path / "a").mkdir()
    assert example_questions(_archive(tmp_path / "a", told)) != ()
    correction = ("2031-07-22", "更正：本报20日刊出的“521亿元”有误，正确的是512亿元。")
    (tmp_path / "b").mkdir()
    assert example_questions(_archive(tmp_path / "b", told, correction)) == ()


def test_an_archive_without_a_clean_sentence_gives_none(tmp_path):
    assert example_questions(_archive(tmp_path, ("2031-07-20", "今天的海很好看。"))) == ()


def _article(body: str, **changes) -> Article:
    values = {
        "id": "yt-1",
        "title": "烟台新闻",
        "place": "烟台",
        "published": date(2031, 7, 20),
        "language": "zh-Hans",
    }
    return Article(body=body, **{**values, **changes})


def _example(topic: str, article_id: str, rule: str, answer: str = "甲") -> Example:
    return Example(f"{topic}是什么？", answer, f"{topic}是{answer}。", article_id, rule, topic)


def _archive(folder, *articles) -> Archive:
    rows = [
        {"id": f"yt-{number}", "title": "烟台新闻", "date": day, "text": body}
        for number, (day, body) in enumerate(articles, 1)
    ]
    path = folder / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    encoder = FakeEncoder()
    ingest_paths(folder / "archive", [path], ReadOptions(), lambda: encoder)
    return Archive.open(folder / "archive", encoder)

"""The sample archive is what samples/README.md and the question set say it is."""

import json
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from index.readers import ReadOptions, find_files, read_file
from index.types import Article, DateKnown, Kind

_SAMPLES = Path(__file__).parents[1] / "samples"
_QA_FIELDS = {"id", "type", "language", "answerable", "as_of", "answers", "gold"}
_AT_LEAST = {
    "single": 40,
    "figure": 25,
    "period": 20,
    "followup": 12,
    "multi": 10,
    "english": 10,
    "person": 8,
    "unanswerable": 15,
}
# For each unanswerable question, words that no sentence (with its headline) has together.
_NEVER_TOGETHER = {
    "济南上半年GDP是多少？": ["济南", "上半年", "生产总值|GDP"],
    "青岛一季度生产总值是多少？": ["一季度(?!的下降)", "生产总值", "青岛"],
    "2020年5月末青岛贷款余额是多少？": ["5月末"],
    "烟台6月末贷款余额是多少？": ["烟台", "贷款"],
    "济南前三季度新增贷款多少亿元？": ["济南", "前三季度", "贷款"],
    "2018年6月末青岛存款余额是多少？": ["2018年", "存款"],
    "威海8月CPI同比涨了多少？": ["威海", "CPI|居民消费价格"],
    "上海前三季度GDP增速是多少？": ["上海", "前三季度"],
    "青岛地铁6号线什么时候开通？": ["6号线"],
    "罗景行毕业于哪所大学？": ["毕业|大学", "罗景行"],
    "青岛港上半年净利润有多少？": ["净利润"],
    "第三届进博会来了多少名采购商？": ["採購商|采购商"],
    "济南R2线一期总投资多少亿元？": ["R2线", "投资"],
    "韩雪樵是哪一年出生的？": ["韩雪樵", "出生|岁"],
    "日照市有多少常住人口？": ["人口", "日照"],
    "深圳地铁日均客运量是多少？": ["深圳", "地铁"],
    "烟台9月末存款余额是多少？": ["烟台", "存款"],
    "车向海的女儿考上了哪所大学？": ["女儿", "大学(?!，)"],
    "2020年10月青岛CPI同比涨了多少？": ["10月", "CPI|居民消费价格"],
    "日照港前三季度集装箱吞吐量是多少？": ["日照", "集装箱"],
    "What was Shenzhen's GDP in the first half of 2020?": ["深圳|Shenzhen", "生产总值|GDP"],
    "7月末呢？": ["济南", "7月末"],
}


def test_sixty_six_articles_and_nothing_rejected():
    articles = _articles().values()
    assert sum(article.kind is Kind.ARTICLE for article in articles) >= 66
    assert sum(article.kind is Kind.CAPTION for article in articles) >= 8


def test_every_page_gives_the_articles_printed_on_it():
    # counted by eye: articles and captions of each page, the derived titles among them
    printed = {
        "周末版": (4, 0),
        "泉城晨报-20200722-A03": (6, 0),
        "泉城晨报-20201106-A02": (5, 1),
        "渤海晚报-20200918-A04": (5, 1),
        "渤海晚报-20201210-A06": (5, 1),
        "滨海商报-20191212-A04": (5, 1),
        "滨海商报-20200917-A05": (5, 0),
        "胶州湾日报-20190718-A02": (5, 1),
        "胶州湾日报-20200421-A03": (5, 1),
        "胶州湾日报-20200720-A02": (6, 1),
        "胶州湾日报-20200819-A02": (5, 1),
        "胶州湾日报-20201023-A01": (5, 1),
    }
    found = Counter(
        (Path(article.origin).stem, article.kind)
        for article in _articles().values()
        if article.origin.endswith(".txt")
    )
    assert found == Counter(
        {
            (stem, kind): count
            for stem, counts in printed.items()
            for kind, count in zip((Kind.ARTICLE, Kind.CAPTION), counts, strict=True)
            if count
        }
    )


def test_two_articles_are_printed_without_a_headline():
    derived = {
        article.id
        for article in _articles().values()
        if article.title_derived and article.kind is Kind.ARTICLE
    }
    assert derived == {"胶州湾日报-20200421-a03-06", "滨海商报-20200917-a05-04"}


def test_every_article_knows_its_month():
    known = {article.id: article.published for article in _articles().values()}
    assert [i for i, day in known.items() if day is None] == []
    assert min(known.values()) == date(2019, 7, 18)
    assert max(known.values()) == date(2020, 12, 28)
    weekend = [a for a in _articles().values() if a.origin.endswith("周末版.txt")]
    assert {a.date_known for a in weekend} == {DateKnown.INFERRED}
    assert {(a.published.year, a.published.month) for a in weekend} == {(2020, 11)}


def test_masthead_dates_are_real_weekdays_and_agree_with_the_file_name():
    seen = 0
    for path in (_SAMPLES / "pages").glob("*.txt"):
        masthead = re.search(
            r"(\d{4})年(\d+)月(\d+)日 星期(.)", path.read_text(encoding="utf-8").split("\n\n")[0]
        )
        if masthead:
            seen += 1
            day = date(*map(int, masthead.groups()[:3]))
            assert masthead[4] == "一二三四五六日"[day.weekday()], path.name
            assert f"{day:%Y%m%d}" in path.name
    assert seen == 5


def test_question_lines_have_the_fields_of_the_format():
    for row in _questions():
        asked = {"question"} & row.keys() or {"turns"} & row.keys()
        assert set(row) == _QA_FIELDS | asked, row["id"]
        assert len(asked) == 1, row["id"]
        assert row["type"] in _AT_LEAST, row["id"]
        assert row["language"] in {"zh-Hans", "en"}, row["id"]
        assert row["as_of"] is None or date.fromisoformat(row["as_of"]) > date(2019, 7, 17)
        assert row["type"] != "followup" or len(row["turns"]) >= 2, row["id"]
        assert row["type"] != "multi" or len({g["article_id"] for g in row["gold"]}) >= 2
        assert all(form.strip() == form and form for part in row["answers"] for form in part)


def test_there_are_enough_questions_of_each_type():
    counts = Counter(row["type"] for row in _questions())
    assert {t: counts[t] for t in _AT_LEAST if counts[t] < _AT_LEAST[t]} == {}
    assert sum(counts.values()) >= 130


def test_no_two_questions_are_the_same():
    asked = Counter((*_turns(row), row["as_of"]) for row in _questions())
    assert [question for question, count in asked.items() if count > 1] == []
    assert len({row["id"] for row in _questions()}) == len(_questions())


def test_every_gold_quote_is_in_the_body_of_its_article():
    wrong = [
        (row["id"], gold)
        for row in _questions()
        for gold in row["gold"]
        if gold["article_id"] not in _articles()
        or gold["quote"] not in _articles()[gold["article_id"]].body
    ]
    assert wrong == []


def test_answerable_questions_are_answered_by_their_gold_quotes():
    for row in _questions():
        assert row["answerable"] is bool(row["answers"]) is bool(row["gold"]), row["id"]
        assert row["answerable"] is (row["type"] != "unanswerable")
        quotes = "\n".join(gold["quote"] for gold in row["gold"])
        if row["language"] == "zh-Hans":
            missing = [p for p in row["answers"] if not any(form in quotes for form in p)]
            assert missing == [], row["id"]


def test_the_archive_does_not_answer_an_unanswerable_question():
    questions = {_turns(row)[-1] for row in _questions() if not row["answerable"]}
    assert questions == set(_NEVER_TOGETHER)
    for question, words in _NEVER_TOGETHER.items():
        assert [s for s in _sentences() if all(re.search(w, s) for w in words)] == [], question


@pytest.mark.parametrize(
    ("wanted", "said_once"),
    [
        ("各项贷款余额20314亿元", "胶州湾日报-20200720-a02-01"),
        ("应为“日均客运量34.6万人次”", "胶州湾日报-20200819-a02-03"),
    ],
)
def test_the_demo_figure_and_the_correction_stand_in_one_article_each(wanted, said_once):
    assert [a.id for a in _articles().values() if wanted in a.body] == [said_once]


def test_the_wire_story_is_carried_by_two_papers_nearly_word_for_word():
    first, second = (
        set(re.split("[，。]", article.body))
        for article in _articles().values()
        if "齐鲁通讯社济南9月16日电" in article.body + article.byline
    )
    assert first ^ second == {"烟台有13家"}


@cache
def _articles() -> dict[str, Article]:
    files, rejected = find_files([_SAMPLES / "pages", _SAMPLES / "export.jsonl"])
    assert rejected == []
    read = [item for path in files for item in read_file(path, ReadOptions())]
    articles = {item.id: item for item in read if isinstance(item, Article)}
    assert len(articles) == len(read), "an item was rejected, or two articles share an id"
    return articles


@cache
def _questions() -> list[dict[str, Any]]:
    lines = (_SAMPLES / "qa.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _turns(row: dict[str, Any]) -> list[str]:
    return row.get("turns") or [row["question"]]


@cache
def _sentences() -> list[str]:
    return [
        f"{article.headline} {sentence}"
        for article in _articles().values()
        for sentence in re.split(r"[。！？\n]|(?<=[a-z]\.) ", article.body)
        if sentence.strip()
    ]

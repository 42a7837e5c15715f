"""An answer as JSON and as lines: the keys programs rely on, the lines people read."""

import json
from dataclasses import fields, replace
from datetime import date, datetime

import pytest

from index.types import Coverage, DateKnown
from rag.export import HOW_KNOWN, answer_json, answer_lines, coverage_line, source_line
from rag.types import (
    Answer,
    Check,
    CheckKind,
    Citation,
    Evidence,
    Filters,
    Headline,
    Lane,
    Period,
    Query,
    Status,
)

_BODY = "开头一句。6月末，云城各项贷款余额512亿元。"
_QUOTE = _BODY[5:]
_CITATION = Citation(
    marker=1,
    article_id="yc-1",
    title="云城贷款平稳增长",
    source="云城日报",
    section="A02",
    byline="□本报记者 林一舟",
    published=date(2031, 7, 20),
    date_known=DateKnown.FILE_NAME,
    quote=_QUOTE,
    start=5,
    end=len(_BODY),
)
_EVIDENCE = Evidence(
    number=1,
    article_id="yc-1",
    title="云城贷款平稳增长",
    source="云城日报",
    section="A02",
    byline="□本报记者 林一舟",
    published=date(2031, 7, 20),
    date_known=DateKnown.FILE_NAME,
    text=_QUOTE,
    start=5,
    end=len(_BODY),
    score=0.875,
    lane=Lane.DENSE,
)
_ANSWER = Answer(
    status=Status.ANSWERED,
    text="6月末，云城各项贷款余额512亿元[1]。",
    query=Query(
        asked="那贷款呢",
        question="6月末云城贷款余额是多少",
        language="zh-Hans",
        period=Period(date(2031, 6, 30), date(2031, 6, 30), "6月末"),
        filters=Filters(since=date(2031, 1, 1), sources=("云城日报",)),
    ),
    citations=(_CITATION,),
    evidence=(_EVIDENCE,),
    checks=(Check(CheckKind.FIGURE, "512亿元", supported=True, markers=(1,)),),
    coverage=Coverage(
        articles=1284,
        first=date(2030, 1, 3),
        last=date(2031, 7, 20),
        last_ingest=datetime(2031, 7, 21, 6, 30),
        rejected=2,
        sources=("云城日报",),
    ),
    timings={"retrieve": 0.0123, "total": 1.5},
    model="qwen",
    index_version="e5@7",
    nearest=(),
    notes=("一条说明",),
)
_NOT_FOUND = replace(
    _ANSWER,
    status=Status.NOT_FOUND,
    text="库中没有找到能回答这个问题的报道。",
    citations=(),
    checks=(),
    notes=(),
    nearest=(
        Headline("yc-1", "云城贷款平稳增长", "云城日报", date(2031, 7, 20)),
        Headline("yc-9", "云城植物园", "云城晚报", None),
    ),
)


def test_the_keys_of_an_answer_are_these():
    assert list(answer_json(_ANSWER)) == [
        "status",
        "text",
        "question",
        "citations",
        "evidence",
        "checks",
        "coverage",
        "timings",
        "model",
        "index_version",
        "nearest",
        "notes",
        "probability",
    ]


def test_a_citation_has_what_is_needed_to_open_the_sentence():
    (citation,) = answer_json(_ANSWER)["citations"]
    needed = ("marker", "article_id", "title", "published", "quote", "start", "end")
    assert {name: citation[name] for name in needed} == {
        "marker": 1,
        "article_id": "yc-1",
        "title": "云城贷款平稳增长",
        "published": "2031-07-20",
        "quote": "6月末，云城各项贷款余额512亿元。",
        "start": 5,
        "end": 23,  # 5 + 4 + 8 + 5 + 1
    }
    assert citation["quote"] == _BODY[citation["start"] : citation["end"]]


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("citations", _CITATION, Citation),
        ("evidence", _EVIDENCE, Evidence),
        ("checks", _ANSWER.checks[0], Check),
        ("nearest", _NOT_FOUND.nearest[0], Headline),
    ],
    ids=["citations", "evidence", "checks", "nearest"],
)
def test_every_field_of_a_value_is_exported(key, value, kind):
    answer = _NOT_FOUND if key == "nearest" else _ANSWER
    assert set(answer_json(answer)[key][0]) == {field.name for field in fields(kind)}


def test_json_carries_every_value_through():
    answer = json.loads(json.dumps(answer_json(_ANSWER), ensure_ascii=False))
    assert answer["status"] == "answered"
    assert answer["question"] == {
        "asked": "那贷款呢",
        "understood": "6月末云城贷款余额是多少",
        "language": "zh-Hans",
        "period": {"since": "2031-06-30", "until": "2031-06-30", "text": "6月末"},
        "filters": {
            "since": "2031-01-01",
            "until": None,
            "sources": ["云城日报"],
            "sections": [],
            "reporters": [],
        },
    }
    assert answer["checks"] == [
        {"kind": "figure", "text": "512亿元", "supported": True, "markers": [1], "note": ""}
    ]
    assert answer["coverage"] == {
        "articles": 1284,
        "first": "2030-01-03",
        "last": "2031-07-20",
        "last_ingest": "2031-07-21T06:30:00",
        "rejected": 2,
        "sources": ["云城日报"],
    }
    assert answer["timings"] == {"retrieve": 0.0123, "total": 1.5}
    assert (answer["evidence"][0]["lane"], answer["evidence"][0]["score"]) == ("dense", 0.875)
    assert (answer["model"], answer["index_version"]) == ("qwen", "e5@7")
    assert answer["notes"] == ["一条说明"]


def test_what_is_not_known_is_null():
    bare = replace(
        _ANSWER,
        query=Query("问", "问", "zh-Hans"),
        citations=(replace(_CITATION, published=None, date_known=DateKnown.UNKNOWN),),
        coverage=Coverage(0, None, None, None, 0),
    )
    answer = answer_json(bare)
    assert answer["question"]["period"] is None
    assert answer["citations"][0]["published"] is None
    assert answer["coverage"]["first"] is answer["coverage"]["last_ingest"] is None


def test_a_refusal_has_no_sources_and_shows_where_to_look():
    assert answer_lines(_NOT_FOUND) == [
        "最接近的报道 Nearest headlines (not sources)",
        "  · 《云城贷款平稳增长》 云城日报 2031-07-20",
        "  · 《云城植物园》 云城晚报",
        "检索 Searched  1284 篇 articles，2030-01-03—2031-07-20；用时 1.5 s；qwen；e5@7",
    ]


def test_the_lines_of_an_answer():
    doubted = replace(
        _ANSWER, checks=(*_ANSWER.checks, Check(CheckKind.NAME, "李某", supported=False))
    )
    assert answer_lines(doubted) == [
        "来源 Sources",
        "  [1] 《云城贷款平稳增长》 云城日报 A02 2031-07-20（据文件名） □本报记者 林一舟",
        "      “6月末，云城各项贷款余额512亿元。”",
        "      yc-1 5:23",
        "核对 Checks  512亿元 ✓  李某 ✗",
        "注意 Note  一条说明",
        "检索 Searched  1284 篇 articles，2030-01-03—2031-07-20；用时 1.5 s；qwen；e5@7",
    ]


def test_a_quote_over_a_line_break_is_printed_on_one_line():
    broken = replace(_ANSWER, citations=(replace(_CITATION, quote="6月末，\n云城  贷款。"),))
    assert answer_lines(broken)[2] == "      “6月末， 云城 贷款。”"


@pytest.mark.parametrize("known", DateKnown)
def test_a_source_says_how_its_date_is_known(known):
    unknown = known is DateKnown.UNKNOWN
    item = replace(_CITATION, date_known=known, published=None if unknown else date(2031, 7, 20))
    when = f"{'' if unknown else '2031-07-20'}（{HOW_KNOWN[known]}）"
    assert source_line(item) == f"《云城贷款平稳增长》 云城日报 A02 {when} □本报记者 林一舟"


def test_a_derived_title_is_shown_as_derived():
    item = replace(_CITATION, title_derived=True, section="", byline="")
    assert source_line(item) == "《云城贷款平稳增长》（据正文拟题） 云城日报 2031-07-20（据文件名）"


@pytest.mark.parametrize(
    ("status", "by"),
    [
        (Status.EVIDENCE_ONLY, "无语言模型 no LLM"),
        (Status.ANSWERED, "直接摘自原句 extracted"),
    ],
)
def test_without_an_llm_and_without_dates_the_coverage_line_says_so(status, by):
    nothing = Coverage(3, None, None, None, 0)
    bare = replace(_ANSWER, status=status, model="", coverage=nothing, timings={})
    assert coverage_line(bare) == f"检索 Searched  3 篇 articles，日期不详；用时 0.0 s；{by}；e5@7"

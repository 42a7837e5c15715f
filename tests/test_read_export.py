import csv
import gzip
import hashlib
import io
import json
import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.readers import Limits, ReadOptions, read_file
from index.types import Article, DateKnown, Rejected

TEXT = "海风剧场重新开门迎客。首场演出的票在一小时内卖完。"


def read(path, **options):
    return list(read_file(path, ReadOptions(**options)))


def jsonl(tmp_path, *rows, name="export.jsonl"):
    file = tmp_path / name
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def ids(results):
    return [item.id if isinstance(item, Article) else (item.line, item.reason) for item in results]


def test_a_row_becomes_an_article_with_all_its_fields(tmp_path):
    file = jsonl(
        tmp_path,
        {
            "id": "lh-7",
            "title": "海风剧场\n重新开门",
            "date": "2025年7月16日",
            "url": "https://news.example.org/a/7?x=1",
            "text": TEXT,
            "paper": "临海晚报",
            "page": "B03",
            "author": ["林小舟", "周一帆"],
            "subtitle": "首场演出一票难求",
            "clicks": 5,
        },
    )
    assert read(file, source="别的报", published=date(2020, 1, 1)) == [
        Article(
            id="lh-7",
            title="海风剧场 重新开门",
            body=TEXT,
            deck="首场演出一票难求",
            source="临海晚报",
            section="B03",
            byline="林小舟、周一帆",
            reporters=("林小舟", "周一帆"),
            published=date(2025, 7, 16),
            date_known=DateKnown.STATED,
            url="https://news.example.org/a/7?x=1",
            language="zh-Hans",
            origin=str(file),
            position=1,
        )
    ]


@pytest.mark.parametrize("name", ["export.jsonl", "export.json"])
def test_broken_json_in_row_three_costs_row_three(tmp_path, name):
    rows = [{"id": n, "text": TEXT} for n in range(1, 6)]
    file = jsonl(tmp_path, *rows[:2], '{"id": 3, "text": "半', *rows[3:], name=name)
    if name == "export.jsonl":
        reason = "broken JSON: Unterminated string at column 19"
        assert ids(read(file)) == ["1", "2", (3, reason), "4", "5"]
    else:
        reason = "broken JSON: Invalid control character at line 3; nothing after it was read"
        assert ids(read(file)) == ["1", "2", (3, reason)]


def test_a_row_that_cannot_be_used_is_rejected_and_the_others_go_in(tmp_path):
    file = jsonl(
        tmp_path,
        {"id": "a", "text": TEXT},
        "[1, 2]",
        '"text"',
        {"id": "b", "title": "没有正文"},
        {"id": "c", "text": ["一段", "两段"]},
        {"id": "d", "text": " \n"},
        {"id": "e", "text": ""},
        {"id": {"x": 1}, "text": TEXT},
        {"id": "f\u0007", "text": TEXT},
        {"id": "f" * 513, "text": TEXT},
        {"id": True, "text": TEXT},
        {"id": "g", "text": TEXT, "date": "去年夏天"},
        {"id": "h", "text": TEXT, "title": {"zh": "题"}},
        "",
        {"id": "a", "text": "另一篇。"},
        {"id": 10, "text": TEXT},
    )
    looked = "text/body/content/正文/内容/內容"
    assert ids(read(file)) == [
        "a",
        (2, "a row is an object with named fields, not [1, 2]"),
        (3, 'a row is an object with named fields, not "text"'),
        (4, f"no text (looked for {looked}; the row has id, title)"),
        (5, "the text is not a string but a list"),
        (6, "the text is empty"),
        (7, "the text is empty"),
        (8, "the id is not a string or whole number but an object"),
        (9, r"the id 'f\x07' has control characters"),
        (10, "the id has 513 characters; at most 512 are kept"),
        (11, "the id is not a string or whole number but true or false"),
        (12, 'cannot read the date "去年夏天"; write it as 2025-07-16'),
        (13, "the title is not text but an object"),
        (15, 'line 15 repeats the id "a" of line 1'),
        "10",
    ]


def test_an_id_is_made_from_the_address_else_from_what_heads_the_row(tmp_path):
    url = "https://news.example.org/a/7"
    file = jsonl(
        tmp_path,
        {"url": url, "text": TEXT},
        {"title": "天气", "date": "2025-07-16", "text": "今天晴。", "source": "临海晚报"},
        {"title": "天气", "date": "2025-07-16", "text": "明天雨。", "source": "临海晚报"},
        {"title": "天气", "date": "2025-07-16", "text": "今天晴。", "source": "临海晚报"},
        {"url": url, "text": "另一篇。"},
        {"url": "javascript:alert(1)", "title": "无网址", "text": TEXT},
        name="Export 一.jsonl",
    )
    by_url = "u-" + hashlib.sha256(url.encode()).hexdigest()[:12]
    by_head = "export-一-" + hashlib.sha256("天气|2025-07-16|临海晚报".encode()).hexdigest()[:8]
    results = read(file)
    assert ids(results) == [
        by_url,
        by_head,
        f"{by_head}-2",
        (4, f'line 4 repeats the id "{by_head}" of line 2'),
        (5, f'line 5 repeats the id "{by_url}" of line 1'),
        "export-一-" + hashlib.sha256("无网址||".encode()).hexdigest()[:8],
    ]
    assert results[-1].url == ""


def test_a_row_without_title_gets_one_that_is_marked_derived(tmp_path):
    results = read(
        jsonl(tmp_path, {"title": "", "text": TEXT}, {"title": None, "text": "甲" + TEXT})
    )
    assert [(article.title, article.title_derived) for article in results] == [
        ("海风剧场重新开门迎客", True),
        ("甲海风剧场重新开门迎客", True),
    ]


def test_the_date_of_a_row_comes_from_the_surest_source(tmp_path):
    row = {"id": 1, "text": TEXT, "date": None}
    plain = jsonl(tmp_path, row)
    dated = jsonl(tmp_path, row, name="临海晚报-2025-07-16.jsonl")
    stated = jsonl(tmp_path, {**row, "date": "2025-07-14"}, name="20250716.jsonl")
    flag = date(2025, 7, 15)

    def known(file, **options):
        (article,) = read(file, **options)
        return article.published, article.date_known

    assert known(stated, published=flag) == (date(2025, 7, 14), DateKnown.STATED)
    assert known(dated, published=flag) == (flag, DateKnown.FLAG)
    assert known(dated) == (date(2025, 7, 16), DateKnown.FILE_NAME)
    assert known(plain) == (None, DateKnown.UNKNOWN)


def test_the_text_is_kept_as_given_but_for_what_cannot_be_seen(tmp_path):
    given_text = "\r\n　　第一段，１，５％。  \r\n\n\n\n\n\n第二段\u200b“\u202e引语\u202c”。\t\n"
    (article,) = read(jsonl(tmp_path, {"id": 1, "text": given_text}))
    assert article.body == "　　第一段，１，５％。\n\n\n第二段“引语”。"


def test_columns_may_be_named_by_flags(tmp_path):
    file = jsonl(tmp_path, {"nid": 5, "lead": "导语。", "text": "不是这个。", "when": "2025/7/16"})
    fields = {"id": "nid", "body": "lead", "published": "when"}
    (article,) = read(file, fields=fields)
    assert (article.id, article.body, article.published) == ("5", "导语。", date(2025, 7, 16))
    assert ids(read(file, fields={"text": "news"})) == [
        (1, "no text (looked for news; the row has nid, lead, text, when)")
    ]


def test_hostile_values_do_not_pass(tmp_path):
    file = jsonl(
        tmp_path,
        '{"id": 1, "text": "一半\\ud83d。", "title": "\\u0000\\u202e题", "url": "file:///etc/passwd"}',
        '{"id": 2, "text": "好。", "n": ' + "9" * 5000 + "}",
        "[" * 100_000,
        '{"id": 4, "text": "好。", "score": NaN}',
        {"id": 5, "text": "好。", "title": "长" * 100_000},
    )
    first, second, third, fourth, fifth = read(file)
    assert (first.body, first.title, first.url) == ("一半\ufffd。", "题", "")
    assert second.reason.startswith("unusable JSON: Exceeds the limit (4300 digits)")
    assert third.reason == "unusable JSON: nested too deeply"
    assert fourth.id == "4"
    assert len(fifth.title) == 500


def test_a_line_without_end_is_passed_over(tmp_path):
    file = tmp_path / "long.jsonl"
    with file.open("wb") as stream:
        stream.write(b'{"id": 1, "text": "one"}\n')
        for _ in range(40):
            stream.write(b"x" * 1024 * 1024)
        stream.write(b'\n{"id": 3, "text": "three"}\n')
    assert ids(read(file)) == [
        "1",
        (2, "41,943,040 characters in one line; at most 16,777,216 are read"),
        "3",
    ]


def test_an_article_may_not_be_longer_than_a_book(tmp_path):
    file = jsonl(tmp_path, {"id": 1, "text": "长" * 11}, {"id": 2, "text": "短" * 10})
    assert ids(read(file, limits=Limits(text_characters=10))) == [
        (1, "the text has 11 characters; an article may have 10"),
        "2",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_a_damaged_line_is_rejected_and_the_others_go_in(tmp_path, encoding):
    lines = [
        f'{{"id": {n}, "text": "市政府今天公布有關消息。"}}'.encode(encoding) for n in range(30)
    ]
    lines[20] = lines[20][:-6] + b"\xff\xff" + lines[20][-6:]
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n".join(lines))
    results = read(file)
    assert [item.line for item in results if isinstance(item, Rejected)] == [21]
    assert results[20].reason.startswith("damaged ")
    assert {item.body for item in results if isinstance(item, Article)} == {
        "市政府今天公布有關消息。"
    }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030"])
@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "json", "json.gz", "csv", "csv.gz", "tsv"])
def test_every_export_is_read_in_every_encoding(tmp_path, encoding, suffix):
    rows = [{"id": f"r{n}", "title": "海风剧场", "text": TEXT} for n in (1, 2)]
    if suffix.startswith("jsonl"):
        content = "\r\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    elif suffix.startswith("json"):
        content = json.dumps(rows, ensure_ascii=False, indent=1)
    else:
        sign = "\t" if suffix == "tsv" else ","
        content = "".join(
            f"{r}\r\n" for r in [sign.join(rows[0]), *(sign.join(r.values()) for r in rows)]
        )
    data = content.encode(encoding)
    file = tmp_path / f"a.{suffix}"
    file.write_bytes(gzip.compress(data) if suffix.endswith("gz") else data)
    assert [(a.id, a.title, a.body) for a in read(file)] == [
        ("r1", "海风剧场", TEXT),
        ("r2", "海风剧场", TEXT),
    ]


def test_a_file_that_is_no_json_is_given_up(tmp_path):
    file = jsonl(tmp_path, *(["<p>剧场</p>"] * 5_000))
    results = read(file)
    assert len(results) == 101
    assert results[-1] == Rejected(str(file), "none of the first 100 lines is JSON")


def test_one_object_or_several_in_a_row_are_read_as_json(tmp_path):
    one = jsonl(tmp_path, {"id": 1, "text": TEXT}, name="one.json")
    several = jsonl(tmp_path, {"id": 1, "text": TEXT}, {"id": 2, "text": TEXT}, name="two.json")
    assert (ids(read(one)), ids(read(several))) == (["1"], ["1", "2"])


@pytest.mark.parametrize("content", ["[]", "\n"])
def test_a_json_without_rows_is_rejected(tmp_path, content):
    file = jsonl(tmp_path, content, name="a.json")
    assert read(file) == [Rejected(str(file), "no row in this file")]


# CSV


def table(tmp_path, content, name="a.csv"):
    file = tmp_path / name
    file.write_bytes(content.encode())
    return file


def test_quoted_cells_may_hold_commas_quotes_and_lines(tmp_path):
    file = table(tmp_path, '标题,正文\n"剧场,重开","他说""来了"".\n\n第二段"\n天气,晴\n')
    assert [(a.title, a.body) for a in read(file)] == [
        ("剧场,重开", '他说"来了".\n\n第二段'),
        ("天气", "晴"),
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_from_the_header(tmp_path, sign):
    file = table(tmp_path, sign.join(["id", "title", "text"]) + "\n" + sign.join(["1", "题", "文"]))
    assert ids(read(file)) == ["1"]


def test_rows_that_do_not_fit_are_rejected_by_line(tmp_path):
    file = table(
        tmp_path,
        "id,title,text\n1,一,正文\n2,二,正,文\n3,三\n4,四,正文\n\n1,五,正文\n",
    )
    looked = "text/body/content/正文/内容/內容"
    assert ids(read(file)) == [
        "1",
        (3, "4 cells, but the header has 3"),
        (4, f"no text (looked for {looked}; the row has id, title)"),
        "4",
        (7, 'line 7 repeats the id "1" of line 2'),
    ]


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path):
    rows = "".join(f"{n},第{n}行,正文\n" for n in range(1, 9))
    file = table(tmp_path, "id,title,text\n" + rows.replace("3,第3行", '3,"第3行'))
    assert ids(read(file)) == [
        *("1", "2"),
        (4, "a quote is not closed by line 9"),
        *("4", "5", "6", "7", "8"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            "id,title\n1,题\n",
            "no text column; the header has id, title; say which with --field text=COLUMN",
        ),
        ("id,text,text\n1,a,b\n", 'the column "text" is in the header twice'),
        ("\n\n", "no header line"),
        ("id,text\n", "no row in this file"),
        ("id,text" + ",x" * 999, "1,001 columns; a table may have 1,000"),
    ],
)
def test_a_table_that_cannot_be_read_is_rejected(tmp_path, content, reason):
    file = table(tmp_path, content)
    assert read(file) == [Rejected(str(file), reason)]


def test_a_cell_may_be_larger_than_the_csv_modules_own_limit(tmp_path):
    file = table(tmp_path, "id,text\n1," + "长" * 200_000)
    assert len(read(file)[0].body) == 200_000


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.text(st.sampled_from('青岛剧场,;"\n \t1%《》“”'), min_size=1, max_size=30).filter(
            str.strip
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_the_csv_module_writes_is_read(tmp_path, texts):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([["id", "title", "text"], *([n, "题", text] for n, text in enumerate(texts))])
    file = tmp_path / "a.csv"
    file.write_text(out.getvalue(), encoding="utf-8", newline="")
    compact = ["".join(article.body.split()) for article in read(file)]
    assert compact == ["".join(text.split()) for text in texts]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["a.txt", "a.jsonl", "a.json", "a.csv", "a.md", "a.html", "a.jsonl.gz"]),
    st.one_of(
        st.binary(max_size=300),
        st.text(st.sampled_from('{}[]",:"id text\n\\u0青岛。#-<>/'), max_size=80).map(str.encode),
    ),
)
def test_no_input_raises(tmp_path, name, data):
    file = tmp_path / name
    file.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    results = read(file)
    assert results
    for item in results:
        assert isinstance(item, Article | Rejected)
        assert "\n" not in (item.reason if isinstance(item, Rejected) else item.title)


@pytest.mark.parametrize(
    "text", [" " * 1_000_000 + "完", "\n" * 1_000_000 + "完", "a\u0301" * 500_000]
)
def test_hostile_white_space_and_marks_take_no_time(tmp_path, text):
    file = jsonl(tmp_path, {"id": 1, "text": text})
    started = time.perf_counter()
    assert ids(read(file)) == ["1"]
    assert time.perf_counter() - started < 5


def test_rows_are_read_fast_enough(tmp_path):
    file = jsonl(
        tmp_path, *({"id": n, "text": TEXT * 20, "date": "2025-07-16"} for n in range(500))
    )
    started = time.perf_counter()
    assert len(read(file)) == 500
    # 4,000 a second when this was written; the bound is for a machine that does much else
    assert time.perf_counter() - started < 5

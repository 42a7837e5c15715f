"""Why something is not read: one template each, taken apart again, and worded in Chinese."""

import gzip
import json
import re
from dataclasses import replace
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.ingest_reasons import _KINDS, _WHATS, INTAKE, worded
from desk.ingest_render import render_intake
from desk.ingest_run import RunLine, read_options
from desk.ingest_stage import Staging
from desk.ingest_text import EN, ZH
from index import decode
from index.errors import BadInput
from index.ingest import ingest_articles, ingest_paths
from index.read_options import Limits, ReadOptions
from index.read_reasons import READ, Reasons
from index.readers import find_files, read_file
from index.runs import recent_runs
from index.types import Rejected
from tests.api_setup import ARTICLES
from tests.fakes import FakeTokenEncoder

CHINESE = re.compile("[\u4e00-\u9fff]")
ALL = [(table, code) for table in (READ, INTAKE) for code in table.templates]


def fields_of(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize(("table", "code"), ALL, ids=[code for _, code in ALL])
def test_a_reason_is_understood_again_and_worded_in_chinese_with_all_its_fields(table, code):
    names = fields_of(table.templates[code])
    fields = {name: f"<{name} 7>" for name in names}
    sentence = table.say(code, **fields)
    if code != "refused":  # which holds another reason
        assert table.understand(sentence) == (code, fields)
    said = worded(table.say(code, **fields | {"reason": READ.say("empty")}), "zh")
    assert CHINESE.search(said)
    for name in names - {"reason"}:
        assert fields[name] in said
    assert worded(sentence, "en") == sentence


@given(st.sampled_from(sorted(READ.templates)), st.data())
def test_fields_come_back_whatever_they_hold(code, data):
    texts = st.text(alphabet='ab甲\n" :;，0', max_size=6)
    fields = {name: data.draw(texts, label=name) for name in fields_of(READ.templates[code])}
    sentence = READ.say(code, **fields)
    found = READ.understand(sentence)
    assert found is not None  # perhaps as another that reads the same: "甲: …" and "甲"
    assert READ.say(found[0], **found[1]) == sentence


def test_a_sentence_that_is_none_of_them_stays_as_it_is():
    for sentence in ("is a directory", "The archive at x: y", "甲", ""):
        assert READ.understand(sentence) is None
        assert worded(sentence, "zh") == sentence


def test_the_first_of_two_that_fit_is_meant():
    both = Reasons({"narrow": "broken: {said} at {line}", "wide": "broken: {said}"})
    assert both.understand("broken: x at 3") == ("narrow", {"said": "x", "line": "3"})


PDF = b"%PDF-1.4\nnothing of the kind"
SMALL = Limits(line_characters=40, text_characters=30, file_bytes=900, unpacked_bytes=60)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "文件是空的"),
        ("a.txt", b"x" * 1000, "超过 0 MB：请分成几个文件"),
        ("a.txt", b"\x89PNG\r\n", "不是文本文件（PNG 图片）"),
        ("a.txt", "中文报道".encode() * 20 + b"\xff", "第 241 字节起的 UTF-8 文字已损坏：请另存"),
        ("a.pdf", b"text", "内容不是 PDF，尽管文件名这样写"),
        ("a.pdf", PDF, "PDF 已损坏（"),
        ("a.jsonl", b'{"title":1}\n', "没有正文（找过 text/body/"),
        ("a.jsonl", b'{"text":[1]}\n', "正文不是文字，而是列表"),
        ("a.jsonl", b'{"text":"x","title":{}}\n', "标题不是文字，而是对象"),
        ("a.jsonl", b'{"text":"x","date":"soon"}\n', "日期“soon”读不懂"),
        ("a.jsonl", b'{"text":" "}\n', "正文是空的"),
        ("a.jsonl", b"[1]\n", "一行应是带列名的对象，而不是 [1]"),
        ("a.jsonl", b"{broken\n", "JSON 有误，在第 2 列（"),
        ("a.jsonl", b'{"text":"' + b"x" * 60 + b'"}\n', "一行有 71 字；最多 40 字"),
        ("a.jsonl", b"\n", "文件里没有数据行"),
        ("a.json", b'[{"text":"x"} 3]', "JSON 有误：一行之后缺逗号；其后没有再读"),
        ("a.csv", b"title,date\nx,\n", "没有正文列；表头是 title, date"),
        ("a.csv", b"text,text\nx,y\n", "表头里“text”列出现了两次"),
        ("a.csv", b"text,date\nx,,y\n", "有 3 格，而表头只有 2 格"),
        ("a.csv", b'text,date\n"x,\n', "到第 2 行引号还没有结束"),
        ("a.csv", b"\n", "没有表头行"),
        ("a.html", b"<html><body></body></html>", "这张网页里没有报道正文"),
        ("a.md", b"x" * 70, "有 70 字，超过一篇报道的上限"),
        ("a.jsonl.gz", gzip.compress(b'{"text":"x"}\n' * 9), "解压后超过 0 MB"),
        (
            "a.jsonl",
            b'{"id":"n","text":"x"}\n{"id":"n","text":"x"}\n',
            "第 2 行的编号“n”与第 1 行重复",
        ),
    ],
)
def test_what_the_readers_really_say_is_worded(tmp_path, name, data, said):
    path = tmp_path / name
    path.write_bytes(data)
    rejected = [
        item for item in read_file(path, ReadOptions(limits=SMALL)) if isinstance(item, Rejected)
    ]
    assert worded(rejected[0].reason, "zh").startswith(said)


def test_a_kind_of_file_that_is_not_read_is_worded(tmp_path):
    (tmp_path / "a.exe").write_bytes(b"MZ")
    (tmp_path / "empty").mkdir()
    _, refused = find_files([tmp_path / "a.exe", tmp_path / "empty", tmp_path / "gone.txt"])
    said = [worded(each.reason, "zh") for each in refused]
    assert said[0].startswith("不读这种文件；可读的有 .txt, .jsonl")
    assert said[0].endswith("；除 .pdf 外都可以是 .gz")
    assert said[1].startswith("文件夹里没有可读的文件；可读的有 .txt")
    assert said[2] == "没有这个文件或文件夹"


def test_what_the_ingest_itself_refuses_is_worded(tmp_path):
    faulty = [
        replace(ARTICLES[0], body=" "),
        replace(ARTICLES[0], id="x" * 501),
        replace(ARTICLES[0], body="\ud800"),
    ]
    report = ingest_articles(tmp_path, faulty, FakeTokenEncoder())
    said = [worded(each.reason, "zh") for each in report.rejected]
    assert said == [
        f"“{ARTICLES[0].id}”没有正文",
        "编号应有 1 到 500 字",
        "文字里有残缺的字符（单独的代理项）",
    ]


def test_every_kind_that_is_named_has_a_word():
    assert {what for _, what in decode._MAGIC} == set(_WHATS)
    for value in ({}, [], True, None, 3):
        record = json.dumps({"text": value})
        assert any(kind in _said_of(record) for kind in _KINDS) or value is None


def _said_of(row):
    from index.read_fields import read_body

    with pytest.raises(BadInput) as caught:
        read_body(json.loads(row)["text"], Limits())
    return str(caught.value)


def test_a_past_run_shows_its_reasons_in_the_page_s_language(tmp_path):
    rows = tmp_path / "行.jsonl"
    rows.write_text('{"text":"一句话。"}\n{"title":"空"}\n', encoding="utf-8")
    ingest_paths(tmp_path / "archive", [rows], ReadOptions(), FakeTokenEncoder)
    runs = [RunLine(run, None) for run in recent_runs(tmp_path / "archive")]
    shown = render_intake(ZH, "返回", runs, admin=True, most_bytes=2**20)
    assert "<b>行.jsonl 第 2 行</b> 没有正文（找过 " in shown
    shown = render_intake(EN, "Back", runs, admin=True, most_bytes=2**20)
    assert "<b>行.jsonl line 2</b> no text (looked for " in shown


@pytest.mark.parametrize(
    ("give", "said"),
    [
        (lambda s: s.begin("chen", "a.txt", 3 * 2**20), "a.txt 有 3,145,728 字节；最多 1 MB。"),
        (lambda s: s.begin("chen", "a.txt", 0).done(), "a.txt 是空的。"),
        (lambda s: s.begin("chen", "a.txt", 3).done(), "a.txt 没有传完整。"),
        (lambda s: s.begin("chen", "a.txt", 0).write(b"x"), "文件比声明的长。"),
        (lambda s: s.take("chen", ["x"]), "上传的文件已不在这里：请重新上传。"),
        (lambda s: read_options({"date": "soon"}, most_bytes=1), "日期 'soon' 读不懂"),
        (lambda s: read_options({"paper": "x" * 101}, most_bytes=1), "报纸超过 100 字"),
        (lambda s: read_options({"fields": "x"}, most_bytes=1), "列名 'x' 读不懂"),
        (lambda s: read_options({"fields": "x=y"}, most_bytes=1), "报道没有“x”这个字段"),
    ],
)
def test_what_an_upload_is_refused_for_is_worded(tmp_path, give, said):
    with pytest.raises(BadInput) as caught:
        give(Staging(tmp_path / "in", most_bytes=2**20))
    assert worded(str(caught.value), "zh").startswith(said)


def test_an_upload_of_another_kind_names_the_file_and_why(tmp_path):
    arriving = Staging(tmp_path / "in", most_bytes=2**20).begin("chen", "稿.exe", 2)
    arriving.write(b"MZ")
    with pytest.raises(BadInput) as caught:
        arriving.done()
    assert worded(str(caught.value), "zh").startswith("稿.exe：不读这种文件；可读的有 .txt")

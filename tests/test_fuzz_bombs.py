"""Files made to fill memory or time end as one line each, in a process with little memory."""

import pytest

from tests import bombs
from tests.bombs import MEBIBYTE

_MEMORY = 1_536  # MiB of address space for Python, the reader and the file


def _read(path, memory=_MEMORY):
    (told,) = bombs.read_in_child(path, mebibytes=memory)
    return told


@pytest.mark.parametrize("name", ["a.txt.gz", "a.md.gz", "a.html.gz"])
def test_a_gzip_bomb_is_refused_at_the_bound(tmp_path, name):
    bombs.repeated(tmp_path / name, "新桥今日通车。\n".encode(), 100 * MEBIBYTE)
    assert (tmp_path / name).stat().st_size < 4 * MEBIBYTE
    assert _read(tmp_path / name) == ["rejected  larger than 32 MiB; split the file"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.jsonl.gz"])
def test_a_line_of_200_megabytes_is_named_and_the_next_row_is_read(tmp_path, name):
    head = b"id,title,text\n" if name == "a.csv" else b""
    good = b"b,t,good\n" if name == "a.csv" else bombs.row("good") + b"\n"
    path = tmp_path / name
    bombs.repeated(path, b"a", 200 * MEBIBYTE, head=head, tail=b"\n" + good)
    told = _read(path)
    line = 2 if name == "a.csv" else 1
    assert told[0].startswith(f"rejected {line} ")
    assert "209,715,200 characters in one line" in told[0]
    assert told[1:] == ["article 4"]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.json"])
def test_a_file_of_200_megabytes_is_refused_unread(tmp_path, name):
    bombs.repeated(tmp_path / name, b"a", 200 * MEBIBYTE)
    (told,) = _read(tmp_path / name)
    assert told.startswith("rejected  larger than ")


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_json_nested_without_end_is_one_line(tmp_path, name):
    (tmp_path / name).write_bytes(bombs.nested_json(2_000_000))
    told = _read(tmp_path / name)
    assert told[0].startswith("rejected 1 unusable JSON: nested too deeply")


def test_a_number_without_end_is_one_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": ' + b"1" * MEBIBYTE + b', "text": "a"}\n' + bombs.row("good"))
    told = _read(path)
    assert told[0].startswith("rejected 1 unusable JSON: ")
    assert told[1:] == ["article 4"]


def test_a_quote_that_is_never_closed_costs_its_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'id,text\na,"open\n' + b"b,good\n" * 6_000)
    told = _read(path)
    assert told[0].startswith("rejected 2 a quote is not closed by line ")
    assert sum(line == "article 4" for line in told) == 1  # the others repeat its id


_TAGS = [
    (b"<html><body>", b"<div>"),
    (b"<html><body>", b"<table><tr><td>"),
    (b"<html><body><p>", b"<b><i>"),
    (b"<html><body><p ", b"a=b "),
    (b"<html><head>", b"<meta name=author content="),
    (b"<html><body>", b"<!--"),
    (b"<html><body>&", b"amp;amp;"),
]


def test_pages_of_nothing_but_tags_are_one_line_each(tmp_path):
    paths = [tmp_path / f"{number}.html" for number in range(len(_TAGS))]
    for path, (head, piece) in zip(paths, _TAGS, strict=True):
        bombs.repeated(path, piece, MEBIBYTE // 4, head=head)
    told = bombs.read_in_child(*paths, mebibytes=_MEMORY)
    assert [len(lines) for lines in told] == [1] * len(_TAGS)


def test_entities_that_multiply_are_not_expanded(tmp_path):
    bombs.entities(tmp_path / "a.html")
    (told,) = _read(tmp_path / "a.html")
    assert told.startswith(("rejected", "article"))
    assert len(told) < 300


def test_a_zip_whatever_its_name_is_not_unpacked(tmp_path):
    bombs.zip_bomb(tmp_path / "a.txt")
    (told,) = _read(tmp_path / "a.txt", memory=700)
    assert told.startswith("rejected  not text: this is a zip file")


_NO_TEXT = [
    "rejected  page 1 has no text; a scan needs OCR first",
    "rejected  no text in this PDF; a scan needs OCR first",
]


def test_a_stream_of_a_pdf_that_unpacks_to_256_megabytes_has_no_text(tmp_path):
    path = tmp_path / "a.pdf"
    bombs.pdf(path, bombs.deflated(256 * MEBIBYTE), filters="/Filter /FlateDecode")
    assert path.stat().st_size < 8 * MEBIBYTE
    assert _read(path) == _NO_TEXT


@pytest.mark.parametrize("pages", ["/Kids [2 0 R]", "/Kids [2 0 R 3 0 R]", "/Kids 7", ""])
def test_pages_of_a_pdf_that_run_in_a_circle_are_one_line(tmp_path, pages):
    bombs.pdf(tmp_path / "a.pdf", b"BT (a) Tj ET", pages=pages)
    assert all(line.startswith("rejected ") for line in _read(tmp_path / "a.pdf"))


def test_brackets_in_a_pdf_without_end_are_no_text(tmp_path):
    bombs.pdf(tmp_path / "a.pdf", b"[" * 200_000 + b"] TJ")
    assert _read(tmp_path / "a.pdf") == _NO_TEXT


_SIGNS = [
    "□本报记者 王小明\n",
    "【新桥通车】",
    "\u0301",
    "“",
    "2024年7月18日，",
    "。",
    "（",
    "●一\n",
]


def test_pages_of_one_sign_again_and_again_are_read(tmp_path):
    paths = [tmp_path / f"{number}.txt" for number in range(len(_SIGNS))]
    for path, sign in zip(paths, _SIGNS, strict=True):
        path.write_text("标题\n" + sign * 5_000, encoding="utf-8")
    assert all(bombs.read_in_child(*paths, mebibytes=_MEMORY))


_PARSE = """
import sys
from datetime import date
from index.figures import parse_figures
from index.periods import parse_periods
for sign in sys.argv[1:]:
    parse_figures(sign * 5_000), parse_periods(sign * 5_000, anchor=date(2024, 7, 18))
    print(sign)
"""


def test_texts_of_one_sign_again_and_again_are_parsed():
    signs = ["1", "一", "亿", "1,", "3.5%，", "2024年", "去年同期", "至", "年月日"]
    done = bombs.run_in_child(_PARSE, *signs, limit=_MEMORY * MEBIBYTE)
    assert done.returncode == 0, done.stderr[-1_000:]
    assert done.stdout.split() == signs

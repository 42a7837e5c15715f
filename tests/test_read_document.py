import io
import time
from datetime import date

import pypdf
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from index.readers import Limits, ReadOptions, read_file
from index.types import DateKnown, Rejected

MARKDOWN = """---
title: 海风剧场重新开门
date: 2025-07-16
source: "临海晚报"
author: 林小舟
section: 文化
url: https://news.example.org/a/7
---

# 海风剧场重新开门

海风剧场**重新开门**，[票价](https://example.org/p)不变。<!-- 待核 -->

## 座位更多

座位增加到800个，2*3=6。

```
# 不是标题
```
"""
HTML = """<!doctype html><html lang="zh"><head><meta charset="utf-8">
<title>海风剧场重新开门 - 临海网</title>
<meta property="og:title" content="海风剧场重新开门">
<meta property="og:site_name" content="临海网">
<meta property="article:published_time" content="2025-07-16T08:00:00+08:00">
<meta name="author" content="林小舟">
<link rel="canonical" href="https://news.example.org/a/7"></head><body>
<nav><ul><li><a href="/">首页</a></li><li><a href="/wh">文化</a></li></ul></nav>
<article><h1>海风剧场重新开门</h1>
<p>闭馆两年的海风剧场昨天重新开门迎客，首场演出的票在一小时内全部卖完，许多观众没有买到。</p>
<h2>座位更多</h2>
<p>剧场经理说，改造花了三千万元，座位增加到八百个，舞台也换成了可以升降的新设备，音响更好。</p>
<p>下个月起，剧场每周末都有演出，市民可以凭身份证领取半价票，学生和老人可以免费进场参观。</p>
</article><footer>版权所有 2019 临海网</footer><script>alert(1)</script></body></html>"""


def read(path, **options):
    return list(read_file(path, ReadOptions(**options)))


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_markdown_with_front_matter(tmp_path):
    (article,) = read(write(tmp_path / "剧场.md", MARKDOWN), source="别的报")
    assert article.title == "海风剧场重新开门"
    assert article.body == (
        "海风剧场重新开门，票价不变。\n\n座位更多\n\n座位增加到800个，2*3=6。"
        "\n\n```\n# 不是标题\n```"
    )
    assert [article.body[span.start : span.end] for span in article.headings] == ["座位更多"]
    assert (article.source, article.section) == ("临海晚报", "文化")
    assert article.reporters == ("林小舟",)
    assert (article.published, article.date_known) == (date(2025, 7, 16), DateKnown.STATED)
    assert article.id.startswith("u-")


def test_markdown_without_front_matter_is_titled_by_its_first_heading(tmp_path):
    (article,) = read(write(tmp_path / "剧场.md", "\n# 剧场 #\n\n正文。\n"))
    assert (article.id, article.title, article.body) == ("剧场-01", "剧场", "正文。")
    assert (article.title_derived, article.headings) == (False, ())


def test_markdown_without_heading_gets_a_derived_title(tmp_path):
    (article,) = read(write(tmp_path / "a.md", "闭馆两年的剧场重新开门。\n\n## 票价\n\n不变。\n"))
    assert (article.title, article.title_derived) == ("闭馆两年的剧场重新开门", True)
    assert article.body == "闭馆两年的剧场重新开门。\n\n票价\n\n不变。"


@pytest.mark.parametrize("mark", ["<!--", "**a ", "[a](", "#", "---\n", "```\n"])
def test_endless_marks_take_no_time(tmp_path, mark):
    started = time.perf_counter()
    assert read(write(tmp_path / "a.md", mark * 100_000 + "正文"))
    assert time.perf_counter() - started < 5


def test_markdown_with_nothing_but_a_title_is_rejected(tmp_path):
    file = write(tmp_path / "a.md", "# 只有题目\n")
    assert read(file) == [Rejected(str(file), "the text is empty")]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_web_page_gives_its_text_and_metadata(tmp_path, encoding):
    (article,) = read(write(tmp_path / "a.html", HTML.encode(encoding)))
    assert (article.title, article.source) == ("海风剧场重新开门", "临海网")
    assert (article.published, article.date_known) == (date(2025, 7, 16), DateKnown.STATED)
    assert article.url == "https://news.example.org/a/7"
    assert article.byline == "林小舟"
    for words in [
        "首场演出的票在一小时内全部卖完",
        "座位增加到八百个",
        "学生和老人可以免费进场参观",
    ]:
        assert article.body.count(words) == 1
    for words in ["首页", "alert", "版权所有"]:
        assert words not in article.body
    assert [article.body[span.start : span.end] for span in article.headings] == ["座位更多"]


def test_a_flag_names_the_paper_of_a_web_page(tmp_path):
    (article,) = read(write(tmp_path / "a.html", HTML), source="临海晚报")
    assert article.source == "临海晚报"


def test_a_year_in_the_footer_is_no_publication_date(tmp_path):
    file = write(tmp_path / "a.html", HTML.replace("2025-07-16T08:00:00+08:00", ""))
    assert read(file)[0].published is None


@pytest.mark.parametrize("content", ["<html><body></body></html>", "<!-- -->", "<p></p>", "<<<"])
def test_a_web_page_without_text_is_rejected(tmp_path, content):
    file = write(tmp_path / "a.html", content)
    assert read(file) == [Rejected(str(file), "no article text on this web page")]


def test_a_western_web_page_is_read_as_it_declares(tmp_path):
    page = HTML.replace("utf-8", "windows-1252").replace("林小舟", "Zoé")
    text = "The ferry’s café reopens in July with coffee, cake and a view over the whole bay. " * 3
    page = f'<html><head><meta charset="windows-1252"></head><body><p>{text}</p></body></html>'
    (article,) = read(write(tmp_path / "a.html", page.encode("windows-1252")))
    assert "The ferry’s café reopens" in article.body


def pdf(*pages):
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out)
    for lines in pages:
        canvas.setFont("STSong-Light", 12)
        for row, line in enumerate(lines):
            canvas.drawString(72, 760 - 20 * row, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


PDF_PAGE = [
    "海风剧场重新开门迎客",
    "□本报记者 林小舟",
    "　　本报临海讯 7月15日，闭馆两年的海风剧场重新开门迎客。",
    "　　剧场改造花了三千万元，座位增加到八百个。",
]


def test_a_pdf_is_read_page_by_page(tmp_path):
    file = write(tmp_path / "2025-07-16.pdf", pdf(PDF_PAGE, [], PDF_PAGE))
    first, blank, second = read(file)
    assert (first.id, second.id) == ("2025-07-16-01", "2025-07-16-02")
    assert first.title == "海风剧场重新开门迎客"
    assert "座位增加到八百个。" in first.body
    assert first.published == date(2025, 7, 16)
    assert blank == Rejected(str(file), "page 2 has no text; a scan needs OCR first")


def test_a_pdf_of_pictures_is_rejected(tmp_path):
    file = write(tmp_path / "a.pdf", pdf([]))
    assert [item.reason for item in read(file)] == [
        "page 1 has no text; a scan needs OCR first",
        "no text in this PDF; a scan needs OCR first",
    ]


def test_a_locked_pdf_is_rejected(tmp_path):
    writer = pypdf.PdfWriter(io.BytesIO(pdf(PDF_PAGE)))
    writer.encrypt("geheim", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    file = write(tmp_path / "a.pdf", out.getvalue())
    assert read(file) == [
        Rejected(str(file), "the PDF is locked by a password; save it without one")
    ]


def test_a_damaged_pdf_is_rejected_in_one_line(tmp_path):
    file = write(tmp_path / "a.pdf", pdf(PDF_PAGE)[:400])
    (rejected,) = read(file)
    assert rejected.reason.startswith("damaged PDF: ")
    assert "\n" not in rejected.reason


def test_what_is_no_pdf_is_rejected(tmp_path):
    file = write(tmp_path / "a.pdf", "海风剧场")
    assert read(file) == [Rejected(str(file), "not a PDF, whatever its name says")]


def test_a_pdf_may_not_have_pages_without_bound(tmp_path):
    file = write(tmp_path / "a.pdf", pdf([], [], []))
    assert read(file, limits=Limits(pdf_pages=2)) == [
        Rejected(str(file), "3 pages; a PDF may have 2")
    ]

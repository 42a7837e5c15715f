"""A whole draft against an archive: the report, its JSON and text, and the page."""

import json
from datetime import date
from html.parser import HTMLParser

import httpx
import openai
import pytest

from index.archive import Archive
from index.errors import BadInput
from index.ingest import ingest_articles
from index.types import Article, DateKnown
from rag.draft_check import LONGEST_DRAFT, check_draft
from rag.draft_html import report_html
from rag.draft_lines import report_lines
from rag.draft_out import report_json
from rag.draft_read import draft_from_bytes, read_draft
from rag.draft_types import Claim, ClaimKind, DraftReport, Finding, Verdict
from tests.fakes import FakeEncoder
from tests.scripted_llm import ScriptedLLM

DAY = date(2024, 7, 20)
NEWS = Article(
    id="loans",
    title="青岛上半年贷款平稳增长",
    body=(
        "6月末，青岛市各项贷款余额3120亿元，同比增长9.5%。\n"
        "商会会长柳听澜说：“企业最盼的是稳定的预期。”\n"
        "不少市民在傍晚来到海边散步，享受清凉的海风。"
    ),
    source="海滨日报",
    published=date(2024, 7, 18),
    date_known=DateKnown.STATED,
)
DRAFT = (
    "6月末，青岛市各项贷款余额3210亿元，同比增长9.5%。\n"
    "商会会长柳听澜说：“企业最盼的是稳定的预期。”\n"
    "傍晚，不少市民来到海边散步。"
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("news")
    ingest_articles(folder, [NEWS], FakeEncoder())
    opened = Archive.open(folder, FakeEncoder())
    yield opened
    opened.close()


def check(archive, text=DRAFT, **options):
    return check_draft(archive, FakeEncoder(), text, published=DAY, **options)


def verdicts(report):
    return [(finding.claim.text, str(finding.verdict)) for finding in report.findings]


def test_every_claim_has_its_verdict_and_its_sentence(archive):
    report = check(archive)
    assert verdicts(report) == [
        ("3210亿元", "contradicted"),
        ("9.5%", "supported"),
        ("柳听澜", "supported"),
        ("企业最盼的是稳定的预期。", "supported"),
        ("傍晚，不少市民来到海边散步。", "not_found"),
    ]
    assert report.findings[0].difference == "稿件 3210亿元，库中 3120亿元"
    for finding in report.findings[:4]:
        quote = finding.evidence[0]
        assert NEWS.body[quote.start : quote.end] == quote.quote
    assert report.counts == {
        Verdict.SUPPORTED: 3,
        Verdict.CONTRADICTED: 1,
        Verdict.PARTLY: 0,
        Verdict.NOT_FOUND: 1,
    }


def test_a_statement_is_not_checked_without_a_model_and_says_so(archive):
    assert check(archive).findings[-1].note.startswith("未核")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("支持[1]", Verdict.SUPPORTED),
        ("矛盾[1]", Verdict.CONTRADICTED),
        ("未提及", Verdict.NOT_FOUND),
        ("支持[3]", Verdict.NOT_FOUND),  # there is no third sentence
        ("这句话很好", Verdict.NOT_FOUND),
    ],
)
def test_the_model_judges_only_the_statement(archive, said, expected):
    llm = ScriptedLLM(said)
    report = check(archive, llm=llm, model="scripted")
    assert (report.findings[-1].verdict, len(llm.heard)) == (expected, 1)
    assert report.findings[0].verdict is Verdict.CONTRADICTED


def test_a_model_that_fails_is_asked_once_and_told(archive):
    down = openai.APIConnectionError(
        message="refused", request=httpx.Request("POST", "http://127.0.0.1:9/v1")
    )
    llm = ScriptedLLM([down])
    text = "不少市民来到海边散步。\n市民在海边享受清凉的海风。"
    report = check(archive, text, llm=llm, model="scripted")
    assert len(llm.heard) == 1
    assert [finding.verdict for finding in report.findings] == [Verdict.NOT_FOUND] * 2
    assert "did not answer" in report.notes[0]


@pytest.mark.parametrize(
    ("said", "expected", "difference"),
    [
        ("企业最盼的是稳定的預期", Verdict.SUPPORTED, ""),
        ("企业最怕的是稳定的预期", Verdict.CONTRADICTED, "最【怕】的"),
        ("大海才是我们最后的故乡", Verdict.NOT_FOUND, ""),
    ],
)
def test_a_quotation_is_verbatim_or_shows_what_differs(archive, said, expected, difference):
    (finding,) = [
        item
        for item in check(archive, f"他说：“{said}”").findings
        if item.claim.kind is ClaimKind.QUOTE
    ]
    assert finding.verdict is expected
    assert difference in finding.difference


def test_a_quotation_of_somebody_else_is_contradicted_and_both_are_named(archive):
    report = check(archive, "秦望舒说：“企业最盼的是稳定的预期。”")
    quote = next(item for item in report.findings if item.claim.kind is ClaimKind.QUOTE)
    assert quote.verdict is Verdict.CONTRADICTED
    assert quote.difference == "稿件 秦望舒说，库中 柳听澜说"


def test_claims_beyond_the_limit_are_counted(archive, monkeypatch):
    monkeypatch.setattr("rag.draft_check.MOST_CLAIMS", 2)
    report = check(archive)
    assert (len(report.findings), report.left_out) == (2, 3)
    assert "另有 3 处未核" in report_lines(report)[-1]


def test_the_json_holds_the_report(archive):
    report = check(archive)
    data = json.loads(json.dumps(report_json(report)))
    assert data["counts"] == {"supported": 3, "contradicted": 1, "partly": 0, "not_found": 1}
    first = data["findings"][0]
    assert data["text"][first["claim"]["start"] : first["claim"]["end"]] == "3210亿元"
    assert first["evidence"][0]["published"] == "2024-07-18"


def test_the_text_says_the_difference_and_the_source(archive):
    lines = report_lines(check(archive))
    assert "  [不符 contradicted] 数字 3210亿元  稿件 3210亿元，库中 3120亿元" in lines
    assert any("《青岛上半年贷款平稳增长》 海滨日报 2024-07-18" in line for line in lines)


class _Page(HTMLParser):
    """Tags, attributes and the text of the marked draft."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.links, self.ids, self.shown, self._depth = [], [], [], "", 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append(tag)
        self.ids.append(attributes.get("id", ""))
        if "href" in attributes:
            self.links.append(attributes["href"])
        if attributes.get("class") == "draft":
            self._depth = 1

    def handle_endtag(self, tag):
        if tag == "div":
            self._depth = 0

    def handle_data(self, data):
        if self._depth:
            self.shown += data


def test_the_page_shows_the_whole_draft_and_every_link_has_its_target(archive):
    page = _Page(report_html(check(archive), name="稿.txt"))
    assert page.shown == DRAFT
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    # There and back for each of five claims, and from the counts of three states to their claims.
    assert len(page.links) == 2 * 5 + 3


def test_hostile_text_stays_text_on_the_page(archive):
    hostile = '<script>alert(1)</script><img src=x onerror="alert(1)">6月末青岛贷款余额3210亿元"\'>'
    page = report_html(check(archive, hostile), name='"><script>x</script>')
    found = _Page(page)
    assert not {"script", "img"} & set(found.tags)
    assert found.shown == hostile
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "")


def test_overlapping_claims_are_marked_once():
    def finding(start, end):
        claim = Claim(ClaimKind.FIGURE, "甲乙丙"[start:end], start, end, 0, 3)
        return Finding(claim, Verdict.NOT_FOUND)

    report = DraftReport(
        text="甲乙丙",
        published=DAY,
        anchor=DAY,
        findings=(finding(0, 2), finding(1, 3)),
        left_out=0,
        coverage=_no_coverage(),
        timings={},
        model="",
        index_version="x",
    )
    assert _Page(report_html(report)).shown == "甲乙丙"


def _no_coverage():
    from index.types import Coverage

    return Coverage(0, None, None, None, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "empty"), (" \n", "empty"), ("字" * (LONGEST_DRAFT + 1), "200,001 characters")],
)
def test_a_text_that_is_no_draft_is_refused_in_one_line(archive, text, said):
    with pytest.raises(BadInput, match=said):
        check(archive, text)


def test_drafts_are_read_from_files_of_several_kinds(tmp_path):
    (tmp_path / "a.txt").write_bytes("贷款余额3120亿元。\r\n".encode("gb18030"))
    assert read_draft(tmp_path / "a.txt") == "贷款余额3120亿元。\n"
    page = "<html><body><article><h1>海州新闻</h1><p>{}</p></article></body></html>"
    (tmp_path / "b.html").write_text(page.format("6月末贷款余额3120亿元。" * 9), encoding="utf-8")
    assert "6月末贷款余额3120亿元。" in read_draft(tmp_path / "b.html")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"\x00\x01\x02\x03\xff\xfe\x00\x9d" * 50, "a.txt"),
        ("a.docx", b"x", "no kind of draft"),
        ("a.txt", b"a" * 900_000, "bytes"),
    ],
)
def test_a_file_that_is_no_draft_is_refused_by_name(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadInput, match=said):
        read_draft(tmp_path / name)


def test_a_missing_file_and_an_empty_pipe_are_told(tmp_path):
    with pytest.raises(BadInput, match="No draft at"):
        read_draft(tmp_path / "none.txt")
    with pytest.raises(BadInput, match="empty"):
        draft_from_bytes(b"")

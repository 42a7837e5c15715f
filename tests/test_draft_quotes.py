"""Quotations: cut so that they turn, told by another, or with a word changed."""

from datetime import date

import pytest

from index.archive import Archive
from index.ingest import ingest_articles
from index.types import Article, DateKnown
from rag.draft_check import check_draft
from rag.draft_speech import speaker_of, turned
from rag.draft_types import ClaimKind, Verdict
from tests.fakes import FakeEncoder

DAY = date(2024, 7, 20)
BODY = (
    "海州商会会长柳听澜说：“我们不会裁员，明年还要招人。”\n"
    "海州港负责人秦望舒说：“如果运价再涨，我们就退出这条航线。”\n"
    "调查队解释，不能据此判断出现了通货紧缩。\n"
    "“企业最盼的是稳定的预期，其次才是补贴。”陆景行说。\n"
    "“大家都说港口会搬走，但这是谣言。”秦望舒说。"
)
NEWS = Article(
    id="talk",
    title="海州企业家座谈",
    body=BODY,
    source="海滨日报",
    published=date(2024, 7, 18),
    date_known=DateKnown.STATED,
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("talk")
    ingest_articles(folder, [NEWS], FakeEncoder())
    opened = Archive.open(folder, FakeEncoder())
    yield opened
    opened.close()


def quote(archive, draft):
    report = check_draft(archive, FakeEncoder(), draft, published=DAY)
    (found,) = [item for item in report.findings if item.claim.kind is ClaimKind.QUOTE]
    return found


@pytest.mark.parametrize(
    "draft",
    [
        "柳听澜说：“我们不会裁员，明年还要招人。”",
        "柳听澜说：“我们不会裁员。”",
        "柳听澜说：“明年还要招人”。",
        "秦望舒说：“如果运价再涨，我们就退出这条航线。”",
        "“企业最盼的是稳定的预期。”陆景行说。",
        "他说：“企业最盼的是穩定的預期”",  # 繁體
    ],
)
def test_a_whole_or_harmlessly_cut_quotation_is_supported(archive, draft):
    assert quote(archive, draft).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("draft", "left_out"),
    [
        ("秦望舒说：“我们就退出这条航线。”", "如果"),
        ("调查队解释：“据此判断出现了通货紧缩。”", "不能"),
        ("秦望舒说：“大家都说港口会搬走。”", "但这是谣言"),
    ],
)
def test_a_cut_that_turns_the_sense_is_partly_and_shows_what_was_left_out(archive, draft, left_out):
    finding = quote(archive, draft)
    assert finding.verdict is Verdict.PARTLY
    assert left_out in finding.note
    assert "【" in finding.difference


def test_a_lost_negation_is_contradicted_and_marked_by_the_character(archive):
    finding = quote(archive, "柳听澜说：“我们会裁员，明年还要招人。”")
    assert finding.verdict is Verdict.CONTRADICTED
    assert finding.difference == (
        "稿件“我们会裁员，明年还要招人”，库中“我们【不】会裁员，明年还要招人”"
    )


def test_a_short_quotation_behind_a_verb_of_saying_is_checked(archive):
    assert quote(archive, "柳听澜说：“我们会裁员”。").verdict is Verdict.CONTRADICTED


def test_a_quotation_of_another_speaker_is_contradicted_and_both_are_named(archive):
    finding = quote(archive, "柳听澜说：“企业最盼的是稳定的预期。”")
    assert finding.verdict is Verdict.CONTRADICTED
    assert finding.difference == "稿件 柳听澜说，库中 陆景行说"


def test_an_ellipsis_may_leave_out_a_stretch_and_it_is_told(archive):
    finding = quote(archive, "陆景行说：“企业最盼的是稳定……才是补贴。”")
    assert finding.verdict is Verdict.SUPPORTED
    assert "的预期，其次" in finding.note


def test_reported_speech_in_quotation_marks_is_told(archive):
    finding = quote(archive, "调查队解释：“不能据此判断出现了通货紧缩。”")
    assert (finding.verdict, finding.note) == (
        Verdict.SUPPORTED,
        "原文是记者的转述，不在引号里",
    )


def test_dots_in_quotation_marks_are_no_claim(archive):
    report = check_draft(archive, FakeEncoder(), "他说：“……………”。", published=DAY)
    assert all(item.claim.kind is not ClaimKind.QUOTE for item in report.findings)


@pytest.mark.parametrize(
    ("text", "quoted", "name", "sure"),
    [
        ("柳听澜说：“大家都好。”", "大家都好", "柳听澜", True),
        ("“大家都好。”柳听澜说。", "大家都好", "柳听澜", True),
        ('"All is well," Mary Smith said.', "All is well", "Mary Smith", True),
        ('"All is well," said Mary Smith.', "All is well", "Mary Smith", True),
        ('Mary Smith, the manager, said "All is well".', "All is well", "Mary Smith", True),
    ],
)
def test_who_speaks_is_read_before_and_behind(text, quoted, name, sure):
    start = text.index(quoted)
    found = speaker_of(text, start, start + len(quoted))
    assert found is not None
    assert (found.name, found.sure) == (name, sure)


def test_he_said_is_who_was_named_before():
    found = speaker_of("“大家都好。”他说。", 1, 6, "柳听澜说，今年不错。")
    assert found is not None
    assert (found.name, found.sure) == ("柳听澜", False)
    assert speaker_of("“大家都好。”", 1, 6) is None


@pytest.mark.parametrize(
    ("before", "quoted", "behind", "word"),
    [
        ("本次检修不会", "影响居民用水", "。", "不会"),
        ("他否认", "公司将裁员", "。", "否认"),
        ("如果运价再涨，", "我们就退出", "。", "如果"),
        ("", "港口会搬走", "吗？", "？"),
        ("", "我们退出", "，除非运价回落。", "除非"),
        ("We will not ", "leave the port", ".", "not"),
    ],
)
def test_what_a_cut_leaves_out_and_turns(before, quoted, behind, word):
    assert word in turned(before, quoted, behind)


def test_a_cut_that_turns_nothing():
    assert turned("柳听澜说：“", "我们不会裁员", "，明年还要招人。”") == ""
    assert turned("不断", "提高水平", "。") == ""

"""What is said of a claim is worded in English, whole, and its values stay as they are printed.

The source is read (ast), so a Chinese sentence that is added or changed without its English fails.
"""

import ast
import re
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from desk.check_events import CheckDesk
from desk.check_render import render_checking, render_claims
from desk.check_run import Checking, CheckPhase, Draft
from desk.check_text import EN, ZH
from desk.text import labels
from index.archive import Archive
from index.figures import parse_figures
from index.ingest import ingest_articles
from index.types import Article, DateKnown
from rag import draft_facts
from rag.draft_check import check_draft
from rag.draft_html import report_html
from rag.draft_labels import report_labels
from rag.draft_out import report_json
from rag.draft_types import DraftReport
from rag.draft_words import APPROXIMATE, BASES, CHANGES, ENGLISH, MEASURES, PLAIN, draft_words
from tests.fakes import FakeEncoder
from tests.scripted_engine import COVERAGE, ScriptedArchive
from tests.scripted_llm import ScriptedLLM

ROOT = Path(__file__).parents[1]
CHINESE = re.compile("[\u4e00-\u9fff]")
PART = re.compile("[\u4e00-\u9fff，：；。（）]")  # a part of a sentence may be only its marks
# They cut and compare, and say nothing of a claim; or their words are the terminal's.
SILENT = {
    *("claims", "facts", "html", "labels", "lines", "out", "passages", "speech", "types", "words")
}
# Inside such a call a text is looked for, not said.
LOOKS = {
    *("compile", "count", "endswith", "find", "findall", "match", "removeprefix", "rfind"),
    *("rstrip", "search", "split", "startswith", "strip", "sub"),
}
# Parts of a sentence, by the field that words them.
PARTS = {
    "{}至{}": "days",
    "（{}）": "when",
    "{}（{}）": "sides",
    "{}（{}）；{}（{}）": "sides",
    "未写明": "days",
    "日期不详": "printed",
    "任职": "said",
    "增长": "said",
    "下降": "said",
}
SAMPLES = {
    "days": ("2024-01-01至2024-06-30", "2024-01-01 to 2024-06-30"),
    "period": ("未写明", "not given"),
    "when": ("（2024-07-20）", " (2024-07-20)"),
    "basis": ("同比", "year on year"),
    "measures": ("日均、下限", "daily average, at least"),
    "terms": ("xx、yy", "xx”, “yy"),
    "places": ("Qd、Jn", "Qd, Jn"),
    "there": ("Yt、Wh", "Yt, Wh"),
    "names": ("A B、C D", "A B, C D"),
    "printed": ("日期不详", "undated"),
    "sides": ("31（Bay 2024-07-20）；32（日期不详）", "31 (Bay 2024-07-20); 32 (undated)"),
    "reasons": (
        "比较的基准不同；一处是否定的说法",
        "each compares with something else; one of the two is negated",
    ),
    "mine": ("同比增长9.5%", "up 9.5% year on year"),
    "theirs": ("约21 m", "about 21 m"),
    "said": ("环比下降", "down on the previous period"),
    "told": ("任职", "takes office"),
}  # fmt: skip


def said():
    """Module and shape of every Chinese text that a function of ``rag/draft_*.py`` may return."""
    for path in sorted((ROOT / "rag").glob("draft_*.py")):
        if path.stem.removeprefix("draft_") in SILENT:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        constants = {
            node.targets[0].id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        }
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for node in texts(function, constants):
                    yield path.name, shape(node)


def texts(function, constants):
    """The texts of a function that are neither its docstring nor looked for in another."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.Compare | ast.Raise):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in LOOKS:
                waiting.append(node.func.value)
                continue
            if node.func.attr == "join":  # its mark joins what fields hold
                waiting.extend(node.args)
                continue
        if isinstance(node, ast.Name) and node.id in constants:
            node = constants[node.id]
        if isinstance(node, ast.JoinedStr):
            waiting.extend(part for part in node.values if isinstance(part, ast.FormattedValue))
        if is_worded(node):
            yield node
        if not isinstance(node, ast.JoinedStr):
            waiting.extend(ast.iter_child_nodes(node))


def is_worded(node):
    if isinstance(node, ast.JoinedStr):
        return bool(PART.search(shape(node)))
    return isinstance(node, ast.Constant) and bool(CHINESE.search(str(node.value)))


def shape(node):
    if isinstance(node, ast.Constant):
        return node.value
    parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return merged("".join(parts))


def merged(template):
    """Fields that touch are one to the reader: 局长 and the name behind it."""
    return re.sub(r"(?:{})+", "{}", re.sub(r"{\w+}", "{}", template))


def fields_of(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


SAID = list(said())
KNOWN = {merged(chinese) for chinese in ENGLISH}


def test_every_sentence_said_of_a_claim_has_its_english():
    assert len(SAID) > len(ENGLISH)
    missing = {(module, text) for module, text in SAID if text not in {*KNOWN, *PARTS}}
    assert not missing, "word them in rag/draft_words.py"


def test_nothing_is_worded_that_nobody_says():
    assert {text for _, text in SAID} == KNOWN | set(PARTS)
    assert len(KNOWN) == len(ENGLISH)
    assert set(PARTS.values()) <= set().union(*map(fields_of, ENGLISH))


@pytest.mark.parametrize("chinese", ENGLISH)
def test_a_sentence_is_worded_with_all_its_values_and_left_alone_in_chinese(chinese):
    english, names = ENGLISH[chinese], fields_of(chinese)
    assert fields_of(english) == names
    samples = {name: SAMPLES.get(name, (f"<{name} 7>",) * 2) for name in names}
    text = chinese.format(**{name: sample[0] for name, sample in samples.items()})
    worded = english.format(**{name: sample[1] for name, sample in samples.items()})
    assert draft_words(text, "en") == worded[0].upper() + worded[1:]
    assert not CHINESE.search(worded)
    assert draft_words(text, "zh") == text


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("稿件 2314亿元，库中 超2104亿元", "Draft: 2314亿元; archive: over 2104亿元"),
        ("稿件 3成，库中 下降三成", "Draft: 3成; archive: down 三成"),
        # 近 and 约 are worded before a figure only; a date and a name stay whole.
        (
            "稿件 近五年，库中 近三年（2021-01-01至2023-12-31）",
            "Draft: 近五年; archive: 近三年 (2021-01-01 to 2023-12-31)",
        ),
        ("稿件 会长约翰逊，库中 约翰", "Draft: 会长约翰逊; archive: 约翰"),
        (
            "稿件 12天（没有写时期），库中 15天",
            "Draft: 12天 (no period given); archive: 15天",
        ),
        (
            "库中也有 2.4%，但稿件“环比增长”，库中“同比下降”；地点不同：库中是青岛、济南",
            "The archive also has 2.4%, but draft “up on the previous period”, archive “down year "
            "on year”; the place differs (archive 青岛, 济南)",
        ),
        ("稿件“任职”，库中“免去”", "Draft “takes office”, archive “免去”"),
        ("稿件“他说：【不】同比”，库中“x”", "Draft “他说：【不】同比”, archive “x”"),
        ("稿件“近三年约好”，库中“近五年约好”", "Draft “近三年约好”, archive “近五年约好”"),
        ("没有人写过的一句话", "没有人写过的一句话"),
        ("", ""),
    ],
)
def test_only_the_rules_own_words_are_worded(chinese, english):
    assert draft_words(chinese, "en") == english


def test_what_the_rules_call_things_has_its_english():
    bases = "贷款同比增长5%。贷款环比增长5%。贷款比年初增长5%。"
    assert {figure.basis for figure in parse_figures(bases)} == set(BASES)
    about = "约500元。超过500元。近500元。不足500元。"
    assert {figure.approx for figure in parse_figures(about)} == set(APPROXIMATE)
    assert {name for name, _ in draft_facts._QUALIFIERS} | draft_facts.BOUNDS == set(MEASURES)
    assert not any(map(CHINESE.search, (*BASES.values(), *APPROXIMATE.values())))
    assert not any(map(CHINESE.search, (*MEASURES.values(), *PLAIN.values(), *CHANGES.values())))


# --- a whole report --------------------------------------------------------------------------

DAY = date(2024, 7, 20)
NEWS = Article(
    id="loans",
    title="海州上半年贷款平稳增长",
    body=(
        "6月末，海州市各项贷款余额3120亿元，同比增长9.5%。\n"
        "海州市商会会长柳听澜说：“企业最盼的是稳定的预期。”\n"
        "海州大桥计划于10月5日开通，全长12公里。\n"
        "7月18日，海州港新航线启航，首船装载87个标箱。\n"
        "不少市民在傍晚来到海边散步，享受清凉的海风。"
    ),
    source="海滨日报",
    published=date(2024, 7, 18),
    date_known=DateKnown.STATED,
)
DRAFT = (
    "6月末，海州市各项贷款余额3210亿元，同比下降9.5%。\n"
    "6月末，临川市各项贷款余额3120亿元。\n"
    "海州市商会会长秦望舒说：“企业最盼的是稳定的预期。”\n"
    "海州市商会会长柳听澜说：“企业最怕的是稳定的预期。”\n"
    "海州大桥已于10月5日开通，全长约12公里。\n"
    "7月19日，海州港新航线启航，首船装载78个标箱。\n"
    "傍晚，不少市民来到海边散步。"
)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("news")
    ingest_articles(folder, [NEWS], FakeEncoder())
    opened = Archive.open(folder, FakeEncoder())
    yield check_draft(opened, FakeEncoder(), DRAFT, published=DAY, llm=ScriptedLLM("支持[1]"))
    opened.close()


def unprinted(text):
    """The Chinese of ``text`` that neither the draft nor the article prints."""
    printed = f"{DRAFT} {NEWS.body} {NEWS.title} {NEWS.source}"
    runs = re.findall(r"[\u4e00-\u9fff\d.%]*[\u4e00-\u9fff][\u4e00-\u9fff\d.%]*", text)
    return [run for run in runs if run not in printed]


def test_what_is_said_of_a_whole_draft_leaves_no_chinese_but_what_is_printed(report):
    found = {text for each in report.findings for text in (each.difference, each.note) if text}
    assert len(found) > 6
    for text in found:
        assert unprinted(text)  # 稿件, 库中 …: it would be seen
        assert not unprinted(draft_words(text, "en"))


def page_text(page):
    text = re.sub("<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
    return text.replace("溯源 Suyuan", "")


def attributes(page):
    return " ".join(re.findall(r'(?:title|aria-label|data-mark)="([^"]*)"', page))


def test_the_exported_page_has_one_language_around_what_is_printed(report):
    page = report_html(report, name="a.txt", lang="en")
    assert '<html lang="en">' in page
    assert not unprinted(page_text(page) + attributes(page))
    chinese = report_html(report, name="a.txt")
    assert '<html lang="zh-Hans">' in chinese
    kept = ("a.txt", "Suyuan", "loans")
    letters = set(re.findall("[A-Za-z]{2,}", page_text(chinese) + attributes(chinese)))
    assert letters - set(re.findall(r"\w+", " ".join(kept))) <= {"lt", "gt", "quot", "ldquo"}


def test_the_values_that_decide_are_marked_in_both_languages(report):
    pages = [report_html(report, lang=lang) for lang in ("zh", "en")]
    marks = [re.findall("<mark>(.*?)</mark>", page) for page in pages]
    assert marks[0] == marks[1]
    assert {"3120亿元", "同比增长9.5%", "会长柳听澜", "怕", "7月18日"} <= set(marks[0])


def test_the_json_is_the_same_whatever_was_shown(report):
    before = report_json(report)
    report_html(report, lang="en")
    assert report_json(report) == before
    assert before["findings"][0]["difference"] == "稿件 3210亿元，库中 3120亿元"


def test_both_languages_label_the_same_things():
    chinese, english = report_labels("zh"), report_labels("en")
    assert report_labels("fr") is chinese
    for field in fields(chinese):
        one, other = getattr(chinese, field.name), getattr(english, field.name)
        if isinstance(one, dict):
            assert one.keys() == other.keys()
            assert not any(map(CHINESE.search, other.values()))
        else:
            assert fields_of(one) == fields_of(other)


# --- the page --------------------------------------------------------------------------------

FAILED = (
    "The LLM did not answer (a line). Check SUYUAN_LLM_BASE_URL and the endpoint, then ask again."
)


EMPTY = DraftReport(
    text=DRAFT,
    published=DAY,
    anchor=DAY,
    findings=(),
    left_out=0,
    coverage=COVERAGE,
    timings={},
    model="",
    index_version="x",
)


def checked(report, **changes):
    draft = Draft(DRAFT, DAY, name="a.txt")
    return Checking(draft, 9, 9, CheckPhase.DONE, replace(report, **changes))


def test_the_english_tab_has_no_chinese_but_what_is_printed(report):
    done, english = checked(report), labels("en")
    shown = render_checking(done, EN, english) + render_claims(done, EN, english)
    assert not unprinted(page_text(shown) + attributes(shown))
    assert "Draft: 3210亿元; archive: 3120亿元" in shown
    assert "稿件 3210亿元，库中 3120亿元" in render_claims(done, ZH, labels("zh"))


def test_the_export_is_in_the_readers_language_with_a_failure_of_the_model():
    desk = CheckDesk(ScriptedArchive(), None)
    done = checked(EMPTY, notes=(FAILED,))
    chinese, english = (desk.export("html", done, lang) for lang in ("zh", "en"))
    assert (chinese.name, english.name) == ("a-核稿.html", "a-check.html")
    assert "语言模型没有回答（a line）" in chinese.text
    assert "did not answer" not in chinese.text
    assert FAILED in english.text
    assert "<h1>Draft check: a.txt</h1>" in english.text
    data = [desk.export("json", done, lang) for lang in ("zh", "en")]
    assert data[0].text == data[1].text

"""``suyuan eval report``: the table, the gate and the page; the page also in a real Chromium."""

import json
import re
from html.parser import HTMLParser

import pytest
from typer.testing import CliRunner

import cli
from eval.report_svg import Bin, Dot, Steps, dot_plot, reliability_plot, step_plot
from tests.eval_rows import (
    QUESTIONS,
    answer,
    changed,
    good_rows,
    quote,
    write_lines,
    write_run,
    write_set,
)

HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>"\'&<b>'


def _run(*words):
    return CliRunner().invoke(cli.app, ["eval", "report", *map(str, words)])


def _page(tmp_path, rows=None, questions=None):
    out = tmp_path / "report.html"
    done = _run(write_run(tmp_path, "run", rows), "--queries", questions or write_set(tmp_path),
                "--out", out)  # fmt: skip
    assert done.exit_code == 0, done.output
    return out


class Tags(HTMLParser):
    """What a browser would make of the page: tags with attributes, and the words between."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def test_the_table_names_what_is_left_out(tmp_path):
    rows = [*good_rows()[:2], {**good_rows()[3], "id": "stranger"}]
    done = _run(write_run(tmp_path, "run", rows), "--queries", write_set(tmp_path))
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        f'2 of 4 questions have no row in {tmp_path / "run"} and are left out, the first "both"',
        f"1 rows of {tmp_path / 'run'} are of no question of {tmp_path / 'set.jsonl'} and are "
        'left out, the first "stranger"',
    ]
    assert done.stdout.splitlines()[0].split() == [
        "measure",
        "all",
        "95",
        "%",
        "n",
        "figure",
        "period",
    ]


def test_columns_may_be_languages_or_months(tmp_path):
    run, questions = write_run(tmp_path, "run"), write_set(tmp_path)
    told = json.loads(_run(run, "--queries", questions, "--by", "month", "--json").stdout)
    assert list(told) == ["all", "2031-07"]
    told = json.loads(_run(run, "--queries", questions, "--by", "language", "--json").stdout)
    assert told["zh-Hans"]["measures"]["right"]["mean"] == 1.0


def test_a_missed_bar_is_exit_code_1_and_the_page_is_written_all_the_same(tmp_path):
    gate, out = tmp_path / "gate.json", tmp_path / "report.html"
    gate.write_text('{"bars": [{"measure": "tokens", "at_most": 1}]}', encoding="utf-8")
    done = _run(write_run(tmp_path, "run"), "--queries", write_set(tmp_path),
                "--gate", gate, "-o", out)  # fmt: skip
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1] == "未过 1 of 1 bars fail"
    assert out.is_file()


def test_a_run_that_lacks_rows_passes_a_gate_only_as_a_partial_one(tmp_path):
    gate = tmp_path / "gate.json"
    gate.write_text('{"bars": [{"measure": "right", "at_least": 1}]}', encoding="utf-8")
    words = [write_run(tmp_path, "run", good_rows()[:1]), "--queries", write_set(tmp_path),
             "--gate", gate]  # fmt: skip
    done = _run(*words)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-2:] == [
        "缺行 MISSING: 3 questions have no row; finish the run, or hold what there is with "
        "--partial",
        "未过 rows are missing",
    ]
    done = _run(*words, "--partial")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "全部通过 1 bars hold")


def test_the_page_may_lie_beside_the_rows_it_tells_of(tmp_path):
    run = write_run(tmp_path, "run")
    done = _run(run, "--queries", write_set(tmp_path), "--out", run / "report.html")
    assert done.exit_code == 0
    assert done.stderr == f"报告 Report: {run / 'report.html'}\n"


@pytest.mark.parametrize("name", ["set.jsonl", "run/answers.jsonl", "gate.json"])
def test_the_page_does_not_overwrite_what_is_read(tmp_path, name):
    gate = tmp_path / "gate.json"
    gate.write_text('{"bars": [{"measure": "right", "at_least": 0}]}', encoding="utf-8")
    run, questions = write_run(tmp_path, "run"), write_set(tmp_path)
    before = (tmp_path / name).read_bytes()
    done = _run(run, "--queries", questions, "--gate", gate, "--out", tmp_path / name)
    assert done.exit_code == 1
    assert (tmp_path / name).read_bytes() == before


def test_the_page_asks_nothing_of_the_network_and_runs_one_known_script(tmp_path):
    page = Tags(_page(tmp_path).read_text(encoding="utf-8"))
    links = [value for _, attrs in page.tags for name, value in attrs.items()
             if name in ("src", "href", "srcset", "action")]  # fmt: skip
    assert links == []
    assert [tag for tag, _ in page.tags].count("script") == 1
    policy = next(attrs["content"] for tag, attrs in page.tags
                  if tag == "meta" and attrs.get("http-equiv"))  # fmt: skip
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-")


def test_every_question_has_its_answer_evidence_gold_and_checks(tmp_path):
    def fault(row):
        row["text"] = "绿道设驿站12座[1]。"

    words = "".join(Tags(_page(tmp_path, changed(2, fault)).read_text("utf-8")).words)
    start = words.index("绿道和地铁二号线各有多少座站？")
    row = words[start : words.index("云城机场什么时候扩建？")]
    source = "《报道yc-3》 云城晚报 2031-07-20 yc-3"
    gold = "地铁二号线设车站23座。"
    for text in (
        "multi · both",
        "绿道设驿站12座[1]。",
        "✓ 12座",
        "✗ 23座",
        gold,
        source,
        "parts .500",
    ):
        assert text in row, text
    assert "应答未找到" in words[start:]


@pytest.mark.parametrize(
    "place", ["question", "text", "quote", "title", "article_id", "type", "id"]
)
def test_hostile_text_stays_text_wherever_it_stands(tmp_path, place):
    question = dict(QUESTIONS[0])
    if place in ("question", "type", "id"):
        question[place] = HOSTILE
    row = answer(question, "余额512亿元[1]。", [quote("yc-1", "6月末，云城各项贷款余额512亿元。")])
    if place == "text":
        row["text"] = HOSTILE
    elif place in ("quote", "title", "article_id"):
        row["citations"][0][place] = HOSTILE
        row["evidence"][0]["text" if place == "quote" else place] = HOSTILE
    page = Tags(
        _page(tmp_path, [row], write_lines(tmp_path / "set.jsonl", [question])).read_text("utf-8")
    )
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not {"img", "iframe", "object", "link", "base"} & {tag for tag, _ in page.tags}
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert HOSTILE in "".join(page.words)


def test_what_is_not_known_is_said_and_not_drawn(tmp_path):
    questions = write_lines(tmp_path / "set.jsonl", [{**item, "as_of": None} for item in QUESTIONS])
    rows = [{**row, "citations": [{**each, "published": None} for each in row["citations"]],
             "evidence": [{**each, "published": None} for each in row["evidence"]]}
            for row in good_rows()]  # fmt: skip
    words = "".join(Tags(_page(tmp_path, rows, questions).read_text("utf-8")).words)
    assert "No row keeps the decision's probability: not drawn." in words
    assert "Neither set nor run tells a day: not drawn." in words


def test_times_say_of_how_many_questions_they_are(tmp_path):
    def kept(row):
        row["timings"].pop("total")

    rows = changed(0, kept)  # one of four answers used a kept reply
    words = "".join(Tags(_page(tmp_path, rows).read_text("utf-8")).words)
    assert "median2.0 sp95 2.0 s · n 3 / 4" in words
    assert "whole answer: p50 2.00 s, p95 2.00 s · n 3 / 4" in words
    assert "evidence: p50 0.60 s, p95 0.60 s见" not in words
    for row in rows:
        row["timings"].pop("total", None)
    words = "".join(Tags(_page(tmp_path, rows).read_text("utf-8")).words)
    assert "No time to the end: most replies were kept ones." in words
    assert "median" not in words


def test_reliability_is_drawn_where_rows_hold_the_probability(tmp_path):
    rows = [
        {**row, "probability": p} for row, p in zip(good_rows(), (0.9, 0.95, 0.7, 0.0), strict=True)
    ]
    page = _page(tmp_path, rows).read_text("utf-8")
    drawn = re.search(r'<svg[^>]*aria-label="“查无”判断的可靠性">.*?</svg>', page)[0]
    # three bins: 0 (none answerable), .7, and .9 to 1 with two; all of both answerable
    assert re.findall(r"n(\d)<", drawn) == ["1", "1", "2"]
    assert drawn.count('cy="24.0"') == 2  # the top: 100 %


# --- plots


def test_a_dot_stands_at_its_share_and_its_line_spans_the_interval():
    drawn = dot_plot([Dot("甲", 0.5, 0.25, 0.75, 8)], title="题")
    dot = float(re.search(r'cx="([\d.]+)"', drawn)[1])
    low, high = map(float, re.search(r'class="span" x1="([\d.]+)" x2="([\d.]+)"', drawn).groups())
    assert dot == pytest.approx((low + high) / 2, abs=0.1)
    ticks = [float(x) for x in re.findall(r'class="grid" x1="([\d.]+)"', drawn)]
    assert (low, dot, high) == (ticks[1], ticks[2], ticks[3])  # 25, 50 and 75 %


def test_labels_are_escaped_and_cut_to_their_margin():
    drawn = dot_plot([Dot('<b>"云城各项贷款余额', 1, 1, 1, 1)], title='"><b>')
    assert "<b>" not in drawn
    assert "&lt;b&gt;&quot;云城各项…<title>" in drawn


def test_steps_rise_to_the_whole_on_a_log_scale():
    drawn = step_plot([Steps("甲", (0.1, 1.0, 10.0)), Steps("乙", (0.0,))], title="题")
    (path,) = re.findall(r'class="steps s0" d="([^"]+)"', drawn)
    xs = [float(x) for x in re.findall(r"H([\d.]+)", path)]
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.2)  # tenfold each
    assert path.endswith("V8.0")  # the top
    assert "s1" not in drawn  # no time at all cannot stand on a log scale
    assert step_plot([Steps("乙", ())], title="题") == ""


def test_a_bin_on_the_diagonal_agrees():
    drawn = reliability_plot([Bin(0.5, 0.5, 0.4, 0.6, 9)], title="题")
    x, y = (float(n) for n in re.search(r'cx="([\d.]+)" cy="([\d.]+)"', drawn).groups())
    line = re.search(
        r'class="diagonal" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"', drawn
    )
    x1, y1, x2, y2 = map(float, line.groups())
    assert (x, y) == (pytest.approx((x1 + x2) / 2), pytest.approx((y1 + y2) / 2))


# --- in a browser


def _open(chromium, path, width):
    page = chromium.new_page(viewport={"width": width, "height": 800})
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request", lambda asked: None if asked.url.startswith("file:") else faults.append(asked.url)
    )
    page.goto(path.as_uri())
    return page, faults


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_filters_opens_and_fits(chromium, tmp_path, width):
    def fault(row):
        row["text"] = "云城各项贷款余额521亿元[1]。"

    page, faults = _open(chromium, _page(tmp_path, changed(0, fault)), width)
    shown = page.locator("details.q:visible")
    assert shown.count() == 4
    page.select_option("#verdict", "wrong")
    assert (shown.count(), page.locator("#shown").text_content()) == (1, "1 / 4")
    assert "521亿元" in shown.first.text_content()
    page.select_option("#verdict", "")
    page.select_option("#type", "multi")
    assert shown.count() == 1
    page.select_option("#type", "")
    page.fill("#words", "机场")
    assert shown.count() == 1
    page.fill("#words", "")
    page.click("#open")
    assert page.locator("details.q[open]").count() == 4
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults == []
    page.close()


@pytest.mark.browser
def test_hostile_text_runs_nothing(chromium, tmp_path):
    def fault(row):
        row["text"] = HOSTILE
        row["citations"][0]["quote"] = HOSTILE

    page, faults = _open(chromium, _page(tmp_path, changed(0, fault)), 1200)
    assert page.title() == "评测 run · 溯源 Suyuan"
    assert faults == []
    page.close()


@pytest.mark.browser
def test_paper_has_every_question_opened(chromium, tmp_path):
    import io

    from pypdf import PdfReader

    page, _ = _open(chromium, _page(tmp_path), 1000)
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    text = "".join("".join(each.extract_text().split()) for each in pages)
    assert text.count("Evidence") == 3  # the refusal had none
    assert "open/close" not in text  # the filters are for the screen
    page.close()

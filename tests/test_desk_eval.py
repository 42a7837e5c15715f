"""What the Evaluate tab shows and does, over plain values: forms, runs, questions, two runs."""

import asyncio
import base64
import json
import re
from contextlib import closing
from types import SimpleNamespace

import pytest

from desk.auth_user import KEY, Role, User
from desk.eval_look import Look
from desk.eval_question_text import question_labels
from desk.eval_run_text import run_labels
from desk.eval_text import eval_labels
from desk.eval_words import MEASURES_EN, fault_words
from desk.review_text import review_labels
from eval.metrics_measures import BY_NAME
from tests.api_setup import wait_for
from tests.eval_desk import (
    QUESTIONS,
    Teller,
    archive_at,
    desk_over,
    engine_of,
    question,
)
from tests.eval_rows import write_lines

SET = "newsdesk.jsonl"
WHO = {"user": "chen", "admin": True}
READER = {"user": "wang", "admin": False}


@pytest.fixture
def desk(folder, archive):
    made = desk_over(folder, engine_of(archive, Teller()))
    yield made
    made.close()


def wait(desk):
    wait_for(lambda: not desk._runner.job().running)
    return desk._runner.job().run


def run_of(desk, **form):
    _, begun = desk.start({"set": SET, "limit": "", "seed": "0", **form}, Look(), "zh", **WHO)
    assert begun
    return wait(desk)


def shown(desk, look, lang="zh", *, admin=True):
    return desk.view(look, lang, admin=admin)


def turn(desk, look, sent, lang="zh", who=WHO):
    return desk.turn(look, sent, lang, **who)


def text(html):
    """What a reader sees of it."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def encoded(rows):
    lines = "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows)
    return base64.b64encode(lines.encode()).decode()


def test_before_the_first_run_the_tab_says_what_to_do(desk):
    view = shown(desk, Look())
    assert "还没有运行" in view.listed
    assert f'<option value="{SET}"' in view.form
    assert "samples/qa.jsonl（173 题，" in view.form  # its articles are not in this archive
    assert "drafts.jsonl" not in view.form


def test_without_a_model_and_without_articles_the_form_says_so(tmp_path, archive, folder):
    silent = desk_over(folder, engine_of(archive))
    assert eval_labels("en").no_model in shown(silent, Look(), "en").form
    with closing(archive_at(tmp_path / "empty", [])) as empty:
        made = desk_over(tmp_path / "empty", engine_of(empty, Teller()))
        assert eval_labels("zh").empty_archive in shown(made, Look()).form


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"limit": "0"}, "“0”不是题数"),
        ({"limit": "1e9"}, "“1e9”不是题数"),
        ({"limit": "<b>"}, "“&lt;b&gt;”不是题数"),
        ({"seed": "-1"}, "“-1”不是种子"),
        ({"set": ""}, "请先选一套题"),
        ({"set": "../qa.jsonl"}, "没有题集“../qa.jsonl”：请刷新页面。"),
        ({"set": ["x"]}, "请先选一套题"),
    ],
)
def test_a_form_that_cannot_be_followed_starts_nothing_and_says_why(desk, form, said):
    sent = {"set": SET, "limit": "1", "seed": "0", **form}
    view, begun = desk.start(sent, Look(), "zh", **WHO)
    assert not begun
    assert said in view.form
    assert desk._runner.job() is None


def test_a_run_is_listed_with_its_score_and_interval_and_opens(desk):
    run = run_of(desk)
    view = shown(desk, Look(run=run))
    card = text(view.listed)
    assert "newsdesk.jsonl" in card
    assert "3 题 · scripted · chen" in card
    share = re.search(r"(\d+)% 判对 (\d+)–(\d+)%", card)
    low, middle, high = int(share[2]), int(share[1]), int(share[3])
    assert low < middle <= high
    assert "<svg" in view.side  # the plots
    assert f"{middle}%" in text(view.side)
    assert "by type" not in view.side  # the report's bilingual words stay there
    english = text(shown(desk, Look(run=run), "en").side)
    assert not re.search(r"[\u4e00-\u9fff]", english.replace("newsdesk", ""))


def test_one_run_at_a_time_and_who_is_at_it_is_said(folder, archive):
    with closing(desk_over(folder, engine_of(archive, Teller(pause=0.5)))) as desk:
        form, me = {"set": SET, "limit": "", "seed": "0"}, {"user": "local", "admin": True}
        assert desk.start(form, Look(), "zh", **me)[1]
        view, begun = desk.start(form, Look(), "zh", **me)
        assert not begun
        assert "本机用户 正在跑 newsdesk.jsonl" in view.form
        assert "local" not in text(view.listed)


def test_the_table_has_every_measure_with_its_interval(desk):
    run = run_of(desk)
    side = text(shown(desk, Look(run=run, view="table"), "en").side)
    assert re.search(r"Right \.?\d+.*\[", side)
    assert "Over-refusal" in side
    assert set(MEASURES_EN) == set(BY_NAME)


def test_questions_are_narrowed_by_outcome_and_type(folder, archive):
    desk = desk_over(folder, engine_of(archive, Teller(wrong=("贷款余额",))))
    look = Look(run=run_of(desk), view="questions")
    every = shown(desk, look).side
    wrong = turn(desk, look, {"do": "only", "only": "wrong"}).look
    listed = shown(desk, wrong).side
    assert every.count("data-question=") == 3
    counts = dict(re.findall(r'data-only="(\w+)"[^>]*>[^<]*<b>(\d+)</b>', every))
    assert int(counts["all"]) == 3 == int(counts["right"]) + int(counts["wrong"])
    assert listed.count("data-question=") == int(counts["wrong"]) > 0
    assert 'data-question="loans"' in listed
    kind = turn(desk, look, {"do": "kind", "kind": "unanswerable"}).look
    assert re.findall(r'data-question="(\w+)"', shown(desk, kind).side) == ["airport"]
    assert "没有这样的题" in shown(desk, turn(desk, kind, {"do": "kind", "kind": "no"}).look).side


def test_an_opened_question_shows_answer_parts_gold_and_checks(desk):
    look = Look(run=run_of(desk), view="questions")
    loans = turn(desk, look, {"do": "question", "question": "loans"}).question
    said = text(loans)
    assert "云城本外币贷款余额31250亿元[1]。" in said
    assert "✓ 答到 31250亿元" in said
    assert "引到了" in said
    assert "核对" in said
    source = turn(desk, look, {"do": "source", "key": "loans", "source": "cited:0"}).source
    assert '<mark class="sy-chosen"' in source
    assert "31250亿元" in re.search(r'<mark class="sy-chosen"[^>]*>([^<]*)', source)[1]
    for reference in ("cited:9", "cited:-1", "what:0", "cited:", ""):
        sent = {"do": "source", "key": "loans", "source": reference}
        assert turn(desk, look, sent).source == ""
    assert turn(desk, look, {"do": "question", "question": "nobody"}).question == ""


def test_what_a_wrong_answer_missed_is_said(folder, archive):
    desk = desk_over(folder, engine_of(archive, Teller(wrong=("贷款余额",))))
    look = Look(run=run_of(desk))
    said = text(turn(desk, look, {"do": "question", "question": "loans"}, "en").question)
    assert "✗ missed 31250亿元" in said
    assert "✗ wrong" in said


def test_a_hostile_question_is_text_everywhere(desk):
    look = Look(run=run_of(desk), view="questions")
    for html in (
        shown(desk, look).side,
        turn(desk, look, {"do": "question", "question": "port"}).question,
    ):
        assert "&lt;img src=x onerror=window.pwned=1&gt;" in html
        assert "<img" not in html


def test_two_runs_are_compared_and_what_flipped_is_named(folder, archive):
    good = run_of(desk_over(folder, engine_of(archive, Teller())))
    bad_desk = desk_over(folder, engine_of(archive, Teller(wrong=("贷款余额",))))
    bad = run_of(bad_desk)
    look = turn(bad_desk, Look(run=bad), {"do": "compare", "base": good}).look
    side = shown(bad_desk, look).side
    assert "1 对变错" in text(side)
    assert re.search(r"对变错.*云城6月末贷款余额是多少", text(side))
    assert "题集不同" not in side
    both = turn(bad_desk, look, {"do": "question", "question": "loans"}).question
    assert "A ✓ 回答" in text(both)


def test_runs_of_other_sets_are_said_to_be_so(folder, desk):
    first = run_of(desk)
    extra = question("extra", "雾城地铁客流多少？", [["38.6万人次"]], [])
    write_lines(folder / "qa" / "longer.jsonl", [*QUESTIONS, extra])
    write_lines(folder / "qa" / "apart.jsonl", [extra])
    reworded = [{**QUESTIONS[0], "question": "云城6月末的贷款余额有多少？"}]
    write_lines(folder / "qa" / "reworded.jsonl", reworded)
    longer, apart, other = (
        run_of(desk, set=f"{name}.jsonl") for name in ("longer", "apart", "reworded")
    )
    said = text(shown(desk, Look(run=longer, base=first)).side)
    assert (
        "题集不同 A 问的是 newsdesk.jsonl，B 问的是 longer.jsonl。只比较两次都有的 3 题。" in said
    )
    assert "只有 B 有的题：1" not in said or "extra" not in said
    unlike = shown(desk, Look(run=apart, base=first)).side
    assert "没有一道共有" in unlike
    assert f'data-do="run" data-run="{apart}">← ' in unlike  # the way back
    assert "编号相同、问法不同" in shown(desk, Look(run=other, base=first)).side


def test_report_and_rows_are_handed_out_by_the_runs_name_alone(desk, folder):
    run = run_of(desk)
    report = turn(desk, Look(run=run), {"do": "report"}, who=READER).file
    assert (report.name, report.kind) == (f"{run}.html", "text/html")
    assert "评测报告" in report.text
    rows = turn(desk, Look(run=run), {"do": "rows"}).file
    assert [json.loads(line)["id"] for line in rows.text.splitlines()] == [
        item["id"] for item in QUESTIONS
    ]
    for name in ("../qa", "..", ""):
        assert turn(desk, Look(run=name), {"do": "rows"}).file is None
        assert turn(desk, Look(run=name), {"do": "report"}).file is None


def test_a_set_is_taken_in_once_and_a_bad_one_is_explained_by_line(desk, folder):
    good = {"name": "C:\\稿\\新题 1.jsonl", "data": encoded(QUESTIONS)}
    for _ in range(2):
        view = desk.upload(good, Look(), "zh", admin=True)
        assert "已收下 新题-1.jsonl，共 3 题" in view.form
        assert '<option value="新题-1.jsonl" selected>' in view.form
    assert sorted(p.name for p in (folder / "qa").iterdir()) == [
        "drafts.jsonl", SET, "新题-1.jsonl",
    ]  # fmt: skip
    bad = [QUESTIONS[0], {**QUESTIONS[1], "answers": []}, "{", {**QUESTIONS[0], "<b>": 1}]
    sent = {"name": "坏.jsonl", "data": encoded(bad)}
    said = desk.upload(sent, Look(), "zh", admin=True).form
    assert "第 2 行：标为可答，却没有 answers" in said
    assert "第 3 行：不是 JSON" in said
    assert "第 4 行：有不认识的字段 &lt;b&gt;" in said
    english = desk.upload(sent, Look(), "en", admin=True).form
    assert "Line 2: answerable without answers" in english
    assert not (folder / "qa" / "坏.jsonl").exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "x.exe", "data": ""}, "x.exe 不是 .jsonl 文件"),
        ({"name": "x.jsonl", "data": None}, "x.jsonl 超过 2 MB"),
        ({"name": "x.jsonl", "data": "A" * (3 * 2**20)}, "x.jsonl 超过 2 MB"),
        ({"name": "x.jsonl", "data": "%"}, "没有传完整"),
        ({"name": "x.jsonl", "data": ""}, "x.jsonl 里没有一道题"),
        ({"name": 3, "data": {}}, "没有传完整"),
        ({"name": "x.jsonl", "data": "AP/+gQ=="}, "x.jsonl 不是文本，或文字编码认不出"),
    ],
)
def test_an_upload_that_cannot_be_read_is_refused_in_words(desk, sent, said):
    assert said in desk.upload(sent, Look(), "zh", admin=True).form


def test_a_set_cannot_pass_for_the_notes_of_a_review(desk, folder):
    sent = {"name": "newsroom.jsonl.reviewed.jsonl", "data": encoded(QUESTIONS)}
    form = desk.upload(sent, Look(), "zh", admin=True).form
    assert '<option value="newsroom-jsonl-reviewed.jsonl" selected>' in form
    assert "雾城地铁4号线" in shown(desk, Look(pane="review")).listed  # the queue is still read


def test_a_reader_looks_and_changes_nothing(desk, folder):
    run = run_of(desk)
    view = shown(desk, Look(run=run), admin=False)
    assert '<form class="sy-eval-form"' not in view.form
    assert eval_labels("zh").admins_only in view.form
    assert 'data-pane="review"' not in view.top
    assert 'data-do="delete"' not in view.side
    look = Look(run=run, judged="draft-metro")
    for doing in ("delete", "resume", "stop", "accept", "reject", "look"):
        turned = turn(desk, look, {"do": doing, "key": "draft-metro"}, who=READER)
        assert eval_labels("zh").admins_only in turned.notice
    _, begun = desk.start({"set": SET, "limit": "1", "seed": "0"}, Look(), "zh", **READER)
    assert not begun
    desk.upload({"name": "n.jsonl", "data": encoded(QUESTIONS)}, Look(), "zh", admin=False)
    assert not (folder / "qa" / "n.jsonl").exists()
    assert (folder / "runs" / run).is_dir()
    review = shown(desk, Look(pane="review"), admin=False)
    assert "雾城地铁" not in review.listed + review.side


def test_a_damaged_run_says_so_and_leaves_the_others(desk, folder):
    good, bad = run_of(desk), run_of(desk)
    (folder / "runs" / bad / "answers.jsonl").write_text("{nothing\n", encoding="utf-8")
    view = shown(desk, Look(run=bad))
    assert "读不出来" in view.listed
    assert "第 1 行：不是 JSON" in view.side
    assert str(folder) not in view.listed
    assert "判对" in view.listed
    assert "<svg" in shown(desk, Look(run=good)).side


def test_a_set_with_bars_is_held_to_them(desk, folder):
    bars = {"bars": [{"measure": "right", "at_least": 0.5}, {"measure": "chars", "at_most": 1}]}
    (folder / "qa" / "newsdesk.gate.json").write_text(json.dumps(bars), encoding="utf-8")
    said = text(shown(desk, Look(run=run_of(desk))).side)
    assert "及格线 ✗ 2 条里有 1 条没过" in said
    assert re.search(r"全部 · 字数 ≤ 1\.0 · [\d.]+, n 3 · 未过", said)


def test_both_languages_fill_the_same_places():
    for labels_of in (eval_labels, run_labels, question_labels, review_labels):
        zh, en = labels_of("zh"), labels_of("en")
        for name in zh.__dataclass_fields__:
            one, two = (set(re.findall(r"{(\w+)}", getattr(each, name))) for each in (zh, en))
            assert one == two, name
            assert not re.search(r"[\u4e00-\u9fff]", getattr(en, name)), name


def test_every_fault_of_a_row_is_told_in_chinese():
    from eval.questions import question_of
    from eval.rows import BadRow

    row = {
        "id": "", "type": 3, "language": "xx", "question": "", "turns": [], "as_of": "1.1.",
        "answerable": True,
        "gold": [{}, {"article_id": "a"}, {"article_id": "a", "quote": "", "b": 1}],
        "extra": 1, "note": 1, "source": 1, "answers": [["！"]],
    }  # fmt: skip
    rows = [row, {**row, "answers": 3, "gold": 3}, {**row, "answers": []}]
    rows.append({**row, "answerable": False})
    for each in rows:
        with pytest.raises(BadRow) as raised:
            question_of(each)
        left = re.sub(r"answers|gold|quote|article_id|language|zh-\w+|true|false|null", "",
                      fault_words(str(raised.value), "zh"))  # fmt: skip
        assert not re.search(r"\b(must|without|unknown|not|needed|with|form)\b", left), left


def test_the_page_asks_who_has_clicked(desk, folder):
    import ui  # noqa: F401 - keeps Gradio from looking for its home

    gr = pytest.importorskip("gradio")
    from desk.eval_page import EvalTab

    # Inside a running loop, or Gradio makes one for its locks and leaves it open.
    async def built():
        with gr.Blocks():
            return EvalTab(desk)

    tab = asyncio.run(built())
    form = gr.EventData(None, {"set": SET, "limit": "1", "seed": "0"})
    reader = SimpleNamespace(scope={KEY: User("wang", Role.READER)})
    changed = tab.started(Look(), "zh", form, reader)
    assert eval_labels("zh").admins_only in changed[tab.form]
    assert desk._runner.job() is None
    admin = SimpleNamespace(scope={KEY: User("chen", Role.ADMIN)})
    tab.started(Look(), "zh", form, admin)
    run = wait(desk)
    assert desk._runner.job().user == "chen"
    tab.clicked(Look(run=run), "zh", gr.EventData(None, {"do": "delete"}), reader)
    assert (folder / "runs" / run).is_dir()
    tab.clicked(Look(run=run), "zh", gr.EventData(None, {"do": "delete"}), admin)
    assert not (folder / "runs" / run).exists()

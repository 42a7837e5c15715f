"""Questions proposed from an archive are verified, and count only once somebody accepted them."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

import cli
from eval.draft import (
    Draft,
    answer_fault,
    choose_verified,
    qa_row,
    queue_item,
    rule_drafts,
    verify,
)
from eval.draft_llm import llm_drafts, read_reply
from eval.questions import question_of, read_questions
from eval.review import Decisions, Proposal, fault_of, read_feedback, read_queue
from index.errors import BadInput
from index.types import Article

LOANS = "2031年6月末，云城本外币各项贷款余额512亿元，同比增长9.5%。"
BODY = f"本报云城讯 记者获悉，{LOANS}云城各区都有增长。"


class Shelf:
    """An archive as far as drafts need one."""

    def __init__(self, *bodies):
        self._held = [
            Article(f"yc-{n}", f"标题{n}", body, language="zh-Hans", published=date(2031, 7, 20))
            for n, body in enumerate(bodies)
        ]

    def articles(self):
        return iter(self._held)


def _draft(**fields):
    article = Article("yc-0", "标题", BODY, language="zh-Hans", published=date(2031, 7, 20))
    known = {
        "question": "2031年6月末云城各项贷款余额是多少？",
        "answer": "512亿元",
        "sentence": LOANS,
        "article": article,
        "kind": "figure",
        "origin": "rule amount",
    }
    return Draft(**{**known, **fields})  # fmt: skip


def _finds(*pairs):
    return lambda question, day: list(pairs)


def test_the_rules_find_an_amount_with_its_sentence():
    drafts = list(rule_drafts(Shelf(f"2031年6月末，云城市各项贷款余额512亿元。{'云城很大。' * 3}")))
    assert [(d.answer, d.kind) for d in drafts] == [("512亿元", "figure")]
    assert drafts[0].answer in drafts[0].sentence


def test_a_question_with_two_answers_is_not_proposed():
    one, two = (f"2031年6月末，云城市各项贷款余额{n}亿元。" for n in (512, 521))
    assert list(rule_drafts(Shelf(one, two))) == []


def test_a_draft_is_verified_with_the_rank_of_its_sentence():
    found = verify(_draft(), _finds(("yc-9", "别的句子。"), ("yc-0", LOANS)))
    assert (found.fault, found.rank) == ("", 2)


@pytest.mark.parametrize(
    ("fields", "pairs", "fault"),
    [
        ({"answer": "521亿元"}, [("yc-0", LOANS)], "is in no gold sentence"),
        ({"answer": "12亿元"}, [("yc-0", LOANS)], "is in no gold sentence"),
        ({"sentence": "云城贷款512亿元。"}, [("yc-0", LOANS)], "not in its article"),
        ({"question": "余额是512亿元吗？"}, [("yc-0", LOANS)], "holds its answer"),
        ({}, [("yc-0", "别的句子。")], "does not find"),
        ({}, [("yc-1", LOANS)], "does not find"),  # another article's copy
        ({}, [], "does not find"),
    ],
    ids=["other figure", "part of a figure", "no sentence of it", "told", "other", "copy", "none"],
)
def test_what_does_not_verify_says_why(fields, pairs, fault):
    assert fault in verify(_draft(**fields), _finds(*pairs)).fault


def test_every_part_needs_a_gold_sentence():
    assert answer_fault([["512亿元", "0.0512万亿元"]], [LOANS]) == ""
    assert answer_fault([["0.0512万亿元"]], [LOANS]) == ""  # the same amount, converted exactly
    assert "8.5%" in answer_fault([["512亿元"], ["8.5%"]], [LOANS])


def test_one_question_an_article_and_kinds_take_turns():
    def article(n):
        return Article(f"a-{n}", "", BODY, language="zh-Hans")

    drafts = [_draft(article=article(n), question=f"{n}问？", kind=kind)
              for n, kind in enumerate(["figure", "figure", "figure", "person"])]  # fmt: skip
    drafts.insert(0, _draft(article=article(0), question="甲问？"))

    def find(question, day):
        return [(draft.article.id, LOANS) for draft in drafts]

    chosen = choose_verified(drafts, find, count=3)
    assert [item.draft.kind for item in chosen] == ["figure", "person", "figure"]
    every = choose_verified(drafts, find, count=9)
    assert sorted(item.draft.article.id for item in every) == ["a-0", "a-1", "a-2", "a-3"]
    known = frozenset({qa_row(chosen[0].draft)["id"]})
    again = choose_verified(drafts, find, count=9, known=known)
    assert chosen[0].draft.question not in [item.draft.question for item in again]


def test_a_model_s_reply_is_read_and_verified():
    assert read_reply('好的：{"question": "多少？", "answer": "512亿元"}。') == (
        "多少？",
        "512亿元",
    )
    for bad in (
        "",
        "{}",
        '{"question": 3, "answer": "x"}',
        '{"question": "", "answer": "x"}',
        "{x}",
    ):
        assert read_reply(bad) is None
    heard = []

    def say(prompt):
        heard.append(prompt)
        return '{"question": "6月末云城贷款余额是多少？", "answer": "999亿元"}'

    (draft,) = llm_drafts(Shelf(BODY), say, model="scripted")
    assert draft.sentence in heard[0]
    assert "is in no gold sentence" in verify(draft, _finds(("yc-0", draft.sentence))).fault


# --- the queue


def _queue(tmp_path, *drafts):
    path = tmp_path / "queue.jsonl"
    rows = [
        queue_item(verify(d, _finds(("yc-0", LOANS))), index_version="i", today=date(2031, 8, 1))
        for d in drafts
    ]
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    return path


def _feedback(tmp_path, *rows):
    path = tmp_path / "feedback.jsonl"
    base = {"id": "f1", "time": "2031-08-01T09:00:00+00:00", "user": "li", "verdict": "up",
            "question": "贷款余额是多少？", "turns": [], "answer": "余额512亿元[1]，共7家[1]。",
            "right_answer": "", "cited": ["yc-0"], "quotes": [LOANS], "index_version": "i",
            "model": "m"}  # fmt: skip
    lines = [
        json.dumps({**base, **r}, ensure_ascii=False) if isinstance(r, dict) else r for r in rows
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_praise_proposes_the_figures_that_the_citations_have(tmp_path):
    (item,), faults = read_feedback(_feedback(tmp_path, {}))
    assert faults == {}
    assert (item.id, item.origin) == ("feedback-f1", "feedback up")
    assert item.row["answers"] == [["512亿元"]]  # 7家 is in no citation
    assert item.row["gold"] == [{"article_id": "yc-0", "quote": LOANS}]
    assert item.row["as_of"] == "2031-08-01"
    assert fault_of(item.row) == ""


def test_blame_takes_the_reader_s_answer_and_only_the_quotes_that_have_it(tmp_path):
    rows = [{"verdict": "down", "right_answer": "9.5%", "quotes": [LOANS, "别的。"],
             "cited": ["yc-0", "yc-1"], "turns": ["云城贷款如何？"]},
            {"id": "f2", "verdict": "down"}]  # fmt: skip
    (one, two), _ = read_feedback(_feedback(tmp_path, *rows))
    assert one.row["answers"] == [["9.5%"]]
    assert one.row["gold"] == [{"article_id": "yc-0", "quote": LOANS}]
    assert one.row["turns"] == ["云城贷款如何？", "贷款余额是多少？"]
    assert fault_of(two.row) == "answerable without answers"  # nothing is accepted unseen


def test_a_bad_line_of_feedback_does_not_cost_the_others(tmp_path):
    bad = ['{"id"', "3", {"verdict": "maybe"}, {"question": " "}, {"id": "ok"}]
    found, faults = read_feedback(_feedback(tmp_path, *bad))
    assert ([item.id for item in found], list(faults)) == (["feedback-ok"], [1, 2, 3, 4])


def test_only_what_its_gold_sentence_answers_is_accepted(tmp_path):
    row = qa_row(_draft())
    assert fault_of(row, {"yc-0": BODY}.get) == ""
    assert "has no article" in fault_of(row, {}.get)
    assert "is not in yc-0" in fault_of(row, {"yc-0": "改过的文章。"}.get)
    assert "no gold sentence" in fault_of({**row, "gold": []})
    wrong = {**row, "answers": [["513亿元"]]}
    assert "is in no gold sentence" in fault_of(wrong)
    with pytest.raises(BadInput, match="cannot be accepted"):
        Decisions(tmp_path / "qa.jsonl").accept(Proposal("x", "rule", row), wrong)
    assert not (tmp_path / "qa.jsonl").exists()


def test_a_set_that_an_editor_wrote_without_a_last_line_feed_is_added_to(tmp_path):
    out = tmp_path / "qa.jsonl"
    mine = {"id": "mine", "type": "t", "question": "几？", "answerable": False}
    out.write_text(json.dumps(mine), encoding="utf-8")
    Decisions(out).accept(Proposal("x", "rule", qa_row(_draft())), qa_row(_draft()))
    assert [item.id for item in read_questions(out)] == ["mine", qa_row(_draft())["id"]]


def _review(tmp_path, keys, *args):
    return CliRunner().invoke(
        cli.app, ["qa", "review", "--out", str(tmp_path / "qa.jsonl"), *map(str, args)], input=keys
    )


def test_review_accepts_rejects_skips_and_goes_on_where_it_stopped(tmp_path):
    drafts = [_draft(question=f"第{n}问，余额是多少？") for n in range(4)]
    queue = _queue(tmp_path, *drafts)
    ids = [item.id for item in read_queue(queue)]
    done = _review(tmp_path, "a\nr\ns\n", "--queue", queue)  # the input ends at the fourth
    assert done.exit_code == 0, done.output
    assert [item.id for item in read_questions(tmp_path / "qa.jsonl")] == [ids[0]]
    done = _review(tmp_path, "", "--queue", queue, "--list")
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == ids[2:]
    _review(tmp_path, "q\n", "--queue", queue)
    assert len(Decisions(tmp_path / "qa.jsonl").known) == 2


def test_review_edits_and_takes_feedback_into_the_same_set(tmp_path):
    feedback = _feedback(tmp_path, {"verdict": "down", "right_answer": "9.5%", "quotes": [],
                                    "cited": []}, {"id": "f2", "verdict": "down"})  # fmt: skip
    keys = f"a\ne\n贷款同比增长多少？\n9.5% | 百分之九点五\nyc-0\n{LOANS}\nfigure\na\nu\na\n"
    done = _review(tmp_path, keys, "--feedback", feedback)
    assert done.exit_code == 0, done.output
    assert "还不能收 Cannot be accepted yet: no gold sentence" in done.stdout
    one, two = read_questions(tmp_path / "qa.jsonl")
    assert one.turns == ("贷款同比增长多少？",)
    assert one.answers == (("9.5%", "百分之九点五"),)
    assert (one.type, one.gold[0].quote) == ("figure", LOANS)
    assert (two.id, two.answerable) == ("feedback-f2", False)


def test_control_characters_do_not_reach_the_terminal(tmp_path):
    feedback = _feedback(tmp_path, {"question": "贷\x1b[2J款？", "answer": "\x1b]0;x\x07512亿元"})
    assert "\x1b" not in _review(tmp_path, "q\n", "--feedback", feedback).stdout


def test_review_without_anything_says_what_to_name(tmp_path):
    done = _review(tmp_path, "")
    assert (done.exit_code, done.stderr.startswith("Name what to review: --queue")) == (1, True)


def test_a_draft_is_a_row_of_a_qa_set():
    assert question_of(qa_row(_draft())).as_of == date(2031, 7, 20)

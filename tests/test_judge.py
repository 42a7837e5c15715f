"""A judge's verdicts stand beside the deterministic scores, with how far the two agree."""

import json

import pytest
from typer.testing import CliRunner

import cli
from eval.agreement import agreement, cohen_kappa
from eval.judge import compare_verdicts, read_judgements, read_verdict, to_judge, verdict_lines
from eval.metrics_run import read_run
from eval.metrics_score import score_run
from eval.metrics_set import read_set
from tests.eval_rows import good_rows, write_run, write_set


def _pairs(both, first, second, neither):
    return ([(True, True)] * both + [(True, False)] * first + [(False, True)] * second
            + [(False, False)] * neither)  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        ((20, 5, 10, 15), 0.4),  # (.7 - .5) / (1 - .5): 25/50 * 30/50 + 25/50 * 20/50 = .5
        ((45, 15, 25, 15), 0.1304),  # (.60 - .54) / (1 - .54)
        ((5, 0, 0, 5), 1.0),
        ((0, 5, 5, 0), -1.0),
        ((25, 25, 25, 25), 0.0),
    ],
)
def test_kappa_by_hand(counts, kappa):
    assert cohen_kappa(_pairs(*counts)) == pytest.approx(kappa, abs=1e-4)


def test_kappa_agrees_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    for counts in ((20, 5, 10, 15), (3, 1, 0, 2), (8, 2, 3, 1)):
        one, two = zip(*_pairs(*counts), strict=True)
        assert cohen_kappa(_pairs(*counts)) == pytest.approx(metrics.cohen_kappa_score(one, two))


def test_kappa_is_absent_where_chance_explains_all():
    assert cohen_kappa(_pairs(9, 0, 0, 0)) is None
    assert cohen_kappa([]) is None
    assert agreement([]).agree is None


def test_the_interval_holds_kappa_and_is_the_same_each_time():
    found = agreement(_pairs(20, 5, 10, 15))
    assert found.low < found.kappa < found.high
    assert found == agreement(_pairs(20, 5, 10, 15))
    assert (found.n, found.agree) == (50, 0.7)


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ('{"right": true, "reason": "对"}', True),
        ('好的。```json\n{"right": false, "reason": "数字不符"}\n```', False),
        ('{"x": 1} {"right": true}', True),
        ('{"right": "yes"}', None),
        ("对。", None),
        ("", None),
    ],
)
def test_a_reply_is_read_or_counted_as_unread(reply, right):
    assert read_verdict(reply)[0] is right


def _scores(tmp_path, rows=None):
    return score_run(read_set(write_set(tmp_path)), read_run(write_run(tmp_path, "run", rows)))


def test_only_answers_that_were_given_are_judged(tmp_path):
    rows = good_rows()
    rows[0] |= {"status": "not_found", "text": "没有找到", "citations": []}
    assert [item.id for item in to_judge(_scores(tmp_path, rows))] == ["index", "both"]


def test_the_prompt_has_question_parts_gold_and_answer_as_text(tmp_path):
    rows = good_rows()
    rows[0]["text"] = "$gold 余额512亿元[1]。"
    first, _, both = to_judge(_scores(tmp_path, rows))
    assert "2031年6月末云城各项贷款余额是多少？" in first.prompt
    assert "6月末，云城各项贷款余额512亿元。" in first.prompt
    assert "$gold 余额512亿元。" in first.prompt  # no placeholder, and no marker
    assert "12座 & 23座" in both.prompt


def _judged(tmp_path, *verdicts):
    path = tmp_path / "judge.jsonl"
    rows = [{"id": key, "right": right, "reason": "理由"} for key, right in verdicts]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return read_judgements(path)


def test_the_verdicts_are_held_beside_right_and_enter_no_measure(tmp_path):
    rows = good_rows()
    rows[1]["text"] = "云城采购指数为52.0%[1]。"
    scores = _scores(tmp_path, rows)
    before = [dict(score.values) for score in scores]
    said = _judged(tmp_path, ("loans", True), ("index", True), ("both", None), ("other", True))
    found = compare_verdicts(scores, said)
    assert [dict(score.values) for score in scores] == before
    assert (found.judged, found.unreadable) == (3, 1)
    whole = found.groups["all"]
    assert (whole.both_right, whole.only_first, whole.only_second) == (1, 0, 1)
    assert [(score.question.id, judged.reason) for score, judged in found.differ] == [
        ("index", "理由")
    ]
    assert any("index rule ✗ judge ✓" in line for line in verdict_lines(found))


def _run(tmp_path, monkeypatch, replies, *args):
    heard = []

    def ask_prompt(endpoint, **_):
        def ask(prompt):
            heard.append((endpoint.model, endpoint.base_url, endpoint.api_key, prompt))
            return replies[min(len(heard), len(replies)) - 1]

        return ask

    monkeypatch.setattr("commands.llm_prompt.ask_prompt", ask_prompt)
    run = write_run(tmp_path, "run")
    words = ["eval", "judge", str(run), "--questions", str(write_set(tmp_path)), "--out",
             str(tmp_path / "judge.jsonl"), *args]  # fmt: skip
    return CliRunner().invoke(cli.app, words), heard


_ENDPOINT = ("--base-url", "http://judge/v1/", "--model", "judge-7b@1")


def test_the_command_keeps_verdicts_names_the_model_and_hides_the_key(tmp_path, monkeypatch):
    monkeypatch.setenv("JUDGE_API_KEY", "sk-judge")
    replies = ['{"right": true}', '{"right": false}', "嗯"]
    done, heard = _run(tmp_path, monkeypatch, replies, *_ENDPOINT)
    assert done.exit_code == 0, done.output
    assert [call[:3] for call in heard] == [("judge-7b@1", "http://judge/v1", "sk-judge")] * 3
    beside = (tmp_path / "judge.jsonl.run.json").read_text(encoding="utf-8")
    assert json.loads(beside)["judge"] == "judge-7b@1"
    assert json.loads(beside).keys() >= {"judge.zh", "judge.en"}
    assert "sk-judge" not in beside + done.output
    assert "3 answers, 1 replies not read" in done.stdout
    again, heard = _run(tmp_path, monkeypatch, replies, *_ENDPOINT, "--json")
    assert heard == []  # taken up: nothing is left to ask
    assert json.loads(again.stdout)["groups"]["all"]["only_rule"] == 1


def test_a_judge_that_is_down_is_named_and_not_the_assistant_s_model(tmp_path):
    words = ["eval", "judge", str(write_run(tmp_path, "run")), "--questions",
             str(write_set(tmp_path)), "--out", str(tmp_path / "j.jsonl"),
             "--base-url", "http://u:pw@127.0.0.1:9/v1", "--model", "m"]  # fmt: skip
    done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == 1
    assert "The judge m did not answer" in done.stderr
    assert "Check --base-url http://127.0.0.1:9/v1;" in done.stderr
    assert "SUYUAN_LLM" not in done.stderr
    assert "pw" not in done.stderr


def test_without_an_endpoint_one_line_says_what_to_give(tmp_path, monkeypatch):
    done, heard = _run(tmp_path, monkeypatch, [""])
    assert (done.exit_code, heard) == (1, [])
    assert done.stderr.startswith("A judge needs an endpoint and a model: --base-url")

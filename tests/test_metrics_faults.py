"""A fault put into a good run moves the measures that should see it, and no other."""

from eval.compare import compare_runs
from eval.metrics_run import read_run
from eval.metrics_set import read_set
from tests.eval_rows import NOT_FOUND, QUESTIONS, changed, write_lines, write_run, write_set


def _moved(tmp_path, number, change):
    """Measure -> its mean before and after, of all measures whose mean or whose n changed."""
    questions = read_set(write_set(tmp_path))
    a = read_run(write_run(tmp_path, "good"))
    b = read_run(write_run(tmp_path, "bad", changed(number, change)))
    found = compare_runs(questions, a, b, resamples=200)
    turned = {name: (t.a, t.b) for name, t in found.differences["all"].items() if t.difference}
    counted = {
        name
        for item in found.questions
        for name in item.a.values
        if (item.a.values[name] is None) != (item.b.values[name] is None)
    }
    return turned, counted


def test_the_good_run_is_right_in_everything_it_has(tmp_path):
    questions = read_set(write_set(tmp_path))
    run = read_run(write_run(tmp_path, "good"))
    found = compare_runs(questions, run, run, resamples=200).differences["all"]
    best = {name: turn.a for name, turn in found.items()}
    perfect = {
        "right", "parts", "period_right", "figure_recall", "figure_precision", "cited",
        "article_recall", "article_precision", "sentence_recall", "sentence_precision",
        "cite_recall", "cite_precision", "refusal_recall", "refusal_precision", "found", "hit@1",
    }  # fmt: skip
    assert {name: best[name] for name in perfect} == dict.fromkeys(perfect, 1.0)
    assert (best["over_refusal"], best["false_conflict"], best["unsupported"]) == (0, 0, 0)


def test_a_wrong_figure_is_seen_by_the_answer_its_figures_and_the_entailment(tmp_path):
    def fault(row):
        row["text"] = row["text"].replace("512", "521")  # digits swapped; the sentences stay

    turned, counted = _moved(tmp_path, 0, fault)
    assert turned["right"] == (1.0, 2 / 3)  # of three answerable questions
    assert set(turned) == {
        "right", "parts", "rouge_l",  # what is said
        "figure_recall", "figure_precision",
        "cite_recall", "cite_precision",  # the sentence does not say 521
    }  # fmt: skip
    assert counted == set()


def test_a_citation_of_the_wrong_article_is_seen_by_the_gold_labels_alone(tmp_path):
    def fault(row):
        row["citations"][0]["article_id"] = "yc-9"  # the same words, printed by somebody else

    turned, counted = _moved(tmp_path, 0, fault)
    assert set(turned) == {
        "cited", "article_recall", "article_precision", "sentence_recall", "sentence_precision",
    }  # fmt: skip
    assert turned["article_precision"] == (1.0, 2 / 3)
    assert counted == set()


def test_an_over_eager_refusal_is_seen_by_refusal_and_by_what_is_missing(tmp_path):
    def fault(row):
        row |= {"status": "not_found", "text": NOT_FOUND, "citations": []}

    turned, counted = _moved(tmp_path, 0, fault)
    assert turned["over_refusal"] == (0.0, 1 / 3)
    assert turned["refusal_precision"] == (1.0, 1 / 2)  # one of two refusals was called for
    assert set(turned) == {
        "over_refusal", "refusal_precision", "right", "parts", "rouge_l", "figure_recall", "chars",
    }  # fmt: skip
    # Citations of an answer that was not given are absent, not zero: the others' means stay.
    assert counted - {"refusal_precision"} == {
        "cited", "article_recall", "article_precision", "sentence_recall", "sentence_precision",
        "cite_recall", "cite_precision", "figure_precision", "period_right",
    }  # fmt: skip


def test_a_swapped_period_is_seen_by_the_period_alone(tmp_path):
    def fault(row):
        # Last month's sentence of the same article, with the same figure: all else agrees.
        row["citations"][0]["quote"] = "5月，云城采购指数为50.2%。"

    turned, counted = _moved(tmp_path, 1, fault)
    assert turned == {"period_right": (1.0, 1 / 2)}  # two of the questions name a period
    assert counted == set()


def test_a_sentence_of_last_year_is_a_swapped_period_too(tmp_path):
    def fault(row):
        row["citations"][0]["published"] = "2030-07-20"  # its 6月 is that of 2030

    turned, _ = _moved(tmp_path, 1, fault)
    assert turned == {"period_right": (1.0, 1 / 2)}


def test_a_conflict_told_where_there_is_none_is_seen_by_false_conflict_alone(tmp_path):
    turned, counted = _moved(tmp_path, 1, lambda row: row.update(status="conflict"))
    assert turned == {"false_conflict": (0.0, 1 / 3)}
    assert counted == set()


def test_a_slow_answer_is_seen_by_the_clock_alone(tmp_path):
    turned, _ = _moved(tmp_path, 1, lambda row: row["timings"].update(total=8.0))
    assert turned == {"total_s": (2.0, 3.5)}  # (3 * 2 + 8) / 4


def test_evidence_that_lost_the_article_is_seen_by_retrieval_alone(tmp_path):
    def fault(row):
        row["evidence"][0] |= {"article_id": "yc-9", "text": "别的句子。"}

    turned, counted = _moved(tmp_path, 0, fault)
    assert counted == set()
    assert set(turned) == {
        "found", "hit@1", "hit@3", "hit@5", "hit@10", "mrr@10", "ndcg@10", "recall@10",
        "allgroups@5", "allgroups@10", "answer@5",
    }  # fmt: skip


def test_more_tokens_are_seen_by_the_tokens_alone(tmp_path):
    def spend(prompt, completion):
        return lambda row: row.update(tokens={"prompt": prompt, "completion": completion})

    questions = read_set(write_set(tmp_path))
    a = read_run(write_run(tmp_path, "a", changed(1, spend(800, 40))))
    b = read_run(write_run(tmp_path, "b", changed(1, spend(900, 60))))
    found = compare_runs(questions, a, b, resamples=200).differences["all"]
    turned = {name: (turn.a, turn.b) for name, turn in found.items() if turn.difference}
    # The three rows without tokens enter no mean: absence is not zero.
    assert turned == {
        "tokens": (840, 960), "prompt_tokens": (800, 900), "completion_tokens": (40, 60),
    }  # fmt: skip


def test_a_conflict_that_is_not_told_is_seen_by_conflict_told_alone(tmp_path):
    rows = [{**item, "type": "conflict"} if item["id"] == "index" else item for item in QUESTIONS]
    questions = read_set(write_lines(tmp_path / "conflicts.jsonl", rows))
    a = read_run(write_run(tmp_path, "told", changed(1, lambda row: row.update(status="conflict"))))
    b = read_run(write_run(tmp_path, "not"))
    found = compare_runs(questions, a, b, resamples=200).differences["all"]
    turned = {name: (turn.a, turn.b) for name, turn in found.items() if turn.difference}
    assert turned == {"conflict_told": (1, 0)}


def test_another_sentence_of_the_right_article_is_seen_by_the_sentences_alone(tmp_path):
    def fault(row):
        row["citations"][0]["quote"] = "云城各项贷款余额，6月末为512亿元。"  # says it as well

    turned, counted = _moved(tmp_path, 0, fault)
    assert set(turned) == {"sentence_recall", "sentence_precision"}
    assert counted == set()

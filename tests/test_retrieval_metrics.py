"""Retrieval measures: by hand, against the reference beside us, and against trec_eval's."""

import importlib.util
import json
import math
import random
import subprocess
import sys
from pathlib import Path

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.retrieval_metrics import (
    answer_in,
    bootstrap_interval,
    groups_found,
    hit,
    judged_ranking,
    mean,
    ndcg,
    percentile,
    recall,
    reciprocal_rank,
)
from eval.retrieval_queries import RetrievalQuery
from eval.retrieval_scores import (
    MACRO,
    latency_line,
    score_ranking,
    summarise,
    summary_json,
    table_lines,
)

REFERENCE = Path(__file__).parents[1].parent / "shared" / "bench" / "metrics.py"


def query(**fields):
    given_fields = {"id": "q", "type": "single", "question": "问", "gold_ids": ("a",), **fields}
    return RetrievalQuery(**given_fields)


# --- one measure at a time


def test_an_article_counts_at_its_first_place_and_an_ignored_one_not_at_all():
    judged = judged_ranking(["x", "i", "x", "a"], gold={"a"}, ignored={"i"})
    assert judged == ["x", "a"]


def test_an_ignored_article_that_is_gold_stays():
    assert judged_ranking(["i", "x"], gold={"i"}, ignored={"i"}) == ["i", "x"]


def test_hit_looks_no_further_than_k():
    assert hit(["x", "a"], {"a"}, 1) == 0
    assert hit(["x", "a"], {"a"}, 2) == 1


def test_reciprocal_rank_is_of_the_first_relevant_one():
    assert reciprocal_rank(["x", "y", "a", "b"], {"a", "b"}, 10) == 1 / 3
    assert reciprocal_rank(["x", "y", "a"], {"a"}, 2) == 0


def test_ndcg_discounts_by_the_logarithm_of_the_rank():
    # found at ranks 1 and 3 of two relevant: (1 + 1/log2 4) / (1 + 1/log2 3)
    expected = (1 + 1 / 2) / (1 + 1 / math.log2(3))
    assert ndcg(["a", "x", "b"], {"a", "b"}, 10) == pytest.approx(expected, abs=1e-12)


def test_the_best_possible_gain_holds_no_more_than_k_articles():
    assert ndcg(["a", "b"], {"a", "b", "c"}, 2) == 1
    assert recall(["a", "b"], {"a", "b", "c"}, 2) == 1
    assert recall(["a", "x"], {"a", "b", "c"}, 2) == 1 / 2


def test_groups_count_once_however_many_of_them_are_found():
    groups = [{"a", "b"}, {"c"}]
    assert groups_found(["a", "b"], groups, 10) == 1 / 2
    assert groups_found(["b", "x", "c"], groups, 2) == 1 / 2
    assert groups_found(["b", "x", "c"], groups, 3) == 1


def test_every_part_of_the_answer_is_needed_from_whichever_sentence():
    sentences = ["全市建成公园75座。", "雪道共319条。"]
    assert answer_in(sentences, [["75座"], ["三百一十九条", "319条"]]) == 1
    assert answer_in(sentences, [["75座"], ["12条"]]) == 0


def test_a_figure_is_not_found_inside_a_longer_one():
    assert answer_in(["同比增长15.4%。"], [["5.4%"]]) == 0


def test_two_sentences_side_by_side_do_not_make_an_answer_up():
    assert answer_in(["到会的有张三", "丰及家人"], [["张三丰"]]) == 0


@pytest.mark.parametrize("measure", [ndcg, recall])
def test_nothing_relevant_has_no_value(measure):
    with pytest.raises(ValueError, match="relevant"):
        measure(["a"], set(), 10)


def test_no_groups_and_no_answer_have_no_value():
    with pytest.raises(ValueError, match="group"):
        groups_found(["a"], [], 10)
    with pytest.raises(ValueError, match="part"):
        answer_in(["a"], [])


def test_nothing_measured_is_not_zero():
    assert (mean([]), bootstrap_interval([]), percentile([], 0.5)) == (None, None, None)


def test_the_interval_of_equal_values_is_a_point():
    assert bootstrap_interval([1.0] * 9) == (1.0, 1.0)


def test_the_interval_is_near_the_normal_one_for_many_values():
    # half ones of 400: 0.5 ± 1.96 * sqrt(0.25 / 400) = 0.451 … 0.549
    low, high = bootstrap_interval([0.0, 1.0] * 200)
    assert low == pytest.approx(0.451, abs=0.01)
    assert high == pytest.approx(0.549, abs=0.01)


def test_percentiles_are_values_that_occurred():
    twenty = [float(n) for n in range(20, 0, -1)]
    assert percentile(twenty, 0.5) == 10
    assert percentile(twenty, 0.95) == 19
    assert percentile([7.0], 0.95) == 7


# --- a query's groups


def test_an_alternative_stands_for_the_whole_answer_but_not_for_one_part_of_several():
    alone = query(alt_gold_ids=("b",))
    parts = query(gold_ids=("a", "c"), alt_gold_ids=("b",), require_all_gold=True)
    assert score_ranking(alone, ["b"]).values["allgroups@5"] == 1
    assert score_ranking(parts, ["b"]).values["allgroups@5"] == 0
    assert score_ranking(parts, ["b"]).values["hit@1"] == 1
    assert score_ranking(parts, ["c"]).values["allgroups@5"] == 1 / 2


def test_named_groups_go_before_require_all_gold():
    grouped = query(
        gold_ids=("a", "b", "c"), gold_groups=(("a", "b"), ("c",)), require_all_gold=True
    )
    assert score_ranking(grouped, ["b", "c"]).values["allgroups@5"] == 1


def test_a_query_without_answers_or_a_system_without_evidence_has_no_answer_score():
    assert score_ranking(query(), ["a"], ["甲"]).values["answer@5"] is None
    assert score_ranking(query(answers=(("甲",),)), ["a"]).values["answer@5"] is None
    assert score_ranking(query(answers=(("甲",),)), ["a"], []).values["answer@5"] == 0


def test_the_answer_is_looked_for_in_five_sentences():
    sentences = ["一", "二", "三", "四", "五", "甲"]
    wanted = query(answers=(("甲",),))
    assert score_ranking(wanted, ["a"], sentences).values["answer@5"] == 0
    assert score_ranking(wanted, ["a"], sentences[1:]).values["answer@5"] == 1


# --- the table


def test_the_macro_mean_weighs_types_alike_and_leaves_event_and_null_out():
    scores = [
        *[score_ranking(query(type="hard"), [found]) for found in "axxx"],  # hit@1 1/4
        score_ranking(query(type="single"), ["a"]),  # 1
        *[score_ranking(query(type=name), ["x"]) for name in ("event", "null")],
    ]
    macro = summarise(scores)[-1]
    assert (macro.type, macro.n) == (MACRO, 5)
    assert macro.means["hit@1"] == (1 / 4 + 1) / 2
    assert macro.means["answer@5"] is None


def test_the_table_has_a_line_per_type_and_dashes_where_nothing_was_measured():
    scores = [
        score_ranking(query(answers=(("甲",),)), ["a"], ["甲"]),
        score_ranking(query(type="xling"), ["x", "a"]),
    ]
    assert table_lines(summarise(scores)) == [
        "type              n             hit@1             hit@5"
        "    mrr@10   ndcg@10 groups@10  answer@5",
        "single            1 1.000 [1.00–1.00] 1.000 [1.00–1.00]"
        "     1.000     1.000     1.000     1.000",
        "xling             1 0.000 [0.00–0.00] 1.000 [1.00–1.00]"
        "     0.500     0.631     1.000         –",
        "macro mean        2             0.500             1.000"
        "     0.750     0.815     1.000     1.000",
    ]


def test_latency_is_told_in_milliseconds():
    seconds = [n / 1000 for n in range(1, 21)]
    assert latency_line(seconds) == "latency p50 10 ms, p95 19 ms (20 queries)"
    assert latency_line([]) == "latency –"


# --- other implementations

IDS = [f"d{n}" for n in range(30)]


@given(
    st.lists(st.sampled_from(IDS), unique=True, max_size=25),
    st.sets(st.sampled_from(IDS), min_size=1, max_size=15),
)
def test_agrees_with_trec_eval(ranked, relevant):
    qrels = [ir_measures.Qrel("q", key, 1) for key in relevant]
    run = [ir_measures.ScoredDoc("q", key, -rank) for rank, key in enumerate(ranked)]
    wanted = {
        ir_measures.RR @ 10: reciprocal_rank(ranked, relevant, 10),
        ir_measures.nDCG @ 10: ndcg(ranked, relevant, 10),
        ir_measures.Success @ 5: hit(ranked, relevant, 5),
    }
    theirs = dict.fromkeys(wanted, 0.0) | dict(ir_measures.calc_aggregate([*wanted], qrels, run))
    for measure, ours in wanted.items():
        assert ours == pytest.approx(theirs[measure], abs=1e-9), measure


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_the_reference_on_random_runs(seed, tmp_path):
    rows, rankings = _random_run(random.Random(seed))
    (tmp_path / "queries.jsonl").write_text(_lines(rows), encoding="utf-8")
    run = [{"id": key, "ranked": ranked} for key, ranked in rankings.items()]
    (tmp_path / "run.jsonl").write_text(_lines(run), encoding="utf-8")
    theirs = _run_reference(tmp_path / "queries.jsonl", tmp_path / "run.jsonl")
    queries = [RetrievalQuery(**{k: _tuple(v) for k, v in row.items()}) for row in rows]
    scores = [score_ranking(q, rankings.get(q.id, ())) for q in queries if q.judged]
    ours = summary_json(summarise(scores), [])["types"]
    assert ours.keys() == theirs.keys() - {"ALL"}
    for name, row in ours.items():
        for measure in theirs[name].keys() & row.keys():
            assert row[measure] == pytest.approx(theirs[name][measure], abs=1e-9), (name, measure)
        assert {"n", "hit@1", "hit@5", "mrr@10", "ndcg@10", "recall@10", "allgroups@10"} <= (
            theirs[name].keys() & row.keys()
        )
        assert row["mrr@10_ci"] == theirs[name]["mrr_ci"]


def test_finds_answers_as_the_reference_does():
    sentences = ["上半年贷款余额20,314亿元，同比增长 15.53 %。", "共有游客1.2万人次，比分３比２。"]
    forms = ["20314亿元", "0314亿元", "15.53%", "5.53%", "1.2万人次", "2万人次", "3:2", "三成"]
    reference = _reference()
    for form in forms:
        theirs = any(reference.contains(text, form) for text in sentences)
        assert answer_in(sentences, [[form]]) == theirs, form


def _random_run(draw):
    rows, rankings = [], {}
    for n in range(60):
        gold = draw.sample(IDS, draw.randint(1, 4))
        row = {
            "id": f"q{n}",
            "type": draw.choice(["single", "multi", "hard", "null"]),
            "question": "问",
            "gold_ids": gold if draw.random() > 0.1 else [],
            "alt_gold_ids": draw.sample(IDS, draw.randint(0, 2)),
            "ignore_ids": draw.sample(IDS, draw.randint(0, 5)),
            "require_all_gold": draw.random() < 0.4,
        }
        if draw.random() < 0.3:
            row["gold_groups"] = [gold[:2], gold[2:] or gold[:1]][: draw.randint(1, 2)]
        rows.append(row)
        if draw.random() > 0.1:  # a query may be missing from the run
            rankings[row["id"]] = draw.choices(IDS, k=draw.randint(0, 25))  # with repetitions
    return rows, rankings


def _tuple(value):
    return tuple(map(_tuple, value)) if isinstance(value, list) else value


def _lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def _run_reference(*files):
    """In a process of its own: it leaves files to the garbage collector, here an error."""
    _reference()
    command = [sys.executable, str(REFERENCE), "retrieval", *map(str, files)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def _reference():
    if not REFERENCE.is_file():
        pytest.skip(f"the reference metrics are not at {REFERENCE}")
    spec = importlib.util.spec_from_file_location("reference_metrics", REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

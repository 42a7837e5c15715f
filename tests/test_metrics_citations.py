"""Citation measures: by hand, and equal to the reference's on any answer."""

import importlib.util
import random
from functools import cache
from pathlib import Path

import pytest

from eval.metrics_citations import (
    CitationScore,
    article_precision,
    article_recall,
    says_the_same,
    score_citations,
    sentence_precision,
    sentence_recall,
)

REFERENCE = Path(__file__).parents[1].parent / "shared" / "bench" / "metrics.py"
LOANS = "6月末，云城各项贷款余额512亿元，同比增长8%。"
PARK = "云河公园新建绿道12座驿站。"


@cache
def _reference():
    if not REFERENCE.is_file():
        pytest.skip(f"the reference metrics are not at {REFERENCE}")
    spec = importlib.util.spec_from_file_location("reference_metrics", REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("statement", "holds"),
    [
        ("云城贷款余额512亿元。", True),
        ("云城贷款余额521亿元。", False),  # a figure it lacks
        ("云城贷款余额12亿元。", False),  # figures have boundaries
        ("云城贷款余额512亿元，GDP也增长。", False),  # a Latin word it lacks
        ("县里的公园明天开门迎客。", False),  # hardly a pair of characters
        ("8%", True),
    ],
)
def test_a_statement_follows_where_its_figures_and_most_of_its_words_are_there(statement, holds):
    assert says_the_same(LOANS, statement) is holds


@pytest.mark.parametrize(
    ("answer", "recall", "precision"),
    [
        ("云城贷款余额512亿元[1]。", 1, 1),
        ("云城贷款余额521亿元[1]。", 0, 0),
        ("云城贷款余额512亿元。", 0, None),  # a statement without a citation; no citation
        ("云城贷款余额512亿元[3]。", 0, 0),  # there is no third sentence
        # either entails nothing of the other: [2] is not needed
        ("云城贷款余额512亿元[1][2]。", 1, 1 / 2),
        # both together: neither alone holds 512 and 12
        ("云城贷款余额512亿元，云河公园新建绿道12座驿站[1][2]。", 1, 1),
        # two statements, one carried
        ("云城贷款余额512亿元[1]。云河公园关门了[2]。", 1 / 2, 1 / 2),
        ("云城贷款余额512亿元[1]。库中没有找到存款的报道。", 1, 1),  # says that nothing was found
        ("青岛[1]", None, None),  # two letters are no statement
        ("", None, None),
    ],
)
def test_alce_by_hand(answer, recall, precision):
    score = score_citations(answer, [LOANS, PARK])
    assert (score.recall, score.precision) == (recall, precision)


def test_an_english_statement_ends_at_a_full_stop_before_a_capital():
    said = []

    def entails(_, statement):
        said.append(statement)
        return True

    answer = (
        "Mr. Smith of U.S. Steel saw 3.5% growth [1]. The park closed. [2] It rained. 绿道通车[2]。"
    )
    score = score_citations(answer, [LOANS, PARK], entails=entails)
    assert list(dict.fromkeys(said)) == [
        "Mr. Smith of U.S. Steel saw 3.5% growth .",
        "The park closed.",
        "It rained. 绿道通车。",  # no capital behind the stop
    ]
    assert (score.recall, score.precision) == (1, 1)
    assert score_citations("The park closed. It rained [2].", [LOANS, PARK], entails=entails) == (
        CitationScore(1 / 2, 1)  # the first statement has no citation
    )


def test_of_two_sentences_that_say_the_same_either_is_needed_enough():
    # each entails the statement alone: both citations count (Gao et al. 2023, section 4)
    assert score_citations("云城贷款余额512亿元[1][2]。", [LOANS, LOANS]).precision == 1


def test_alce_and_its_entailment_agree_with_the_reference_on_random_answers():
    reference, draw = _reference(), random.Random(6)
    pieces = [
        "云城贷款余额512亿元",
        "同比增长8%",
        "新建绿道12座驿站",
        "公园开门",
        "GDP",
        "，",
        "521亿元",
    ]
    seen = set()
    for _ in range(600):
        docs = ["".join(draw.choices(pieces, k=3)) for _ in range(draw.randint(1, 3))]
        answer = "".join(
            "".join(draw.choices(pieces, k=draw.randint(1, 3)))
            + "".join(f"[{draw.randint(1, 4)}]" for _ in range(draw.randint(0, 3)))
            + draw.choice(["。", "；", "！", "\n"])
            for _ in range(draw.randint(1, 3))
        )
        score = score_citations(answer, docs)
        recall, precision, statements, cites = reference.alce(
            answer, docs, reference.lexical_entail
        )
        # The reference says 0 where there is nothing to measure.
        assert (score.recall or 0.0) == pytest.approx(recall)
        assert (score.precision or 0.0) == pytest.approx(precision)
        assert (score.recall is None) == (statements == 0)
        assert (score.precision is None) == (cites == 0)
        seen.add((score.recall, score.precision))
    assert len(seen) > 10  # the answers were not all alike


def test_article_shares_count_each_cited_article():
    assert article_precision(["a", "x"], {"a", "b"}) == 1 / 2
    assert article_precision([], {"a"}) is None
    assert article_recall(["a", "x"], [{"a"}, {"b"}]) == 1 / 2
    assert article_recall(["b"], [{"a", "b"}]) == 1  # either tells it
    assert article_recall([], [{"a"}]) == 0


def test_a_cited_sentence_is_gold_where_either_holds_the_other_in_one_article():
    gold = [("a", "余额512亿元。"), ("b", "")]
    cited = [
        ("a", "6月末，余额\n512亿元。"),
        ("b", "随便哪句。"),
        ("c", "余额512亿元。"),
        ("a", "别的。"),
    ]
    assert sentence_precision(cited, gold) == 2 / 4
    assert sentence_precision([], gold) is None


def test_sentence_recall_wants_one_gold_sentence_a_part():
    gold = [("a", "余额512亿元。"), ("b", "余额512亿元。")]
    assert sentence_recall([("a", "余额512亿元。")], gold, parts=1) == 1  # two say the same
    assert sentence_recall([("a", "余额512亿元。")], gold, parts=2) == 1 / 2
    assert sentence_recall([], gold, parts=2) == 0
    # more parts than gold sentences: one sentence tells both
    assert sentence_recall([("a", "余额512亿元。")], gold[:1], parts=2) == 1

"""From found chunks to the sentences that may answer: exact, best first, the same every time."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.briefs import brief_at
from index.filters import NO_FILTER, SearchFilter
from index.periods import parse_periods
from index.types import DateKnown, Sentence, Span
from rag.evidence import (
    Candidate,
    as_evidence,
    latest_anchor,
    penalty,
    score_sentence,
    weigh_sentences,
)
from rag.focus import read_focus
from rag.retrieve import Retriever, standardised
from rag.types import Lane, Query
from tests.fakes import FakeEncoder
from tests.scripted_llm import PRINTED, archive_of, article

_ENCODER = FakeEncoder()
_HEADING = "贷款余额再创新高"
_LOANS_BODY = (
    "6月末，青岛贷款余额31250亿元，同比增长7.4%。信贷投向继续优化。\n"
    f"{_HEADING}\n"
    "5月末，青岛贷款余额30980亿元。"
)
_ARTICLES = [
    article(
        "loans",
        "青岛信贷平稳增长",
        _LOANS_BODY,
        section="A02 要闻",
        byline="□本报记者 林一舟",
        url="https://news.example.com/loans",
        headings=(Span(_LOANS_BODY.index(_HEADING), _LOANS_BODY.index(_HEADING) + len(_HEADING)),),
    ),
    article("jinan", "济南信贷平稳增长", "6月末，济南贷款余额28110亿元，同比增长8.1%。"),
    article("weather", "周末有雨", "气象台预计，周末有小到中雨，市民出行请带伞。"),
    article(
        "guide", "海滨步道指南", "步道全程免费。", reporters=("林一舟", "周可"), published=None
    ),
]
_BY_ID = {item.id: item for item in _ARTICLES}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with archive_of(tmp_path_factory.mktemp("archive"), _ARTICLES) as archive:
        yield archive


def _weigh(archive, question, *, filters=NO_FILTER, encoder=_ENCODER):
    query = Query(question, question, "zh-Hans", filters=filters)
    periods = parse_periods(question, anchor=PRINTED)
    retrieved = Retriever(archive, encoder).retrieve(query, periods)
    return weigh_sentences(
        question, read_focus(question), retrieved, archive, encoder, asked_periods=periods
    )


def _texts(candidates):
    return [candidate.sentence.text for candidate in candidates]


def test_every_candidate_is_a_sentence_of_its_article(archive):
    for candidate in _weigh(archive, "青岛6月末贷款余额是多少？"):
        sentence = candidate.sentence
        body = _BY_ID[candidate.article.id].body
        assert body[sentence.start : sentence.end] == sentence.text
        assert sentence.article_id == candidate.article.id


def test_a_sentence_comes_up_once_and_a_sub_heading_never(archive):
    texts = _texts(_weigh(archive, "青岛贷款余额再创新高？"))
    assert len(set(texts)) == len(texts) == 6  # 3 of the loans, 1 each of the others
    assert not any(_HEADING in text for text in texts)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("青岛6月末贷款余额是多少？", "6月末，青岛贷款余额31250亿元，同比增长7.4%。"),
        ("青岛5月末贷款余额是多少？", "5月末，青岛贷款余额30980亿元。"),
        ("济南6月末贷款余额是多少？", "6月末，济南贷款余额28110亿元，同比增长8.1%。"),
        ("濟南6月末貸款餘額是多少？", "6月末，济南贷款余额28110亿元，同比增长8.1%。"),
        ("周末有雨吗？", "气象台预计，周末有小到中雨，市民出行请带伞。"),
    ],
)
def test_place_and_period_decide_between_sentences_that_differ_in_nothing_else(
    archive, question, best
):
    assert _texts(_weigh(archive, question))[0] == best


def test_the_best_come_first(archive):
    scores = [item.score for item in _weigh(archive, "青岛6月末贷款余额是多少？")]
    assert len(scores) == 6
    assert scores == sorted(scores, reverse=True)


def test_an_article_that_never_names_the_place_is_missing_it(archive):
    by_article = {c.article.id: c.missing for c in _weigh(archive, "青岛贷款余额？")}
    assert by_article["loans"] == ()
    assert by_article["jinan"] == ("青岛",)


def test_of_two_places_one_is_enough(archive):
    chosen = _weigh(archive, "青岛和济南的贷款余额分别是多少？")
    missing = {candidate.article.id: candidate.missing for candidate in chosen}
    assert (missing["loans"], missing["jinan"]) == ((), ())
    assert set(missing["weather"]) == {"青岛", "济南"}


def test_another_period_is_marked_as_such(archive):
    fits = {c.sentence.text: c.period for c in _weigh(archive, "青岛6月末贷款余额？")}
    assert fits["6月末，青岛贷款余额31250亿元，同比增长7.4%。"] == 1
    assert fits["5月末，青岛贷款余额30980亿元。"] == -1


def test_the_two_sentences_before_are_those_of_the_paragraph(archive):
    before = {c.sentence.text: c.before for c in _weigh(archive, "青岛信贷投向？")}
    assert before["信贷投向继续优化。"] == "6月末，青岛贷款余额31250亿元，同比增长7.4%。"
    assert before["5月末，青岛贷款余额30980亿元。"] == ""


def test_nothing_found_is_no_evidence(archive):
    late = SearchFilter(since=date(2030, 1, 1))
    assert _weigh(archive, "青岛贷款余额？", filters=late) == []
    assert as_evidence([]) == ()


def test_ties_are_broken_by_article_and_position(tmp_path):
    same = "步道全长12公里。步道全长12公里。"
    with archive_of(tmp_path, [article(f"t-{n}", "步道", same) for n in (3, 1, 2)]) as archive:
        chosen = _weigh(archive, "步道全长多少公里？")
    assert [(c.article.id, c.sentence.start) for c in chosen] == [
        (f"t-{n}", start) for n in (1, 2, 3) for start in (0, len(same) // 2)
    ]


def test_the_same_question_is_weighed_the_same(archive):
    assert _weigh(archive, "青岛贷款余额？") == _weigh(archive, "青岛贷款余额？")


def test_evidence_is_numbered_from_one_and_carries_the_articles_particulars(archive):
    candidates = _weigh(archive, "青岛6月末贷款余额是多少？")
    evidence = as_evidence(candidates)
    assert [item.number for item in evidence] == [1, 2, 3, 4, 5, 6]
    first = evidence[0]
    assert (first.article_id, first.title, first.source) == (
        "loans",
        "青岛信贷平稳增长",
        "海湾日报",
    )
    assert (first.section, first.byline) == ("A02 要闻", "□本报记者 林一舟")
    assert (first.published, first.date_known) == (PRINTED, DateKnown.STATED)
    assert (first.url, first.version) == ("https://news.example.com/loans", 1)
    assert first.lane is candidates[0].lane


def test_reporters_stand_in_for_a_byline_that_was_not_printed(archive):
    evidence = as_evidence(_weigh(archive, "步道免费吗？"))
    guide = next(item for item in evidence if item.article_id == "guide")
    assert (guide.byline, guide.published) == ("林一舟、周可", None)


def test_the_current_version_of_an_article_is_what_is_cited(tmp_path):
    old = article("fix", "步道开放", "步道全长11公里。")
    with archive_of(tmp_path, [old]):
        pass
    with archive_of(tmp_path, [replace(old, body="更正：步道全长12公里。")]) as archive:
        (only,) = as_evidence(_weigh(archive, "步道全长多少公里？"))
    assert (only.text, only.version) == ("更正：步道全长12公里。", 2)


@given(st.dates() | st.none(), st.dates())
def test_a_year_less_question_is_read_by_the_archives_last_day_but_never_by_a_future_one(
    last, today
):
    anchor = latest_anchor(last, today)
    assert anchor <= today
    assert anchor in (last, today)
    assert last is None or anchor <= last


# What speaks for and against a sentence

_PLAIN = Candidate(
    Sentence("guide", 0, 7, "步道全程免费。"),
    _BY_ID["guide"],
    Lane.BOTH,
    "",
    brief_at(_BY_ID["guide"], 0),
    coverage=0.5,
)


@pytest.mark.parametrize(
    ("more", "least"),  # and by how much it counts at least: less is no evidence
    [
        ({"coverage": 1.0}, 0.3),
        ({"phrased": 1.0}, 0.03),
        ({"typed": True}, 0.1),
        ({"close": 1.0}, 0.15),
        ({"match": 1.0}, 0.15),
        ({"chunk": 1.0}, 0.1),
        ({"period": 1.0}, 0.25),
        ({"recent": 1.0}, 0.03),
    ],
)
def test_each_thing_that_speaks_for_a_sentence_lifts_it(more, least):
    better = score_sentence(replace(_PLAIN, **more), same_script=True)
    assert better - score_sentence(_PLAIN, same_script=True) >= least


@pytest.mark.parametrize(
    ("more", "least"),
    [
        ({"narrowed": 1}, 0.02),
        ({"missing": ("青岛",)}, 0.2),
        ({"elsewhere": True}, 0.15),
        ({"period": -1.0}, 0.5),
    ],
)
def test_each_thing_that_speaks_against_a_sentence_lowers_it(more, least):
    worse = score_sentence(replace(_PLAIN, **more), same_script=True)
    assert score_sentence(_PLAIN, same_script=True) - worse >= least


def test_another_period_outweighs_the_type_and_the_place_of_the_answer():
    other = replace(_PLAIN, period=-1.0, typed=True, close=1.0)
    silent = replace(_PLAIN)
    assert score_sentence(other, same_script=True) < score_sentence(silent, same_script=True)


def test_two_things_missing_count_twice():
    one, two = (replace(_PLAIN, missing=names) for names in (("青岛",), ("青岛", "林一舟")))
    scores = [score_sentence(item, same_script=True) for item in (_PLAIN, one, two)]
    assert scores[0] - scores[1] == pytest.approx(scores[1] - scores[2])


def test_a_question_in_another_script_is_answered_by_meaning_and_hardly_by_words():
    said = replace(_PLAIN, coverage=1.0)
    meant = replace(_PLAIN, match=1.0)
    missing = replace(_PLAIN, missing=("harbour",))
    plain, words, meaning, without = (
        score_sentence(item, same_script=False) for item in (_PLAIN, said, meant, missing)
    )
    assert 0 < words - plain < meaning - plain
    assert meaning - plain > score_sentence(meant, same_script=True) - score_sentence(
        _PLAIN, same_script=True
    )
    assert without == plain  # its words are in no Chinese article


def test_what_counts_against_a_sentence_beside_a_cross_encoder():
    assert penalty(_PLAIN, same_script=True) == 0
    assert penalty(replace(_PLAIN, period=1.0), same_script=True) == 0
    assert penalty(replace(_PLAIN, period=-1.0), same_script=True) >= 0.5
    assert penalty(replace(_PLAIN, elsewhere=True), same_script=True) >= 0.2
    assert penalty(replace(_PLAIN, missing=("a", "b")), same_script=True) >= 0.8
    assert penalty(replace(_PLAIN, missing=("a", "b")), same_script=False) == 0


# Spreads


def test_values_are_told_in_standard_deviations():
    assert standardised([0.2, 0.4]) == pytest.approx([-1, 1])
    assert standardised([]) == pytest.approx([])


def test_what_nearly_all_alike_differ_in_is_noise_and_stays_small():
    # half of 0.002 over the least spread of 0.02, not one deviation
    assert standardised([0.800, 0.802]) == pytest.approx([-0.05, 0.05])
    assert standardised([0.8, 0.8, 0.8]) == pytest.approx([0, 0, 0])

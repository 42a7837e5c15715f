"""The number lock: figures, dates and names of a statement against the sentences it cites."""

from datetime import date

import pytest

from rag.cite import Statement
from rag.verify import attribute, check_statement, is_supported
from tests.scripted_llm import evidence_of

_LOANS = evidence_of(1, "6月末，青岛本外币贷款余额20,840亿元，同比增长7.4%。")
_CHIEF = evidence_of(2, "金融局局长陈志远表示，展会将于8月1日开幕。", byline="□本报记者 林一舟")


def _checks(text, cited, **options):
    return [
        (str(check.kind), check.text, check.supported)
        for check in check_statement(Statement(text, (1,)), cited, **options)
    ]


@pytest.mark.parametrize(
    ("said", "printed", "supported"),
    [
        ("余额20840亿元", "余额20,840亿元", True),
        ("余额2.084万亿元", "余额20,840亿元", True),
        ("余额２０８４０亿元", "余额20,840亿元", True),
        ("增长百分之七", "增长7%", True),
        ("十二公里", "12公里", True),
        ("100多家", "100余家", True),
        ("餘額20840億元", "余额20840亿元", True),
        ("余额20841亿元", "余额20,840亿元", False),
        ("余额20840万元", "余额20840亿元", False),
        ("增长7%", "提高7个百分点", False),  # a rate is no difference of rates
        ("12人", "12人次", False),
        ("余额20840亿元", "余额约20840亿元", False),  # surer than the source
        ("余额约20840亿元", "余额20840亿元", True),  # less sure is true too
        ("余额2万亿元", "余额20840亿元", False),  # rounded without saying so
        ("3.5亿元", "35亿元", False),
    ],
)
def test_a_figure_is_supported_by_the_same_amount_only(said, printed, supported):
    checks = check_statement(Statement(said, (1,)), [evidence_of(1, printed)])
    assert [check.supported for check in checks] == [supported]


def test_every_figure_of_a_statement_is_looked_up():
    assert _checks("贷款余额20840亿元，同比增长9.9%。", [_LOANS]) == [
        ("figure", "20840亿元", True),
        ("figure", "9.9%", False),
    ]


def test_a_figure_counts_only_in_the_sentences_cited():
    assert _checks("余额20840亿元", [_CHIEF]) == [("figure", "20840亿元", False)]
    assert _checks("余额20840亿元", []) == [("figure", "20840亿元", False)]


def test_a_check_names_the_sentences_that_have_it():
    (check,) = check_statement(
        Statement("增长7.4%", (1, 2, 3)), [_LOANS, _CHIEF, evidence_of(3, "也增长7.4%。")]
    )
    assert check.markers == (1, 3)


@pytest.mark.parametrize(
    ("said", "printed", "supported"),
    [
        ("8月1日开幕", "将于8月1日开幕", True),
        ("8月2日开幕", "将于8月1日开幕", False),
        ("2024年8月1日开幕", "将于8月1日开幕", True),  # the paper's own year
        ("2023年8月1日开幕", "将于8月1日开幕", False),
        ("7月18日发布", "今天发布", True),
        ("7月18日发布", "日前发布", True),  # printed on that day
        ("7月17日发布", "日前发布", False),
        ("7月17日发布", "昨天发布", True),
    ],
)
def test_a_date_must_be_said_or_meant(said, printed, supported):
    assert _checks(said, [evidence_of(1, printed)]) == [
        ("date", said.removesuffix("开幕").removesuffix("发布"), supported)
    ]


def test_a_date_without_a_year_can_be_doubted_where_the_day_of_printing_is_unknown():
    undated = evidence_of(1, "展会将于8月1日开幕", published=None)
    assert _checks("8月1日开幕", [undated]) == [("date", "8月1日", True)]
    assert _checks("9月1日开幕", [undated]) == [("date", "9月1日", False)]


def test_names_are_looked_up_in_sentence_byline_and_headline():
    assert _checks("陈志远到会", [_CHIEF]) == [("name", "陈志远", True)]
    assert _checks("林一舟报道", [_CHIEF]) == [("name", "林一舟", True)]
    assert _checks("李大钊到会", [_CHIEF]) == [("name", "李大钊", False)]
    assert _checks("陳志遠到會", [_CHIEF]) == [("name", "陈志远", True)]


def test_what_the_question_brought_is_not_the_answers_claim():
    question = "周立群在9月1日说了什么？"
    assert _checks("周立群9月1日没有到会", [_CHIEF], question=question) == []


def test_a_statement_is_supported_by_all_its_checks_and_by_none():
    good, bad = (check_statement(Statement(f"{n}亿元", ()), [_LOANS]) for n in (20840, 1))
    assert is_supported([])
    assert is_supported(good)
    assert not is_supported([*good, *bad])


# Attribution by code


def test_an_uncited_statement_gets_the_sentence_with_its_figures_and_words():
    said = Statement("青岛贷款余额20840亿元。", ())
    assert attribute(said, [_CHIEF, _LOANS]).numbers == (1,)


def test_the_figure_alone_is_not_enough_to_name_a_source():
    said = Statement("游客量同比增长7.4%，索道满员，酒店一房难求。", ())
    assert attribute(said, [_LOANS]) == said


def test_the_words_alone_are_not_enough_to_name_a_source():
    said = Statement("6月末，青岛本外币贷款余额20,841亿元。", ())
    assert attribute(said, [_LOANS]) == said


def test_a_cited_statement_keeps_its_own_sources():
    said = Statement("青岛贷款余额20840亿元。", (2,))
    assert attribute(said, [_LOANS, _CHIEF]) == said


def test_the_sentence_with_more_of_the_words_is_the_source():
    near = evidence_of(3, "青岛贷款余额20840亿元，增速回升。")
    said = Statement("青岛贷款余额20840亿元，增速回升。", ())
    assert attribute(said, [_LOANS, near]).numbers == (3,)


def test_the_day_of_printing_is_a_date_of_its_article_only():
    # Printed on the 18th: the 18th is known, and of no other sentence.
    other = evidence_of(1, "日前发布", published=date(2024, 7, 20))
    assert _checks("7月18日发布", [other]) == [("date", "7月18日", False)]

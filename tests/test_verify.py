"""The number lock: figures, dates and names of a statement against the sentences it cites."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


# Persons with their offices

_CHAIR = "青深企业家联谊会会长李国强、副会长张建国出席。"


@pytest.mark.parametrize(
    ("said", "printed", "supported"),
    [
        ("会长李国强到会", _CHAIR, True),
        ("副会长张建国到会", _CHAIR, True),
        ("会长张建国到会", _CHAIR, False),  # the deputy
        ("副会长李国强到会", _CHAIR, False),
        ("张建国任会长", _CHAIR, False),
        ("李国强担任青深企业家联谊会会长", _CHAIR, True),
        ("会长是李国强", "会长由李国强担任。", True),
        ("会长李国强", "李国强当选会长。", True),
        ("会长李国强", "李国强，青深企业家联谊会会长。", True),
        ("会长李国强", "李国强到会。", False),  # of what he is it says nothing
        ("会长李国强", "李国强说，会长没有到会。", True),  # an office unbound is not denied
        ("局长陈志远", "原局长陈志远", False),
        ("原局长陈志远", "局长陈志远", False),
        ("局长陈志远", "时任局长陈志远", True),
        ("局长陈志远", "局长助理陈志远", False),
        ("局长陈志远", "市金融局党组书记、局长陈志远", True),
        ("党组书记陈志远", "市金融局党组书记、局长陈志远", True),
        ("副会长王志刚", "副会长张建国、王志刚", True),
        ("會長李國強", _CHAIR, True),
    ],
)
def test_an_office_must_be_the_persons_own(said, printed, supported):
    checks = [check for check in _checks(said, [evidence_of(1, printed)]) if check[0] == "name"]
    assert all(kept for *_, kept in checks) is supported
    assert len(checks) == 2  # the person, and the person in office


def test_an_office_of_one_body_is_not_that_of_another():
    printed = evidence_of(1, "市金融局局长陈志远与市教育局局长周立群签约。")
    assert ("name", "局长周立群", True) in _checks("市教育局局长周立群", [printed])
    assert ("name", "局长周立群", False) in _checks("市金融局局长周立群", [printed])


# Institutions


@pytest.mark.parametrize(
    ("said", "printed", "supported"),
    [
        ("青岛市教育局发布通知", "市教育局发布通知", True),
        ("市教育局发布通知", "青岛市教育局发布通知", True),
        ("青岛市教育局发布通知", "青岛市体育局发布通知", False),
        ("国家发展和改革委员会发布", "国家发改委发布", True),
        ("国家发改委发布", "市发改委发布", False),
        ("市市场监督管理局通报", "市市场监管局通报", True),
        ("青岛银行表示", "青岛农商银行表示", False),
        ("青岛银行表示", "青岛银行股份有限公司公告", True),
        ("青岛大学表示", "青岛大学附属医院表示", False),
        ("青岛大学附属医院表示", "青岛大学表示", False),
        ("青岛科技大学招生", "青岛大学招生", False),
        ("中国人民银行宣布", "央行宣布", True),
        ("海信集团宣布", "海信集团有限公司宣布", True),
        ("青深企業家聯誼會成立", "青深企业家联谊会成立", True),
        ("中国企业联合会说", "中国企业家协会说", False),
    ],
)
def test_an_institution_must_be_named(said, printed, supported):
    checks = [check for check in _checks(said, [evidence_of(1, printed)]) if check[0] == "body"]
    assert [kept for *_, kept in checks] == [supported]


@pytest.mark.parametrize(
    "said", ["该公司表示", "多家保险公司参加", "结局圆满，全部到位", "市政府说", "医院和小学都开放"]
)
def test_a_kind_of_institution_is_no_name(said):
    assert [check for check in _checks(said, [_LOANS]) if check[0] == "body"] == []


def test_an_institution_of_the_question_or_the_surroundings_is_known():
    said = "青岛市教育局发布通知"
    assert _checks(said, [_LOANS], question="青岛市教育局发布了什么？") == []
    assert _checks(said, [_LOANS], context="市教育局昨日开会。") == []


# The period of a figure


@pytest.mark.parametrize(
    ("said", "printed", "supported"),
    [
        ("6月末余额20314亿元", "7月末，余额20314亿元，6月末为20214亿元。", False),
        ("7月末余额20314亿元", "7月末，余额20314亿元，6月末为20214亿元。", True),
        ("上半年增长5%", "一季度增长5%，上半年增长6%。", False),
        ("一季度增长5%", "一季度增长5%，上半年增长6%。", True),
        ("6月末余额20314亿元", "余额20314亿元（6月末）。", True),
        ("6月末余额20314亿元", "截至6月30日，余额20314亿元。", True),
        ("7月末余额增加100亿元", "7月末，余额20314亿元，比6月末增加100亿元。", True),
        ("7月增长7%", "6月、7月分别增长5%、7%。", True),
        ("余额20314亿元", "7月末，余额20314亿元。", True),  # no period is claimed
        ("2024年一季度增长5%", "一季度增长5%。", True),
        ("2023年一季度增长5%", "一季度增长5%，2023年增长4%。", False),
        ("5月共有200人参加", "5月18日，200人参加活动，6月1日，300人参加。", True),
        ("6月共有200人参加", "5月18日，200人参加活动，6月1日，300人参加。", False),
        ("Loans were 20 billion yuan in June", "6月末，贷款200亿元；7月末210亿元。", True),
    ],
)
def test_a_figure_belongs_to_its_period(said, printed, supported):
    figures = [c for c in _checks(said, [evidence_of(1, printed)]) if c[0] == "figure"]
    assert [kept for *_, kept in figures] == [supported]


def test_a_figure_of_another_period_says_so():
    printed = evidence_of(1, "7月末，余额20314亿元，6月末为20214亿元。")
    (_, figure) = sorted(
        check_statement(Statement("6月末余额20314亿元", (1,)), [printed]), key=lambda c: c.kind
    )
    assert "另一时期" in figure.note


@pytest.mark.parametrize(
    ("said", "printed", "supported"),
    [
        ("增长1.5倍", "增长1.5倍", True),
        ("增长1.5倍", "是上年的1.5倍", False),
        ("增长到1.5倍", "增长1.5倍", False),
        ("增至5万人", "增加5万人", False),
        ("增长5%", "下降5%", False),
        ("涨幅为2.1%", "涨幅扩大至2.1%", True),
    ],
)
def test_a_change_is_not_a_level(said, printed, supported):
    checks = _checks(said, [evidence_of(1, printed)])
    assert [kept for *_, kept in checks] == [supported]


@pytest.mark.parametrize(
    ("said", "printed", "supported"),
    [
        ("可拨打0532-12345678", "咨询电话：053212345678。", True),
        ("可拨打0532-12345679", "咨询电话：0532-12345678。", False),
        ("拨打１２３４５热线", "拨打12345热线。", True),
        ("拨打12346热线", "拨打12345热线。", False),
        ("搭乘C919客机", "搭乘Ｃ９１９客机。", True),
        ("拨打12345678", "咨询电话0532-12345678。", True),
        ("拨打12345热线", "咨询电话0532-12345678。", False),
        ("搭乘C91客机", "搭乘C919客机。", False),
        ("搭乘C929客机", "搭乘C919客机。", False),
        ("6G网络", "5G网络", False),
        ("编号1000000000000000000000", "编号2000000000000000000000", False),
    ],
)
def test_a_number_to_dial_and_a_code_are_held_digit_by_digit(said, printed, supported):
    assert [kept for *_, kept in _checks(said, [evidence_of(1, printed)])] == [supported]


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


_PIECES = st.sampled_from(
    [
        *"0123456789+-*/=()（）÷×−%，。、·万亿元人",
        "副会长",
        "张建国",
        "市教育局",
        "6月末",
        "不再",
        "关闭",
        "约",
        "Ａ",
        "𠮷",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_PIECES, max_size=30).map("".join))
def test_a_statement_is_supported_by_itself(text):
    checks = check_statement(Statement(text, (1,)), [evidence_of(1, text)])
    assert [check.text for check in checks if not check.supported] == []


@settings(max_examples=500, deadline=None)
@given(st.lists(_PIECES, max_size=30).map("".join) | st.text(max_size=60))
def test_no_text_breaks_the_lock(text):
    checks = check_statement(Statement(text, (1,)), [evidence_of(1, "。")])
    assert not any(check.supported for check in checks)

"""A question taken apart: what it is about, and what kind of answer it wants."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.focus import Wanted, read_focus, wanted_answer

_SCRAPS = st.sampled_from(
    [
        "青岛",
        "贷款余额",
        "多少",
        "亿元",
        "谁",
        "6月末",
        "R2线",
        "《春之声》",
        "？",
        " ",
        "GDP",
        "幾",
    ]
)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("青岛6月末贷款余额是多少？", Wanted.FIGURE),
        ("地铁4号线有几座车站？", Wanted.FIGURE),
        ("步道有多长？", Wanted.FIGURE),
        ("贷款余额同比增长多少？", Wanted.PERCENT),
        ("新能源汽车占比是多少？", Wanted.PERCENT),
        ("有百分之几的企业参加？", Wanted.PERCENT),
        ("谁是金融局局长？", Wanted.PERSON),
        ("公园什么时候开放？", Wanted.DATE),
        ("公园几月几日开放？", Wanted.DATE),
        ("古城在哪里？", Wanted.PLACE),
        ("音乐节的举办地点", Wanted.PLACE),
        ("大桥的通车时间？", Wanted.DATE),
        ("市民为什么喜欢赶海？", Wanted.ANY),
        ("", Wanted.ANY),
        ("誰是金融局局長？", Wanted.PERSON),
        ("公園什麼時候開放？", Wanted.DATE),
        ("餘額增長多少？", Wanted.PERCENT),
        ("餘額是多少？", Wanted.FIGURE),
        ("How many trees were planted?", Wanted.FIGURE),
        ("What percentage of firms joined?", Wanted.PERCENT),
        ("Who runs the metro?", Wanted.PERSON),
        ("WHEN DOES THE PARK OPEN?", Wanted.DATE),
        ("Where is the old town?", Wanted.PLACE),
    ],
)
def test_the_kind_of_answer_is_read_off_the_question(question, wanted):
    assert wanted_answer(question) is wanted


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("贷款余额是多少亿元？", "元"),
        ("贷款余额是多少万亿元？", "元"),
        ("日均客流是多少万人次？", "人次"),
        ("增速提高多少个百分点？", "百分点"),
        ("有百分之几的企业参加？", "%"),
        ("步道长几公里？", "公里"),
        ("有几座车站？", "座"),
        ("貸款餘額是多少億元？", "元"),
    ],
)
def test_the_unit_asked_for_is_read_behind_how_many(question, unit):
    assert read_focus(question).units == {unit}


@pytest.mark.parametrize("question", ["贷款余额是多少？", "贷款余额多少", "谁是局长？", ""])
def test_where_no_unit_is_asked_for_any_will_do(question):
    assert not read_focus(question).units


@pytest.mark.parametrize(
    ("question", "among", "never"),
    [
        ("步道有多长？", "公里", "元"),
        ("工期有多长时间？", "天", "公里"),
        ("大楼有多高？", "米", "人"),
        ("门票多少钱？", "元", "米"),
    ],
)
def test_how_long_and_how_high_mean_their_units(question, among, never):
    units = read_focus(question).units
    assert among in units
    assert never not in units


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("青岛和济南的贷款余额分别是多少？", True),
        ("贷款余额是多少，同比增长多少？", True),
        ("局长是谁，什么时候上任？", True),
        ("贷款余额是多少？", False),
        ("谁是局长？", False),
        ("有几座车站？", False),
    ],
)
def test_two_asking_words_ask_for_several_things(question, several):
    assert read_focus(question).several is several


@pytest.mark.parametrize(
    "question", ["青岛贷款余额是多少？", "青島貸款餘額是多少？", "请问青岛的贷款余额有多少啊"]
)
def test_words_of_form_and_script_do_not_count(question):
    focus = read_focus(question)
    assert set(focus.terms) == {"青岛", "贷款", "余额"}
    assert (focus.head, focus.places) == ("余额", ("青岛",))


def test_the_period_is_no_word_of_the_question():
    # It is weighed as a period; as a word, 6 would match every figure 6.
    assert read_focus("青岛6月末贷款余额是多少").terms == read_focus("青岛贷款余额是多少").terms


def test_full_width_letters_are_letters():
    assert read_focus("ＧＤＰ是多少").terms == read_focus("gdp是多少").terms == ("gdp",)


def test_neighbours_are_a_phrase_and_words_apart_are_not():
    phrases = read_focus("青岛的贷款余额是多少？").phrases
    assert "贷款余额" in phrases
    assert "青岛贷款" not in phrases  # 的 stands between them


def test_places_and_people_must_be_spoken_of():
    focus = read_focus("陈志远在青岛说了什么？")
    assert set(focus.anchors) == {"青岛", "陈志远"}


@pytest.mark.parametrize("question", ["全市贷款余额是多少？", "本省贷款余额是多少？"])
def test_our_city_names_no_place(question):
    assert read_focus(question).places == ()


def test_two_places_are_both_kept_in_order():
    assert read_focus("烟台和青岛贷款余额分别是多少？").places == ("烟台", "青岛")


@settings(max_examples=150, deadline=None)
@given(st.lists(_SCRAPS, max_size=12).map("".join) | st.text(max_size=80))
def test_any_question_can_be_taken_apart(question):
    focus = read_focus(question)
    assert not focus.head or focus.head in focus.terms
    assert len(set(focus.terms)) == len(focus.terms)
    assert all(term.strip() for term in focus.terms)


def test_a_copula_that_jieba_ties_to_the_measure_is_no_noun():
    assert not any(noun.endswith("是") for noun in read_focus("青岛港2021年总营收是多少？").nouns)

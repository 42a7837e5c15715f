"""How papers word their corrections, and which article of a month each one is linked to."""

# ruff: noqa: E501 - a pair is read on one line

from dataclasses import replace
from datetime import date

import pytest

from index.corrections import corrects, read_corrections, touches
from tests.scripted_llm import article

_DAY = date(2021, 7, 22)
_METRO = article(
    "metro",
    "地铁上半年客运量公布",
    "上半年，海州地铁日均客运量43.6万人次。市轨道交通公司总经理王晓冬介绍了情况。",
    source="海州日报",
    section="A02 要闻",
    published=date(2021, 7, 20),
)
# Beside it in the archive: the same words on another day, page, paper, and another report.
_OTHERS = (
    replace(_METRO, id="later", published=date(2021, 7, 21)),
    replace(_METRO, id="evening", source="海州晚报"),
    replace(_METRO, id="bus", title="公交上半年客运量公布", section="A03 城事"),
    replace(_METRO, id="right", title="地铁客运量再创新高", body="海州地铁日均客运量34.6万人次。"),
    replace(_METRO, id="old", published=date(2020, 7, 20)),
)


def _notice(body, *, title="更正", **fields):
    notice = article("notice", title, body, source="海州日报", section="A04", published=_DAY)
    return replace(notice, **fields)


def _linked(notice):
    found = read_corrections(notice)
    held = (_METRO, *_OTHERS, notice)
    return [
        (each.wrong, each.right, [one.id for one in held if corrects(each, one)]) for each in found
    ]


_FIGURE = ("43.6万人次", "34.6万人次")
_NAME = ("王晓冬", "王晓东")
_HEAD = "《地铁上半年客运量公布》"


@pytest.mark.parametrize(
    ("title", "body", "pair"),
    [
        ("更正", f"本报7月20日A02版{_HEAD}一文中，“43.6万人次”应为“34.6万人次”。", _FIGURE),
        ("勘误", f"7月20日本报要闻版{_HEAD}一文中的“王晓冬”系“王晓东”之误。特此更正。", _NAME),
        ("致歉", f"本报7月20日刊发的{_HEAD}，误将“34.6万人次”写成“43.6万人次”，谨向读者致歉。", _FIGURE),
        ("更正", f"本报7月20日二版{_HEAD}报道中，“43.6万人次”为“34.6万人次”之误。", _FIGURE),
        ("更正启事", f"因编辑疏忽，本报7月20日{_HEAD}一文将“王晓东”错写为“王晓冬”，特此更正。", _NAME),
        ("更正", f"本报7月20日A02版{_HEAD}一文中，总经理姓名应为“王晓东”，误为“王晓冬”。", _NAME),
        ("更正", f"本报7月20日A02版{_HEAD}一文中，“43.6万人次”有误，正确的是“34.6万人次”。", _FIGURE),
        ("更正", f"本报7月20日A02版{_HEAD}一文中，“43.6万人次”系笔误，正确数字为“34.6万人次”。", _FIGURE),
        ("来函照登", f"贵报7月20日A02版{_HEAD}一文中，“王晓冬”应为“王晓东”。海州轨道交通公司", _NAME),
        ("更正", f"本报前天A02版{_HEAD}一文，“王晓冬”应是“王晓东”。", _NAME),
        ("更正", "本报7月20日A02版刊发的报道中，“王晓冬”应为“王晓东”。", _NAME),
        ("更正", f"{_HEAD}（见本报7月20日A02版）一文中“王晓冬”应为“王晓东”。", _NAME),
        ("更正", f"本报7月20日A02版{_HEAD}一文第一段“43.6万人次”应改为“34.6万人次”，特此说明。", _FIGURE),
        ("更 正", "本報7月20日A02版《地鐵上半年客運量公布》一文中，「王曉冬」應為「王曉東」。", ("王曉冬", "王曉東")),
        ("更正", f"本报7月20日A02版{_HEAD}一文中，王晓冬应为王晓东，特此更正。", _NAME),
        ("Correction", f"In {_HEAD} (July 20, page A02), “43.6万人次” should read “34.6万人次”.", _FIGURE),
        ("更正", f"本报7月20日A02版{_HEAD}一文中，“34.6万人次”误植为“43.6万人次”。", _FIGURE),
        ("更正", f"本报7月20日A02版{_HEAD}一文中的“43.6万人次”更正为“34.6万人次”。", _FIGURE),
    ],
)  # fmt: skip
def test_a_wording_names_both_values_and_finds_its_article_alone(title, body, pair):
    assert _linked(_notice(body, title=title)) == [(*pair, ["metro"])]


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        # Another day, page, headline or value; of another paper; of nothing named.
        ({}, f"本报7月19日A02版{_HEAD}一文中，“43.6万人次”应为“34.6万人次”。"),
        ({}, f"本报7月20日A05版{_HEAD}一文中，“43.6万人次”应为“34.6万人次”。"),
        ({}, "本报7月20日A07版刊发的报道中，“王晓冬”应为“王晓东”。"),
        ({}, "本报7月20日A02版《地铁票价下月调整》一文中，“43.6万人次”应为“34.6万人次”。"),
        ({}, f"本报7月20日A02版{_HEAD}一文中，“51.2万人次”应为“34.6万人次”。"),
        ({}, f"本报7月20日A02版{_HEAD}一文中，“王小东”应为“王晓东”。"),
        ({}, "文中“43.6万人次”应为“34.6万人次”。"),
        ({"source": "湾区经济"}, f"本报7月20日A02版{_HEAD}一文中，“王晓冬”应为“王晓东”。"),
        ({}, f"《湾区经济》7月20日A02版{_HEAD}一文中，“王晓冬”应为“王晓东”。"),
        # It says of somebody else that he corrected something, or corrects nothing.
        ({"title": "客运公司更正数字"}, f"客运公司称，{_HEAD}一文中的“43.6万人次”应为“34.6万人次”。"),
        ({"title": "来函照登"}, f"贵报7月20日A02版{_HEAD}一文写得好，望多刊登此类报道。"),
        ({"title": "企业致歉"}, "海州客运公司就7月20日的停运向乘客致歉。"),
        # A correction is printed after what it corrects.
        ({"published": date(2021, 7, 18)}, f"本报{_HEAD}一文中，“王晓冬”应为“王晓东”。"),
    ],
)  # fmt: skip
def test_a_correction_of_something_else_finds_no_article(fields, body):
    linked = {key for *_, keys in _linked(_notice(body, **fields)) for key in keys}
    assert not linked


def test_the_whole_sentence_is_told_with_the_right_value():
    body = f"本报7月20日A02版{_HEAD}一文中，“43.6万人次”应为“34.6万人次”。其余内容无误。"
    (found,) = read_corrections(_notice(body))
    assert found.text == body[found.start : found.end]
    assert found.text.endswith("“34.6万人次”。")
    assert touches(found, "海州地铁日均客运量43.6万人次")
    assert not touches(found, "海州地铁日均客运量34.6万人次")

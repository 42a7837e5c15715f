"""Markers: read in every form, invented ones dropped, never half on screen."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import DateKnown
from rag.cite import MarkerGate, Statement, read_statements, write_answer
from rag.types import Evidence, Lane


def evidence(number: int, text: str) -> Evidence:
    return Evidence(
        number=number,
        article_id=f"a-{number:02d}",
        title="春耕过半",
        source="滨河报",
        section="",
        byline="",
        published=date(2018, 4, 10),
        date_known=DateKnown.STATED,
        text=text,
        start=10,
        end=10 + len(text),
        score=1.0,
        lane=Lane.DENSE,
    )


E1 = evidence(1, "全县已播种玉米12.4万亩。")
E2 = evidence(2, "县农业局局长田野说，下周完成播种。")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("播了12.4万亩 [2]。", [Statement("播了12.4万亩。", (2,))]),
        ("播了12.4万亩。[2]", [Statement("播了12.4万亩。", (2,))]),
        ("播了12.4万亩【1】。", [Statement("播了12.4万亩。", (1,))]),
        ("播了12.4万亩［1］［2］。", [Statement("播了12.4万亩。", (1, 2))]),
        ("播了12.4万亩[1, 2]。", [Statement("播了12.4万亩。", (1, 2))]),
        ("播了12.4万亩[1、2]。", [Statement("播了12.4万亩。", (1, 2))]),
        ("播了12.4万亩[来源1]。", [Statement("播了12.4万亩。", (1,))]),
        ("播了12.4万亩[^1]。", [Statement("播了12.4万亩。", (1,))]),
        ("播了12.4万亩[9]。", [Statement("播了12.4万亩。", ())]),
        ("播了12.4万亩[0]。", [Statement("播了12.4万亩。", ())]),
        ("播了12.4万亩[编号]。", [Statement("播了12.4万亩。", ())]),
        ("第一句[1]。第二句[2]。", [Statement("第一句。", (1,)), Statement("第二句。", (2,))]),
        ("第一句。[1]第二句。[2]", [Statement("第一句。", (1,)), Statement("第二句。", (2,))]),
        ("一句。\n[1]", [Statement("一句。", (1,))]),
        ("据[新华社]报道[1]。", [Statement("据[新华社]报道。", (1,))]),
        ("", []),
    ],
)
def test_markers_are_read_in_every_form(text, expected):
    assert read_statements(text, count=2) == expected


def test_numbering_is_by_first_appearance_and_the_quote_is_the_sentence():
    text, citations = write_answer(
        [Statement("下周播完。", (2,)), Statement("已播12.4万亩。", (1, 2))], [E1, E2]
    )
    assert text == "下周播完[1]。已播12.4万亩[2][1]。"
    assert [(c.marker, c.article_id, c.quote) for c in citations] == [
        (1, "a-02", E2.text),
        (2, "a-01", E1.text),
    ]


def test_english_statements_keep_their_space():
    text, _ = write_answer([Statement("Sown.", (1,)), Statement("Done next week.", (2,))], [E1, E2])
    assert text == "Sown[1]. Done next week[2]."


def _stream(pieces, allowed=lambda text: True):
    gate = MarkerGate(count=2, allowed=allowed)
    return [shown for shown in (*map(gate.feed, pieces), gate.finish()) if shown]


def test_half_a_marker_never_shows():
    shown = _stream(list("已播完[2]。共两处[1]。"))
    assert "".join(shown) == "已播完[1]。共两处[2]。"
    assert all(piece.count("[") == piece.count("]") for piece in shown)


def test_an_invented_marker_never_shows():
    assert "".join(_stream(["已播", "完[", "7", "]。"])) == "已播完。"


def test_an_open_bracket_that_is_no_marker_comes_through():
    assert "".join(
        _stream(["据[某单位的一份非常长的内部材料名称超过二十四个字符的说法", "]。"])
    ) == ("据[某单位的一份非常长的内部材料名称超过二十四个字符的说法]。")


def test_a_figure_that_is_not_allowed_shuts_the_gate_before_it_shows():
    shown = _stream(list("全县播了99万亩玉米。好。"), allowed=lambda text: "99" not in text)
    assert "99" not in "".join(shown)
    assert "".join(shown) == "全县播了"


@given(st.text(alphabet="已播12.4万亩[]【】,，。 ab", max_size=60), st.integers(1, 7))
def test_what_is_streamed_does_not_depend_on_how_it_was_cut(text, size):
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    whole = "".join(_stream([text]))
    assert "".join(_stream(pieces)).replace(" ", "") == whole.replace(" ", "")

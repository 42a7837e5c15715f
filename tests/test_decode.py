import codecs
import random
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.decode import clean_text, decode, detect_encoding
from index.errors import BadInput

SIMPLIFIED = (
    "青岛市统计局昨天公布上半年的数据，全市贷款余额比去年底多了不少。\n"
    "记者了解到，今年以来银行对中小企业的支持力度加大，利率也在下降。"
)
TRADITIONAL = (
    "台北市政府昨天公布今年上半年的統計數字，貸款餘額比去年底多了不少。\n"
    "記者了解到，銀行對中小企業的支持力度加大，利率也在下降。"
)
SIMPLIFIED_WORDS = (
    "经济 发展 城市 港口 记者 的 了 在 和 是 上半年 同比增长 企业 银行 贷款 余额 存款 市民 交通 "
    "地铁 开通 学校 医院 建设 项目 投资 万元 亿元 表示 昨天 今年 我国 人民 政府 工作 会议 问题 "
    "， 。 、 “改革” （图） 2025年7月16日 3.5% 20314亿元 7 ％"
)
TRADITIONAL_WORDS = (
    "經濟 發展 城市 港口 記者 的 了 在 和 是 上半年 同比增長 企業 銀行 貸款 餘額 存款 市民 交通 "
    "捷運 開通 學校 醫院 建設 項目 投資 萬元 億元 表示 昨天 今年 我國 人民 政府 工作 會議 問題 "
    "， 。 、 「改革」 （圖） 2025年7月16日 3.5% 20314億元 7"
)
UTF = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


def prose(words):
    return (
        st.lists(st.sampled_from(words.split()), min_size=20, max_size=120)
        .map("".join)
        .filter(lambda text: len(text) >= 40)
    )


@pytest.mark.parametrize("encoding", [*UTF, "gb18030", "gbk"])
def test_simplified_text_is_read_in_every_encoding(encoding):
    assert decode(SIMPLIFIED.encode(encoding)) == SIMPLIFIED


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "cp950"]
)
def test_traditional_text_is_read_in_every_encoding(encoding):
    assert decode(TRADITIONAL.encode(encoding)) == TRADITIONAL


def test_hong_kong_characters_are_read_as_big5():
    text = TRADITIONAL + "佢哋喺街市買嘢，冇咁貴。"
    assert decode(text.encode("big5hkscs")) == text


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE])
def test_a_byte_order_mark_decides_and_is_dropped(mark):
    codec = "utf-16-be" if mark == codecs.BOM_UTF16_BE else "utf-16-le"
    assert decode(mark + "青岛".encode(codec)) == "青岛"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "gbk", "utf-16-le"])
def test_two_characters_are_enough(encoding):
    assert decode("青岛".encode(encoding)) == "青岛"


def test_utf16_without_mark_is_read_when_it_is_all_chinese():
    text = "青岛港上半年吞吐量增长，市民出行更方便。" * 3
    assert decode(text.encode("utf-16-le")) == text
    assert decode(text.encode("utf-16-be")) == text


def test_english_utf16_without_mark_is_known_by_its_zero_bytes():
    assert decode("Loans grew by 15% in June.\n".encode("utf-16-le")) == (
        "Loans grew by 15% in June.\n"
    )


def test_ascii_and_nothing_are_text():
    assert decode(b"Loans grew.\r\nDeposits fell.") == "Loans grew.\nDeposits fell."
    assert decode(b"") == ""


@settings(max_examples=60, deadline=None)
@given(prose(SIMPLIFIED_WORDS), st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be"]))
def test_simplified_prose_survives_the_round_trip(text, encoding):
    assert decode(text.encode(encoding)) == text


@settings(max_examples=60, deadline=None)
@given(prose(TRADITIONAL_WORDS), st.sampled_from(["big5", "gb18030", "utf-16", "utf-16-be"]))
def test_traditional_prose_survives_the_round_trip(text, encoding):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "not text: this is a PNG image"),
        (b"%PDF-1.7\n", "not text: this is a PDF; rename it to .pdf"),
        (b"SQLite format 3\x00" + bytes(84), "not text: this is an SQLite database"),
        (b"\x7fELF\x02\x01\x01" + bytes(64), "not text: this is a program"),
        (b"\x1f\x8b\x08\x00" + bytes(20), "not text: this is a gzip file; add .gz to its name"),
    ],
)
def test_a_known_kind_of_binary_is_named(data, what):
    with pytest.raises(BadInput) as caught:
        decode(data)
    assert str(caught.value) == what


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_no_text(seed):
    source = random.Random(seed)
    with pytest.raises(BadInput, match=r"^not text in an encoding read here \(UTF-8"):
        decode(b"\x00" + source.randbytes(source.randrange(64, 5_000)))


@pytest.mark.parametrize("seed", range(20))
def test_random_high_bytes_are_no_text(seed):
    source = random.Random(seed)
    data = bytes(source.randrange(0x80, 0x100) for _ in range(400))
    with pytest.raises(BadInput, match=r"^not text"):
        decode(data)


def test_text_with_percents_of_control_characters_is_binary():
    with pytest.raises(BadInput, match=r"^not text"):
        decode(b"name" + bytes(96) + "青岛".encode())


def test_an_encoding_that_is_not_read_is_refused_rather_than_garbled():
    western = "It’s the café’s naïve résumé – “déjà vu” again, près d’Orléans. " * 4
    with pytest.raises(BadInput, match=r"^not text in an encoding read here"):
        decode(western.encode("cp1252"))


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-8", "UTF-8"), ("gb18030", "GB18030"), ("big5", "CP950")]
)
def test_a_damaged_character_is_named_by_its_place(encoding, name):
    whole = (TRADITIONAL * 3).encode(encoding)
    place = len(TRADITIONAL[:20].encode(encoding))
    damaged = whole[:place] + b"\xff" + whole[place:]
    with pytest.raises(BadInput) as caught:
        decode(damaged)
    assert str(caught.value) == (f"damaged {name} text at byte {place + 1}; save it again as UTF-8")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("short", [1, 2, 3])
def test_a_sample_may_end_inside_a_character(encoding, short):
    sample = (SIMPLIFIED * 5).encode(encoding)[:-short]
    assert detect_encoding(sample, cut=True) == encoding


def test_clean_text_gives_nfc_and_newlines():
    assert clean_text("cafe\u0301\r\n一\r二\x0c三\u2028四\x85五") == "café\n一\n二\n三\n四\n五"


def test_clean_text_drops_what_prints_nothing_and_can_mislead():
    assert clean_text("\ufeff青\u200b岛\u202e市\u2066\x00\x07\x7f\x9f\t港") == "青岛市\t港"


def test_clean_text_keeps_joiners_full_width_forms_and_emoji():
    text = "１，５％　👨\u200d👩\u200d👧 《青岛》ﬁ"
    assert clean_text(text) == text


def test_a_lone_surrogate_becomes_storable():
    assert clean_text("青\ud83d岛").encode() == "青\ufffd岛".encode()


def test_endless_combining_marks_are_cut_in_time():
    started = time.perf_counter()
    cleaned = clean_text("a" + "\u0316\u0301" * 200_000 + "b")
    assert time.perf_counter() - started < 5
    # 30 marks stay; one of them composes with the letter before it
    assert len(unicodedata.normalize("NFD", cleaned)) == 1 + 30 + 1


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_clean_text_is_settled_after_one_pass(text):
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\r" not in once

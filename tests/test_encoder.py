import json
import os
import socket
import threading
import unicodedata
from itertools import pairwise

import numpy as np
import pytest

from index.encoder import SentenceEncoder, load_encoder
from index.errors import ModelUnavailable
from index.models import ENCODER, default_home, model_states
from index.types import TokenEncoder

HOME = default_home(os.environ.get("SUYUAN_HOME"))


class RecordingModel:
    """The part of SentenceTransformer that is used; a text's vector is its length and order."""

    def __init__(self, prompts):
        self.prompts = prompts
        self.max_seq_length = 512
        self.seen = []

    def get_embedding_dimension(self):
        return 2

    def encode_document(self, texts, **options):
        self.seen.append(list(texts))
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)

    encode_query = encode_document

    def tokenizer(self, texts, **options):
        assert options == {"truncation": False, "padding": False, "verbose": False}
        return {"input_ids": [[0, *text, 2] for text in texts]}


def test_vectors_come_back_in_the_order_of_the_texts_whatever_their_length():
    model = RecordingModel({})
    texts = ["字" * n for n in (9, 1, 40, 3, 3, 7, *range(60, 20, -1))]
    lengths = SentenceEncoder(model, "m").encode_passages(texts)[:, 0]
    assert lengths.tolist() == [len(text) for text in texts]
    # texts of like length share a batch
    assert [len(text) for batch in model.seen for text in batch] == sorted(map(len, texts))


def test_no_texts_give_no_rows_of_the_right_width():
    encoder = SentenceEncoder(RecordingModel({}), "m")
    assert encoder.encode_passages([]).shape == (0, 2)
    assert encoder.encode_queries([]).shape == (0, 2)
    assert encoder.count_tokens([]) == []


def test_texts_are_composed_and_stripped_before_they_are_encoded():
    model = RecordingModel({})
    SentenceEncoder(model, "m").encode_queries([unicodedata.normalize("NFD", " café\n")])
    assert model.seen == [["café"]]


@pytest.mark.parametrize(
    ("name", "prompts", "tokens"),
    [
        ("intfloat/multilingual-e5-small", {"query": "", "document": ""}, 2 + len("passage: 青岛")),
        ("intfloat/e5-base-v2", {}, 2 + len("passage: 青岛")),
        ("intfloat/multilingual-e5-large-instruct", {}, 2 + len("青岛")),
        ("BAAI/bge-m3", {"query": "", "document": ""}, 2 + len("青岛")),
        ("own", {"query": "q: ", "document": "doc: "}, 2 + len("doc: 青岛")),
        ("own", {"query": "q: ", "passage": "p: "}, 2 + len("p: 青岛")),
        ("own", {"query": "q: ", "document": None}, 2 + len("青岛")),
    ],
)
def test_passage_tokens_count_the_prompt_the_model_was_trained_with(name, prompts, tokens):
    assert SentenceEncoder(RecordingModel(prompts), name).count_tokens(["青岛"]) == [tokens]


def test_max_tokens_is_the_window_and_a_number_where_there_is_none():
    encoder = SentenceEncoder(model := RecordingModel({}), "m")
    assert encoder.max_tokens == 512
    model.max_seq_length = float("inf")
    assert encoder.max_tokens == 8192
    model.max_seq_length = None
    assert encoder.max_tokens == 8192


def test_a_folder_that_is_no_model_is_one_line(tmp_path):
    with pytest.raises(ModelUnavailable) as caught:
        load_encoder(str(tmp_path), tmp_path / "home")
    assert str(caught.value).startswith(
        f"{tmp_path} cannot be loaded as a sentence-transformers model ("
    )
    assert str(caught.value).endswith("Check SUYUAN_ENCODER.")
    assert "\n" not in str(caught.value)


def test_any_sentence_transformers_folder_will_do_and_its_path_is_not_its_name(tmp_path):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = Tokenizer(WordLevel({"港口": 0, "吞吐量": 1, "[UNK]": 2}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    vectors = np.array([[3, 4], [0, 1], [1, 0]], dtype=np.float32)
    model = SentenceTransformer(modules=[StaticEmbedding(words, embedding_weights=vectors)])
    model.save(str(tmp_path / "here"))
    model.save(str(tmp_path / "there"))

    encoder = load_encoder(str(tmp_path / "here"), tmp_path)
    assert encoder.dimension == 2
    # the vector of the word, made unit length: (3, 4) / 5
    assert encoder.encode_passages(["港口"]) == pytest.approx(np.array([[0.6, 0.8]]))
    assert encoder.count_tokens(["港口 吞吐量", "港口"]) == [2, 1]
    assert load_encoder(str(tmp_path / "there"), tmp_path).name == encoder.name
    assert not isinstance(encoder, TokenEncoder)  # its words have no context to take a token from


@pytest.fixture(scope="module")
def encoder():
    if model_states(HOME)[0].state != "ready":
        pytest.skip("the encoder is not fetched; run: suyuan models fetch")
    return load_encoder(ENCODER.name, HOME, threads=2)


PASSAGES = [
    "截至6月底，港城的本外币贷款余额突破两万亿元，比年初多出一成。",
    "港口集团上半年完成集装箱吞吐量一千五百万标箱。",
    "地铁六号线西延段本周日起试运营，票价两元起。",
    "The city's outstanding loans passed two trillion yuan at the end of June.",
    "氣象臺預計週末有暴雨，請市民減少外出。",
]

# The first eight numbers of each, by the converted weights in float32.
FIRST_EIGHT = [
    [0.0725, -0.0039, 0.0090, -0.0414, 0.0675, -0.0104, -0.0028, 0.0457],
    [0.0608, -0.0270, -0.0272, -0.0323, 0.0781, -0.0091, -0.0065, 0.0520],
    [0.0514, 0.0048, -0.0131, -0.0025, 0.0583, 0.0113, -0.0194, 0.0228],
    [0.0369, -0.0108, -0.0136, -0.0469, 0.0610, -0.0360, -0.0063, 0.0550],
    [0.0730, -0.0170, 0.0088, -0.0855, 0.1044, 0.0250, -0.0279, 0.0043],
]


@pytest.mark.models
def test_name_is_the_models_own_with_a_hash_of_its_weights(encoder):
    assert encoder.name == "intfloat/multilingual-e5-small@8dfd8940"
    assert (encoder.dimension, encoder.max_tokens) == (384, 512)


@pytest.mark.models
def test_the_same_folder_by_its_path_has_the_same_name_and_loads_offline(encoder, monkeypatch):
    tried = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: tried.append(host) or [])
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: tried.append(address))
    assert load_encoder(str(ENCODER.path(HOME)), HOME / "elsewhere").name == encoder.name
    assert tried == []


@pytest.mark.models
def test_vectors_are_unit_float32_and_equal_the_frozen_ones(encoder):
    vectors = encoder.encode_passages(PASSAGES)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-6)
    assert vectors[:, :8] == pytest.approx(np.array(FIRST_EIGHT), abs=2e-3)  # bfloat16's room


@pytest.mark.models
def test_a_question_finds_its_passage_in_its_own_and_another_language(encoder):
    passages = encoder.encode_passages(PASSAGES[:3])
    queries = encoder.encode_queries(["上半年贷款余额是多少", "container throughput of the port"])
    assert (queries @ passages.T).argmax(axis=1).tolist() == [0, 1]


@pytest.mark.models
def test_a_text_alone_and_in_company_has_the_same_vector(encoder):
    alone = np.vstack([encoder.encode_passages([text]) for text in PASSAGES])
    together = encoder.encode_passages([*PASSAGES, *("长" * n for n in range(1, 40))])[:5]
    assert (alone * together).sum(axis=1).min() > 0.9998


@pytest.mark.models
def test_tokens_are_counted_with_prefix_and_ends_and_never_cut(encoder):
    tokenizer = json.loads((ENCODER.path(HOME) / "tokenizer.json").read_text(encoding="utf-8"))
    words = {word for word, _ in tokenizer["model"]["vocab"]}
    assert {"▁passage", ":", "▁", "青岛"} <= words
    assert encoder.count_tokens(["青岛"]) == [6]  # <s> ▁passage : ▁ 青岛 </s>
    assert encoder.count_tokens(["", "青岛"]) == [5, 6]  # the empty one keeps the prefix's ▁
    assert encoder.count_tokens(["青岛，" * 600]) == [5 + 2 * 600]


@pytest.mark.models
def test_queries_and_counts_from_several_threads_do_not_disturb_each_other(encoder):
    expected = encoder.encode_queries(PASSAGES)
    counts = encoder.count_tokens(PASSAGES)
    wrong = []

    def work():
        for n, text in enumerate(PASSAGES):
            cosine = float((encoder.encode_queries([text])[0] * expected[n]).sum())
            if cosine < 0.9998 or encoder.count_tokens([text]) != counts[n : n + 1]:
                wrong.append((text, cosine))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


@pytest.mark.models
def test_token_vectors_come_with_the_same_vectors_as_without(encoder):
    assert isinstance(encoder, TokenEncoder)
    vectors, tokens = encoder.encode_passage_tokens(PASSAGES)
    assert (vectors * encoder.encode_passages(PASSAGES)).sum(axis=1).min() > 0.9998
    alone, _ = encoder.encode_query_tokens(PASSAGES[0])
    assert float(alone @ encoder.encode_queries(PASSAGES[:1])[0]) > 0.9998
    for text, count, matrix in zip(PASSAGES, encoder.count_tokens(PASSAGES), tokens, strict=True):
        assert matrix.vectors.dtype == np.float32
        assert np.linalg.norm(matrix.vectors, axis=1) == pytest.approx(1, abs=1e-5)
        # all but <s> ▁passage : </s> and a lone ▁, which is the prompt's space
        assert count - 5 <= len(matrix.starts) == len(matrix.vectors) <= count - 4
        assert matrix.starts[0] == 0
        assert matrix.starts[-1] < len(text)
        assert (np.diff(matrix.starts) >= 0).all()


@pytest.mark.models
def test_a_texts_tokens_are_the_same_in_company_of_a_longer_one(encoder):
    _, (alone,) = encoder.encode_passage_tokens(PASSAGES[:1])
    _, (together, _) = encoder.encode_passage_tokens([PASSAGES[0], PASSAGES[1] * 5])
    assert together.starts.tolist() == alone.starts.tolist()
    assert (together.vectors * alone.vectors).sum(axis=1).min() > 0.999


@pytest.mark.models
def test_passages_reach_the_model_in_few_lengths_and_a_query_in_its_own(encoder):
    # Each length that the model meets costs memory for good.
    seen = []
    hook = encoder._model[0].register_forward_hook(
        lambda module, inputs, found: seen.append(found["token_embeddings"].shape[1])
    )
    try:
        encoder.encode_passage_tokens(["云城的绿道" * n for n in range(1, 40)])
        assert {length % 32 for length in seen} == {0}
        seen.clear()
        encoder.encode_query_tokens("云城的绿道")
        assert seen == [11]  # a question waits for every token
    finally:
        hook.remove()


@pytest.mark.models
def test_a_token_of_the_same_word_stands_where_the_word_does(encoder):
    text = "  港口扩建，港口开放。"
    _, (tokens,) = encoder.encode_passage_tokens([text])
    cut = [text[a:b].strip() for a, b in pairwise([*tokens.starts.tolist(), len(text)])]
    assert "".join(cut) == text.strip()
    assert {text.find("港口", 3), text.find("开放")} <= set(tokens.starts.tolist())


@pytest.mark.models
def test_no_text_and_a_blank_one_have_no_tokens_that_matter(encoder):
    vectors, tokens = encoder.encode_passage_tokens([])
    assert (vectors.shape, tokens) == ((0, 384), [])
    _, (blank,) = encoder.encode_passage_tokens([" "])
    assert len(blank.starts) == len(blank.vectors) <= 1

"""A cross-encoder orders the sentences found, within what is known of periods and names."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from cli import app
from index.errors import ModelUnavailable
from rag.assemble import open_engine, open_reranker
from rag.doctor import examine
from rag.engine import Engine
from rag.rerank import RERANKED, CrossEncoderReranker, load_reranker, passage, rerank
from rag.search import search
from rag.settings import Settings
from tests.fakes import FakeEncoder
from tests.scripted_llm import archive_of, article

_TODAY = date(2024, 7, 20)
_BALANCE = "青岛贷款余额是多少？"
_PLAIN = "青岛贷款余额31250亿元。"
_ODD = "青岛贷款余额的统计口径今年没有变化。"
_BODY = f"{_PLAIN}{_ODD}\n青岛贷款利率有所下降。"
_ARTICLES = [
    article("loans", "青岛信贷平稳增长", _BODY),
    article("jinan", "济南信贷平稳增长", "济南贷款余额28110亿元。"),
]


class WordReranker:
    """Counts a word; so a test says which sentences it prefers. ``shown`` keeps every passage."""

    name = "word"

    def __init__(self, word):
        self.word = word
        self.shown = []

    def scores(self, question, passages):
        self.shown += passages
        return [float(text.count(self.word)) for text in passages]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with archive_of(tmp_path_factory.mktemp("archive"), _ARTICLES) as archive:
        yield archive


def _find(archive, question=_BALANCE, reranker=None):
    return search(archive, FakeEncoder(), question, today=_TODAY, reranker=reranker)


def _texts(findings):
    return [item.sentence.text for item in findings.candidates]


# Its order


def test_the_sentences_come_in_the_order_of_the_reranker(archive):
    assert _texts(_find(archive))[0] == _PLAIN
    assert _texts(_find(archive, reranker=WordReranker("口径")))[0] == _ODD


def test_the_articles_follow_their_sentences(archive):
    question = "贷款余额是多少？"  # of no place: nothing but the reranker prefers either
    assert _find(archive, question, WordReranker("28110")).ranked[0] == "jinan"
    assert _find(archive, question, WordReranker("31250")).ranked[0] == "loans"


def test_a_reranker_that_sees_no_difference_changes_no_order(archive):
    assert _texts(_find(archive, reranker=WordReranker("没有这个词"))) == _texts(_find(archive))


def test_the_engine_asks_its_reranker(archive):
    engine = Engine(archive, FakeEncoder(), reranker=WordReranker("口径"))
    answer = engine.ask(_BALANCE, today=_TODAY)
    assert answer.evidence[0].text == _ODD
    assert "rerank" in answer.timings


def test_without_a_reranker_no_time_is_told_for_it(archive):
    assert "rerank" not in _find(archive).timings


def test_a_sentence_of_another_city_stays_behind_though_it_reads_best_of_four(archive):
    # Of the four sentences one scores 1: it stands sqrt(3) = 1.73 deviations above their mean, the
    # others 0.58 below; 0.34 * (1.73 + 0.58) = 0.79 is less than 0.5 + 0.3 for 青岛 missing.
    found = _find(archive, reranker=WordReranker("28110"))
    assert _texts(found)[-1] == "济南贷款余额28110亿元。"


def _candidate(archive, text, **fields):
    found = next(item for item in _find(archive).candidates if item.sentence.text == _PLAIN)
    return replace(found, sentence=replace(found.sentence, text=text), **fields)


def _reranked(archive, items, word="好"):
    return [item.sentence.text for item in rerank(_BALANCE, items, WordReranker(word))]


def test_scores_are_deviations_less_what_is_known_against_a_sentence(archive):
    items = [_candidate(archive, "好"), _candidate(archive, "坏"), _candidate(archive, "坏坏")]
    # 1, 0, 0: mean 1/3, deviation sqrt(2)/3; so sqrt(2) and twice -1/sqrt(2), by 0.34 each
    first, *others = rerank(_BALANCE, items, WordReranker("好"))
    assert first.score == pytest.approx(0.34 * 2**0.5)
    assert [item.score for item in others] == pytest.approx([-0.34 / 2**0.5] * 2)


@pytest.mark.parametrize("against", [{"period": -1.0}, {"missing": ("青岛", "陈志远")}])
def test_of_two_good_readings_the_one_of_the_right_period_and_names_is_first(archive, against):
    # 2, 1 and four times 0: mean 0.5, deviation 0.76; the first two are 0.34 / 0.76 = 0.45 apart,
    # and another period costs 0.6, two missing names 2 * 0.5
    items = [_candidate(archive, "好好", **against), _candidate(archive, "好")]
    items += [_candidate(archive, "坏")] * 4
    assert _reranked(archive, items)[0] == "好"
    right = [_candidate(archive, "好好"), *items[1:]]
    assert _reranked(archive, right)[0] == "好好"


def test_missing_names_do_not_count_against_articles_in_another_script(archive):
    items = [_candidate(archive, "坏"), _candidate(archive, "好", missing=("qingdao", "loan"))]
    again = rerank("Qingdao's loan?", items, WordReranker("好"), same_script=False)
    assert [item.sentence.text for item in again] == ["好", "坏"]


def test_ties_keep_their_order(archive):
    texts = ["乙", "甲", "丁", "丙"]
    assert _reranked(archive, [_candidate(archive, text) for text in texts]) == texts


def test_only_the_first_24_are_read_and_the_rest_stays_behind_them(archive):
    texts = [f"第{n}句" for n in range(RERANKED)] + ["好"]
    items = [_candidate(archive, text, score=100.0 - n) for n, text in enumerate(texts)]
    reranker = WordReranker("好")
    found = rerank(_BALANCE, items, reranker)
    assert len(reranker.shown) == RERANKED == 24
    assert found[-1].sentence.text == "好"
    assert all(a.score >= b.score for a, b in pairwise(found))


def test_nothing_found_is_nothing_to_rerank():
    assert rerank(_BALANCE, [], WordReranker("好")) == []


# What it is shown


def test_a_passage_is_the_headline_and_the_sentence(archive):
    assert passage(_candidate(archive, _PLAIN)) == f"青岛信贷平稳增长\n{_PLAIN}"


@pytest.mark.parametrize("start", ["其中", "该行", "他说", "她说", "它", "其"])
def test_a_sentence_that_leans_on_the_one_before_is_shown_with_it(archive, start):
    item = _candidate(archive, f"{start}增长7%。", before="天气晴。青岛贷款增长。")
    assert passage(item) == f"青岛信贷平稳增长\n青岛贷款增长。{start}增长7%。"


def test_a_passage_without_end_is_cut(archive):
    assert len(passage(_candidate(archive, "长" * 40_000))) == 1000


# The model


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A cross-encoder, one with two outputs and a plain encoder, all of a few random numbers."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("models")
    letters = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *"青岛济南贷款余额是多少信平稳增长口径。？",
    ]
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(letters), encoding="utf-8")
    for name, kind, labels in (
        ("pairs", BertForSequenceClassification, 1),
        ("labels", BertForSequenceClassification, 3),
        ("plain", BertModel, 1),
    ):
        torch.manual_seed(7)
        config = BertConfig(
            vocab_size=len(letters),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            num_labels=labels,
            initializer_range=1.0,
        )
        kind(config).save_pretrained(folder / name)
        BertTokenizer(str(vocabulary)).save_pretrained(folder / name)
    return folder


@pytest.fixture(scope="module")
def tiny(models):
    return load_reranker(str(models / "pairs"))


def test_each_passage_gets_its_own_score_whatever_it_is_scored_with(tiny):
    passages = ["青岛贷款余额", "济南", "口径" * 300, "", "平稳增长。"]
    together = tiny.scores(_BALANCE, passages)
    alone = [tiny.scores(_BALANCE, [text])[0] for text in passages]
    assert together == pytest.approx(alone, abs=1e-4)
    assert len(set(together)) == len(passages)


def test_scores_are_logits_and_so_told_apart_where_a_sigmoid_is_not(tiny):
    found = tiny.scores(_BALANCE, ["青岛贷款余额", "济南", "平稳增长。"])
    assert any(not 0 <= score <= 1 for score in found)


def test_no_passages_give_no_scores(tiny):
    assert tiny.scores(_BALANCE, []) == []


def test_threads_get_the_scores_of_their_own_passages(tiny):
    texts = ["青岛", "济南贷款", "余额是多少", "信贷平稳增长"] * 8
    expected = [tiny.scores(_BALANCE, [text])[0] for text in texts]
    with ThreadPoolExecutor(max_workers=4) as pool:
        found = list(pool.map(lambda text: tiny.scores(_BALANCE, [text])[0], texts))
    assert found == pytest.approx(expected, abs=1e-4)


def test_the_sentences_found_come_in_the_tiny_models_order(archive, tiny):
    found = _find(archive, "贷款余额是多少？", tiny)
    scores = tiny.scores("贷款余额是多少？", [passage(item) for item in found.candidates])
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 4


def test_a_reranker_is_named_by_its_folder(tiny):
    assert isinstance(tiny, CrossEncoderReranker)
    assert tiny.name == "pairs"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "plain",
            "{}/plain cannot be used as a reranker (it is a BertModel). Set SUYUAN_RERANKER to a "
            "sentence-transformers CrossEncoder with one output, or leave it empty.",
        ),
        (
            "labels",
            "{}/labels cannot be used as a reranker (it gives 3 labels, not one score). Set "
            "SUYUAN_RERANKER to a sentence-transformers CrossEncoder with one output, or leave it "
            "empty.",
        ),
        (
            "nowhere",
            "The reranker '{}/nowhere' is no folder here. Set SUYUAN_RERANKER to the folder of a "
            "sentence-transformers CrossEncoder, or let it come from the hub: SUYUAN_ALLOW_HUB=1",
        ),
    ],
)
def test_what_is_no_reranker_is_refused_in_one_line(models, name, line):
    with pytest.raises(ModelUnavailable) as refused:
        load_reranker(str(models / name))
    assert str(refused.value) == line.format(models)


def test_a_folder_without_a_model_is_refused_in_one_line(tmp_path):
    with pytest.raises(ModelUnavailable, match=r"cannot be used as a reranker \(.+\)\. Set") as bad:
        load_reranker(str(tmp_path))
    assert len(str(bad.value).splitlines()) == 1


# The setting


def _settings(tmp_path, **values):
    return Settings(_env_file=None, home=tmp_path / "home", archive=tmp_path / "news", **values)


def test_without_the_setting_there_is_no_reranker(tmp_path):
    assert open_reranker(_settings(tmp_path)) is None


def test_the_engine_is_opened_with_the_reranker_of_the_setting(tmp_path, models):
    with archive_of(tmp_path / "news", _ARTICLES):
        pass
    values = {"llm": "none", "reranker": str(models / "pairs")}
    engine = open_engine(_settings(tmp_path, **values), encoder=FakeEncoder())
    assert "rerank" in engine.ask(_BALANCE, today=_TODAY).timings
    engine.archive.close()


def test_an_engine_with_a_wrong_reranker_is_not_opened(tmp_path):
    with archive_of(tmp_path / "news", _ARTICLES):
        pass
    settings = _settings(tmp_path, llm="none", reranker="nobody/reranker")
    with pytest.raises(ModelUnavailable, match="'nobody/reranker' is no folder here"):
        open_engine(settings, encoder=FakeEncoder())


def test_the_doctor_loads_the_reranker_and_says_so(tmp_path, models):
    settings = _settings(tmp_path, llm="none", reranker=str(models / "pairs"))
    lines, _ = examine(settings)
    assert "Reranker pairs: loads" in lines


def test_the_doctor_says_why_a_reranker_does_not_load_and_nothing_where_none_is_set(
    tmp_path, models
):
    lines, healthy = examine(_settings(tmp_path, llm="none", reranker=str(models / "labels")))
    told = [line for line in lines if "reranker" in line and line.startswith("PROBLEM")]
    assert told == [
        f"PROBLEM  {models}/labels cannot be used as a reranker (it gives 3 labels, not one "
        "score). Set SUYUAN_RERANKER to a sentence-transformers CrossEncoder with one output, or "
        "leave it empty."
    ]
    assert not healthy
    assert not [line for line in examine(_settings(tmp_path))[0] if line.startswith("Reranker")]


def test_eval_retrieval_refuses_a_wrong_reranker_in_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with archive_of(tmp_path / "news", _ARTICLES):
        pass
    queries = tmp_path / "queries.jsonl"
    row = {"id": "1", "type": "single", "question": _BALANCE, "gold_ids": ["loans"]}
    queries.write_text(json.dumps(row), encoding="utf-8")
    arguments = [
        "eval",
        "retrieval",
        "--queries",
        str(queries),
        "--out",
        str(tmp_path / "run.jsonl"),
    ]
    arguments += ["--archive", str(tmp_path / "news"), "--reranker", "nobody/reranker"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith("The reranker 'nobody/reranker' is no folder here. Set SUYUAN_")
    assert len(result.stderr.splitlines()) == 1

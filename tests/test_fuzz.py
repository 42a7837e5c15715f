"""Hostile inputs into every reader, parser and endpoint: a result or one line, never a traceback.

A few of each kind; ``make fuzz`` runs 5,000 for each target (``benchmarks/fuzz.py``).
"""

import random
import time

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from benchmarks import fuzz_inputs
from benchmarks.fuzz_targets import Broken, Target, fault_of, targets
from desk.api_access import Limits
from index.errors import BadInput
from rag.draft_claims import cut_claims
from rag.llm import stream_words
from tests.api_setup import ARTICLES, app_over
from tests.scripted_llm import PRINTED, ScriptedLLM, archive_of

NAMES = [
    *("read .txt", "read .html", "read .md", "read .pdf", "read .jsonl", "read .json", "read .csv"),
    *("read .txt.gz", "QA file", "queue file", "feedback file", "decode", "clean text", "figures"),
    *("periods", "question", "claims of a draft", "upload of a draft", "filters"),
    *("stream of an answer", "words of a model", "archive tab", "API"),
]
_OF_BYTES = [name for name in NAMES if name.startswith(("read", "decode")) or name.endswith("file")]


@pytest.fixture(scope="module")
def all_targets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    with archive_of(folder / "archive", ARTICLES) as archive:
        free = Limits(per_minute=10**9, burst=10**9)
        app = app_over(archive, ScriptedLLM("贷款余额31250亿元[1]。", size=5), limits=free)
        client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
        yield {target.name: target for target in targets(folder, client, archive)}


def test_every_target_is_tested_here(all_targets):
    assert sorted(all_targets) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_no_mutated_input_is_a_bug(all_targets, name):
    target = all_targets[name]
    rng = random.Random(f"tests/{name}")
    for _ in range(40):
        given_input = target.make(rng)
        assert fault_of(target, given_input) is None, repr(given_input)


@seed(1)
@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(_OF_BYTES), data=st.binary(max_size=400))
def test_no_bytes_whatever_are_a_bug(all_targets, name, data):
    assert fault_of(all_targets[name], data) is None


@seed(1)
@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(["clean text", "figures", "archive tab"]),
    text=st.text(st.characters(), max_size=300),  # half characters too
)
def test_no_text_whatever_is_a_bug(all_targets, name, text):
    assert fault_of(all_targets[name], text) is None


@seed(1)
@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(["periods", "claims of a draft"]),
    text=st.text(st.characters(), max_size=300),
    day=st.dates(),
)
def test_no_text_of_any_day_is_a_bug(all_targets, name, text, day):
    assert fault_of(all_targets[name], (text, day)) is None


@seed(1)
@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(["words of a model", "stream of an answer"]),
    pieces=st.lists(st.text(st.characters(), min_size=1, max_size=30), max_size=8),
)
def test_nothing_that_a_model_says_is_a_bug(all_targets, name, pieces):
    assert fault_of(all_targets[name], pieces) is None


def test_half_a_character_in_a_draft_is_named_by_its_place():
    with pytest.raises(BadInput, match=r"half a character \(U\+D83D\) at its character 3\."):
        cut_claims("云城\ud83d贷款余额31250亿元。", anchor=PRINTED)


def test_half_a_character_from_an_endpoint_is_left_out():
    llm = ScriptedLLM(["贷款", "\ud83d", "余额\udfff31250", "亿元[1]。"])
    assert list(stream_words(llm, [], max_tokens=9)) == ["贷款", "余额31250", "亿元[1]。"]


# --- the fuzzer itself


def _raises(error):
    def run(given_input):
        raise error

    return Target("t", lambda rng: "", run)


def test_a_users_error_of_one_line_is_no_fault_and_all_else_is():
    assert fault_of(_raises(BadInput("one line")), "") is None
    assert isinstance(fault_of(_raises(BadInput("two\nlines")), ""), Broken)
    assert isinstance(
        fault_of(_raises(UnicodeEncodeError("utf-8", "a", 0, 1, "x")), ""), ValueError
    )
    assert isinstance(fault_of(_raises(MemoryError()), ""), MemoryError)


def test_a_fault_and_a_slow_input_are_counted_and_kept(tmp_path):
    from benchmarks.fuzz import TooSlow, _note, fuzz

    tally = fuzz(_raises(KeyError("lost")), 3, seed=1, seconds=5, keep=tmp_path)
    assert (tally.inputs, sum(tally.faults.values())) == (3, 3)
    (kept,) = tmp_path.iterdir()
    assert "KeyError: 'lost'" in kept.read_text(encoding="utf-8")
    _note(tally, _raises(KeyError()), "x", TooSlow("late"), tmp_path)
    assert sum(tally.faults.values()) == 4
    slow = Target("s", lambda rng: "", lambda given_input: time.sleep(0.02))
    assert fuzz(slow, 1, seed=1, seconds=5, keep=tmp_path).slowest >= 0.02


def test_the_same_seed_makes_the_same_inputs():
    def made(number):
        rng = random.Random(number)
        files = fuzz_inputs.seeds()[".txt"]
        return [fuzz_inputs.mutated(rng, files), fuzz_inputs.text(rng), fuzz_inputs.value(rng)]

    assert made(5) == made(5)
    assert made(5)[:2] != made(6)[:2]

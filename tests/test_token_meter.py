"""Tokens of a question: the endpoint's own count, else an estimate, each thread for itself."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest
from llama_index.core.base.llms.types import ChatMessage, ChatResponse
from llama_index.core.instrumentation.events.llm import LLMChatEndEvent, LLMChatStartEvent
from llama_index.core.utils import get_tokenizer
from llama_index_instrumentation import get_dispatcher

from eval.kept import KeptReplies
from eval.predict import untimed_where_kept
from eval.token_meter import token_meter, with_tokens


def _size(text):
    return len(get_tokenizer()(text))


def _say(prompt, reply=None, raw=None):
    """What a LlamaIndex LLM announces; without ``reply`` its stream was closed early."""
    messages = [ChatMessage(role="user", content=prompt)]
    get_dispatcher().event(
        LLMChatStartEvent(messages=messages, additional_kwargs={}, model_dict={})
    )
    if reply is not None:
        said = ChatResponse(message=ChatMessage(role="assistant", content=reply), raw=raw)
        get_dispatcher().event(LLMChatEndEvent(messages=messages, response=said))


def _counted(*calls, replies=None):
    def ask(item):
        for call in calls:
            _say(*call)
        return {"id": item}

    with token_meter() as meter:
        return with_tokens(ask, meter, replies)("q").get("tokens")


def test_without_usage_the_tokenizer_estimates_and_the_row_says_so():
    prompt, reply = _size("贷款余额是多少？"), _size("512亿元")
    assert _counted(("贷款余额是多少？", "512亿元")) == {
        "prompt": prompt, "completion": reply, "by": "estimate",
    }  # fmt: skip


@pytest.mark.parametrize("form", [dict, lambda **fields: SimpleNamespace(**fields)])
def test_the_endpoint_s_own_count_wins(form):
    raw = form(usage=form(prompt_tokens=271, completion_tokens=9))
    assert _counted(("问", "答", raw), ("问", "答", raw)) == {
        "prompt": 542, "completion": 18, "by": "usage",
    }  # fmt: skip


def test_one_estimate_among_counts_makes_the_sum_one():
    raw = {"usage": {"prompt_tokens": 100, "completion_tokens": 9}}
    assert _counted(("问", "答", raw), ("问", "答"))["by"] == "estimate"
    assert _counted(("问", "答", {"usage": {"prompt_tokens": None}}))["by"] == "estimate"


def test_a_stream_closed_early_counts_what_was_asked():
    assert _counted(("贷款？",)) == {"prompt": _size("贷款？"), "completion": 0, "by": "estimate"}
    both = _counted(("贷款？",), ("存款？", "答"))
    assert both["prompt"] == _size("贷款？") + _size("存款？")


def test_no_call_is_no_token_and_not_unknown():
    assert _counted() == {"prompt": 0, "completion": 0, "by": ""}


def test_threads_do_not_count_one_another_s():
    both = Barrier(2)

    def ask(item):
        both.wait(timeout=10)
        _say("问" * item, "答")
        both.wait(timeout=10)
        return {"id": item}

    with token_meter() as meter, ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(with_tokens(ask, meter, None), (1, 50)))
    assert [row["tokens"]["prompt"] for row in rows] == [_size("问"), _size("问" * 50)]


def test_a_row_with_a_kept_reply_has_neither_tokens_nor_its_time(tmp_path):
    kept = KeptReplies(tmp_path / "replies")
    kept.keep("k", "答")

    def ask(item):
        if item == "kept":
            kept.find("k")
        return {"id": item, "timings": {"retrieve": 0.1, "total": 0.2}}

    with token_meter() as meter, ThreadPoolExecutor(4) as pool:
        asker = untimed_where_kept(with_tokens(ask, meter, kept), kept)
        rows = list(pool.map(asker, ["kept", "new"] * 4))
    for row in rows:
        assert ("tokens" in row) == (row["id"] == "new")
        assert ("total" in row["timings"]) == (row["id"] == "new")

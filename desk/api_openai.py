"""/v1: the archive as a model of the OpenAI protocol, for programs that speak only that.

What the caller calls a system message is not passed on: the archive's rules stand. Only checked
text is sent: a stream begins when the answer has been checked, since what was sent here cannot be
taken back.
"""

import re
import secrets
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict
from typing import Any

from anyio import to_thread
from fastapi import APIRouter
from starlette.responses import Response

from desk.api_docs import ERRORS, answered
from desk.api_errors import Problem, json_line, json_response, problem_of
from desk.api_history import turns_of
from desk.api_line import Places
from desk.api_openai_schema import ChatIn, ChatOut, ModelListOut, ModelOut
from desk.api_period import with_period
from desk.api_run import Signal, Stream, follow, seat
from desk.api_schema import require_word
from index.filters import check_filters
from rag.engine import Engine
from rag.export import plain
from rag.types import Answer, Answered, Event

MODEL = "suyuan"
_PIECES = re.compile(r"\[\d+\]|[^\[]{1,24}|\[")  # of a stream; a marker is never cut


def openai_router(engine: Engine, places: Places) -> APIRouter:
    """The routes of /v1; ``places`` are shared with /api/ask."""
    router = APIRouter(prefix="/v1", tags=["openai"], responses=ERRORS)
    started = int(time.time())
    model = {"id": MODEL, "object": "model", "created": started, "owned_by": "suyuan"}

    @router.get(
        "/models",
        response_model=None,
        responses=answered(ModelListOut, "models"),
        operation_id="models",
        summary="The one model there is",
    )
    async def models() -> Response:
        """A list with `suyuan` in it."""
        return json_response({"object": "list", "data": [model]})

    @router.get(
        "/models/{model_id}",
        response_model=None,
        responses=answered(ModelOut, "model"),
        operation_id="model",
        summary="The model by its name",
    )
    async def one_model(model_id: str) -> Response:
        """`suyuan`."""
        _require_model(model_id)
        return json_response(model)

    @router.post(
        "/chat/completions",
        response_model=None,
        responses=answered(ChatOut, "chat", stream=True),
        operation_id="chat",
        summary="Answer the last message, as a chat completion",
    )
    async def chat(body: ChatIn) -> Response:
        """The checked answer with markers; `citations` beside it says what they point at.

        Earlier user and assistant messages are the conversation; system and developer messages
        and sampling options are read and not followed.
        """
        _require_model(body.model)
        said, question = body.conversation()
        events = follow(lambda: _events(engine, body, said, question), seat(places))
        completion = _Completion(body, said, question)
        if body.stream:
            await anext(events)  # what goes wrong up to here has its own status
            return Stream(completion.chunks(events), events)
        async with aclosing(events):
            answer = await _last(events)
        return json_response(await to_thread.run_sync(completion.whole, answer))

    return router


def _require_model(name: str) -> None:
    if name != MODEL:
        raise Problem(
            404,
            f"There is no model {name[:100]!r}; the one here is {MODEL}.",
            "model_not_found",
            "model",
        )


def _events(
    engine: Engine, body: ChatIn, said: Sequence[tuple[str, str]], question: str
) -> Iterator[Event]:
    filters = body.filters.value()
    check_filters(engine.archive, filters)
    history = turns_of(engine, said, today=body.today)
    require_word(question)
    if body.period is not None:
        question = with_period(question, body.period.since, body.period.until)
    return engine.stream(question, history=history, filters=filters, today=body.today)


async def _last(events: AsyncIterator[Event | Signal]) -> Answer:
    async for event in events:
        if isinstance(event, Answered):
            return event.answer
    raise RuntimeError("the engine ended without an answer")


class _Completion:
    """One answer in the protocol's words, whole or in chunks."""

    def __init__(self, body: ChatIn, said: Sequence[tuple[str, str]], question: str) -> None:
        self._with_usage = body.stream_options is not None and body.stream_options.include_usage
        self._read = [text for turn in said for text in turn] + [question]
        self._id = f"chatcmpl-{secrets.token_hex(12)}"
        self._created = int(time.time())

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The completion in one piece."""
        message = {"role": "assistant", "content": answer.text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            **self._head("chat.completion"),
            "choices": [choice],
            "usage": self._usage(answer),
            **_beside(answer),
        }

    async def chunks(self, events: AsyncIterator[Event | Signal]) -> AsyncIterator[str]:
        """The chunks as server-sent events; until the answer is there, lines that clients skip."""
        yield self._chunk({"role": "assistant", "content": ""})
        try:
            async for event in events:
                if isinstance(event, Answered):
                    for line in await to_thread.run_sync(self._spoken, event.answer):
                        yield line
                else:
                    yield ": still at work\n\n"
        except Exception as error:
            yield f"data: {json_line(problem_of(error).body())}\n\n"
            return
        yield "data: [DONE]\n\n"

    def _spoken(self, answer: Answer) -> list[str]:
        lines = [self._chunk({"content": piece}) for piece in _PIECES.findall(answer.text)]
        lines.append(self._chunk({}, finish="stop", **_beside(answer)))
        if self._with_usage:
            usage = {**self._head("chat.completion.chunk"), "choices": []}
            lines.append(f"data: {json_line({**usage, 'usage': self._usage(answer)})}\n\n")
        return lines

    def _chunk(self, delta: dict[str, str], *, finish: str | None = None, **beside: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        chunk = {**self._head("chat.completion.chunk"), "choices": [choice], **beside}
        if self._with_usage:
            chunk["usage"] = None
        return f"data: {json_line(chunk)}\n\n"

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self._id, "object": kind, "created": self._created, "model": MODEL}

    def _usage(self, answer: Answer) -> dict[str, int]:
        """Of the conversation as it was read and of the text; not what the LLM behind was sent."""
        prompt, completion = _count_tokens(self._read), _count_tokens([answer.text])
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }


def _beside(answer: Answer) -> dict[str, Any]:
    """What the protocol has no place for."""
    return {
        "citations": [plain(asdict(item)) for item in answer.citations],
        "suyuan": {
            "status": str(answer.status),
            "notes": list(answer.notes),
            "coverage": plain(asdict(answer.coverage)),
            "model": answer.model,
            "index_version": answer.index_version,
        },
    }


def _count_tokens(texts: Sequence[str]) -> int:
    """By tiktoken's cl100k_base, which llama-index-core brings along; the network is not asked."""
    from llama_index.core.utils import get_tokenizer

    tokenize = get_tokenizer()
    return sum(len(tokenize(text)) for text in texts)

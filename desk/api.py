"""The HTTP API: ask, search, check, articles, health. No retrieval and no citation logic.

``api`` makes the application; desk.api_openai adds /v1, desk.api_access decides who may call.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from importlib.metadata import version
from typing import Annotated, Any, TypeVar

import anyio
import anyio.to_thread
from fastapi import APIRouter, FastAPI, Path, Query, Security
from fastapi.security import HTTPBearer
from starlette.responses import Response

from desk.api_access import DEFAULT_LIMITS, UPLOADS, Access, Limits, require_key
from desk.api_docs import ERRORS, TAGS, DocumentedApp, answered
from desk.api_errors import json_line, json_response, problem_of, tell_errors
from desk.api_history import turns_of
from desk.api_ingest import ingest_router
from desk.api_line import Places
from desk.api_openai import openai_router
from desk.api_run import (
    SEARCHES,
    Signal,
    Stream,
    UntilHangUp,
    follow,
    last_of,
    seat,
    stop_if_left,
)
from desk.api_schema import (
    AnswerOut,
    ArticleOut,
    AskIn,
    CheckIn,
    CheckOut,
    HealthOut,
    SearchIn,
    SearchOut,
)
from desk.api_values import article_json, event_json, health_json, not_there, search_json
from desk.ingest_run import Intake
from index.filters import check_filters
from rag.draft_out import report_json
from rag.draft_types import DraftReport
from rag.engine import Engine
from rag.export import answer_json
from rag.retrieve import Mode
from rag.types import Answered, Event

_T = TypeVar("_T")


def api(
    engine: Engine,
    *,
    key: str = "",
    limits: Limits = DEFAULT_LIMITS,
    intake: Intake | None = None,
) -> FastAPI:
    """The API over ``engine`` as an ASGI application, to be put beside the page.

    Let ``engine`` come from ``Engine.bounded(Line(n).bound)``, or every question calls the LLM at
    once. With ``key`` every call must bring it; without, only this machine may call. ``intake``
    takes files in for admins.

    Raises:
        BadInput: The key can be guessed.
    """
    require_key(key)
    app = DocumentedApp(
        title="Suyuan 溯源",
        version=version("suyuan"),
        summary="Ask a news archive; every answer is traced to the sentence it came from.",
        openapi_url="/api/openapi.json",
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Security(HTTPBearer(auto_error=False))] if key else [],
    )
    tell_errors(app)
    places = Places(limits.answers)
    app.include_router(_router(engine, places, Places(limits.checks)))
    app.include_router(openai_router(engine, places))
    if intake is not None:
        app.include_router(ingest_router(intake))
        limits = replace(limits, upload=intake.staging.most_bytes)
    app.add_middleware(UntilHangUp, but=UPLOADS)
    app.add_middleware(Access, key=key, limits=limits)
    return app


def _router(engine: Engine, answers: Places, checks: Places) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["archive"], responses=ERRORS)
    searches = anyio.CapacityLimiter(SEARCHES)

    async def in_thread(work: Callable[[], _T]) -> _T:
        return await anyio.to_thread.run_sync(work, limiter=searches)

    @router.post(
        "/ask",
        response_model=None,
        responses=answered(AnswerOut, "ask", stream=True),
        operation_id="ask",
        summary="Answer a question with its sources",
    )
    async def ask(body: AskIn) -> Response:
        """The checked answer, or with `stream` each event as it comes.

        Events: `understood`, `found` (the evidence, before the LLM has said a word), `queued`
        (the place in the line before the LLM), `delta` (words not yet checked), and at the end
        `answered` (its text replaces the deltas) or `error`.
        """
        events = follow(lambda: _events(engine, body), seat(answers))
        if body.stream:
            return await _streamed(events)
        async with aclosing(events):
            answer = await _answer(events)
        return json_response(answer)

    @router.post(
        "/search",
        response_model=None,
        responses=answered(SearchOut, "search"),
        operation_id="search",
        summary="Find the sentences that may answer, without the LLM",
    )
    async def search(body: SearchIn) -> Response:
        """Sentences, best first, with article, offsets, score and lane."""
        return json_response(await in_thread(lambda: _search(engine, body)))

    @router.post(
        "/check",
        response_model=None,
        responses=answered(CheckOut, "check"),
        operation_id="check",
        summary="Check a draft against the archive",
    )
    async def check(body: CheckIn) -> Response:
        """A verdict on each figure, date, name and quotation of the draft."""
        report = await last_of(lambda: _report(engine, body), seat(checks))
        return json_response(report_json(report))

    @router.get(
        "/articles/{id:path}",
        response_model=None,
        responses=answered(ArticleOut, "article"),
        operation_id="article",
        summary="An article as it was printed",
    )
    async def article(
        article_id: Annotated[str, Path(alias="id", description="As in a citation.")],
        wanted: Annotated[
            int | None, Query(alias="version", ge=1, le=2**31, description="Default: the current.")
        ] = None,
    ) -> Response:
        """The body is exact: a citation's quote is `body[start:end]`."""
        found = await in_thread(lambda: engine.archive.article(article_id, wanted))
        if found is None:
            raise not_there(article_id, wanted)
        return json_response(article_json(found))

    @router.get(
        "/health",
        response_model=None,
        responses=answered(HealthOut, "health"),
        operation_id="health",
        summary="What would be searched now",
    )
    async def health() -> Response:
        """Coverage of the archive, models and version."""
        return json_response(await in_thread(lambda: health_json(engine)))

    return router


def _events(engine: Engine, body: AskIn) -> Iterator[Event]:
    filters = body.filters.value()
    check_filters(engine.archive, filters)
    said = [(turn.question, turn.answer) for turn in body.history]
    history = turns_of(engine, said, today=body.today)
    return engine.stream(body.words, history=history, filters=filters, today=body.today)


async def _answer(events: AsyncIterator[Event | Signal]) -> dict[str, Any]:
    async for event in events:
        if isinstance(event, Answered):
            return answer_json(event.answer)
    raise RuntimeError("the engine ended without an answer")


async def _streamed(events: AsyncGenerator[Event | Signal, None]) -> Response:
    """The events as they come; what goes wrong before the first one still has its own status."""
    first = await anext(events)

    async def lines() -> AsyncIterator[str]:
        yield _event_lines(first)
        try:
            async for event in events:
                yield _event_lines(event)
        except Exception as error:
            yield f"event: error\ndata: {json_line(problem_of(error).body())}\n\n"

    return Stream(lines(), events)


def _event_lines(event: Event | Signal) -> str:
    """JSON has no line break of its own, so no text can end an event or begin another."""
    name, data = event_json(event)
    return f"event: {name}\ndata: {json_line(data)}\n\n" if name else ": still at work\n\n"


def _search(engine: Engine, body: SearchIn) -> dict[str, Any]:
    filters = body.filters.value()
    check_filters(engine.archive, filters)
    found = engine.search(
        body.asked,
        mode=Mode.HYBRID if body.words is None else Mode.LEXICAL,
        filters=filters,
        today=body.today,
        limit=body.limit,
    )
    return search_json(engine, found)


def _report(engine: Engine, body: CheckIn) -> Iterator[DraftReport]:
    filters = body.filters.value()
    check_filters(engine.archive, filters)
    yield engine.check(
        body.text,
        published=body.published,
        filters=filters,
        ask_model=body.ask_model,
        on_done=stop_if_left,
    )

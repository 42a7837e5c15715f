"""/api/ingest: a file into the archive, and how far it is. For admins."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from desk.api_docs import ERRORS, answered
from desk.api_errors import Problem, json_response
from desk.api_schema import READABLE
from desk.ingest_receive import admin_of, take_in
from desk.ingest_run import Intake, Job, read_options
from index.errors import ArchiveLocked
from rag.export import plain

_POLL_SECONDS = 0.1
_MOST_REJECTED = 100  # named in an answer; all are counted
_Text = Annotated[str, Query(max_length=500), READABLE]


class RejectedOut(BaseModel):
    """A row or file that was not read."""

    file: str
    line: int | None = Field(description="From 1; null: the whole file.")
    reason: str


class ReportOut(BaseModel):
    """What an ingest did, in articles."""

    read: int
    new: int
    changed: int
    unchanged: int
    rejected: list[RejectedOut] = Field(description="The first 100.")
    rejections: int
    seconds: float


class ProgressOut(BaseModel):
    """How far it is; ``done`` of ``total`` bytes."""

    done: int
    total: int
    articles: int
    rate: float = Field(description="Articles a second.")
    seconds_left: float | None


class IngestOut(BaseModel):
    """An ingest under way, or the last one."""

    number: int = Field(description="0: none since the server began.")
    running: bool
    user: str
    files: list[str]
    progress: ProgressOut | None
    report: ReportOut | None
    error: str = Field(description="Why it ended before its time; empty: it did not.")


def job_json(job: Job | None) -> dict[str, Any]:
    """``job`` as IngestOut."""
    if job is None:
        return IngestOut(
            number=0, running=False, user="", files=[], progress=None, report=None, error=""
        ).model_dump()
    report = None
    if job.report is not None:
        rejected = [
            {"file": base_name(each.path), "line": each.line, "reason": each.reason}
            for each in job.report.rejected
        ]
        counts = {name: getattr(job.report, name) for name in ("read", "new", "changed")}
        report = {
            **counts,
            "unchanged": job.report.unchanged,
            "rejected": rejected[:_MOST_REJECTED],
            "rejections": len(rejected),
            "seconds": round(job.report.seconds, 3),
        }
    progress = None
    if job.progress is not None:
        progress = {key: value for key, value in asdict(job.progress).items() if key != "unit"}
    said: dict[str, Any] = plain(
        {
            "number": job.number,
            "running": job.running,
            "user": job.user,
            "files": list(job.files),
            "progress": progress,
            "report": report,
            "error": "stopped" if job.stopped else job.error,
        }
    )
    return said


def base_name(path: str) -> str:
    """A path without its folders, which are nobody's business."""
    return path.replace("\\", "/").rpartition("/")[2]


def ingest_router(intake: Intake) -> APIRouter:
    """The routes of /api/ingest."""
    router = APIRouter(prefix="/api", tags=["ingest"], responses=ERRORS)

    @router.post(
        "/ingest",
        response_model=None,
        responses=answered(IngestOut, "ingest"),
        operation_id="ingest",
        summary="Put a file into the archive (admins)",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
                },
            }
        },
    )
    async def ingest(
        request: Request,
        name: Annotated[
            str,
            Query(min_length=1, max_length=300, description="The file's name: page.txt"),
            READABLE,
        ],
        paper: _Text = "",
        section: _Text = "",
        date: _Text = "",
        fields: _Text = "",
        wait: bool = True,
    ) -> Response:
        """Newspaper pages (.txt, .pdf), exports (.jsonl, .json, .csv, .tsv), .md, .html; or .gz.

        `paper`, `section` and `date` hold where the file states none; `fields` names an export's
        columns: `text=content, title=head`. Answers when the ingest has ended, or at once without
        `wait`; hanging up does not stop it.
        """
        user = admin_of(request.scope)
        said = {"paper": paper, "section": section, "date": date, "fields": fields}
        options = read_options(said, most_bytes=intake.staging.most_bytes)
        size = int(request.headers.get("content-length", "0"))
        try:
            token = await take_in(request.stream(), intake.staging, user, name, size)
        except ClientDisconnect:
            raise Problem(400, "The file did not arrive whole.", "invalid_body") from None
        try:
            job = await anyio.to_thread.run_sync(intake.start, user.name, [token], options)
        except ArchiveLocked as error:
            await anyio.to_thread.run_sync(
                intake.staging.drop, intake.staging.take(user.name, [token])
            )
            raise Problem(409, str(error), "ingest_running") from None
        while wait and job.running:
            await asyncio.sleep(_POLL_SECONDS)
            now = intake.job()
            if now is None or now.number != job.number:
                break  # it has ended, and another has begun
            job = now
        return json_response(job_json(job))

    @router.get(
        "/ingest",
        response_model=None,
        responses=answered(IngestOut, "ingest_state"),
        operation_id="ingest_state",
        summary="The ingest under way, or the last one (admins)",
    )
    async def state(request: Request) -> Response:
        """Articles read, rate, time left; at its end the report."""
        admin_of(request.scope)
        return json_response(job_json(intake.job()))

    return router

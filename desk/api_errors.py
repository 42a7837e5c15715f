"""What a failing call is told: OpenAI's error shape, one JSON line, no traceback and no path.

``{"error": {"message": …, "type": …, "param": …, "code": …}}`` for every call of /api and /v1.
"""

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from index.errors import BadInput, UserError

_LOG = logging.getLogger("suyuan.api")
_MOST_FAULTS = 5  # of one body, named in its error
_LONGEST_NAME = 80  # characters of a field's name that came from outside
_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


class ErrorDetail(BaseModel):
    """What is wrong."""

    message: str = Field(description="One sentence: what is wrong, with which value.")
    type: str = Field(description="The kind of error; decided by the status.")
    param: str | None = Field(description="The field that is wrong, where it is one.")
    code: str | None = Field(description="A word for programs, e.g. queue_full.")


class ErrorBody(BaseModel):
    """The body of every answer with a status of 400 or more."""

    error: ErrorDetail


@dataclass(eq=False)  # not frozen: contextlib sets a passing exception's traceback
class Problem(Exception):
    """A call that cannot be answered, as its caller is told."""

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def body(self) -> dict[str, Any]:
        """The values of the JSON line."""
        kind = _TYPES.get(self.status, "server_error" if self.status >= 500 else "")
        return {
            "error": {
                "message": self.message,
                "type": kind or "invalid_request_error",
                "param": self.param,
                "code": self.code,
            }
        }

    def response(self) -> Response:
        """The HTTP response."""
        return json_response(self.body(), status=self.status, headers=dict(self.headers))


def json_line(value: Any) -> str:
    """``value`` on one line; characters that no encoding knows are replaced."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", errors="replace").decode()


def json_response(
    value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """``value`` as a response of one JSON line."""
    return Response(
        json_line(value) + "\n", status_code=status, headers=headers, media_type="application/json"
    )


def problem_of(error: Exception) -> Problem:
    """What the caller is told of ``error``; all but what the caller can mend goes to the log."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, BadInput):
        return Problem(400, str(error), "bad_input")
    reference = secrets.token_hex(3)
    if isinstance(error, UserError):
        # Its sentence is for who runs the server: it names folders and commands.
        _LOG.error("error %s: %s", reference, error)
        return Problem(
            503,
            f"The archive cannot answer now: tell who runs it, reference {reference}.",
            "unavailable",
        )
    _LOG.error("error %s", reference, exc_info=error)
    return Problem(
        500, f"Unexpected error: tell who runs the server, reference {reference}.", "unexpected"
    )


def tell_errors(app: FastAPI) -> None:
    """Make ``app`` answer every error in this shape."""

    async def told(_: Request, error: Exception) -> Response:
        return problem_of(error).response()

    async def invalid(_: Request, error: Exception) -> Response:
        faults = error.errors() if isinstance(error, RequestValidationError) else []
        return _invalid(faults).response()

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _refused(error).response()

    app.add_exception_handler(Problem, told)
    app.add_exception_handler(UserError, told)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, told)


def _invalid(faults: Sequence[Any]) -> Problem:
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Problem(400, "The body is not JSON.", "invalid_json")
    param = _place(faults[0]["loc"]) if faults else None
    return Problem(422, faults_line(faults) or "The body is not valid.", "invalid_body", param)


def faults_line(faults: Sequence[Any]) -> str:
    """Faults of pydantic on one line, each with its field: ``limit: Input should be …; …``."""
    named = [
        f"{_place(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}"
        for fault in faults[:_MOST_FAULTS]
    ]
    if len(faults) > _MOST_FAULTS:
        named.append(f"and {len(faults) - _MOST_FAULTS} more")
    return "; ".join(named)


def _place(location: Sequence[int | str]) -> str:
    """``history.0.answer``; "body" for the whole."""
    parts = [str(part)[:_LONGEST_NAME] for part in location if part not in ("body", "query")]
    return ".".join(parts) or "body"


def _refused(error: HTTPException) -> Problem:
    headers = tuple((error.headers or {}).items())
    if error.status_code == 404:
        return Problem(404, "There is nothing at this address.", "no_such_address")
    if error.status_code == 405:
        return Problem(405, "This address takes another method.", "wrong_method", headers=headers)
    if error.status_code == 400:
        return Problem(400, "The body cannot be read as JSON.", "invalid_json")
    return Problem(error.status_code, str(error.detail), headers=headers)

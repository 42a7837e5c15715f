"""What /api/openapi.json says beside the types: an example of each answer, each error's meaning.

The values are of ``samples/``.
"""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from desk.api_errors import ErrorBody, Problem

TAGS = [
    {"name": "archive", "description": "Ask, search, check, read."},
    {"name": "openai", "description": "The same for programs of the OpenAI protocol."},
    {"name": "ingest", "description": "Put files into the archive, as an admin."},
]
_WHY = {
    400: Problem(400, "since 2020-08-01 lies after until 2020-07-01; swap them", "bad_input"),
    401: Problem(
        401, "This server needs its API key: send Authorization: Bearer KEY.", "invalid_api_key"
    ),
    403: Problem(403, "Pages of other sites may not call this server.", "wrong_origin"),
    404: Problem(404, "There is no article 'a-1'.", "no_such_article", "id"),
    409: Problem(409, "chen is ingesting 3 files since 09:12: wait …", "ingest_running"),
    411: Problem(411, "Send a Content-Length, not chunks.", "length_required"),
    413: Problem(413, "The body may have at most 262144 bytes.", "body_too_large"),
    415: Problem(415, "Send Content-Type: application/json.", "wrong_type"),
    422: Problem(422, "question: Field required", "invalid_body", "question"),
    429: Problem(429, "Too many are being answered or waiting: try again later.", "queue_full"),
    500: Problem(
        500, "Unexpected error: tell who runs the server, reference 1f0c2a.", "unexpected"
    ),
    503: Problem(
        503, "The archive cannot answer now: tell who runs it, reference 1f0c2a.", "unavailable"
    ),
}
_MEANING = {
    400: "The values cannot be used together, or the body is not JSON.",
    401: "The API key, or user and password, are missing or wrong.",
    403: "Not from this machine, from a page of another site, or not an admin's.",
    404: "Nothing of that name or address.",
    409: "Another ingest is under way.",
    411: "The body's length is not given.",
    413: "The body is too large.",
    415: "The body is not JSON by its type.",
    422: "A field is missing, unknown, of a wrong type or out of bounds.",
    429: "Too many calls or wrong passwords, or the line before the LLM is full; see Retry-After "
    "(seconds).",
    500: "A bug; the server's log has the traceback under the reference.",
    503: "The archive or a model cannot be used; the server's log says why.",
}
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {
        "model": ErrorBody,
        "description": _MEANING[status],
        "content": {"application/json": {"example": problem.body()}},
        **({"headers": {"Retry-After": {"schema": {"type": "integer"}}}} if status == 429 else {}),
    }
    for status, problem in _WHY.items()
}

_SOURCE = {
    "article_id": "胶州湾日报-20200720-a02-01",
    "title": "青岛存贷款余额双双站上2万亿元",
    "source": "胶州湾日报",
    "section": "2 要闻",
    "byline": "□本报记者 柳闻笛",
    "published": "2020-07-20",
    "date_known": "stated",
    "start": 35,
    "end": 87,
    "version": 1,
    "title_derived": False,
    "url": "",
    "copies": [],
    "lead": "",
    "lead_start": 0,
}
_SENTENCE = (
    "6月末，全市本外币各项贷款余额20314亿元，同比增长15.53%，增幅较上年同期高出0.91个百分点；"
)
_CITATION = {"marker": 1, **_SOURCE, "quote": _SENTENCE, "correction": None}
_EVIDENCE = {"number": 1, **_SOURCE, "text": _SENTENCE, "score": 2.7785, "lane": "both"}
_COVERAGE = {
    "articles": 89,
    "first": "2019-07-18",
    "last": "2020-12-28",
    "last_ingest": "2026-11-23T00:39:15+00:00",
    "rejected": 173,
    "sources": ["胶州湾日报"],
}
_FILTERS: dict[str, Any] = {
    "since": None,
    "until": None,
    "sources": [],
    "sections": [],
    "reporters": [],
}
_QUESTION = {
    "asked": "青岛上半年贷款余额是多少",
    "understood": "青岛上半年贷款余额是多少",
    "language": "zh-Hans",
    "period": {"since": "2020-01-01", "until": "2020-06-30", "text": "上半年"},
    "filters": _FILTERS,
}
_TEXT = "6月末，全市本外币各项贷款余额20314亿元[1]"
_INDEX = {"index_version": "intfloat/multilingual-e5-small@8dfd8940@13"}
_ANSWER = {
    "status": "answered",
    "text": _TEXT,
    "question": _QUESTION,
    "citations": [_CITATION],
    "evidence": [_EVIDENCE],
    "checks": [
        {"kind": "figure", "text": "20314亿元", "supported": True, "markers": [1], "note": ""}
    ],
    "coverage": _COVERAGE,
    "timings": {"understand": 0.002, "retrieve": 0.03, "evidence": 0.05, "total": 0.09},
    "model": "",
    **_INDEX,
    "nearest": [],
    "notes": [],
    "probability": 0.97,
}
_CHAT_HEAD = {"id": "chatcmpl-5f2c", "created": 1795400000, "model": "suyuan"}
_MODEL = {"id": "suyuan", "object": "model", "created": 1795400000, "owned_by": "suyuan"}
_INGESTED: dict[str, Any] = {
    "number": 1,
    "running": False,
    "user": "chen",
    "files": ["export.jsonl"],
    "progress": None,
    "report": {
        "read": 2,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "rejected": [{"file": "export.jsonl", "line": 3, "reason": "not JSON"}],
        "rejections": 1,
        "seconds": 0.4,
    },
    "error": "",
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "ask": _ANSWER,
    "search": {
        "question": _QUESTION,
        "evidence": [_EVIDENCE],
        "coverage": _COVERAGE,
        "timings": {"understand": 0.002, "retrieve": 0.03, "evidence": 0.05, "total": 0.09},
        **_INDEX,
        "notes": [],
    },
    "check": {
        "text": "截至6月末，青岛市本外币各项贷款余额23140亿元。",
        "published": "2020-07-25",
        "anchor": "2020-07-25",
        "counts": {"supported": 0, "contradicted": 1, "partly": 0, "not_found": 0},
        "findings": [
            {
                "claim": {
                    "kind": "figure",
                    "text": "23140亿元",
                    "start": 18,
                    "end": 25,
                    "sentence_start": 0,
                    "sentence_end": 26,
                },
                "verdict": "contradicted",
                "evidence": [_CITATION],
                "difference": "稿件 23140亿元，库中 20314亿元",
                "note": "",
            }
        ],
        "left_out": 0,
        "coverage": _COVERAGE,
        "timings": {"search": 0.05, "compare": 0.01, "total": 0.06},
        "model": "",
        **_INDEX,
        "notes": [],
    },
    "article": {
        "id": _SOURCE["article_id"],
        "version": 1,
        "kicker": "",
        "title": _SOURCE["title"],
        "title_derived": False,
        "deck": "",
        "body": "……" + _SENTENCE + "……",
        "headings": [],
        "source": "胶州湾日报",
        "section": "2 要闻",
        "byline": "□本报记者 柳闻笛",
        "reporters": ["柳闻笛"],
        "place": "",
        "published": "2020-07-20",
        "date_known": "stated",
        "kind": "article",
        "url": "",
        "language": "zh-Hans",
    },
    "health": {
        "status": "ok",
        "version": "0.1.0",
        "archive": _COVERAGE,
        "chunks": 94,
        **_INDEX,
        "models": {"llm": "", "encoder": "intfloat/multilingual-e5-small@8dfd8940"},
        "time": "2026-11-23T06:00:00+00:00",
    },
    "ingest": _INGESTED,
    "ingest_state": {
        **_INGESTED,
        "running": True,
        "report": None,
        "progress": {
            "done": 81920,
            "total": 131072,
            "articles": 120,
            "rate": 41.5,
            "seconds_left": 1.8,
        },
    },
    "model": _MODEL,
    "models": {"object": "list", "data": [_MODEL]},
    "chat": {
        **_CHAT_HEAD,
        "object": "chat.completion",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": _TEXT, "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 16, "completion_tokens": 25, "total_tokens": 41},
        "citations": [_CITATION],
        "suyuan": {
            "status": "answered",
            "notes": [],
            "coverage": _COVERAGE,
            "model": "",
            **_INDEX,
        },
    },
}
_STREAMS = {
    "ask": 'event: found\ndata: {"evidence":[…],"coverage":{…}}\n\n'
    'event: delta\ndata: {"text":"6月末，"}\n\n'
    'event: answered\ndata: {"answer":{…}}\n\n',
    "chat": 'data: {"id":"chatcmpl-5f2c","object":"chat.completion.chunk",…}\n\ndata: [DONE]\n\n',
}


def answered(
    model: type[BaseModel], name: str, *, stream: bool = False
) -> dict[int | str, dict[str, Any]]:
    """The response of status 200 with the example of this name; and as ``stream``, if it can."""
    content: dict[str, Any] = {"application/json": {"example": EXAMPLES[name]}}
    if stream:
        content["text/event-stream"] = {"schema": {"type": "string"}, "example": _STREAMS[name]}
    return {200: {"model": model, "description": "Done.", "content": content}}


class DocumentedApp(FastAPI):
    """Keeps the null values of the examples, which FastAPI leaves out of the document."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        document = super().openapi()
        for methods in document["paths"].values():
            for operation in methods.values():
                for status, response in operation["responses"].items():
                    content = response["content"]["application/json"]
                    if int(status) >= 400:
                        content["example"] = _WHY[int(status)].body()
                    else:
                        content["example"] = EXAMPLES[operation["operationId"]]
        return document

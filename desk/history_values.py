"""An exchange as JSON values and back, each value checked. Knows no files, pages or users."""

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from desk.exchange import Exchange, Phase
from rag.export import answer_json, plain
from rag.types import Answer, Query

_WITH_THE_ANSWER = ("query", "evidence", "coverage", "text")  # an answer has them itself


def exchange_json(exchange: Exchange) -> dict[str, Any]:
    """One object; its ``answer`` is ``rag.export.answer_json``, null where none was given.

    >>> exchange_json(Exchange(1, "贷款余额？", Phase.STOPPED))["phase"]
    'stopped'
    """
    values = {
        field.name: plain(_as_values(getattr(exchange, field.name)))
        for field in fields(exchange)
        if field.name not in ("answer", "place")
    }
    answer = exchange.answer
    if answer is None:
        return {**values, "answer": None}
    for name in _WITH_THE_ANSWER:
        del values[name]
    said = answer_json(answer)
    # Not of the answer's JSON, but a follow-up leans on them.
    said["question"] |= {"phrases": list(answer.query.phrases), "whole": answer.query.whole}
    return {**values, "answer": said}


def exchange_of(data: object) -> Exchange:
    """The exchange that ``exchange_json`` made ``data`` of; one cut short counts as stopped.

    Raises:
        ValueError: It is not one.
    """
    if not isinstance(data, dict):
        raise ValueError("an exchange must be an object")
    values = dict(data)
    said = values.pop("answer", None)
    if said is not None:
        answer = answer_of(said)
        values |= {"text": answer.text}
    exchange: Exchange = _value(Exchange, values)
    phase = Phase.STOPPED if exchange.running else exchange.phase
    restored = {field.name: getattr(exchange, field.name) for field in fields(exchange)}
    restored["phase"] = phase
    if said is not None:
        restored |= {
            "answer": answer,
            "query": answer.query,
            "evidence": answer.evidence,
            "coverage": answer.coverage,
        }
    return Exchange(**restored)


def answer_of(data: object) -> Answer:
    """The answer that ``rag.export.answer_json`` made ``data`` of.

    Its query has no phrases and no ``whole`` unless ``question`` names them.

    Raises:
        ValueError: It is not one.
    """
    if not isinstance(data, dict) or not isinstance(data.get("question"), dict):
        raise ValueError("an answer must be an object with a question")
    question = dict(data["question"])
    question["question"] = question.pop("understood", None)
    values = {key: value for key, value in data.items() if key != "question"}
    answer: Answer = _value(Answer, {**values, "query": plain(_as_values(_value(Query, question)))})
    return answer


def _as_values(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_as_values(item) for item in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(kind: Any, data: Any) -> Any:
    """``data`` as a value of type ``kind``; raises ValueError where it cannot be one."""
    origin, within = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if data is None and NoneType in within:
            return None
        (kind,) = (each for each in within if each is not NoneType)
        return _value(kind, data)
    if origin is tuple and isinstance(data, list):
        return tuple(_value(within[0], item) for item in data)
    if origin is dict and isinstance(data, dict):
        return {_value(within[0], key): _value(within[1], item) for key, item in data.items()}
    if origin is not None:
        raise ValueError(f"{data!r:.40} is no {origin.__name__}")
    if is_dataclass(kind) and isinstance(data, dict):
        return _dataclass(kind, data)
    return _plain_value(kind, data)


def _dataclass(kind: Any, data: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    given = {name: _value(hint, data[name]) for name, hint in hints.items() if name in data}
    try:
        return kind(**given)
    except TypeError as error:  # a field without a default is missing
        raise ValueError(str(error)) from None


def _plain_value(kind: Any, data: Any) -> Any:
    if isinstance(kind, type) and isinstance(data, str):
        if issubclass(kind, Enum):
            return kind(data)
        if issubclass(kind, datetime | date):
            return kind.fromisoformat(data)
    if kind is float and type(data) is int:
        return float(data)
    if type(data) is not kind:
        raise ValueError(f"{data!r:.40} is no {getattr(kind, '__name__', kind)}")
    return data

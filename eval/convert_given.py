"""Rows of sets that bring documents along: RGB, CRUD-RAG, MultiHop-RAG. Documents become articles.

RGB: Chen et al. 2023; both its own files (``query``, ``positive``) and rows as ``eval rgb`` reads
them. CRUD-RAG: Lyu et al. 2024, the question answering of ``split_merged.json``. MultiHop-RAG: Tang
and Yang 2024.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from eval.convert_rows import Made, Row, article, qa_row, sentence_with, text_of
from eval.match import contains
from eval.rows import BadRow

_Makers = Iterator[tuple[str, Callable[[], Made]]]
_CRUD_TASKS = ("questanswer_1doc", "questanswer_2docs", "questanswer_3docs")
_MULTIHOP_NULL = "null_query"


def rgb_row(item: Row) -> Made:
    """A question with its documents, which an archive of all of them no longer keeps apart."""
    return _rgb_own(item) if "docs" in item else _rgb_public(item)


def _rgb_public(item: Row) -> Made:
    """``answer`` is a text, or a list of parts, each a text or a list of accepted forms."""
    given = item["answer"]
    parts = [[part] if isinstance(part, str) else part for part in _listed(given)]
    forged = bool(item.get("positive_wrong"))
    right = [article(text, prefix="rgb") for text in _texts(item.get("positive", ()))]
    wrong = [article(text, prefix="rgb") for text in _texts(item.get("positive_wrong", ()))]
    noise = [article(text, prefix="rgb") for text in _texts(item.get("negative", ()))]
    held = [("positive", right), ("positive_wrong", wrong), ("negative", noise)]
    row = qa_row(
        f"rgb-{item['id']}",
        "counterfactual" if forged else "integration" if len(parts) > 1 else "noise",
        text_of(item["query"], "query"),
        answers=parts,
        gold=[pair for each in right for pair in _gold(each, parts)],
        source={
            "format": "rgb",
            **{name: [each["id"] for each in texts] for name, texts in held if texts},
            **({"fakeanswer": item["fakeanswer"]} if "fakeanswer" in item else {}),
        },
    )
    # Forged documents would make the archive contradict itself: they are not the newsroom's.
    return row, [*right, *noise]


def _rgb_own(item: Row) -> Made:
    docs = [article(text_of(each["text"], "docs"), prefix="rgb") for each in item["docs"]
            if each["text"].strip()]  # fmt: skip
    answerable = item["task"] != "reject"
    known = ("id", "question", "answers", "docs")
    kept = {name: value for name, value in item.items() if name not in known}
    row = qa_row(
        item["id"],
        item["task"],
        text_of(item["question"], "question"),
        answers=item["answers"] if answerable else (),
        gold=[pair for each in docs for pair in _gold(each, item["answers"])],
        source={
            "format": "rgb",
            **kept,
            **({} if answerable else {"answers": item["answers"]}),
            "docs": [each["id"] for each in docs],
        },
    )
    return row, docs


def _gold(doc: Row, parts: Any) -> Iterator[tuple[str, str]]:
    """The sentences of a document that have an accepted form word for word."""
    for form in (form for part in parts for form in part):
        if contains(doc["text"], form) and (quote := sentence_with(doc["text"], form)):
            yield doc["id"], quote


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        return [text_of(value, "answer")]
    return value


def _texts(value: Any) -> Iterator[str]:
    """Documents, in a list or (integration) in lists, one for each part of the answer."""
    for each in value:
        if isinstance(each, list):
            yield from _texts(each)
        else:
            yield text_of(each, "document")


def crud_rows(place: str, item: Any) -> _Makers:
    """The three question answering tasks of the whole file, or one row of them."""
    if isinstance(item, dict) and any(task in item for task in _CRUD_TASKS):
        for task in _CRUD_TASKS:
            for number, row in enumerate(item.get(task, ())):
                yield f"{place}: {task}[{number}]", partial(_crud_row, task, row)
        return
    yield place, partial(_crud_row, "", item)


def _crud_row(task: str, item: Row) -> Made:
    docs = [
        article(text_of(item[name], name), prefix="crud")
        for name in ("news1", "news2", "news3")
        if item.get(name)
    ]
    if not docs:
        raise BadRow("no news1: not a question of CRUD-RAG")
    question = _first_text(item["questions"], "questions")
    answer = _first_text(item["answers"], "answers")
    digest = hashlib.sha256(question.encode(errors="replace")).hexdigest()[:8]
    row = qa_row(
        f"crud-{item['ID']}-{digest}",
        task or f"questanswer_{len(docs)}doc{'s' if len(docs) > 1 else ''}",
        question,
        # One long sentence of free text: ``right`` asks for all of it (docs/qa-format.md).
        answers=[[answer]],
        gold=[(each["id"], "") for each in docs],
        source={"format": "crud-rag", "ID": item["ID"], "event": item.get("event", "")},
    )
    return row, docs


def _first_text(value: Any, name: str) -> str:
    return text_of(value[0] if isinstance(value, list) and value else value, name).strip()


def multihop_row(item: Row) -> Made:
    """A question over several articles; the articles themselves are in its ``corpus.json``."""
    question = text_of(item["query"], "query").strip()
    null = item["question_type"] == _MULTIHOP_NULL
    evidence = item["evidence_list"]
    digest = hashlib.sha256(question.encode(errors="replace")).hexdigest()[:12]
    row = qa_row(
        f"multihop-{digest}",
        item["question_type"],
        question,
        answers=() if null else [[text_of(item["answer"], "answer").strip()]],
        gold=[(multihop_id(each), str(each.get("fact", ""))) for each in evidence],
        source={"format": "multihop-rag", "evidence_list": evidence, "answer": item["answer"]},
    )
    return row, ()


def multihop_article(item: Row) -> Row:
    """A row of MultiHop-RAG's ``corpus.json`` as a row of an export."""
    return article(
        text_of(item["body"], "body"),
        title=str(item.get("title", "")),
        key=multihop_id(item),
        date=str(item.get("published_at") or "")[:10],
        source=item.get("source"),
        byline=item.get("author"),
        section=item.get("category"),
        url=item.get("url"),
    )


def multihop_id(item: Row) -> str:
    """An article's id: its address, the same in questions and corpus, in short."""
    address = text_of(item.get("url") or item.get("title"), "url")
    return f"multihop-{hashlib.sha256(address.encode(errors='replace')).hexdigest()[:12]}"

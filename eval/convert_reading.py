"""Rows of reading sets: SQuAD 1.1 and 2.0, CMRC 2018 in both its forms, ``eval reading``'s own.

SQuAD: Rajpurkar et al. 2016, 2018. CMRC 2018: Cui et al. 2019, whose first release names its
fields ``context_text`` and ``query_text``. Each passage becomes an article.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from eval.convert_rows import Made, Row, article, qa_row, sentence_at, sentence_with, text_of
from eval.rows import BadRow

_Makers = Iterator[tuple[str, Callable[[], Made]]]


def squad_rows(place: str, item: Any) -> _Makers:
    """Each question of a whole file (``data``), of one of its titles, or of one CMRC passage."""
    titles = item["data"] if isinstance(item, dict) and "data" in item else [item]
    if not isinstance(titles, list):
        yield place, partial(_refuse, "data must be a list")
        return
    for number, title in enumerate(titles):
        inner = f"{place}: data[{number}]" if titles is not item and len(titles) > 1 else place
        if not isinstance(title, dict):
            yield inner, partial(_refuse, "not a JSON object")
            continue
        passages = title.get("paragraphs", [title])
        for at, passage in enumerate(passages if isinstance(passages, list) else [passages]):
            yield from _passage(f"{inner}.paragraphs[{at}]", passage, str(title.get("title", "")))


def _refuse(fault: str) -> Made:
    raise BadRow(fault)


def _passage(place: str, passage: Any, title: str) -> _Makers:
    if not isinstance(passage, dict) or not isinstance(passage.get("qas"), list):
        yield place, partial(_refuse, "no qas: not a passage of SQuAD or CMRC")
        return
    for number, asked in enumerate(passage["qas"]):
        yield f"{place}.qas[{number}]", partial(_squad_row, passage, asked, title)


def _squad_row(passage: Row, asked: Row, title: str) -> Made:
    text = text_of(passage.get("context", passage.get("context_text")), "context")
    question = text_of(asked.get("question", asked.get("query_text")), "question").strip()
    title = str(passage.get("title", title))
    key = str(passage.get("id", passage.get("context_id", "")))
    source = article(text, title=title, key=key, prefix="passage")
    forms, gold = [], []
    for each in asked.get("answers", ()):
        form = text_of(each["text"] if isinstance(each, dict) else each, "answer").strip()
        start = each.get("answer_start", -1) if isinstance(each, dict) else -1
        quote = sentence_at(text, start) if text.startswith(form, max(start, 0)) else ""
        forms.append(form)
        gold.append((source["id"], quote or sentence_with(text, form)))
    if not forms and not asked.get("is_impossible"):
        raise BadRow("no answers, and not said to be impossible")
    unanswerable = bool(asked.get("is_impossible"))
    starts = [each for each in asked.get("answers", ()) if isinstance(each, dict)]
    kept: Row = {"format": "squad", "passage": source["id"]}
    kept |= {"answers": starts} if starts else {}
    kept |= (
        {"plausible_answers": asked["plausible_answers"]} if asked.get("plausible_answers") else {}
    )
    row = qa_row(
        str(asked.get("id", asked.get("query_id", ""))),
        "unanswerable" if unanswerable else "reading",
        question,
        answers=() if unanswerable else [forms],
        gold=gold,
        source=kept,
    )
    return row, [source]


def reading_row(item: Row) -> Made:
    """A row of a reading set (docs/answers-format.md)."""
    text = text_of(item["context"], "context")
    source = article(text, title=item.get("title", ""), prefix="passage")
    answers = [text_of(form, "answers").strip() for form in item["answers"]]
    if item["answerable"] and not answers:
        raise BadRow("answers: an answerable question needs one at least")
    known = ("id", "question", "context", "answers", "answerable", "title")
    row = qa_row(
        item["id"],
        item.get("source", "reading") if item["answerable"] else "unanswerable",
        text_of(item["question"], "question").strip(),
        answers=[answers] if item["answerable"] else (),
        gold=[(source["id"], sentence_with(text, form)) for form in answers],
        source={
            "format": "reading",
            "passage": source["id"],
            **{name: value for name, value in item.items() if name not in known},
        },
    )
    return row, [source]

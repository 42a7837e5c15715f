"""Turn public question sets into QA sets (docs/qa-format.md): which format is read by what."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from eval.convert_given import crud_rows, multihop_article, multihop_row, rgb_row
from eval.convert_reading import reading_row, squad_rows
from eval.convert_rows import Converted, Made, Row, qa_row, read_items
from eval.rows import BadRow
from index.errors import BadInput
from rag.understand import LONGEST_QUESTION

_Makers = Iterator[tuple[str, Callable[[], Made]]]


def convert(form: str, path: Path) -> Converted:
    """The rows of a file in one of ``FORMATS``; what cannot be used is in its ``faults``.

    Raises:
        BadInput: The file cannot be read, or not one row of it can be used.
    """
    found = Converted()
    for place, item in read_items(path):
        if isinstance(item, BadRow):
            found.faults[place] = str(item)
            continue
        for inner, make in FORMATS[form](place, item):
            found.add(inner, make)
    if not found.rows:
        place, fault = next(iter(found.faults.items()), ("file", "it has no rows"))
        raise BadInput(f"{path} has no row of the format {form}: {place}: {fault}")
    return found


def read_documents(path: Path, found: Converted) -> None:
    """Add the articles of MultiHop-RAG's ``corpus.json``; what cannot be used to the faults.

    Raises:
        BadInput: The file cannot be read.
    """
    for place, item in read_items(path):
        try:
            row = multihop_article(item)
            found.articles[row["id"]] = row
        except (BadRow, KeyError, TypeError, AttributeError) as fault:
            found.faults[f"{path.name} {place}"] = f"no article ({fault})"


def _one(make: Callable[[Any], Made], place: str, item: Any) -> _Makers:
    yield place, partial(make, item)


def _retrieval_row(item: Row) -> Made:
    """A row of a retrieval set: every article that answers is gold, as a whole."""
    if len(item["question"]) > LONGEST_QUESTION:
        raise BadRow(f"question has over {LONGEST_QUESTION} characters")
    keys = [*item.get("gold_ids", ()), *item.get("alt_gold_ids", ())]
    answerable = item["type"] != "null"
    if answerable and not item.get("answers"):
        raise BadRow("answers: an answerable question needs one at least")
    row = qa_row(
        item["id"],
        item["type"],
        item["question"],
        answers=item["answers"] if answerable else (),
        gold=[(key, "") for key in keys],
        source={"format": "retrieval", **_left(item, "id", "type", "question", "answers")},
    )
    return row, ()


def _left(item: Row, *used: str) -> Row:
    return {name: value for name, value in item.items() if name not in used}


FORMATS: dict[str, Callable[[str, Any], _Makers]] = {
    "cmrc": squad_rows,
    "squad": squad_rows,
    "rgb": partial(_one, rgb_row),
    "crud-rag": crud_rows,
    "multihop-rag": partial(_one, multihop_row),
    "suyuan-bench-retrieval": partial(_one, _retrieval_row),
    "reading": partial(_one, reading_row),
}

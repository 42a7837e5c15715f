"""The options that several commands share, and the reading of their values."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from index.errors import BadInput

ArchiveOption = Annotated[
    Path | None,
    typer.Option("--archive", help="The archive folder (SUYUAN_ARCHIVE; default ./archive)."),
]
NoLLMOption = Annotated[
    bool, typer.Option("--no-llm", help="Evidence only: quote sentences, do not call the LLM.")
]
SinceOption = Annotated[
    str, typer.Option("--since", help="Only articles published on or after YYYY-MM-DD.")
]
UntilOption = Annotated[
    str, typer.Option("--until", help="Only articles published on or before YYYY-MM-DD.")
]
PaperOption = Annotated[
    list[str] | None, typer.Option("--paper", help="Only this paper; may be repeated.")
]
SectionOption = Annotated[
    list[str] | None,
    typer.Option("--section", help="Only this section or page: 要闻, A02; may be repeated."),
]
ReporterOption = Annotated[
    list[str] | None, typer.Option("--reporter", help="Only by this reporter; may be repeated.")
]
TodayOption = Annotated[
    str, typer.Option("--today", help="The day the question is asked, YYYY-MM-DD (default: now).")
]


def read_day(text: str, flag: str) -> date | None:
    """The day that ``flag`` was given, None where it was not.

    Raises:
        BadInput: It is no day of the calendar in the form YYYY-MM-DD.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{flag} is {text!r}; write it as YYYY-MM-DD, e.g. 2020-07-20") from None


def read_fields(pairs: list[str]) -> dict[str, str]:
    """``["text=content"]`` -> ``{"text": "content"}``: the article's field, the export's column.

    Raises:
        BadInput: A pair lacks one of its sides.
    """
    mapping = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not name or not column:
            raise BadInput(f"--field is {pair!r}; write it as FIELD=COLUMN, e.g. text=content")
        mapping[name.strip()] = column.strip()
    return mapping

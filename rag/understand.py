"""A question as typed becomes a Query: stand-alone, with its language, period and filters."""

import re
from collections.abc import Sequence
from datetime import date

from index.errors import BadInput
from index.language import detect_language
from index.periods import TimeSpan, parse_periods
from rag.followup import stand_alone
from rag.types import Filters, Period, Query, Turn

LONGEST_QUESTION = 500  # characters; longer is a document, not a question
_PHRASE = re.compile(r"[“\"「『《]([^”\"」』》]{2,40})[”\"」』》]")


def understand(
    question: str,
    *,
    history: Sequence[Turn] = (),
    filters: Filters | None = None,
    anchor: date,
) -> tuple[Query, list[TimeSpan]]:
    """The query and every period it names, year-less ones resolved against ``anchor``.

    Raises:
        BadInput: The question is empty or longer than LONGEST_QUESTION characters.
    """
    # A terminal may hand over halves of characters, which nothing behind can encode.
    asked = " ".join(question.encode(errors="ignore").decode().split())
    if not asked:
        raise BadInput("The question is empty. Type one, for example: 青岛上半年贷款余额是多少")
    if len(asked) > LONGEST_QUESTION:
        raise BadInput(
            f"The question has {len(asked)} characters; at most {LONGEST_QUESTION} are read. "
            "Shorten it, or check a whole draft sentence by sentence."
        )
    alone = (stand_alone(asked, history[-1]) if history else asked).strip() or asked
    periods = parse_periods(alone, anchor=anchor)
    first = periods[0] if periods else None
    query = Query(
        asked=asked,
        question=alone,
        language=detect_language(asked) or "zh-Hans",
        period=Period(first.since, first.until, first.text) if first else None,
        filters=filters or Filters(),
        phrases=tuple(dict.fromkeys(_PHRASE.findall(alone))),
    )
    return query, periods


def is_chinese(question: str) -> bool:
    """Whether a question is written like the articles, so that shared words mean something."""
    return detect_language(question).startswith("zh")

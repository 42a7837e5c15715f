"""Make English follow-ups whole by rules. Knows nothing of answers, Chinese or the LLM.

"And in 2023?" swaps the period of the question before, "What about Jinan?" its place, "And
household deposits?" what it asks for, "How fast did it grow?" takes its subject.
"""

import re

from index.language import detect_language
from index.periods import ANY_DAY, TimeSpan, parse_periods

_FEW_WORDS = 4
_LEAD = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?|then)\b[,\s]*)*(?:(?:what|how)\s+about\b|also\b)?\s*",
    re.IGNORECASE,
)
_AUXILIARY = (
    "is|are|was|were|be|been|did|does|do|has|have|had|will|would|can|could|should|may|might"
)
_ASKING = "what|who|whom|whose|when|where|which|why|how"
_CLAUSE = re.compile(rf"\b(?:{_AUXILIARY}|{_ASKING}|if)\b", re.IGNORECASE)
_BEFORE_PERIOD = re.compile(
    r"\s*(?:\b(?:as of|in|at|by|during|for|on|since|from)\s+)?(?:\bthe\s+)?$", re.IGNORECASE
)
_OF_TOPIC = re.compile(
    r"^(?:(?:in|at|by|during|for|on|of|from)\s+)?(?:the\s+|its\s+)?", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_YEAR_BEFORE = re.compile(r"(?:the )?(?:previous year|year (?:before|earlier))|a year earlier")
_YEAR_AFTER = re.compile(r"(?:the )?(?:next|following) year|the year after|a year later")
_RELATIVE = re.compile(
    r"^(?:the\s+)?(?:last|this|next|today|yesterday|tomorrow|past)\b", re.IGNORECASE
)
# Places and bodies that are written in capitals as measures are (GDP, CPI), but take an article.
_INITIALS = r"(?:[A-Z]\.)+[A-Z]\b\.?|(?:US|USA|UK|UAE|EU|UN)\b"
_NAME = re.compile(rf"\b(?:[A-Z][a-z][\w-]*(?:\s+[A-Z][a-z][\w-]*)*|{_INITIALS})")
_WITH_THE = re.compile(_INITIALS)
_ASKABLE = re.compile(r"(?=.*[^\W\d_])[\w\s'’&%/(),.-]+")
_INITIAL_STOP = re.compile(r"\b[A-Z]\.[A-Z]$")
# A measure ends before these: loan balance | grew, loan balance | at the end of June.
_MEASURE_ENDS = (
    rf"{_AUXILIARY}|{_ASKING}|of|in|at|by|for|on|from|to|since|during|as|and|or|than|with|"
    r"grow|grew|rise|rose|fall|fell|drop|dropped|increase|increased|decline|declined|"
    r"reach|reached|total|stand|stood|change|changed|compared"
)
_WORDS = rf"(?:(?!(?:{_MEASURE_ENDS})\b)(?:[a-z][\w-]*|[A-Z]{{2,6}}))"
_MEASURE = rf"({_WORDS}(?:\s+{_WORDS})*)"
_MEASURES = (
    re.compile(rf"['’]s\s+{_MEASURE}"),
    re.compile(rf"\b[Tt]he\s+{_MEASURE}(?=\s+of\b)"),
    re.compile(rf"\b[Hh]ow\s+(?:many|much)\s+{_MEASURE}"),
)
_OWNER = rf"(?:{_INITIALS}|[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*)"
_OWNED = re.compile(rf"\b(?:[Tt]he\s+)?{_OWNER}['’]s\s+{_MEASURE}")
_OF_OWNER = re.compile(rf"\b[Tt]he\s+{_MEASURE}\s+of\s+(?:the\s+)?{_OWNER}")
_IT = re.compile(r"\bit\b(?!\s+(?:takes?|took|possible|true)\b)")
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|hers|former|latter|both|those|these|same|then|"
    r"that (?:one|year|time|day|month|project|place|company|person|figure))\b"
    r"|\bthis (?!year|quarter|month|week)|(?<!are )(?<!is )(?<!were )(?<!was )\bthere\b"
    r"|\bthat\W*$|^(?:and|but|so|also|what about|how about)\b",
    re.IGNORECASE,
)


def complete_english(question: str, earlier: str) -> str:
    """The follow-up with what it takes from ``earlier``; unchanged where no rule applies.

    Both are English; an ``earlier`` in another language has nothing that could be swapped.
    """
    if detect_language(earlier) != "en":
        return question
    lead = _LEAD.match(question)
    topic = _unstopped(question[lead.end() if lead else 0 :])
    # "in May" is a period, though may is an auxiliary
    if not topic or (_CLAUSE.search(topic) and not _is_period(topic)):
        return _with_subject(question, earlier)
    if (lead and lead.group()) or _is_period(topic):
        return _swap(earlier, topic) or question
    return question


def points_back_english(question: str) -> bool:
    """Whether a question left as typed leans on the conversation: a pronoun, or too few words."""
    words = re.findall(r"[\w'’-]+", question)
    named = _NAME.findall(" ".join(words[1:]))
    asks = question.rstrip().endswith(("?", "？")) or _CLAUSE.search(question)
    few = len(words) <= _FEW_WORDS and not named and bool(asks)
    return few or bool(_POINTS.search(question))


def _swap(earlier: str, topic: str) -> str:
    """``earlier`` with ``topic`` in the place of its like; "" where it has none."""
    bare = _OF_TOPIC.sub("", topic).removesuffix("'s").removesuffix("’s")
    for pattern, years in ((_YEAR_BEFORE, -1), (_YEAR_AFTER, 1)):
        if pattern.fullmatch(topic.lower()):
            named = _YEAR.findall(earlier)
            moved = str(int(named[0]) + years) if len(named) == 1 else ""
            return earlier.replace(named[0], moved) if moved else ""
    if _is_period(topic):
        return _with_period(earlier, _periods(topic)[0])
    if _NAME.fullmatch(bare):
        return _with_name(earlier, bare)
    at = _measure(earlier)
    if not at or _periods(topic) or _POINTS.search(topic) or not _ASKABLE.fullmatch(bare):
        return ""
    return f"{earlier[: at[0]]}{bare}{earlier[at[1] :]}"


def _is_period(topic: str) -> bool:
    spans = _periods(topic)
    return len(spans) == 1 and _OF_TOPIC.sub("", spans[0].text) == _OF_TOPIC.sub("", topic)


def _with_period(earlier: str, new: TimeSpan) -> str:
    """The period of ``earlier`` replaced with its preposition, or put at its end."""
    old = _periods(earlier)
    text = _dated(new, old[0]) if old else new.text
    if not _RELATIVE.match(text):
        ends = text.lower().startswith(("the end", "end"))
        named = not re.match(r"the\b|\d|Q\d|[A-Z]", text)
        text = f"{'at' if ends else 'in'} {'the ' if named else ''}{text}"
    if not old:
        return f"{_unstopped(earlier)} {text}?"
    before = _BEFORE_PERIOD.sub("", earlier[: old[0].start])
    return f"{before} {text}{earlier[old[0].end :]}".strip()


def _dated(new: TimeSpan, old: TimeSpan) -> str:
    """The new period with the old one's year, where it names a part of some year."""
    year = _YEAR.search(old.text)
    if new.explicit_year or not year or _RELATIVE.match(new.text):
        return new.text
    of = " of" if re.search(r"(?:half|quarter|months?)$", new.text) else ""
    return f"{new.text}{of} {year.group()}"


def _with_name(earlier: str, name: str) -> str:
    """The place or person of ``earlier`` replaced; "" where it names none or several."""
    timeless = _timeless(earlier)
    first = re.match(r"\w+\s*", timeless)
    names = list(_NAME.finditer(timeless, first.end() if first else 0))
    if len(names) != 1:
        return ""
    before, old, after = earlier[: names[0].start()], names[0].group(), earlier[names[0].end() :]
    before = before.removesuffix("the ") if _WITH_THE.fullmatch(old) else before
    article = "the " if _WITH_THE.fullmatch(name) and not before.lower().endswith("the ") else ""
    return f"{before}{article}{name}{after}"


def _with_subject(question: str, earlier: str) -> str:
    """``it`` replaced by what the question before asks for, with its period unless one is asked."""
    timeless = _timeless(earlier)
    subject = _OWNED.search(timeless) or _OF_OWNER.search(timeless)
    if not subject or len(_IT.findall(question)) != 1 or _NAME.search(question[1:]):
        return question
    phrase = re.sub(r"^The\b", "the", subject.group().strip())
    whole = _IT.sub(lambda _: phrase, question)
    old = _periods(earlier)
    if not old or _periods(question):
        return whole
    start = old[0].start
    lead = _BEFORE_PERIOD.search(earlier[:start])
    period = earlier[lead.start() if lead else start : old[0].end].strip()
    return f"{_unstopped(whole)} {period}?"


def _unstopped(text: str) -> str:
    """The text without the marks at its end; the stop of U.S. is none of them."""
    bare = text.rstrip(" ?.!？")
    is_initial = _INITIAL_STOP.search(bare) and text[len(bare) :].startswith(".")
    return f"{bare}." if is_initial else bare


def _measure(earlier: str) -> tuple[int, int] | None:
    """Where the thing asked for stands: ``loan balance`` of "What was Qingdao's loan balance?"."""
    timeless = _timeless(earlier)
    found = (pattern.search(timeless) for pattern in _MEASURES)
    return next((match.span(1) for match in found if match), None)


def _timeless(text: str) -> str:
    """The text with its periods blanked, every character still at its place."""
    for span in _periods(text):
        text = f"{text[: span.start]}{'.' * (span.end - span.start)}{text[span.end :]}"
    return text


def _periods(text: str) -> list[TimeSpan]:
    return parse_periods(text, anchor=ANY_DAY)

"""Turn one article into questions that one of its own sentences answers. Rules only, no model.

Knows nothing of archives. A rule that is not sure gives nothing: a question that no editor would
ask costs more than one that is missing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from eval.example_words import (
    AMOUNT,
    BUILT,
    CHANGE,
    CLAUSE,
    COMMON,
    DATELINE,
    DATELINE_PLACE,
    DEED,
    DONE,
    EVENT,
    FORMER,
    LEANING,
    LINE,
    LINE_NAME,
    LONGEST,
    LONGEST_SENTENCE,
    MEASURE,
    MEETINGS,
    NAMED_TAGS,
    PERIOD_NOISE,
    PERSON,
    PLACE_END,
    PLACE_WORD,
    PROMISING,
    REPEATED,
    REPEATED_VERBS,
    SHORTEST,
    SOURCE_SAYS,
    SURNAMES,
    UNIT,
    WHOLE,
)
from index.figures import Figure, parse_figures
from index.periods import TimeSpan, parse_periods
from index.sentences import split_sentences
from index.types import Article, Kind
from index.words import tagged_words


@dataclass(frozen=True, slots=True)
class Example:
    """A question, and the sentence that answers it with the words ``answer``."""

    question: str
    answer: str  # a substring of ``sentence``
    sentence: str
    article_id: str
    rule: str  # amount, change, done, built, who, when or where
    topic: str  # what it is about, without place and period: two of one topic are not both shown


def examples_of(article: Article) -> list[Example]:
    """Every question the rules find in an article, in the order of its text.

    Empty for captions and for text that is not in simplified Chinese.
    """
    if article.kind is not Kind.ARTICLE or article.language not in ("", "zh-Hans"):
        return []
    place = _place(article)
    return [
        example
        for sentence in _promising_sentences(article)
        for example in _Reader(article, sentence, place).read()
        if _is_clean(example)
    ]


def corrections(article: Article) -> str:
    """The lines that take something back: the figures in them are not to be asked for."""
    return "\n".join(line for line in article.body.split("\n") if FORMER.search(line))


def _promising_sentences(article: Article) -> Iterator[str]:
    """The sentences a rule might apply to; lines that none can are not even split."""
    headings = {span.start for span in article.headings}
    for line in LINE.finditer(article.body):
        if line.start() in headings or not PROMISING.search(line[0]):
            continue
        for span in split_sentences(line[0]):
            text = line[0][span.start : span.end]
            if len(text) <= LONGEST_SENTENCE and PROMISING.search(text) and not FORMER.search(text):
                yield text


def _place(article: Article) -> str:
    """The dateline's place where the text itself speaks of it too; else empty."""
    told = DATELINE_PLACE.match(article.body)  # exports bring it only in the text
    place = article.place or (told[1] if told else "")
    text = article.headline + DATELINE.sub("", article.body)
    return place if place and place in text else ""


def _is_clean(example: Example) -> bool:
    question = example.question
    return (
        SHORTEST <= len(question) <= LONGEST
        and example.answer not in question
        and example.answer in example.sentence
        and question.count("年") <= 2
        and REPEATED.search(question) is None
    )


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str  # without its closing mark
    start: int


class _Reader:
    """One sentence: its clauses, figures and periods, and the place its article is about."""

    def __init__(self, article: Article, sentence: str, place: str) -> None:
        self._article = article
        self._sentence = sentence
        self._place = place
        dateline = DATELINE.match(sentence)
        at = dateline.end() if dateline else 0
        self._clauses = [
            _Clause(match[0].rstrip("，；。：！？"), match.start())
            for match in CLAUSE.finditer(sentence, at)
        ]
        self._figures = parse_figures(sentence)
        self._periods = parse_periods(sentence, anchor=article.published)

    def read(self) -> Iterator[Example]:
        yield from self._persons()
        period: TimeSpan | None = None
        for number, clause in enumerate(self._clauses):
            text, own = self._without_period(clause)
            period = own or period
            if not text:
                continue
            figure = self._closing_figure(clause)
            if figure is not None:
                yield from self._figure_questions(clause, text, figure, period)
                yield from self._change_behind(number, text, figure, period)
            elif period is not None and period.since == period.until:
                yield from self._event_questions(clause, text, period)
            if not self._is_frame(text):
                return  # what follows leans on a subject that only the reader of the whole sees
            period = None  # the day it was said, not the time it speaks of

    def _make(self, rule: str, topic: str, question: str, answer: str) -> Example:
        return Example(question, answer, self._sentence, self._article.id, rule, topic)

    # periods and frames

    def _without_period(self, clause: _Clause) -> tuple[str, TimeSpan | None]:
        """The clause behind the period it opens with."""
        for span in self._periods:
            if span.start == clause.start and span.end <= clause.start + len(clause.text):
                rest = self._sentence[span.end : clause.start + len(clause.text)]
                return rest.removeprefix("份").lstrip(), span
        return clause.text, None

    def _is_frame(self, text: str) -> bool:
        """Who says it; what comes next stands on its own."""
        return SOURCE_SAYS.search(text) is not None

    def _closing_figure(self, clause: _Clause) -> Figure | None:
        """The clause's only figure, where the clause ends with it."""
        end = clause.start + len(clause.text)
        inside = [figure for figure in self._figures if clause.start <= figure.start < end]
        if len(inside) != 1 or inside[0].end != end:
            return None
        figure = inside[0]
        exact = figure.high is None and figure.approx in ("", "约") and figure.text[0].isdigit()
        return figure if exact and not figure.indefinite else None

    def _when(self, period: TimeSpan | None) -> str:
        """The period with its year, as it would be asked; empty where it has no clean name."""
        if period is None or period.until == date.max or period.since.year != period.until.year:
            return ""
        text = PERIOD_NOISE.sub("", period.text)
        bare = re.sub(r"\A(?:\d{4}年|今年|去年|当年|本年)", "", text)
        if re.match(r"[昨今明前后本上下][日天月周年]|近|全年|同期|.*以来", bare):
            return ""
        return f"{period.since.year}年{bare}"

    # subjects

    def _subject(self, text: str) -> str:
        """``text`` as a subject that stands alone, its place put in; empty where it leans."""
        text = re.sub(r"（[A-Za-z0-9.]+）", "", text).strip()
        if not text or LEANING.search(text):
            return ""
        local = PLACE_WORD.match(text)
        if local:
            rest = text[local.end() :].lstrip("的")
            city = local[0][1] == "市" and self._place
            return f"{self._place}{rest}" if city and rest else ""
        if PLACE_WORD.search(text):
            return ""
        # The tagger does not know every city by itself: 烟台 is a noun to it, 烟台市 a place.
        return text if (self._place and self._place in text) or _is_named(text) else ""

    def _placed(self, text: str) -> str:
        """The same, with the article's place before a subject that names none."""
        named = _names_place(text) or PLACE_WORD.search(text) or self._place in text
        if self._place and not named:
            text = f"{self._place}{text}"
        return self._subject(text)

    # rules

    def _figure_questions(
        self, clause: _Clause, text: str, figure: Figure, period: TimeSpan | None
    ) -> Iterator[Example]:
        before = text[: len(text) - len(figure.text)]
        when = self._when(period)
        amount, done = AMOUNT.fullmatch(before), DONE.fullmatch(before)
        if amount and when and not DEED.search(before):
            yield from self._amount(amount[1], figure, when)
        elif done and when and figure.unit not in ("%", "百分点"):
            yield from self._done(done, figure, when)
        built = BUILT.fullmatch(before)
        if built and not when and _is_named(built[1]) and (subject := self._placed(built[1])):
            question = f"{subject}{built[2]}多少{_counted(figure)}？"
            yield self._make("built", built[1] + built[2], question, figure.text)
        change = CHANGE.fullmatch(before)
        if change and change[1] and when and figure.unit == "%":
            yield from self._change(change[1], change, figure, when)

    def _amount(self, measure: str, figure: Figure, when: str) -> Iterator[Example]:
        subject = self._placed(measure)
        if subject:
            subject = subject.replace("实现", "", 1)
            measure += "额" if measure.endswith("进出口") else ""
            subject += "额" if subject.endswith("进出口") else ""
            question = f"{when}{subject}是多少？"
            yield self._make("amount", measure, question, figure.text)

    def _done(self, done: re.Match[str], figure: Figure, when: str) -> Iterator[Example]:
        subject = self._subject(done[1]) if done[1] else self._place
        if subject and not LEANING.search(done[3]):
            question = f"{when}{subject}{done[2]}{done[3]}多少{_counted(figure)}？"
            yield self._make("done", done[2] + done[3], question, figure.text)

    def _change(
        self, measure: str, change: re.Match[str], figure: Figure, when: str
    ) -> Iterator[Example]:
        subject = self._placed(measure).replace("实现", "", 1)
        if subject and MEASURE.search(measure):
            asked = f"{when}{subject}{change[2]}{change[3]}多少？"
            yield self._make("change", measure, asked, figure.text)

    def _change_behind(
        self, number: int, text: str, figure: Figure, period: TimeSpan | None
    ) -> Iterator[Example]:
        """``贷款余额20314亿元，同比增长15.53%``: the change of what the clause before measures."""
        amount = AMOUNT.fullmatch(text[: len(text) - len(figure.text)])
        when = self._when(period)
        if not amount or not when or number + 1 >= len(self._clauses):
            return
        behind = self._clauses[number + 1]
        rate = self._closing_figure(behind)
        if rate is None or rate.unit != "%":
            return
        change = CHANGE.fullmatch(behind.text[: len(behind.text) - len(rate.text)])
        if change and not change[1]:
            yield from self._change(amount[1], change, rate, when)

    def _persons(self) -> Iterator[Example]:
        for clause in self._clauses:
            found = PERSON.match(clause.text)
            if not found or found["name"][0] not in SURNAMES:
                continue
            office = found["office"]
            if re.match(r"[市区县](?![北南中])", office):
                office = f"{self._place}{office}" if self._place and office[0] == "市" else ""
            if office and not LEANING.search(office) and _is_named(office):
                yield self._make("who", office, f"{office}{found['title']}是谁？", found["name"])

    def _event_questions(self, clause: _Clause, text: str, period: TimeSpan) -> Iterator[Example]:
        event = EVENT.fullmatch(text)
        if event is None or not re.search(r"月.+日", period.text):
            return
        subject = self._subject(event["subject"])
        if not subject or subject.endswith(MEETINGS):
            return
        manner = event["manner"] or ""
        once = (
            event["verb"] not in REPEATED_VERBS or "届" in subject or re.search(r"\d{4}", subject)
        )
        year = "" if once else f"{period.since.year}年"
        question = f"{year}{subject}哪天{manner}{event['verb']}？"
        yield self._make("when", subject, question, period.text)
        where = event["where"]
        if where and _is_place(where):
            question = f"{year}{subject}在哪里{manner}{event['verb']}？"
            yield self._make("where", subject, question, where)


def _is_named(text: str) -> bool:
    """Whether a reader who has not seen the article knows which one is meant."""
    if WHOLE.match(text) or LINE_NAME.search(text):
        return True
    tagged = tagged_words(text)
    return any(tag in NAMED_TAGS and word not in COMMON for word, tag in tagged)


def _names_place(text: str) -> bool:
    if WHOLE.match(text):
        return True
    return any(tag in ("ns", "nt") and word not in COMMON for word, tag in tagged_words(text))


def _is_place(text: str) -> bool:
    if PLACE_END.search(text):
        return True
    tagged = tagged_words(text)
    return len(tagged) == 1 and tagged[0][1] == "ns"


def _counted(figure: Figure) -> str:
    """The unit to ask in: 1.35万亿元 -> 亿元, 4.7万个 -> 个, 12条 -> 条."""
    match = UNIT.fullmatch(figure.text)
    scale, unit = (match["scale"], match["unit"]) if match else ("", figure.unit)
    if unit.endswith("元") and scale:
        return f"{scale[-1]}{unit}"
    return unit or figure.unit

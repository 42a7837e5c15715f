"""Whether what was found answers, and which statements of a draft may be shown. Pure functions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from index.figures import figure_in, parse_figures
from index.periods import TimeSpan
from index.words import fold
from rag.binding import (
    gives_kind,
    meant_values,
    says_measure,
)
from rag.cite import Statement
from rag.decision import Decision
from rag.evidence import Candidate
from rag.extract import extract, spelled_out
from rag.features import RUNNING_TOTAL, closeness, told_period
from rag.focus import Focus, Wanted
from rag.names import person_names
from rag.places import TOWNS
from rag.printed import as_printed
from rag.types import Check, CheckKind, Evidence, Query
from rag.understand import is_chinese
from rag.verify import attribute, check_statement, is_grounded, is_supported, told_otherwise
from rag.verify_fit import answers_other, elsewhere, fits, surroundings
from rag.verify_names import other_places
from rag.worded import carriers, in_its_words, with_another

# Below this share of the question's weight no sentence speaks of what was asked
# (fitted on samples/qa.jsonl: docs/LOG.md).
_LEAST_COVERAGE = 0.3
# A statement is off the question when what it cites covers less than this share of the best.
_ON_TOPIC = 0.75
_NEAR_TOPIC = 0.6  # the same where the LLM has read the sentence and answered from it
_LITERAL_COVERAGE = 0.7
_RIVAL_WITHIN = 0.3
_RIVAL_COVERAGE = 0.05
# The period asked for, said in the sentence (1) or before it in its paragraph (0.7); a stretch
# inside it (0.5) is another figure: 上半年 does not answer 前三季度.
_LITERAL_PERIOD = 0.7
_DAY = re.compile(r"\d{1,2}月\d{1,2}日")
_EXACT = frozenset({Wanted.FIGURE, Wanted.PERCENT, Wanted.PERSON})
_NARROWED = 2  # words: 青深企业家联谊会会长 is not the 会长 asked for


@dataclass(frozen=True, slots=True)
class Draft:
    """What came of one attempt to answer."""

    statements: tuple[Statement, ...]
    checks: tuple[Check, ...]
    dropped: tuple[str, ...]  # what was wrong with each statement that may not be shown


def speaks_of(
    focus: Focus,
    query: Query,
    candidates: Sequence[Candidate],
    decision: Decision | None = None,
) -> bool:
    """Whether any sentence speaks of what was asked at all.

    A question in another script shares no words with the archive, and a translated one (the
    query's language says so) has the translator's: there the LLM decides. Without a fitted decision
    a share of the question's words is asked for.
    """
    if not candidates:
        return False
    if not is_chinese(query.question):
        return True
    best = next((item for item in candidates if not _absent(item)), None)
    if best is None:
        return False
    if not query.language.startswith("zh"):
        speaks = True
    elif decision is None:
        speaks = best.coverage >= _LEAST_COVERAGE
    else:
        # No one sentence is near to a question for two things.
        least = decision.refuse / 2 if focus.several else decision.refuse
        speaks = decision.probability(focus, candidates) >= least
    if not speaks:
        return False
    return other_period(candidates) is None


def _absent(item: Candidate) -> list[str]:
    """What its article would have to name to answer: towns, and names that surely are some.

    jieba calls 洪水 and 祖传 names, and 东南亚 a place that an article on one of its countries need
    not say; what is only said otherwise is left to the decision.
    """
    return [
        word
        for word in item.missing
        if word in TOWNS or (len(word) > 2 and word in person_names(word)) or word.isascii()
    ]


def other_period(candidates: Sequence[Candidate]) -> TimeSpan | None:
    """The period told of where what was asked is only known for another one.

    7月末 asked, only 6月末 told of. A sentence of the period asked for, or without any period,
    counts if it says as much of what was asked: 前三季度生产总值 does not answer for 9月末贷款. An
    article without a date says what its years belong to only in its own words: 2021年冠军某某 is no
    word on when she lost.
    """
    speaking = [item for item in candidates if not item.missing and item.article.published]
    if speaking and speaking[0].period > 0:
        return None
    others = [item for item in speaking if item.period < 0]
    if not others:
        return None
    other = max(others, key=lambda item: item.coverage)
    asked = max((item.coverage for item in speaking if item.period > 0), default=0.0)
    silent = max((item.coverage for item in speaking if item.period == 0), default=0.0)
    if other.coverage < max(silent, _LEAST_COVERAGE) or asked >= _ON_TOPIC * other.coverage:
        return None
    return told_period(other.sentence, other.article)


def running_total(focus: Focus, candidates: Sequence[Candidate]) -> Candidate | None:
    """The sentence that tells of a longer period up to the same day: 1—11月 where 11月 was asked.

    Papers often print only that; it may be shown where it says so itself.
    """
    speaking = [item for item in candidates if not item.missing]
    best = max((item.coverage for item in speaking), default=0.0)
    for item in speaking:
        told = told_period(item.sentence, item.article)
        if not (told and fold(told.text) in fold(item.sentence.text) and item.typed):
            continue
        near = item.period == RUNNING_TOTAL and item.coverage >= _ON_TOPIC * best
        if near and says_measure(focus, item.sentence.text):
            return item
    return None


def is_literal(focus: Focus, asked: Sequence[TimeSpan], candidates: Sequence[Candidate]) -> bool:
    """Whether the best sentence answers by itself: one figure, rate or name right by its measure.

    Not where several things are asked, where the period asked for is not named, or where another
    article has a rival sentence as good.
    """
    best = candidates[0]
    if focus.several or focus.wanted not in _EXACT:
        return False
    if best.close < 1 or not best.typed or best.missing or best.narrowed >= _NARROWED:
        return False
    if best.coverage < _LITERAL_COVERAGE or (asked and best.period < _LITERAL_PERIOD):
        return False
    if not says_measure(focus, best.sentence.text) or _place_elsewhere(candidates, focus):
        return False
    if focus.wanted is Wanted.PERSON and not _names_beside(best, focus):
        return False
    return fits("", best, focus) and not _has_rival(best, candidates[1:], focus)


def _names_beside(best: Candidate, focus: Focus) -> bool:
    """Whether the clause that would be given has the name beside the office, not another name."""
    return closeness(focus, extract(best.sentence.text, focus)) == 1


def _place_elsewhere(candidates: Sequence[Candidate], focus: Focus) -> bool:
    """Whether another sentence with such a value names the place asked about, and the best not."""

    def names(item: Candidate) -> bool:
        return any(place in fold(item.sentence.text) for place in focus.places)

    others = [item for item in candidates[1:] if item.typed and item.close == 1]
    return not names(candidates[0]) and any(names(item) for item in others)


def _has_rival(best: Candidate, others: Sequence[Candidate], focus: Focus) -> bool:
    mine = meant_values(best.sentence.text, focus)
    return any(
        item.close == 1
        and item.coverage > best.coverage - _RIVAL_COVERAGE
        and item.score > best.score - _RIVAL_WITHIN
        and item.period >= best.period
        and not mine & meant_values(item.sentence.text, focus)
        and _may_mean_it(item, best, focus)
        for item in others
    )


def _may_mean_it(item: Candidate, best: Candidate, focus: Focus) -> bool:
    """What fits better in the same article (贷款 beside 短期贷款), any in another of that day."""
    if item.article.id == best.article.id:
        plainer, nearer = item.narrowed < best.narrowed, item.phrased > best.phrased
        return plainer or nearer or item.period > best.period
    return item.article.published == best.article.published or focus.wanted is Wanted.PERSON


def verify(
    statements: Sequence[Statement],
    shown: Sequence[Evidence],
    candidates: Sequence[Candidate],
    query: Query,
    focus: Focus,
    *,
    reword: bool = False,
) -> Draft:
    """Keep the statements whose every figure, date and name stands in what they cite.

    ``reword``: where what they cite has not their words, with what has, or in its own.
    """
    kept: list[Statement] = []
    checks: list[Check] = []
    dropped: list[str] = []
    best = max((item.coverage for item in candidates[: len(shown)] if item.period >= 0), default=0)
    for statement in statements:
        readings = _readings(statement, shown, query.question)
        for cited in chain(readings, _as_clauses(statement, shown, focus)):
            found = _passed(cited, shown, candidates, query, focus, best)
            if found is not None:
                for told in _traced(cited, shown, query, focus) if reword else ():
                    again = _passed(told, shown, candidates, query, focus, best)
                    if again is not None:
                        cited, found = told, again
                        break
                kept.append(cited)
                checks.extend(found)
                break
        else:
            dropped.append(_problem(statement, shown, query.question))
    return Draft(tuple(kept), tuple(checks), tuple(dropped))


def _traced(
    cited: Statement, shown: Sequence[Evidence], query: Query, focus: Focus
) -> Iterator[Statement]:
    """A statement that may be shown, so that what it cites has its words.

    With the sentence that has the rest of them, or in the words of the one it cites.
    """
    if len(cited.numbers) != 1 or not is_chinese(query.question):
        return
    for numbers in with_another(cited, shown):
        yield replace(cited, numbers=numbers)
    source = next(item.text for item in shown if item.number in cited.numbers)
    told = in_its_words(cited.text, source, query.question, focus)
    if told != cited.text:
        yield replace(cited, text=told)


def _problem(statement: Statement, shown: Sequence[Evidence], question: str) -> str:
    """The figures, dates and names that no shown sentence has; the statement where all have."""
    lacking = [
        check.text
        for check in check_statement(statement, shown, question=question)
        if not check.supported
    ]
    return "、".join(lacking) or statement.text


def _readings(
    statement: Statement, shown: Sequence[Evidence], question: str
) -> Iterator[Statement]:
    """The statement with what it may rest on, the likeliest first.

    A small model often points at the neighbour of the sentence it read: where what it says stands
    whole in another shown sentence, that one is cited. What one sentence has only in part may have
    its other figures in a second one. Figures are put as the cited sentence prints them.
    """
    own = attribute(statement, shown)
    ways = [own.numbers]
    if statement.numbers:
        ways = [*carriers(own, shown), own.numbers, *((item.number,) for item in shown)]
    cited = [item for item in shown if item.number in own.numbers]
    for check in check_statement(own, cited, question=question) if cited else ():
        if not check.supported and check.kind is CheckKind.FIGURE:
            other = next((item.number for item in shown if check.text in item.text), None)
            if other is not None and other not in ways[-1]:
                ways.append((*(ways[-1] if len(ways[-1]) > 1 else own.numbers), other))
    for numbers in dict.fromkeys(ways):
        texts = [item.text for item in shown if item.number in numbers]
        yield Statement(as_printed(statement.text, texts), numbers)


def _as_clauses(
    statement: Statement, shown: Sequence[Evidence], focus: Focus
) -> Iterator[Statement]:
    """The clause, as printed, of each sentence cited that has its figures, days or names.

    A year put to a day, a dropped 将 or a word of its own fails a statement that points right.
    """
    figures = parse_figures(statement.text)
    names = () if figures else (*_DAY.findall(statement.text), *person_names(statement.text))
    for item in shown:
        if item.number in statement.numbers and (figures or names):
            clause = extract(item.text, focus)
            folded = fold(clause)
            has = all(figure_in(one, clause) for one in figures) and all(n in folded for n in names)
            if has and clause != statement.text:
                yield Statement(clause, (item.number,))


def spell_out(draft: Draft, shown: Sequence[Evidence], focus: Focus) -> tuple[Statement, ...]:
    """The statements kept, each bare figure as the clause of its source that has it."""
    by_number = {item.number: item.text for item in shown}
    return tuple(
        Statement(spelled_out(item.text, by_number[item.numbers[0]], focus), item.numbers)
        for item in draft.statements
    )


def _passed(
    cited: Statement,
    shown: Sequence[Evidence],
    candidates: Sequence[Candidate],
    query: Query,
    focus: Focus,
    best: float,
) -> list[Check] | None:
    """The checks of a statement that may be shown; None for one that may not."""
    sources = [candidates[number - 1] for number in cited.numbers]
    around = " ".join(surroundings(item) for item in sources)
    quoted = [shown[number - 1] for number in cited.numbers]
    found = check_statement(cited, quoted, question=query.question, context=around)
    if not sources or not is_supported(found):
        return None
    if told_otherwise(cited.text, quoted, question=query.question):
        return None
    if is_chinese(query.question) and not any(
        (focus.several or item is candidates[0] or item.coverage >= best * _NEAR_TOPIC)
        and fits(cited.text, item, focus)
        and not answers_other(
            cited.text, item.sentence.text, query.question, focus, around=surroundings(item)
        )
        for item in _bearing(cited, sources)
    ):
        return None
    figured = {n for check in found if check.kind is CheckKind.FIGURE for n in check.markers}
    if any(elsewhere(candidates[n - 1], focus) for n in figured):
        return None
    if not focus.several and not gives_kind(cited.text, focus):
        return None
    source = f"{query.question} {around}"
    grounded = is_grounded(cited.text, source) and not other_places(cited.text, source)
    return found if grounded else None


def _bearing(cited: Statement, sources: Sequence[Candidate]) -> Sequence[Candidate]:
    """Those cited that have a figure of the statement: 集装箱吞吐量 beside it vouches for none."""
    figures = parse_figures(cited.text)
    held = [item for item in sources if any(figure_in(one, item.sentence.text) for one in figures)]
    return held or sources

"""How a thing is told: as a fact, a plan or on a condition, and who does it to whom.

Two sentences may share every word, figure and name and still tell opposite things: 张三会见李四 and
李四会见张三, 计划10月开通 and 已于10月开通. Pure functions; knows nothing of verdicts.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

from index.periods import TimeSpan
from index.words import fold, tagged_words, words
from rag.names import person_names
from rag.predicates import unsaid_predicates

_CLAUSES = re.compile(r"[，；,;：:\n]+")
# 将 before a thing may be 把; before these it tells the future.
_PLAN = re.compile(
    r"计划(?!经济|单列|不变|生育|书)|规划(?:于|在|建|总)|拟(?=[于在对将建投设增])|预计|预期|预测|力争|争取|有望"
    r"|可望|目标|打算|准备|考虑|原定|即将|或将|可能|将(?!军|领|近|来|就|错)|(?:设立|提出)目标"
    r"|\b(?:plan(?:s|ned)?|expect(?:s|ed)?|will|would|aims?|forecasts?|projected|scheduled|may|might)\b"
)
_DONE = re.compile(
    r"已|[\u4e00-\u9fff]了|[^不]过[，。了]|完成|实现|\b(?:has|have|had|was|were|already)\b|\b\w+ed\b"
)
_CONDITION = re.compile(
    r"如果|假如|假若|倘若|若(?!干|水|谷)|一旦|除非|只要|只有|要是|前提|视\S{1,6}而定|如(?=\S{2,12}[，,])"
    r"|\b(?:if|unless|provided|until)\b"
)
_HYPOTHESIS = re.compile(r"如(?:图|下|期|上|今|此|何|实|约|数)")
_PASSIVE = re.compile(r"[被由遭]|受到|\bby\b")
# Both sides do the same thing: order says nothing.
_MUTUAL = re.compile(
    r"[、和与及同跟]|签约|签署|签订|合作|联合|共同|会谈|会晤|携手|对接|一起|互相|相互|共建|\band\b|\bwith\b"
)
_THING_TAGS = ("n", "j", "eng")
_NAMED_TAGS = ("nr", "ns", "nt", "nz", "j", "eng")
_PROPER = frozenset({"nr", "ns", "nt", "nz", "j"})
_ACT_TAGS = ("v", "p")
_IDLE = frozenset("是 有 在 为 说 于 以 据 按 按照 根据 至 表示 介绍 称 来自".split())  # noqa: SIM905
_TOWARDS = re.compile(r"[，,]\s*(?:到|赴|向|给|为|对|前往|去)")
_PAUSE = re.compile(r"[，。；,;:：\n]")
_ACT_WITHIN = 12  # characters behind who acts in a passive
_LEAST_VERB = 4  # letters: acquired, not the
_LEAST_CLAUSE = 3  # words
# Of the tokens of two sentences: the draft is the source, edited here and there.
_EDITED = 0.6
_NEARLY = 0.75
_MOST_THINGS = 24  # of a sentence; pairs grow with the square


def told_otherwise(
    draft: str, draft_at: int, source: str, source_at: int, *, anchor: date, span: TimeSpan | None
) -> str:
    """What the draft tells as done that the source plans or puts on a condition; "" where not.

    ``draft_at`` and ``source_at``: where the claim stands in each. A period (``span``) that lies
    after ``anchor`` makes a plan of an unmarked sentence.
    """
    said, told = _clause(draft, draft_at), _clause(source, source_at)
    before = source[:source_at]
    planned = _PLAN.search(fold(told))
    condition = _conditional(before)
    if condition and not _conditional(draft) and not _PLAN.search(fold(said)):
        return f"原句有条件“{condition}”"
    done = _DONE.search(fold(said)) is not None
    if _PLAN.search(fold(draft[:draft_at])) or _PLAN.search(fold(said)):
        return ""
    governed = planned or _PLAN.search(fold(before))
    if done and governed and not _DONE.search(fold(told)):
        return f"稿件说已成，库中只说“{governed[0]}”"
    future = span is not None and span.since > anchor
    if planned and not future and not _DONE.search(fold(told)):
        return f"库中说的是“{planned[0]}”，稿件没有说"
    return ""


def _conditional(text: str) -> str:
    found = _CONDITION.search(_HYPOTHESIS.sub("  ", fold(text)))
    return found[0] if found else ""


def _clause(text: str, at: int) -> str:
    """The clause around a place."""
    start = max((found.end() for found in _CLAUSES.finditer(text, 0, at)), default=0)
    end = _CLAUSES.search(text, at)
    return text[start : end.start() if end else len(text)]


def unsaid_acts(draft: str, at: int, source: str) -> tuple[str, ...]:
    """Verbs of the claim's clause that the source does not say, or says with the other sign.

    A clause that is only a time (今天（4月9日），) goes with the one behind it.
    """
    clause = _clause(draft, at)
    if sum(len(word) > 1 and not word[0].isdigit() for word in words(clause)) < _LEAST_CLAUSE:
        behind = draft[draft.find(clause) + len(clause) :].lstrip("，,")
        clause = f"{clause} {_clause(behind, 0)}"
    return unsaid_predicates(clause, source)


def turned_acts(draft: str, source: str) -> tuple[str, ...]:
    """Verbs that both say, one of them with a negation: 答应 beside 没有答应."""
    said = fold(source)
    return tuple(word for word in unsaid_predicates(draft, source) if word in said)


def exchanged(draft: str, source: str) -> str:
    """Two things that stand round one act in the draft and the other way round in the source.

    ``"张三、李四"`` for 张三会见李四 beside 李四会见张三; "" where order says nothing (甲与乙签约,
    乙被甲收购) or nothing is exchanged.
    """
    theirs = list(_ordered(source))
    for one, other, acts in _ordered(draft):
        for left, right, done in theirs:
            if (left, right) == (other, one) and acts & done:
                return f"{one}、{other}"
    return ""


def replaced(draft: str, source: str, around: str = "") -> tuple[str, str] | None:
    """A name that an edited sentence puts where the source has another; None where none is.

    ``("上海", "青岛")`` for 上海派出9人 beside 青岛派出9人. Two that change places are found too,
    whatever stands between them. ``around``: what may name it elsewhere in the source.
    """
    mine, theirs = tagged_words(fold(draft)), tagged_words(fold(source))
    matcher = SequenceMatcher(None, [w for w, _ in mine], [w for w, _ in theirs], autojunk=False)
    if matcher.quick_ratio() < _EDITED or matcher.ratio() < _EDITED:
        return None
    edits = [
        (_named(mine[a:b]), _named(theirs[c:d]))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind == "replace"
    ]
    for (gone, come), (other_gone, other_come) in combinations(edits, 2):
        if (one := gone & other_come) and (other := come & other_gone):
            return min(one), min(other)
    if matcher.ratio() < _NEARLY:
        return None
    said = f"{fold(source)} {around}"
    for gone, come in edits:
        new = [word for word in gone if not _is_said(word, said)]
        lost = [word for word in come if not _is_said(word, fold(draft))]
        if new and lost:
            return min(new), min(lost)
    return None


def _named(tokens: Sequence[tuple[str, str]]) -> frozenset[str]:
    return frozenset(w.rstrip("省市") for w, tag in tokens if len(w) > 1 and tag[:2] in _PROPER)


def _is_said(name: str, text: str) -> bool:
    """Whether a text has the name or a short form that begins it: 乌军 and 乌克兰."""
    return name in text or name[0] in text


def _ordered(text: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Pairs of things with the acts between them, who acts first: 被 and 由 turn the pair."""
    folded = fold(text)
    if len(folded) != len(text):
        return  # places would be wrong; a ligature or such, which is rare in news
    for (one, _, end, named), (other, begin, last, known) in combinations(_things(text), 2):
        between = text[end:begin]
        passive = _PASSIVE.search(between)
        # 被 stands before who acts, the act behind: 青山公司被海州集团收购.
        acts = _acts(text[last : last + _ACT_WITHIN] if passive else between)
        if one == other or not acts or _MUTUAL.search(between):
            continue
        if _PAUSE.search(between) and not (named and known and _TOWARDS.search(between)):
            continue
        yield (other, one, acts) if passive else (one, other, acts)


@lru_cache(maxsize=1024)
def _things(text: str) -> tuple[tuple[str, int, int, bool], ...]:
    """Nouns of a sentence with their places and whether they are names; a person's name whole."""
    folded = fold(text)
    found = [
        (name, match.start(), match.end(), True)
        for name in person_names(folded)
        for match in re.finditer(re.escape(name), folded)
    ]
    taken = [(start, end) for _, start, end, _ in found]
    at, short = 0, ""
    for word, tag in tagged_words(folded):
        start = folded.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        if any(begin <= start < end for begin, end in taken):
            continue
        if len(word) == 1:
            short = word if tag.startswith(_THING_TAGS) else ""  # 甲/公司
            continue
        if tag.startswith(_THING_TAGS) and not _is_act(word, tag) and not _is_verb(text, start):
            whole, start = short + word.rstrip("省市"), start - len(short)
            found.append((whole, start, at, tag.startswith(_NAMED_TAGS)))
        short = ""
    return tuple(sorted(set(found), key=lambda item: item[1])[:_MOST_THINGS])


def _is_verb(text: str, at: int) -> bool:
    """Whether a Latin word may be one: English writes names with a capital."""
    return text[at].isascii() and text[at].islower()


def _acts(between: str) -> frozenset[str]:
    words = tagged_words(fold(between))
    return frozenset(
        word
        for word, tag in words
        if word not in _IDLE
        and (
            tag.startswith(_ACT_TAGS)
            or _is_act(word, tag)
            or (tag == "eng" and len(word) >= _LEAST_VERB and word in between)
        )
    )


@lru_cache(maxsize=4096)
def _is_act(word: str, tag: str) -> bool:
    """Whether a two-character noun is made of verbs: 会见, 收购."""
    if tag not in ("n", "vn", "j") or len(word) != 2:
        return False
    return all(part[1][:1] == "v" for letter in word for part in tagged_words(letter))

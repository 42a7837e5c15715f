"""A follow-up that no rule makes whole: the LLM rewrites it once, and code checks what it wrote.

Knows nothing of when a rewriting is needed (rag/followup.py) or of what is done with it.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.figures import figure_in, parse_figures
from index.language import detect_language
from index.late import language_key
from index.periods import ANY_DAY, parse_periods
from index.words import fold, simplified, words
from rag.focus import read_focus
from rag.llm import LLMFailedError, stream_words
from rag.messages import followup_messages
from rag.places import towns_in
from rag.types import Turn

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

TURNS = 3  # of the conversation that the LLM is shown and a rewriting may draw on
_TOKENS = 96
_LONGEST = 200  # characters
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ASKS = re.compile(
    r"多少|几|谁|哪|什么|何|怎|吗|呢|是否|是不是|有没有|多[大长高久远]|"
    r"\b(?:what|who|whom|whose|when|where|which|why|how)\b|"
    r"^(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could)\b|"
    r"誰|いつ|どこ|どの|なに|なぜ|いくら|いくつ|か[？?]?$|누구|언제|어디|무엇|몇|얼마|왜|까[？?]?$",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_KATAKANA = re.compile(r"[ァ-ヺー]{2,}")
# What a rewriting puts something else in the place of.
_POINTERS = frozenset(
    """
    前者 后者 两者 二者 上述 当时 那里 那儿 那时 那年 那天 项目 former latter both same then those
    these they them he him his she her about also but so one
    """.split()  # noqa: SIM905
)
# Capitalised only because an English question begins with them.
_OPENERS = frozenset(
    """
    what who whom whose when where which why how is are was were did does do has have had will
    would can could in at by on as of and for from since during the a an i
    """.split()  # noqa: SIM905 - one word a line would be 40 lines
)


def rewrite(question: str, history: Sequence[Turn], llm: "LLM") -> str:
    """The follow-up as a question that needs no conversation, from one call of the LLM.

    As typed where the LLM fails or what it writes does not pass ``is_rewriting``. Chinese comes
    back in simplified characters, as the rules of ``rag.followup`` give it.
    """
    known = history[-TURNS:]
    messages = followup_messages(question, known)
    try:
        written = "".join(stream_words(llm, messages, max_tokens=_TOKENS)).strip()
    except LLMFailedError:
        return question  # the answer's own call reports the failure
    if not is_rewriting(written, question, known):
        return question
    return simplified(written) if detect_language(written).startswith("zh") else written


def is_rewriting(written: str, question: str, history: Sequence[Turn]) -> bool:
    """Whether a text asks what the follow-up asks, with nothing that was not said before.

    It is one line of at most 200 characters in the follow-up's language, a question and none that
    was asked already, keeps some content word of the follow-up, and has every figure, period, name
    and place from the conversation.
    """
    if not written or len(written) > _LONGEST or len(written.splitlines()) > 1:
        return False
    if language_key(detect_language(written)) != language_key(detect_language(question) or "zh"):
        return False
    earlier = [text for turn in history for text in _questions(turn)]
    known = "\n".join([*earlier, *(turn.answer.text for turn in history), question])
    return (
        _is_question(written)
        and fold(written) not in {fold(text) for text in [*earlier, question]}
        and _keeps(written, question)
        and _figures_known(written, known)
        and _periods_known(written, known)
        and _names_known(written, known)
    )


def _questions(turn: Turn) -> tuple[str, ...]:
    query = turn.answer.query
    return tuple(filter(None, (turn.question, query.asked, query.question, query.whole)))


def _is_question(text: str) -> bool:
    return text.endswith(("?", "？")) and bool(_ASKS.search(text))


def _keeps(written: str, question: str) -> bool:
    """A rewriting with no content word of the follow-up asks something else.

    Kana and hangul are not cut into words, so there nothing can be told.
    """
    if detect_language(question) in ("ja", "ko"):
        return True
    terms = set(read_focus(question).terms) - _POINTERS
    folded = fold(written)
    return not terms or any(term in folded for term in terms)


def _figures_known(written: str, known: str) -> bool:
    numbers = set(_NUMBER.findall(unicodedata.normalize("NFKC", known)))
    return set(_NUMBER.findall(unicodedata.normalize("NFKC", written))) <= numbers and all(
        figure_in(figure, known) for figure in parse_figures(written)
    )


def _periods_known(written: str, known: str) -> bool:
    """Word by word, since a follow-up's 8月末 may rightly have got the year of the turn before."""
    said = set(words(known))
    return all(set(words(span.text)) <= said for span in parse_periods(written, anchor=ANY_DAY))


def _names_known(written: str, known: str) -> bool:
    folded = fold(known)
    language = detect_language(written)
    names = {name.lower() for name in _LATIN.findall(written)}
    if language == "en":
        names = {name.lower() for name in _LATIN.findall(written) if name[0].isupper()} - _OPENERS
    if not names <= set(_LATIN.findall(folded)):
        return False
    if language.startswith("zh") and not all(
        anchor in folded for anchor in read_focus(written).anchors
    ):
        return False
    return towns_in(fold(written)) <= towns_in(folded) and all(
        name in known for name in _KATAKANA.findall(written)
    )

"""From what the LLM said to what may be shown: judged, and asked again where that is likely right.

Knows nothing of archives and of how an answer is worded.
"""

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from rag.brief import read_brief, read_meaning, read_others, repeats
from rag.cite import read_statements
from rag.evidence import Candidate
from rag.focus import Focus
from rag.judge import Draft, spell_out, verify
from rag.llm import LLMFailedError, stream_words
from rag.messages import LONGEST_LINE, answer_messages, is_refusal, retry_messages
from rag.types import Evidence, Query
from rag.understand import is_chinese

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage

_ANSWER_TOKENS = 256
_WIDER_CHARS = 800  # of evidence in a second prompt; only where the first gave nothing
_NOTHING = Draft((), (), ())
_ASKS = re.compile(r"[？?何几谁吗呢哪怎]|多[少大高长远重久快]|什么|是否")


@dataclass(frozen=True, slots=True)
class Case:
    """A question that the LLM is asked over some of its evidence.

    ``shown`` are the first of ``evidence``. ``brief``: in the words of the sentences.
    ``likely``: the evidence likely answers (rag/decision.py), so that a refusal is doubted.
    """

    llm: "LLM"
    query: Query
    focus: Focus
    candidates: Sequence[Candidate]
    evidence: Sequence[Evidence]
    shown: Sequence[Evidence]
    brief: bool = False
    likely: bool = False

    def words(self) -> Generator[str, None, None]:
        """The answer as it comes; closing it stops the LLM.

        Raises:
            LLMFailedError: The LLM failed.
        """
        messages = answer_messages(self.query, self.shown, brief=self.brief)
        return stream_words(self.llm, messages, max_tokens=_ANSWER_TOKENS)

    def conclude(self, text: str) -> Generator[None, None, Draft | None]:
        """What may be shown of what the LLM said; None where that is nothing.

        Yields with every piece of a second answer: closing it there stops the LLM.

        It is asked once more at most: a question that is not Chinese in its translation; else over
        more of the evidence or insistently where that likely answers, else told what did not pass.
        """
        draft = self._judged(text)
        if not draft.statements or draft.dropped:
            second = yield from self._second(text, draft)
            if second.statements and (
                not draft.statements or len(second.dropped) < len(draft.dropped)
            ):
                draft = second
        return draft if draft.statements else None

    def _second(self, text: str, draft: Draft) -> Generator[None, None, Draft]:
        if self._translated and not draft.statements:
            # Small models convert 430万吨 into 430,000 tons; copying it they do not.
            chinese = replace(self, query=replace(self.query, language="zh-Hans", whole=""))
            return (yield from chinese._afresh())
        wider = self._widened()
        if not draft.statements and self.likely and len(wider.shown) > len(self.shown):
            return (yield from wider._afresh())
        problems = draft.dropped
        if is_refusal(text) and not self.likely:
            return draft
        messages = retry_messages(*self._asked(), text, problems, brief=self.brief)
        return self._judged((yield from self._heard(messages)))

    def _afresh(self) -> Generator[None, None, Draft]:
        messages = answer_messages(*self._asked(), brief=self.brief)
        return self._judged((yield from self._heard(messages)))

    @property
    def _translated(self) -> bool:
        """Searched in Chinese for somebody who asked in another language.

        A translation that asks nothing (局长被任命。) would be answered by itself.
        """
        question = self.query.question
        foreign = not self.query.language.startswith("zh")
        return foreign and is_chinese(question) and bool(_ASKS.search(question))

    def _asked(self) -> tuple[Query, Sequence[Evidence]]:
        return self.query, self.shown

    def _widened(self) -> "Case":
        """Over more of the evidence: the sentence that answers may stand further down."""
        lengths = accumulate(min(len(item.text), LONGEST_LINE) for item in self.evidence)
        count = sum(length <= _WIDER_CHARS for length in lengths)
        return replace(self, shown=self.evidence[: max(count, len(self.shown))])

    def _judged(self, text: str) -> Draft:
        """What passes; ``dropped`` says what did not, and is empty for a refusal."""
        if is_refusal(text):
            return _NOTHING
        if self.brief and (brief := self._brief(text)):
            return brief
        said = read_statements(text, count=len(self.shown))
        draft = verify(
            said, self.shown, self.candidates, self.query, self.focus, reword=not self.brief
        )
        return replace(draft, statements=spell_out(draft, self.shown, self.focus))

    def _brief(self, text: str) -> Draft | None:
        """The words given, made whole, where they stand in a sentence.

        None where they stand in none: then they are judged like any statement. What only says the
        question again is nothing.
        """
        asked = self.query.question
        found = read_meaning(self.shown, asked) or read_brief(text, self.shown, asked)
        if found and repeats(found, asked):
            found = read_others(found, self.shown, asked)
            return Draft(tuple(found), (), () if found else (text,))
        return Draft(tuple(found), (), ()) if found else None

    def _heard(self, messages: "Sequence[ChatMessage]") -> Generator[None, None, str]:
        pieces: list[str] = []
        try:
            with closing(stream_words(self.llm, messages, max_tokens=_ANSWER_TOKENS)) as stream:
                for piece in stream:
                    pieces.append(piece)
                    yield
        except LLMFailedError:
            return ""  # the first answer stands with what of it passed
        return "".join(pieces)

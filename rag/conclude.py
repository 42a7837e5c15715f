"""From what the LLM said to what may be shown: judged, and asked again where that is likely right.

Knows nothing of archives and of how an answer is worded.
"""

from collections.abc import Generator, Sequence
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

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage

_ANSWER_TOKENS = 256
_WIDER_CHARS = 800  # of evidence in a second prompt; only where the first gave nothing


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

    def conclude(self, text: str) -> Draft | None:
        """What may be shown of what the LLM said; None where that is nothing."""
        draft = self._judged(text)
        if draft is not None or not self.likely:
            return draft
        wider = self._widened()
        if len(wider.shown) > len(self.shown):
            messages = answer_messages(self.query, wider.shown, brief=self.brief)
        else:
            messages = retry_messages(self.query, self.shown, text, (), brief=self.brief)
        return wider._judged(self._heard(messages))

    def _widened(self) -> "Case":
        """Over more of the evidence: the sentence that answers may stand further down."""
        lengths = accumulate(min(len(item.text), LONGEST_LINE) for item in self.evidence)
        count = sum(length <= _WIDER_CHARS for length in lengths)
        return replace(self, shown=self.evidence[: max(count, len(self.shown))])

    def _judged(self, text: str) -> Draft | None:
        if is_refusal(text):
            return None
        if self.brief and (brief := self._brief(text)):
            return brief
        draft = self._verified(text)
        if draft.dropped:
            second = self._verified(self._said_again(text, draft.dropped))
            if second.statements and len(second.dropped) < len(draft.dropped):
                draft = second
        if not draft.statements:
            return None
        return replace(draft, statements=spell_out(draft, self.shown, self.focus))

    def _verified(self, text: str) -> Draft:
        said = read_statements(text, count=len(self.shown))
        return verify(said, self.shown, self.candidates, self.query, self.focus)

    def _brief(self, text: str) -> Draft | None:
        """The words given, made whole, where they stand in a sentence and say more than asked.

        None where they stand in none: then they are judged like any statement.
        """
        asked = self.query.question
        found = read_meaning(self.shown, asked) or read_brief(text, self.shown, asked)
        if found and repeats(found, asked):
            found = read_others(found, self.shown, asked) or found
        if found and repeats(found, asked):
            second = read_brief(self._said_again(text, (text,)), self.shown, asked)
            found = second if second and not repeats(second, asked) else found
        return Draft(tuple(found), (), ()) if found else None

    def _said_again(self, said: str, problems: Sequence[str]) -> str:
        """What the LLM answers when told what did not pass; "" where it refuses or fails."""
        messages = retry_messages(self.query, self.shown, said, problems, brief=self.brief)
        again = self._heard(messages)
        return "" if is_refusal(again) else again

    def _heard(self, messages: "Sequence[ChatMessage]") -> str:
        try:
            return "".join(stream_words(self.llm, messages, max_tokens=_ANSWER_TOKENS))
        except LLMFailedError:
            return ""  # the first answer stands with what of it passed

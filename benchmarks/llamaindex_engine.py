"""Stock LlamaIndex answers with citations. Knows nothing of our index, nor of what is right.

``CitationQueryEngine`` as its documentation builds it: three chunks, sources of 512 tokens, its own
prompts, streamed. Where its reply leaves room it is read in its favour: whatever looks like a
pointer to a source counts as a citation, and saying that the sources do not help as a refusal.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llama_index.core import VectorStoreIndex
from llama_index.core.base.response.schema import StreamingResponse
from llama_index.core.llms import ChatMessage, MessageRole
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.query_engine.citation_query_engine import CITATION_QA_TEMPLATE
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.clock import Clock
from rag.messages import is_refusal

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_TOP_K = 3  # similarity_top_k of the example in its documentation
_NOTHING_FOUND = "Empty Response"  # what it says, streamed too, where no chunk came back
# [1], [1, 2], [Source 1], 【1】, (Source 2), 来源1; "[2024年]" points at nothing.
_POINTER = re.compile(
    r"[\[【［]\s*((?:source|sources|来源)?\s*\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)\s*[\]】］]"
    r"|(?:source|sources|来源)\s*(\d{1,2})(?!\d)",
    re.IGNORECASE,
)
# Ways to say so that rag.messages.is_refusal, made for our own prompts, does not know.
_UNHELPFUL = re.compile(
    r"none of the|not (?:directly |explicitly )?(?:mention|provid|contain|helpful|specif)"
    r"|(?:没有|并未|未)(?:直接|明确|具体)?(?:提供|提及|提到|说明|包含|涉及|给出)|无法(?:提供|给出|找到)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CitedReply:
    """What it said. ``timings``: seconds to ``evidence``, ``first_word`` and ``total``."""

    text: str
    cited: tuple[str, ...]  # article ids, in the order of the reply's pointers
    refused: bool  # it says that the sources do not help
    timings: dict[str, float]


class CitationPeer:
    """The stock engine over an index whose nodes come from articles."""

    def __init__(self, index: VectorStoreIndex, llm: "LLM") -> None:
        self._engine = CitationQueryEngine.from_args(
            index, llm=llm, similarity_top_k=_TOP_K, streaming=True
        )

    def ask(self, question: str) -> CitedReply:
        """Retrieve, then stream to the end: the two steps of its ``query``, timed apart."""
        clock = Clock()
        bundle = QueryBundle(question)
        nodes = self._engine.retrieve(bundle)
        clock.lap("evidence")
        response = self._engine.synthesize(bundle, nodes)
        if not isinstance(response, StreamingResponse):
            raise TypeError(f"CitationQueryEngine gave a {type(response).__name__}, not a stream")
        pieces = []
        for piece in response.response_gen:
            if piece.strip():
                clock.first("first_word")
            pieces.append(piece)
        timings = clock.stop()
        text = "".join(pieces).strip()
        cited = cited_articles(text, response.source_nodes)
        return CitedReply(text, cited, says_nothing_found(text), timings)


def says_nothing_found(text: str) -> bool:
    """Whether somewhere it says that the sources do not tell, pointers or not."""
    said = _POINTER.sub("", text)
    return text == _NOTHING_FOUND or is_refusal(said) or bool(_UNHELPFUL.search(said))


def fixed_prefix() -> list[ChatMessage]:
    """What all its prompts begin with: the instructions and the example, up to the sources."""
    start, _, _ = CITATION_QA_TEMPLATE.get_template().partition("{context_str}")
    return [ChatMessage(role=MessageRole.USER, content=start)]


def cited_articles(text: str, sources: Sequence[NodeWithScore]) -> tuple[str, ...]:
    """The articles of the sources that the text points to, each once; invented numbers are none."""
    pointed = [found[1] or found[2] for found in _POINTER.finditer(text)]
    numbers = [int(number) for part in pointed for number in re.findall(r"\d+", part)]
    nodes = [sources[number - 1] for number in numbers if 1 <= number <= len(sources)]
    return tuple(dict.fromkeys(str(item.node.ref_doc_id) for item in nodes))

"""One prompt to one LLM, as a function: for the commands that ask a model outside the engine."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.llm import Endpoint
    from rag.replies import Replies

_TOKENS = 200  # of a reply: one line of JSON


def ask_prompt(endpoint: "Endpoint", *, replies: "Replies | None" = None) -> Callable[[str], str]:
    """What sends a prompt as the user's message and returns the whole reply.

    Raises (when called):
        LLMFailedError: The endpoint is down, slow, refuses, or says nothing.
    """
    from llama_index.core.base.llms.types import ChatMessage, MessageRole

    from rag.llm import connect, stream_words

    llm = connect(endpoint, replies=replies)

    def ask(prompt: str) -> str:
        message = ChatMessage(role=MessageRole.USER, content=prompt)
        return "".join(stream_words(llm, [message], max_tokens=_TOKENS))

    return ask

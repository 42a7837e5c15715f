"""Count the tokens that LlamaIndex LLMs in this process hear and say. Knows nothing of answers.

By LlamaIndex's own tokenizer (cl100k, as its TokenCountingHandler), so that two systems over one
endpoint are counted alike. Chinese counts higher than by Qwen's: our system prompt 383, not 271.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llama_index.core.instrumentation import get_dispatcher
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.instrumentation.events import BaseEvent
from llama_index.core.instrumentation.events.llm import LLMChatEndEvent, LLMChatStartEvent
from llama_index.core.utils import get_tokenizer


class TokenMeter(BaseEventHandler):
    """Tokens since the last ``clear``. A stream that is closed early counts what was asked only."""

    heard: int = 0
    said: int = 0

    def clear(self) -> None:
        """Begin again at nothing."""
        self.heard = self.said = 0

    def handle(self, event: BaseEvent, **_: Any) -> None:
        """Add what a chat call was sent, and at its end what it answered."""
        if isinstance(event, LLMChatStartEvent):
            self.heard += sum(_count(message.content) for message in event.messages)
        elif isinstance(event, LLMChatEndEvent) and event.response is not None:
            self.said += _count(event.response.message.content)


def _count(text: str | None) -> int:
    return len(get_tokenizer()(text or ""))


@contextmanager
def token_meter() -> Iterator[TokenMeter]:
    """A meter that hears every chat call made meanwhile."""
    root, meter = get_dispatcher(), TokenMeter()
    root.add_event_handler(meter)
    try:
        yield meter
    finally:
        root.event_handlers.remove(meter)

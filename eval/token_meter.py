"""Count the tokens that the LLM of this process hears and says, each thread for itself.

The endpoint's own ``usage`` where it sends one; else LlamaIndex's tokenizer (tiktoken cl100k), an
estimate: it counts Chinese higher than Qwen's (383 to 271 for our system prompt). Knows nothing of
questions. Imports LlamaIndex (2 s).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.instrumentation.events import BaseEvent
from llama_index.core.instrumentation.events.llm import LLMChatEndEvent, LLMChatStartEvent
from llama_index.core.utils import get_tokenizer
from llama_index_instrumentation import get_dispatcher
from pydantic import PrivateAttr

from eval.kept import KeptReplies

Row = dict[str, Any]
Item = TypeVar("Item")


class TokenMeter(BaseEventHandler):
    """Tokens since the last ``clear`` of the calling thread.

    A stream that is closed early counts what was asked only. ``estimates``: by the tokenizer even
    where an endpoint tells its usage, so that two systems are counted alike.
    """

    estimates: bool = False

    _here: threading.local = PrivateAttr(default_factory=threading.local)

    def clear(self) -> None:
        """Begin again at nothing."""
        self._here.prompt = self._here.completion = self._here.asked = 0
        self._here.by = ""

    def total(self) -> Row:
        """``prompt``, ``completion`` and ``by``: usage, estimate, or "" where no call was made."""
        here = self._here
        by = "estimate" if here.asked else here.by  # a stream closed early never told its usage
        return {"prompt": here.prompt + here.asked, "completion": here.completion, "by": by}

    def handle(self, event: BaseEvent, **_: Any) -> None:
        """Add what a chat call was sent, and at its end what it answered."""
        here = self._here
        if not hasattr(here, "by"):
            return  # a thread whose tokens nobody counts
        if isinstance(event, LLMChatStartEvent):
            if here.asked:  # the call before ended without a word about its tokens
                here.prompt, here.by = here.prompt + here.asked, "estimate"
            here.asked = sum(_count(message.content) for message in event.messages)
            here.by = here.by or "usage"
        elif isinstance(event, LLMChatEndEvent) and event.response is not None:
            usage = None if self.estimates else _usage(event.response.raw)
            if usage is None:
                usage = (here.asked, _count(event.response.message.content))
                here.by = "estimate"  # of the whole, where one call of several is
            here.prompt += usage[0]
            here.completion += usage[1]
            here.asked = 0


def _usage(raw: Any) -> tuple[int, int] | None:
    """Prompt and completion tokens as the endpoint counted them, if its last chunk says so."""
    usage = raw.get("usage") if isinstance(raw, dict) else getattr(raw, "usage", None)
    if usage is None:
        return None
    known = usage if isinstance(usage, dict) else vars(usage)
    prompt, completion = known.get("prompt_tokens"), known.get("completion_tokens")
    if not isinstance(prompt, int) or not isinstance(completion, int):
        return None
    return prompt, completion


def _count(text: str | None) -> int:
    return len(get_tokenizer()(text or ""))


@contextmanager
def token_meter(*, estimates: bool = False) -> Iterator[TokenMeter]:
    """A meter that hears every chat call made meanwhile."""
    root, meter = get_dispatcher(), TokenMeter(estimates=estimates)
    root.add_event_handler(meter)
    try:
        yield meter
    finally:
        root.event_handlers.remove(meter)


def with_tokens(
    ask: Callable[[Item], Row], meter: TokenMeter, replies: KeptReplies | None
) -> Callable[[Item], Row]:
    """``ask``, its rows with ``tokens``; not where a kept reply was used: that was not heard."""

    def asked(item: Item) -> Row:
        before = replies.used_here if replies else 0
        meter.clear()
        row = ask(item)
        if replies and replies.used_here > before:
            return row
        return {**row, "tokens": meter.total()}

    return asked

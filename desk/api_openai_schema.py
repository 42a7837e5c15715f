"""The bodies of /v1: OpenAI's, with what an archive adds. Options of sampling are not read."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from desk.api_schema import READABLE, Day, FiltersIn, PeriodIn
from index.types import Coverage
from rag.types import Citation, Status

_MOST_MESSAGES = 200
_LONGEST_MESSAGE = 20_000  # characters; system prompts of chat programs are long
_READ = 4_000  # characters of an earlier message


def _joined(content: object) -> object:
    """The text of a message given in parts."""
    if not isinstance(content, list):
        return content
    texts = [part.get("text") for part in content if isinstance(part, dict)]
    kinds = {part.get("type") if isinstance(part, dict) else None for part in content}
    if kinds - {"text"} or not all(isinstance(text, str) for text in texts):
        raise ValueError("only parts of type text are read")
    return "\n".join(str(text) for text in texts)


class MessageIn(BaseModel):
    """One message of the conversation."""

    model_config = ConfigDict(strict=True)
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[
        Annotated[str, Field(max_length=_LONGEST_MESSAGE), READABLE] | None,
        BeforeValidator(_joined, json_schema_input_type=str | list[dict[str, Any]] | None),
    ] = None


class StreamOptionsIn(BaseModel):
    """How to stream."""

    model_config = ConfigDict(strict=True)
    include_usage: bool = False


class ChatIn(BaseModel):
    """A chat completion; fields not named here (temperature, tools …) are ignored."""

    model_config = ConfigDict(
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "model": "suyuan",
                    "messages": [{"role": "user", "content": "青岛上半年贷款余额是多少"}],
                }
            ]
        },
    )
    model: Annotated[str, Field(max_length=200), READABLE] = Field(description="suyuan")
    messages: list[MessageIn] = Field(min_length=1, max_length=_MOST_MESSAGES)
    stream: bool | None = False
    stream_options: StreamOptionsIn | None = None
    n: Literal[1] | None = None
    filters: FiltersIn = Field(FiltersIn(), description="Extension: narrows the search.")
    period: PeriodIn | None = Field(None, description="Extension: asked about these days.")
    today: Day | None = Field(None, description="Extension: the day it is asked.")

    @model_validator(mode="after")
    def _ends_with_a_question(self) -> "ChatIn":
        if self.messages[-1].role != "user" or not (self.messages[-1].content or "").strip():
            raise ValueError("the last message must be the user's question")
        return self

    def conversation(self) -> tuple[list[tuple[str, str]], str]:
        """Earlier questions with their answers, and the question; the rest is not read."""
        said: list[tuple[str, str]] = []
        for message in self.messages[:-1]:
            text = (message.content or "")[:_READ]
            if message.role == "user":
                said.append((text, ""))
            elif message.role == "assistant" and said:
                said[-1] = (said[-1][0], text)
        return said, self.messages[-1].content or ""


class MessageOut(BaseModel):
    """The answer."""

    role: Literal["assistant"]
    content: str = Field(description="With markers [1], [2]: citations of these numbers.")
    refusal: None


class ChoiceOut(BaseModel):
    """The one choice there is."""

    index: int
    message: MessageOut
    logprobs: None
    finish_reason: Literal["stop"]


class UsageOut(BaseModel):
    """Tokens of the conversation as read and of the answer's text (cl100k_base)."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class BesideOut(BaseModel):
    """What the protocol has no place for."""

    status: Status
    notes: list[str]
    coverage: Coverage
    model: str
    index_version: str


class ChatOut(BaseModel):
    """A chat completion with its citations."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChoiceOut]
    usage: UsageOut
    citations: list[Citation]
    suyuan: BesideOut


class ModelOut(BaseModel):
    """The archive as a model."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelListOut(BaseModel):
    """The one model there is."""

    object: Literal["list"]
    data: list[ModelOut]

"""The LLM port: an OpenAI-compatible client, and the embedded server behind it by default."""

import contextlib
import os
import secrets
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelUnavailable, UserError

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage

    from rag.replies import Replies

# 3 turns of evidence (<= 600 tokens each), the system prompt (~350) and the answer fit well.
_CONTEXT_TOKENS = 4096
_CACHE_MIB = 256


class LLMFailedError(UserError):
    """The endpoint is down, slow, or answers with something that is not an answer."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an OpenAI-compatible server listens."""

    base_url: str
    model: str
    api_key: str
    timeout: float = 120.0
    server: "EmbeddedServer | None" = None  # kept alive by whoever talks to it


class EmbeddedServer:
    """A GGUF model served in this process on 127.0.0.1, random port, random key."""

    def __init__(self, model: Path, *, threads: int) -> None:
        """Load the model (2-7 s); ``threads`` 0 means all cores.

        Raises:
            ModelUnavailable: The file is missing or is not a model that can be loaded.
        """
        import xllamacpp

        if not model.is_file():
            raise ModelUnavailable(f"No LLM file at {model}. Fetch it: suyuan models fetch")
        with model.open("rb") as stream:
            if stream.read(4) != b"GGUF":
                raise ModelUnavailable(
                    f"{model} is not a GGUF model. Fetch it again: suyuan models fetch"
                )
        key = secrets.token_urlsafe(24)
        params = xllamacpp.CommonParams()
        params.model.path = str(model)
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        params.api_keys = [key]
        params.n_ctx = _CONTEXT_TOKENS
        params.n_parallel = 1
        threads = threads or os.cpu_count() or 1
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
        params.n_gpu_layers = 0
        # The default keeps the states of 8 GiB of earlier prompts; the last one's is what is used.
        params.cache_ram_mib = _CACHE_MIB
        # Weights are laid out anew for the CPU's own instructions; mapped, the file would stay in
        # memory beside them: 2,063 MiB against 1,469, as fast.
        params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
        params.endpoint_slots = False
        params.endpoint_props = False
        params.ui = False
        params.offline = True
        params.verbosity = 0
        with _quiet_stderr():
            try:
                self._server = xllamacpp.Server(params)
            except RuntimeError as error:
                raise ModelUnavailable(
                    f"{model} cannot be loaded ({error}). Check it: suyuan models verify"
                ) from None
        self.endpoint = Endpoint(
            base_url=f"{self._server.listening_address}/v1",
            model=model.stem,
            api_key=key,
            server=self,
        )


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Silence the C++ loader, which writes pages to file descriptor 2 whatever its log level."""
    saved = os.dup(2)
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(sink)


def connect(endpoint: Endpoint, *, replies: "Replies | None" = None) -> "LLM":
    """A LlamaIndex LLM for the endpoint; nothing is sent yet.

    ``replies``: what it said to a prompt is kept there and not asked again.
    """
    from rag.endpoint import EndpointLLM

    return EndpointLLM(
        keeps=endpoint,
        replies=replies,
        model=endpoint.model,
        api_base=endpoint.base_url,
        api_key=endpoint.api_key or "none",
        is_chat_model=True,
        is_function_calling_model=False,
        context_window=_CONTEXT_TOKENS,
        temperature=0.0,
        timeout=endpoint.timeout,
        max_retries=0,
    )


def stream_words(
    llm: "LLM", messages: "Sequence[ChatMessage]", *, max_tokens: int
) -> Generator[str, None, None]:
    """Pieces of the answer as they come; closing the iterator closes the connection.

    Raises:
        LLMFailedError: The endpoint is down, slow, refuses, breaks off, or says nothing at all.
    """
    import httpx
    import openai

    silent = True
    try:
        stream = llm.stream_chat(messages, max_tokens=max_tokens)
        try:
            for response in stream:
                # "\ud83d" in a server's JSON is half a character, which nothing behind can encode.
                piece = (response.delta or "").encode(errors="ignore").decode()
                if piece:
                    silent = False
                    yield piece
        finally:
            stream.close()
    except (openai.APIError, httpx.HTTPError) as error:
        raise _failed(f"{type(error).__name__}: {error}", llm) from error
    except (ValueError, AttributeError, TypeError, LookupError) as error:
        # The clients parse what comes without checking it: `data: 7` is an AttributeError.
        raise _failed(f"not the OpenAI protocol: {error}", llm) from error
    if silent:  # a proxy's web page with status 200 is read as an empty stream
        raise _failed("it sent no words", llm)


def _failed(problem: str, llm: "LLM") -> LLMFailedError:
    key = getattr(llm, "api_key", "")  # some endpoints repeat it: Incorrect API key: sk-…
    shown = problem.replace(key, "…") if key else problem
    line = (shown.splitlines() or [""])[0][:200]
    return LLMFailedError(
        f"The LLM did not answer ({line}). "
        "Check SUYUAN_LLM_BASE_URL and the endpoint, then ask again."
    )

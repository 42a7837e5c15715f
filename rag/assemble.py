"""Put an engine together from settings: encoder, archive and LLM, loaded side by side."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from index.archive import Archive
from index.catalog import Catalog, no_archive
from index.encoder import load_encoder
from index.errors import BadInput, UserError
from index.layout import Layout
from index.models import default_home, resolve_llm
from index.types import Encoder, TokenEncoder
from rag.answerer import Answerer
from rag.decision import given_decision, load_decision
from rag.engine import Engine
from rag.given import GivenTexts
from rag.llm import EmbeddedServer, Endpoint, connect
from rag.replies import Replies
from rag.rerank import Reranker, load_reranker
from rag.settings import Settings

ONLY_SENTENCES = "没有语言模型，只给出原句。Without an LLM the sentences are the answer."
NO_LLM = (
    "没有可用的语言模型，只给出原句。No LLM: the sentences are the answer. "
    "Fetch one: suyuan models fetch, or set SUYUAN_LLM_BASE_URL."
)


def model_home(settings: Settings) -> Path:
    """The model cache folder in force."""
    return settings.home.expanduser() if settings.home else default_home(None)


def require_archive(folder: Path) -> None:
    """Fail at once where there is no archive: loading the encoder first would take 8 s.

    Raises:
        NoArchive: Nothing has been ingested into this folder.
        ArchiveDamaged: Its catalog cannot be read.
    """
    path = Layout(folder).catalog
    if not path.is_file():
        raise no_archive(folder)
    catalog = Catalog.open(path)
    try:
        if catalog.generation == 0:  # an ingest came this far and had nothing to put in
            raise no_archive(folder)
    finally:
        catalog.close()


def open_encoder(settings: Settings) -> Encoder:
    """The configured encoder, loaded.

    Raises:
        ModelUnavailable: It is not in the cache; names the command that fetches it.
    """
    return load_encoder(
        settings.encoder,
        model_home(settings),
        allow_hub=settings.allow_hub,
        threads=settings.threads or None,
    )


def open_reranker(settings: Settings) -> Reranker | None:
    """The configured cross-encoder, loaded; None where none is.

    Raises:
        ModelUnavailable: It is nowhere, or is no cross-encoder.
    """
    if not settings.reranker:
        return None
    return load_reranker(settings.reranker, allow_hub=settings.allow_hub)


def configured_endpoint(settings: Settings) -> Endpoint:
    """The endpoint of ``SUYUAN_LLM_BASE_URL``; nothing is sent to it.

    Raises:
        BadInput: The address is none, or the model's name is missing.
    """
    if not settings.llm_base_url.startswith(("http://", "https://")):
        raise BadInput(
            f"SUYUAN_LLM_BASE_URL is {settings.llm_base_url!r}; it must start with http:// "
            "or https://, for example http://127.0.0.1:8000/v1"
        )
    if not settings.llm_model:
        raise BadInput(
            f"SUYUAN_LLM_BASE_URL is {settings.llm_base_url} but SUYUAN_LLM_MODEL is empty; "
            "set it to the model's name at that endpoint."
        )
    return Endpoint(
        base_url=settings.llm_base_url.rstrip("/"),
        model=settings.llm_model,
        api_key=settings.llm_api_key.get_secret_value(),
        timeout=settings.llm_timeout,
    )


def find_endpoint(settings: Settings) -> Endpoint | None:
    """The configured endpoint, else the embedded server, else None (evidence only).

    Raises:
        BadInput: An endpoint without its model's name.
        ModelUnavailable: The GGUF file is there but cannot be used.
    """
    if settings.llm == "none":
        return None
    if settings.llm_base_url:
        return configured_endpoint(settings)
    model = resolve_llm(settings.llm_path, model_home(settings))
    if model is None:
        return None
    return EmbeddedServer(model, threads=settings.threads).endpoint


def open_given(
    settings: Settings,
    *,
    brief: bool = False,
    warn: Callable[[str], None] = lambda _: None,
    replies: Replies | None = None,
) -> GivenTexts:
    """What answers from texts given with each question; ``warn`` hears why there is no LLM.

    ``replies``: what the LLM said before is not asked again.

    Raises:
        UserError: The encoder or the LLM cannot be opened.
    """
    encoder = open_encoder(settings)
    if not isinstance(encoder, TokenEncoder):
        raise BadInput(f"{encoder.name} gives no token vectors; unset SUYUAN_ENCODER.")
    decision = given_decision(encoder.name)
    endpoint = find_endpoint(settings)
    if endpoint is None:
        if settings.llm != "none":
            warn(NO_LLM)
        answerer = Answerer(brief=brief, decision=decision)
        return GivenTexts(encoder, answerer, evidence=settings.evidence)
    llm = connect(endpoint, replies=replies)
    answerer = Answerer(llm, endpoint.model, brief=brief, decision=decision)
    return GivenTexts(encoder, answerer, evidence=settings.evidence)


def open_engine(
    settings: Settings,
    *,
    warn: Callable[[str], None] = lambda _: None,
    encoder: Encoder | None = None,
    replies: Replies | None = None,
) -> Engine:
    """An engine over ``settings.archive``; ``warn`` hears why there is no LLM.

    ``encoder`` is used where the caller has one loaded already; ``replies``: what the LLM said
    before is not asked again.

    Raises:
        UserError: The archive, the encoder, the reranker or the LLM cannot be opened.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        # The C++ loader runs while Python imports the encoder's libraries: 4 s saved on 2 cores.
        endpoint_later = pool.submit(find_endpoint, settings)
        encoder = encoder or open_encoder(settings)
        reranker = open_reranker(settings)
        archive = Archive.open(settings.archive, encoder)
        try:
            endpoint = endpoint_later.result()
            problem = "" if endpoint or settings.llm == "none" else NO_LLM
        except UserError as error:
            endpoint, problem = None, f"{error} {ONLY_SENTENCES}"
    decision = load_decision(Layout(settings.archive).decision, encoder.name)
    if endpoint is None and problem:
        warn(problem)
    return Engine(
        archive,
        encoder,
        connect(endpoint, replies=replies) if endpoint else None,
        model=endpoint.model if endpoint else "",
        evidence=settings.evidence,
        reranker=reranker,
        decision=decision,
    )

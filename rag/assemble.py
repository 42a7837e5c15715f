"""Put an engine together from settings: encoder, archive and LLM, loaded side by side."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from index.archive import Archive
from index.catalog import no_archive
from index.encoder import load_encoder
from index.errors import BadInput, UserError
from index.layout import Layout
from index.models import default_home, resolve_llm
from index.types import Encoder
from rag.engine import Engine
from rag.llm import EmbeddedServer, Endpoint, connect
from rag.settings import Settings

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
    """
    if not Layout(folder).catalog.is_file():
        raise no_archive(folder)


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


def find_endpoint(settings: Settings) -> Endpoint | None:
    """The configured endpoint, else the embedded server, else None (evidence only).

    Raises:
        BadInput: An endpoint without its model's name.
        ModelUnavailable: The GGUF file is there but cannot be used.
    """
    if settings.llm == "none":
        return None
    if settings.llm_base_url:
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
    model = resolve_llm(settings.llm_path, model_home(settings))
    if model is None:
        return None
    return EmbeddedServer(model, threads=settings.threads).endpoint


def open_engine(
    settings: Settings,
    *,
    warn: Callable[[str], None] = lambda _: None,
    encoder: Encoder | None = None,
) -> Engine:
    """An engine over ``settings.archive``; ``warn`` hears why there is no LLM.

    ``encoder`` is used where the caller has one loaded already.

    Raises:
        UserError: The archive, the encoder or the LLM cannot be opened.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        # The C++ loader runs while Python imports the encoder's libraries: 4 s saved on 2 cores.
        endpoint_later = pool.submit(find_endpoint, settings)
        encoder = encoder or open_encoder(settings)
        archive = Archive.open(settings.archive, encoder)
        try:
            endpoint = endpoint_later.result()
        except UserError as error:
            warn(str(error))
            endpoint = None
    if endpoint is None:
        if settings.llm != "none":
            warn(NO_LLM)
        return Engine(archive, encoder, evidence=settings.evidence)
    return Engine(
        archive,
        encoder,
        connect(endpoint),
        model=endpoint.model,
        evidence=settings.evidence,
    )

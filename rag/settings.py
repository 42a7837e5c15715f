"""Every setting, flat, with its default. Only entry points build ``Settings()``."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import BadInput

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class Settings(BaseSettings):
    """From the environment (``SUYUAN_*``) and ``.env``; an unknown key there is refused."""

    model_config = SettingsConfigDict(
        env_prefix="SUYUAN_", env_file=".env", extra="forbid", env_ignore_empty=True
    )

    archive: Path = Field(Path("archive"), description="The archive folder.")
    chroma_url: SecretStr = Field(
        SecretStr(""),
        description="A Chroma server for the vectors, e.g. http://127.0.0.1:8000 (before a login: "
        "http://USER:PASSWORD@HOST); empty: the archive folder. suyuan migrate moves them.",
    )
    home: Path | None = Field(
        None, description="Model cache; default: the platform's cache folder."
    )
    encoder: str = Field(
        "intfloat/multilingual-e5-small",
        description="A sentence-transformers model: a name or a folder.",
    )
    allow_hub: bool = Field(
        default=False, description="Let model names be fetched from the Hugging Face hub."
    )
    reranker: str = Field(
        "",
        description="A sentence-transformers CrossEncoder that orders the sentences found: a "
        "folder or a name; empty: none.",
    )
    llm: str = Field(
        "auto", pattern="^(auto|none)$", description="none: evidence only, no LLM at all."
    )
    llm_path: Path | None = Field(None, description="A GGUF file for the embedded server.")
    llm_base_url: str = Field(
        "", description="Any OpenAI-compatible endpoint, e.g. http://host/v1."
    )
    llm_model: str = Field("", description="The model's name at that endpoint.")
    llm_api_key: SecretStr = Field(SecretStr(""), description="Its API key.")
    llm_timeout: float = Field(120.0, gt=0, le=3600, description="Seconds for one LLM call.")
    llm_at_once: int = Field(
        1, ge=1, le=64, description="LLM calls at once while serving; more for a batching endpoint."
    )
    api_key: SecretStr = Field(
        SecretStr(""),
        description="Asked of every call to the HTTP API and to suyuan mcp --http, as a bearer "
        "token; empty: only this machine may call.",
    )
    auth_file: Path | None = Field(
        None,
        description="The file of users who may sign in to suyuan serve (suyuan users add); "
        "empty: no login, and only this machine is served.",
    )
    proxy_user_header: str = Field(
        "",
        description="A header in which a proxy that signs users in names them, e.g. "
        "X-Remote-User; believed from loopback and SUYUAN_PROXIES alone.",
    )
    proxies: str = Field(
        "", description="Addresses or networks of trusted proxies, with commas between."
    )
    proxy_admins: str = Field(
        "", description="The proxy's users who are admins, with commas between."
    )
    hosts: str = Field(
        "",
        description="Host names under which a server with a login answers, with commas between, "
        "e.g. desk.example.cn; its bare addresses need no entry.",
    )
    upload_mb: int = Field(64, ge=1, le=2048, description="The largest file to upload, in MiB.")
    threads: int = Field(0, ge=0, le=256, description="CPU threads; 0: all cores.")
    evidence: int = Field(6, ge=1, le=20, description="Sentences the LLM is shown.")


def load_settings() -> Settings:
    """Settings in force.

    Raises:
        BadInput: A value cannot be used; names every bad one.
    """
    try:
        return Settings()
    except ValidationError as error:
        bad = "; ".join(_fault(item) for item in error.errors(include_url=False))
        raise BadInput(
            f"Settings cannot be used: {bad}. They are listed in docs/settings.md."
        ) from None


def _fault(item: "ErrorDetails") -> str:
    name = "_".join(str(part) for part in item["loc"]).upper()
    if item["type"] == "extra_forbidden":
        # A stray key of .env is named as it stands there; its value may be someone's secret.
        return f"{name} in .env is no setting of Suyuan"
    return f"SUYUAN_{name}={str(item.get('input', ''))[:80]!r}: {item['msg']}"

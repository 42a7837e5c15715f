"""Configurations of the product over one question set: what is compared. Format: docs/runs.md.

Knows nothing of engines; ``eval.matrix_table`` says what came of them.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from index.errors import BadInput

_FORM = "Its format: docs/runs.md"
_MOST_BYTES = 1_000_000
_NAME = r"^[\w.+-]{1,60}$"  # it names a file


class Config(BaseModel):
    """One row of the table. ``llm`` off: a ranking and its evidence, nothing is said."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Annotated[str, Field(pattern=_NAME)]
    mode: Literal["hybrid", "dense", "lexical"] = "hybrid"
    evidence: Annotated[int, Field(ge=1, le=20)] = 6
    reranker: str = ""  # a CrossEncoder, folder or name
    encoder: str = ""  # "": the configured one; another needs an archive of its own
    llm: Literal["off", "none", "auto"] = "off"
    llm_path: str = ""  # a GGUF file; "": the configured model
    archive: str = ""  # "": the matrix's

    @model_validator(mode="after")
    def _possible(self) -> "Config":
        if self.llm != "off" and self.mode != "hybrid":
            raise ValueError(f'mode "{self.mode}" needs llm "off": answers always use both lanes')
        if self.llm_path and self.llm != "auto":
            raise ValueError(f'llm_path "{self.llm_path}" needs llm "auto"')
        return self

    @property
    def described(self) -> dict[str, str]:
        """What its results depend on, as a run keeps it."""
        return {"mode": self.mode, "evidence": str(self.evidence), "reranker": self.reranker,
                "llm": self.llm}  # fmt: skip


class Matrix(BaseModel):
    """The file: a question set, an archive, and the configurations, the first of them the base."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    about: str = ""  # for people
    questions: str = ""
    archive: str = ""
    config: Annotated[list[Config], Field(min_length=1, max_length=40)]

    @model_validator(mode="after")
    def _distinct(self) -> "Matrix":
        names = [item.name for item in self.config]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two configurations are called {sorted(twice)[0]}")
        return self


def read_matrix(path: Path) -> Matrix:
    """The matrix in a TOML or JSON file (by its name).

    Raises:
        BadInput: It cannot be read or used; names what is wrong where.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadInput(f"The matrix {path} has over {_MOST_BYTES:,} bytes. {_FORM}")
        text = path.read_text(encoding="utf-8")
        if path.suffix.lower() == ".toml":
            return Matrix.model_validate(tomllib.loads(text))
        return Matrix.model_validate_json(text)
    except OSError as error:
        raise BadInput(f"Cannot read the matrix {path}: {error.strerror}. {_FORM}") from None
    except ValidationError as error:
        raise BadInput(f"The matrix {path} cannot be used: {_faults(error)}. {_FORM}") from None
    except ValueError as error:  # TOML, or not UTF-8
        raise BadInput(f"The matrix {path} cannot be used: {error}. {_FORM}") from None


def parse_config(words: str) -> Config:
    """``name=dense,mode=dense,evidence=3`` as a configuration.

    Raises:
        BadInput: It is none.
    """
    fields: dict[str, Any] = {}
    for pair in words.split(","):
        key, equals, value = pair.partition("=")
        if not equals:
            raise BadInput(f"--config is {words!r}; write it as name=NAME,mode=dense,evidence=3")
        fields[key.strip()] = int(value) if value.strip().isdecimal() else value.strip()
    try:
        return Config.model_validate(fields)
    except ValidationError as error:
        raise BadInput(f"--config {words!r} cannot be used: {_faults(error)}. {_FORM}") from None


def _faults(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}"
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    )

"""The models' cache: list, fetch, verify, resolve. Knows nothing of what models are used for.

Below ``<home>/models``: a file or folder a model, ``verified.json``, lock files, and
``.partial`` for what is being fetched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from index.errors import ModelUnavailable
from index.model_check import altered_files
from index.model_fetch import fetch_model, partial_file
from index.model_parts import installed_part
from index.model_specs import ENCODER, LLM, ModelFile, ModelPart, ModelSpec

__all__ = [
    "ENCODER",
    "LLM",
    "ModelFile",
    "ModelPart",
    "ModelSpec",
    "ModelState",
    "default_home",
    "fetch_model",
    "model_states",
    "resolve_encoder",
    "resolve_llm",
]


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model as found now.

    ``state`` is ``ready``, ``missing``, ``partial`` (a fetch was interrupted; the next one goes
    on) or ``altered: <file>``. ``where`` is ``cache``, ``installed package`` (a fetch needs no
    network) or empty. ``path`` is None unless there is something at its place.
    """

    spec: ModelSpec
    path: Path | None
    state: str
    where: str


def default_home(environ_value: str | None) -> Path:
    """The cache folder: the given value of ``SUYUAN_HOME``, else the platform's own."""
    if environ_value:
        return Path(environ_value).expanduser().absolute()
    return Path(platformdirs.user_cache_dir("suyuan", appauthor=False))


def model_states(
    home: Path, *, verify: bool = False, specs: Sequence[ModelSpec] = (ENCODER, LLM)
) -> list[ModelState]:
    """Every known model; ``verify`` hashes all bytes instead of trusting size and time."""
    return [_state(spec, home, verify=verify) for spec in specs]


def resolve_encoder(name_or_path: str, home: Path, *, allow_hub: bool = False) -> Path | str:
    """The folder of the encoder, or the name to load from the hub.

    A folder that exists is taken as it is; then the cache; then installed packages, from which
    the cache is filled; then, only with ``allow_hub``, the hub.

    Raises:
        ModelUnavailable: It is nowhere, or the cache's copy is altered; names the next step.
    """
    given = Path(name_or_path).expanduser()
    if name_or_path and given.is_dir():
        return given.absolute()
    if name_or_path == ENCODER.name and (found := _from_cache(ENCODER, home)):
        return found
    if allow_hub:
        return name_or_path
    if name_or_path == ENCODER.name:
        raise ModelUnavailable(
            f"The encoder {name_or_path} is not in {home / 'models'}. Fetch it: suyuan models fetch"
        )
    raise ModelUnavailable(
        f"The encoder {name_or_path!r} is neither a folder nor the bundled {ENCODER.name}. "
        "Give a sentence-transformers folder, or let it come from the hub: SUYUAN_ALLOW_HUB=1"
    )


def resolve_llm(path: Path | None, home: Path) -> Path | None:
    """The GGUF file: the given one, else the cache's, else from installed packages, else None.

    Raises:
        ModelUnavailable: The given path is not a GGUF file, or the cache's copy is altered.
    """
    if path is None:
        return _from_cache(LLM, home)
    given = path.expanduser().absolute()
    if not given.is_file():
        raise ModelUnavailable(f"There is no model file at {given}. Check SUYUAN_LLM_PATH.")
    with given.open("rb") as stream:
        if stream.read(4) != b"GGUF":
            raise ModelUnavailable(f"{given} is not a GGUF file. Check SUYUAN_LLM_PATH.")
    return given


def _from_cache(spec: ModelSpec, home: Path) -> Path | None:
    state = _state(spec, home, verify=False)
    if state.state == "ready":
        return state.path
    if state.state.startswith("altered"):
        file = state.state.removeprefix("altered: ")
        raise ModelUnavailable(
            f"{home / 'models' / file} is not the file that was fetched (wrong size or checksum). "
            "Fetch it again: suyuan models fetch"
        )
    if state.where == "installed package":
        return fetch_model(spec, home, sources=(installed_part,))
    return None


def _state(spec: ModelSpec, home: Path, *, verify: bool) -> ModelState:
    target = spec.path(home)
    if target.exists():
        altered = altered_files(spec, target.parent, full=verify)
        return ModelState(spec, target, f"altered: {altered[0]}" if altered else "ready", "cache")
    state = "partial" if partial_file(spec, home).exists() else "missing"
    installed = all(installed_part(part, home) for part in spec.parts)
    return ModelState(spec, None, state, "installed package" if installed else "")

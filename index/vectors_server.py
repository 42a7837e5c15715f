"""Chunk vectors in a collection of a Chroma server, through the same client as a folder's.

A server keeps what is deleted from a collection in its files; see docs/operations.md for what a
takedown can do there.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import httpx
from chromadb import Collection
from chromadb.api import ServerAPI
from chromadb.api.fastapi import FastAPI
from chromadb.config import Settings, System
from chromadb.errors import ChromaError, NotFoundError
from chromadb.types import Collection as Model

from index.errors import ArchiveDamaged, ArchiveError
from index.vectors import VectorStore, damaged_vectors, new_collection
from index.vectors_place import ServerAddress, ServerPlace

_CONNECT_SECONDS = 10.0
_SECONDS = 120.0  # for one request; Chroma's own client waits for ever
_VERSION = re.compile(r"\d+\.\d+\.\d+\S{0,20}")
_MAJOR = "1."  # a server of 1.x says 1.0.0; 0.x has neither our settings nor the base64 upsert


class ServerUnreachable(ArchiveError):
    """No answer, or not one of a Chroma server that can be used."""


def create_vectors(
    path: Path, place: ServerPlace | None, *, encoder: str, dimension: int
) -> VectorStore:
    """Open for writing, made if it is not there: on the server, or in the folder ``path``."""
    if place is None:
        return VectorStore.create(path, encoder=encoder, dimension=dimension)
    made = new_collection(encoder, dimension)
    return _open(
        place,
        lambda api: api.get_or_create_collection(place.collection, **made),
        encoder,
        dimension,
    )


def open_vectors(
    path: Path, place: ServerPlace | None, *, encoder: str, dimension: int
) -> VectorStore:
    """Open what is there; raises ArchiveDamaged where it cannot be, ServerUnreachable."""
    if place is None:
        return VectorStore.open(path, encoder=encoder, dimension=dimension)
    return _open(
        place,
        lambda api: api.get_collection(place.collection),
        encoder,
        dimension,
    )


def require_collection(place: ServerPlace) -> None:
    """Raise ArchiveDamaged where the server lacks it: a new one would lack all that was stored."""
    connection = _Connection(place.server)
    try:
        with _answering(place.server):
            connection.api.get_collection(place.collection)
    except NotFoundError:
        raise _missing(place) from None
    except ChromaError as error:
        raise _damaged(place, error) from error
    finally:
        connection.stop()


def drop_collection(place: ServerPlace) -> None:
    """Delete a collection; one that is not there is passed over."""
    connection = _Connection(place.server)
    try:
        with _answering(place.server):
            connection.api.delete_collection(place.collection)
    except NotFoundError:
        pass
    except ChromaError as error:
        raise _damaged(place, error) from error
    finally:
        connection.stop()


def _open(
    place: ServerPlace, get: Callable[[ServerAPI], Model], encoder: str, dimension: int
) -> VectorStore:
    connection = _Connection(place.server)
    damaged = partial(_damaged, place)
    try:
        with _answering(place.server):
            model = get(connection.api)
            collection = Collection(connection.api, model, embedding_function=None)
            return VectorStore.checked(
                connection,
                cast(Collection, _Answering(collection, place.server)),
                connection.api.get_max_batch_size(),
                (encoder, dimension),
                damaged,
            )
    except NotFoundError:
        connection.stop()
        raise _missing(place) from None
    except ChromaError as error:
        connection.stop()
        raise damaged(error) from error
    except BaseException:
        connection.stop()
        raise


class _Answering:
    """A collection whose calls fail with one line where the server does not answer."""

    def __init__(self, collection: object, server: ServerAddress) -> None:
        self._collection = collection
        self._server = server

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._collection, name)
        if not callable(value):
            return value

        def call(*args: Any, **kwargs: Any) -> Any:
            with _answering(self._server):
                return value(*args, **kwargs)

        return call


class _Connection:
    """The API of a server; Chroma's own ``stop`` leaves its connections open."""

    def __init__(self, server: ServerAddress) -> None:
        require_server(server)
        self._system = System(
            Settings(
                chroma_api_impl="chromadb.api.fastapi.FastAPI",
                chroma_server_host=server.url,
                chroma_server_http_port=0,  # asked for, and not used: the address has its own
                chroma_server_headers=dict(server.headers),
                anonymized_telemetry=False,
            )
        )
        # Not its Client, which opens a second connection that nothing closes.
        self.api = cast(FastAPI, self._system.instance(ServerAPI))  # type: ignore[type-abstract]
        self.api._session.timeout = httpx.Timeout(_SECONDS, connect=_CONNECT_SECONDS)

    def stop(self) -> None:
        """Close it; no call may be running."""
        self._system.stop()
        self.api._session.close()


def require_server(server: ServerAddress) -> None:
    """Raise ServerUnreachable unless a Chroma server of our version answers."""
    try:
        answer = httpx.get(
            f"{server.url}/api/v2/version", headers=server.headers, timeout=_CONNECT_SECONDS
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _unreachable(server, error) from error
    if answer.status_code in (401, 403):
        raise ServerUnreachable(
            f"The server at {server.url} wants a login (HTTP {answer.status_code}). Write it into"
            " SUYUAN_CHROMA_URL: http://USER:PASSWORD@HOST:PORT"
        )
    version = answer.text.strip().strip('"')
    if answer.status_code != httpx.codes.OK or not _VERSION.fullmatch(version):
        raise ServerUnreachable(
            f"What answers at {server.url} is no Chroma server (HTTP {answer.status_code}). Correct"
            " SUYUAN_CHROMA_URL."
        )
    if not version.startswith(_MAJOR):
        raise ServerUnreachable(
            f"The Chroma server at {server.url} is version {version}; Suyuan needs {_MAJOR}x."
            " Upgrade it: pip install 'chromadb>=1.5.9,<1.6', then chroma run."
        )


@contextmanager
def _answering(server: ServerAddress) -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        raise _unreachable(server, error) from error
    except Exception as error:
        if type(error) is not Exception:
            raise
        # What Chroma's client raises for an error page that is not Chroma's, as of a proxy.
        raise _unreachable(server, error) from error


def _unreachable(server: ServerAddress, error: Exception) -> ServerUnreachable:
    reason = (str(error).splitlines() or [""])[0][:200] or type(error).__name__
    return ServerUnreachable(
        f"No Chroma server answers at {server.url} ({reason}). Start it (chroma run --path FOLDER)"
        " or correct SUYUAN_CHROMA_URL."
    )


def damaged_store(path: Path, place: ServerPlace | None, reason: object) -> ArchiveDamaged:
    """The error for a store that cannot be read, wherever it is."""
    return damaged_vectors(path, reason) if place is None else _damaged(place, reason)


def _missing(place: ServerPlace) -> ArchiveDamaged:
    return ArchiveDamaged(
        f"The Chroma server at {place.server.url} has no collection {place.collection}. Is it the"
        " server of this archive (SUYUAN_CHROMA_URL)? If it is, fill it anew: suyuan rebuild"
    )


def _damaged(place: ServerPlace, reason: object) -> ArchiveDamaged:
    return ArchiveDamaged(
        f"Collection {place.collection} of the Chroma server at {place.server.url} cannot be used"
        f" ({reason}). Fill it anew from the catalog: suyuan rebuild"
    )

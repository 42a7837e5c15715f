"""Where an archive's vectors are: in its own folder, or in a collection of a Chroma server.

The catalog says which, so that a switch is one transaction and readers follow it. The address that
this process was told goes before the one in the catalog: a server may have another name on another
machine, and a password is kept nowhere. Knows nothing of Chroma's client.
"""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import unquote, urlsplit

from index.errors import ArchiveError, BadInput

_EXAMPLE = "http://127.0.0.1:8000"
# What a catalog says: see index.vectors_switch.
PLACES = ("vectors_place", "vectors_built", "vectors_retired", "vectors_migrating")
_told: "ServerAddress | None" = None


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A Chroma server. ``url`` may be shown and stored: it holds no password."""

    url: str
    login: str = field(default="", repr=False)  # the value of an Authorization header

    @property
    def headers(self) -> dict[str, str]:
        """What each request must carry."""
        return {"Authorization": self.login} if self.login else {}


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """A collection of a server: one archive's vectors, as of its last rebuild or takedown."""

    server: ServerAddress
    collection: str

    def __str__(self) -> str:
        return f"{self.server.url} {self.collection}"


class Settled(Protocol):
    """What a catalog tells of its archive."""

    @property
    def generation(self) -> int:
        """Counts the committed batches; 0 before the first."""

    def meta(self, key: str) -> str | None:
        """One setting of the archive."""


def use_server(url: str) -> None:
    """Reach Chroma at this address in this process; "" for the one each catalog names.

    An entry point calls it with SUYUAN_CHROMA_URL. Raises BadInput for what is no address.
    """
    global _told
    _told = parse_address(url) if url else None


def told_server() -> ServerAddress | None:
    """The address this process was told, None where it was told none."""
    return _told


def parse_address(url: str) -> ServerAddress:
    """An address from ``http[s]://[user:password@]host[:port][/path]``; raises BadInput."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    plain = parts.scheme in ("http", "https") and not parts.query and not parts.fragment
    if not plain or not host or not url.isprintable() or " " in url:
        # Not the value: there may be a password in it.
        raise BadInput(f"SUYUAN_CHROMA_URL is not an address such as {_EXAMPLE}.")
    where = f"[{host}]" if ":" in host else host
    where += f":{port}" if port else ""
    login = ""
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        login = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return ServerAddress(f"{parts.scheme}://{where}{parts.path.rstrip('/')}", login)


def new_place(server: ServerAddress) -> ServerPlace:
    """A collection no other archive has."""
    return ServerPlace(server, f"suyuan-{secrets.token_hex(8)}")


def written_place(catalog: Settled, key: str = "vectors_place") -> ServerPlace | None:
    """What the catalog says, reached as this process was told; None for its folder."""
    url, _, collection = (catalog.meta(key) or "").partition(" ")
    return ServerPlace(_told or ServerAddress(url), collection) if collection else None


def vectors_place(catalog: Settled) -> ServerPlace | None:
    """Where the vectors of an archive are; None for its folder.

    Raises ArchiveError where a server is configured and the vectors are in the folder.
    """
    place = written_place(catalog)
    if place is None and _told is not None and catalog.generation:
        raise ArchiveError(
            f"SUYUAN_CHROMA_URL is {_told.url}, but this archive has its vectors in its folder."
            " Copy them to the server: suyuan migrate server; or unset SUYUAN_CHROMA_URL."
        )
    return place

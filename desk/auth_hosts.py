"""Which names a server answers under, and whose word it takes for an address. No users here."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from desk.api_errors import Problem
from index.errors import BadInput

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names of this server beside the loopback's.

    ``addresses``: any bare IP address is one too. A name that an attacker points at this machine
    (DNS rebinding) is never that, and behind a login it would bring no session.
    """

    names: frozenset[str] = frozenset()
    addresses: bool = False

    def admits(self, name: str) -> bool:
        """Whether a request under this host name is answered."""
        name = name.lower().rstrip(".")
        return name in LOOPBACK_NAMES | self.names or (self.addresses and _is_address(name))

    def problem(self, headers: dict[bytes, bytes]) -> Problem | None:
        """A request that was meant for another server, or sent by a page of one."""
        host = name_of(f"//{headers.get(b'host', b'').decode('latin-1')}")
        if not self.admits(host):
            return Problem(
                403,
                "This server is not called that: add the name to SUYUAN_HOSTS, or let the proxy "
                "send Host: 127.0.0.1.",
                "wrong_host",
            )
        origin = headers.get(b"origin")
        if origin is None:
            return None
        page = name_of(origin.decode("latin-1"))
        # A proxy may send Host: 127.0.0.1 while the page has the public name.
        same = page == host or page in self.names or {page, host} <= LOOPBACK_NAMES
        return None if same else foreign_page()


def foreign_page() -> Problem:
    """What a page of another site is told."""
    return Problem(403, "Pages of other sites may not call this server.", "wrong_origin")


@dataclass(frozen=True, slots=True)
class Proxies:
    """The addresses whose forwarding headers are believed: loopback and the declared ones."""

    networks: tuple[_Network, ...] = ()

    def trusts(self, address: str) -> bool:
        """Whether a connection from ``address`` is a proxy of ours."""
        try:
            peer = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = getattr(peer, "ipv4_mapped", None)
        peer = mapped or peer
        return peer.is_loopback or any(peer in network for network in self.networks)


def read_names(text: str) -> frozenset[str]:
    """``desk.example.cn, archive`` as host names.

    Raises:
        BadInput: One of them is none.
    """
    names = frozenset(listed(text.lower()))
    for name in names:
        if name_of(f"//{name}") != name or " " in name:
            raise BadInput(
                f"SUYUAN_HOSTS names {name!r}: write host names alone, without http:// and port, "
                "e.g. SUYUAN_HOSTS=desk.example.cn"
            )
    return names


def read_networks(text: str) -> tuple[_Network, ...]:
    """``10.0.0.5, 10.1.0.0/16`` as networks.

    Raises:
        BadInput: One of them is none.
    """
    try:
        return tuple(ipaddress.ip_network(part) for part in listed(text))
    except ValueError as error:
        raise BadInput(
            f"SUYUAN_PROXIES: {error}; write addresses or networks, e.g. 10.0.0.5, 10.1.0.0/16"
        ) from None


def listed(text: str) -> Sequence[str]:
    """The values between the commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def name_of(address: str) -> str:
    """The host name in a URL, in small letters; "" where there is none."""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

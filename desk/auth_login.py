"""Finds out who sends a request: by session, password, API key or proxy. Answers none itself."""

import base64
import binascii
import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.auth_hosts import Hosts, Proxies, listed, read_names, read_networks
from desk.auth_session import Sessions
from desk.auth_throttle import Throttle
from desk.auth_user import Role, User
from desk.auth_users import UsersFile
from index.errors import BadInput

if TYPE_CHECKING:
    from rag.settings import Settings

COOKIE = "suyuan_session"
_KEY_USER = User("api-key", Role.READER)
_REMEMBERED_SECONDS, _MOST_REMEMBERED = 300.0, 1_000  # of HTTP Basic: each check costs 0.2 s
_TOKEN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
_LONGEST_NAME = 64
_LOG = logging.getLogger("suyuan.auth")

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class TooOften:
    """So many wrong passwords that none is looked at for these seconds."""

    seconds: int


class Login:
    """The ways in that are configured. Safe between threads."""

    def __init__(
        self,
        users: UsersFile | None,
        *,
        hosts: Hosts,
        proxies: Proxies,
        proxy_header: str = "",
        proxy_admins: frozenset[str] = frozenset(),
        key: str = "",
    ) -> None:
        """``key`` is the API's; who brings it may read. ``proxy_header`` in small letters."""
        self.users = users
        self.hosts = hosts
        self._proxies = proxies
        self._proxy_header = proxy_header.encode()
        self._proxy_admins = proxy_admins
        self._key = key.encode()
        self._sessions = Sessions()
        self._throttle = Throttle()
        self._lock = threading.Lock()
        self._remembered: OrderedDict[bytes, float] = OrderedDict()
        self._salt = secrets.token_bytes(32)

    def address(self, peer: str, headers: Headers) -> str:
        """Where a request comes from: what a trusted proxy says, else the connection's address."""
        if self._proxies.trusts(peer):
            said = b",".join(value for name, value in headers if name == b"x-forwarded-for")
            # The last is what our own proxy saw; those before are what the client claims.
            last = said.rpartition(b",")[2].strip().decode("latin-1")
            return last[:_LONGEST_NAME] or peer
        return peer

    def trusts(self, peer: str) -> bool:
        """Whether the connection is from a proxy of ours."""
        return self._proxies.trusts(peer)

    def of_proxy(self, peer: str, headers: Headers) -> User | None:
        """Whom the proxy has signed in; None also for a header that came from elsewhere."""
        if not self._proxy_header or not self._proxies.trusts(peer):
            return None
        said = [value for name, value in headers if name == self._proxy_header]
        if len(said) != 1:  # two: one of them is the client's own
            return None
        try:
            name = said[0].decode("utf-8").strip()
        except UnicodeDecodeError:
            return None
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            return None
        known = self.users.user(name) if self.users else None
        return known or User(name, Role.ADMIN if name in self._proxy_admins else Role.READER)

    def of_session(self, cookies: Mapping[str, str]) -> User | None:
        """Whose session a cookie is."""
        if self.users is None or COOKIE not in cookies:
            return None
        name = self._sessions.name_of(cookies[COOKIE], self.users.accounts())
        return self.users.user(name) if name is not None else None

    def of_key(self, authorization: bytes) -> User | None:
        """Whoever brings the API key."""
        scheme, _, given = authorization.partition(b" ")
        if not self._key or scheme.lower() != b"bearer":
            return None
        return _KEY_USER if hmac.compare_digest(given.strip(), self._key) else None

    def of_basic(self, authorization: bytes, address: str) -> User | TooOften | None:
        """Who signs in by HTTP Basic. Takes 0.2 s the first time: not for the event loop."""
        scheme, _, given = authorization.partition(b" ")
        if scheme.lower() != b"basic" or self.users is None or len(given) > 2_000:
            return None
        try:
            said = base64.b64decode(given.strip(), validate=True).decode("utf-8")
        except (ValueError, binascii.Error):
            return None
        name, _, password = said.partition(":")
        account = self.users.accounts().users.get(name)
        mark = hmac.digest(
            self._salt, f"{said}\0{account.password if account else ''}".encode(), hashlib.sha256
        )
        if account is not None and self._remembers(mark):
            return User(name, account.role)
        user = self.sign_in(name, password, address)
        if isinstance(user, User):
            self._remember(mark)
        return user

    def sign_in(self, name: str, password: str, address: str) -> User | TooOften | None:
        """The user, if that is his password. Takes 0.2 s: not for the event loop."""
        if self.users is None:
            return None
        wait = self._throttle.wait(name, address)
        if wait:
            _LOG.warning("sign-in of %r from %r put off for %d s", _short(name), address, wait)
            return TooOften(wait)
        user = self.users.check(name, password)
        if user is None:
            _LOG.warning("wrong sign-in of %r from %r", _short(name), address)
        else:
            self._throttle.forgive(name, address)
        return user

    def session(self, user: User) -> str:
        """A session's cookie for a user of the file."""
        if self.users is None:
            raise RuntimeError("sessions need a file of users")
        return self._sessions.issue(user.name, self.users.accounts())

    def sign_out(self, cookies: Mapping[str, str]) -> None:
        """End the session of these cookies, if it is one."""
        if self.of_session(cookies) is not None:
            self._sessions.end(cookies[COOKIE])

    def _remembers(self, mark: bytes) -> bool:
        with self._lock:
            return self._remembered.get(mark, 0.0) > time.monotonic()

    def _remember(self, mark: bytes) -> None:
        with self._lock:
            self._remembered[mark] = time.monotonic() + _REMEMBERED_SECONDS
            self._remembered.move_to_end(mark)
            if len(self._remembered) > _MOST_REMEMBERED:
                self._remembered.popitem(last=False)


def login_of(settings: "Settings") -> Login | None:
    """The login that is configured; None without one.

    Raises:
        BadInput: A value cannot be used, or the file of users cannot be read.
    """
    header = settings.proxy_user_header.strip().lower()
    names, networks = read_names(settings.hosts), read_networks(settings.proxies)
    if header and not set(header) <= _TOKEN:
        raise BadInput(
            f"SUYUAN_PROXY_USER_HEADER is {header[:80]!r}; write a header's name, "
            "e.g. X-Remote-User"
        )
    if settings.auth_file is None and not header:
        return None
    return Login(
        UsersFile(settings.auth_file) if settings.auth_file else None,
        hosts=Hosts(names, addresses=True),
        proxies=Proxies(networks),
        proxy_header=header,
        proxy_admins=frozenset(listed(settings.proxy_admins)),
        key=settings.api_key.get_secret_value(),
    )


def _short(name: str) -> str:
    """What the log has of a name that came from outside; %r escapes what would break its line."""
    return name[:_LONGEST_NAME]

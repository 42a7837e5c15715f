"""Sessions as signed cookies: nothing is kept of them, so they outlive a restart.

A cookie is signed with the user's password hash too: a new password, or leaving the file of users,
ends all of a user's sessions. Signing out is remembered until the session would have ended.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict

from desk.auth_users import Accounts

DAYS = 14
SECONDS = DAYS * 24 * 3600
_LONGEST = 600  # characters
_MOST_ENDED = 10_000  # signed-out sessions remembered; the oldest leaves first


class Sessions:
    """Makes and reads session cookies. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended: OrderedDict[str, None] = OrderedDict()

    def issue(self, name: str, accounts: Accounts) -> str:
        """A cookie's value for a user of ``accounts``, good for ``SECONDS``."""
        said = f"{_packed(name)}.{int(time.time()) + SECONDS}.{secrets.token_hex(8)}"
        return f"{said}.{_signature(said, name, accounts)}"

    def name_of(self, cookie: str, accounts: Accounts) -> str | None:
        """Whose session it is; None where it is none, has ended or was signed out of."""
        said, _, given = cookie.rpartition(".")
        packed, _, rest = said.partition(".")
        ends = rest.partition(".")[0]
        if len(cookie) > _LONGEST or not cookie.isascii() or not ends.isdecimal():
            return None
        name = _unpacked(packed)
        if name is None or name not in accounts.users or len(ends) > 12:
            return None
        if not hmac.compare_digest(given, _signature(said, name, accounts)):
            return None
        with self._lock:
            ended = given in self._ended
        return None if ended or int(ends) < time.time() else name

    def end(self, cookie: str) -> None:
        """Sign out of this session, one that ``name_of`` knows."""
        with self._lock:
            self._ended[cookie.rpartition(".")[2]] = None
            if len(self._ended) > _MOST_ENDED:
                self._ended.popitem(last=False)


def _signature(said: str, name: str, accounts: Accounts) -> str:
    secret = accounts.users[name].password.encode()
    key = hmac.digest(accounts.key, b"session\0" + secret, hashlib.sha256)
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def _packed(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode("ascii").rstrip("=")


def _unpacked(text: str) -> str | None:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (ValueError, binascii.Error):
        return None

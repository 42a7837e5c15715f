"""The file of users: names, roles, password hashes, and the key that sessions are signed with.

``{"key": …, "users": {name: {"role": …, "password": …}}}``, readable by its owner alone.
"""

import json
import os
import re
import secrets
import stat
import tempfile
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from desk.auth_passwords import LONGEST, SHORTEST, check_password, hash_password, is_hash
from desk.auth_user import Role, User
from index.errors import BadInput

_NAME = re.compile(r"[\w][\w.@-]{0,63}")
_MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Account:
    """A user's role, and his password's hash: never shown, never logged."""

    role: Role
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Accounts:
    """One state of the file."""

    key: bytes = field(repr=False)
    users: dict[str, Account]


def check_name(name: str) -> str:
    """``name`` as it is.

    Raises:
        BadInput: It could not be told from another or not be sent in HTTP Basic.
    """
    if not _NAME.fullmatch(name):
        raise BadInput(
            f"{name[:80]!r} is no user name: 1 to 64 letters, digits or . @ - _, the first a "
            "letter or digit."
        )
    return name


def check_new_password(password: str) -> str:
    """``password`` as it is; raises BadInput, without repeating it, where it is too short."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"A password has {SHORTEST} to {LONGEST} characters; choose another.")
    return password


def read_accounts(path: Path) -> Accounts:
    """What the file holds now.

    Raises:
        BadInput: There is none, others may read it, or it is not what ``write_accounts`` wrote.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(
            f"No users can be read from SUYUAN_AUTH_FILE={path} ({reason}). "
            "Make it: suyuan users add NAME --role admin"
        ) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise BadInput(f"{path} may be read by other users of this machine: chmod 600 {path}")
    accounts = _parsed(data)
    if accounts is None:
        raise BadInput(
            f"{path} is no file of users. Move it away and make one: suyuan users add NAME"
        )
    return accounts


def write_accounts(path: Path, accounts: Accounts) -> None:
    """Put the file in place of the old one at once, readable by its owner alone."""
    users = {
        name: {"role": account.role.value, "password": account.password}
        for name, account in sorted(accounts.users.items())
    }
    text = json.dumps({"key": accounts.key.hex(), "users": users}, ensure_ascii=False, indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp makes it with mode 0600.
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror}).") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def with_user(accounts: Accounts | None, name: str, password: str, role: Role) -> Accounts:
    """``accounts``, or new ones, with this user; one of that name gets password and role anew.

    Raises:
        BadInput: The name or the password is none.
    """
    account = Account(role, hash_password(check_new_password(password)))
    before = accounts or Accounts(secrets.token_bytes(32), {})
    return replace(before, users={**before.users, check_name(name): account})


def without_user(accounts: Accounts, name: str) -> Accounts:
    """``accounts`` without this user; raises BadInput where there is none of that name."""
    if name not in accounts.users:
        known = ", ".join(sorted(accounts.users)[:20]) or "none"
        raise BadInput(f"There is no user {name[:80]!r}; there are: {known}.")
    users = {other: account for other, account in accounts.users.items() if other != name}
    return replace(accounts, users=users)


class UsersFile:
    """The file as it is now: a change is seen without a restart. Safe between threads."""

    def __init__(self, path: Path) -> None:
        """Raises BadInput where the file cannot be used, or has no user."""
        self._path = path
        self._lock = threading.Lock()
        self._held = (self._state(), read_accounts(path))
        if not self._held[1].users:
            raise BadInput(f"{path} has no user. Add one: suyuan users add NAME --role admin")

    def accounts(self) -> Accounts:
        """What it holds; while it cannot be read, what it held before."""
        with self._lock:
            state = self._state()
            if state != self._held[0]:
                try:
                    self._held = (state, read_accounts(self._path))
                except BadInput:
                    # Whoever was removed from a file that has gone must not stay in.
                    self._held = (state, replace(self._held[1], users={}))
            return self._held[1]

    def user(self, name: str) -> User | None:
        """The user of this name."""
        account = self.accounts().users.get(name)
        return User(name, account.role) if account else None

    def check(self, name: str, password: str) -> User | None:
        """The user, if that is his password; takes as long where there is no such user."""
        account = self.accounts().users.get(name)
        known = check_password(password, account.password if account else None)
        return User(name, account.role) if known and account else None

    def _state(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return (status.st_ino, status.st_mtime_ns, status.st_size)


def _parsed(data: bytes) -> Accounts | None:
    if len(data) > _MOST_BYTES:
        return None
    try:
        held = json.loads(data)
        key = bytes.fromhex(held["key"])
        users = {
            str(name): Account(Role(value["role"]), str(value["password"]))
            for name, value in held["users"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    sound = all(_NAME.fullmatch(name) and is_hash(each.password) for name, each in users.items())
    return Accounts(key, users) if sound and len(key) >= 16 else None

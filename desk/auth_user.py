"""Who a request comes from, as the login in front has found. Knows no passwords and no cookies."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

KEY = "suyuan.user"  # where desk.auth_gate leaves the user in an ASGI scope


class Role(StrEnum):
    """What a user may do: a reader asks, checks and reads; an admin also ingests and takes down."""

    READER = "reader"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who has signed in, or ``LOCAL``."""

    name: str
    role: Role


# Without a login only this machine is answered, and whoever sits at it owns the archive's files.
LOCAL = User("local", Role.ADMIN)


def signed_in(request: Any) -> User:
    """The user of a Gradio or Starlette request; ``LOCAL`` where there is no login."""
    # A gr.Request holds Starlette's; asked for its scope itself it would copy it as JSON.
    inner = getattr(request, "request", None) or request
    user = (getattr(inner, "scope", None) or {}).get(KEY)
    return user if isinstance(user, User) else LOCAL


def user_of(request: Any) -> str:
    """The user's name; "local" without a login."""
    return signed_in(request).name


def is_admin(request: Any) -> bool:
    """Whether the user may ingest and take down."""
    return signed_in(request).role is Role.ADMIN

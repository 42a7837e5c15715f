"""Passwords as scrypt hashes, each with its own salt. Knows no users and no files."""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading

SHORTEST, LONGEST = 10, 200  # characters of a password
# OWASP's Password Storage Cheat Sheet, scrypt: N = 2^15, r = 8, p = 3 costs an attacker what
# N = 2^17, p = 1 does, in 32 MiB: about 0.2 s of one core.
_N, _R, _P = 2**15, 8, 3
_SALT, _LENGTH = 16, 32  # bytes
_MOST_MEMORY = 128 * _R * (2**17 + 16)  # bytes; no stored hash may ask for more
_AT_ONCE = threading.BoundedSemaphore(2)  # each takes 32 MiB and a core


def hash_password(password: str) -> str:
    """``scrypt$N$r$p$salt$hash`` with a fresh salt, the last two in base64."""
    salt = secrets.token_bytes(_SALT)
    digest = _derive(password, salt, _N, _R, _P, _LENGTH)
    return "$".join(["scrypt", str(_N), str(_R), str(_P), _text(salt), _text(digest)])


def is_hash(stored: str) -> bool:
    """Whether ``stored`` is what ``hash_password`` writes, within bounds."""
    return _parts(stored) is not None


def check_password(password: str, stored: str | None) -> bool:
    """Whether ``password`` is the one that was hashed; takes as long for ``stored`` None."""
    parts = _parts(stored) if stored is not None else None
    n, r, p, salt, digest = parts or (_N, _R, _P, b"\0" * _SALT, b"\0" * _LENGTH)
    given = _derive(password, salt, n, r, p, len(digest))
    return hmac.compare_digest(given, digest) and parts is not None


def _derive(password: str, salt: bytes, n: int, r: int, p: int, length: int) -> bytes:
    given = password[:LONGEST].encode("utf-8", errors="surrogatepass")
    with _AT_ONCE:
        return hashlib.scrypt(given, salt=salt, n=n, r=r, p=p, maxmem=_MOST_MEMORY, dklen=length)


def _parts(stored: str) -> tuple[int, int, int, bytes, bytes] | None:
    fields = stored.split("$")
    if len(stored) > 500 or len(fields) != 6 or fields[0] != "scrypt":
        return None
    try:
        n, r, p = (int(field) for field in fields[1:4])
        salt, digest = (base64.b64decode(field, validate=True) for field in fields[4:])
    except (ValueError, binascii.Error):
        return None
    sound = n in (2**14, 2**15, 2**16, 2**17) and r == _R and 1 <= p <= 8
    return (n, r, p, salt, digest) if sound and len(salt) >= 8 and len(digest) == _LENGTH else None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")

"""Small pieces of HTML that several parts of the page share. Whatever goes in is escaped here."""

from collections.abc import Iterable
from datetime import date
from html import escape
from urllib.parse import urlsplit

from desk.text import Labels
from index.types import DateKnown


def source_line(
    places: Iterable[str], published: date | None, known: DateKnown, labels: Labels
) -> str:
    """Paper, section and date, and how the date is known: 青岛日报 · 要闻 · 2025-07-16 [推断]."""
    parts = [f"<span>{escape(place)}</span>" for place in places if place]
    if published is None:
        parts.append(f"<span>{escape(labels.undated)}</span>")
    else:
        hint = escape(labels.known_hint[known])
        parts.append(
            f'<time datetime="{published}">{published}</time>'
            f'<span class="sy-known" data-known="{known}" title="{hint}">'
            f"{escape(labels.known[known])}</span>"
        )
    return '<span class="sy-dot"> · </span>'.join(parts)


def tag(text: str) -> str:
    """A small label; "" for none."""
    return f'<span class="sy-tag">{escape(text)}</span>' if text else ""


def outside_link(url: str, labels: Labels) -> str:
    """A link to the original page; "" where ``url`` is not one to be trusted as a link."""
    address = safe_url(url)
    if not address:
        return ""
    return (
        f'<a class="sy-out" href="{escape(address)}" target="_blank" '
        f'rel="noopener noreferrer">{escape(labels.original)} ↗</a>'
    )


def safe_url(url: str) -> str:
    """``url`` if it is an http(s) address, else "".

    >>> safe_url("https://example.com/a"), safe_url("javascript:alert(1)")
    ('https://example.com/a', '')
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def opener(reference: str, text: str) -> str:
    """A headline that opens its article."""
    return (
        f'<button type="button" class="sy-open" data-ref="{escape(reference)}">'
        f"{escape(text)}</button>"
    )


def flag(kind: str, title: str, body: str = "") -> str:
    """A boxed remark; ``kind`` is ``note``, ``warn`` or ``error``. ``body`` is text, not HTML."""
    role = ' role="alert"' if kind == "error" else ""
    more = f"<span>{escape(body)}</span>" if body else ""
    return f'<p class="sy-flag sy-{kind}"{role}><b>{escape(title)}</b>{more}</p>'


def download(name: str, kind: str, text: str, *, nonce: str) -> str:
    """A file for the browser to make; ``nonce`` makes two of the same content two."""
    return (
        f'<div hidden data-file="{escape(name)}" data-kind="{escape(kind)}" '
        f'data-nonce="{escape(nonce)}">{escape(text)}</div>'
    )

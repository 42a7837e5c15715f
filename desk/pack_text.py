"""An answer with its citations as text to paste: plain, and Markdown. Knows nothing of pages."""

import re

from desk.exchange import Exchange
from desk.html import safe_url
from desk.talk_text import talk_labels
from desk.text import Labels, labels
from desk.told import told
from rag.types import Answer, Citation

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+|~!&]|^-)")
_LISTED = re.compile(r"^(\d{1,9})\.")


def as_plain(exchange: Exchange, lang: str) -> str:
    """Question, answer and numbered sources, each with its quote."""
    answer = _answered(exchange)
    sources = [f"[{each.marker}] {cited_line(each, lang)}" for each in answer.citations]
    told = [*_told(answer, labels(lang)), *([_heading(lang)] if sources else []), *sources]
    return "\n".join([exchange.asked, "", answer.text, "", *told]).strip()


def as_markdown(exchange: Exchange, lang: str) -> str:
    """The same as Markdown; nothing of an article can become markup or a link of its own."""
    answer = _answered(exchange)
    sources = [
        f"{each.marker}. {_plain_markdown(cited_line(each, lang))}{_link(each, labels(lang))}"
        for each in answer.citations
    ]
    text = "\n\n".join(_plain_markdown(line) for line in answer.text.split("\n") if line.strip())
    told = [_plain_markdown(line) for line in _told(answer, labels(lang))]
    heading = [f"**{_heading(lang)}**", ""] if sources else []
    return "\n".join(
        [f"**{_plain_markdown(exchange.asked)}**", "", text, "", *told, *heading, *sources]
    ).strip()


def cited_line(each: Citation, lang: str) -> str:
    """``《标题》，海州日报 A02，2025-07-16（载明）：“…”``; a correction printed later is added."""
    words = labels(lang)
    when = words.undated
    if each.published is not None:
        when = f"{each.published} ({words.known[each.date_known]})"
    title = f"《{each.title}》" + (f" ({words.title_derived})" if each.title_derived else "")
    place = " ".join(part for part in (each.source, each.section) if part)
    said = words.list_comma.join(part for part in (title, place, when) if part)
    quote = " ".join(f"{each.lead}{each.quote}".split())
    line = f"{said}{'：' if lang != 'en' else ': '}“{quote}” ({each.article_id} v{each.version})"
    if each.correction is not None:
        line += " " + words.corrected.format(
            wrong=each.correction.wrong, right=each.correction.right
        )
    return " ".join(line.split())


def _answered(exchange: Exchange) -> Answer:
    if exchange.answer is None:
        raise ValueError(f"question {exchange.number} has no answer")
    return exchange.answer


def _heading(lang: str) -> str:
    return talk_labels(lang).cited


def _told(answer: Answer, words: Labels) -> list[str]:
    """The status, what is not in the sentences, and the notes: they go where the answer goes."""
    doubted = dict.fromkeys(check.text for check in answer.checks if not check.supported)
    said = [words.status[answer.status]]
    if doubted:
        said.append(f"{words.unsupported}{words.list_comma.join(doubted)}")
    said += [told(note, words.lang) for note in answer.notes]
    lines = [line for line in said if line]
    return [*lines, ""] if lines else []


def _plain_markdown(text: str) -> str:
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LISTED.sub(r"\1\\.", line)  # 2020. at its beginning would become a list


def _link(each: Citation, words: Labels) -> str:
    address = safe_url(each.url)
    if not address or re.search(r"[\s()<>\\]", address):
        return ""
    return f" [{words.original}]({address})"

"""Files that hold one document (.md, .html) or newspaper pages (.txt, .pdf) to articles."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from index.decode import decode
from index.errors import BadInput
from index.language import detect_language
from index.page import segment_page
from index.read_fields import read_article, resolve_date
from index.read_html import extract_html
from index.read_options import FileFacts, ReadOptions, one_line, rejected
from index.read_pdf import pdf_pages
from index.read_reasons import READ
from index.read_stream import read_bytes
from index.types import Article, DateKnown, Rejected, Span

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_FRONT_MATTER = re.compile(
    r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,1000})\]\([^()\s]{0,2000}(?:[ \t]+\"[^\"\n]{0,500}\")?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,200}?)(?<=\S)\1")


def read_page_dump(path: Path, options: ReadOptions) -> Iterator[Article | Rejected]:
    """The articles and captions of one newspaper page."""
    facts = FileFacts.of(path)
    text = decode(read_bytes(path, options.limits.file_bytes))
    if not text.strip():
        raise BadInput(READ.say("empty"))
    position = 0
    for position, article in enumerate(_page_articles(text, facts, options), start=1):
        yield _placed(article, facts, position, options)
    if position == 0:
        yield rejected(facts, READ.say("no_article"))


def read_pdf(path: Path, options: ReadOptions) -> Iterator[Article | Rejected]:
    """The articles of a PDF's pages; a page that is only a picture is rejected by its number."""
    facts = FileFacts.of(path)
    position = 0
    for number, text in pdf_pages(path, options.limits):
        if not text:
            yield rejected(facts, READ.say("no_text_on_page", number=number))
            continue
        for article in _page_articles(text, facts, options):
            position += 1
            yield _placed(article, facts, position, options)
    if position == 0:
        yield rejected(facts, READ.say("no_text_in_pdf"))


def read_markdown(path: Path, options: ReadOptions) -> Iterator[Article | Rejected]:
    """One article: front matter between ``---`` lines, else the first heading as the title.

    Heading marks, bold marks, link addresses and comments go; all other text stays as it is.
    """
    facts = FileFacts.of(path)
    text = decode(read_bytes(path, options.limits.file_bytes))
    if len(text) > 2 * options.limits.text_characters:
        raise BadInput(READ.say("long_document", count=f"{len(text):,}"))
    record, text = _front_matter(text)
    headings, lines = _markdown_lines(text)
    titles = [line for line in headings if lines[line].strip()][:1]
    # A first heading further down heads a section, not the article.
    opens = bool(titles) and not any(line.strip() for line in lines[: titles[0]])
    if opens and record.get("title", lines[titles[0]]) == lines[titles[0]]:
        record["title"] = lines[titles[0]]
        lines[titles[0]] = ""
    article = _document({**record, "text": "\n".join(lines)}, facts, options)
    yield replace(article, headings=_heading_spans(article.body, [lines[n] for n in headings]))


def read_html(path: Path, options: ReadOptions) -> Iterator[Article | Rejected]:
    """One article: the main text of a saved web page. Nothing is fetched."""
    facts = FileFacts.of(path)
    record, headings = extract_html(read_bytes(path, options.limits.file_bytes))
    if options.source:
        # A site's name for itself is often only its host name.
        record["source"] = options.source
    article = _document(record, facts, options)
    yield replace(article, headings=_heading_spans(article.body, headings))


def _page_articles(text: str, facts: FileFacts, options: ReadOptions) -> Iterator[Article]:
    page = segment_page(text)
    of_page = resolve_date(page.published, options, facts, text)
    for item in page.items:
        published, known = (item.published, DateKnown.STATED) if item.published else of_page
        yield Article(
            id="",
            title=item.title,
            body=item.body,
            kicker=item.kicker,
            deck=item.deck,
            source=item.source or page.source or one_line(options.source),
            section=item.section or page.section or one_line(options.section),
            byline=item.byline,
            reporters=item.reporters,
            place=item.place,
            published=published,
            date_known=known,
            title_derived=item.title_derived,
            kind=item.kind,
            headings=item.headings,
            language=detect_language(f"{item.title}\n{item.body}"),
        )


def _placed(
    article: Article, facts: FileFacts, position: int, options: ReadOptions
) -> Article | Rejected:
    if len(article.body) > options.limits.text_characters:
        count, most = f"{len(article.body):,}", f"{options.limits.text_characters:,}"
        return rejected(facts, READ.say("long_item", number=position, count=count, most=most))
    identity = f"{facts.slug}-{position:02d}"
    return replace(article, id=identity, origin=facts.path, position=position)


def _document(record: dict[str, object], facts: FileFacts, options: ReadOptions) -> Article:
    # Column names given for exports say nothing about documents, whose fields are ours.
    article = read_article(record, facts, replace(options, fields={}), position=1)
    return article if article.id else replace(article, id=f"{facts.slug}-01")


def _front_matter(text: str) -> tuple[dict[str, object], str]:
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    record: dict[str, object] = {}
    for line in found[1].splitlines():
        key, colon, value = line.partition(":")
        if colon and key == key.strip():
            record[key.casefold()] = value.strip().strip("[]").strip("\"'")
    record.pop("text", None)
    return record, text[found.end() :]


def _markdown_lines(text: str) -> tuple[list[int], list[str]]:
    """The plain lines, and which of them are headings; inside a code fence nothing is one."""
    lines = _STRONG.sub(r"\2", _LINK.sub(r"\1", _without_comments(text))).split("\n")
    headings = []
    fenced = False
    for number, line in enumerate(lines):
        fenced ^= bool(_FENCE.match(line))
        found = None if fenced else _HEADING.match(line)
        if found:
            lines[number] = found[2]
            headings.append(number)
    return headings, lines


def _without_comments(text: str) -> str:
    kept = []
    end = 0
    while (start := text.find("<!--", end)) >= 0 and (close := text.find("-->", start)) >= 0:
        kept.append(text[end:start])
        end = close + len("-->")
    return "".join([*kept, text[end:]])


def _heading_spans(body: str, headings: list[str]) -> tuple[Span, ...]:
    """Where in ``body`` the heading lines stand, each sought behind the one before."""
    spans = []
    start = 0
    for heading in headings:
        line = heading.strip()
        found = re.compile(rf"^[ \t]*({re.escape(line)})$", re.MULTILINE).search(body, start)
        if line and found:
            spans.append(Span(*found.span(1)))
            start = found.end()
    return tuple(spans)

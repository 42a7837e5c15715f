"""Why a file or a row is not read, each reason once. What is stored of it is the English sentence.

A reason is built from its template and can be taken apart again into code and fields, also where
only the sentence was kept (the catalog's past runs), so that another language can word it.
"""

import re
from collections.abc import Mapping
from string import Formatter

_SHORT = 800  # characters; a pattern of several fields then takes milliseconds at the worst


class Reasons:
    """Templates by code. Where two fit a sentence the one that was given first is meant.

    ``fields``: by name the pattern of one that is not any text, e.g. a number.
    """

    def __init__(
        self, templates: Mapping[str, str], fields: Mapping[str, str] | None = None
    ) -> None:
        self.templates = dict(templates)
        patterns = fields or {}
        self._short = {code: _pattern(text, patterns) for code, text in templates.items()}
        self._long = {code: _pattern(text, patterns, once=True) for code, text in templates.items()}

    def say(self, code: str, **fields: object) -> str:
        """The sentence.

        >>> READ.say("no_text_on_page", number=3)
        'page 3 has no text; a scan needs OCR first'
        """
        return self.templates[code].format(**fields)

    def understand(self, sentence: str) -> tuple[str, dict[str, str]] | None:
        """Code and fields of what ``say`` made; None for any other sentence.

        >>> READ.understand("page 3 has no text; a scan needs OCR first")
        ('no_text_on_page', {'number': '3'})
        """
        for code, pattern in (self._short if len(sentence) <= _SHORT else self._long).items():
            if found := pattern.fullmatch(sentence):
                return code, found.groupdict()
        return None


def _pattern(template: str, fields: Mapping[str, str], *, once: bool = False) -> re.Pattern[str]:
    """``once``: all fields but the last end where what follows them first occurs; linear time."""
    parts = list(Formatter().parse(template))
    names = [name for _, name, _, _ in parts if name is not None and name not in fields]
    found: list[str] = [re.escape(parts[0][0])]
    seen: set[str] = set()
    for number, (_, name, _, _) in enumerate(parts):
        follows = re.escape(parts[number + 1][0]) if number + 1 < len(parts) else ""
        if name is None:
            continue
        if name in seen:  # the same text again
            found.append(f"(?P={name}){follows}")
        elif once and name in names[:-1] and follows:
            found.append(f"(?>(?P<{name}>.*?){follows})")
        else:
            found.append(f"(?P<{name}>{fields.get(name, '.*?')}){follows}")
        seen.add(name)
    return re.compile("".join(found), re.DOTALL)


_NOTHING_AFTER = "; nothing after it was read"

READ = Reasons(
    {
        # any file
        "empty": "the file is empty",
        "too_large": "larger than {most} MiB; split the file",
        "unpacks_large": "unpacks to more than {most} MiB; split the file",
        "not_this_kind": "this kind of file is not read; read are {kinds}",
        "no_file_in_folder": "no file to read in this folder; read are {kinds}",
        "no_file": "not a file or folder",
        "not_there": "no such file or folder",
        "no_permission": "no permission to read it",
        "damaged": "damaged: {said}",
        "damaged_text": "damaged {encoding} text at byte {byte}; save it again as UTF-8",
        "not_text": "not text: this is {what}",
        "unknown_encoding": "not text in an encoding read here "
        "(UTF-8, UTF-16, UTF-32, GB18030, Big5)",
        "long_line": "{count} characters in one line; at most {most} are read",
        "damaged_characters": "damaged {encoding} characters",
        # pages and documents
        "no_article": "no article on this page",
        "no_text_on_page": "page {number} has no text; a scan needs OCR first",
        "no_text_in_pdf": "no text in this PDF; a scan needs OCR first",
        "long_item": "item {number} has {count} characters of {most}",
        "long_document": "{count} characters are more than an article has",
        "not_pdf": "not a PDF, whatever its name says",
        "damaged_page": "damaged PDF at page {number}: {said}",
        "damaged_pdf": "damaged PDF: {said}",
        "locked_pdf": "the PDF is locked by a password; save it without one",
        "many_pages": "{count} pages; a PDF may have {most}",
        "long_page": "page {number} has {count} characters",
        "deep_html": "the page is nested too deeply",
        "no_text_in_html": "no article text on this web page",
        # rows
        "no_row": "no row in this file",
        "no_object": "a row is an object with named fields, not {shown}",
        "repeated_id": 'line {line} repeats the id "{id}" of line {first}',
        "not_json": "none of the first {count} lines is JSON",
        "json_no_comma": "broken JSON: no comma after a row" + _NOTHING_AFTER,
        "json_at_line": "broken JSON: {said} at line {line}" + _NOTHING_AFTER,
        "json_at_column": "broken JSON: {said} at column {column}",
        "json_unusable_after": "unusable JSON: {said}" + _NOTHING_AFTER,
        "json_unusable": "unusable JSON: {said}",
        "many_cells": "{count} cells, but the header has {most}",
        "no_header": "no header line",
        "open_quote": "a quote is not closed by line {line}",
        "broken_csv": "broken CSV: {said}",
        "many_columns": "{count} columns; a table may have {most}",
        "column_twice": 'the column "{name}" is in the header twice',
        "no_text_column": "no text column; the header has {header}; "
        "say which with --field text=COLUMN",
        # fields
        "no_field": "no {name} (looked for {wanted}; the row has {there})",
        "field_kind": "the {name} is not text but {kind}",
        "text_kind": "the text is not a string but {kind}",
        "long_text": "the text has {count} characters; an article may have {most}",
        "empty_text": "the text is empty",
        "bad_date": 'cannot read the date "{shown}"; write it as 2025-07-16',
        "id_kind": "the id is not a string or whole number but {kind}",
        "long_id": "the id has {count} characters; at most {most} are kept",
        "id_controls": "the id {id} has control characters",
        # what index.ingest finds
        "no_text": '"{id}" has no text',
        "id_length": "an id has 1 to {most} characters",
        "half_characters": "text with halves of characters (lone surrogates)",
        "more_rejected": "{count} more rows or files were rejected",
    }
)

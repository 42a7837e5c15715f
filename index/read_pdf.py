"""The text of a PDF, page by page. Knows nothing of articles."""

import logging
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from index.decode import clean_text
from index.errors import BadInput
from index.read_options import Limits
from index.read_reasons import READ
from index.read_stream import read_bytes


def pdf_pages(path: Path, limits: Limits) -> Iterator[tuple[int, str]]:
    """Each page's number, from 1, and its text; empty for a page without any.

    Raises:
        BadInput: no PDF, locked by a password, damaged, or too large.
    """
    import pypdf

    # It prints its own remarks on a damaged file beside our one line.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    data = read_bytes(path, limits.pdf_bytes)
    if b"%PDF" not in data[:1024]:
        raise BadInput(READ.say("not_pdf"))
    try:
        reader = pypdf.PdfReader(BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
        count = 0 if locked else len(reader.pages)
    except Exception as error:  # pypdf lets any kind of error out of a damaged file
        raise BadInput(READ.say("damaged_pdf", said=error)) from error
    if locked:
        raise BadInput(READ.say("locked_pdf"))
    if count > limits.pdf_pages:
        raise BadInput(READ.say("many_pages", count=f"{count:,}", most=f"{limits.pdf_pages:,}"))
    for number in range(count):
        try:
            text = clean_text(reader.pages[number].extract_text())
        except Exception as error:  # as above
            raise BadInput(READ.say("damaged_page", number=number + 1, said=error)) from error
        if len(text) > limits.text_characters:
            raise BadInput(READ.say("long_page", number=number + 1, count=f"{len(text):,}"))
        yield number + 1, text.strip("\n")

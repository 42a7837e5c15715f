"""What went wrong, in the reader's language: the way of every error to the page. No markup.

An error is worded in English where it is raised, since the command line, the API and the log show
it too. Here its sentence is taken apart again and said in Chinese. That holds for a sentence that
was kept (a conversation of last week, a run that broke) and when the language is switched, too.
"""

import re

from desk.ingest_reasons import worded
from desk.told_answers import ANSWERS
from desk.told_archive import ARCHIVE
from desk.told_desk import DESK
from desk.told_details import PATTERNS, detail
from desk.told_eval import EVAL
from index.read_reasons import Reasons

# Where two fit, the first is meant: what is said of a file in general comes last.
SAID = {**ANSWERS, **DESK, **ARCHIVE, **EVAL}
_SENTENCES = Reasons({english: english for english in SAID}, PATTERNS)
# index.filters tells of each value that nothing here has, one sentence after the other.
_NEXT = re.compile(r"(?<=\.) (?=No (?:article here names a )?(?:paper|section|reporter)\b)")
_LONGEST = 50_000  # characters that are taken apart: 20 faults of a set with long values


def told(said: Exception | str, lang: str) -> str:
    """The message for the page; text, to be escaped where it becomes HTML.

    A sentence that is none of those known here stays as it is; tests/test_told.py sees to it that
    none that the page can reach is left out.

    >>> told("There is no set 'a.jsonl': reload the page.", "zh")
    '没有题集“a.jsonl”：请刷新页面。'
    """
    sentence = str(said)
    if lang == "en" or len(sentence) > _LONGEST:
        return sentence
    return "".join(_chinese(each) for each in _NEXT.split(sentence))


def _chinese(sentence: str) -> str:
    found = _SENTENCES.understand(sentence)
    if found is None:  # what is said of a file: a name and any reason would fit many of these
        return worded(sentence, "zh")
    english, fields = found
    return SAID[english].format(**{name: detail(name, text) for name, text in fields.items()})

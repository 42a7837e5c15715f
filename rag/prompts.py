"""Load the Markdown prompts and fill their placeholders. Knows nothing of what they say."""

from functools import cache
from importlib.resources import files
from string import Template

PLACEHOLDERS: dict[str, frozenset[str]] = {
    "answer.zh": frozenset(),
    "answer.en": frozenset(),
    "brief.zh": frozenset(),
    "brief.en": frozenset(),
    "retry.zh": frozenset({"problems"}),
    "retry.en": frozenset({"problems"}),
    "insist.zh": frozenset(),
    "insist.en": frozenset(),
    "translate": frozenset(),
    "followup": frozenset(),
    "entails": frozenset({"evidence", "claim"}),
    "question.zh": frozenset({"evidence", "question"}),
    "question.en": frozenset({"evidence", "question"}),
}


@cache
def prompt(name: str) -> Template:
    """The prompt ``prompts/<name>.md``, without its last line feed."""
    text = (files("prompts") / f"{name}.md").read_text(encoding="utf-8")
    return Template(text.rstrip("\n"))


def fill(name: str, **values: str) -> str:
    """The prompt with its placeholders filled.

    Values are not scanned again, so a ``$question`` inside an article stays text.

    Raises:
        KeyError: A placeholder has no value.
    """
    return prompt(name).substitute(values)

"""The prompts and the code that fills them agree."""

from pathlib import Path

import pytest

from eval import prompt_names
from rag import prompts
from rag.prompts import fill, prompt

ROOT = Path(__file__).parents[1]
PLACEHOLDERS = {**prompts.PLACEHOLDERS, **prompt_names.PLACEHOLDERS}


def test_every_prompt_file_is_known_and_every_known_prompt_is_a_file():
    assert {path.stem for path in (ROOT / "prompts").glob("*.md")} == set(PLACEHOLDERS)


@pytest.mark.parametrize("name", sorted(PLACEHOLDERS))
def test_placeholders_are_those_the_code_supplies(name):
    assert set(prompt(name).get_identifiers()) == PLACEHOLDERS[name]
    assert prompt(name).is_valid()


def test_a_placeholder_inside_a_value_stays_text():
    assert fill("question.zh", evidence="[1] $question", question="几亩？") == (
        "[1] $question\n问题：几亩？\n回答："
    )


def test_no_prompt_is_known_twice():
    assert not prompts.PLACEHOLDERS.keys() & prompt_names.PLACEHOLDERS.keys()


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError):
        fill("question.zh", evidence="x")

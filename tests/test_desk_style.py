"""The tabs' style sheets are one sheet in the browser: none may restyle what another has named."""

import re
from itertools import combinations

import pytest

from desk.archive_style import CSS_ARCHIVE
from desk.check_style import CSS_CHECK
from desk.eval_style import CSS_EVAL
from desk.talk_style import CSS_TALK

SHEETS = {"talk": CSS_TALK, "check": CSS_CHECK, "archive": CSS_ARCHIVE, "eval": CSS_EVAL}
# What is alike in both: a corrected article is told wherever it is cited.
SHARED = {"sy-corrected", "sy-hint"}


def opened(sheet):
    """Classes that begin a selector, so that the rule holds in every tab."""
    rules = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    selectors = (part for head in re.findall(r"([^{}]+)\{", rules) for part in head.split(","))
    return {found[1] for each in selectors if (found := re.match(r"\s*\.(sy-[\w-]+)", each))}


@pytest.mark.parametrize(("one", "other"), list(combinations(SHEETS, 2)))
def test_no_tab_restyles_a_class_of_another(one, other):
    assert opened(SHEETS[one]) & opened(SHEETS[other]) <= SHARED


def test_a_rule_that_holds_everywhere_is_found():
    assert opened(".sy-a, #sy-x .sy-b { color: red }\n@media x { .sy-c > p {} }") == {
        "sy-a", "sy-c",
    }  # fmt: skip

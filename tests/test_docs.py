"""Generated pages are fresh, the change log and the pins agree with pyproject.toml."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
]


def required():
    """What ``pip install -e '.[dev]'`` asks for by name."""
    lines = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    return [Requirement(line) for line in lines]


def test_generated_pages_are_fresh():
    pages = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").glob("*.md"))]
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "--diff", "README.md", *pages],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"run `make fix`:\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize(
    "wanted",
    # pip itself is upgraded before the pins are read.
    [wanted for wanted in required() if wanted.name != "pip"],
    ids=lambda wanted: wanted.name,
)
def test_a_requirement_is_pinned_within_its_bounds(wanted):
    pins = [pin for pin in PINS if canonicalize_name(pin.name) == canonicalize_name(wanted.name)]
    assert len(pins) == 1, f"pin {wanted.name} in constraints.txt"
    (version,) = pins[0].specifier
    assert wanted.specifier.contains(Version(version.version))


def test_pins_are_exact_plain_and_each_named_once():
    assert all(
        len(pin.specifier) == 1
        and next(iter(pin.specifier)).operator == "=="
        and "+" not in str(pin.specifier)
        and not pin.extras
        and pin.url is None
        for pin in PINS
    )
    names = [canonicalize_name(pin.name) for pin in PINS]
    assert len(names) == len(set(names))
    assert "suyuan" not in names


def test_the_change_log_leads_with_the_version_of_the_package():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[([^\]]+)\]", text, flags=re.MULTILINE)
    assert versions[0] == PROJECT["version"]
    kinds = re.findall(r"^### (.+)$", text, flags=re.MULTILINE)
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_log_s_entries_are_dated_newest_first():
    text = (ROOT / "docs" / "LOG.md").read_text(encoding="utf-8")
    days = re.findall(r"^## (\d{4}-\d{2}-\d{2}) · .+$", text, flags=re.MULTILINE)
    assert days
    assert days == sorted(days, reverse=True)


def test_the_notes_for_agents_are_short():
    assert len((ROOT / "AGENTS.md").read_text(encoding="utf-8").splitlines()) <= 20

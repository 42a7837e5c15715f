"""Generated pages are fresh, the change log agrees with pyproject.toml."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


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

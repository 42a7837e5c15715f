"""README cannot drift: its commands and settings exist, and its file tree is the real one."""

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

import pytest
import typer

import cli
from rag.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", ROOT / "AGENTS.md", *sorted((ROOT / "docs").glob("*.md"))]
}
COMMANDS = typer.main.get_command(cli.app)
LISTED_ONE_BY_ONE = ("index", "rag", "eval", "desk", "commands", "prompts", "docs")
# .gitignore, and what a run leaves behind
MADE_HERE = {"archive", "build", "dist", "runs", "__pycache__"}


def console_lines(program):
    """Every ``$ program …`` line of the console blocks."""
    return [
        line.removeprefix("$ ")
        for text in PAGES.values()
        for block in re.findall(r"^```console\n(.*?)^```$", text, flags=re.M | re.S)
        for line in block.splitlines()
        if line.startswith(f"$ {program} ")
    ]


def parse(line):
    """Parse a command line as the program would, without running it; raises on a bad one."""
    command, words = COMMANDS, shlex.split(line)[1:]
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    command.make_context(command.name, words)


def leaf_commands(group, path=("suyuan",)):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaf_commands(command, (*path, name))
        else:
            yield " ".join((*path, name))


@pytest.mark.parametrize("line", console_lines("suyuan"))
def test_a_printed_command_can_be_typed(line):
    parse(line)


@pytest.mark.parametrize("line", ["suyuan answer x", "suyuan ask x --jsn", "suyuan serve -p 1"])
def test_the_check_above_sees_a_wrong_command(line):
    with pytest.raises((KeyError, typer.TyperException)):
        parse(line)


def test_a_printed_make_target_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    asked = {word for line in console_lines("make") for word in line.split()[1:] if "=" not in word}
    assert {"demo", "test"} <= asked <= targets


@pytest.mark.parametrize("command", list(leaf_commands(COMMANDS)))
def test_every_command_is_described(command):
    assert any(command in text for text in PAGES.values())


def test_the_commands_for_the_first_five_minutes_are_in_the_readme():
    printed = " ".join(console_lines("suyuan"))
    for command in ("ingest", "ask", "chat", "serve", "doctor", "eval qa"):
        assert f"suyuan {command}" in printed


def test_every_setting_is_described_and_no_other():
    named = set(re.findall(r"SUYUAN_[A-Z_]*[A-Z]", "".join(PAGES.values())))
    assert named == {f"SUYUAN_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", PAGES[page])
    here = [link for link in links if not re.match(r"[a-z]+:", link)]
    missing = [link for link in here if not ((ROOT / page).parent / link).exists()]
    assert missing == []


# --- the file tree


def tree():
    """Patterns of the README's tree by folder; "" is the top level."""
    (block,) = re.findall(r"^## File tree\n+```text\n(.*?)^```$", README, flags=re.M | re.S)
    patterns = {"": []}
    room = ""
    for line in block.splitlines():
        names = re.split(r"\s{2,}", line.strip())[0].split()
        if line.startswith(" "):
            patterns[room] += names
        elif names[0].endswith("/"):
            room = names[0].rstrip("/")
            patterns[room] = []
        else:
            patterns[""] += names
    return patterns


def real_files(folder):
    return {
        path.name
        for path in (ROOT / folder).iterdir()
        if path.is_file()
        and path.suffix in (".py", ".md")
        and path.name != "__init__.py"
        and not path.name.startswith(".")
    }


def covered(names, patterns):
    return {name for name in names if any(fnmatch(name, pattern) for pattern in patterns)}


def test_every_name_in_the_tree_exists():
    missing = [
        f"{room}/{pattern}"
        for room, patterns in tree().items()
        for pattern in patterns
        if not list((ROOT / room).glob(pattern))
    ]
    assert missing == []


@pytest.mark.parametrize("room", LISTED_ONE_BY_ONE)
def test_every_source_file_of_a_room_is_in_the_tree(room):
    assert real_files(room) - covered(real_files(room), tree()[room]) == set()


def test_every_file_at_the_top_is_in_the_tree():
    at_top = {
        path.name
        for path in ROOT.iterdir()
        if path.is_file() and not path.name.startswith(".") and path.name not in MADE_HERE
    }
    assert at_top == set(tree()[""])


def test_every_room_is_in_the_tree():
    rooms = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir()
        and not path.name.startswith(".")
        and path.name not in MADE_HERE
        and not path.name.endswith(".egg-info")
        and any(file.is_file() for file in path.iterdir())
    }
    assert rooms == set(tree()) - {""}

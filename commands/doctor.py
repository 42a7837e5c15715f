"""``suyuan doctor``: what is installed and in force, and what is wrong."""

import os

import typer

from commands.engine import settings_for
from commands.options import ArchiveOption
from commands.output import say


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(doctor)


def doctor(archive: ArchiveOption = None) -> None:
    """Say what is installed, which models and archive are in force, and what is wrong."""
    from rag.doctor import examine

    lines, healthy = examine(settings_for(archive), environment=os.environ)
    for line in lines:
        say(line)
    if not healthy:
        raise typer.Exit(1)

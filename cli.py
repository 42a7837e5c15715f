"""The terminal face: the app, its commands, and how errors leave it."""

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from commands import (
    ask,
    backup,
    check,
    demo,
    doctor,
    history,
    ingest,
    mcp,
    migrate,
    models,
    qa,
    rebuild,
    remove,
    serve,
    users,
    verify,
    watch,
)
from commands import eval as scoring
from commands.output import complain
from index.errors import UserError


class _OneLineErrors(TyperGroup):
    """A UserError is one line on stderr and exit code 1; any other error keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except UserError as error:
            complain(str(error))
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            complain("stopped 已停止")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # The reader of our output (head, less) has gone; Python would complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(141) from None


app = typer.Typer(
    cls=_OneLineErrors,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    help="溯源 Suyuan: ask a news archive; every answer is traced to the sentence it came from.",
)
# The order of --help.
for command in (
    ingest,
    watch,
    ask,
    check,
    serve,
    users,
    mcp,
    demo,
    doctor,
    remove,
    history,
    rebuild,
    verify,
    backup,
    migrate,
    models,
    scoring,
    qa,
):
    command.register(app)


if __name__ == "__main__":
    app()

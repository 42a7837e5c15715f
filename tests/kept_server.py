"""The scripted page with history and feedback, and users told apart by a header; browser tests.

Run as ``python -m tests.kept_server LOG [--ingesting | PORT | PAUSE]`` it keeps both files beside
LOG, so that a second run finds what the first has left. PAUSE is the seconds between two pieces of
an answer, with a point. ``X-User`` stands for the login before the page.
"""

import asyncio
import sys
from pathlib import Path

from desk.auth_user import KEY, Role, User
from desk.guard import HEARTBEATS
from desk.history_place import DeskFiles
from desk.serve import address_of, listen, run
from tests.scripted_engine import EXAMPLES, ScriptedEngine


class Named:
    """Puts the user that the header names where the login leaves him."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send):
        named = dict(scope.get("headers", ())).get(b"x-user")
        if named is not None:
            scope = {**scope, KEY: User(named.decode(), Role.READER)}
        await self._app(scope, receive, send)


def _main(log: Path, flags: list[str]) -> None:
    from ui import build_ui

    files = DeskFiles(log.parent)
    history = files.open_history(lambda said: print(said, file=sys.stderr))  # noqa: T201

    async def build():
        return build_ui(
            ScriptedEngine(pause=float(flags[0]) if "." in "".join(flags) else 0.01, log=log),
            examples=EXAMPLES,
            history=history,
            feedback=files.feedback,
            ingesting=lambda: "--ingesting" in flags,
        )

    page = asyncio.run(build())
    from desk.page import application

    listener = listen("127.0.0.1", int(flags[0]) if flags and flags[0].isdigit() else 0)
    run(
        Named(application(page)),
        listener,
        ready=lambda: print(address_of(listener), flush=True),  # noqa: T201 - the test reads it
        closing=lambda: page.close(verbose=False),
        lasting=HEARTBEATS,
    )
    listener.close()


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2:])

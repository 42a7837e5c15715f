"""An MCP server for a client that starts it: ``python -m tests.mcp_scripted FOLDER``.

Over the archive in FOLDER with the fake encoder and a scripted LLM; a stray print on the way must
not reach the client.
"""

import os
import sys
from pathlib import Path

from desk.api_line import Line
from desk.mcp_server import mcp_server
from index.archive import Archive
from tests.fakes import FakeEncoder
from tests.scripted_llm import ScriptedLLM, engine_over


class _Chatty(ScriptedLLM):
    """Prints while it speaks, as a library may."""

    def stream_chat(self, messages, **options):
        print("stray print")  # noqa: T201 - the point
        os.write(1, b"stray write\n")
        return super().stream_chat(messages, **options)


def main() -> None:
    with_llm = _Chatty("贷款余额31250亿元[1]。")
    archive = Archive.open(Path(sys.argv[1]), FakeEncoder())
    mcp_server(lambda: engine_over(archive, with_llm).bounded(Line(1).bound)).run("stdio")


if __name__ == "__main__":
    main()

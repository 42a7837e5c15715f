"""The real desk behind a login, taking files in, over a small archive; for tests of the server.

Run as ``python -m tests.login_server LOG [--open]`` it makes an archive and two users (chen, an
admin, and wang, a reader) beside LOG, serves on a free port and prints the address; ``--open``
leaves the login out, ``--empty`` the articles.
"""

import sys
from pathlib import Path

from desk.api import api
from desk.api_line import Line
from desk.auth_hosts import Hosts, Proxies
from desk.auth_login import Login
from desk.auth_user import Role
from desk.auth_users import UsersFile, with_user, write_accounts
from desk.ingest_run import Intake
from index.archive import Archive
from index.first import begin_archive
from index.ingest import ingest_articles
from rag.engine import Engine
from tests.api_setup import ARTICLES
from tests.fakes import FakeTokenEncoder

ADMIN, READER = ("chen", "admin-password-1"), ("wang", "reader-password-1")
KEY = "key-0123456789abcdef"
MOST_BYTES = 2 * 2**20


def users_file(path: Path) -> UsersFile:
    """A file of an admin and a reader."""
    accounts = with_user(None, *ADMIN, Role.ADMIN)
    write_accounts(path, with_user(accounts, *READER, Role.READER))
    return UsersFile(path)


def intake_over(folder: Path, archive: Archive) -> Intake:
    """What takes files into ``archive``."""
    return Intake(folder, FakeTokenEncoder(), archive, most_bytes=MOST_BYTES)


def _main(log: Path, *, guarded: bool, filled: bool) -> None:
    import ui

    folder = log.parent / "archive"
    begin_archive(folder, FakeTokenEncoder(), command="suyuan serve")
    if filled:
        ingest_articles(folder, ARTICLES, FakeTokenEncoder())
    archive = Archive.open(folder, FakeTokenEncoder())
    engine = Engine(archive, FakeTokenEncoder()).bounded(Line(1).bound)
    intake = intake_over(folder, archive)
    login = None
    if guarded:
        users = users_file(log.parent / "users.json")
        login = Login(users, hosts=Hosts(addresses=True), proxies=Proxies(), key=KEY)
    ui.serve(
        engine,
        port=0,
        api=api(engine, intake=intake),
        intake=intake,
        login=login,
        on_ready=lambda url: print(url, flush=True),  # noqa: T201 - the test reads it
    )


if __name__ == "__main__":
    _main(Path(sys.argv[1]), guarded="--open" not in sys.argv, filled="--empty" not in sys.argv)

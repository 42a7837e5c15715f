"""``suyuan users``: who may sign in to ``suyuan serve``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.engine import settings_for
from commands.output import say
from index.errors import BadInput

if TYPE_CHECKING:
    from desk.auth_users import Accounts

FileOption = Annotated[
    Path | None, typer.Option("--file", help="The file of users (SUYUAN_AUTH_FILE).")
]
NameArgument = Annotated[str, typer.Argument(help="The user's name.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    group = typer.Typer(
        help="Users of suyuan serve: add, remove, list.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command()(add)
    group.command()(remove)
    group.command("list")(list_users)
    app.add_typer(group, name="users")


def add(
    name: NameArgument,
    role: Annotated[
        str, typer.Option(help="reader, or admin who also ingests and takes down.")
    ] = "reader",
    file: FileOption = None,
) -> None:
    """Add a user, or give one a new password and role; the password is asked for."""
    from desk.auth_user import Role
    from desk.auth_users import check_name, with_user, write_accounts

    if role not in list(Role):
        raise BadInput(f"--role is {role[:80]!r}; write reader or admin")
    path = _path(file)
    check_name(name)
    before = _read(path)
    password = typer.prompt("密码 Password", hide_input=True, confirmation_prompt="再输一次 Again")
    write_accounts(path, with_user(before, name, password, Role(role)))
    known = before is not None and name in before.users
    say(f"{'已更新 changed' if known else '已添加 added'}: {name} ({role}) · {path}")


def remove(name: NameArgument, file: FileOption = None) -> None:
    """Remove a user; his sessions end at once."""
    from desk.auth_users import read_accounts, without_user, write_accounts

    path = _path(file)
    write_accounts(path, without_user(read_accounts(path), name))
    say(f"已删除 removed: {name} · {path}")


def list_users(file: FileOption = None) -> None:
    """List the users and their roles."""
    from desk.auth_users import read_accounts

    for name, account in sorted(read_accounts(_path(file)).users.items()):
        say(f"{account.role:8}{name}")


def _path(file: Path | None) -> Path:
    path = file or settings_for(None).auth_file
    if path is None:
        raise BadInput("No file of users: set SUYUAN_AUTH_FILE, or give --file users.json")
    return path.expanduser()


def _read(path: Path) -> "Accounts | None":
    """What the file holds; None where there is none yet."""
    from desk.auth_users import read_accounts

    return read_accounts(path) if path.exists() else None

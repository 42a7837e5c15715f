"""Passwords, the file of users, and the command that keeps it."""

import hashlib
import json
import stat
import time

import pytest
from starlette.requests import Request
from typer.testing import CliRunner

from cli import app
from desk import auth_passwords
from desk.auth_passwords import check_password, hash_password, is_hash
from desk.auth_user import LOCAL, Role, User, is_admin, user_of
from desk.auth_users import (
    UsersFile,
    check_name,
    read_accounts,
    with_user,
    without_user,
    write_accounts,
)
from index.errors import BadInput

PASSWORD = "海州湾-correct-horse"


def test_a_password_is_known_by_its_hash_and_another_is_not():
    stored = hash_password(PASSWORD)
    assert PASSWORD not in stored
    assert check_password(PASSWORD, stored)
    assert not check_password(PASSWORD + " ", stored)
    assert not check_password("", stored)


def test_the_hash_is_scrypt_of_the_password_with_the_salt_it_names():
    _, n, r, p, salt, digest = hash_password(PASSWORD).split("$")
    raw = [auth_passwords.base64.b64decode(each) for each in (salt, digest)]
    again = hashlib.scrypt(
        PASSWORD.encode(), salt=raw[0], n=int(n), r=int(r), p=int(p), maxmem=2**28, dklen=32
    )
    assert (again, int(n) * int(p) >= 3 * 2**15) == (raw[1], True)


def test_the_same_password_of_two_users_has_two_hashes():
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_an_unknown_user_costs_a_guesser_as_much_time_as_a_known_one():
    stored = hash_password(PASSWORD)

    def seconds(known):
        start = time.thread_time()
        assert not check_password("wrong", known)
        return time.thread_time() - start

    known, unknown = (min(seconds(each) for _ in range(3)) for each in (stored, None))
    assert 0.5 < unknown / known < 2


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "scrypt$1$8$1$AA==$AA==",
        "plain",
        "scrypt$32768$8$99$" + "A" * 24 + "$" + "A" * 44,
        "$" * 5,
    ],
)
def test_what_is_no_hash_of_ours_lets_nobody_in(stored):
    assert not is_hash(stored)
    assert not check_password("", stored)


def test_the_file_is_its_owner_s_alone_and_replaced_at_once(tmp_path):
    path = tmp_path / "users.json"
    accounts = with_user(None, "chen", PASSWORD, Role.ADMIN)
    write_accounts(path, accounts)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSWORD not in path.read_text()
    assert read_accounts(path) == accounts
    assert [each.name for each in tmp_path.iterdir()] == ["users.json"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "users.json"
    write_accounts(path, with_user(None, "chen", PASSWORD, Role.ADMIN))
    before = path.read_text()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desk.auth_users.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_accounts(path, with_user(None, "wang", PASSWORD, Role.READER))
    assert path.read_text() == before
    assert [each.name for each in tmp_path.iterdir()] == ["users.json"]


def test_a_file_that_others_may_read_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "users.json"
    write_accounts(path, with_user(None, "chen", PASSWORD, Role.ADMIN))
    path.chmod(0o644)
    with pytest.raises(BadInput, match=f"chmod 600 {path}"):
        read_accounts(path)


@pytest.mark.parametrize(
    "held", ["", "[]", '{"key": "ab", "users": {}}', '{"users": {}}', "{" * 3000, "\xff"]
)
def test_a_file_of_something_else_is_refused(tmp_path, held):
    path = tmp_path / "users.json"
    path.touch(mode=0o600)
    path.write_text(held)
    with pytest.raises(BadInput, match="no file of users"):
        read_accounts(path)


def test_a_file_without_users_serves_nobody(tmp_path):
    path = tmp_path / "users.json"
    accounts = with_user(None, "chen", PASSWORD, Role.ADMIN)
    write_accounts(path, without_user(accounts, "chen"))
    with pytest.raises(BadInput, match="suyuan users add"):
        UsersFile(path)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\nb", "-x", "a" * 65, "<b>", "../x"])
def test_a_name_that_could_be_taken_for_another_is_refused(name):
    with pytest.raises(BadInput):
        check_name(name)


@pytest.mark.parametrize("name", ["chen", "陈晓", "a.b@c-d_1"])
def test_names_of_people_are_names(name):
    assert check_name(name) == name


def test_a_change_of_the_file_is_seen_without_a_restart(tmp_path):
    path = tmp_path / "users.json"
    accounts = with_user(None, "chen", PASSWORD, Role.ADMIN)
    write_accounts(path, with_user(accounts, "wang", PASSWORD, Role.READER))
    users = UsersFile(path)
    assert users.check("wang", PASSWORD) == User("wang", Role.READER)
    write_accounts(path, without_user(read_accounts(path), "wang"))
    assert users.user("wang") is None
    assert users.check("wang", PASSWORD) is None
    assert users.user("chen") == User("chen", Role.ADMIN)
    path.unlink()
    assert users.user("chen") is None


def test_without_a_login_the_local_user_is_an_admin():
    request = Request({"type": "http"})
    assert (user_of(request), is_admin(request)) == ("local", True)
    request.scope["suyuan.user"] = User("wang", Role.READER)
    assert (user_of(request), is_admin(request)) == ("wang", False)
    assert LOCAL.role is Role.ADMIN


# --- the command


def run(*arguments, **kwargs):
    return CliRunner().invoke(app, ["users", *arguments], **kwargs)


def test_users_are_added_listed_and_removed(tmp_path, monkeypatch):
    path = tmp_path / "users.json"
    monkeypatch.setenv("SUYUAN_AUTH_FILE", str(path))
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    added = run("add", "chen", "--role", "admin", input=typed)
    assert added.exit_code == 0, added.output
    assert PASSWORD not in added.output
    assert run("add", "wang", input=typed).exit_code == 0
    assert run("list").output == "admin   chen\nreader  wang\n"
    assert "changed" in run("add", "wang", "--role", "admin", input=typed).output
    assert run("remove", "chen").exit_code == 0
    assert run("list").output == "admin   wang\n"
    assert check_password(PASSWORD, json.loads(path.read_text())["users"]["wang"]["password"])


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (["add", "a b"], "", "no user name"),
        (["add", "wang", "--role", "root"], "", "write reader or admin"),
        (["add", "wang"], "short\nshort\n", "10 to 200 characters"),
        (["remove", "nobody"], "", "No users can be read"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(tmp_path, arguments, typed, said):
    path = tmp_path / "users.json"
    result = run(*arguments, "--file", str(path), input=typed)
    assert result.exit_code == 1
    assert said in result.output
    assert not path.exists()


def test_a_password_is_no_argument(tmp_path):
    result = run("add", "wang", "--password", PASSWORD, "--file", str(tmp_path / "u.json"))
    assert result.exit_code == 2


def test_without_a_file_the_setting_is_named(monkeypatch):
    monkeypatch.delenv("SUYUAN_AUTH_FILE", raising=False)
    result = run("list")
    assert (result.exit_code, "SUYUAN_AUTH_FILE" in result.output) == (1, True)

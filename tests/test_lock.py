import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.errors import ArchiveError, ArchiveLocked
from index.layout import Layout
from index.lock import hold_vectors_lock, hold_writer_lock, is_being_written

_ROOT = Path(__file__).parents[1]
_HOLD = """
import sys
from pathlib import Path
from index.lock import hold_writer_lock
with hold_writer_lock(Path(sys.argv[1]), command="suyuan ingest"):
    print("held", flush=True)
    sys.stdin.read()
"""


def _hold_in_another_process(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_writer_is_told_who_holds_the_archive(tmp_path):
    with _hold_in_another_process(tmp_path) as process:
        holder = json.loads(Layout(tmp_path).writer_lock.read_text())
        with (
            pytest.raises(ArchiveLocked) as caught,
            hold_writer_lock(tmp_path, command="suyuan rebuild"),
        ):
            pytest.fail("two writers")
        assert str(caught.value) == (
            f"{tmp_path} is being written by `suyuan ingest` (process {process.pid} on"
            f" {os.uname().nodename}, since {holder['since']})."
            " Wait until it ends, then run the command again."
        )
        assert is_being_written(tmp_path)
        process.communicate("")
    assert not is_being_written(tmp_path)


def test_a_killed_writer_leaves_no_lock_behind(tmp_path):
    with _hold_in_another_process(tmp_path) as process:
        process.kill()
    assert Layout(tmp_path).writer_lock.read_text() != ""
    with hold_writer_lock(tmp_path, command="suyuan ingest"):
        assert json.loads(Layout(tmp_path).writer_lock.read_text())["pid"] == os.getpid()


def test_one_process_is_no_two_writers_either(tmp_path):
    with (
        hold_writer_lock(tmp_path, command="suyuan ingest"),
        pytest.raises(ArchiveLocked),
        hold_writer_lock(tmp_path, command="suyuan ingest"),
    ):
        pytest.fail("two writers")


def test_a_folder_nobody_has_written_is_not_being_written(tmp_path):
    assert not is_being_written(tmp_path)


def test_queries_go_side_by_side_and_a_write_waits_for_them(tmp_path):
    order = []

    def write():
        with hold_vectors_lock(tmp_path, shared=False):
            order.append("write")

    with hold_vectors_lock(tmp_path, shared=True), hold_vectors_lock(tmp_path, shared=True):
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(0.1)
        order.append("query")
    writer.join(5)
    assert order == ["query", "write"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_folder_that_may_not_be_written_has_readers_only(tmp_path, monkeypatch, number):
    # as root, who may run the tests, permissions are not asked
    really_open = os.open

    def refuse(path, flags, *args):
        if flags & os.O_RDWR:
            raise OSError(number, os.strerror(number), str(path))
        return really_open(path, flags, *args)

    with hold_writer_lock(tmp_path, command="suyuan ingest"):  # makes the file
        pass
    monkeypatch.setattr(os, "open", refuse)
    told = f"{tmp_path} cannot be written: no permission"
    with (
        pytest.raises(ArchiveError, match=told),
        hold_writer_lock(tmp_path, command="suyuan ingest"),
    ):
        pytest.fail("a writer")
    with pytest.raises(ArchiveError, match=told), hold_vectors_lock(tmp_path, shared=True):
        pytest.fail("a lock without a file")
    Layout(tmp_path).vectors_lock.touch()
    Layout(tmp_path).vectors_gate.touch()
    with hold_vectors_lock(tmp_path, shared=True):
        pass

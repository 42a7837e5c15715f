"""Who finds the archive locked is told who holds it: the server, or the command beside it."""

import json
import os
import threading

import pytest

from desk.ingest_desk import IngestDesk
from desk.ingest_run import Intake
from index.archive import Archive
from index.errors import ArchiveLocked
from index.ingest import IngestOptions, ingest_articles
from index.layout import Layout
from index.lock import hold_writer_lock
from index.read_options import ReadOptions
from index.takedown import take_down
from tests.api_setup import ARTICLES, wait_for
from tests.fakes import FakeTokenEncoder


class Gated(FakeTokenEncoder):
    """An encoder that waits to be told, so that a writer holds its lock for as long."""

    def __init__(self):
        super().__init__()
        self.begun, self.go = threading.Event(), threading.Event()

    def encode_passage_tokens(self, texts):
        self.begun.set()
        assert self.go.wait(10)
        return super().encode_passage_tokens(texts)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "archive"
    ingest_articles(folder, ARTICLES, FakeTokenEncoder())
    return folder


def staged(intake, user="chen"):
    data = "# 跨海隧道贯通\n\n海州跨海隧道7月18日贯通。\n".encode()
    arriving = intake.staging.begin(user, "page.md", len(data))
    arriving.write(data)
    return arriving.done()


def refusal(folder):
    """What another writer is told, and what it is told of the holder."""
    with pytest.raises(ArchiveLocked) as caught, hold_writer_lock(folder, command="suyuan rebuild"):
        pytest.fail("two writers")
    return str(caught.value), caught.value.holder


def test_an_ingest_inside_the_server_is_the_server_s(folder):
    encoder, archive = Gated(), Archive.open(folder, FakeTokenEncoder())
    intake = Intake(folder, encoder, archive, most_bytes=2**20)
    try:
        intake.start("chen", [staged(intake)], ReadOptions())
        assert encoder.begun.wait(10)
        said, holder = refusal(folder)
        assert (holder.command, holder.pid) == ("suyuan serve", os.getpid())
        assert f"`suyuan serve` (process {os.getpid()} on" in said
        encoder.go.set()
        wait_for(lambda: not intake.job().running)
    finally:
        encoder.go.set()
        intake.close()
        archive.close()


def test_an_ingest_says_the_command_it_was_given(folder):
    encoder = Gated()
    changed = [ARTICLES[0].__class__(id="new", title="新", body="新的一句。")]
    thread = threading.Thread(
        target=ingest_articles,
        args=(folder, changed, encoder),
        kwargs={"how": IngestOptions(command="suyuan watch")},
    )
    thread.start()
    assert encoder.begun.wait(10)
    assert refusal(folder)[1].command == "suyuan watch"
    encoder.go.set()
    thread.join()


def test_a_takedown_says_the_command_it_was_given(folder, monkeypatch):
    seen = []

    def finish(folder, catalog):
        seen.append(json.loads(Layout(folder).writer_lock.read_text())["command"])

    monkeypatch.setattr("index.takedown.finish_erasing", finish)
    take_down(folder, [ARTICLES[0].id], command="suyuan serve")
    take_down(folder, [ARTICLES[1].id])
    assert seen == ["suyuan serve", "suyuan remove"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "suyuan ingest（{host} 上的进程 {pid}，从 {since} 起）正在写入资料库"),
        ("en", "suyuan ingest (process {pid} on {host}, since {since}) is writing to the archive"),
    ],
)
def test_the_page_names_the_other_process_in_its_language(folder, lang, said):
    archive = Archive.open(folder, FakeTokenEncoder())
    intake = Intake(folder, FakeTokenEncoder(), archive, most_bytes=2**20)
    desk = IngestDesk(intake)
    token = staged(intake)
    with hold_writer_lock(folder, command="suyuan ingest"):
        holder = json.loads(Layout(folder).writer_lock.read_text())
        job, panel = desk.start("chen", {"tokens": [token]}, lang)
        taken = desk.take_down("chen", ARTICLES[0].id, "题", "", lang)
    said = said.format(**holder | {"since": holder["since"][11:16]})
    assert job is None
    assert said in panel
    assert not taken.gone
    assert said in taken.said
    archive.close()


def test_a_holder_that_has_not_written_its_name_is_another_program(folder):
    archive = Archive.open(folder, FakeTokenEncoder())
    intake = Intake(folder, FakeTokenEncoder(), archive, most_bytes=2**20)
    token = staged(intake)
    with hold_writer_lock(folder, command="suyuan ingest"):
        Layout(folder).writer_lock.write_text("")
        _, panel = IngestDesk(intake).start("chen", {"tokens": [token]}, "zh")
    assert "另一个程序正在写入资料库" in panel
    archive.close()

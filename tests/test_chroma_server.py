import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from index.archive import Archive
from index.backup import backup, restore
from index.catalog import catalog_of
from index.errors import ArchiveDamaged, ArchiveError, BadInput
from index.ingest import ingest_articles
from index.integrity import verify_archive
from index.layout import Layout
from index.repair import repair_archive
from index.takedown import take_down
from index.types import Article
from index.vectors_place import ServerPlace, parse_address, written_place
from index.vectors_server import ServerUnreachable, drop_collection, open_vectors
from tests.archive_contents import files_with, text_needles, vector_needles
from tests.chroma_server import free_port, running, told, vacuum
from tests.fakes import FakeTokenEncoder, made_up_articles

_ROOT = Path(__file__).parents[1]
_ENCODER = FakeTokenEncoder()
_QUESTIONS = ("青岛港口货运", "烟台地铁建设第9期", "图书馆")
_READER = """
import sys
from pathlib import Path
from index.archive import Archive
from tests.fakes import FakeTokenEncoder
encoder = FakeTokenEncoder()
archive = Archive.open(Path(sys.argv[1]), encoder)
vector = encoder.encode_queries(["港口"])[0]
for _ in sys.stdin:
    archive.refresh()
    print(len(archive.search_vector(vector, top_k=100)), flush=True)
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with running(tmp_path_factory.mktemp("chroma"), free_port()) as address:
        yield address


@pytest.fixture
def on_server(tmp_path, url):
    with told(url):
        ingest_articles(tmp_path / "a", made_up_articles(30), _ENCODER)
        yield tmp_path / "a"


def _place(folder: Path) -> ServerPlace:
    with closing(catalog_of(folder)) as catalog:
        place = written_place(catalog)
    assert place is not None
    return place


def _held(folder: Path):
    return open_vectors(folder, _place(folder), encoder=_ENCODER.name, dimension=_ENCODER.dimension)


def _found(folder: Path):
    """Ids with scores; Chroma scales vectors anew when they are copied, hence to five digits."""
    with closing(Archive.open(folder, _ENCODER)) as archive:
        return [
            {
                hit.chunk.id: pytest.approx(hit.score, abs=1e-5)
                for hit in archive.search_vector(vector, top_k=10)
            }
            for vector in _ENCODER.encode_queries(_QUESTIONS)
        ]


def test_an_archive_on_a_server_finds_what_one_in_a_folder_finds(on_server, tmp_path, url):
    with told(""):
        ingest_articles(tmp_path / "b", made_up_articles(30), _ENCODER)
        expected = _found(tmp_path / "b")
        assert _found(on_server) == expected  # the catalog tells where, without the setting
    assert _found(on_server) == expected
    assert not Layout(on_server).vectors.exists()
    assert verify_archive(on_server).differences == ()


def test_readers_in_other_processes_see_what_an_ingest_adds_and_takes_away(on_server):
    command = [sys.executable, "-c", _READER, str(on_server)]
    readers = [
        subprocess.Popen(
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]

    def counts() -> list[int]:
        told_of = []
        for reader in readers:
            reader.stdin.write("look\n")
            reader.stdin.flush()
            told_of.append(int(reader.stdout.readline()))
        return told_of

    assert counts() == [30, 30]
    ingest_articles(on_server, made_up_articles(40), _ENCODER)
    assert counts() == [40, 40]
    take_down(on_server, ["n-0003", "n-0004"])
    assert counts() == [38, 38]
    for reader in readers:
        reader.communicate(timeout=30)
        assert reader.returncode == 0


def test_archives_on_one_server_do_not_mix(on_server, tmp_path):
    other = Article("n-0001", title="另一档案", body="同一编号，另一档案里的另一篇报道。")
    ingest_articles(tmp_path / "b", [other], _ENCODER)
    assert _place(tmp_path / "b").collection != _place(on_server).collection
    with closing(_held(tmp_path / "b")) as store:
        assert store.ids() == ["n-0001:1"]
    take_down(tmp_path / "b", ["n-0001"])
    assert verify_archive(on_server).differences == ()
    with closing(_held(on_server)) as store:
        assert "n-0001:1" in store.ids()


class _Answers(BaseHTTPRequestHandler):
    """A server that is not ours; ``status`` and ``text`` are what it says."""

    status, text, asked = 200, "", ""

    def do_GET(self):
        type(self).asked = self.headers.get("Authorization", "")
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.text.encode())

    def log_message(self, *args):
        pass


@pytest.mark.parametrize(
    ("status", "text", "says"),
    [
        (200, '"0.6.3"', r"is version 0\.6\.3; Suyuan needs 1\.x"),
        (200, "<html>hello</html>", r"is no Chroma server \(HTTP 200\)"),
        (404, "nothing", r"is no Chroma server \(HTTP 404\)"),
        (401, "who?", r"wants a login \(HTTP 401\)"),
    ],
)
def test_what_is_no_server_of_ours_is_told_in_one_line(tmp_path, status, text, says):
    handler = type("Handler", (_Answers,), {"status": status, "text": text})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever).start()
    address = f"http://reader:geheim@127.0.0.1:{server.server_port}"
    try:
        with told(address), pytest.raises(ServerUnreachable, match=says) as error:
            ingest_articles(tmp_path, made_up_articles(1), _ENCODER)
    finally:
        server.shutdown()
        server.server_close()
    assert handler.asked == "Basic cmVhZGVyOmdlaGVpbQ=="  # reader:geheim
    assert "geheim" not in str(error.value)
    assert "\n" not in str(error.value)
    assert b"geheim" not in Layout(tmp_path).catalog.read_bytes()


def test_a_server_that_is_down_is_told_and_nothing_is_lost_when_it_is_back(tmp_path):
    port = free_port()
    with running(tmp_path / "data", port) as url, told(url):
        ingest_articles(tmp_path / "a", made_up_articles(10), _ENCODER)
        archive = Archive.open(tmp_path / "a", _ENCODER)
    vector = _ENCODER.encode_queries(["港口"])[0]
    down = rf"No Chroma server answers at {url}"
    for step in (
        lambda: archive.search_vector(vector, top_k=1),
        lambda: Archive.open(tmp_path / "a", _ENCODER),
        lambda: ingest_articles(tmp_path / "a", made_up_articles(12), _ENCODER),
        lambda: verify_archive(tmp_path / "a"),
        lambda: backup(tmp_path / "a", tmp_path / "copy"),
        lambda: take_down(tmp_path / "a", ["n-0001"]),
    ):
        with pytest.raises(ServerUnreachable, match=down):
            step()
    archive.close()
    with running(tmp_path / "data", port):
        report = ingest_articles(tmp_path / "a", made_up_articles(12), _ENCODER)
        assert (report.unchanged, report.new, report.taken_down) == (9, 2, ("n-0001",))
        assert verify_archive(tmp_path / "a").differences == ()
        assert len(_found(tmp_path / "a")[0]) == 10


def test_the_wrong_server_and_the_wrong_encoder_are_told(on_server, tmp_path):
    with closing(_held(on_server)):
        pass
    with pytest.raises(ArchiveDamaged, match=r"vectors are by fake-tokens-64, not other"):
        open_vectors(on_server, _place(on_server), encoder="other", dimension=64)
    with running(tmp_path / "data", free_port()) as another, told(another):
        for step in (
            lambda: Archive.open(on_server, _ENCODER),
            lambda: ingest_articles(on_server, made_up_articles(31), _ENCODER),
        ):
            with pytest.raises(ArchiveDamaged, match=rf"at {another} has no collection suyuan-"):
                step()
    # what could not be written waits in the catalog, and goes in where the server is the right one
    ingest_articles(on_server, made_up_articles(31), _ENCODER)
    assert verify_archive(on_server).differences == ()


def test_a_setting_that_means_another_place_than_the_archive_is_told(tmp_path, url):
    ingest_articles(tmp_path, made_up_articles(2), _ENCODER)
    with told(url):
        for step in (
            lambda: Archive.open(tmp_path, _ENCODER),
            lambda: ingest_articles(tmp_path, made_up_articles(2), _ENCODER),
        ):
            with pytest.raises(ArchiveError, match=r"suyuan migrate server; or unset SUYUAN_CHR"):
                step()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1:8000", "ftp://host", "http://", "http://h:x/", "http://a b/", "http://h/?q"],
)
def test_what_is_no_address_is_refused_without_showing_it(address):
    with pytest.raises(BadInput, match=r"^SUYUAN_CHROMA_URL is not an address such as http://"):
        parse_address(address)


def test_a_password_is_in_no_text_of_an_address():
    server = parse_address("https://ann:p%40ss@[::1]:8443/chroma/")
    assert server.url == "https://[::1]:8443/chroma"
    assert server.headers == {"Authorization": "Basic YW5uOnBAc3M="}  # ann:p@ss
    assert "p@ss" not in repr(server) + str(ServerPlace(server, "c"))
    assert server.login not in repr(server)


def test_each_difference_on_a_server_is_named_and_repaired(on_server):
    with closing(_held(on_server)) as store:
        rows, vectors = store.stored(["n-0002:1"])
        store.delete(["n-0001:1"])
        store.upsert([replace(rows[0], chunk_id="stray:1")], vectors)
        store.upsert([replace(rows[0], source="另一报")], vectors)
    found = verify_archive(on_server)
    assert [(each.store, each.what, each.examples) for each in found.differences] == [
        ("chroma", "missing", ("n-0001:1",)),
        ("chroma", "extra", ("stray:1",)),
        ("chroma", "of another day or paper", ("n-0002:1",)),
    ]
    before = _place(on_server)
    repair_archive(on_server, found, lambda: _ENCODER)
    assert verify_archive(on_server).differences == ()
    drop_collection(_place(on_server))
    assert "has no collection" in verify_archive(on_server).differences[0].what
    repair_archive(on_server, verify_archive(on_server), lambda: _ENCODER)
    assert verify_archive(on_server).differences == ()
    with pytest.raises(ArchiveDamaged, match=before.collection):
        open_vectors(on_server, before, encoder=_ENCODER.name, dimension=64)


def test_a_backup_is_whole_without_the_server_and_comes_back_into_a_folder(on_server, tmp_path):
    expected = _found(on_server)
    before = _place(on_server)
    backup(on_server, tmp_path / "copy")
    restore(tmp_path / "copy", tmp_path / "b")
    with told(""):
        assert _found(tmp_path / "b") == expected
    restore(tmp_path / "copy", on_server, force=True)
    with pytest.raises(ArchiveDamaged, match="has no collection"):  # nor is the old one kept
        open_vectors(on_server, before, encoder=_ENCODER.name, dimension=64)
    with told(""):
        assert _found(on_server) == expected


def test_a_backup_replaces_an_archive_whose_server_is_gone(tmp_path):
    folder = tmp_path / "a"
    with running(tmp_path / "data", free_port()) as url, told(url):
        ingest_articles(folder, made_up_articles(5), _ENCODER)
        backup(folder, tmp_path / "copy")
        take_down(folder, ["n-0001"])
    with told(""):
        report = restore(tmp_path / "copy", folder, force=True)
        assert report.taken_down == ("n-0001",)
        assert take_down(folder, ["n-0002"]).away
        assert ingest_articles(folder, made_up_articles(6), _ENCODER).new == 1
        assert verify_archive(folder).differences == ()


def test_after_a_takedown_a_server_keeps_what_only_its_operator_can_delete(tmp_path):
    # Chroma writes HNSW files from 1,000 vectors on: what is in them is what stays
    secret = Article("secret", title="枇杷街", body="枇杷街琉璃巷三号住户申请撤稿。")
    data, folder, port = tmp_path / "data", tmp_path / "a", free_port()
    with running(data, port) as url, told(url):
        articles = list(made_up_articles(1_100, sentences=1))
        ingest_articles(folder, [*articles[:500], secret, *articles[500:]], _ENCODER)
        with closing(_held(folder)) as store:
            vector = store.vectors(["secret:1"])["secret:1"]
        gone = vector_needles(vector) | text_needles(secret.body)
        report = take_down(folder, ["secret"])
        assert report.server == url
        assert files_with(folder, gone) == []
        with closing(_held(folder)) as store:
            assert store.count() == 1_100
            assert store.vectors(["secret:1"]) == {}
    assert files_with(data, text_needles(secret.body)) == []  # no text ever went there
    db = sqlite3.connect(data / "chroma.sqlite3")
    current = {row[0] for row in db.execute("SELECT id FROM segments")}
    db.close()
    left = {path.name for path in data.iterdir() if path.is_dir()} - current
    assert len(left) == 1  # of the collection that was deleted
    needles = vector_needles(vector) | {"id": b"secret:1"}
    where = {path.partition("/")[0] for _, path in files_with(data, needles)}
    assert where == {*left, "chroma.sqlite3"}
    # the operator's part, as docs/operations.md tells it
    for name in left:
        shutil.rmtree(data / name)
    vacuum(data)
    assert files_with(data, needles) == []
    with running(data, port), told(url):
        assert verify_archive(folder).differences == ()
        with closing(_held(folder)) as store:
            rows, vectors = store.stored([f"n-{n:04d}:1" for n in range(1_100)])
        texts = np.linalg.norm(vectors, axis=1)
        assert (len(rows), float(np.abs(texts - 1).max()) < 1e-3) == (1_100, True)

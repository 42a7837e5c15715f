import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import cli
from commands.progress import items_progress
from index.archive import Archive
from index.catalog import catalog_of
from index.errors import ArchiveDamaged, BadInput, NoArchive
from index.ingest import ingest_articles
from index.integrity import verify_archive
from index.layout import Layout
from index.meter import Progress
from index.migrate import Migration, migrate_to_folder, migrate_to_server
from index.takedown import take_down
from index.vectors_place import parse_address, written_place
from index.vectors_server import ServerUnreachable, open_vectors
from tests.chroma_server import free_port, running, told
from tests.fakes import FakeTokenEncoder, made_up_articles

_ROOT = Path(__file__).parents[1]
_ENCODER = FakeTokenEncoder()
_COUNT = 1_010  # three pages of a migration
_CUT_OFF = """
import sys, time
from pathlib import Path
from index.migrate import migrate_to_folder, migrate_to_server
from index.vectors_place import told_server, use_server
use_server(sys.argv[2])
def stop(progress):
    print(progress.done, flush=True)
    time.sleep(60)
if sys.argv[3] == "server":
    migrate_to_server(Path(sys.argv[1]), told_server(), progress=stop)
else:
    migrate_to_folder(Path(sys.argv[1]), progress=stop)
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with running(tmp_path_factory.mktemp("chroma"), free_port()) as address:
        yield address


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large") / "a"
    ingest_articles(folder, made_up_articles(_COUNT, sentences=1), _ENCODER)
    return folder


def _place(folder, key="vectors_place"):
    with closing(catalog_of(folder)) as catalog:
        return written_place(catalog, key)


def _rows(folder):
    """Rows with their vectors, by chunk; Chroma scales vectors anew when they are copied."""
    with closing(
        open_vectors(Layout(folder).vectors, _place(folder), encoder=_ENCODER.name, dimension=64)
    ) as store:
        rows, vectors = store.stored(store.ids())
    order = np.argsort([row.chunk_id for row in rows])
    return [rows[n] for n in order], vectors[order]


def _cut_off(folder, url, target):
    """Kill a migration when it has copied its first page."""
    command = [sys.executable, "-c", _CUT_OFF, str(folder), url, target]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "500\n"
        process.kill()
    assert process.returncode == -signal.SIGKILL


def test_there_and_back_cut_off_each_time_every_vector_is_there(large, tmp_path, url):
    folder = Path(shutil.copytree(large, tmp_path / "a"))
    rows, vectors = _rows(folder)
    reader = Archive.open(folder, _ENCODER)
    question = _ENCODER.encode_queries(["港口货运"])[0]
    before = [hit.chunk.id for hit in reader.search_vector(question, top_k=5)]
    _cut_off(folder, url, "server")
    assert _place(folder) is None  # nothing was switched
    done = migrate_to_server(folder, parse_address(url))
    assert done == Migration(_COUNT, _COUNT - 500)
    assert not Layout(folder).vectors.exists()
    _cut_off(folder, url, "folder")
    place = _place(folder)
    assert place is not None
    reader.refresh()
    assert [hit.chunk.id for hit in reader.search_vector(question, top_k=5)] == before
    assert migrate_to_folder(folder) == Migration(_COUNT, _COUNT - 500)
    reader.refresh()
    assert [hit.chunk.id for hit in reader.search_vector(question, top_k=5)] == before
    reader.close()
    after, copied = _rows(folder)
    assert after == rows
    assert np.abs(copied - vectors).max() < 1e-6
    with pytest.raises(ArchiveDamaged, match="has no collection"):
        open_vectors(folder, place, encoder=_ENCODER.name, dimension=64)
    assert verify_archive(folder).differences == ()


def test_what_changes_while_a_migration_is_cut_off_is_copied_anew(large, tmp_path, url):
    folder = Path(shutil.copytree(large, tmp_path / "a"))
    _cut_off(folder, url, "server")
    ingest_articles(folder, made_up_articles(100, sentences=1, edition=2), _ENCODER)
    done = migrate_to_server(folder, parse_address(url))
    assert done == Migration(_COUNT, _COUNT - 500 + 100)
    assert verify_archive(folder).differences == ()
    rows, vectors = _rows(folder)
    assert rows[50].chunk_id == "n-0050:1"
    with closing(catalog_of(folder)) as catalog:
        article = catalog.article("n-0050")
    fresh = _ENCODER.encode_passages([f"{article.headline}\n{article.body}"])[0]
    stale = next(a for a in made_up_articles(51, sentences=1, edition=1) if a.id == article.id)
    old = _ENCODER.encode_passages([f"{stale.headline}\n{stale.body}"])[0]
    assert vectors[50] @ fresh > vectors[50] @ old


def test_a_takedown_deletes_what_a_cut_off_migration_has_copied(large, tmp_path, url):
    folder = Path(shutil.copytree(large, tmp_path / "a"))
    _cut_off(folder, url, "server")
    copy = _place(folder, "vectors_migrating")
    take_down(folder, ["n-0001"])
    with pytest.raises(ArchiveDamaged, match="has no collection"):
        open_vectors(folder, copy, encoder=_ENCODER.name, dimension=64)
    assert migrate_to_server(folder, parse_address(url)) == Migration(_COUNT - 1, _COUNT - 1)


def test_a_server_that_is_gone_after_a_cut_off_migration_ends_no_writing(large, tmp_path):
    folder = Path(shutil.copytree(large, tmp_path / "a"))
    port = free_port()
    with running(tmp_path / "data", port) as url:
        _cut_off(folder, url, "server")
    copy = _place(folder, "vectors_migrating")
    command = ["remove", "n-0001", "--yes", "--archive", str(folder)]
    removed = CliRunner().invoke(cli.app, command, env={"SUYUAN_CHROMA_URL": ""})
    assert (removed.exit_code, removed.stdout) == (0, "已删除 Removed: 1 articles, 1 chunks\n")
    assert f"{url} 连不上，那里仍有一份向量和编号" in removed.stderr
    assert ingest_articles(folder, made_up_articles(3, sentences=1), _ENCODER).unchanged == 2
    assert verify_archive(folder).differences == ()
    with running(tmp_path / "data", port):
        open_vectors(folder, copy, encoder=_ENCODER.name, dimension=64).close()  # it is still there
        ingest_articles(folder, made_up_articles(3, sentences=1), _ENCODER)
        with pytest.raises(ArchiveDamaged, match="has no collection"):
            open_vectors(folder, copy, encoder=_ENCODER.name, dimension=64)


def test_a_migration_that_cannot_begin_says_why_and_changes_nothing(tmp_path, url):
    ingest_articles(tmp_path / "a", made_up_articles(3), _ENCODER)
    with pytest.raises(NoArchive):
        migrate_to_server(tmp_path / "none", parse_address(url))
    with pytest.raises(BadInput, match=r"are in its folder already: .*/a/chroma\.$"):
        migrate_to_folder(tmp_path / "a")
    nobody = parse_address(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ServerUnreachable, match=nobody.url):
        migrate_to_server(tmp_path / "a", nobody)
    assert _place(tmp_path / "a", "vectors_migrating") is None  # nothing waits for it
    assert verify_archive(tmp_path / "a").differences == ()
    migrate_to_server(tmp_path / "a", parse_address(url))
    with pytest.raises(BadInput, match=rf"on the Chroma server at {url} already"):
        migrate_to_server(tmp_path / "a", parse_address(url))


def test_progress_names_what_it_counts(tmp_path, url, monkeypatch, capsys):
    ingest_articles(tmp_path / "a", made_up_articles(4, sentences=1), _ENCODER)
    monkeypatch.setattr("commands.progress._SECONDS_BETWEEN_LINES", 0)
    with items_progress() as show:
        show(Progress(500, 1_000, "bytes", 3, 2.0, None))
        migrate_to_server(tmp_path / "a", parse_address(url), progress=show)
    first, second = capsys.readouterr().err.splitlines()
    assert first == "3 articles  2.0/s"
    assert second.startswith("4 vectors  ")  # copied, and not yet compared


def test_the_command_tells_where_the_vectors_are_and_what_to_do_next(tmp_path, url):
    folder = tmp_path / "a"
    ingest_articles(folder, made_up_articles(3), _ENCODER)

    def run(target: str, chroma_url: str):
        command = ["migrate", target, "--archive", str(folder)]
        return CliRunner().invoke(cli.app, command, env={"SUYUAN_CHROMA_URL": chroma_url})

    with told(""):
        unnamed = run("server", "")
        assert (unnamed.exit_code, unnamed.stderr) == (
            1,
            "No server is named. Set SUYUAN_CHROMA_URL, e.g. http://127.0.0.1:8000.\n",
        )
        wrong = run("server", "geheim@nowhere")
        assert wrong.stderr == (
            "SUYUAN_CHROMA_URL is not an address such as http://127.0.0.1:8000.\n"
        )
        there = run("server", url.replace("//", "//ann:geheim@"))
        assert (there.exit_code, there.stdout) == (
            0,
            f"已迁移 Migrated: 3 vectors are in {url}, all compared (3 copied now)\n",
        )
        back = run("folder", url)
        assert back.stdout == (
            f"已迁移 Migrated: 3 vectors are in {folder}, all compared (3 copied now)\n"
        )
        assert back.stderr == (
            "请取消设置 Now unset SUYUAN_CHROMA_URL: it names the server they have left.\n"
        )

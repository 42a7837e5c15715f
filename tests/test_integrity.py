import json
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from index.archive import Archive
from index.catalog_write import CatalogWriter
from index.errors import ArchiveDamaged, NoArchive
from index.hnsw_files import torn_graph
from index.ingest import ingest_articles
from index.integrity import Difference, verify_archive
from index.layout import Layout
from index.lexical import LexicalWriter
from index.repair import repair_archive
from index.vectors import VectorStore
from tests.archive_contents import contents
from tests.fakes import FakeTokenEncoder, made_up_articles

_ROOT = Path(__file__).parents[1]
_ENCODER = FakeTokenEncoder()
_CHUNKS = 40
_MANY = 1_100  # Chroma writes its HNSW files when it has taken 1,000 vectors


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folders = {}
    for count in (_CHUNKS, _MANY):
        folders[count] = tmp_path_factory.mktemp("sound") / "a"
        ingest_articles(folders[count], made_up_articles(count, sentences=1), _ENCODER)
    return folders


@pytest.fixture
def folder(sound, tmp_path):
    return Path(shutil.copytree(sound[_CHUNKS], tmp_path / "a"))


@pytest.fixture
def large(sound, tmp_path):
    return Path(shutil.copytree(sound[_MANY], tmp_path / "large"))


def test_a_sound_archive_has_no_differences(folder):
    before = contents(folder, _ENCODER)
    found = verify_archive(folder)
    assert (found.articles, found.chunks, found.differences) == (_CHUNKS, _CHUNKS, ())
    assert contents(folder, _ENCODER) == before
    with pytest.raises(NoArchive):
        verify_archive(folder / "nothing")


def test_each_difference_between_the_stores_is_named_and_repaired(folder):
    before = contents(folder, _ENCODER)
    store = VectorStore.create(Layout(folder).vectors, encoder=_ENCODER.name, dimension=64)
    rows, vectors = store.stored(["n-0003:1"])
    store.delete(["n-0001:1", "n-0002:1"])
    store.upsert([type(rows[0])("ghost:1", None, "")], vectors)
    store.upsert([type(rows[0])("n-0004:1", None, "别的报纸")], vectors)
    store.close()
    words = LexicalWriter.create(Layout(folder).lexical)
    words.delete(["n-0005:1"])
    words.commit()
    words.close()
    with sqlite3.connect(Layout(folder).tokens / "tokens.sqlite3") as db:
        db.execute("DELETE FROM chunk_tokens WHERE chunk_id = 'n-0006:1'")
    found = verify_archive(folder)
    assert found.differences == (
        Difference("chroma", "missing", 2, ("n-0001:1", "n-0002:1")),
        Difference("chroma", "extra", 1, ("ghost:1",)),
        Difference("chroma", "of another day or paper", 1, ("n-0004:1",)),
        Difference("lexical", "missing", 1, ("n-0005:1",)),
        Difference("tokens", "missing", 1, ("n-0006:1",)),
    )
    repair_archive(folder, found, lambda: _ENCODER)
    assert verify_archive(folder).differences == ()
    assert contents(folder, _ENCODER) == before


def test_the_lexical_index_alone_is_made_anew_without_an_encoder(folder):
    shutil.rmtree(Layout(folder).lexical)
    found = verify_archive(folder)
    assert [(each.store, each.what.split(":")[0]) for each in found.differences] == [
        ("lexical", "damaged")
    ]

    def no_encoder():
        raise AssertionError("nothing is to be encoded")

    repair_archive(folder, found, no_encoder)
    assert verify_archive(folder).differences == ()


def test_a_text_altered_behind_the_catalog_s_back_is_named_and_not_repaired(folder):
    with sqlite3.connect(Layout(folder).catalog) as db:
        db.execute("UPDATE articles SET body = body || '改' WHERE id = 'n-0007'")
    found = verify_archive(folder)
    what = "text that is not what its hash says"
    assert found.differences == (Difference("catalog", what, 1, ("n-0007",)),)
    with pytest.raises(ArchiveDamaged, match=r"suyuan restore BACKUP"):
        repair_archive(folder, found, lambda: _ENCODER)


def test_what_the_next_ingest_would_finish_is_named_and_finished(folder):
    catalog = CatalogWriter.open(Layout(folder).catalog)
    catalog.retire_articles(["n-0000"])
    catalog.close()
    found = verify_archive(folder)
    assert [(each.store, each.what, each.count) for each in found.differences] == [
        ("catalog", "to be taken out of the stores; the next ingest does it", 1),
        ("chroma", "extra", 1),
        ("lexical", "extra", 1),
        ("tokens", "extra", 1),
    ]
    repair_archive(folder, found, lambda: _ENCODER)
    assert verify_archive(folder).differences == ()


_OPEN = """
import sys
from pathlib import Path
from index.archive import Archive
from index.errors import ArchiveError
from tests.fakes import FakeTokenEncoder
encoder = FakeTokenEncoder()
try:
    archive = Archive.open(Path(sys.argv[1]), encoder)
    vector = encoder.encode_queries(["港口"])[0]
    archive.search_vector(vector, top_k=50)
    archive.search_words("港口", top_k=50)
    archive.tokens(archive._catalog.sample_chunks(2000))
except ArchiveError as error:
    print(error)
"""


def _harmed_files(folder: Path, name: str) -> list[Path]:
    files = [path for path in sorted((folder / name).rglob("*")) if path.stat().st_size > 200]
    return [path for path in files if path.is_file()]


def _truncate(path: Path, rng: random.Random) -> None:
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * rng.uniform(0.1, 0.9)))


def _flip(path: Path, rng: random.Random) -> None:
    """200 bits, spread over the file, its first and last bytes among them."""
    data = bytearray(path.read_bytes())
    for place in [2, len(data) - 3, *(rng.randrange(len(data)) for _ in range(198))]:
        data[place] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [_truncate, _flip])
@pytest.mark.parametrize("name", ["chroma", "lexical", "tokens"])
def test_harmed_files_are_named_at_the_start_and_rebuilt_and_no_process_dies(
    sound, tmp_path, name, harm
):
    count = _MANY if name == "chroma" else _CHUNKS
    folder = Path(shutil.copytree(sound[count], tmp_path / "a"))
    before = contents(folder, _ENCODER)
    rng = random.Random(f"{name} {harm.__name__}")
    for path in _harmed_files(folder, name):
        harm(path, rng)
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, str(folder)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"{folder}/{name}" in done.stdout
    assert "suyuan rebuild" in done.stdout
    found = verify_archive(folder)
    assert name in {each.store for each in found.differences}
    repair_archive(folder, found, lambda: _ENCODER)
    assert verify_archive(folder).differences == ()
    assert contents(folder, _ENCODER) == before


@pytest.mark.parametrize("name", ["data_level0.bin", "length.bin", "link_lists.bin", "header.bin"])
def test_a_torn_graph_is_seen_before_it_is_loaded(large, name):
    chroma = Layout(large).vectors
    assert torn_graph(chroma) == ""
    [path] = chroma.glob(f"*/{name}")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 3 // 4])
    assert name in torn_graph(chroma)
    if name == "data_level0.bin":
        # the first node's first link, behind its two bytes of count and two of flags
        path.write_bytes(whole[:4] + (10**9).to_bytes(4, "little") + whole[8:])
        assert torn_graph(chroma) == "data_level0.bin: a link leads nowhere"
        with pytest.raises(ArchiveDamaged, match=r"chroma cannot be read .*suyuan rebuild"):
            Archive.open(large, _ENCODER)


def test_a_harmed_catalog_is_named_with_the_way_back(folder):
    with Layout(folder).catalog.open("r+b") as file:
        file.seek(4_096)
        file.write(bytes(range(256)) * 64)
    with pytest.raises(ArchiveDamaged, match=r"catalog\.sqlite3 .*suyuan restore BACKUP"):
        repair_archive(folder, verify_archive(folder), lambda: _ENCODER)


def test_the_command_lists_differences_and_repairs(folder, monkeypatch):
    monkeypatch.setattr("rag.assemble.open_encoder", lambda settings: _ENCODER)
    monkeypatch.setenv("COLUMNS", "80")
    arguments = ["verify", "--archive", str(folder)]
    run = CliRunner().invoke(cli.app, arguments)
    assert (run.exit_code, run.stdout) == (0, "一致 Sound: 40 篇 articles, 40 chunks\n")
    with sqlite3.connect(Layout(folder).tokens / "tokens.sqlite3") as db:
        db.execute("DELETE FROM chunk_tokens WHERE chunk_id = 'n-0006:1'")
    run = CliRunner().invoke(cli.app, [*arguments, "--json"])
    assert run.exit_code == 1
    assert json.loads(run.stdout)["differences"] == [
        {"store": "tokens", "what": "missing", "count": 1, "examples": ["n-0006:1"]}
    ]
    run = CliRunner().invoke(cli.app, [*arguments, "--repair"])
    assert (run.exit_code, run.stdout) == (0, "一致 Sound: 40 篇 articles, 40 chunks\n")
    assert "tokens: 1 missing: n-0006:1" in run.stderr

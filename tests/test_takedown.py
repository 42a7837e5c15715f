import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import cli
from desk.history_place import DeskFiles
from index.archive import Archive
from index.catalog import Catalog
from index.chunk import chunk_article
from index.errors import ArchiveDamaged, ArchiveLocked, NoArchive
from index.ingest import IngestOptions, ingest_articles
from index.integrity import verify_archive
from index.layout import Layout
from index.lock import hold_writer_lock
from index.rebuild import rebuild
from index.removals import removals
from index.stores import prepare_chunks
from index.takedown import take_down
from index.types import Article
from rag.types import Status
from tests.archive_contents import contents, files_with, text_needles, vector_needles
from tests.fakes import FakeEncoder, FakeTokenEncoder, made_up_articles
from tests.scripted_engine import FOUND, answer
from tests.scripted_engine import done as told

_ROOT = Path(__file__).parents[1]
_TOKENS = FakeTokenEncoder()
_PLAIN = FakeEncoder()
# Characters that no other text here has, so that any of their pieces is theirs.
_KILLS = 4
_SECRET = "鹮鵎鸊鷉鸛鸻鹟鹡鹨鹪"
_FIRST = Article("secret", f"{_SECRET}目击", f"记者{_SECRET}曾住枇杷街九号。\n" * 40)
_SECOND = replace(_FIRST, title="更正", body=f"本报更正{_SECRET}一事。\n" * 3)


def _others(count: int) -> Iterator[Article]:
    return made_up_articles(count, sentences=1)


def _archive(folder: Path, encoder=_TOKENS, others: int = 12) -> Path:
    """The secret in an earlier version and a current one, among other articles."""
    ingest_articles(folder, [_FIRST, *_others(others)], encoder)
    ingest_articles(folder, [_SECOND], encoder)
    return folder


def _needles(folder: Path, encoder) -> dict[str, bytes]:
    """Pieces of the text, and of its vectors as they were given to Chroma and as it gives them."""
    vectors = {}
    for version, article in enumerate((_FIRST, _SECOND)):
        chunks = chunk_article(
            article, count_tokens=encoder.count_tokens, max_tokens=encoder.max_tokens
        )
        given = prepare_chunks(encoder, [(article, chunk) for chunk in chunks]).vectors
        vectors |= {f"{version}.{n}": vector for n, vector in enumerate(given)}
    for row, data in contents(folder, encoder)["vectors"]:
        if row.chunk_id.startswith("secret:"):
            vectors[row.chunk_id] = np.frombuffer(data, dtype="<f4")
    needles = text_needles(_SECRET)
    for name, vector in vectors.items():
        needles |= {f"{name} {key}": value for key, value in vector_needles(vector).items()}
    return needles


def _graph_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "chroma").glob("*/*.bin")}


@pytest.mark.parametrize("encoder", [_TOKENS, _PLAIN], ids=["tokens", "plain"])
def test_no_file_of_the_archive_holds_a_piece_of_what_was_taken_down(tmp_path, encoder):
    # Chroma writes its HNSW files when it has taken 1,000 vectors.
    folder = _archive(tmp_path / "a", encoder, others=1_100)
    needles = _needles(folder, encoder)
    held = files_with(folder, needles)
    # the search finds what there is to find: text in the catalog, vectors in Chroma's files
    assert {Path(path).name for _, path in held} >= {
        "catalog.sqlite3",
        "chroma.sqlite3",
        "data_level0.bin",
    }
    report = take_down(folder, ["secret", "n-0003", "nobody"], reason="法院裁定")
    assert (report.removed, report.missing) == (("secret", "n-0003"), ("nobody",))
    assert (report.chunks, report.already) == (2, ())  # one of each
    assert files_with(folder, needles) == []
    assert not list(folder.glob("*.new")) + list(folder.glob("*.old"))


def test_what_stays_is_searched_as_before(tmp_path):
    folder, whole = _archive(tmp_path / "a"), tmp_path / "whole"
    needles = _needles(folder, _TOKENS)
    ingest_articles(whole, _others(12), _TOKENS)
    archive = Archive.open(folder, _TOKENS)
    assert archive.search_words("枇杷街", top_k=5) == []  # only of the earlier version
    assert archive.search_words("更正", top_k=5)
    take_down(folder, ["secret"])
    graph = _graph_files(folder)
    archive.refresh()  # … in a process whose memory still holds what was deleted
    other = Archive.open(whole, _TOKENS)
    vector = _TOKENS.encode_queries(["港口货运"])[0]
    for one, two in (
        (archive.search_words("更正", top_k=5), []),
        (archive.search_words("港口", top_k=20), other.search_words("港口", top_k=20)),
        (archive.search_vector(vector, top_k=20), other.search_vector(vector, top_k=20)),
        (archive.tokens(["secret:1"]), {}),
        (archive.article("secret"), None),
        (archive.article("secret", 1), None),
    ):
        assert one == two
    archive.close()
    other.close()
    assert _graph_files(folder) == graph  # Chroma writes one that is empty anew, out of its memory
    assert files_with(folder, needles) == []
    kept, expected = contents(folder, _TOKENS), contents(whole, _TOKENS)
    assert {key for key in kept if kept[key] != expected[key]} <= {"removed", "vectors"}


def test_a_later_ingest_leaves_it_out_and_says_so_until_it_is_asked_for(tmp_path):
    folder = _archive(tmp_path / "a")
    take_down(folder, ["secret"], reason="法院裁定")
    changed = replace(_SECOND, body="又一个说法。")
    renamed = replace(_SECOND, id="other")  # the very text under another id
    for article in (_SECOND, changed, renamed):
        report = ingest_articles(folder, [*_others(12), article], _TOKENS)
        assert (report.taken_down, report.new, report.changed) == ((article.id,), 0, 0)
        assert report.unchanged == 12
    catalog = Catalog.open(Layout(folder).catalog)
    assert [(each.article_id, each.reason) for each in removals(catalog)] == [
        ("secret", "法院裁定")
    ]
    catalog.close()
    options = IngestOptions(restore_removed=True)
    report = ingest_articles(folder, [_SECOND], _TOKENS, how=options)
    assert (report.new, report.taken_down) == (1, ())
    assert ingest_articles(folder, [changed], _TOKENS).changed == 1  # and it is not out any more


def test_all_articles_can_be_taken_down(tmp_path):
    ingest_articles(tmp_path, made_up_articles(3), _TOKENS)
    assert len(take_down(tmp_path, [f"n-{n:04d}" for n in range(3)]).removed) == 3
    archive = Archive.open(tmp_path, _TOKENS)
    assert archive.search_vector(_TOKENS.encode_queries(["港口"])[0], top_k=5) == []
    assert archive.search_words("港口", top_k=5) == []
    archive.close()
    ingest_articles(tmp_path, [_FIRST], _TOKENS)
    assert contents(tmp_path, _TOKENS)["lexical id"] == [(f"secret:{n}", 1) for n in (1, 2, 3, 4)]


def test_a_damaged_archive_that_is_emptied_is_rebuilt(tmp_path):
    ingest_articles(tmp_path, [_FIRST], _TOKENS)
    database = Layout(tmp_path).vectors / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[:5_000])
    with pytest.raises(ArchiveDamaged, match="suyuan rebuild"):
        take_down(tmp_path, ["secret"])
    assert rebuild(tmp_path, _TOKENS) == 0
    found = verify_archive(tmp_path)
    assert (found.articles, found.differences) == (0, ())
    assert ingest_articles(tmp_path, made_up_articles(2), _TOKENS).new == 2


def test_a_takedown_needs_an_archive_that_nobody_writes(tmp_path):
    with pytest.raises(NoArchive, match=r"No archive at .*nowhere"):
        take_down(tmp_path / "nowhere", ["x"])
    _archive(tmp_path / "a")
    with hold_writer_lock(tmp_path / "a", command="suyuan ingest"), pytest.raises(ArchiveLocked):
        take_down(tmp_path / "a", ["secret"])


def test_a_store_that_cannot_be_copied_is_named_and_the_rebuild_erases(tmp_path):
    folder = _archive(tmp_path / "a")
    needles = _needles(folder, _TOKENS)
    database = Layout(folder).vectors / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[:5_000])
    with pytest.raises(ArchiveDamaged, match=r"chroma cannot be read .* suyuan rebuild"):
        take_down(folder, ["secret"])
    # in a process of its own, as the command is: the memory of this one holds the vectors
    subprocess.run([sys.executable, "-c", _REBUILD, str(folder)], cwd=_ROOT, check=True)
    assert files_with(folder, needles) == []
    assert take_down(folder, ["secret"]).already == ("secret",)


def test_the_command_shows_what_goes_asks_and_names_what_is_not_there(tmp_path):
    folder = _archive(tmp_path / "a")

    def run(*arguments: str, answer: str = ""):
        command = ["remove", *arguments, "--archive", str(folder)]
        return CliRunner().invoke(cli.app, command, input=answer)

    asked = run("secret", answer="n\n")
    assert asked.exit_code == 1
    assert asked.stdout.splitlines()[0] == "  secret  -    更正"
    assert "secret" in {row[0] for row in contents(folder, _TOKENS)["articles"]}
    talks = DeskFiles(folder).open_history(print)
    shown = answer("更正", Status.ANSWERED, "x", evidence=(replace(FOUND[0], article_id="secret"),))
    talks.save("ann", None, (told("更正", shown),))
    done = run("secret", "nobody", "--yes", "--reason", "法院裁定")
    assert (done.exit_code, done.stdout) == (1, "已删除 Removed: 1 articles, 1 chunks\n")
    assert "restart a running suyuan serve" in done.stderr
    assert done.stderr.splitlines()[-1] == "Not in the archive: nobody. Are the ids right?"
    assert talks.listed("ann") == []
    again = run("secret", "--yes")
    assert again.exit_code == 0
    assert again.stdout == "已删除 Removed: 0 articles, 0 chunks; taken down before: secret\n"
    assert again.stderr == ""


_REBUILD = """
import sys
from pathlib import Path
from index.rebuild import rebuild
from tests.fakes import FakeTokenEncoder
rebuild(Path(sys.argv[1]), FakeTokenEncoder())
"""
_CHILD = """
import sys
from pathlib import Path
from index.takedown import take_down
print("go", flush=True)
take_down(Path(sys.argv[1]), ["secret"])
"""


def _take_down_in_another_process(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(folder)], cwd=_ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "go\n"
    return process


def test_a_takedown_killed_at_any_moment_is_completed_by_the_next_writer(tmp_path):
    base = _archive(tmp_path / "base")
    needles = _needles(base, _TOKENS)
    shutil.copytree(base, tmp_path / "whole")
    with _take_down_in_another_process(tmp_path / "whole") as process:
        started = time.monotonic()
    seconds = time.monotonic() - started
    assert process.returncode == 0
    expected = contents(tmp_path / "whole", _TOKENS)
    rng, cut = random.Random(20261123), 0
    for n in range(_KILLS):
        folder = tmp_path / f"killed-{n}"
        shutil.copytree(base, folder)
        with _take_down_in_another_process(folder) as process:
            time.sleep((n + rng.random()) / _KILLS * 0.9 * seconds)
            process.kill()
        cut += process.returncode == -signal.SIGKILL
        if n % 2:
            report = take_down(folder, ["secret"])
            assert report.removed + report.already == ("secret",)
        else:
            report = ingest_articles(folder, [_SECOND], _TOKENS)
            if report.unchanged:  # killed before it had begun
                continue
            assert report.taken_down == ("secret",)
        assert files_with(folder, needles) == []
        assert contents(folder, _TOKENS) == expected
    assert cut >= _KILLS - 1, "the kills came too late to test anything"

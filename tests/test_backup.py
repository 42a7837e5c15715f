import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive
from index.backup import backup, restore
from index.errors import ArchiveLocked, BadInput, NoArchive
from index.ingest import ingest_articles
from index.layout import Layout
from index.lock import hold_writer_lock
from index.takedown import take_down
from tests.archive_contents import contents
from tests.fakes import FakeEncoder, FakeTokenEncoder, made_up_articles

_ROOT = Path(__file__).parents[1]
_ENCODER = FakeTokenEncoder()
_BACKUP = """
import sys
from pathlib import Path
from index.backup import backup, restore
if sys.argv[1] == "backup":
    backup(Path(sys.argv[2]), Path(sys.argv[3]))
else:
    restore(Path(sys.argv[3]), Path(sys.argv[2]), force=True)
"""


def _elsewhere(what: str, folder: Path, copy: Path) -> None:
    command = [sys.executable, "-c", _BACKUP, what, str(folder), str(copy)]
    subprocess.run(command, cwd=_ROOT, check=True)


@pytest.mark.parametrize("encoder", [_ENCODER, FakeEncoder()], ids=["tokens", "plain"])
def test_a_backup_restored_elsewhere_is_the_same_archive(tmp_path, encoder):
    ingest_articles(tmp_path / "a", made_up_articles(20), encoder)
    made = backup(tmp_path / "a", tmp_path / "copy")
    assert made.articles == 20
    restore(tmp_path / "copy", tmp_path / "b")
    assert contents(tmp_path / "b", encoder) == contents(tmp_path / "a", encoder)
    Archive.open(tmp_path / "b", encoder).close()
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".partial")]


def test_who_reads_meanwhile_finds_the_same_and_then_what_was_restored(tmp_path):
    first = next(made_up_articles(1))
    ingest_articles(tmp_path / "a", made_up_articles(20), _ENCODER)
    archive = Archive.open(tmp_path / "a", _ENCODER)
    _elsewhere("backup", tmp_path / "a", tmp_path / "copy")
    assert archive.search_words("完成", top_k=5)
    later = replace(first, body="后来的改稿。")
    ingest_articles(
        tmp_path / "a", [later, replace(first, id="new", body="后来的新稿。")], _ENCODER
    )
    archive.refresh()
    assert archive.search_words("改稿", top_k=5)
    _elsewhere("restore", tmp_path / "a", tmp_path / "copy")
    archive.refresh()
    assert archive.article(first.id).body == first.body
    assert archive.article("new") is None
    assert archive.search_words("改稿 新稿", top_k=5) == []
    vector = _ENCODER.encode_queries([first.body])[0]
    assert archive.search_vector(vector, top_k=1)[0].chunk.article_id == first.id
    archive.close()
    assert ingest_articles(tmp_path / "a", [later], _ENCODER).changed == 1


def test_what_was_taken_down_stays_down_when_an_older_backup_comes_back(tmp_path):
    ingest_articles(tmp_path / "a", made_up_articles(5), _ENCODER)
    backup(tmp_path / "a", tmp_path / "copy")
    take_down(tmp_path / "a", ["n-0002"], reason="法院裁定")
    done = restore(tmp_path / "copy", tmp_path / "a", force=True)
    assert done.taken_down == ("n-0002",)
    assert [row[0] for row in contents(tmp_path / "a", _ENCODER)["removed"]] == ["n-0002"]
    assert ingest_articles(tmp_path / "a", made_up_articles(5), _ENCODER).taken_down == ("n-0002",)


def test_nothing_is_overwritten_unasked_and_no_damaged_backup_is_restored(tmp_path):
    with pytest.raises(NoArchive):
        backup(tmp_path / "a", tmp_path / "copy")
    ingest_articles(tmp_path / "a", made_up_articles(3), _ENCODER)
    with pytest.raises(BadInput, match=r"inside the archive"):
        backup(tmp_path / "a", tmp_path / "a" / "copy")
    with hold_writer_lock(tmp_path / "a", command="suyuan ingest"), pytest.raises(ArchiveLocked):
        backup(tmp_path / "a", tmp_path / "copy")
    backup(tmp_path / "a", tmp_path / "copy")
    with pytest.raises(BadInput, match=r"copy exists"):
        backup(tmp_path / "a", tmp_path / "copy")
    with pytest.raises(BadInput, match=r"has an archive already.*--force"):
        restore(tmp_path / "copy", tmp_path / "a")
    with pytest.raises(BadInput, match=r"is no backup"):
        restore(tmp_path / "a", tmp_path / "b")
    with (tmp_path / "copy" / "catalog.sqlite3").open("r+b") as file:
        file.seek(5_000)
        file.write(b"x")
    before = contents(tmp_path / "a", _ENCODER)
    with pytest.raises(BadInput, match=r"damaged: catalog\.sqlite3"):
        restore(tmp_path / "copy", tmp_path / "a", force=True)
    assert contents(tmp_path / "a", _ENCODER) == before


def test_a_catalog_that_is_no_database_any_more_is_replaced(tmp_path):
    ingest_articles(tmp_path / "a", made_up_articles(3), _ENCODER)
    before = contents(tmp_path / "a", _ENCODER)
    backup(tmp_path / "a", tmp_path / "copy")
    Layout(tmp_path / "a").catalog.write_bytes(b"nothing that SQLite wrote" * 999)
    restore(tmp_path / "copy", tmp_path / "a", force=True)
    assert contents(tmp_path / "a", _ENCODER) == before

"""Copy an archive while it is read, and put such a copy back while it is read.

A backup is a folder laid out as an archive, with ``backup.json``: what it is of, and the SHA-256
of each file. Nothing is half done: it is made under another name and renamed when it is whole.
"""

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.catalog import Catalog, no_archive
from index.catalog_write import CatalogWriter, count_batch, put_meta
from index.errors import BadInput, UserError
from index.layout import Layout
from index.lock import hold_vectors_lock, hold_writer_lock
from index.removals import Removal, removals
from index.swap import drop_unfinished, finish_swap
from index.takedown import take_down
from index.vectors import VectorStore
from index.vectors_copy import copy_pages
from index.vectors_place import PLACES, written_place
from index.vectors_server import open_vectors
from index.writer import full_disk_in_one_line, open_catalog

_MANIFEST = "backup.json"
_FORM = 1
_PAGE = 1_000  # vectors held in memory at a time
_COMMANDS = ("suyuan backup", "suyuan restore")


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was copied; ``taken_down`` are articles of an older backup that were left out again."""

    articles: int
    files: int
    size: int  # bytes
    taken_down: tuple[str, ...] = ()


def backup(folder: Path, target: Path) -> BackupReport:
    """Copy the catalog and its stores into a new folder; readers wait while Chroma is copied.

    Raises NoArchive, ArchiveLocked while an ingest runs, and BadInput for a target that exists.
    """
    if not Layout(folder).catalog.is_file():
        raise no_archive(folder)
    if target.exists():
        raise BadInput(f"{target} exists. Name a folder that does not, e.g. with today's date.")
    if target.absolute().is_relative_to(folder.absolute()):
        raise BadInput(f"{target} is inside the archive. Choose a folder beside it.")
    partial = target.with_name(f"{target.name}.partial")
    with full_disk_in_one_line(partial), open_catalog(folder, command=_COMMANDS[0]) as catalog:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        articles = catalog.coverage().articles
        with hold_vectors_lock(folder, shared=False):
            _copy(folder, partial)
            _fetch_collection(catalog, Layout(partial))
        files = {str(path.relative_to(partial)): _digest(path) for path in _files(partial)}
        size = sum(path.stat().st_size for path in _files(partial))
        manifest = {
            "form": _FORM,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "articles": articles,
            "files": files,
        }
        (partial / _MANIFEST).write_text(
            json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        partial.rename(target)
    return BackupReport(articles, len(files), size)


def restore(source: Path, folder: Path, *, force: bool = False) -> BackupReport:
    """Make ``folder`` the archive that was backed up; one that is open for reading follows.

    What was taken down since is taken down again: a tombstone outlives a backup.

    Raises:
        BadInput: ``source`` is no whole backup, or there is an archive and ``force`` is False.
        ArchiveLocked: an ingest is running.
    """
    manifest = _manifest(source)
    layout = Layout(folder)
    if layout.catalog.exists() and not force:
        raise BadInput(
            f"{folder} has an archive already. Restore into another folder, or replace it: --force."
        )
    with full_disk_in_one_line(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with hold_writer_lock(folder, command=_COMMANDS[1]):
            stones, generation, place = _state(layout.catalog)
            drop_unfinished(folder)
            _bring_stores(source, layout)
            ready = folder / "catalog.restored"
            ready.unlink(missing_ok=True)
            _make_ready(source, ready, generation, place)
            with hold_vectors_lock(folder, shared=False):
                _replace_catalog(ready, layout.catalog)
            ready.unlink()
            with closing(CatalogWriter.open(layout.catalog)) as catalog:
                finish_swap(folder, catalog)
    again = _take_down_again(folder, stones)
    files = manifest["files"]
    size = sum((source / name).stat().st_size for name in files)
    return BackupReport(int(manifest["articles"]), len(files), size, again)


def _copy(folder: Path, target: Path) -> None:
    for path in _files(folder):
        name = path.relative_to(folder)
        if name.parts[0].startswith(".") or path.name.endswith(("-wal", "-shm", "-journal")):
            continue
        if name.parts[0] == Layout(folder).vectors_migrated.name:
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".sqlite3":
            _copy_database(path, target / name)
        else:
            shutil.copyfile(path, target / name)
    for store in (Layout(target).tokens,):
        store.mkdir(exist_ok=True)  # empty where the encoder gives none


def _fetch_collection(catalog: Catalog, copied: Layout) -> None:
    """A backup is whole without a server: what one holds is copied into the backup's folder."""
    place = written_place(catalog)
    with closing(CatalogWriter.open(copied.catalog)) as backed_up:
        if place is not None:
            name, dimension = catalog.encoder
            with (
                closing(
                    open_vectors(copied.vectors, place, encoder=name, dimension=dimension)
                ) as held,
                closing(
                    VectorStore.create(copied.vectors, encoder=name, dimension=dimension)
                ) as copy,
            ):
                copy_pages(held, copy, backed_up.indexed_ids(page=_PAGE))
        backed_up.set_meta(**dict.fromkeys(PLACES, ""))


def _copy_database(source: Path, target: Path) -> None:
    """As of one moment, with what is still in its log."""
    with (
        closing(sqlite3.connect(source, timeout=10)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(source: Path) -> dict[str, Any]:
    path = source / _MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        files, form = dict(manifest["files"]), manifest["form"]
        int(manifest["articles"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{source} is no backup ({path.name}: {error}).") from error
    if form != _FORM:
        raise BadInput(f"{source} is a backup in form {form}; this Suyuan knows form {_FORM}.")
    for name, digest in files.items():
        inside = (source / name).resolve().is_relative_to(source.resolve())
        if not inside or not (source / name).is_file() or _digest(source / name) != digest:
            raise BadInput(f"{source} is damaged: {name} is not the file that was backed up.")
    return dict(manifest)


def _state(path: Path) -> tuple[list[Removal], int, str]:
    """What the archive that is there has taken down, its generation, and the collection it has.

    Nothing if it cannot be read.
    """
    if not path.exists():
        return [], 0, ""
    try:
        with closing(Catalog.open(path)) as catalog:
            return removals(catalog), catalog.generation, catalog.meta("vectors_place") or ""
    except (UserError, sqlite3.DatabaseError):
        return [], 0, ""


def _bring_stores(source: Path, layout: Layout) -> None:
    for name, built in (
        (layout.vectors.name, layout.vectors_built),
        (layout.lexical.name, layout.lexical_built),
        (layout.tokens.name, layout.tokens_built),
    ):
        if (source / name).exists():
            shutil.copytree(source / name, built)
        else:
            built.mkdir()
    decision = source / layout.decision.name
    if decision.exists():
        shutil.copyfile(decision, layout.decision)


def _make_ready(source: Path, ready: Path, generation: int, place: str) -> None:
    """The catalog as it will be: its stores to be swapped in, its generation beyond the old one.

    The collection that the archive had on a server is to be deleted.
    """
    _copy_database(Layout(source).catalog, ready)
    with closing(CatalogWriter.open(ready)) as catalog, catalog.transaction() as db:
        put_meta(db, {"swap": 1, "generation": max(generation, catalog.generation)})
        put_meta(db, {"vectors_retired": place})
        count_batch(db)


def _replace_catalog(ready: Path, path: Path) -> None:
    """In one transaction: a reader sees the old catalog or the restored one."""
    try:
        _copy_database(ready, path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        for ending in ("", "-wal", "-shm"):  # what is there is no database any more
            path.with_name(path.name + ending).unlink(missing_ok=True)
        _copy_database(ready, path)


def _take_down_again(folder: Path, stones: list[Removal]) -> tuple[str, ...]:
    with closing(Catalog.open(Layout(folder).catalog)) as catalog:
        known = {each.article_id for each in removals(catalog)}
    done: tuple[str, ...] = ()
    for reason in dict.fromkeys(stone.reason for stone in stones):
        ids = [s.article_id for s in stones if s.reason == reason and s.article_id not in known]
        if ids:
            done += take_down(folder, ids, reason=reason).removed
    return done

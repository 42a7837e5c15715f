"""Where an archive folder keeps its parts."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths inside one archive folder."""

    folder: Path

    @property
    def catalog(self) -> Path:
        """The source of truth (SQLite)."""
        return self.folder / "catalog.sqlite3"

    @property
    def vectors(self) -> Path:
        """The Chroma store; derived."""
        return self.folder / "chroma"

    @property
    def vectors_built(self) -> Path:
        """A Chroma store that a rebuild is still filling, or about to swap in."""
        return self.folder / "chroma.new"

    @property
    def vectors_retired(self) -> Path:
        """A Chroma store that a rebuild has replaced and will delete."""
        return self.folder / "chroma.old"

    @property
    def vectors_migrated(self) -> Path:
        """A Chroma store that a migration from a server is still filling."""
        return self.folder / "chroma.migrated"

    @property
    def lexical(self) -> Path:
        """The tantivy index; derived."""
        return self.folder / "lexical"

    @property
    def lexical_built(self) -> Path:
        """A tantivy index that is still being filled, or about to be swapped in."""
        return self.folder / "lexical.new"

    @property
    def lexical_retired(self) -> Path:
        """A tantivy index that was replaced and will be deleted."""
        return self.folder / "lexical.old"

    @property
    def tokens(self) -> Path:
        """The token vectors (SQLite); derived. Missing where the encoder gives none."""
        return self.folder / "tokens"

    @property
    def tokens_built(self) -> Path:
        """Token vectors that a rebuild is still filling, or about to swap in."""
        return self.folder / "tokens.new"

    @property
    def tokens_retired(self) -> Path:
        """Token vectors that a rebuild has replaced and will delete."""
        return self.folder / "tokens.old"

    @property
    def decision(self) -> Path:
        """When to say not found, fitted to this archive; missing where the packaged one is used."""
        return self.folder / "decision.json"

    @property
    def writer_lock(self) -> Path:
        """Held for a writer's whole life; says who holds it."""
        return self.folder / ".writer.lock"

    @property
    def vectors_lock(self) -> Path:
        """Held for single calls into the derived stores, by writers and readers alike."""
        return self.folder / ".chroma.lock"

    @property
    def vectors_gate(self) -> Path:
        """Passed on the way to ``vectors_lock``, so that waiting takes turns."""
        return self.folder / ".chroma.gate"

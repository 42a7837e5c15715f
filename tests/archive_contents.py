"""What an archive holds, looked at from outside: rows, and the bytes of its files."""

import sqlite3
import struct
from pathlib import Path

import numpy as np
import tantivy

from index.layout import Layout
from index.lexical import LexicalIndex
from index.vectors import VectorStore


def contents(folder: Path, encoder):
    """Everything an archive holds but times and counters: rows, vectors, words with counts."""
    layout = Layout(folder)
    db = sqlite3.connect(layout.catalog)
    columns = "id, version, title, body, content_hash, origin, position"
    tables = {
        "articles": db.execute(f"SELECT {columns} FROM articles ORDER BY id").fetchall(),
        "versions": db.execute(
            f"SELECT {columns} FROM article_versions ORDER BY id, version"
        ).fetchall(),
        "chunks": db.execute("SELECT * FROM chunks ORDER BY id").fetchall(),
        "withdrawn": db.execute("SELECT * FROM withdrawn").fetchall(),
        "links": db.execute("SELECT * FROM near_links ORDER BY id, other").fetchall(),
        "keys": db.execute(
            "SELECT id, key FROM near_articles JOIN near_keys USING (number) ORDER BY id, key"
        ).fetchall(),
        "removed": db.execute("SELECT id, content_hash FROM removed ORDER BY id").fetchall(),
    }
    db.close()
    store = VectorStore.open(layout.vectors, encoder=encoder.name, dimension=encoder.dimension)
    rows, vectors = store.stored(store.ids())
    order = sorted(range(len(rows)), key=lambda n: rows[n].chunk_id)
    tables["vectors"] = [(rows[n], vectors[n].tobytes()) for n in order]
    store.close()
    searcher = LexicalIndex.open(layout.lexical)._searcher
    for field in ("id", "title", "text", "grams", "periods", "source"):
        # with a query to count in, deleted chunks do not count
        terms = searcher.terms_with_prefix(field, "", tantivy.Query.all_query())
        tables[f"lexical {field}"] = sorted(terms)
    if (layout.tokens / "tokens.sqlite3").exists():
        db = sqlite3.connect(layout.tokens / "tokens.sqlite3")
        for table in ("meta", "chunk_tokens"):
            tables[f"tokens {table}"] = db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
        db.close()
    return tables


def files_with(folder: Path, needles: dict[str, bytes]) -> list[tuple[str, str]]:
    """Which needle stands in which file: (name of the needle, path inside the folder)."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            found += [
                (name, str(path.relative_to(folder)))
                for name, needle in needles.items()
                if needle in data
            ]
    return found


def text_needles(text: str, *, piece: int = 4) -> dict[str, bytes]:
    """A text as bytes: whole and in pieces, in the encodings that a store might use."""
    pieces = {text, *(text[at : at + piece] for at in range(0, len(text) - piece + 1, piece))}
    return {
        f"{part} in {encoding}": part.encode(encoding)
        for part in pieces
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
    } | {f"{part} in JSON": part.encode("ascii", "backslashreplace") for part in pieces}


def vector_needles(vector: np.ndarray, *, numbers: int = 4) -> dict[str, bytes]:
    """A vector as bytes: runs of its numbers as float32, little and big endian, and float64."""
    needles = {}
    for at in range(0, len(vector) - numbers + 1, numbers):
        run = [float(number) for number in vector[at : at + numbers]]
        for form in ("<{}f", ">{}f", "<{}d"):
            needles[f"{at} {form}"] = struct.pack(form.format(numbers), *run)
    return needles

"""How well near-duplicates are found when they come in, and at what cost; no encoder is loaded.

    .venv/bin/python benchmarks/near.py ../shared/bench/retrieval/crud/corpus.jsonl.gz

Copies are generated from the corpus by the edits that papers make to wire copy; each must be linked
to its original and to nothing that is not as near to the original. What the sketches miss is
counted by comparing a sample exactly with all. The time is of storing, sketching, comparing and
linking.
"""

import argparse
import gzip
import json
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from index.catalog_write import CatalogWriter
from index.likeness import are_copies, similarity, text_runs
from index.near import link_articles, sketch
from index.types import Article

_BATCH = 40
Edit = Callable[[str, random.Random], str]
_SENTENCE = re.compile(r"[^。！？]*[。！？]?")
_DIGITS = re.compile(r"\d+")


def _read(path: Path, most: int) -> list[Article]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for _, line in zip(range(most), lines, strict=False)]
    return [Article(row["id"], row["title"] or row["text"][:20], row["text"]) for row in rows]


def _lead(body: str, rng: random.Random) -> str:
    return "本报综合消息 据有关部门昨日通报，" + body


def _cut(body: str, rng: random.Random) -> str:
    sentences = [part for part in _SENTENCE.findall(body) if part]
    return "".join(sentences[: max(1, round(len(sentences) * 0.85))])


def _drop(body: str, rng: random.Random) -> str:
    sentences = [part for part in _SENTENCE.findall(body) if part]
    return "".join(part for part in sentences if rng.random() > 0.1) or body


def _words(share: float) -> Edit:
    def edit(body: str, rng: random.Random) -> str:
        letters = (
            "某" if not letter.isdigit() and rng.random() < share else letter for letter in body
        )
        return "".join(letters)

    return edit


def _next_month(body: str, rng: random.Random) -> str:
    return _DIGITS.sub(lambda found: str(int(found[0][:9]) + rng.randint(1, 9)), body)


_EDITS = {
    "new lead": _lead,
    "last 15 % cut": _cut,
    "1 sentence in 10 dropped": _drop,
    "1 % of characters": _words(0.01),
    "3 % of characters": _words(0.03),
}


def _store(catalog: CatalogWriter, articles: list[Article]) -> int:
    linked = 0
    for start in range(0, len(articles), _BATCH):
        batch = articles[start : start + _BATCH]
        sketched = [(article, sketch(article)) for article in batch]

        def link(db: object) -> None:
            nonlocal linked
            linked += link_articles(db, sketched)  # noqa: B023 - called before the next batch

        catalog.put_articles([(article, ()) for article in batch], then=link)
    return linked


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=300)
    options = parser.parse_args()
    rng = random.Random(20261123)
    articles = _read(options.corpus, options.articles)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.sqlite3"
        with closing(CatalogWriter.open(path)) as catalog:
            sketch(articles[0])  # loads the library
            started = time.process_time()
            linked = _store(catalog, articles)
            seconds = time.process_time() - started
            held = catalog.rows("SELECT id, other, similarity FROM near_links")
            size = catalog.rows("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%near_%'")[0][0]
            print(
                f"{options.corpus.parent.name}: {len(articles):,} articles,"
                f" {linked:,} near-duplicates, {len(held):,} links;"
                f" {1e3 * seconds / len(articles):.2f} ms of CPU and"
                f" {size / len(articles):,.0f} bytes an article,"
                f" {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB"
            )
            found = {frozenset(row[:2]) for row in held}
            sample = rng.sample([a for a in articles if len(a.body) >= 100], options.sample)
            exact = {
                frozenset((one.id, other.id))
                for other in articles  # outside: the runs of the sample stay in the cache
                for one in sample
                if one.id != other.id and are_copies(one, other)
            }
            print(
                f"exact pairs of {len(sample)} articles: {len(exact)}, linked {len(exact & found)}"
            )
            by_id = {article.id: article for article in articles}
            for name, edit in {**_EDITS, "other figures (no copy)": _next_month}.items():
                _edited(catalog, sample, by_id, name, edit, rng)


def _edited(
    catalog: CatalogWriter,
    sample: list[Article],
    by_id: dict[str, Article],
    name: str,
    edit: Edit,
    rng: random.Random,
) -> None:
    made = [replace(a, id=f"copy-{a.id}", body=edit(a.body, rng)) for a in sample]
    made = [c for c, a in zip(made, sample, strict=True) if c.body != a.body]
    _store(catalog, made)
    right = wrong = reached = 0
    likeness = []
    for copy in made:
        original = by_id[copy.id.removeprefix("copy-")]
        likeness.append(similarity(text_runs(copy), text_runs(original)))
        rows = catalog.rows(
            "SELECT id, other FROM near_links WHERE id = ?1 OR other = ?1", (copy.id,)
        )
        others = {row[0] if row[1] == copy.id else row[1] for row in rows}
        reached += original.id in others
        for other in others - {original.id}:
            as_near = other in by_id and are_copies(by_id[other], original)
            right += as_near
            wrong += not as_near
    likeness.sort()
    print(
        f"{name}: linked to its original {reached} of {len(made)};"
        f" to its original's own copies {right}, to others {wrong};"
        f" similarity p5 {likeness[len(likeness) // 20]:.2f},"
        f" median {likeness[len(likeness) // 2]:.2f}"
    )
    catalog.retire_articles([copy.id for copy in made])


if __name__ == "__main__":
    _main()

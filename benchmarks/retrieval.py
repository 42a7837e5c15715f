"""How right and how fast: our index beside stock LlamaIndex, one run, one corpus, one encoder.

Quality per type with 95 % intervals, latency from question to ranking (ours chooses its evidence
too), and ingestion rates. Both take each slice of the corpus and each question turn and turn about,
so a noisy machine disturbs both alike; rates are medians over slices, taken with both models warm
and one article in both stores. Left out of the rates are LlamaIndex's building of BM25 (ours has
its word index in them) and the fit of our projection, once an archive, which has a line of its own.
What is built stays in --work with its rates, and is used again until --fresh.

    make bench
    python benchmarks/retrieval.py --corpus CORPUS --queries QUERIES --limit-articles 1000
"""

import argparse
import gzip
import hashlib
import json
import shlex
import shutil
import statistics
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from llamaindex_peer import HAN_PATTERN, Peer

from commands.progress import count_progress
from eval.retrieval import WARM_UP, Find, Result, archive_search, ask, read_retrieval_queries
from eval.retrieval_queries import RetrievalQuery
from eval.retrieval_scores import (
    RetrievalScore,
    latency_line,
    score_ranking,
    summarise,
    summary_json,
    table_lines,
)
from eval.run_record import machine
from eval.summary import summary_head, write_summary
from index.archive import Archive
from index.calibration import calibration_texts, fit_encoder
from index.encoder import load_encoder
from index.errors import BadInput, UserError
from index.ingest import ingest_articles
from index.models import default_home, resolve_encoder
from index.read_options import ReadOptions
from index.readers import read_file
from index.types import Article, Encoder, Rejected, TokenEncoder
from rag.retrieve import Mode

_MODEL = "intfloat/multilingual-e5-small"
_SLICES = 6
_PASSAGE = 300  # characters: chunks of the two are of different length, so this is compared

Rates = dict[str, list[dict[str, float]]]


def main() -> None:
    """Build both, ask both, print the tables."""
    options = _options()
    queries = read_retrieval_queries(options.queries)
    articles = _articles(options.corpus, queries, options.limit_articles)
    home = default_home(None)
    encoder = load_encoder(_MODEL, home)
    folder = options.work / _name(articles)
    if options.fresh or not (folder / "rates.json").is_file():
        shutil.rmtree(folder, ignore_errors=True)  # the peer cannot go on where it broke off
    peer = Peer(folder / "llamaindex", Path(resolve_encoder(_MODEL, home)))
    fitting = _warm_up(encoder, peer)
    rates = _rates(folder, articles, encoder, peer)
    nodes = peer.split(articles)
    archive = Archive.open(folder / "archive", encoder)
    systems: dict[str, Find] = {
        "ours": archive_search(archive, encoder, mode=Mode.HYBRID, limit=6, articles=20),
        "LlamaIndex": peer.retriever(nodes),
        "LlamaIndex, BM25 by character": peer.retriever(nodes, token_pattern=HAN_PATTERN),
    }
    results = _ask_all(queries, systems)
    print(f"{options.corpus}: {len(articles)} articles, {len(queries)} queries, {encoder.name}")
    for name, found in results.items():
        _print_system(name, found)
    if options.summary:
        _keep_summary(options.summary, options.queries, len(articles), results, rates)
    _print_rates(rates)
    print(f"before the first article, once an archive, ours fits its projection: {fitting:.1f} s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--limit-articles", type=int, default=0, help="gold and tier 1 first")
    parser.add_argument("--work", type=Path, default=Path("runs/bench"))
    parser.add_argument("--summary", type=Path, help="keep the tables, for suyuan eval results")
    parser.add_argument("--fresh", action="store_true", help="build anew what --work holds")
    options = parser.parse_args()
    if options.limit_articles < 0:
        parser.error(f"--limit-articles is {options.limit_articles}; 0 takes all")
    return options


def _articles(corpus: Path, queries: Sequence[RetrievalQuery], limit: int) -> list[Article]:
    """The corpus in its order; with a limit all gold, then tier 1, then the rest, up to it."""
    items = list(read_file(corpus, ReadOptions()))
    articles = [item for item in items if isinstance(item, Article)]
    if not articles:
        reason = next((f" ({one.reason})" for one in items if isinstance(one, Rejected)), "")
        raise BadInput(f"The corpus {corpus} holds no article{reason}.")
    if len(articles) == 1:
        raise BadInput(f"The corpus {corpus} holds one article; rates need a second one.")
    if not limit:
        return articles
    gold = {key for query in queries for key in query.relevant}
    tiers = _tiers(corpus)
    order = sorted(articles, key=lambda one: (one.id not in gold, tiers.get(one.id, 2)))
    kept = {one.id for one in order[: max(limit, len(gold), 2)]}
    return [one for one in articles if one.id in kept]


def _tiers(corpus: Path) -> dict[str, int]:
    """The whole-number ``tier`` of rows that state one and an id; only JSON Lines can."""
    opened = gzip.open if corpus.suffix == ".gz" else open
    try:
        with opened(corpus, "rt", encoding="utf-8-sig") as file:
            rows = [json.loads(line) for line in file if line.strip()]
    except (OSError, EOFError, ValueError, zlib.error):
        print(f"{corpus} is not JSON Lines: it has no tiers, so gold comes first", file=sys.stderr)
        return {}
    stated = [row for row in rows if isinstance(row, dict) and "id" in row]
    return {str(row["id"]): row["tier"] for row in stated if isinstance(row.get("tier"), int)}


def _name(articles: Sequence[Article]) -> str:
    digest = hashlib.sha256("".join(f"{one.id} {one.content_hash}\n" for one in articles).encode())
    return f"{len(articles)}-{digest.hexdigest()[:8]}"


def _warm_up(encoder: Encoder, peer: Peer) -> float:
    """Let both models work once; returns the seconds that our projection takes to fit."""
    texts = calibration_texts()[:8]
    encoder.encode_passages(texts)
    peer.warm_up(texts)
    if not isinstance(encoder, TokenEncoder):
        return 0.0
    start = time.perf_counter()
    fit_encoder(encoder)
    return time.perf_counter() - start


def _rates(folder: Path, articles: Sequence[Article], encoder: Encoder, peer: Peer) -> Rates:
    """Ingest into both slice by slice; what is there already keeps the rates it was built at."""
    noted = folder / "rates.json"
    if noted.is_file():
        ingest_articles(folder / "archive", articles, encoder)  # brings an older layout up to date
        rates: Rates = json.loads(noted.read_text(encoding="utf-8"))
        return rates
    ingest: dict[str, Callable[[Sequence[Article]], int]] = {
        "ours": lambda part: ingest_articles(folder / "archive", part, encoder).chunks_written,
        "LlamaIndex": peer.ingest,
    }
    rates = {name: [] for name in ingest}
    for into in ingest.values():
        into(articles[:1])  # makes the stores: ours fits its projection on its first article
    rest = articles[1:]
    size = -(-len(rest) // _SLICES)
    for turn, start in enumerate(range(0, len(rest), size)):
        part = rest[start : start + size]
        for name in _turned(list(ingest), turn):
            rates[name].append(_timed(ingest[name], part))
        print(f"ingested {start + len(part)} of {len(rest)}", file=sys.stderr)
    noted.write_text(json.dumps(rates), encoding="utf-8")
    return rates


def _timed(ingest: Callable[[Sequence[Article]], int], part: Sequence[Article]) -> dict[str, float]:
    start = time.perf_counter()
    chunks = ingest(part)
    seconds = time.perf_counter() - start
    return {
        "articles": len(part) / seconds,
        "passages": sum(len(one.body) for one in part) / _PASSAGE / seconds,
        "chunks": chunks / seconds,
    }


def _ask_all(
    queries: Sequence[RetrievalQuery], systems: dict[str, Find]
) -> dict[str, list[Result]]:
    for query in queries[:WARM_UP]:
        for find in systems.values():
            find(query.question)
    results: dict[str, list[Result]] = {name: [] for name in systems}
    with count_progress(len(queries), "queries") as count:
        for turn, query in enumerate(queries):
            for name in _turned(list(systems), turn):
                results[name].append(ask(query, systems[name]))
            count()
    return results


def _turned(names: list[str], turn: int) -> list[str]:
    """Another one first every time: the second to work finds the caches warm."""
    first = turn % len(names)
    return names[first:] + names[:first]


def _keep_summary(
    out: Path, queries: Path, articles: int, results: dict[str, list[Result]], rates: Rates
) -> None:
    command = shlex.join(["python", *sys.argv])
    systems = {
        name: summary_json(summarise(_scores(name, found)), [one.seconds for one in found])
        for name, found in results.items()
    }
    head = summary_head("peer-retrieval", queries, command=command)
    head["made_with"] = {"articles": str(articles)}
    record = {"machine": machine()}
    write_summary({**head, "record": record, "systems": systems, "rates": rates}, out)


def _scores(name: str, results: Sequence[Result]) -> list[RetrievalScore]:
    return [
        score_ranking(
            one.query, one.ranked, [item.text for item in one.evidence] if name == "ours" else None
        )
        for one in results
        if one.query.judged
    ]


def _print_system(name: str, results: Sequence[Result]) -> None:
    print(f"\n{name}: {latency_line([one.seconds for one in results])}")
    print("\n".join(table_lines(summarise(_scores(name, results)))))


def _print_rates(rates: Rates) -> None:
    units = {"articles": "articles/s", "passages": f"{_PASSAGE} chars/s", "chunks": "chunks/s"}
    middle = {
        name: {unit: statistics.median(row[unit] for row in rows) for unit in units}
        for name, rows in rates.items()
    }
    print("\ningestion" + "".join(f"{head:>14}" for head in units.values()))
    for name, row in middle.items():
        print(f"{name:<10}" + "".join(f"{row[unit]:>13.1f} " for unit in units))
    ratios = [a / b for a, b in _pairs(rates)]
    print(
        f"ratio: {statistics.median(ratios):.2f}x articles and characters "
        f"(median of {len(ratios)} slices, {min(ratios):.2f}–{max(ratios):.2f})"
    )


def _pairs(rates: Rates) -> list[tuple[float, float]]:
    ours, theirs = ([row["articles"] for row in rates[name]] for name in ("ours", "LlamaIndex"))
    return list(zip(ours, theirs, strict=True))


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(str(error))

"""The tables of docs/scaling.md out of what ``scale.py measure`` wrote. Measures nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Result = Mapping[str, Any]
_STORES = ("catalog", "chroma", "lexical", "tokens")
_KILO = 1024


def table_lines(results: Sequence[Result]) -> list[str]:
    """Markdown, smallest archive first."""
    ordered = sorted(results, key=lambda each: each["size"]["chunks"])
    return [
        "### Disk\n",
        *_disk(ordered),
        "\n### Ingest\n",
        *_ingest(ordered),
        "\n### Search\n",
        *_search(ordered),
        "\n### What a search is made of\n",
        *_steps(ordered),
        "\n### Commands\n",
        *_commands(ordered),
    ]


def chunks_per_article(result: Result) -> float:
    """Of the made articles: the planted ones are short."""
    last = result["build"]["parts"][-1]
    return float(last["chunks"] / last["articles"])


def encode_cpu_per_chunk(result: Result) -> float:
    """CPU seconds of the encoder for one chunk."""
    encoding = result["build"]["encoding"]
    return float(encoding["cpu_seconds"] / encoding["passages"])


def write_cpu_per_chunk(result: Result) -> tuple[float, float]:
    """CPU seconds of reading, cutting and writing a chunk: of the first part, and of the last.

    The last is the last of at least half the first one's size: a rest of a few chunks says nothing.
    """
    before, found = 0, []
    for part in result["build"]["parts"]:
        found.append((part["chunks"] - before, part["cpu_seconds"]))
        before = part["chunks"]
    whole = [(chunks, seconds) for chunks, seconds in found if chunks >= found[0][0] / 2]
    (first, first_seconds), (last, last_seconds) = whole[0], whole[-1]
    return first_seconds / first, last_seconds / last


def bytes_per_chunk(result: Result, store: str) -> float | None:
    """None for token vectors that many chunks share."""
    if store == "tokens" and result["build"]["shared_tokens"]:
        return None
    return float(result["bytes"][store] / result["size"]["chunks"])


def _disk(results: Sequence[Result]) -> Iterator[str]:
    yield from _head("articles", "chunks", *(f"{store}, kB a chunk" for store in _STORES), "GB")
    for each in results:
        per_chunk = [bytes_per_chunk(each, store) for store in _STORES]
        total = sum(each["bytes"][store] for store in _STORES) / _KILO**3
        shown = f"{total:.2f}" + (" without tokens’ own" if None in per_chunk else "")
        yield _row(
            *_sizes(each),
            *("shared" if one is None else f"{one / _KILO:.2f}" for one in per_chunk),
            shown,
        )


def _ingest(results: Sequence[Result]) -> Iterator[str]:
    yield from _head(
        "articles", "chunks an article", "encoder, CPU ms a chunk",
        "the rest, CPU ms a chunk: first part", "last part", "CPU s an article, all",
        "unchanged, articles/s", "per CPU s",
    )  # fmt: skip
    for each in results:
        encode, (first, last) = encode_cpu_per_chunk(each), write_cpu_per_chunk(each)
        share = chunks_per_article(each)
        yield _row(
            f"{each['size']['articles']:,}",
            f"{share:.2f}",
            f"{1000 * encode:.1f}",
            f"{1000 * first:.2f}",
            f"{1000 * last:.2f}",
            f"{share * (encode + last):.3f}",
            f"{each['unchanged']['articles_per_second']:,}",
            f"{each['unchanged']['articles_per_cpu_second']:,}",
        )


def _search(results: Sequence[Result]) -> Iterator[str]:
    yield from _head(
        "chunks", "all: p50 / p95 ms", "a year", "a month", "tokens not in memory",
        "all, CPU ms p50", "open s", "memory MiB",
    )  # fmt: skip
    for each in results:
        found = each["search"]
        yield _row(
            f"{each['size']['chunks']:,}",
            *(_times(found["search"][name]) for name in ("all", "year", "month")),
            "–" if each["build"]["shared_tokens"] else _times(found["search_cold_tokens"]),
            f"{found['search']['all']['cpu_p50_ms']:.0f}",
            f"{found['open_seconds']:.1f}",
            f"{found['memory_own_mib']:,.0f}",
        )


def _steps(results: Sequence[Result]) -> Iterator[str]:
    names = list(results[-1]["search"]["steps"])
    yield from _head("chunks", *(f"{name}, ms" for name in names))
    for each in results:
        steps = each["search"]["steps"]
        yield _row(f"{each['size']['chunks']:,}", *(f"{steps[name]:.1f}" for name in names))


def _commands(results: Sequence[Result]) -> Iterator[str]:
    yield from _head(
        "chunks", "cold `suyuan ask`, s", "`serve` ready, s", "warm to evidence: p50 / p95 ms",
        "`serve` without LLM, MiB", "`serve` with bundled models, MiB", "load when measured",
    )  # fmt: skip
    for each in results:
        serve, bundled = each["serve"], each["serve_bundled"]
        yield _row(
            f"{each['size']['chunks']:,}",
            f"{each['ask_cold']['median_seconds']:.1f}",
            f"{serve['ready_seconds']:.1f}",
            _times(serve["evidence"]),
            f"{serve['memory_mib']['resident']:,.0f}",
            f"{bundled['memory_mib']['resident']:,.0f}" if bundled else "–",
            f"{each['machine']['load_at_start']:.1f}",
        )


def _sizes(result: Result) -> tuple[str, str]:
    return f"{result['size']['articles']:,}", f"{result['size']['chunks']:,}"


def _times(found: Mapping[str, float]) -> str:
    return f"{found['p50_ms']:.0f} / {found['p95_ms']:.0f}"


def _head(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield "|" + "---|" * len(names)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"

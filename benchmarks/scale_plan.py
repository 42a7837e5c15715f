"""Machine hours and prices of a much larger archive, from the measured cost of an article.

Arithmetic alone. What is not measured is a named assumption below: change it there, and
docs/scaling.md changes with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.scale_table import (
    bytes_per_chunk,
    chunks_per_article,
    encode_cpu_per_chunk,
    write_cpu_per_chunk,
)

# Assumptions, none of them measured here. Prices are of the order that large clouds ask on demand.
CORE_HOUR = 0.05  # dollars, of one core with 4 GiB of memory
GPU_HOUR = 2.50  # dollars, of one data-centre GPU
GPU_CHUNKS_PER_SECOND = 2_000  # of a 12-layer, 384-wide encoder at 230 tokens a chunk
SSD_GB_MONTH = 0.10  # dollars
MEMORY_GB_HOUR = 0.005  # dollars, of memory beyond the 4 GiB that come with a core
VECTORS_A_SHARD = 10_000_000  # of a Chroma query node
# Of memory, a vector of 384 numbers: itself, 32 links of its ground layer, ids; 2,156 MiB less the
# 90 of a small archive, over 1,000,610 (docs/scaling.md).
GRAPH_BYTES = 2_160
HOURS_A_MONTH = 730
_GB = 1_000**3


@dataclass(frozen=True, slots=True)
class Cost:
    """What one chunk costs, and how many an article has."""

    chunks_per_article: float
    encode_seconds: float  # of one core
    write_seconds: float
    bytes_by_store: Mapping[str, float]

    @classmethod
    def of(cls, results: Sequence[Mapping[str, Any]]) -> "Cost":
        """From the largest archive measured; token vectors from the largest that has its own."""
        ordered = sorted(results, key=lambda each: each["size"]["chunks"])
        largest = ordered[-1]
        own = [each for each in ordered if not each["build"]["shared_tokens"]]
        if not own:
            raise ValueError("no result with token vectors of its own")
        stores = {
            store: bytes_per_chunk(own[-1] if store == "tokens" else largest, store) or 0.0
            for store in ("catalog", "chroma", "lexical", "tokens")
        }
        return cls(
            chunks_per_article(largest),
            encode_cpu_per_chunk(largest),
            write_cpu_per_chunk(largest)[1],
            stores,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What an archive of so many articles needs."""

    chunks: float
    encode_core_hours: float
    encode_gpu_hours: float  # instead
    write_core_hours: float
    disk_gb: Mapping[str, float]
    graph_memory_gb: float
    shards: int

    @property
    def ingest_dollars(self) -> dict[str, float]:
        """Once: encoded on cores, or on GPUs."""
        write = self.write_core_hours * CORE_HOUR
        return {
            "cores": self.encode_core_hours * CORE_HOUR + write,
            "gpus": self.encode_gpu_hours * GPU_HOUR + write,
        }

    @property
    def monthly_dollars(self) -> dict[str, float]:
        """To keep it answering: disk, and the graphs in memory."""
        return {
            "disk": sum(self.disk_gb.values()) * SSD_GB_MONTH,
            "memory": self.graph_memory_gb * MEMORY_GB_HOUR * HOURS_A_MONTH,
        }


def plan(cost: Cost, articles: int) -> Plan:
    """Every cost grown in step with the chunks: nothing is shared, nothing gets cheaper."""
    chunks = articles * cost.chunks_per_article
    return Plan(
        chunks=chunks,
        encode_core_hours=chunks * cost.encode_seconds / 3600,
        encode_gpu_hours=chunks / GPU_CHUNKS_PER_SECOND / 3600,
        write_core_hours=chunks * cost.write_seconds / 3600,
        disk_gb={name: chunks * size / _GB for name, size in cost.bytes_by_store.items()},
        graph_memory_gb=chunks * GRAPH_BYTES / _GB,
        shards=-(-int(chunks) // VECTORS_A_SHARD),
    )


def plan_lines(results: Sequence[Mapping[str, Any]], articles: int) -> list[str]:
    """The plan as a Markdown table."""
    cost = Cost.of(results)
    needed = plan(cost, articles)
    dollars, monthly = needed.ingest_dollars, needed.monthly_dollars
    disk = ", ".join(f"{name} {size:,.0f}" for name, size in needed.disk_gb.items())
    rows = [
        ("chunks", f"{needed.chunks:,.0f}"),
        ("encoding, core hours", f"{needed.encode_core_hours:,.0f}"),
        ("or GPU hours (assumed rate)", f"{needed.encode_gpu_hours:,.0f}"),
        ("reading, cutting, writing, core hours", f"{needed.write_core_hours:,.0f}"),
        (
            "ingest once, dollars",
            f"{dollars['cores']:,.0f} on cores, {dollars['gpus']:,.0f} on GPUs",
        ),
        ("disk, GB", f"{disk}; {sum(needed.disk_gb.values()):,.0f} in all"),
        ("graphs in memory, GB", f"{needed.graph_memory_gb:,.0f}"),
        (f"shards of {VECTORS_A_SHARD:,} vectors", f"{needed.shards}"),
        ("disk, dollars a month", f"{monthly['disk']:,.0f}"),
        ("memory, dollars a month", f"{monthly['memory']:,.0f}"),
    ]
    return [f"| {articles:,} articles | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)]

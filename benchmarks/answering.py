"""From question to cited answer: ours beside stock LlamaIndex, one run, one corpus, one LLM.

Both have the same encoder weights, the same embedded server (one instance, one slot) and the same
limit of tokens for an answer, and take each question turn and turn about. Before each turn the
server is sent, untimed, the part of the prompt that never changes for the system whose turn it is:
so each finds its own fixed prompt in the prefix cache, as it would if it had the server to itself,
and nothing of its evidence (the server says so: 277 of ours and 164 of theirs came from the cache,
of 279 and 169 tokens sent). No timed question is asked before; the warm-up is another one.

Times are seconds to the evidence, to the first word that can be read, and to the end. An answer of
ours that needs no LLM shows its first word when it is whole. Stores stay in --work until --fresh.

    python benchmarks/answering.py --limit 20
    python benchmarks/answering.py --corpus CORPUS --queries QUERIES --limit-articles 600 --limit 60
"""

import argparse
import hashlib
import json
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from pydantic import SecretStr

from benchmarks.answering_run import Keep, Ours, System, Theirs, run_systems
from benchmarks.answering_scores import summarise, table_json, table_lines
from benchmarks.answering_sets import (
    SAMPLES_SET,
    choose_articles,
    read_articles,
    read_queries,
)
from eval.predict import Row, choose_items
from eval.run_record import machine
from eval.summary import summary_head
from eval.token_meter import token_meter
from index.errors import BadInput, UserError
from index.ingest import ingest_articles
from index.models import resolve_encoder
from index.types import Article, Encoder
from rag.assemble import find_endpoint, model_home, open_encoder, open_engine
from rag.llm import connect
from rag.settings import load_settings

if TYPE_CHECKING:
    from llama_index.core import VectorStoreIndex

_MODEL = "intfloat/multilingual-e5-small"  # the peer is set up for its prefixes and window
_ANSWER_TOKENS = 256  # as rag/conclude.py asks for; the peer would have no limit


def main() -> None:
    """Build both, ask both, print the table."""
    options = _options()
    queries = read_queries(options.queries)
    articles = choose_articles(
        read_articles(options.corpus), queries, limit=options.limit_articles, seed=options.seed
    )
    chosen = choose_items(queries, limit=options.limit, seed=options.seed)
    with _row_file(options.out) as keep, token_meter(estimates=True) as meter:
        systems, made_with = _open_systems(articles, options.work, fresh=options.fresh)
        rows = run_systems(systems, chosen, meter, keep=keep)
    ours, theirs = (summarise(chosen, rows[name]) for name in ("ours", "LlamaIndex"))
    if options.json:
        command = shlex.join(["python", *sys.argv])
        head = summary_head("peer-answering", options.queries or SAMPLES_SET, command=command)
        head["record"] = {"machine": machine()}
        told = {**head, "made_with": made_with, **table_json(ours, theirs)}
        print(json.dumps(told, ensure_ascii=False))
        return
    print(", ".join(f"{name} {value}" for name, value in made_with.items()))
    print("\n".join(table_lines(ours, theirs)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, help="default: samples/")
    parser.add_argument("--queries", type=Path, help="docs/retrieval-format.md; default: samples/")
    parser.add_argument("--limit-articles", type=int, default=0, help="gold first; 0: all")
    parser.add_argument("--limit", type=int, default=0, help="questions; 0: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, default=Path("runs/bench"))
    parser.add_argument("--fresh", action="store_true", help="build anew what --work holds")
    parser.add_argument("--out", type=Path, help="keep what both said, one JSON row an answer")
    parser.add_argument("--json", action="store_true", help="the table as JSON")
    options = parser.parse_args()
    if (options.corpus is None) != (options.queries is None):
        parser.error("--corpus and --queries go together")
    for name in ("limit", "limit_articles"):
        if getattr(options, name) < 0:
            parser.error(f"--{name.replace('_', '-')} is {getattr(options, name)}; 0 means all")
    return options


@contextmanager
def _row_file(out: Path | None) -> Iterator[Keep]:
    """A place for every row as it comes; nowhere without ``out``."""
    if out is None:
        yield lambda _: None
        return
    try:
        file = out.open("x", encoding="utf-8")
    except FileExistsError:
        raise BadInput(f"--out {out} is there already; name another file.") from None
    except OSError as error:
        raise BadInput(f"--out {out} cannot be written: {error.strerror}") from None

    def keep(row: Row) -> None:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
        file.flush()  # a run takes an hour and may be cut off

    with file:
        yield keep


def _open_systems(
    articles: Sequence[Article], work: Path, *, fresh: bool
) -> tuple[dict[str, System], dict[str, str]]:
    from benchmarks.llamaindex_engine import CitationPeer

    settings = load_settings().model_copy(update={"encoder": _MODEL})
    endpoint = find_endpoint(settings)
    if endpoint is None:
        raise BadInput("No LLM to answer with. Fetch it: suyuan models fetch")
    encoder = open_encoder(settings)
    folder = work / _name(articles)
    index = _build(
        folder, articles, encoder, resolve_encoder(_MODEL, model_home(settings)), fresh=fresh
    )
    over_it = {
        "archive": folder / "archive",
        "llm_base_url": endpoint.base_url,  # the one server that runs already
        "llm_model": endpoint.model,
        "llm_api_key": SecretStr(endpoint.api_key),
    }
    engine = open_engine(settings.model_copy(update=over_it), encoder=encoder)
    llm: Any = connect(endpoint)  # keeps the server alive
    llm.max_tokens = _ANSWER_TOKENS
    systems: dict[str, System] = {
        "ours": Ours(engine, llm),
        "LlamaIndex": Theirs(CitationPeer(index, llm), llm),
    }
    made_with = {
        "articles": str(len(articles)),
        "encoder": encoder.name,
        "LLM": endpoint.model,
        "index": engine.archive.index_version,
    }
    return systems, made_with


def _name(articles: Sequence[Article]) -> str:
    digest = hashlib.sha256("".join(f"{one.id} {one.content_hash}\n" for one in articles).encode())
    return f"answering-{len(articles)}-{digest.hexdigest()[:8]}"


def _build(
    folder: Path, articles: Sequence[Article], encoder: Encoder, model: Path | str, *, fresh: bool
) -> "VectorStoreIndex":
    """Both stores, or what of them is there; returns the stock index."""
    from benchmarks.llamaindex_peer import Peer

    built = folder / "built"
    if fresh or not built.is_file():
        shutil.rmtree(folder, ignore_errors=True)  # the peer cannot go on where it broke off
    ingest_articles(folder / "archive", articles, encoder)
    peer = Peer(folder / "llamaindex", Path(model))
    if not built.is_file():
        peer.ingest(articles)
        built.touch()
    return peer.index


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(str(error))

"""``suyuan qa draft``: questions with gold sentences, proposed from an archive."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.engine import settings_for
from commands.options import ArchiveOption
from commands.output import complain, say
from commands.progress import count_progress

if TYPE_CHECKING:
    from datetime import date

    from eval.draft import Draft, Search, Verified
    from index.archive import Archive
    from index.types import Encoder
    from rag.settings import Settings

_TRIED = 4  # times --count: sentences a language model is asked about at most


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("draft")(qa_draft)


def qa_draft(
    out: Annotated[Path, typer.Option(help="The queue; new proposals are added at its end.")],
    archive: ArchiveOption = None,
    count: Annotated[int, typer.Option(min=1, max=2000, help="Questions to propose.")] = 40,
    seed: Annotated[int, typer.Option(min=0, help="Which articles come first.")] = 0,
    by: Annotated[
        str, typer.Option(help="rules, llm or both; llm asks the configured language model.")
    ] = "rules",
) -> None:
    """Propose questions whose gold sentence answers them; review them with suyuan qa review."""
    from eval.draft import choose_verified
    from index.archive import Archive
    from index.errors import BadInput
    from rag.assemble import open_encoder, require_archive

    if by not in ("rules", "llm", "both"):
        raise BadInput(f"--by is {by!r}; it is rules, llm or both")
    settings = settings_for(archive)
    require_archive(settings.archive)
    known = _known(out)
    encoder = open_encoder(settings)
    opened = Archive.open(settings.archive, encoder)
    refused: Counter[str] = Counter()
    try:
        with count_progress(count, "questions") as done:

            def keep(found: "Verified") -> None:
                _append(out, found, opened.index_version)  # at once: a model may fail any time
                done()

            chosen = choose_verified(
                _drafts(opened, settings, by=by, seed=seed, most=_TRIED * count),
                _search(opened, encoder, settings.evidence),
                count=count,
                known=known,
                refused=lambda item: refused.update([_kind(item.fault)]),
                on_found=keep,
            )
    finally:
        opened.close()
    say(
        f"{out}: {len(chosen)} proposals added; "
        f"next: suyuan qa review --queue {out} --out my-qa.jsonl"
    )
    for fault, number in refused.items():
        complain(f"  left out {number}: {fault}")


def _kind(fault: str) -> str:
    return "the answer is not in its sentence" if fault.startswith("the answer ") else fault


def _known(out: Path) -> frozenset[str]:
    from eval.retrieval_out import check_out
    from eval.review import read_queue

    check_out(out, [])
    held = out.is_file() and out.stat().st_size
    return frozenset(item.id for item in read_queue(out)) if held else frozenset()


def _append(out: Path, found: "Verified", index_version: str) -> None:
    import json
    from datetime import date

    from eval.draft import queue_item

    row = queue_item(found, index_version=index_version, today=date.today())
    with out.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _search(archive: "Archive", encoder: "Encoder", limit: int) -> "Search":
    """What a search for the question alone shows, asked on the day its article was printed."""
    from rag.search import search

    last = archive.coverage().last

    def find(question: str, day: "date | None") -> list[tuple[str, str]]:
        found = search(archive, encoder, question, today=day or last, limit=limit)
        return [(item.article_id, item.text) for item in found.evidence]

    return find


def _drafts(
    archive: "Archive", settings: "Settings", *, by: str, seed: int, most: int
) -> "Iterator[Draft]":
    from itertools import islice

    from eval.draft import rule_drafts
    from eval.draft_llm import llm_drafts

    if by != "llm":
        yield from rule_drafts(archive, seed=seed)
    if by != "rules":
        say_to, model = _speaker(settings)
        yield from islice(llm_drafts(archive, say_to, model=model, seed=seed), most)


def _speaker(settings: "Settings") -> tuple[Callable[[str], str], str]:
    """What asks the configured language model a single prompt, and the model's name."""
    from commands.llm_prompt import ask_prompt
    from index.errors import BadInput
    from rag.assemble import find_endpoint

    endpoint = find_endpoint(settings)
    if endpoint is None:
        raise BadInput("--by llm needs a language model: suyuan models fetch, or set "
                       "SUYUAN_LLM_BASE_URL; --by rules needs none")  # fmt: skip
    return ask_prompt(endpoint), endpoint.model

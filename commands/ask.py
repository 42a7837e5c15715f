"""``suyuan ask`` and ``suyuan chat``: questions in the terminal."""

import json
from typing import Annotated

import typer

from commands.engine import engine_for
from commands.options import (
    ArchiveOption,
    NoLLMOption,
    PaperOption,
    ReporterOption,
    SectionOption,
    SinceOption,
    TodayOption,
    UntilOption,
    read_day,
)
from commands.output import complain, print_stream, say
from index.errors import BadInput


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(ask)
    app.command()(chat)


def ask(
    question: Annotated[str, typer.Argument(help="The question, in any language.")],
    archive: ArchiveOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    no_llm: NoLLMOption = False,
    since: SinceOption = "",
    until: UntilOption = "",
    paper: PaperOption = None,
    section: SectionOption = None,
    reporter: ReporterOption = None,
    today: TodayOption = "",
) -> None:
    """Answer one question with its sources and the sentences it rests on."""
    from index.filters import check_filters, check_period
    from rag.export import answer_json
    from rag.types import Filters

    day = read_day(today, "--today")
    first, last = read_day(since, "--since"), read_day(until, "--until")
    check_period(first, last)  # before the slow part
    filters = Filters(first, last, tuple(paper or ()), tuple(section or ()), tuple(reporter or ()))
    engine = engine_for(archive, no_llm=no_llm)
    check_filters(engine.archive, filters)
    if as_json:
        answer = engine.ask(question, filters=filters, today=day)
        say(json.dumps(answer_json(answer), ensure_ascii=False, indent=2))
        return
    print_stream(engine, question, filters=filters, today=day)


def chat(
    archive: ArchiveOption = None,
    no_llm: NoLLMOption = False,
    today: TodayOption = "",
) -> None:
    """Ask question after question; a follow-up leans on the one before. Ctrl-D ends."""
    from rag.types import Turn

    day = read_day(today, "--today")
    engine = engine_for(archive, no_llm=no_llm)
    complain("问吧，空行或 Ctrl-D 结束。Ask; an empty line or Ctrl-D ends.")
    history: list[Turn] = []
    while True:
        try:
            question = input("问> ").strip()
        except EOFError:
            say("")  # Ctrl-D leaves the cursor behind the prompt
            break
        if not question:
            break
        try:
            answer = print_stream(engine, question, history=history, today=day)
        except BadInput as error:
            complain(str(error))
            continue
        history.append(Turn(question, answer))

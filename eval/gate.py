"""Bars that a run must not fall below by more than noise. Format: docs/runs.md.

Knows nothing of commands: it says which bars hold, the caller decides what follows.
"""

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eval.bootstrap import interval, interval_of
from eval.metrics_measures import BY_NAME, Unit, shown
from eval.metrics_score import Scored
from eval.metrics_table import ALL, values_of
from eval.retrieval_metrics import mean, percentile
from index.errors import BadInput

_NOISE = 0.05  # one-sided: of bars that are truly met, one in twenty is called missed
_MOST_BYTES = 1_000_000
_FORM = "Its format: docs/runs.md"
_HIGHEST = {Unit.SHARE: 1.0}  # seconds and counts have no end
_Bound = Annotated[float, Field(allow_inf_nan=False)]


class Bar(BaseModel):
    """One bar: a statistic of a measure, of one type or of all questions that have it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    measure: str
    type: str = ALL
    statistic: Literal["mean", "p50", "p95"] = "mean"
    at_least: _Bound | None = None
    at_most: _Bound | None = None

    @model_validator(mode="after")
    def _usable(self) -> "Bar":
        if self.measure not in BY_NAME:
            raise ValueError(f'no measure is called "{self.measure}"; docs/metrics.md names them')
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("exactly one of at_least and at_most is needed")
        if not 0 <= self.limit <= self.highest:
            ends = "from 0" if self.highest == math.inf else "between 0 and 1"
            raise ValueError(f"{self.measure} is {ends}; {self.limit:g} holds nothing")
        return self

    @property
    def limit(self) -> float:
        """The number of the bar, whichever side it is on."""
        return (self.at_most or 0.0) if self.at_least is None else self.at_least

    @property
    def highest(self) -> float:
        """The most that its measure can be."""
        return _HIGHEST.get(BY_NAME[self.measure].unit, math.inf)

    @property
    def exact(self) -> bool:
        """Whether it allows no exception: at most 0, or at least the most there can be."""
        return self.limit == (0 if self.at_least is None else self.highest)


class _GateFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    about: str = ""  # for people; never read
    bars: Annotated[list[Bar], Field(min_length=1)]


class Outcome(StrEnum):
    """Whether a bar holds. Only the last two fail."""

    MET = "met"
    NOISE = "within noise"  # on the wrong side, by no more than so few questions can show
    MISSED = "missed"
    NOT_MEASURED = "not measured"  # no question has the measure: nothing was held


@dataclass(frozen=True, slots=True)
class Held:
    """A bar and what the run reached; ``bound`` is its end of the one-sided 95 % interval."""

    bar: Bar
    outcome: Outcome
    n: int
    value: float | None
    bound: float | None

    @property
    def failed(self) -> bool:
        """Whether the run does not pass."""
        return self.outcome in (Outcome.MISSED, Outcome.NOT_MEASURED)


def read_gate(path: Path) -> list[Bar]:
    """The bars of a JSON or TOML file (by its name).

    Raises:
        BadInput: It cannot be read, or a bar cannot be used; names what is wrong where.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadInput(f"The gate {path} has over {_MOST_BYTES:,} bytes. {_FORM}")
        text = path.read_text(encoding="utf-8")
        if path.suffix.lower() == ".toml":
            return _GateFile.model_validate(tomllib.loads(text)).bars
        return _GateFile.model_validate_json(text).bars
    except OSError as error:
        raise BadInput(f"Cannot read the gate {path}: {error.strerror}. {_FORM}") from None
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}"
            for item in error.errors(include_url=False, include_context=False, include_input=False)
        )
        raise BadInput(f"The gate {path} cannot be used: {'; '.join(faults)}. {_FORM}") from None
    except ValueError as error:  # TOML, or not UTF-8
        raise BadInput(f"The gate {path} cannot be used: {error}. {_FORM}") from None


def hold_bars(bars: Sequence[Bar], scores: Sequence[Scored]) -> list[Held]:
    """Hold a scored run to the bars, one outcome each."""
    return [_hold(bar, scores) for bar in bars]


def _hold(bar: Bar, scores: Sequence[Scored]) -> Held:
    rows = [score for score in scores if bar.type in (ALL, score.question.type)]
    values = values_of(rows, bar.measure)
    value, ends = _reached(bar, values)
    if value is None or ends is None:
        return Held(bar, Outcome.NOT_MEASURED, 0, None, None)
    low, high = ends
    if bar.at_least is not None:
        met, sure, bound = value >= bar.limit, high < bar.limit, high
    else:
        met, sure, bound = value <= bar.limit, low > bar.limit, low
    outcome = Outcome.MET if met else Outcome.MISSED if sure or bar.exact else Outcome.NOISE
    return Held(bar, outcome, len(values), value, bound)


def _reached(bar: Bar, values: Sequence[float]) -> tuple[float | None, tuple[float, float] | None]:
    if bar.statistic == "mean":
        return mean(values), interval(values, tail=_NOISE)
    share = 0.5 if bar.statistic == "p50" else 0.95

    def statistic(drawn: Sequence[float]) -> float | None:
        return percentile(drawn, share)

    return statistic(values), interval_of(values, statistic, tail=_NOISE)


_SIGNS = {
    Outcome.MET: "通过 met",
    Outcome.NOISE: "误差内 within noise",
    Outcome.MISSED: "未过 MISSED",
    Outcome.NOT_MEASURED: "未测 NOT MEASURED",
}


def gate_lines(held: Sequence[Held], *, missing: int = 0) -> list[str]:
    """A line per bar, and a last one that counts the failures.

    ``missing``: questions that were held to no bar because a run has no row for them.
    """
    lines = [_line(item) for item in held]
    if missing:
        lines.append(
            f"缺行 MISSING: {missing} questions have no row; finish the run, or hold what there "
            "is with --partial"
        )
    if failed := sum(item.failed for item in held):
        return [*lines, f"未过 {failed} of {len(held)} bars fail"]
    return [*lines, "未过 rows are missing" if missing else f"全部通过 {len(held)} bars hold"]


def _line(item: Held) -> str:
    bar, unit = item.bar, BY_NAME[item.bar.measure].unit
    sign = "≥" if bar.at_least is not None else "≤"
    name = bar.measure if bar.statistic == "mean" else f"{bar.measure} {bar.statistic}"
    line = f"{_SIGNS[item.outcome]}: {bar.type} {name} {sign} {shown(bar.limit, unit)}"
    if item.value is None:
        return f"{line}, but no question has it"
    end = "up to" if sign == "≥" else "down to"
    return (
        f"{line}, is {shown(item.value, unit)} ({end} {shown(item.bound, unit)} by chance; "
        f"n {item.n})"
    )

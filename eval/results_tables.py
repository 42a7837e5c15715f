"""The tables of docs/results.md, one function a kind of summary. Markdown, nothing measured."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.retrieval_scores import ANSWER, MACRO, NOT_IN_THE_MEAN

Summary = dict[str, Any]
_ALL = "all"
_BENCH_MEASURES = ("hit@1", "hit@5", "mrr@10")
_NOT_IN_THE_MEAN = NOT_IN_THE_MEAN | {_ALL}


def retrieval_table(item: Summary, anchors: Summary) -> str:
    """Type by type: ours with intervals, and the published BM25 where there is one."""
    anchor: dict[str, Sequence[float]] = next(
        (row["types"] for row in anchors.get("retrieval", ()) if row["set"] == item["set"]), {}
    )
    heads = ("type", "n", *_BENCH_MEASURES, "answer@5", "BM25 anchor: hit@1 / hit@5 / MRR@10")
    rows = []
    for name, group in item["measures"].items():
        if name == _ALL:
            continue  # types of very unlike size: the macro mean weighs them alike
        told = " / ".join(f"{value:.3f}" for value in anchor[name]) if name in anchor else "–"
        found = group["measures"]
        rows.append(
            (
                name,
                str(_count(group, "hit@1")),
                _with_ends(found.get("hit@1")),
                *(_mean(found.get(key)) for key in ("hit@5", "mrr@10", "answer@5")),
                told,
            )
        )
    rows.append(_macro(item, heads))
    seconds = item["measures"].get(_ALL, {}).get("measures", {}).get("evidence_s")
    return _titled(item, heads, rows) + _latency(seconds, "To the evidence")


def _macro(item: Summary, heads: Sequence[str]) -> tuple[str, ...]:
    """Each type weighs alike; without those that all find and those with nothing to find."""
    types = [group for name, group in item["measures"].items() if name not in _NOT_IN_THE_MEAN]
    cells = []
    for key in (*_BENCH_MEASURES, ANSWER):
        held = [group["measures"][key]["mean"] for group in types if key in group["measures"]]
        cells.append(f"{sum(held) / len(held):.3f}" if held else "–")
    count = sum(_count(group, "hit@1") for group in types)
    return (MACRO, str(count), *cells, *[""] * (len(heads) - len(cells) - 2))


def answers_table(item: Summary) -> str:
    """Type by type: right, cited, refused, length; then the latency."""
    keys = ("right", "cited", "sentence_recall", "cite_recall", "cite_precision", "over_refusal",
            "refusal_recall", "figure_precision", "period_right")  # fmt: skip
    heads = ("type", "n", *keys, "chars")
    rows = []
    for name, group in _groups(item):
        found = group["measures"]
        cells = [_with_ends(found.get("right")), *(_mean(found.get(key)) for key in keys[1:])]
        length = found.get("chars")
        rows.append((name, str(group["questions"]), *cells, _middle(length, digits=0)))
    whole = item["measures"].get(_ALL, {}).get("measures", {})
    told = _latency(whole.get("evidence_s"), "To the evidence")
    told += _latency(whole.get("first_word_s"), "To the first word")
    told += _latency(whole.get("total_s"), "To the end")
    if tokens := whole.get("tokens"):
        told += f" Tokens a question: {tokens['mean']:.0f} (n {tokens['n']})."
    return _titled(item, heads, rows) + told


def rgb_table(item: Summary, anchors: Summary) -> str:
    """Task and noise rate: right, refused, misled; the anchors of the noise task beside them."""
    held = anchors.get("rgb", ())
    heads = ("task@noise", "n", "right", "refused", "misled", "chars",
             *(f"{row['system']} ({row['source']})" for row in held))  # fmt: skip
    rows = []
    for name, group in _groups(item):
        found = group["measures"]
        refused = found.get("refusal_recall") or found.get("over_refusal")
        task, _, rate = name.partition("@")
        noise = [row["noise"].get(rate) if task == "noise" else None for row in held]
        rows.append(
            (
                name,
                str(group["questions"]),
                _with_ends(found.get("right")),
                _mean(refused),
                _mean(found.get("misled")),
                _middle(found.get("chars"), digits=0),
                *(f"{value / 100:.3f}" if value is not None else "–" for value in noise),
            )
        )
    notes = "".join(f"\n- {note}" for note in anchors.get("rgb_notes", ()))
    return _titled(item, heads, rows) + (
        f"\n\nFurther anchors (Chen et al. 2023):\n{notes}" if notes else ""
    )


def reading_table(item: Summary, anchors: Summary) -> str:
    """Exact match and F1 by source; unanswerable questions by their refusals."""
    heads = ("source", "n", "EM", "F1", "refused", "chars")
    rows = []
    for name, group in _groups(item):
        found = group["measures"]
        refused = (
            found.get("refusal_recall") if name == "unanswerable" else found.get("over_refusal")
        )
        scores = (_with_ends(found.get("em")), _with_ends(found.get("f1")))
        length = _middle(found.get("chars"), digits=0)
        rows.append((name, str(group["questions"]), *scores, _mean(refused), length))
    for row in anchors.get("reading", ()):
        told = (f"{row['em'] / 100:.3f}", f"{row['f1'] / 100:.3f}")
        rows.append((f"anchor: {row['system']} ({row['source']})", "–", *told, "–", "–"))
    return _titled(item, heads, rows)


def anchors_table(anchors: Summary) -> str:
    """ALCE's published citation figures; "" where there are none."""
    held = anchors.get("citations", ())
    if not held:
        return ""
    rows = [
        (f"{row['system']} ({row['source']})",
         f"{row['recall'] / 100:.3f}", f"{row['precision'] / 100:.3f}")
        for row in held
    ]  # fmt: skip
    return "Anchors of `cite_recall` and `cite_precision`:\n\n" + _table(
        ("system", "citation recall", "citation precision"), rows
    )


_PEER = ("hit@1", "hit@5", "recall@10")


def peer_retrieval_table(item: Summary) -> str:
    """System by type, as ``benchmarks/retrieval.py --summary`` keeps them."""
    types = list(dict.fromkeys(name for each in item["systems"].values() for name in each["types"]))
    heads = ("system", *(f"{name}: {'/'.join(_PEER)}" for name in types), "p50 ms")
    rows = []
    for system, each in item["systems"].items():
        cells = []
        for name in types:
            found = each["types"].get(name, {})
            cells.append("/".join(_plain(found.get(measure)) for measure in _PEER))
        seconds = each.get("latency_seconds", {}).get("p50")
        rows.append((system, *cells, f"{1000 * seconds:.0f}" if seconds is not None else "–"))
    return _titled(item, heads, rows)


def peer_answers_table(item: Summary) -> str:
    """Ours and LlamaIndex, a row a measure, as ``benchmarks/answering.py --json`` prints them."""
    ours, theirs = item["ours"], item["LlamaIndex"]
    shares = ("n", "right", "gold_cited", "missed", "refused", "llm_asked")
    rows = [
        (name.replace("_", " "), _plain(ours.get(name)), _plain(theirs.get(name)))
        for name in shares
    ]
    rows += [
        (f"{step} p50 s", _plain(ours["p50"].get(step)), _plain(theirs["p50"].get(step)))
        for step in ours["p50"]
    ]
    rows += [
        (name.replace("_", " "), _plain(ours.get(name)), _plain(theirs.get(name)))
        for name in ("tokens_in", "tokens_out")
    ]
    return _titled(item, ("", "Suyuan", "LlamaIndex"), rows)


def matrix_table(item: Summary) -> str:
    """A row a configuration; what is surely better or worse than the first is marked."""
    configs = item["configs"]
    known = list(dict.fromkeys(name for each in configs for name in each["measures"]))
    costs = [name for name in ("evidence_s", "total_s", "tokens") if name in known]
    names = [name for name in known if name not in costs]
    heads = ("configuration", "n", *names, *(f"{name.removesuffix('_s')} p50 s" if name != "tokens"
             else "tokens" for name in costs))  # fmt: skip
    rows = []
    for each in configs:
        cells = [_mean(each["measures"].get(name)) + _mark(each, name) for name in names]
        cells += [
            _mean(each["measures"].get(name), digits=0)
            if name == "tokens"
            else _middle(each["measures"].get(name), digits=3)
            for name in costs
        ]
        rows.append((each["name"], str(each["questions"]), *cells))
    return _titled(item, heads, rows) + (
        "\n\n▲ ▼: surely above or below the first row (paired bootstrap, 95 % interval)."
    )


def _mark(config: Mapping[str, Any], name: str) -> str:
    turn = config["differences"].get(name)
    if not turn or not turn["sure"]:
        return ""
    return " ▲" if turn["difference"] > 0 else " ▼"


def _groups(item: Summary) -> Iterable[tuple[str, Any]]:
    """Each type, then all of them, if there is more than one."""
    groups = dict(item["measures"])
    whole = groups.pop(_ALL, None)
    yield from groups.items()
    if whole is not None and len(groups) != 1:
        yield _ALL, whole


def _count(group: Mapping[str, Any], name: str) -> int:
    found = group["measures"].get(name)
    return int(found["n"]) if found else int(group["questions"])


def _mean(found: Mapping[str, Any] | None, *, digits: int = 3) -> str:
    return f"{found['mean']:.{digits}f}" if found else "–"


def _middle(found: Mapping[str, Any] | None, *, digits: int) -> str:
    return f"{found['p50']:.{digits}f}" if found else "–"


def _with_ends(found: Mapping[str, Any] | None) -> str:
    if not found:
        return "–"
    low, high = found["ci"]
    return f"{found['mean']:.3f} [{low:.2f}, {high:.2f}]"


def _plain(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _latency(found: Mapping[str, Any] | None, name: str) -> str:
    if not found:
        return ""
    return f"\n\n{name}: p50 {found['p50']:.2f} s, p95 {found['p95']:.2f} s (n {found['n']})."


def _titled(item: Summary, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    over = item.get("made_with", {}).get("articles", "")
    title = f"{item['set']} over {int(over):,} articles" if over else item["set"]
    return f"### {title}\n\n{_table(heads, rows)}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(heads), "|---" * len(heads) + "|"]
    return "\n".join([*lines, *map(_row, rows)])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

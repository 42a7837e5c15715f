"""A scored run as one HTML page: no network, no font or script from elsewhere, all text escaped.

Chinese first, English beside it. What the numbers mean: docs/metrics.md.
"""

import base64
import hashlib
from collections.abc import Sequence
from html import escape

from eval.metrics_measures import BY_NAME, MEASURES, Group, Unit, shown
from eval.metrics_run import Run
from eval.metrics_score import Scored
from eval.metrics_set import QuestionSet
from eval.metrics_table import ALL, UNKNOWN, group_scores, mean_of, taken, values_of
from eval.report_made import made_html
from eval.report_plots import dots_of, reliability_bins, verdicts_of
from eval.report_rows import question_html
from eval.report_style import SCRIPT, STYLE
from eval.report_svg import Dot, Steps, dot_plot, reliability_plot, step_plot

_TILES = ("right", "f1", "cited", "sentence_recall", "over_refusal", "refusal_recall", "hit@5")
_BY_TYPE = ("f1", "em", "cited", "sentence_recall", "hit@1", "mrr@10", "figure_recall", "parts")
_PLOTS = 3  # of scores by type, the verdict's first
_MONTHS = 36
_STEPS = (("evidence_s", "见原句 evidence"), ("first_word_s", "见首字 first word"),
          ("total_s", "答完 whole answer"))  # fmt: skip
_GROUPS = {
    Group.ANSWER: "回答 Answer",
    Group.FIGURES: "数字 Figures",
    Group.CITATIONS: "引用 Citations",
    Group.REFUSAL: "拒答 Refusal",
    Group.RETRIEVAL: "检索 Retrieval",
    Group.COST: "代价 Cost",
}


def report_html(questions: QuestionSet, run: Run, scores: Sequence[Scored]) -> str:
    """The page: summary, plots, every measure by type, every question."""
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    # Only the script below runs, known by its hash: text that slipped through could not.
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    title = escape(run.path.name or str(run.path))
    return (
        '<!doctype html>\n<html lang="zh-Hans">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>评测 {title} · 溯源 Suyuan</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>评测报告 <span class=en>Evaluation</span> {title}</h1>\n"
        f"{made_html(questions, run, len(scores))}{_tiles(scores)}</header>\n"
        f"<h2>图 <span class=en>Plots</span></h2>\n{_plots(scores)}\n"
        f"<h2>各项分数 <span class=en>Measures by type</span></h2>\n{_table(scores)}\n"
        f"<h2>逐题 <span class=en>Questions</span></h2>\n{_bar(scores)}\n"
        + "\n".join(map(question_html, scores))
        + f"\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def _tiles(scores: Sequence[Scored]) -> str:
    tiles = []
    for name in _TILES:
        found = mean_of(values_of(scores, name))
        if found:
            ends = f"{100 * found.low:.0f}–{100 * found.high:.0f}% · n {found.n}"
            tiles.append(_tile(BY_NAME[name].label, name, f"{100 * found.mean:.0f}%", ends))
    if seconds := mean_of(values_of(scores, "total_s")):
        below = f"p95 {seconds.p95:.1f} s{_of(seconds.n, scores)}"
        tiles.append(_tile("答完", "median", f"{seconds.median:.1f} s", below))
    return f'<div class="tiles">{"".join(tiles)}</div>\n'


def _of(n: int, scores: Sequence[Scored]) -> str:
    """How many questions a time is of, where some have none."""
    return f" · n {n} / {len(scores)}" if n < len(scores) else ""


def _tile(label: str, name: str, value: str, below: str) -> str:
    return (
        f'<div class="tile">{escape(label)} <span class="en">{escape(name)}</span>'
        f'<b>{escape(value)}</b><span class="faint">{escape(below)}</span></div>'
    )


def _plots(scores: Sequence[Scored]) -> str:
    drawn = [
        *_type_plots(scores),
        _languages(scores),
        _latency(scores),
        _reliability(scores),
        _months(scores),
    ]
    figures = "".join(item for item in drawn if item.startswith("<figure"))
    notes = "".join(item for item in drawn if not item.startswith("<figure"))
    return f'<div class="plots">{figures}</div>{notes}'


def _figure(head: str, english: str, plot: str, note: str) -> str:
    """A plot with its head and note; without a plot only the line that says why there is none."""
    if not plot:
        return f'<p class="faint">{escape(head)} {escape(english)}：{note}</p>'
    return (
        f'<figure><h3>{escape(head)} <span class="en">{escape(english)}</span></h3>{plot}'
        f"<figcaption>{note}</figcaption></figure>"
    )


def _type_plots(scores: Sequence[Scored]) -> list[str]:
    """The verdict by type, then the first measures that the run has."""
    groups = {k: v for k, v in group_scores(scores, "type").items() if k != ALL or len(scores) > 1}
    figures = []
    verdicts = {name: verdicts_of(rows) for name, rows in groups.items()}
    if rows := _dots(verdicts):
        note = "答出全部要点，或不可答而拒；浅色为 95% 区间 <span class=en>95 % interval</span>"
        if not any(score.row.status for score in scores):
            note = "前五篇中有相关报道；浅色为 95% 区间 <span class=en>95 % interval</span>"
        figures.append(_figure("各类对错", "Right by type", dot_plot(rows, title="各类对错"), note))
    for name in _BY_TYPE:
        rows = _dots({group: values_of(held, name) for group, held in groups.items()})
        if rows and len(figures) < _PLOTS:
            label = BY_NAME[name].label
            figures.append(
                _figure(label, f"{name} by type", dot_plot(rows, title=label), _counted(rows))
            )
    return figures


def _counted(rows: Sequence[Dot]) -> str:
    return f"n：有此项分数的题数，共 {rows[0].n} <span class=en>questions that have it</span>"


def _dots(groups: dict[str, list[float]]) -> list[Dot]:
    return dots_of(groups, whole="全部 all")


def _latency(scores: Sequence[Scored]) -> str:
    series = [
        Steps(label, tuple(values))
        for name, label in _STEPS
        if any(values := values_of(scores, name))
    ]
    plot = step_plot(series, title="用时分布")
    if not plot:
        return _figure("用时", "Latency", "", "本次各行没有用时。No row of this run has timings.")
    keys = "".join(
        f'<li class="s{number}"><i></i>{escape(each.label)}: p50 {_middle(each, 0.5)}, '
        f"p95 {_middle(each, 0.95)}{_of(len(each.values), scores)}</li>"
        for number, each in enumerate(series)
    )
    note = f'<ul class="key">{keys}</ul>在此时间内完成的题 <span class=en>share done by then</span>'
    if not any(values_of(scores, "total_s")):
        note += (
            "。答完用时未计：回答多用存下的回复。"
            "<span class=en>No time to the end: most replies were kept ones.</span>"
        )
    return _figure("用时分布", "Latency", plot, note)


def _middle(each: Steps, share: float) -> str:
    found = mean_of(each.values)
    if found is None:
        return "–"
    return f"{shown(found.median if share == 0.5 else found.p95, Unit.SECONDS)} s"


def _reliability(scores: Sequence[Scored]) -> str:
    head, english = "“查无”判断的可靠性", "Reliability of the not-found decision"
    bins = reliability_bins(scores)
    if not bins:
        note = (
            "本次各行没有记下判断的概率，未绘。No row keeps the decision's probability: not drawn."
        )
        return _figure(head, english, "", note)
    note = "横：判为可答的概率；纵：其中确实可答的题 <span class=en>stated against true</span>"
    return _figure(head, english, reliability_plot(bins, title=head), note)


def _months(scores: Sequence[Scored]) -> str:
    head, english = "各月对错", "Right by month"
    groups = {k: v for k, v in group_scores(scores, "month").items() if k not in (ALL, UNKNOWN)}
    rows = _dots({name: verdicts_of(held) for name, held in groups.items()})
    if not rows:
        note = "题集与各行都没有日期，未绘。Neither set nor run tells a day: not drawn."
        return _figure(head, english, "", note)
    left = len(rows) - _MONTHS
    note = "金标报道见报的月份 <span class=en>month of the gold article</span>"
    if left > 0:
        note = f"最近 {_MONTHS} 个月，另有 {left} 个月未绘；{note}"
    return _figure(head, english, dot_plot(rows[-_MONTHS:], title=head), note)


def _languages(scores: Sequence[Scored]) -> str:
    """The verdict by language, where the set has more than one."""
    groups = {k: v for k, v in group_scores(scores, "language").items() if k != ALL}
    rows = _dots({name: verdicts_of(held) for name, held in groups.items()})
    if len(rows) < 2:
        return ""
    note = "问题的语言 <span class=en>language of the question</span>"
    return _figure("各语言对错", "Right by language", dot_plot(rows, title="各语言对错"), note)


def _table(scores: Sequence[Scored]) -> str:
    groups = group_scores(scores, "type")
    if len(groups) == 2:  # one type: it would say what "all" says
        groups = {ALL: groups[ALL]}
    heads = "".join(
        f"<th>{escape('全部 all' if name == ALL else name)}<br><small>{len(rows)}</small></th>"
        for name, rows in groups.items()
    )
    body = []
    for group in Group:
        among = [measure for measure in MEASURES if measure.group is group]
        lines = [_line(measure.name, groups) for measure in taken(scores, among)]
        if lines:
            body.append(
                f'<tr class="head"><th colspan="{len(groups) + 1}">{escape(_GROUPS[group])}'
                f"</th></tr>{''.join(lines)}"
            )
    return (
        f'<div class="wide"><table><thead><tr><th>项 <span class=en>measure</span></th>{heads}'
        f"</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
        '<p class="faint">方括号：95% 区间；横线：没有可计之题（不等于零）。'
        "Brackets: 95 % interval; dash: nothing to measure, which is not zero. docs/metrics.md</p>"
    )


def _line(name: str, groups: dict[str, list[Scored]]) -> str:
    measure = BY_NAME[name]
    cells = []
    for group, rows in groups.items():
        found = mean_of(values_of(rows, name))
        cell = shown(found.mean, measure.unit) if found else "–"
        if found and group == ALL:
            low, high = shown(found.low, measure.unit), shown(found.high, measure.unit)
            cell += f" <small>[{low}, {high}]</small>"
        cells.append(f"<td>{cell}</td>")
    return (
        f'<tr><th>{escape(measure.label)} <span class="en">{escape(name)}</span></th>'
        f"{''.join(cells)}</tr>"
    )


def _bar(scores: Sequence[Scored]) -> str:
    types = dict.fromkeys(score.question.type for score in scores)
    options = "".join(f'<option value="{escape(name)}">{escape(name)}</option>' for name in types)
    return (
        '<div class="bar"><label>类型 <span class=en>type</span><select id="type">'
        f'<option value="">全部 all</option>{options}</select></label>'
        '<label>对错 <span class=en>verdict</span><select id="verdict">'
        '<option value="">全部 all</option><option value="wrong">✗ 错 wrong</option>'
        '<option value="right">✓ 对 right</option><option value="open">· 未判 not judged</option>'
        "</select></label><label>含 <span class=en>words</span>"
        '<input type="search" id="words" size="12"></label>'
        '<button type="button" id="open">全部展开/收起 open/close</button>'
        f'<span class="faint" id="shown">{len(scores)}</span></div>'
    )

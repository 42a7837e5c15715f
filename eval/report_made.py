"""What a run was made with, as HTML: set, models, record, tokens. All text is escaped."""

from html import escape

from eval.metrics_run import Run
from eval.metrics_set import QuestionSet
from eval.run_record import flatten

_MADE = {"model": "模型 Model", "index": "索引 Index"}


def made_html(questions: QuestionSet, run: Run, count: int) -> str:
    """The set, what the run was made with, and its record, closed; ``count`` questions of it."""
    total = len(questions.questions)
    answered = f"{count}" + (f" / {total}" if count < total else "")
    facts = {
        "题集 Set": questions.path.name,
        "题数 Questions": answered,
        **{_MADE.get(key, key): value for key, value in run.made_with.items()},
    }
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value[:200])}</dd></div>"
        for name, value in facts.items()
    )
    return f'<dl class="made">{rows}</dl>\n{_record(run)}{_counted_by(run)}'


def _record(run: Run) -> str:
    """Machine, prompts, settings and code of the run, closed; nothing where it has no record."""
    if not run.record:
        return ""
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value[:200])}</td></tr>"
        for name, value in flatten(run.record)
    )
    return (
        '<details class="record"><summary><span>▸</span><span>运行环境 '
        "<span class=en>Made with: machine, prompts, settings, code</span></span></summary>"
        f'<div class="wide"><table><tbody>{rows}</tbody></table></div></details>\n'
    )


def _counted_by(run: Run) -> str:
    """How tokens were counted, where they were."""
    ways = dict.fromkeys(row.tokens_by for row in run.rows.values() if row.tokens_by)
    if not ways:
        return ""
    told = {"usage": "接口所报 the endpoint's usage", "estimate": "tiktoken 估计 estimate"}
    names = "、".join(told.get(way, way) for way in ways)
    return f'<p class="faint">词元 Tokens: {escape(names)}</p>\n'

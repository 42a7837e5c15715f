"""Every question of a run as HTML: its answer, evidence, gold and checks. All text is escaped."""

from collections.abc import Iterable, Sequence
from html import escape

from eval.match import contains
from eval.metrics_measures import MEASURES, Unit, is_quality, shown
from eval.metrics_run import RunRow
from eval.metrics_score import Scored
from eval.run_rows import Cited

_LONGEST = 4000  # characters of an answer or a sentence: a page is not to drown in one row
_SENTENCES = 10
_LEFT_OUT = frozenset({"hit@3", "hit@10", "ndcg@10", "recall@10", "allgroups@5", "allgroups@10"})
_SIGNS = {True: "✓", False: "✗", None: "·"}
_CLASSES = {True: "right", False: "wrong", None: "open"}
_STATUS = {
    "answered": "已答",
    "partly": "答出一部分",
    "not_found": "未找到",
    "conflict": "说法不一",
    "evidence_only": "只列原句",
}


def question_html(score: Scored) -> str:
    """A closed row: sign, question, type; opened, all there is to judge it by."""
    item, row = score.question, score.row
    kind, sign = _CLASSES[score.verdict], _SIGNS[score.verdict]
    return (
        f'<details class="q {kind}" data-type="{escape(item.type)}"><summary>'
        f'<span class="sign">{sign}</span><span><span class="text">{_text(item.question)}</span>'
        f'<span class="said">{_text(_said(row))}</span></span>'
        f'<span class="faint">{escape(item.type)} · {escape(item.id)}</span></summary>'
        f'<div class="body">{"".join(_blocks(score))}</div></details>'
    )


def _said(row: RunRow) -> str:
    return " ".join(row.answer.split()) if row.status else "、".join((row.ranked or ())[:5])


def _blocks(score: Scored) -> Iterable[str]:
    item, row = score.question, score.row
    if len(item.asked) > 1:
        yield _block("前文 Before", _list(item.asked[:-1], ordered=True))
    if row.status:
        status = f"{_STATUS.get(row.status, '')} {row.status}".strip()
        yield _block(f"回答 Answer（{status}）", f'<p class="text">{_text(row.answer)}</p>')
    yield _block("应答 Expected", _expected(score))
    if row.citations:
        yield _block("所引 Cited", _sentences(score, row.citations, number=True))
    if row.evidence:
        found = row.evidence[:_SENTENCES]
        yield _block("所见原句 Evidence", _sentences(score, found, number=False))
    elif row.ranked:
        yield _block("所见报道 Articles", _articles(score, row.ranked[:_SENTENCES]))
    if notes := [*row.notes, *(f"无据 unsupported: {text}" for text in row.unsupported or ())]:
        yield _block("注意 Notes", _list(notes))
    yield _block("核对 Checks", _checks(score))


def _block(head: str, body: str) -> str:
    return f"<div><h3>{escape(head)}</h3>{body}</div>"


def _expected(score: Scored) -> str:
    item = score.question
    if not item.answerable:
        return (
            "<p>库中没有，应答未找到。<span class=en>Not in the archive: to be refused.</span></p>"
        )
    lines = [_part(score, part) for part in item.parts]
    lines += [f'<li class="gold">{_text(gold.quote)} {_name(gold.article_id)}</li>'
              for gold in item.gold if gold.quote]  # fmt: skip
    whole = [gold.article_id for gold in item.gold if not gold.quote]
    if not item.gold and item.query:
        whole = [*item.query.gold_ids, *item.query.alt_gold_ids]
    if whole:
        lines.append(f"<li>报道 Articles: {' '.join(map(_name, whole[:_SENTENCES]))}</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else "<p>–</p>"


def _part(score: Scored, part: Sequence[str]) -> str:
    row = score.row
    there = not row.refused and any(contains(row.output, form) for form in part)
    sign = f"{_SIGNS[there]} " if row.status else ""
    return f"<li>{sign}{_text(' / '.join(part))}</li>"


def _name(article_id: str) -> str:
    return f'<span class="faint">{escape(article_id[:200])}</span>'


def _sentences(score: Scored, items: Sequence[Cited], *, number: bool) -> str:
    """Sentences with their source; those of the gold are marked."""
    return "<ul>" + "".join(
        f"<li{_gold_class(score, each)}>{f'[{each.marker}] ' if number else ''}"
        f'<span class="text">{_text(each.text)}</span> {_source(each)}</li>'
        for each in items
    ) + "</ul>"  # fmt: skip


def _gold_class(score: Scored, each: Cited) -> str:
    words = "".join(each.quote.split())
    right = any(
        gold.article_id == each.article_id
        and ("".join(gold.quote.split()) in words or words in "".join(gold.quote.split()))
        for gold in score.question.gold
    )
    return ' class="gold"' if right else ""


def _source(each: Cited) -> str:
    title = f"《{each.title}》" if each.title else ""
    day = each.published.isoformat() if each.published else ""
    parts = (title, each.source, day, each.article_id)
    return f'<span class="faint">{escape(" ".join(filter(None, parts)))}</span>'


def _articles(score: Scored, keys: Sequence[str]) -> str:
    relevant = score.question.query.relevant if score.question.query else frozenset()
    return "<ol>" + "".join(
        f"<li{' class=gold' if key in relevant else ''}>{escape(key[:200])}</li>" for key in keys
    ) + "</ol>"  # fmt: skip


def _list(items: Sequence[str], *, ordered: bool = False) -> str:
    tag = "ol" if ordered else "ul"
    rows = "".join(f'<li class="text">{_text(text)}</li>' for text in items)
    return f"<{tag}>{rows}</{tag}>"


def _checks(score: Scored) -> str:
    """The measures this question has, few of a ranking's; those short of the best are coloured."""
    cells = []
    for measure in MEASURES:
        value = score.values[measure.name]
        if value is None or measure.name in _LEFT_OUT:
            continue
        best = 1.0 if measure.better > 0 else 0.0
        low = is_quality(measure) and measure.unit is Unit.SHARE and value != best
        cells.append(
            f"<li{' class=low' if low else ''}>{escape(measure.label)} "
            f'<span class="en">{escape(measure.name)}</span> '
            f"{escape(shown(value, measure.unit))}</li>"
        )
    return f'<ul class="checks">{"".join(cells)}</ul>'


def _text(text: str) -> str:
    kept = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return escape(kept)

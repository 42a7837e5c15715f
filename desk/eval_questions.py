"""The questions of a run, and one of them opened, as HTML. Whatever goes in is escaped."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from desk.eval_question_text import QuestionLabels
from desk.eval_render import render_pager
from desk.eval_shelf import Only, Opened, shown_questions
from desk.eval_words import measure_label
from desk.told import told
from eval.match import parts_right
from eval.metrics_citations import sentence_precision
from eval.metrics_measures import MEASURES, Unit, is_quality, shown
from eval.metrics_score import Scored
from eval.run_rows import Cited

PAGE = 40
_LONGEST = 4_000  # characters of an answer or a sentence
_BEGINNING = 120  # of an answer in the list
_SENTENCES = 10
SIGNS = {True: "✓", False: "✗", None: "·"}
_VERDICTS = {True: "right", False: "wrong", None: "open"}
# Of what a ranking found the rest is in the table.
_LEFT_OUT = frozenset({"hit@3", "hit@10", "ndcg@10", "recall@10", "allgroups@5", "allgroups@10"})


def render_questions(
    words: QuestionLabels, opened: Opened, *, which: Only, kind: str, page: int
) -> str:
    """The ways to narrow the list, and a page of it."""
    found = shown_questions(opened, which, kind)
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages - 1)
    rows = "".join(render_row(words, each) for each in found[page * PAGE : (page + 1) * PAGE])
    listed = f'<ul class="sy-asked-list">{rows}</ul>' if rows else ""
    said = words.page_of.replace("{total}", str(len(found)))
    return (
        _filters(words, opened, which, kind)
        + (listed or f'<p class="sy-idle">{escape(words.nothing)}</p>')
        + render_pager(words.newer, words.older, said, "asked", page, pages)
    )


def render_row(words: QuestionLabels, score: Scored) -> str:
    """One question of the list; a click opens it."""
    item, row = score.question, score.row
    beginning = " ".join((row.answer if row.status else "、".join(row.ranked or ())).split())
    tags = [item.type, item.id]
    if row.refused:
        tags.append(words.refused)
    if row.unsupported:
        tags.append(words.unsupported.format(n=len(row.unsupported)))
    verdict = _VERDICTS[score.verdict]
    return (
        f'<li><button type="button" data-do="question" data-question="{escape(item.id)}" '
        f'data-verdict="{verdict}"><span class="sy-sign" role="img" '
        f'aria-label="{escape(getattr(words, f"sign_{verdict}"))}">{SIGNS[score.verdict]}</span>'
        f"<span><b>{escape(item.question[:_LONGEST])}</b>"
        f"<span>{escape(beginning[:_BEGINNING])}</span>"
        f"<small>{escape(' · '.join(tags))}</small></span></button></li>"
    )


def _filters(words: QuestionLabels, opened: Opened, which: Only, kind: str) -> str:
    buttons = "".join(
        f'<button type="button" data-do="only" data-only="{each}" '
        f'aria-pressed="{str(each is which).lower()}">'
        f"{escape(getattr(words, f'only_{each}'))} <b>{count}</b></button>"
        for each in Only
        for count in [len(shown_questions(opened, each, kind))]
    )
    types = list(dict.fromkeys(score.question.type for score in opened.scores))
    options = "".join(
        f'<option value="{escape(name)}"{" selected" if name == kind else ""}>{escape(name)}'
        "</option>"
        for name in types
    )
    select = (
        f'<select data-change="kind" aria-label="{escape(words.any_type)}">'
        f'<option value="">{escape(words.any_type)}</option>{options}</select>'
        if len(types) > 1
        else ""
    )
    return (
        f'<div class="sy-only" role="group" aria-label="{escape(words.only)}">{buttons}{select}'
        "</div>"
    )


def render_question(words: QuestionLabels, score: Scored, *, back: str, other: str = "") -> str:
    """All there is to judge one question by. ``other`` is HTML: the other run's answer."""
    item, verdict = score.question, _VERDICTS[score.verdict]
    return (
        f'<section class="sy-article sy-judged" data-key="{escape(item.id)}" '
        f'aria-label="{escape(item.question[:200])}">'
        '<div class="sy-bar"><button type="button" class="sy-close" data-close>'
        f'<span aria-hidden="true">←</span> {escape(back)}</button>'
        f"<span>{escape(f'{item.type} · {item.id}')}</span></div>"
        f'<header><p class="sy-verdict" data-verdict="{verdict}">{SIGNS[score.verdict]} '
        f"{escape(getattr(words, f'sign_{verdict}'))}</p>"
        f'<h2 tabindex="-1">{escape(item.question[:_LONGEST])}</h2></header>'
        f"{''.join(_blocks(words, score))}{other}</section>"
    )


def _blocks(words: QuestionLabels, score: Scored) -> Iterator[str]:
    item, row = score.question, score.row
    if len(item.asked) > 1:
        turns = "".join(f"<li>{escape(turn[:_LONGEST])}</li>" for turn in item.asked[:-1])
        yield _block(words.before, f"<ol>{turns}</ol>")
    yield _block(f"{words.answer} · {_status(words, score)}", answer_html(words, score))
    yield _block(words.expected, _expected(words, score))
    if item.gold:
        yield _block(words.gold, _gold(words, score))
    if row.status:
        cited = _sentences(words, score, row.citations, "cited", number=True)
        yield _block(words.cited, cited or f'<p class="sy-idle">{escape(words.nothing_cited)}</p>')
    if row.evidence:
        found = row.evidence[:_SENTENCES]
        yield _block(words.found, _sentences(words, score, found, "found", number=False))
    notes = [words.not_supported.format(text=text) for text in row.unsupported or ()]
    if notes := [*notes, *(told(note, words.lang) for note in row.notes)]:
        lines = "".join(f"<li>{escape(note[:_LONGEST])}</li>" for note in notes)
        yield _block(words.notes, f"<ul>{lines}</ul>")
    yield _block(words.checks, _checks(words, score.values))


def _block(head: str, body: str) -> str:
    return f"<div><h3>{escape(head)}</h3>{body}</div>"


def _status(words: QuestionLabels, score: Scored) -> str:
    status = score.row.status
    return getattr(words, f"status_{status}", str(status)) if status else words.status_none


def answer_html(words: QuestionLabels, score: Scored) -> str:
    """What was said."""
    said = score.row.answer[:_LONGEST]
    if not said:
        return f'<p class="sy-idle">{escape(words.no_answer)}</p>'
    return f'<p class="sy-reply">{escape(said)}</p>'


def _expected(words: QuestionLabels, score: Scored) -> str:
    item, row = score.question, score.row
    if not item.answerable:
        return f"<p>{escape(words.unanswerable)}</p>"
    there = parts_right(row.output, item.parts)
    lines = []
    for part, hit in zip(item.parts, there, strict=True):
        got = hit and not row.refused  # a refusal is never right, whatever it mentions
        word = words.hit if got else words.missed
        sign = f'<b data-verdict="{_VERDICTS[got]}">{SIGNS[got]} {escape(word)}</b> '
        lines.append(f"<li>{sign if row.status else ''}{escape(' / '.join(part)[:_LONGEST])}</li>")
    return f'<ul class="sy-parts">{"".join(lines)}</ul>' if lines else "<p>–</p>"


def _gold(words: QuestionLabels, score: Scored) -> str:
    row = score.row
    lines = []
    for number, gold in enumerate(score.question.gold):
        key = [(gold.article_id, gold.quote)]
        cited = any(_is_of(each, key) for each in row.citations)
        found = any(_is_of(each, key) for each in row.evidence or ())
        state = words.gold_cited if cited else words.gold_found if found else words.gold_missed
        verdict = "right" if cited else "open" if found else "wrong"
        quote = gold.quote or words.whole_article
        lines.append(
            f'<li><b data-verdict="{verdict}">{escape(state)}</b> '
            f"{_source(f'gold:{number}', quote, gold.article_id)}</li>"
        )
    return f'<ul class="sy-parts">{"".join(lines)}</ul>'


def _sentences(
    words: QuestionLabels, score: Scored, items: Sequence[Cited], kind: str, *, number: bool
) -> str:
    gold = [(each.article_id, each.quote) for each in score.question.gold]
    lines = []
    for place, each in enumerate(items):
        marker = f'<span class="sy-marker">{each.marker}</span>' if number else ""
        tag = f'<span class="sy-tag">{escape(words.is_gold)}</span>' if _is_of(each, gold) else ""
        day = each.published.isoformat() if each.published else ""
        where = " · ".join(filter(None, (each.title, each.source, day))) or each.article_id
        lines.append(f"<li>{marker}{_source(f'{kind}:{place}', each.text, where)}{tag}</li>")
    return f'<ul class="sy-quoted">{"".join(lines)}</ul>' if lines else ""


def _is_of(each: Cited, gold: Sequence[tuple[str, str]]) -> bool:
    """Whether a sentence is one of the gold ones, as the measures have it."""
    return bool(gold) and sentence_precision([(each.article_id, each.quote)], gold) == 1


def _source(reference: str, text: str, where: str) -> str:
    return (
        f"<span>{escape(text[:_LONGEST])}</span> "
        f'<button type="button" class="sy-open" data-do="source" data-source="{escape(reference)}">'
        f"{escape(where[:300])}</button>"
    )


def _checks(words: QuestionLabels, values: Mapping[str, float | None]) -> str:
    cells = []
    for measure in MEASURES:
        value = values[measure.name]
        if value is None or measure.name in _LEFT_OUT:
            continue
        best = 1.0 if measure.better > 0 else 0.0
        low = is_quality(measure) and measure.unit is Unit.SHARE and value != best
        cells.append(
            f"<li{' class=sy-low' if low else ''}>{escape(measure_label(measure.name, words.lang))}"
            f" <b>{escape(shown(value, measure.unit))}</b></li>"
        )
    return f'<ul class="sy-checks">{"".join(cells)}</ul>'


def quoted_at(score: Scored, reference: str) -> tuple[str, str] | None:
    """Article id and sentence of a click in ``render_question``; None for anything else."""
    kind, _, number = reference.partition(":")
    if not number.isdecimal() or len(number) > 4:
        return None
    row = score.row
    pairs: dict[str, list[tuple[str, str]]] = {
        "gold": [(each.article_id, each.quote) for each in score.question.gold],
        "cited": [(each.article_id, each.quote) for each in row.citations],
        "found": [(each.article_id, each.quote) for each in row.evidence or ()],
    }
    held = pairs.get(kind, [])
    return held[int(number)] if int(number) < len(held) else None

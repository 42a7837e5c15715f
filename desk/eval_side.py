"""What stands right in the Evaluate tab: a run, a question of it, two runs. No Gradio."""

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from desk.article import Passage, render_absent, render_article
from desk.eval_detail import render_overview, render_run, render_table
from desk.eval_look import Look
from desk.eval_place import EvalFiles
from desk.eval_question_text import QuestionLabels, question_labels
from desk.eval_questions import SIGNS, answer_html, quoted_at, render_question, render_questions
from desk.eval_run_text import run_labels
from desk.eval_shelf import Opened, Runs
from desk.eval_text import eval_labels
from desk.eval_versus import render_back, render_comparison
from desk.events import reason
from desk.html import flag
from desk.text import Labels, labels
from eval.compare import compare_runs
from eval.compare_text import comparison_json
from eval.metrics_score import Scored
from eval.report import report_html
from index.errors import BadInput
from index.types import Article

_OTHERS = 30  # runs offered to compare with


class Readable(Protocol):
    """What opens the article behind a sentence."""

    def article(self, article_id: str) -> Article | None:
        """The current article."""


class Side:
    """Shows what a look asks for; the same for every reader."""

    def __init__(self, runs: Runs, files: EvalFiles, archive: Readable) -> None:
        self._runs = runs
        self._files = files
        self._archive = archive

    def shown(self, look: Look, lang: str, *, admin: bool) -> str:
        """The panel of a run, of a comparison, or what to do first."""
        words = eval_labels(lang)
        if not look.run:
            idle = words.idle if self._runs.names() else ""
            return f'<section class="sy-panel"><p class="sy-idle">{idle}</p></section>'
        if look.run not in self._runs.names():
            return f'<section class="sy-panel">{flag("note", words.gone)}</section>'
        try:
            opened = self._runs.opened(look.run)
            if look.base:
                return self._versus(look, opened, lang)
            return self._run(look, opened, lang, admin=admin)
        except Exception as error:
            said = flag("error", reason(error, f"opening the run {look.run!r}", labels(lang)))
            return f'<section class="sy-panel">{said}</section>'

    def question(self, look: Look, key: str, lang: str) -> str:
        """One question of the run that is looked at; "" where there is none."""
        words = question_labels(lang)
        score = self._score(look.run, key)
        if score is None:
            return ""
        before = self._score(look.base, key) if look.base else None
        other = _before(words, before) if before is not None else ""
        return render_question(words, score, back=run_labels(lang).back, other=other)

    def source(self, look: Look, key: str, reference: str, lang: str) -> str:
        """The article behind a sentence of an opened question, the sentence marked."""
        score = self._score(look.run, key)
        pair = quoted_at(score, reference) if score is not None else None
        return article_at(self._archive, *pair, lang) if pair is not None else ""

    def report(self, run: str) -> str:
        """The run as the page that ``suyuan eval report`` writes.

        Raises:
            BadInput: There is no such run.
        """
        opened = self._runs.opened(run)
        return report_html(opened.questions, opened.run, opened.scores)

    def too_big(self, path: Path, lang: str) -> str:
        """Where a file lies that no browser is sent."""
        size = f"{path.stat().st_size / 2**20:.0f}"
        return run_labels(lang).too_big.format(size=size, path=path)

    def _run(self, look: Look, opened: Opened, lang: str, *, admin: bool) -> str:
        words = run_labels(lang)
        if look.view == "questions":
            asked = question_labels(lang)
            inside = render_questions(
                asked, opened, which=look.only, kind=look.kind, page=look.page
            )
        elif look.view == "table":
            inside = render_table(words, opened.scores)
        else:
            named = self._files.sets().get(opened.card.set_name)
            inside = render_overview(words, opened, has_gate=bool(named and named.gate))
        return render_run(
            words,
            opened,
            view=look.view,
            inside=inside,
            others=self._runs.cards(self._runs.names()[:_OTHERS]),
            admin=admin,
            sample=eval_labels(lang).sample,
        )

    def _versus(self, look: Look, b: Opened, lang: str) -> str:
        words, a = question_labels(lang), self._runs.opened(look.base)
        shared = [key for key in a.run.rows if key in b.run.rows]
        if not shared:
            return _apart(words.sets_apart, look.run, lang)
        try:
            found = compare_runs(a.questions, a.run, b.run)
        except BadInput:
            return _apart(words.asked_differently, look.run, lang)
        made = comparison_json(found, a.run, b.run)["made_differently"]
        return render_comparison(
            words,
            run_labels(lang),
            found,
            a,
            b,
            made_differently=[(each["name"], each["a"], each["b"]) for each in made],
            sample=eval_labels(lang).sample,
        )

    def _score(self, run: str, key: str) -> Scored | None:
        try:
            scores = self._runs.opened(run).scores
        except BadInput:
            return None
        return next((score for score in scores if score.question.id == key), None)


def article_at(archive: Readable, article_id: str, quote: str, lang: str) -> str:
    """An article with a sentence marked, to open over a panel."""
    shown: Labels = replace(labels(lang), back=run_labels(lang).back)
    try:
        article = archive.article(article_id)
    except Exception as error:
        return render_absent(reason(error, f"opening {article_id[:200]!r}", shown), shown)
    if article is None:
        return render_absent(shown.gone, shown)
    start = article.body.find(quote) if quote else -1
    passages = [Passage(start, start + len(quote))] if start >= 0 else []
    return render_article(article, passages, shown)


def _before(words: QuestionLabels, score: Scored) -> str:
    """The other run's answer."""
    return f"<div><h3>A {SIGNS[score.verdict]} {words.answer}</h3>{answer_html(words, score)}</div>"


def _apart(said: str, run: str, lang: str) -> str:
    back = render_back(run_labels(lang), run)
    return f'<section class="sy-panel sy-versus">{back}{flag("error", said)}</section>'

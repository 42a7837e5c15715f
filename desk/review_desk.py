"""The review queue in the Evaluate tab: what is shown, and what a verdict brings. No Gradio."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from desk.eval_look import Look, text_of
from desk.eval_side import Readable, article_at
from desk.events import reason
from desk.html import flag
from desk.review_events import Fault, Gone, Review, Waiting, edited
from desk.review_render import asked_of, render_judge, render_waiting
from desk.review_text import review_labels
from desk.text import labels
from eval.review import Proposal
from index.errors import BadInput

_SKIPPED = 500  # remembered of one session


@dataclass(frozen=True, slots=True)
class Judged:
    """What a verdict brings: ``side`` where the form stays, with why."""

    look: Look
    notice: str = ""
    side: str | None = None


class ReviewDesk:
    """One archive's queue. Whoever calls has made sure of an admin."""

    def __init__(self, review: Review, archive: Readable, folder: Path) -> None:
        self._review = review
        self._archive = archive
        self._folder = folder

    def count(self) -> int:
        """How many wait; 0 where the files cannot be read, which the queue then tells."""
        try:
            return len(self._review.waiting().left)
        except BadInput:
            return 0

    def shown(self, look: Look, lang: str) -> tuple[str, str]:
        """The list and the form."""
        words = review_labels(lang)
        try:
            waiting = self._review.waiting()
        except Exception as error:
            return flag("error", reason(error, "reading the queue", labels(lang))), ""
        item = _chosen(waiting, look)
        listed = render_waiting(
            words,
            waiting,
            chosen=item.id if item else "",
            archive=str(self._folder),
            name=self._review.out.name,
        )
        if item is None:
            return listed, ""
        return listed, self._form(waiting, item, lang)

    def judge(
        self, look: Look, doing: str, sent: Mapping[str, object], lang: str, user: str
    ) -> Judged:
        """Accept, reject or skip the proposal that the form holds."""
        words, key = review_labels(lang), text_of(sent, "key")
        if doing == "skip":
            skipped = (*look.skipped, key)[-_SKIPPED:]
            return Judged(replace(look, judged="", skipped=skipped))
        try:
            if doing == "accept":
                item = self._review.accept(key, sent, user=user)
                said = words.accepted.format(question=asked_of(edited(item.row, sent))[-1][:200])
            else:
                item = self._review.reject(key, user=user)
                said = words.rejected.format(question=asked_of(item.row)[-1][:200])
        except Fault as error:
            return Judged(look, side=self._again(key, sent, lang, str(error)))
        except Gone:
            return Judged(replace(look, judged=""), flag("warn", words.gone))
        except Exception as error:
            said = reason(error, f"judging {key[:100]!r}", labels(lang))
            return Judged(look, flag("error", said))
        return Judged(replace(look, judged=""), flag("note", said))

    def source(self, look: Look, sent: Mapping[str, object], lang: str) -> str:
        """The article that a gold sentence of the form names, the sentence marked."""
        number = text_of(sent, "look")
        key, quote = sent.get(f"gold-{number}-article"), sent.get(f"gold-{number}-quote")
        if not isinstance(key, str) or not isinstance(quote, str):
            return ""
        return article_at(self._archive, key.strip()[:600], quote.strip()[:4000], lang)

    def _form(self, waiting: Waiting, item: Proposal, lang: str) -> str:
        number = [each.id for each in waiting.left].index(item.id) + 1
        return render_judge(
            review_labels(lang), item, item.row, number=number, total=len(waiting.left)
        )

    def _again(self, key: str, sent: Mapping[str, object], lang: str, fault: str) -> str:
        """The form with what was typed, and why it cannot be accepted."""
        left = self._review.waiting().left
        found = [(n, each) for n, each in enumerate(left, 1) if each.id == key]
        if not found:
            return f'<p class="sy-idle">{escape(review_labels(lang).gone)}</p>'
        number, item = found[0]
        row = edited(item.row, sent)
        return render_judge(
            review_labels(lang), item, row, number=number, total=len(left), fault=fault
        )


def _chosen(waiting: Waiting, look: Look) -> Proposal | None:
    """The one that was clicked, else the first that was not skipped, else the first."""
    by_id = {item.id: item for item in waiting.left}
    if look.judged in by_id:
        return by_id[look.judged]
    fresh = (item for item in waiting.left if item.id not in look.skipped)
    return next(fresh, waiting.left[0] if waiting.left else None)

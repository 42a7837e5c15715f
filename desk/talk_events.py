"""What can be done with conversations and answers, over plain values. Knows nothing of Gradio."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from desk.auth_user import LOCAL
from desk.chips import Wish, again, changed, offered, without
from desk.events import Conversation, Desk, reason
from desk.exchange import Exchange
from desk.feedback import LONGEST_RIGHT, Verdict, feedback_row
from desk.history import Kept
from desk.pack import pack_html, pack_json
from desk.talk_sheets import render_feedback, render_history, render_narrow
from desk.talk_text import talk_labels
from desk.text import labels
from desk.told import told
from index.errors import BadInput, UserError

_LOG = logging.getLogger("suyuan.ui")
_LONGEST_TYPED = 2000  # characters of one field of a form
_MEDIA = {"html": "text/html", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Pack:
    """A file for the reader to keep."""

    name: str
    kind: str  # its media type
    text: str


@dataclass(frozen=True, slots=True)
class Rated:
    """What came of a verdict: the conversation with it, or what asks on or says why not."""

    talk: Conversation
    sheet: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class TalkDesk:
    """One desk's conversations. Each call names its user; nobody reaches another's."""

    desk: Desk

    def reopen(self, user: str, key: object, lang: str) -> tuple[Conversation, Kept | None, str]:
        """A stored conversation, or an empty one; and, where it cannot be read, why."""
        history = self.desk.history
        if history is None or not isinstance(key, str) or not key:
            return (), None, ""
        try:
            found = history.load(user, key)
        except UserError as error:
            return (), None, told(error, lang)
        except Exception as error:
            return (), None, reason(error, "reading a conversation", labels(lang))
        if found is None or not found[1]:
            return (), None, ""
        return found[1], found[0], ""

    def keep(
        self,
        user: str,
        kept: Kept | None,
        talk: Conversation,
        lang: str,
        *,
        changed: int = 0,
        revive: bool = False,
    ) -> tuple[Kept | None, str]:
        """Write ``talk``; which one it is now, and, where it cannot be written, why.

        ``revive`` as in ``History.save``: for a question that has just been asked.
        """
        history = self.desk.history
        if history is None or not talk:
            return None, ""
        try:
            return history.save(user, kept, talk, changed=changed, revive=revive), ""
        except UserError as error:
            _LOG.error("%s", error)
            return kept, told(error, lang)

    def listing(
        self,
        user: str,
        lang: str,
        *,
        text: str = "",
        current: str = "",
        sure: bool = False,
        said: str = "",
    ) -> str:
        """The history as a sheet; ``said`` stands above it."""
        history, listed = self.desk.history, None
        try:
            listed = history.listed(user, text) if history is not None else []
        except UserError as error:
            said = told(error, lang)
        return render_history(
            listed,
            lang,
            text=text,
            current=current,
            local=user == LOCAL.name,
            sure=sure,
            said=said,
        )

    def forget(self, user: str, key: object) -> None:
        """Delete one conversation, or with ``None`` all of this user's.

        Raises:
            HistoryUnavailable: It cannot be deleted.
        """
        if self.desk.history is None:
            return
        if key is None:
            self.desk.history.clear(user)
        elif isinstance(key, str):
            self.desk.history.delete(user, key)

    def narrow(
        self,
        talk: Conversation,
        number: object,
        field: object,
        lang: str,
        *,
        given: Mapping[str, object] | None = None,
        error: str = "",
    ) -> str:
        """The form of the last question; "" of any other."""
        exchange = _last(talk, number)
        if exchange is None:
            return ""
        return render_narrow(
            exchange,
            lang,
            field=field if isinstance(field, str) else "question",
            offered=offered(self.desk.engine.archive),
            given=given,
            error=error,
        )

    def wish(
        self, talk: Conversation, sent: Mapping[str, object], lang: str
    ) -> tuple[Wish | None, str]:
        """What a click or the form asks for; or None and, where the form is wrong, the form."""
        exchange = _last(talk, sent.get("number"))
        if exchange is None or exchange.running:
            return None, ""
        act = sent.get("act")
        if act == "retry":
            return again(exchange), ""
        if act == "drop":
            return without(exchange, sent.get("value")), ""
        typed = {
            name: value[:_LONGEST_TYPED] for name, value in sent.items() if isinstance(value, str)
        }
        try:
            self._require_short(typed.get("question", ""), lang)
            wish = changed(exchange, typed, self.desk.engine.archive)
            self._require_short(wish.question, lang)
        except UserError as error:
            said = told(error, lang)
            return None, self.narrow(talk, exchange.number, "", lang, given=typed, error=said)
        return wish, ""

    def _require_short(self, question: str, lang: str) -> None:
        if refusal := self.desk.refusal(question, lang):
            raise BadInput(refusal)

    def rate(
        self, user: str, talk: Conversation, sent: Mapping[str, object], lang: str
    ) -> Rated | None:
        """👍 is noted at once; 👎 first asks for the right answer. None: nothing to rate."""
        exchange = _numbered(talk, sent.get("number"))
        feedback = self.desk.feedback
        if exchange is None or exchange.answer is None or feedback is None:
            return None
        verdict: Verdict = "up" if sent.get("value") == "up" else "down"
        if sent.get("act") == "rate":
            if verdict == "down":
                return Rated(talk, sheet=render_feedback(exchange, lang))
            if exchange.verdict == "up":  # pressed twice
                return None
        right = sent.get("right")
        right = right[:LONGEST_RIGHT] if isinstance(right, str) else ""
        row = feedback_row(
            exchange,
            [each for each in talk if each.number < exchange.number],
            user=user,
            verdict=verdict,
            right_answer=right,
        )
        try:
            feedback.add(row)
        except UserError as error:
            said = told(error, lang)
            if verdict == "up":
                return Rated(talk, error=said)
            return Rated(talk, sheet=render_feedback(exchange, lang, error=said, given=right))
        rated = replace(exchange, verdict=verdict)
        changed_talk = tuple(rated if each is exchange else each for each in talk)
        return Rated(changed_talk)

    def pack(self, talk: Conversation, kind: object, lang: str) -> Pack | None:
        """The conversation as a file; None for another ``kind`` than html and json."""
        if not talk or not isinstance(kind, str) or kind not in _MEDIA:
            return None
        made = datetime.now(UTC)
        text = pack_json(talk, made=made) if kind == "json" else pack_html(talk, lang, made=made)
        stem = talk_labels(lang).pack.replace(" ", "-")
        name = f"{stem}-{made.astimezone():%Y%m%d-%H%M}.{kind}"
        return Pack(name, _MEDIA[kind], text)


def _numbered(talk: Conversation, number: object) -> Exchange | None:
    return next((each for each in talk if str(each.number) == str(number)), None)


def _last(talk: Conversation, number: object) -> Exchange | None:
    """Only the last question can be asked again: what came after another leans on its answer."""
    return talk[-1] if talk and str(talk[-1].number) == str(number) else None

"""Where a desk keeps what its readers leave: beside the articles it speaks of.

In the archive's own folder, since conversations cite articles and versions of that archive and a
copy of the folder should hold both; not in SUYUAN_HOME, a cache of what can be fetched again; and
not in a derived store, which ``suyuan rebuild`` replaces.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desk.eval_forget import forget_in_rows
from desk.history import History
from desk.history_file import HistoryUnavailable, prepare


@dataclass(frozen=True, slots=True)
class DeskFiles:
    """The paths in the folder ``desk`` of an archive."""

    archive: Path

    @property
    def history(self) -> Path:
        """The conversations (SQLite), for desk.history."""
        return self.archive / "desk" / "history.sqlite3"

    @property
    def feedback(self) -> Path:
        """What readers say of answers (JSON lines), for desk.feedback."""
        return self.archive / "desk" / "feedback.jsonl"

    def open_history(self, warn: Callable[[str], None]) -> History | None:
        """The conversations; None, and a warning, where they cannot be kept (an archive to read).

        ``warn`` is also told of a damaged file that was set aside.
        """
        try:
            said = prepare(self.history)
        except HistoryUnavailable as error:
            warn(f"{error} The page goes on without a history.")
            return None
        if said:
            warn(said)
        return History(self.history)

    def forget_article(self, article_id: str, warn: Callable[[str], None]) -> None:
        """Forget the questions whose answers show an article that was taken down.

        Also in runs, question sets and readers' verdicts. A takedown stands even where they cannot
        be written: ``warn`` is told.
        """
        forget_in_rows(self.archive, article_id, warn)
        if self.history.exists() and (history := self.open_history(warn)) is not None:
            try:
                history.forget_article(article_id)
            except HistoryUnavailable as error:
                warn(f"{error} Saved conversations may still quote {article_id}.")

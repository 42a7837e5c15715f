"""``suyuan qa review``: accept, edit or reject proposed questions in the terminal."""

import getpass
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.output import complain, say

if TYPE_CHECKING:
    from eval.review import Body, Decisions, Proposal

_KEYS = (
    "[a] 收 accept  [e] 改 edit  [u] 库中没有 unanswerable  "
    "[r] 弃 reject  [s] 跳过 skip  [q] 停 quit"
)
_BETWEEN_PARTS, _BETWEEN_FORMS = "&", "|"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("review")(qa_review)


def qa_review(
    out: Annotated[Path, typer.Option(help="The QA set that accepted questions are added to.")],
    queue: Annotated[
        list[Path] | None, typer.Option(help="Proposals of suyuan qa draft; may be repeated.")
    ] = None,
    feedback: Annotated[
        list[Path] | None, typer.Option(help="A feedback file of the page; may be repeated.")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option(help="Also hold gold sentences to this archive's articles.")
    ] = None,
    as_list: Annotated[
        bool, typer.Option("--list", help="Only list what is left; ask nothing.")
    ] = False,
) -> None:
    """Go through the queue; what is left when you stop comes again next time."""
    from commands.archive_bodies import article_bodies
    from eval.review import Decisions

    proposals = _proposals(queue or [], feedback or [])
    decisions = Decisions(out)
    left = decisions.left(proposals)
    say(f"{len(proposals)} proposals, {len(left)} left")
    if as_list:
        for item in left:
            say(f"  {item.id} [{item.origin}] {_clean(_asked(item.row)[-1])}")
        return
    with article_bodies(archive) if archive else nullcontext() as body:
        for number, item in enumerate(left, 1):
            _show(item, f"{number}/{len(left)}")
            if not _judge(item, decisions, body):
                break
    kept = sum(verdict != "rejected" for verdict in decisions.known.values())
    say(f"{out}: {kept} accepted, {len(decisions.known) - kept} rejected so far")


def _proposals(queues: list[Path], feedback: list[Path]) -> "list[Proposal]":
    from eval.review import read_feedback, read_queue
    from index.errors import BadInput

    if not queues and not feedback:
        raise BadInput("Name what to review: --queue FILE of suyuan qa draft, or --feedback FILE.")
    found = [item for path in queues for item in read_queue(path)]
    for path in feedback:
        items, faults = read_feedback(path)
        found += items
        for number, fault in faults.items():
            complain(f"{path} line {number} is left out: {fault}")
    return found


def _show(item: "Proposal", place: str) -> None:
    say("")
    say(f"—— {place} {item.id} [{item.origin}] {item.row.get('type', '')}")
    _show_row(item.row)
    for line in item.told:
        say(f"  {_clean(line)}")


def _show_row(row: dict[str, Any]) -> None:
    for turn in _asked(row)[:-1]:
        say(f"前问 Before  {_clean(turn)}")
    say(f"问 Question  {_clean(_asked(row)[-1])}")
    say(f"答 Answer    {_forms(row.get('answers', []))}")
    for gold in row.get("gold", []):
        say(f"原句 Gold    {gold['article_id']}: {_clean(gold['quote'])}")


def _judge(item: "Proposal", decisions: "Decisions", body: "Body | None") -> bool:
    """Ask until there is a verdict; False where the reviewer stops, or the input ends."""
    try:
        return _asked_for(item, decisions, body)
    except EOFError:
        return False


def _asked_for(item: "Proposal", decisions: "Decisions", body: "Body | None") -> bool:
    from eval.review import fault_of

    row, user = item.row, _user()
    while True:
        fault = fault_of(row, body)
        if fault:
            say(f"  还不能收 Cannot be accepted yet: {fault}")
        key = input(f"{_KEYS} > ").strip().lower()
        if key == "a" and not fault:
            decisions.accept(item, row, user=user)
            return True
        if key == "e":
            row = _edited(row)
            _show_row(row)
        elif key == "u":
            kept = {name: value for name, value in row.items() if name not in ("answers", "gold")}
            row = {**kept, "answerable": False, "type": "unanswerable"}
            say("  改为库中没有 Now unanswerable; [a] keeps it so")
        elif key == "r":
            decisions.reject(item, user=user)
            return True
        elif key in ("s", "q"):
            return key == "s"


def _edited(row: dict[str, Any]) -> dict[str, Any]:
    """The row with what the reviewer typed; an empty line keeps what was there."""
    row = dict(row)
    asked = _asked(row)
    if question := input(f"问题 Question [{_clean(asked[-1])}] ").strip():
        row = {name: value for name, value in row.items() if name not in ("question", "turns")}
        row |= {"turns": [*asked[:-1], question]} if len(asked) > 1 else {"question": question}
    hint = f"要点间用 {_BETWEEN_PARTS}，同义写法间用 {_BETWEEN_FORMS}"
    if answers := input(f"答案 Answer（{hint}）[{_forms(row.get('answers', []))}] ").strip():
        row["answers"] = [
            [form.strip() for form in part.split(_BETWEEN_FORMS) if form.strip()]
            for part in answers.split(_BETWEEN_PARTS)
        ]
        row["answerable"] = True
    gold = row.get("gold", [])
    key = input(f"报道编号 Article id [{gold[0]['article_id'] if gold else ''}] ").strip()
    quote = input(f"原句 Gold sentence [{_clean(gold[0]['quote']) if gold else ''}] ").strip()
    if key or quote:
        first = gold[0] if gold else {"article_id": "", "quote": ""}
        changed = {"article_id": key or first["article_id"], "quote": quote or first["quote"]}
        row["gold"] = [changed, *gold[1:]]
    if kind := input(f"类型 Type [{row.get('type', '')}] ").strip():
        row["type"] = kind
    return row


def _asked(row: dict[str, Any]) -> list[str]:
    turns: list[str] = row.get("turns") or [row.get("question", "")]
    return turns


def _forms(answers: list[list[str]]) -> str:
    between = f" {_BETWEEN_PARTS} "
    return between.join(f" {_BETWEEN_FORMS} ".join(map(_clean, part)) for part in answers)


def _clean(text: str) -> str:
    """On one line and without control characters, which a terminal would obey."""
    return "".join(letter for letter in " ".join(str(text).split()) if letter.isprintable())


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return ""

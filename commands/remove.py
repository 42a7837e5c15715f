"""``suyuan remove``: articles out of every search, and out of the bytes of every store."""

from pathlib import Path
from typing import Annotated

import typer

from commands.engine import settings_for
from commands.options import ArchiveOption
from commands.output import complain, say
from index.errors import BadInput


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(remove)


def remove(
    ids: Annotated[list[str], typer.Argument(help="Ids of articles, as printed with sources.")],
    archive: ArchiveOption = None,
    reason: Annotated[str, typer.Option(help="Kept with the ids: who asked, and why.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Take articles down: text and vectors are erased from the files of the archive."""
    from desk.history_place import DeskFiles
    from index.takedown import take_down
    from rag.assemble import require_archive

    settings = settings_for(archive)
    require_archive(settings.archive)
    if not yes:
        _list(settings.archive, ids)
        if not typer.confirm("彻底删除，不可恢复？ Erase for good?"):
            raise typer.Exit(1)
    report = take_down(settings.archive, ids, reason=reason)
    say(
        f"已删除 Removed: {len(report.removed)} articles, {report.chunks} chunks"
        + (f"; taken down before: {', '.join(report.already)}" if report.already else "")
    )
    for gone in (*report.removed, *report.already):
        DeskFiles(settings.archive).forget_article(gone, complain)
    if report.removed:
        complain(
            "备份和原始文件不在此列；请重启正在运行的 suyuan serve。"
            " Backups and the files they were read from still hold them; restart a running"
            " suyuan serve."
        )
    if report.away:
        complain(
            f"{report.server} 连不上，那里仍有一份向量和编号，下次写入时再删。 That Chroma server"
            " does not answer and keeps a copy of vectors and ids (no text); the next command that"
            " writes deletes it where the server is back."
        )
    elif report.server:
        complain(
            f"{report.server} 的文件里仍有向量和编号。 That Chroma server keeps vectors and ids (no"
            " text) in its files: see docs/operations.md, Taking down on a server."
        )
    if report.missing:
        raise BadInput(f"Not in the archive: {', '.join(report.missing)}. Are the ids right?")


def _list(folder: Path, ids: list[str]) -> None:
    """What is about to go, for the person to see."""
    from index.catalog import Catalog
    from index.layout import Layout

    catalog = Catalog.open(Layout(folder).catalog)
    try:
        for article_id in ids:
            article = catalog.article(article_id)
            if article:
                day = article.published.isoformat() if article.published else "-"
                say(f"  {article.id}  {day}  {article.source}  {article.title}")
    finally:
        catalog.close()

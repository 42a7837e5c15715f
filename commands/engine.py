"""What a command works with: the settings in force, and the engine over the archive."""

from pathlib import Path
from typing import TYPE_CHECKING

from commands.output import complain

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.replies import Replies
    from rag.settings import Settings


def settings_for(archive: Path | None) -> "Settings":
    """The settings of the environment and .env; ``archive``, where given, before theirs."""
    from index.vectors_place import use_server
    from rag.settings import load_settings

    settings = load_settings()
    use_server(settings.chroma_url.get_secret_value())
    return settings.model_copy(update={"archive": archive}) if archive else settings


def engine_for(archive: Path | None, *, no_llm: bool, replies: "Replies | None" = None) -> "Engine":
    """The engine over the archive; ``replies``: what the LLM said before is not asked again.

    Raises:
        NoArchive: There is none in that folder; told before the models load.
    """
    from rag.assemble import open_engine, require_archive

    settings = settings_for(archive)
    if no_llm:
        settings = settings.model_copy(update={"llm": "none"})
    require_archive(settings.archive)  # before the slow part: seconds saved on a typing error
    return open_engine(settings, warn=complain, replies=replies)

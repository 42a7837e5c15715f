"""Data goes one way: index <- rag <- eval <- desk <- commands; one home per third-party library."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path
    for pattern in ("index/*.py", "rag/*.py", "eval/*.py", "desk/*.py", "commands/*.py", "*.py")
    for path in ROOT.glob(pattern)
)
OURS = {"index", "rag", "eval", "desk", "commands", "ui", "cli", "prompts"}
MAY_IMPORT = {
    "index": {"index"},
    "rag": {"index", "rag", "prompts"},
    "eval": {"index", "rag", "eval"},
    "desk": {"index", "rag", "eval", "desk"},  # its Evaluate tab is a view of eval
    "ui": {"index", "rag", "desk", "ui"},
    "commands": {"index", "rag", "eval", "desk", "ui", "commands"},
    "cli": {"index", "commands", "cli"},
}
# The few files that may know a library; a second name says why.
HOMES = {
    "chromadb": {"index/vectors.py", "index/vectors_server.py"},  # a folder, a server
    "sqlite3": {
        "index/catalog.py",
        "index/catalog_file.py",
        "index/catalog_write.py",
        "index/catalog_schema.py",
        "index/backup.py",  # copies databases while they are read
        "index/writer.py",  # words a full disk
        "index/near.py",  # its tables, as part of the catalog's transactions
        "index/tokens.py",
        "desk/history.py",  # a file of the page's own
        "desk/history_file.py",
    },
    "torch": {"index/encoder.py"},
    "ray": {"index/ray_prepare.py"},
    "datasketch": {"index/near.py"},
    # Two kinds of models, each loaded by its own file: embeddings and cross-encoders.
    "sentence_transformers": {"index/encoder.py", "rag/rerank.py"},
    "gradio": {
        "desk/page.py",
        "desk/ask_page.py",  # a tab each
        "desk/talk_page.py",  # what opens over it
        "desk/check_page.py",
        "desk/archive_page.py",
        "desk/eval_page.py",
        "desk/gradio_parts.py",  # what the tabs share
        "ui.py",
    },
    "tantivy": {"index/lexical.py"},
    "opencc": {"index/words.py", "index/language.py"},
    "rjieba": {"index/words.py"},
    "openai": {"rag/llm.py"},
    "xllamacpp": {"rag/llm.py"},
    "trafilatura": {"index/read_html.py"},
    "pypdf": {"index/read_pdf.py"},
    "mcp": {"desk/mcp_server.py"},
    "mcp_types": {"desk/mcp_server.py"},
    "pydantic_settings": {"rag/settings.py"},
}
MAY_BUILD_SETTINGS = {"rag/settings.py", "commands/engine.py"}


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
    return found


def _room(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return relative.parts[0] if len(relative.parts) > 1 else path.stem.split("_")[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_room_imports_only_rooms_before_it(path):
    used = {name.split(".")[0].split("_")[0] for name in _imports(path)} & OURS
    assert used <= MAY_IMPORT[_room(path)]


def test_each_library_has_one_home():
    users = defaultdict(set)
    for path in SOURCES:
        for name in _imports(path):
            users[name.split(".")[0]].add(str(path.relative_to(ROOT)))
    strays = {name: users[name] - homes for name, homes in HOMES.items() if users[name] - homes}
    assert strays == {}


def test_only_one_place_reads_the_settings():
    callers = set()
    for path in SOURCES:
        if "rag.settings" not in _imports(path) and path.name != "settings.py":
            continue  # chromadb has a Settings of its own
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("Settings", "load_settings")
            ):
                callers.add(str(path.relative_to(ROOT)))
    assert callers <= MAY_BUILD_SETTINGS


def test_prompts_hold_no_python():
    assert not list((ROOT / "prompts").glob("*.py"))

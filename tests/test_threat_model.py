"""The threat model page names tests that exist, and what has no other test is tested here."""

import ast
import pickle
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripted_llm import archive_of, article

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
SOURCES = sorted(
    path
    for pattern in ("index/*.py", "rag/*.py", "eval/*.py", "desk/*.py", "commands/*.py", "*.py")
    for path in ROOT.glob(pattern)
)
_NAMED = sorted(set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE)))


def _tests_in(name):
    tree = ast.parse((ROOT / "tests" / name).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_page_names_many_tests_and_nothing_else_that_looks_like_one():
    assert len(_NAMED) >= 60
    assert len(re.findall(r"::", PAGE)) == len(re.findall(r"`test_\w+\.py::test_\w+`", PAGE))


@pytest.mark.parametrize("file", sorted({file for file, _ in _NAMED}))
def test_every_named_test_exists(file):
    assert {test for name, test in _NAMED if name == file} <= _tests_in(file)


def test_every_threat_has_what_is_done_and_a_test():
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("| ") and not line.startswith(("| Threat", "| ---", "| Not "))
    ]
    assert len(rows) >= 30
    for threat, done, shown in rows:
        assert threat
        assert done
        assert re.search(r"`test_\w+\.py::test_\w+`", shown), threat


# --- no code comes out of data

_RUNS_DATA = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "yaml"}
_RUNS_TEXT = {"eval", "exec", "compile", "os.system", "os.popen", "torch.load"}
_NEVER = ("shell", "allow_pickle", "trust_remote_code")


def _faults(path):
    """What in a source may turn data into code."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from {each.name.split(".")[0] for each in node.names} & _RUNS_DATA
        elif isinstance(node, ast.ImportFrom):
            yield from {(node.module or "").split(".")[0]} & _RUNS_DATA
        elif isinstance(node, ast.Call):
            yield from {ast.unparse(node.func)} & _RUNS_TEXT
            said = {each.arg: ast.unparse(each.value) for each in node.keywords}
            yield from (name for name in _NEVER if said.get(name, "False") != "False")


def test_no_source_unpickles_evaluates_or_asks_a_shell():
    assert len(SOURCES) > 150
    found = {path.name: set(_faults(path)) for path in SOURCES if list(_faults(path))}
    # Ray's own protocol is pickle: who may speak it to a cluster may run code there anyway.
    assert found == {"ray_prepare.py": {"pickle"}}


def test_a_source_that_did_would_be_named(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text("import pickle\neval('1')\nrun('ls', shell=True)\n", encoding="utf-8")
    assert list(_faults(bad)) == ["pickle", "eval", "shell"]


class _Touches:
    """Unpickled by Python, it makes the file ``path``."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


_OPEN = """
import sys
from pathlib import Path
from index.archive import Archive
from tests.fakes import FakeEncoder
encoder = FakeEncoder()
try:
    archive = Archive.open(Path(sys.argv[1]), encoder)
    found = archive.search_vector(encoder.encode_queries(["云城港"])[0], top_k=3)
    print("found", len(found))
except Exception as error:
    print(type(error).__name__, str(error).splitlines()[:1])
print("legacy" if "chromadb.segment.impl.vector.local_persistent_hnsw" in sys.modules else "rust")
"""


def test_a_pickle_in_the_place_of_chroma_s_runs_nothing(tmp_path):
    """Chroma's Rust code reads index_metadata.pickle as data; its old Python reader never loads."""
    items = [article(f"a{n}", "港口", f"云城港第{n}期吞吐量{n}万吨。") for n in range(30)]
    with archive_of(tmp_path / "archive", items):
        pass
    chroma, made = tmp_path / "archive" / "chroma", tmp_path / "ran"
    evil = pickle.dumps(_Touches(made))
    pickle.loads(evil)
    assert made.exists()  # it would run
    made.unlink()
    with sqlite3.connect(chroma / "chroma.sqlite3") as base:
        (segment,) = base.execute("SELECT id FROM segments WHERE scope = 'VECTOR'").fetchone()
    (chroma / segment / "index_metadata.pickle").write_bytes(evil)
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, str(tmp_path / "archive")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "AttributeError" not in done.stdout
    assert done.stdout.splitlines()[-1:] == ["rust"], done.stderr[-500:]
    assert not made.exists()

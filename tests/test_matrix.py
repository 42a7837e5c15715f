"""``suyuan eval matrix``: configurations over one set, their costs, intervals against the first."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from eval.matrix import parse_config, read_matrix
from index.archive import Archive
from index.errors import BadInput
from rag.engine import Engine
from tests.fakes import FakeEncoder
from tests.scripted_llm import archive_of, article

ROOT = Path(__file__).parents[1]
_BODIES = ["6月末，云城各项贷款余额512亿元。", "环城绿道全长42公里，沿线建成驿站12座。",
           "云城植物园开园，园内种有三百种牡丹。"]  # fmt: skip
_QA = [
    {"id": "loans", "type": "figure", "question": "云城6月末各项贷款余额是多少亿元？",
     "answerable": True, "answers": [["512亿元"]], "gold": [{"article_id": "yc-0", "quote": ""}]},
    {"id": "stops", "type": "figure", "question": "环城绿道沿线建成多少座驿站？",
     "answerable": True, "answers": [["12座"]], "gold": [{"article_id": "yc-1", "quote": ""}]},
    {"id": "then", "type": "followup", "turns": ["云城贷款？", "绿道呢？"], "answerable": True,
     "answers": [["42公里"]], "gold": [{"article_id": "yc-1", "quote": ""}]},
    {"id": "none", "type": "none", "question": "机场何时扩建？", "answerable": False},
]  # fmt: skip


class Opened:
    def __init__(self):
        self.settings, self.asked = [], []

    def engine(self, settings, *, warn, encoder):
        self.settings.append(settings)
        opened = Engine(
            Archive.open(settings.archive, encoder), encoder, evidence=settings.evidence
        )
        search = opened.search

        def counted(question, **options):
            self.asked.append((question, str(options["mode"]), options["limit"]))
            return search(question, **options)

        opened.search = counted
        return opened


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("ARCHIVE", "ENCODER", "LLM", "RERANKER"):
        monkeypatch.delenv(f"SUYUAN_{name}", raising=False)
    with archive_of(Path("archive"), [article(f"yc-{n}", "题", b) for n, b in enumerate(_BODIES)]):
        pass
    Path("qa.jsonl").write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _QA), encoding="utf-8"
    )
    opened = Opened()
    monkeypatch.setattr("rag.assemble.open_encoder", lambda settings: FakeEncoder())
    monkeypatch.setattr("rag.assemble.open_engine", opened.engine)
    return opened


def _run(*args):
    words = ["eval", "matrix", "--questions", "qa.jsonl", "--archive", "archive", *args]
    return CliRunner().invoke(cli.app, words)


_TWO = ("--config", "name=both", "--config", "name=words,mode=lexical,evidence=1")


def test_each_configuration_has_a_row_and_differences_from_the_first(bench):
    done = _run(*_TWO, "--json")
    assert done.exit_code == 0, done.output
    both, words = json.loads(done.stdout)
    assert (both["name"], both["questions"], both["differences"]) == ("both", 2, {})
    assert both["measures"]["hit@5"]["mean"] == 1.0
    assert words["differences"]["hit@5"]["n"] == 2
    assert both["measures"]["evidence_s"]["p50"] >= 0


def test_a_configuration_is_asked_as_it_says(bench):
    assert _run(*_TWO).exit_code == 0
    assert [settings.evidence for settings in bench.settings] == [6, 1]
    assert {(mode, limit) for _, mode, limit in bench.asked} == {("hybrid", 6), ("lexical", 1)}
    # Follow-ups and what has no gold are not for a ranking; the first are asked twice to warm up.
    asked = [question for question, mode, _ in bench.asked if mode == "hybrid"]
    assert sorted(asked) == sorted([_QA[0]["question"], _QA[1]["question"]] * 2)


def test_a_matrix_is_taken_up_and_another_configuration_of_a_name_refused(bench):
    first = _run(*_TWO)
    bench.asked.clear()
    again = _run(*_TWO)
    assert (again.exit_code, bench.asked) == (0, [])
    assert again.stdout == first.stdout
    done = _run("--config", "name=both,mode=dense")
    assert done.exit_code == 1
    assert "was made with mode 'hybrid', now it is 'dense'" in done.stderr


def test_answers_without_a_language_model_are_compared_on_the_same_questions(bench):
    done = _run("--config", "name=search", "--config", "name=said,llm=none", "--json")
    assert done.exit_code == 0, done.output
    search, said = json.loads(done.stdout)
    assert (search["questions"], said["questions"]) == (2, 2)
    assert "right" not in search["measures"]  # absence is not zero
    assert said["measures"]["right"]["n"] == 2
    rows = Path("runs/matrix/said.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 4  # all were asked all the same


def test_a_language_model_that_is_not_there_is_told_before_the_first_question(bench):
    done = _run("--config", "name=a", "--config", "name=b,llm=auto,llm_path=nowhere.gguf")
    assert (done.exit_code, bench.asked) == (1, [])
    assert done.stderr.startswith("b: there is no file nowhere.gguf. Give llm_path a GGUF file;")


def test_a_line_of_the_table_is_not_made_without_its_language_model(bench, monkeypatch):
    Path("small.gguf").write_bytes(b"GGUF")
    monkeypatch.setattr("rag.assemble.resolve_llm", lambda path, home: None)
    done = _run("--config", "name=b,llm=auto,llm_path=small.gguf")
    assert (done.exit_code, bench.asked) == (1, [])
    assert "b: small.gguf cannot be used as a language model." in done.stderr


def test_the_summary_has_the_table_and_the_record(bench):
    assert _run(*_TWO, "--summary", "m.json").exit_code == 0
    kept = json.loads(Path("m.json").read_text(encoding="utf-8"))
    assert (kept["kind"], [row["name"] for row in kept["configs"]]) == ("matrix", ["both", "words"])
    assert kept["record"]["settings"]["evidence"] == 6


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"id": "r", "question": "几座？", "context": "3座", "answers": ["3"], "answerable": True},
         "asked from its own texts"),
        ({"id": "n", "type": "none", "question": "几座？", "answerable": False}, "no question of"),
    ],
)  # fmt: skip
def test_a_set_that_cannot_be_ranked_is_told_in_one_line(bench, row, fault):
    Path("qa.jsonl").write_text(json.dumps(row), encoding="utf-8")
    done = _run("--config", "name=a")
    assert (done.exit_code, fault in done.stderr, done.stderr.count("\n")) == (1, True, 1)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("mode=dense", "name: Field required"),
        ("name=a/b", "name: String should match"),
        ("name=a,mode=fast", "mode: Input should be"),
        ("name=a,evidence=0", "evidence: Input should be greater"),
        ("name=a,mode=dense,llm=none", 'mode "dense" needs llm "off"'),
        ("name=a,llm_path=m.gguf", 'llm_path "m.gguf" needs llm "auto"'),
        ("name=a,speed=9", "speed: Extra inputs"),
        ("name", "write it as name=NAME"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_named(words, fault):
    with pytest.raises(BadInput) as told:
        parse_config(words)
    assert fault in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("m.toml", "config = []", "config: List should have at least 1"),
        ("m.toml", "[[config]]\nname = 'a'\n[[config]]\nname = 'a'", "two configurations"),
        ("m.toml", "x =", "cannot be used"),
        ("m.json", '{"config": [{"name": 3}]}', "config.0.name"),
        ("none.toml", None, "Cannot read the matrix"),
    ],
)
def test_a_matrix_that_cannot_be_used_is_one_line(tmp_path, name, text, fault):
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as told:
        read_matrix(tmp_path / name)
    assert fault in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "llm"), [("samples.toml", "off"), ("encoders.toml", "off"), ("llms.toml", "auto")]
)
def test_the_matrices_that_come_along_can_be_read(name, llm):
    plan = read_matrix(ROOT / "eval" / "matrices" / name)
    assert plan.config[0].described == {
        "mode": "hybrid", "evidence": "6", "reranker": "", "llm": llm,
    }  # fmt: skip
    assert (ROOT / plan.questions).is_file()

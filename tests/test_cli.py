"""The terminal face: what it prints, where, and the exit code. Whole outputs are compared."""

import json
import re
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from index.archive import Archive
from index.ingest import ingest_articles
from index.types import Article, DateKnown
from rag.engine import Engine
from tests.fakes import FakeEncoder
from tests.scripted_llm import ScriptedLLM

ROOT = Path(__file__).parents[1]
HEAVY = ("torch", "chromadb", "llama_index", "gradio", "sentence_transformers", "numpy", "openai")
NO_ARCHIVE = "No archive at archive. Build one: suyuan ingest FILE --archive archive\n"
ARTICLES = (
    Article(
        id="yc-1",
        title="云城上半年贷款平稳增长",
        body="6月末，云城本外币贷款余额512亿元，同比增长8.6%。\n6月末，云城本外币存款余额498亿元。",
        source="云城日报",
        byline="□本报记者 林一舟",
        published=date(2031, 7, 20),
        date_known=DateKnown.STATED,
    ),
    Article(
        id="yc-2",
        title="云城植物园开园",
        body="云城植物园昨日开园，园内种有三百种牡丹。",
        source="云城晚报",
        published=date(2031, 4, 8),
        date_known=DateKnown.FILE_NAME,
    ),
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """An empty folder, no settings of the machine, no models."""
    monkeypatch.chdir(tmp_path)
    for name in ("ARCHIVE", "ENCODER", "LLM", "LLM_BASE_URL", "LLM_MODEL", "LLM_API_KEY"):
        monkeypatch.delenv(f"SUYUAN_{name}", raising=False)
    monkeypatch.setenv("SUYUAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def archive(tmp_path):
    encoder = FakeEncoder()
    ingest_articles(tmp_path / "news", ARTICLES, encoder)
    opened = Archive.open(tmp_path / "news", encoder)
    yield opened
    opened.close()


@pytest.fixture
def engine(archive, tmp_path, monkeypatch):
    """The engine that the commands get, over ARTICLES; tests fill in its LLM."""

    def install(*script):
        llm = ScriptedLLM(*script, size=5) if script else None
        made = Engine(archive, FakeEncoder(), llm, model="scripted", literal=False)
        monkeypatch.setenv("SUYUAN_ARCHIVE", str(tmp_path / "news"))
        monkeypatch.setattr(
            "rag.assemble.open_engine", lambda settings, *, warn, replies=None: made
        )
        return made

    return install


def run(*args, text=None):
    result = CliRunner().invoke(cli.app, args, input=text, prog_name="suyuan")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def timeless(text):
    """The output with its only changing number fixed."""
    return re.sub(r"用时 \d+\.\d s", "用时 0.0 s", text)


# --- what can be typed wrongly: one line, the value, the next step, exit code 1 or 2


@pytest.mark.parametrize("args", [[], ["--help"]])
def test_without_a_command_the_commands_are_listed(args):
    code, out, err = run(*args)
    shown = out if args else err
    assert code == (0 if args else 2)
    assert (err if args else out) == ""
    assert shown.startswith("Usage: suyuan [OPTIONS] COMMAND [ARGS]...\n")
    commands = re.findall(r"^  ([a-z]+)  ", shown.partition("Commands:\n")[2], flags=re.MULTILINE)
    assert commands == [
        "ingest",
        "watch",
        "ask",
        "chat",
        "check",
        "serve",
        "mcp",
        "demo",
        "doctor",
        "remove",
        "history",
        "rebuild",
        "verify",
        "backup",
        "restore",
        "migrate",
        "users",
        "models",
        "eval",
        "qa",
    ]


def test_an_unknown_command_is_named():
    assert run("answer") == (
        2,
        "",
        "Usage: suyuan [OPTIONS] COMMAND [ARGS]...\n"
        "Try 'suyuan --help' for help.\n\nError: No such command 'answer'.\n",
    )


@pytest.mark.parametrize(
    "command",
    [["ask", "云城贷款"], ["chat"], ["rebuild"], ["ask", "云城贷款", "--json"]],
    ids=" ".join,
)
def test_without_an_archive_the_command_that_builds_one_is_named(command):
    assert run(*command) == (1, "", NO_ARCHIVE)


def test_an_archive_that_no_article_went_into_is_none(tmp_path):
    with pytest.raises(ValueError, match="broken off"):
        ingest_articles(tmp_path / "archive", _broken_off(), FakeEncoder())
    assert (tmp_path / "archive" / "catalog.sqlite3").is_file()
    assert run("ask", "云城贷款") == (1, "", NO_ARCHIVE)


def _broken_off():
    raise ValueError("broken off")
    yield


def test_no_archive_is_said_before_a_heavy_library_is_loaded(tmp_path):
    loaded = _loaded_after(
        "from typer.testing import CliRunner; import cli; "
        "assert CliRunner().invoke(cli.app, ['ask', 'x']).exit_code == 1",
        tmp_path,
    )
    # What is left, numpy and chromadb, takes half a second; these take 2 to 7 seconds each.
    assert loaded & {"torch", "llama_index", "gradio", "sentence_transformers"} == set()


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (
            ["ingest", "a.txt", "--date", "2020"],
            "--date is '2020'; write it as YYYY-MM-DD, e.g. 2020-07-20",
        ),
        (
            ["ingest", "a.txt", "--field", "text"],
            "--field is 'text'; write it as FIELD=COLUMN, e.g. text=content",
        ),
        (
            ["ask", "云城贷款", "--since", "2031-02-30"],
            "--since is '2031-02-30'; write it as YYYY-MM-DD, e.g. 2020-07-20",
        ),
        (
            ["ask", "云城贷款", "--since", "2031-02-01", "--until", "2031-01-01"],
            "since 2031-02-01 lies after until 2031-01-01; swap them",
        ),
        (
            ["chat", "--today", "heute"],
            "--today is 'heute'; write it as YYYY-MM-DD, e.g. 2020-07-20",
        ),
        (
            ["serve", "--host", "0.0.0.0"],
            "--host 0.0.0.0 would open the archive to the network without a login; "
            "use 127.0.0.1, or set SUYUAN_AUTH_FILE (suyuan users add NAME), or for the API alone "
            "SUYUAN_API_KEY.",
        ),
    ],
    ids=["date", "field", "since", "swapped", "today", "host"],
)
def test_a_bad_flag_is_one_line_with_its_value(args, line):
    assert run(*args) == (1, "", f"{line}\n")


def test_a_field_that_articles_do_not_have_is_named():
    code, out, err = run("ingest", "a.txt", "--field", "headline=titel")
    assert (code, out) == (1, "")
    assert err.startswith('No article field "headline". The fields are: ')
    assert err.count("\n") == 1


# --- files


def test_a_missing_file_is_named_at_once(tmp_path):
    assert run("ingest", "nowhere.txt") == (
        1,
        "",
        f"Nothing to ingest ({tmp_path}/nowhere.txt: no such file or folder). "
        "Name a file or folder that holds articles.\n",
    )
    assert not (tmp_path / "archive").exists()


def test_an_empty_file_is_listed_and_the_exit_code_says_that_nothing_went_in(tmp_path):
    # No model is in this folder: the file is looked at before one is loaded.
    (tmp_path / "empty.txt").touch()
    code, out, err = run("ingest", "empty.txt")
    assert code == 1
    assert out.startswith("入库 Ingested: read 0, new 0, changed 0, unchanged 0, rejected 1; 0 ch")
    assert err == f"  rejected {tmp_path}/empty.txt: the file is empty\n"
    assert not (tmp_path / "archive").exists()


def test_that_nothing_went_in_is_said_before_a_heavy_library_is_loaded(tmp_path):
    (tmp_path / "empty.txt").touch()
    loaded = _loaded_after(
        "from typer.testing import CliRunner; import cli; "
        "assert CliRunner().invoke(cli.app, ['ingest', 'empty.txt']).exit_code == 1",
        tmp_path,
    )
    assert loaded & {"torch", "llama_index", "gradio", "sentence_transformers"} == set()


def test_good_rows_go_in_and_bad_ones_are_listed_with_their_lines(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.assemble.open_encoder", lambda settings: FakeEncoder())
    row = '{"id": "r-%d", "title": "云城动态", "date": "2031-07-20", "text": "%s"}'
    rows = [row % (1, "第一条消息。"), row % (2, "第二条消息。"), "{broken", row % (4, "")]
    (tmp_path / "export.jsonl").write_text("\n".join(rows), encoding="utf-8")
    code, out, err = run("ingest", "export.jsonl", "missing.txt")
    assert code == 0
    assert out.startswith("入库 Ingested: read 2, new 2, changed 0, unchanged 0, rejected 3; 2 ch")
    listed = sorted(err.splitlines())
    assert [line.partition(": ")[0] for line in listed] == [
        f"  rejected {tmp_path}/export.jsonl:3",
        f"  rejected {tmp_path}/export.jsonl:4",
        f"  rejected {tmp_path}/missing.txt",
    ]
    assert run("ingest", "export.jsonl")[1].startswith(
        "入库 Ingested: read 2, new 0, changed 0, unchanged 2, rejected 2; 0 chunks"
    )


def test_only_twenty_rejected_rows_are_listed_one_by_one(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.assemble.open_encoder", lambda settings: FakeEncoder())
    good = '{"title": "云城动态", "text": "一条消息。"}'
    (tmp_path / "x.jsonl").write_text("\n".join([good, *["{"] * 23]), encoding="utf-8")
    code, _, err = run("ingest", "x.jsonl")
    assert code == 0
    assert len(err.splitlines()) == 21
    assert err.endswith("  … and 3 more rejected\n")


def test_a_missing_question_set_is_named(tmp_path):
    code, out, err = run("eval", "qa", "--questions", "none.jsonl")
    assert (code, out) == (1, "")
    assert err.startswith("Cannot read the QA set none.jsonl: ")
    assert err.count("\n") == 1


# --- models and settings


def test_models_are_listed_with_size_licence_and_state():
    assert run("models", "list") == (
        0,
        "intfloat/multilingual-e5-small  457 MiB  MIT  missing\n"
        "Qwen2.5-Coder-1.5B-Instruct-Q4_K_M  1,066 MiB  Apache-2.0  missing\n",
        "",
    )


def test_verify_fails_where_a_model_is_missing_and_says_how_to_get_it(tmp_path):
    assert run("models", "verify") == (
        1,
        "intfloat/multilingual-e5-small: missing\nQwen2.5-Coder-1.5B-Instruct-Q4_K_M: missing\n",
        "Fetch again what is not ready: suyuan models fetch\n",
    )
    assert not (tmp_path / "home").exists()


def test_a_setting_out_of_bounds_is_named_with_its_value(monkeypatch):
    monkeypatch.setenv("SUYUAN_THREADS", "-4")
    monkeypatch.setenv("SUYUAN_LLM", "maybe")
    code, out, err = run("ask", "云城贷款")
    assert (code, out) == (1, "")
    assert err.startswith("Settings cannot be used: ")
    assert "SUYUAN_THREADS='-4': " in err
    assert "SUYUAN_LLM='maybe': " in err
    assert err.count("\n") == 1


def test_an_unknown_key_in_the_env_file_is_named(tmp_path):
    (tmp_path / ".env").write_text("SUYUAN_ARCHIV=/news\n", encoding="utf-8")
    code, out, err = run("ask", "云城贷款")
    assert (code, out) == (1, "")
    assert "SUYUAN_ARCHIV" in err
    assert err.count("\n") == 1


def test_the_doctor_lists_every_problem_and_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("SUYUAN_ARCHIV", "/news")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("SUYUAN_LLM_BASE_URL", f"http://127.0.0.1:{port}/v1")
    monkeypatch.setenv("SUYUAN_LLM_MODEL", "qwen")
    monkeypatch.setenv("SUYUAN_LLM_API_KEY", "sk-very-secret")
    code, out, err = run("doctor")
    assert (code, err) == (1, "")
    problems = [line for line in out.splitlines() if line.startswith("PROBLEM")]
    assert problems[0] == (
        "PROBLEM  intfloat/multilingual-e5-small is missing. Fetch it: suyuan models fetch"
    )
    assert problems[1].startswith("PROBLEM  SUYUAN_ARCHIV is set and means nothing. The settings")
    assert problems[2] == (
        f"PROBLEM  SUYUAN_LLM_BASE_URL is http://127.0.0.1:{port}/v1 and nothing answers there "
        "([Errno 111] Connection refused). Start that server, or correct the address."
    )
    assert problems[3:] == [f"PROBLEM  {NO_ARCHIVE.rstrip()}"]
    assert out.endswith("4 problem(s).\n")
    assert "sk-very-secret" not in out
    assert list(tmp_path.iterdir()) == []


# --- answers


def test_an_answer_comes_with_its_source_and_the_sentence_it_rests_on(engine):
    engine("6月末，云城本外币贷款余额512亿元[1]。")
    code, out, err = run("ask", "6月末云城本外币贷款余额是多少", "--today", "2031-07-25")
    assert (code, err) == (0, "")
    assert timeless(out) == (
        "答 6月末，云城本外币贷款余额512亿元[1]。\n"
        "来源 Sources\n"
        "  [1] 《云城上半年贷款平稳增长》 云城日报 2031-07-20（见报日期有载） □本报记者 林一舟\n"
        "      “6月末，云城本外币贷款余额512亿元，同比增长8.6%。”\n"
        "      yc-1 0:28\n"
        "核对 Checks  512亿元 ✓\n"
        "检索 Searched  2 篇 articles，2031-04-08—2031-07-20；用时 0.0 s；scripted；fake-64@1\n"
    )


def test_json_is_one_object_with_the_same_answer(engine):
    engine("6月末，云城本外币贷款余额512亿元[1]。")
    question = "6月末云城本外币贷款余额是多少"
    code, out, err = run("ask", question, "--today", "2031-07-25", "--json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert answer["status"] == "answered"
    assert answer["text"] == "6月末，云城本外币贷款余额512亿元[1]。"
    assert [(c["marker"], c["article_id"], c["start"], c["end"]) for c in answer["citations"]] == [
        (1, "yc-1", 0, 28)
    ]


def test_what_the_archive_does_not_say_is_not_found_without_sources(engine):
    engine("没有找到。")
    code, out, err = run("ask", "云城机场旅客吞吐量是多少", "--today", "2031-07-25")
    assert (code, err) == (0, "")
    assert out.startswith("答（not_found） 库中没有找到能回答这个问题的报道。\n")
    assert "来源 Sources" not in out


def test_filters_reach_the_search(engine):
    engine()
    question = ["ask", "云城本外币贷款余额是多少", "--json"]
    inside = json.loads(run(*question, "--paper", "云城日报", "--since", "2031-07-20")[1])
    assert {item["source"] for item in inside["evidence"]} == {"云城日报"}
    outside = json.loads(run(*question, "--until", "2031-07-19")[1])
    assert {item["source"] for item in outside["evidence"]} <= {"云城晚报"}
    assert outside["status"] == "not_found"


def test_sections_and_reporters_reach_the_search(engine, archive, tmp_path):
    engine()
    twin = replace(ARTICLES[0], id="yc-3", section="A02 要闻", byline="记者 方圆")
    ingest_articles(tmp_path / "news", [twin], FakeEncoder())

    def found(*options):
        _, out, _ = run("ask", "云城本外币贷款余额是多少", "--json", *options)
        return {item["article_id"] for item in json.loads(out)["evidence"]}

    assert found("--reporter", "林一舟") == {"yc-1"}
    assert found("--reporter", "方 圆", "--section", "a02版") == {"yc-3"}
    assert found("--reporter", "方圆", "--reporter", "林一舟", "--section", "要闻") == {"yc-3"}


def test_a_paper_that_the_archive_lacks_is_named_with_the_nearest(engine):
    engine()
    line = "No paper '云城日抱' here; close to it: 云城日报, 云城晚报.\n"
    assert run("ask", "贷款余额", "--paper", "云城日抱") == (1, "", line)


def test_a_whole_chat_session(engine):
    engine(
        "6月末，云城本外币贷款余额512亿元[1]。",
        "6月末，云城本外币存款余额498亿元[1]。",
    )
    typed = f"6月末云城贷款余额是多少\n那存款呢？\n{'很' * 501}\n\nnever read\n"
    code, out, err = run("chat", "--today", "2031-07-25", text=typed)
    assert code == 0
    assert err == (
        "问吧，空行或 Ctrl-D 结束。Ask; an empty line or Ctrl-D ends.\n"
        "The question has 501 characters; at most 500 are read. "
        "Shorten it, or check a whole draft sentence by sentence.\n"
    )
    source = "《云城上半年贷款平稳增长》 云城日报 2031-07-20（见报日期有载） □本报记者 林一舟"
    searched = "2 篇 articles，2031-04-08—2031-07-20；用时 0.0 s；scripted；fake-64@1"
    assert timeless(out) == (
        "问> 答 6月末，云城本外币贷款余额512亿元[1]。\n"
        "来源 Sources\n"
        f"  [1] {source}\n"
        "      “6月末，云城本外币贷款余额512亿元，同比增长8.6%。”\n"
        "      yc-1 0:28\n"
        "核对 Checks  512亿元 ✓\n"
        f"检索 Searched  {searched}\n"
        "问> 理解为 Understood as: 6月末云城存款余额是多少\n"
        "答 6月末，云城本外币存款余额498亿元[1]。\n"
        "来源 Sources\n"
        f"  [1] {source}\n"
        "      “6月末，云城本外币存款余额498亿元。”\n"
        "      yc-1 29:48\n"
        "核对 Checks  498亿元 ✓\n"
        f"检索 Searched  {searched}\n"
        "问> 问> "
    )


def test_a_chat_ends_with_its_input(engine):
    engine("没有找到。")
    assert run("chat", text="")[:2] == (0, "问> \n")


def test_a_taken_port_is_named_with_a_free_way_out(engine, monkeypatch):
    engine()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        other = port + 1000 if port + 1000 <= 65535 else port - 1000
        assert run("serve", "--port", str(port)) == (
            1,
            "",
            f"Port {port} is taken on 127.0.0.1: choose another, e.g. --port {other}.\n",
        )


# --- speed


def test_importing_cli_loads_no_heavy_library(tmp_path):
    assert _loaded_after("import cli", tmp_path) & set(HEAVY) == set()


def test_help_is_quick(tmp_path, capsys):
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, ROOT / "cli.py", "--help"], cwd=tmp_path, capture_output=True, check=True
    )
    seconds = time.perf_counter() - start
    with capsys.disabled():
        sys.stdout.write(f" [suyuan --help: {seconds:.2f} s] ")
    # The promise is 0.5 s; what keeps it is the test above, for this machine may be busy.
    assert done.stdout.startswith(b"Usage: ")


def _loaded_after(program, folder):
    """Top-level modules in a fresh interpreter after the program."""
    code = f"{program}; import sys; print('\\n'.join({{n.split('.')[0] for n in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())

"""A server that is started on nothing: it makes an empty archive, and the first upload fills it."""

import httpx
import pytest
from typer.testing import CliRunner

import cli
from desk.api import api
from desk.events import Desk
from desk.examples import LateExamples
from desk.render import render_welcome
from desk.text import EN, ZH
from index.archive import Archive
from index.errors import BadInput, NoArchive
from index.first import begin_archive
from index.ingest import ingest_articles
from rag.engine import Engine
from rag.types import Status
from tests.api_setup import ARTICLES, served
from tests.fakes import FakeTokenEncoder
from tests.login_server import intake_over
from tests.scripted_engine import COVERAGE, EMPTY, ScriptedArchive, ScriptedEngine

QUESTION = "云城6月末贷款余额是多少？"
PAGE = "# 跨海隧道贯通\n\n海州跨海隧道7月18日贯通，全长12.6公里，总投资96亿元。\n"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "new" / "archive"


@pytest.fixture
def empty(folder):
    begin_archive(folder, FakeTokenEncoder(), command="suyuan serve")
    archive = Archive.open(folder, FakeTokenEncoder())
    yield archive
    archive.close()


def said(engine, question=QUESTION):
    return list(engine.stream(question))[-1].answer


def test_an_empty_archive_answers_that_nothing_is_there_and_then_what_was_put_in(folder, empty):
    engine = Engine(empty, FakeTokenEncoder())
    assert empty.coverage().articles == 0
    assert said(engine).status is Status.NOT_FOUND
    ingest_articles(folder, ARTICLES, FakeTokenEncoder())
    empty.refresh()
    assert empty.coverage().articles == len(ARTICLES)
    assert "31250亿元" in said(engine).evidence[0].text


def test_an_archive_that_is_there_stays_as_it_is(folder):
    ingest_articles(folder, ARTICLES, FakeTokenEncoder())
    begin_archive(folder, FakeTokenEncoder(), command="suyuan serve")
    archive = Archive.open(folder, FakeTokenEncoder())
    assert archive.coverage().articles == len(ARTICLES)
    archive.close()


@pytest.mark.parametrize("name", ["A02.txt", "notes"])
def test_a_folder_of_other_files_is_made_no_archive(tmp_path, name):
    (tmp_path / name).mkdir() if name == "notes" else (tmp_path / name).write_text("x")
    with pytest.raises(BadInput, match=rf"no archive and holds other files \({name}\)"):
        begin_archive(tmp_path, FakeTokenEncoder(), command="suyuan serve")
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_file_is_no_folder_for_an_archive(tmp_path):
    (tmp_path / "archive").write_text("x")
    with pytest.raises(BadInput, match="is a file; an archive is a folder"):
        begin_archive(tmp_path / "archive", FakeTokenEncoder(), command="suyuan serve")


def test_the_first_file_sent_to_the_api_can_be_asked_about(folder, empty):
    engine = Engine(empty, FakeTokenEncoder())
    intake = intake_over(folder, empty)
    try:
        with served(api(engine, intake=intake)) as url, httpx.Client(base_url=url) as client:
            asked = {"question": "海州跨海隧道全长多少公里？"}
            assert client.post("/api/ask", json=asked).json()["status"] == "not_found"
            report = client.post(
                "/api/ingest",
                params={"name": "tunnel.md"},
                content=PAGE.encode(),
                headers={"Content-Type": "application/octet-stream"},
            ).json()["report"]
            assert (report["read"], report["new"]) == (1, 1)
            assert "12.6公里" in client.post("/api/ask", json=asked).text
    finally:
        intake.close()


@pytest.fixture
def served_engine(monkeypatch):
    """What ``suyuan serve`` would serve, without serving it."""
    caught = []
    monkeypatch.setattr(
        "commands.serve.serve_engine", lambda engine, *_, **__: caught.append(engine)
    )
    monkeypatch.setattr("rag.assemble.open_encoder", lambda settings: FakeTokenEncoder())
    return caught


def serve(*flags):
    return CliRunner().invoke(cli.app, ["serve", "--no-llm", *flags])


def test_serve_starts_where_there_is_no_archive_and_says_so(folder, served_engine):
    done = serve("--archive", str(folder))
    assert done.exit_code == 0, done.output
    assert f"The archive is empty, upload in the page: {folder}" in done.stderr
    (engine,) = served_engine
    assert engine.archive.coverage().articles == 0
    engine.archive.close()


def test_serve_makes_no_archive_where_no_page_could_fill_it(folder, served_engine, monkeypatch):
    monkeypatch.setenv("SUYUAN_API_KEY", "key-0123456789abcdef")
    done = serve("--archive", str(folder), "--host", "0.0.0.0")
    assert isinstance(done.exception, NoArchive | SystemExit)
    assert "No archive at" in done.stderr
    assert served_engine == []
    assert not folder.exists()


def test_serve_leaves_a_folder_of_pages_alone(tmp_path, served_engine):
    (tmp_path / "A02.txt").write_text("版面", encoding="utf-8")
    done = serve("--archive", str(tmp_path))
    assert done.exit_code == 1
    assert f"suyuan ingest {tmp_path} --archive DIR" in done.stderr
    assert served_engine == []


# --- what the page says


@pytest.mark.parametrize("words", [ZH, EN])
def test_an_empty_archive_is_filled_in_the_page_where_that_is_possible(words):
    shown = render_welcome(words, EMPTY, (), model="m", uploads=True)
    assert f'href="?tab=archive&amp;lang={words.lang}">{words.archive_empty_go}</a>' in shown
    assert "suyuan ingest PATH" in shown
    without = render_welcome(words, EMPTY, (), model="m")
    assert "href" not in without
    assert words.archive_empty_more in without


def test_examples_come_with_the_first_articles_and_are_drawn_once():
    version, drawn = ["fake@1"], []

    def draw():
        drawn.append(version[0])
        return [] if version[0] == "fake@1" else ["甲？", "乙？"]

    examples = LateExamples(draw, lambda: version[0])
    archive = ScriptedArchive(EMPTY)
    desk = Desk(ScriptedEngine(archive=archive), examples)
    assert "data-example" not in desk.view((), "zh").now
    assert list(examples) == []
    archive.covered, version[0] = COVERAGE, "fake@2"
    assert desk.view((), "zh").now.count("data-example") == 2
    assert (len(examples), examples[1]) == (2, "乙？")
    assert drawn == ["fake@1", "fake@2"]

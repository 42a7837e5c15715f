"""From settings to an engine: which LLM it gets, and what is said where it gets none."""

import sqlite3

import pytest

from index.errors import ArchiveDamaged, BadInput, ModelUnavailable, NoArchive
from index.ingest import ingest_articles
from rag.assemble import (
    NO_LLM,
    ONLY_SENTENCES,
    find_endpoint,
    model_home,
    open_encoder,
    open_engine,
    require_archive,
)
from rag.settings import Settings, load_settings
from tests.fakes import FakeEncoder, made_up_articles


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def settings(tmp_path, **values):
    return Settings(_env_file=None, home=tmp_path / "home", archive=tmp_path / "news", **values)


@pytest.fixture
def archive(tmp_path):
    ingest_articles(tmp_path / "news", made_up_articles(3), FakeEncoder())


def opened(tmp_path, **values):
    """The engine and what was warned of on the way."""
    warnings: list[str] = []
    engine = open_engine(settings(tmp_path, **values), warn=warnings.append, encoder=FakeEncoder())
    engine.archive.close()
    return engine, warnings


def test_a_configured_endpoint_comes_before_the_embedded_server(tmp_path):
    endpoint = find_endpoint(
        settings(
            tmp_path,
            llm_base_url="https://llm.example.com/v1/",
            llm_model="qwen-max",
            llm_api_key="sk-1",
            llm_timeout=7,
        )
    )
    assert (endpoint.base_url, endpoint.model) == ("https://llm.example.com/v1", "qwen-max")
    assert (endpoint.api_key, endpoint.timeout, endpoint.server) == ("sk-1", 7.0, None)


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (
            {"llm_base_url": "localhost:8000"},
            "SUYUAN_LLM_BASE_URL is 'localhost:8000'; it must start with http:// or https://, "
            "for example http://127.0.0.1:8000/v1",
        ),
        (
            {"llm_base_url": "http://127.0.0.1:8000/v1"},
            "SUYUAN_LLM_BASE_URL is http://127.0.0.1:8000/v1 but SUYUAN_LLM_MODEL is empty; "
            "set it to the model's name at that endpoint.",
        ),
    ],
    ids=["no scheme", "no model"],
)
def test_an_endpoint_that_cannot_work_is_named_and_the_sentences_still_come(
    tmp_path, archive, values, line
):
    with pytest.raises(BadInput) as bad:
        find_endpoint(settings(tmp_path, **values))
    assert str(bad.value) == line
    engine, warnings = opened(tmp_path, **values)
    assert engine.model == ""
    assert warnings == [f"{line} {ONLY_SENTENCES}"]


def test_without_any_llm_one_line_says_how_to_get_one(tmp_path, archive):
    engine, warnings = opened(tmp_path)
    assert engine.model == ""
    assert warnings == [NO_LLM]


def test_an_llm_that_is_not_wanted_is_not_missed(tmp_path, archive):
    values = {"llm": "none", "llm_base_url": "https://llm.example.com/v1", "llm_model": "qwen"}
    assert find_endpoint(settings(tmp_path, **values)) is None
    assert opened(tmp_path, **values)[1] == []


def test_an_endpoint_is_not_asked_before_the_first_question(tmp_path, archive):
    values = {"llm_base_url": "http://127.0.0.1:9/v1", "llm_model": "qwen"}
    engine, warnings = opened(tmp_path, **values)
    assert (engine.model, warnings) == ("qwen", [])


def test_a_model_file_that_is_none_is_named(tmp_path, archive):
    (tmp_path / "x.gguf").write_bytes(b"PK\x03\x04")
    _, warnings = opened(tmp_path, llm_path=tmp_path / "x.gguf")
    assert warnings == [
        f"{tmp_path}/x.gguf is not a GGUF file. Check SUYUAN_LLM_PATH. {ONLY_SENTENCES}"
    ]


def test_a_folder_without_an_archive_is_told_before_anything_is_loaded(tmp_path):
    with pytest.raises(NoArchive, match=r"^No archive at .*/news\. Build one: suyuan ingest FILE"):
        require_archive(tmp_path / "news")
    assert not (tmp_path / "news").exists()


def test_an_archive_with_articles_passes(tmp_path, archive):
    require_archive(tmp_path / "news")


@pytest.mark.parametrize("content", [b"", b"not a database at all, only text" * 200])
def test_a_catalog_that_is_none_is_named(tmp_path, content):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "catalog.sqlite3").write_bytes(content)
    with pytest.raises(ArchiveDamaged, match=r"news/catalog\.sqlite3 (is not|cannot be)"):
        require_archive(tmp_path / "news")


def test_another_program_s_database_is_not_taken_for_an_archive(tmp_path):
    (tmp_path / "news").mkdir()
    database = sqlite3.connect(tmp_path / "news" / "catalog.sqlite3")
    database.execute("CREATE TABLE music (title TEXT)")
    database.commit()
    database.close()
    with pytest.raises(ArchiveDamaged, match="is not a Suyuan catalog"):
        require_archive(tmp_path / "news")


def test_an_encoder_that_is_not_there_is_not_fetched_unasked(tmp_path):
    with pytest.raises(ModelUnavailable, match="someone/some-encoder"):
        open_encoder(settings(tmp_path, encoder="someone/some-encoder"))


def test_the_model_home_is_the_given_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert model_home(Settings(_env_file=None, home="~/models")) == tmp_path / "models"


# --- settings


def test_settings_come_from_the_environment_before_the_env_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("SUYUAN_THREADS=2\nSUYUAN_EVIDENCE=4\n", encoding="utf-8")
    monkeypatch.setenv("SUYUAN_THREADS", "3")
    found = load_settings()
    assert (found.threads, found.evidence) == (3, 4)


def test_an_empty_variable_is_the_default(monkeypatch):
    monkeypatch.setenv("SUYUAN_LLM_TIMEOUT", "")
    assert load_settings().llm_timeout == 120.0


def test_the_api_key_is_never_printed(monkeypatch):
    monkeypatch.setenv("SUYUAN_LLM_API_KEY", "sk-very-secret")
    found = load_settings()
    assert "sk-very-secret" not in f"{found} {found!r} {found.model_dump()}"
    assert found.llm_api_key.get_secret_value() == "sk-very-secret"


def test_a_stray_key_of_the_env_file_is_named_without_its_value(tmp_path):
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-very-secret\n", encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        load_settings()
    assert "OPENAI_API_KEY" in str(bad.value)
    assert "sk-very-secret" not in str(bad.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("THREADS", "-1"), ("EVIDENCE", "0"), ("LLM", "gpt"), ("LLM_TIMEOUT", "soon")],
)
def test_a_value_out_of_bounds_is_named(monkeypatch, name, value):
    monkeypatch.setenv(f"SUYUAN_{name}", value)
    with pytest.raises(BadInput) as bad:
        load_settings()
    assert str(bad.value).startswith(f"Settings cannot be used: SUYUAN_{name}='{value}': ")

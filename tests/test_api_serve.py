"""The API beside the page on one port, and alone where the page has no login."""

from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from commands.serve import serve_engine
from desk.api_serve import Beside
from rag.settings import Settings
from tests.api_setup import ARTICLES, app_over, served
from tests.scripted_llm import archive_of, engine_over

KEY = "k3y-0123456789abcdef"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with archive_of(tmp_path_factory.mktemp("archive"), ARTICLES) as archive:
        yield archive


async def _page(request):
    return PlainTextResponse(f"page {request.url.path}")


@pytest.mark.parametrize(
    ("path", "whose"),
    [
        ("/", "page"),
        ("/apiary", "page"),
        ("/v10", "page"),
        ("/gradio_api/queue/join", "page"),
        ("/api", "api"),
        ("/api/nothing", "api"),
        ("/v1/models", "api"),
        ("/api/../", "page"),
    ],
)
def test_the_api_s_addresses_are_its_own_and_no_others(archive, path, whose):
    page = Starlette(routes=[Route("/{rest:path}", _page, methods=["GET"])])
    client = TestClient(Beside(page, app_over(archive, None)), base_url="http://127.0.0.1")
    response = client.get(path)
    assert response.text.startswith("page ") == (whose == "page")


def test_what_starts_with_the_page_starts_once_and_ends_with_the_server(archive):
    noted = []

    @asynccontextmanager
    async def lifespan(app):
        noted.append("up")
        yield
        noted.append("down")

    page = Starlette(routes=[Route("/", _page)], lifespan=lifespan)
    with served(Beside(page, app_over(archive, None))) as url:
        assert httpx.get(f"{url}/api/health").json()["status"] == "ok"
        assert httpx.get(url).text == "page /"
        assert noted == ["up"]
    assert noted == ["up", "down"]


def test_beyond_this_machine_the_api_is_served_alone(archive, monkeypatch, capsys):
    """What ``suyuan serve --host 0.0.0.0`` does with a key; the test's own address is no other."""
    import desk.api_serve

    serving = {}

    def serve_api(calls, *, host, port, on_ready):
        serving.update(app=calls, host=host, port=port)
        on_ready("http://192.0.2.7:7860")

    monkeypatch.setattr(desk.api_serve, "serve_api", serve_api)
    settings = Settings(api_key=KEY)
    serve_engine(engine_over(archive, None), settings, host="0.0.0.0", port=7860)
    assert (serving["host"], serving["port"]) == ("0.0.0.0", 7860)
    assert capsys.readouterr().out == "\n溯源 Suyuan API: http://192.0.2.7:7860/api\n"
    client = TestClient(serving["app"], base_url="http://192.0.2.7")
    assert client.get("/").status_code == 401
    headers = {"Authorization": f"Bearer {KEY}"}
    assert client.get("/", headers=headers).json()["error"]["code"] == "no_such_address"
    assert client.get("/api/health", headers=headers).status_code == 200

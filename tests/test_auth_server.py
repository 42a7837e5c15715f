"""A real server behind a login: every address it has, sessions of the page, two at the LLM."""

import re
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from desk.api import api
from desk.api_line import Line
from desk.api_serve import Beside
from desk.events import Desk
from desk.exchange import Phase
from desk.guard import Guard
from index.errors import BadInput
from tests.api_setup import ARTICLES, BALANCE, GatedLLM, served, wait_for
from tests.browser import Server
from tests.login_server import ADMIN, KEY, READER
from tests.scripted_llm import archive_of, engine_over

PAGE = "# 跨海隧道贯通\n\n海州跨海隧道7月18日贯通，全长12.6公里，总投资96亿元。\n"
OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("login") / "log", module="tests.login_server")
    yield running
    code, errors = running.stop()
    assert code == 0
    for secret in (ADMIN[1], READER[1], KEY, "a-wrong-guess"):
        assert secret not in errors


@contextmanager
def visitor(server, *who):
    with httpx.Client(base_url=server.url, timeout=60) as client:
        if who:
            data = {"name": who[0], "password": who[1]}
            assert client.post("/login", data=data).status_code == 303
        yield client


def test_no_address_of_the_server_answers_a_stranger(server):
    with visitor(server, *READER) as reader, visitor(server) as stranger:
        page = reader.get("/").text
        named = set(re.findall(r'(?:src|href)="\.?(/[^"]+)"', page))
        paths = named | {
            "/config", "/theme.css", "/manifest.json", "/robots.txt", "/favicon.ico",
            "/gradio_api/info", "/gradio_api/queue/data?session_hash=a", "/gradio_api/heartbeat/a",
            "/gradio_api/app_id", "/gradio_api/token", "/gradio_api/user", "/token", "/user",
            "/gradio_api/login_check", "/monitoring", "/api", "/api/health", "/api/openapi.json",
            "/v1/models", "/upload", "/mcp", "/docs", "/login/", "/logout",
        }  # fmt: skip
        assert len(named) >= 3
        for path in paths:
            for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
                if (path, method) == ("/logout", "POST"):
                    continue
                status = stranger.request(method, path).status_code
                assert status == 401, (method, path)
        assert stranger.get("/").headers["location"] == "/login"


def press_everything(client, session):
    """Straight to each of the page's events, past its buttons, with a confirmed takedown."""
    events = client.get("/config").json()["dependencies"]
    for number, event in enumerate(events):
        body = {
            "fn_index": number,
            "session_hash": session,
            "event_data": {"takedown": "metro", "reason": ""},
            "data": [None] * len(event["inputs"]),
        }
        assert client.post("/gradio_api/queue/join", json=body).status_code in (200, 429, 503)


def test_a_reader_asks_and_neither_ingests_nor_takes_down(server):
    with visitor(server, *READER) as reader:
        assert reader.get("/api/health").json()["archive"]["articles"] >= 3
        for path in ("/api/ingest?name=a.md", "/upload?name=a.md"):
            response = reader.post(path, content=PAGE.encode(), headers=OCTETS)
            assert response.json()["error"]["code"] == "not_admin"
        press_everything(reader, "reader-session")
        time.sleep(1)
        assert reader.get("/api/articles/metro").status_code == 200
    with visitor(server, *ADMIN) as admin:  # the same by an admin takes it down
        press_everything(admin, "admin-session")
        wait_for(lambda: admin.get("/api/articles/metro").status_code == 404)


def test_an_admin_ingests_and_a_reader_asks_about_it_at_once(server):
    with visitor(server, *ADMIN) as admin, visitor(server, *READER) as reader:
        said = admin.post("/api/ingest?name=tunnel.md", content=PAGE.encode(), headers=OCTETS)
        assert said.json()["report"]["new"] == 1
        answer = reader.post("/api/ask", json={"question": "海州跨海隧道全长多少公里？"}).json()
        assert "12.6公里" in answer["text"]


def test_a_session_of_the_page_is_its_users_alone(server):
    with visitor(server, *ADMIN) as admin, visitor(server, *READER) as reader:
        body = {"fn_index": 0, "session_hash": "chens-session", "data": []}
        assert admin.post("/gradio_api/queue/join", json=body).status_code == 200
        stolen = reader.post("/gradio_api/queue/join", json=body)
        assert stolen.json()["error"]["code"] == "wrong_user"
        heard = reader.get("/gradio_api/queue/data?session_hash=chens-session")
        assert heard.json()["error"]["code"] == "wrong_user"
        for session in (None, 3, "", "x" * 101):
            odd = reader.post("/gradio_api/queue/join", json={**body, "session_hash": session})
            assert odd.status_code == 422


def test_guesses_are_slowed_and_the_others_go_on(server):
    with visitor(server) as guesser:
        codes = []
        for _ in range(7):
            data = {"name": "zhang", "password": "a-wrong-guess"}
            codes.append(guesser.post("/login", data=data).status_code)
        assert codes == [401] * 5 + [429] * 2
    with visitor(server, *READER) as reader:
        assert reader.get("/").status_code == 200


def test_without_a_login_this_machine_alone_is_served(tmp_path):
    from desk.api_access import require_safe_host

    running = Server(tmp_path / "log", "--open", module="tests.login_server")
    try:
        assert httpx.get(running.url).status_code == 200
        for host in ("desk.example", "10.0.0.5"):
            assert httpx.get(running.url, headers={"Host": host}).status_code == 403
        assert httpx.get(f"{running.url}/login").status_code == 404
    finally:
        running.stop()
    with pytest.raises(BadInput, match=r"--host 0.0.0.0 would open .* SUYUAN_AUTH_FILE"):
        require_safe_host("0.0.0.0", "")
    require_safe_host("0.0.0.0", "", login=True)


# --- the line before the LLM, for page and API together


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with archive_of(tmp_path_factory.mktemp("archive"), ARTICLES) as archive:
        yield archive


def test_page_and_api_stand_in_one_line_and_searches_in_none(archive):
    llm = GatedLLM()
    engine = engine_over(archive, llm, literal=False).bounded(Line(1).bound)
    desk = Desk(engine, ())
    seen = []

    def ask_on_the_page():
        for talk in desk.ask(BALANCE, (), threading.Event()):
            now = talk[-1]
            seen.append((now.phase, now.place, len(now.evidence)))

    with served(api(engine)) as url:
        first = threading.Thread(
            target=httpx.post, args=(f"{url}/api/ask",), kwargs={"json": {"question": BALANCE}}
        )
        first.start()
        wait_for(lambda: llm.running == 1)  # a program's answer is being written
        page = threading.Thread(target=ask_on_the_page)
        page.start()
        wait_for(lambda: any(place == 1 for _, place, _ in seen))  # the page is told its place
        assert seen[-1][2] > 0  # and has its evidence
        start = time.monotonic()
        found = httpx.post(f"{url}/api/search", json={"question": BALANCE}).json()
        assert found["evidence"]
        assert time.monotonic() - start < 2
        assert (llm.started, llm.most) == (1, 1)
        llm.go.set()
        first.join(10)
        page.join(10)
    assert seen[-1][0] is Phase.DONE
    assert (llm.started, llm.most) == (2, 1)


def test_without_a_login_the_guard_knows_no_users():
    async def app(scope, receive, send):
        raise AssertionError

    assert Guard(app, events=[0])._foreign({"type": "http"}, None) is None
    assert Beside(app, None)._upload is None

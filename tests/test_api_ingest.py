"""POST /api/ingest and /upload: who may, how much, and what comes of it."""

import json
import socket
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from desk.api import api
from desk.api_serve import Beside
from desk.archive_events import ArchiveDesk, Browse
from desk.auth_gate import Gate
from desk.auth_hosts import Hosts, Proxies
from desk.auth_login import Login
from desk.ingest_receive import Upload
from index.archive import Archive
from index.ingest import ingest_articles
from index.lock import hold_writer_lock
from rag.engine import Engine
from tests.api_setup import ARTICLES, wait_for
from tests.fakes import FakeTokenEncoder
from tests.login_server import ADMIN, KEY, MOST_BYTES, READER, intake_over, users_file

TUNNEL = "# 跨海隧道贯通\n\n海州跨海隧道7月18日贯通，全长12.6公里，总投资96亿元。\n"
OCTETS = {"Content-Type": "application/octet-stream"}


async def _page(scope, receive, send):
    raise AssertionError("this is the page's")


@pytest.fixture(scope="module")
def users(tmp_path_factory):
    return users_file(tmp_path_factory.mktemp("users") / "users.json")


@pytest.fixture
def served(tmp_path):
    """The intake, its archive, and the two applications behind one another."""
    folder = tmp_path / "archive"
    ingest_articles(folder, ARTICLES, FakeTokenEncoder())
    archive = Archive.open(folder, FakeTokenEncoder())
    intake = intake_over(folder, archive)
    engine = Engine(archive, FakeTokenEncoder())

    def app(key=""):
        return Beside(_page, api(engine, key=key, intake=intake), Upload(intake))

    yield app, intake, folder
    intake.close()
    archive.close()


@pytest.fixture
def local(served):
    return TestClient(served[0](), base_url="http://127.0.0.1")


@pytest.fixture
def behind(served, users):
    login = Login(users, hosts=Hosts(addresses=True), proxies=Proxies(), key=KEY)
    return TestClient(Gate(served[0](), login), base_url="http://127.0.0.1")


def put(client, text=TUNNEL, *, name="page.md", headers=OCTETS, auth=None, **params):
    return client.post(
        "/api/ingest",
        content=text if isinstance(text, bytes) else text.encode(),
        params={"name": name, **params},
        headers=headers,
        auth=auth,
    )


def code_of(response):
    return response.status_code, response.json()["error"]["code"]


def test_a_program_of_this_machine_ingests_and_asks_at_once(local):
    response = put(local, paper="海州日报", date="2024-07-19")
    assert response.status_code == 200
    said = response.json()
    assert (said["running"], said["error"], said["user"]) == (False, "", "local")
    assert {key: said["report"][key] for key in ("read", "new", "rejections")} == {
        "read": 1,
        "new": 1,
        "rejections": 0,
    }
    found = local.post("/api/search", json={"words": "跨海隧道"}).json()["evidence"]
    assert (found[0]["source"], found[0]["published"]) == ("海州日报", "2024-07-19")
    assert local.get("/api/ingest").json() == said
    assert local.get("/api/health").json()["archive"]["articles"] == 4


def test_only_an_admin_may(behind):
    for auth in (READER,):
        assert code_of(put(behind, auth=auth)) == (403, "not_admin")
        assert code_of(behind.get("/api/ingest", auth=auth)) == (403, "not_admin")
        upload = behind.post("/upload?name=a.md", content=b"x", headers=OCTETS, auth=auth)
        assert code_of(upload) == (403, "not_admin")
    bearer = {**OCTETS, "Authorization": f"Bearer {KEY}"}
    assert code_of(put(behind, headers=bearer)) == (403, "not_admin")
    assert put(behind).status_code == 401
    assert put(behind, auth=ADMIN).json()["user"] == "chen"


def test_a_key_alone_reads_and_does_not_write(served):
    client = TestClient(served[0](KEY), base_url="http://127.0.0.1")
    bearer = {**OCTETS, "Authorization": f"Bearer {KEY}"}
    assert client.get("/api/health", headers=bearer).status_code == 200
    assert code_of(put(client, headers=bearer)) == (403, "not_admin")


def test_a_page_of_another_site_may_not_upload(local):
    for path in ("/api/ingest?name=a.md", "/upload?name=a.md"):
        headers = {**OCTETS, "Origin": "http://evil.example"}
        assert code_of(local.post(path, content=b"x", headers=headers)) == (403, "wrong_origin")
        headers = {**OCTETS, "Host": "evil.example"}
        assert code_of(local.post(path, content=b"x", headers=headers)) == (403, "wrong_host")
        form = {"Content-Type": "multipart/form-data; boundary=x"}
        assert code_of(local.post(path, content=b"x", headers=form)) == (415, "wrong_type")


@pytest.mark.parametrize("path", ["/api/ingest?name=a.md", "/upload?name=a.md"])
def test_too_much_is_refused_before_it_is_read(local, served, path):
    body = b"x" * (MOST_BYTES + 1)
    assert code_of(local.post(path, content=body, headers=OCTETS)) == (413, "body_too_large")
    chunked = local.post(path, content=iter([b"x"]), headers=OCTETS)
    assert code_of(chunked) == (411, "length_required")
    assert not (served[2] / "uploads").exists()


@pytest.mark.parametrize(
    ("name", "params", "said"),
    [
        ("a.exe", {}, "this kind of file is not read"),
        ("a.md", {"date": "2020-13-01"}, "date is"),
        ("a.jsonl", {"fields": "x=y"}, 'No article field "x"'),
    ],
)
def test_what_cannot_be_read_is_one_line_and_leaves_nothing(local, served, name, params, said):
    response = put(local, name=name, **params)
    assert code_of(response) == (400, "bad_input")
    message = response.json()["error"]["message"]
    assert said in message
    assert str(served[2]) not in message
    assert not list((served[2] / "uploads").rglob("a.*"))


def test_an_empty_file_is_told(local):
    assert "empty" in put(local, b"").json()["error"]["message"]


def test_a_name_with_folders_stays_inside(local, served):
    assert put(local, name="../../../evil.md").json()["files"] == ["evil.md"]
    folder = served[2]
    assert not list(folder.parent.glob("evil*"))
    assert [path.name for path in folder.rglob("evil*")] == ["evil.md"]


def test_rejected_rows_are_named_without_the_server_s_folders(local, served):
    said = put(local, '{"text":"一件事。"}\n{broken\n', name="rows.jsonl").json()
    [row] = said["report"]["rejected"]
    assert (row["file"], row["line"]) == ("rows.jsonl", 2)
    assert str(served[2]) not in json.dumps(said)


def test_while_another_writes_it_is_a_conflict_with_whose(local, served):
    with hold_writer_lock(served[2], command="suyuan ingest pages"):
        response = put(local)
    assert code_of(response) == (409, "ingest_running")
    assert "`suyuan ingest pages`" in response.json()["error"]["message"]
    assert not list((served[2] / "uploads" / ".incoming").iterdir())


def test_without_wait_the_answer_comes_at_once(local, served):
    assert put(local, wait="false").status_code == 200
    wait_for(lambda: not served[1].job().running)
    assert local.get("/api/ingest").json()["report"]["new"] == 1


def test_nothing_that_an_upload_names_is_fetched_and_no_address_becomes_a_script(
    local, served, monkeypatch
):
    def connect(*_):
        raise AssertionError("an upload made the server call another")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    html = (
        '<html><head><link rel="stylesheet" href="http://169.254.169.254/x"><base href="http://x/">'
        "</head><body><article><h1>机场客流</h1><p>雾城机场上半年旅客吞吐量612万人次，同比增长。</p>"
        '<img src="http://169.254.169.254/latest"><iframe src="file:///etc/passwd"></iframe>'
        "</article></body></html>"
    )
    assert put(local, html, name="saved.html").json()["report"]["read"] == 1
    row = {"id": "evil", "title": "一件事", "text": "出了一件事。", "url": "javascript:alert(1)"}
    assert put(local, json.dumps(row), name="rows.jsonl").json()["report"]["read"] == 1
    archive = Archive.open(served[2], FakeTokenEncoder())
    page = ArchiveDesk(archive).open(Browse(), {"article": "evil"}, "zh")
    assert "一件事" in page
    assert "javascript" not in page
    archive.close()


def test_uploads_are_rationed(local, monkeypatch):
    clock = SimpleNamespace(monotonic=lambda: 0.0)  # it stands, so nothing is refilled
    monkeypatch.setattr("desk.api_access.time", clock)
    codes = [
        local.post("/upload?name=a.exe", content=b"x", headers=OCTETS).status_code
        for _ in range(300)
    ]
    taken = codes.count(400)
    assert taken >= 250
    assert codes == [400] * taken + [429] * (300 - taken)
    assert codes[-1] == 429


def test_the_document_describes_it(local):
    paths = local.get("/api/openapi.json").json()["paths"]
    operation = paths["/api/ingest"]["post"]
    assert "application/octet-stream" in operation["requestBody"]["content"]
    assert {each["name"] for each in operation["parameters"]} == {
        "name", "paper", "section", "date", "fields", "wait",
    }  # fmt: skip
    assert operation["responses"]["409"]["content"]["application/json"]["example"]


def test_without_an_intake_there_is_no_such_address(served, tmp_path):
    _, _, folder = served
    archive = Archive.open(folder, FakeTokenEncoder())
    client = TestClient(api(Engine(archive, FakeTokenEncoder())), base_url="http://127.0.0.1")
    assert code_of(put(client)) == (404, "no_such_address")
    assert "/api/ingest" not in client.get("/api/openapi.json").json()["paths"]
    archive.close()

"""The login in front: who is let in, as whom, from where, how often; and what never leaves."""

import base64
import logging
import time

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from desk.auth_gate import Gate
from desk.auth_hosts import Hosts, Proxies, read_names, read_networks
from desk.auth_login import COOKIE, Login, login_of
from desk.auth_session import SECONDS, Sessions
from desk.auth_throttle import Throttle
from desk.auth_user import Role, is_admin, user_of
from desk.auth_users import read_accounts, with_user, without_user, write_accounts
from index.errors import BadInput
from rag.settings import Settings
from tests.login_server import ADMIN, KEY, READER, users_file


async def _who(request):
    peer = request.client.host if request.client else ""
    said = f"{user_of(request)} {is_admin(request)} {peer} {request.url.scheme}"
    return PlainTextResponse(said)


async def _headers(request):
    return PlainTextResponse(repr(dict(request.headers)))


_ROUTES = [Route("/headers", _headers), Route("/{rest:path}", _who, methods=["GET", "POST"])]


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    path = tmp_path_factory.mktemp("users") / "users.json"
    users_file(path)
    return path


def client_of(users, *, peer="127.0.0.1", base="http://127.0.0.1", **options):
    options = {"hosts": Hosts(addresses=True), "proxies": Proxies(), "key": KEY, **options}
    gate = Gate(Starlette(routes=_ROUTES), Login(users, **options))
    return TestClient(gate, base_url=base, client=(peer, 5000), follow_redirects=False)


@pytest.fixture
def client(stored):
    from desk.auth_users import UsersFile

    return client_of(UsersFile(stored))


def basic(name, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def sign_in(client, name, password):
    return client.post("/login", data={"name": name, "password": password})


def test_who_has_not_signed_in_gets_the_form_and_nothing_else(client):
    assert client.get("/").headers["location"] == "/login"
    assert '<form method="post" action="/login?lang=zh">' in client.get("/login").text
    for path in ("/config", "/gradio_api/queue/join", "/upload", "/static/a.js", "/x"):
        assert client.post(path).status_code == 401
    for path in ("/api/health", "/v1/models", "/api/openapi.json", "/mcp"):
        refused = client.get(path)
        assert refused.json()["error"]["code"] == "not_signed_in"
        assert refused.headers["www-authenticate"].startswith("Basic")
    assert "www-authenticate" not in client.get("/config").headers  # no window of the browser's own


def test_a_right_password_brings_a_session_that_only_the_server_reads(client):
    response = sign_in(client, *READER)
    assert (response.status_code, response.headers["location"]) == (303, "/")
    session = next(v for v in response.headers.get_list("set-cookie") if v.startswith(COOKIE))
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert client.get("/").text.startswith("wang False")


def test_a_wrong_password_brings_the_form_again_and_no_session(client):
    response = sign_in(client, "wang", "<script>")
    assert response.status_code == 401
    assert "set-cookie" not in response.headers
    assert 'value="wang"' in response.text
    assert "<script>" not in response.text
    assert sign_in(client, '"><script>', "x").text.count("<script") == 0


def test_roles_are_the_file_s(client):
    assert client.get("/api/x", headers=basic(*ADMIN)).text.startswith("chen True")
    assert client.get("/api/x", headers=basic(*READER)).text.startswith("wang False")
    bearer = {"Authorization": f"Bearer {KEY}"}
    assert client.get("/api/x", headers=bearer).text.startswith("api-key False")
    assert client.get("/api/x", headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.get("/api/x", headers={"Authorization": "Basic ???"}).status_code == 401


def test_signing_out_ends_the_session_also_for_a_copy_of_the_cookie(client):
    sign_in(client, *READER)
    copy = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    assert client.post("/logout").headers["location"] == "/login"
    client.cookies.clear()
    assert client.get("/", headers=copy).status_code == 303


def test_a_session_is_bound_to_its_words_its_time_and_its_password(stored, monkeypatch):
    accounts = read_accounts(stored)
    sessions = Sessions()
    cookie = sessions.issue("wang", accounts)
    assert sessions.name_of(cookie, accounts) == "wang"
    forged = cookie.replace(cookie[:6], base64.b64encode(b"chen").decode().rstrip("="), 1)
    assert sessions.name_of(forged, accounts) is None
    later = cookie.split(".")
    later[1] = str(int(later[1]) + 1)
    assert sessions.name_of(".".join(later), accounts) is None
    changed = with_user(accounts, "wang", "another-password", Role.READER)
    assert sessions.name_of(cookie, changed) is None
    assert sessions.name_of(cookie, without_user(accounts, "wang")) is None
    for broken in ("", ".", "a.b.c.d", cookie + "x", "é" * 9, cookie[:-1], "x" * 9_999):
        assert sessions.name_of(broken, accounts) is None
    now = time.time()
    monkeypatch.setattr("desk.auth_session.time.time", lambda: now + SECONDS + 1)
    assert sessions.name_of(cookie, accounts) is None


def test_a_session_outlives_a_restart_and_not_its_user(stored, tmp_path):
    from desk.auth_users import UsersFile

    path = tmp_path / "users.json"
    write_accounts(path, read_accounts(stored))
    first = client_of(UsersFile(path))
    sign_in(first, *READER)
    second = client_of(UsersFile(path))
    second.cookies = first.cookies
    assert second.get("/").text.startswith("wang")
    write_accounts(path, without_user(read_accounts(path), "wang"))
    assert second.get("/").status_code == 303


def test_guessing_is_slowed_for_a_name_and_address_and_not_for_others(client, stored):
    codes = [sign_in(client, "wang", f"guess-{n}").status_code for n in range(7)]
    assert codes == [401] * 5 + [429] * 2
    refused = sign_in(client, *READER)
    assert refused.status_code == 429  # also with the right one: else it could be told apart
    assert int(refused.headers["retry-after"]) > 60
    assert client.get("/api/x", headers=basic("wang", "guess")).status_code == 429
    assert sign_in(client, *ADMIN).status_code == 303


def test_right_passwords_are_not_counted(client):
    assert [sign_in(client, *READER).status_code for _ in range(9)] == [303] * 9


def test_the_throttle_counts_three_ways_forgets_with_time_and_stays_small(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("desk.auth_throttle.time.monotonic", lambda: now[0])
    throttle = Throttle()
    # 5 for one name from one address, then one each 300 s.
    assert [throttle.wait("a", "1.1.1.1") > 0 for _ in range(6)] == [False] * 5 + [True]
    now[0] += 300
    assert [throttle.wait("a", "1.1.1.1") > 0 for _ in range(2)] == [False, True]
    # 20 from one address, whatever the names.
    assert [throttle.wait(f"n{n}", "2.2.2.2") > 0 for n in range(21)] == [False] * 20 + [True]
    # 60 for one name, whatever the addresses.
    assert [throttle.wait("b", f"3.3.3.{n}") > 0 for n in range(61)] == [False] * 60 + [True]
    for n in range(25_000):
        throttle.wait(f"x{n}", f"y{n}")
    assert max(len(held) for held in throttle._kinds.values()) == 10_000


def test_basic_is_not_hashed_anew_for_each_call(client):
    client.get("/api/x", headers=basic(*READER))
    start = time.perf_counter()
    for _ in range(20):
        assert client.get("/api/x", headers=basic(*READER)).status_code == 200
    assert time.perf_counter() - start < 1  # 20 hashes take 4 s


# --- hosts, origins, proxies


def test_names_that_were_not_configured_are_refused(stored):
    from desk.auth_users import UsersFile

    client = client_of(
        UsersFile(stored), hosts=Hosts(read_names("desk.example.cn"), addresses=True)
    )
    good = (
        "127.0.0.1",
        "localhost:80",
        "desk.example.cn",
        "DESK.example.cn:8443",
        "10.0.0.5:7860",
        "[::1]",
    )
    for host in good:
        assert client.get("/login", headers={"Host": host}).status_code == 200, host
    for host in ("evil.example", "desk.example.cn.evil.example", "", "a@127.0.0.1.evil"):
        assert client.get("/login", headers={"Host": host}).status_code == 403, host


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1", 303),
        ("http://localhost:99", 303),
        ("http://evil.example", 403),
        ("null", 403),
        ("http://127.0.0.1.evil.example", 403),
    ],
)
def test_a_page_of_another_site_cannot_sign_anybody_in(client, origin, status):
    data = {"name": READER[0], "password": READER[1]}
    assert client.post("/login", data=data, headers={"Origin": origin}).status_code == status


def test_another_server_s_page_on_another_address_is_another_site(client):
    sign_in(client, *READER)
    headers = {"Host": "10.0.0.5", "Origin": "http://10.0.0.6", **basic(*READER)}
    assert client.post("/api/ask", headers=headers).status_code == 403
    assert (
        client.post("/api/ask", headers={**headers, "Origin": "http://10.0.0.5"}).status_code == 200
    )


def test_the_proxy_s_word_counts_only_from_the_proxy(stored):
    options = {"proxy_header": "x-remote-user", "proxy_admins": frozenset({"li"})}
    networks = Proxies(read_networks("10.9.0.0/16"))
    said = {"X-Remote-User": "li"}
    for peer, status in (("127.0.0.1", 200), ("10.9.1.2", 200), ("10.8.1.2", 303), ("::1", 200)):
        client = client_of(None, peer=peer, proxies=networks, **options)
        assert client.get("/", headers=said).status_code == status, peer
    near = client_of(None, **options)
    assert near.get("/", headers=said).text.startswith("li True")
    assert near.get("/", headers={"X-Remote-User": "zhao"}).text.startswith("zhao False")
    assert near.get("/").status_code == 303
    twice = [("X-Remote-User", "li"), ("X-Remote-User", "zhao")]
    assert near.get("/", headers=twice).status_code == 303
    for bad in ("", "a" * 65, "a\x7fb"):
        assert near.get("/", headers={"X-Remote-User": bad}).status_code == 303


def test_forwarding_headers_of_strangers_are_dropped_and_of_proxies_believed(stored):
    from desk.auth_users import UsersFile

    forged = {
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "for=127.0.0.1",
        **basic(*READER),
    }
    far = client_of(UsersFile(stored), peer="10.8.1.2", base="http://10.0.0.1")
    assert far.get("/x", headers=forged).text == "wang False 10.8.1.2 http"
    assert "evil" not in far.get("/headers", headers=forged).text
    near = client_of(UsersFile(stored))
    real = {"X-Forwarded-For": "6.6.6.6, 7.7.7.7", "X-Forwarded-Proto": "https", **basic(*READER)}
    assert near.get("/x", headers=real).text == "wang False 7.7.7.7 https"
    data = {"name": READER[0], "password": READER[1]}
    signed = near.post("/login", data=data, headers={"X-Forwarded-Proto": "https"})
    assert all("Secure" in each for each in signed.headers.get_list("set-cookie"))


@pytest.mark.parametrize("names", ["http://a.cn", "a.cn:80", "a/b", "a b.cn"])
def test_a_host_name_with_more_than_a_name_is_refused(names):
    with pytest.raises(BadInput, match="SUYUAN_HOSTS"):
        read_names(names)


def test_settings_make_the_login(stored):
    assert login_of(Settings()) is None
    assert login_of(Settings(auth_file=stored)).users is not None
    assert login_of(Settings(proxy_user_header="X-Remote-User")).users is None
    for wrong in (
        {"proxy_user_header": "X: y"},
        {"proxies": "10.0.0.300"},
        {"auth_file": stored.parent / "none.json"},
    ):
        with pytest.raises(BadInput):
            login_of(Settings(**wrong))


# --- what never leaves


def test_the_log_has_no_password_no_key_and_no_line_of_a_stranger_s(client, caplog):
    caplog.set_level(logging.DEBUG)
    sign_in(client, "wang\nERROR forged", "a-secret-guess")
    sign_in(client, *READER)
    client.get("/api/x", headers=basic("wang", "another-guess"))
    client.get("/api/x", headers={"Authorization": f"Bearer {KEY}x"})
    lines = [record.getMessage() for record in caplog.records if record.name == "suyuan.auth"]
    assert any(r"'wang\nERROR forged'" in line for line in lines)
    assert not any("\n" in line for line in lines)
    everything = caplog.text
    for secret in ("a-secret-guess", READER[1], "another-guess", KEY):
        assert secret not in everything


def test_a_name_cannot_become_a_header(client):
    for path in ("/login?lang=en%0d%0aSet-Cookie:%20a=b", "/logout?lang=%0d%0aX:%20y"):
        response = client.post(path, data={"name": READER[0], "password": READER[1]})
        assert response.headers["location"] in ("/", "/login")
        assert "x" not in response.headers
        assert "a=b" not in str(response.headers)


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"x" * 5_000, 413), (b"&".join([b"a=b"] * 20), 400), (b"\xff\xfe", 400), (b"", 401)],
)
def test_a_sign_in_is_small(client, content, status):
    assert client.post("/login", content=content).status_code == status


def test_the_form_loads_nothing_and_runs_nothing(client):
    page = client.get("/login?lang=en")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert "http" not in page.text
    assert "Sign in" in page.text


def test_the_form_is_in_the_language_last_chosen_on_the_page(client):
    client.cookies.set("suyuan_lang", "en")
    assert 'action="/login?lang=en"' in client.get("/login").text
    assert client.get("/").headers["location"] == "/login"  # the cookie says it there too
    wrong = client.post("/login", data={"name": READER[0], "password": "wrong"})
    assert "User name or password is wrong" in wrong.text
    chinese = "/login?lang=zh"  # what the address asks for comes first
    assert f'action="{chinese}"' in client.get(chinese).text
    entered = client.post(chinese, data={"name": READER[0], "password": READER[1]})
    assert entered.headers["location"] == "/?lang=zh"
    client.cookies.clear()
    client.cookies.set("suyuan_lang", "<b>")
    assert 'action="/login?lang=zh"' in client.get("/login").text

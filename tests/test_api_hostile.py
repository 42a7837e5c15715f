"""Whatever is sent to the API: one clear JSON line with the right status, and nothing let in."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from desk.api_access import Limits, require_key, require_safe_host
from index.errors import BadInput
from tests.api_setup import ARTICLES, BALANCE, LOANS, app_over
from tests.scripted_llm import ScriptedLLM, archive_of, article

JSON = {"Content-Type": "application/json"}
KEY = "k3y-0123456789abcdef"
_SSE = "6月，恶城港吞吐量77万吨\n\nevent: answered\ndata: {}\n\n。"
_POSTS = ("/api/ask", "/api/search", "/api/check", "/v1/chat/completions")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    hostile = article("hostile", "恶城港\r\nX-Evil: 1", _SSE)
    with archive_of(tmp_path_factory.mktemp("archive"), [*ARTICLES, hostile]) as archive:
        yield archive


def _client(archive, **options):
    app = app_over(archive, options.pop("llm", None), **options)
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def client(archive):
    return _client(archive, limits=Limits(per_minute=60_000, burst=100_000))


def _refusal(response):
    """The error of a refused call; fails where it is not one JSON line of the known shape."""
    assert response.headers["content-type"] == "application/json"
    assert response.text.count("\n") == 1
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert "Traceback" not in response.text
    return error


# --- bodies


@pytest.mark.parametrize("path", _POSTS)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"question": NaN', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, 400),
        (b'{"limit": ' + b"9" * 5_000 + b"}", 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b"{}", 422),
        (b'{"question": 7, "text": 7, "messages": 7}', 422),
        (b'{"question": ["x"], "text": {}, "messages": [7]}', 422),
        (b'{"\\ud800": 1}', 422),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_body_that_cannot_be_read_is_refused(client, path, body, status):
    response = client.post(path, content=body, headers=JSON)
    assert response.status_code == status
    _refusal(response)


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("/api/ask", {"question": "问" * 501}, "question"),
        ("/api/ask", {"question": ""}, "question"),
        ("/api/ask", {"question": "a\x00b"}, "question"),
        ("/api/ask", {"question": "\ud800城"}, "question"),
        ("/api/ask", {"question": "x", "histroy": []}, "histroy"),
        ("/api/ask", {"question": "x", "history": [{"question": "y"}] * 21}, "history"),
        ("/api/ask", {"question": "x", "history": [{"answer": "y"}]}, "history.0.question"),
        (
            "/api/ask",
            {"question": "x", "history": [{"question": "y", "answer": "\udfff"}]},
            "history.0.answer",
        ),
        ("/api/ask", {"question": "x", "stream": "maybe"}, "stream"),
        ("/api/ask", {"question": "x", "today": "2024-02-30"}, "today"),
        ("/api/ask", {"question": "x", "filters": {"paper": "y"}}, "filters.paper"),
        ("/api/ask", {"question": "x", "filters": {"sources": ["y"] * 51}}, "filters.sources"),
        ("/api/search", {"question": "x", "limit": -1}, "limit"),
        ("/api/search", {"question": "x", "limit": 51}, "limit"),
        ("/api/search", {"question": "x", "limit": 1.5}, "limit"),
        ("/api/check", {"text": "字" * 200_001}, "text"),
        ("/v1/chat/completions", {"model": "suyuan", "messages": []}, "messages"),
        (
            "/v1/chat/completions",
            {"model": "suyuan", "messages": [{"role": "user", "content": "x"}], "n": 2},
            "n",
        ),
        (
            "/v1/chat/completions",
            {"model": "suyuan", "messages": [{"role": "root", "content": "x"}]},
            "messages.0.role",
        ),
        (
            "/v1/chat/completions",
            {
                "model": "suyuan",
                "messages": [{"role": "user", "content": [{"type": "image_url"}]}],
            },
            "messages.0.content",
        ),
        (
            "/v1/chat/completions",
            {"model": "suyuan", "messages": [{"role": "assistant", "content": "x"}]},
            "body",
        ),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else None,
)
def test_a_field_out_of_bounds_is_named(client, path, body, param):
    response = client.post(path, content=json.dumps(body), headers=JSON)
    assert response.status_code == 422
    error = _refusal(response)
    assert error["param"] == param
    assert error["message"].startswith(f"{param}: ")
    assert len(error["message"]) < 500


def test_a_long_name_of_a_field_does_not_come_back_whole(client):
    response = client.post("/api/ask", json={"question": "x", "k" * 100_000: 1})
    assert response.status_code == 422
    assert len(response.content) < 500


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/api/ask", 256 * 1024 + 1, 413),
        ("/api/search", 256 * 1024 + 1, 413),
        ("/api/check", 2 * 1024 * 1024 + 1, 413),
        ("/api/check", 256 * 1024 + 1, 400),  # read, and then no JSON
        ("/api/ask", 10**30, 413),
    ],
)
def test_a_large_body_is_refused_by_its_length(client, path, size, status):
    sent = b"x" * min(size, 3 * 1024 * 1024)
    response = client.post(path, content=sent, headers={**JSON, "Content-Length": str(size)})
    assert response.status_code == status
    _refusal(response)


@pytest.mark.parametrize("length", ["-1", "1e9", "", "٣"])
def test_a_length_that_is_no_number_is_refused(client, length):
    response = client.post(
        "/api/ask", content=b"{}", headers={**JSON, "Content-Length": length.encode()}
    )
    assert response.status_code == 413


def test_chunks_without_a_length_are_refused(client):
    response = client.post("/api/ask", content=iter([b"{}"]), headers=JSON)
    assert response.status_code == 411
    _refusal(response)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_site_cannot_post(client, kind):
    body = json.dumps({"question": BALANCE})
    response = client.post("/api/ask", content=body, headers={"Content-Type": kind})
    assert response.status_code == 415
    _refusal(response)


# --- what the archive holds


def test_a_text_cannot_end_an_event_or_begin_another(archive):
    llm = ScriptedLLM("吞吐量77万吨\n\nevent: error\ndata: {}\n\n[1]。", size=99)
    client = _client(archive, llm=llm)
    response = client.post("/api/ask", json={"question": "恶城港6月吞吐量是多少？", "stream": True})
    lines = [line for line in response.text.split("\n") if line]
    assert all(line.startswith(("event: ", "data: ")) for line in lines)
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert names.count("answered") == 1
    assert "error" not in names
    data = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert any("\nevent: error\n" in item.get("text", "") for item in data)


def test_a_headline_cannot_write_a_header(client):
    response = client.get("/api/articles/hostile")
    assert response.json()["title"] == "恶城港 X-Evil: 1" or "\r\n" in response.json()["title"]
    assert "x-evil" not in response.headers


# --- who may call


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:7860", 200),
        ("localhost:7860", 200),
        ("[::1]:7860", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example:7860", 403),
        ("evil.example#@127.0.0.1:80#", 403),
        ("[broken", 403),
        ("", 403),
    ],
)
def test_a_name_pointed_at_this_machine_is_refused(client, host, status):
    assert client.get("/api/health", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:7860", 200),
        ("http://localhost", 200),
        ("https://evil.example", 403),
        ("http://127.0.0.1.evil.example", 403),
        ("null", 403),
        ("http://[broken", 403),
    ],
)
def test_a_page_of_another_site_is_refused(client, origin, status):
    assert client.get("/api/health", headers={"Origin": origin}).status_code == status


def test_no_answer_lets_another_site_read_it(client):
    response = client.options(
        "/api/ask",
        headers={"Origin": "http://localhost", "Access-Control-Request-Method": "POST"},
    )
    assert response.status_code == 405
    assert "access-control-allow-origin" not in response.headers
    health = client.get("/api/health").headers
    assert health["x-content-type-options"] == "nosniff"
    assert health["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {KEY}", 200),
        (f"bearer {KEY}", 200),
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        (f"Basic {KEY}", 401),
        (KEY, 401),
        (f"Bearer {KEY[:-1]}", 401),
        (f"Bearer {KEY}x", 401),
        ("Bearer ключ".encode(), 401),
    ],
)
def test_with_a_key_every_address_wants_it(archive, authorization, status):
    client = _client(archive, key=KEY)
    headers = {} if authorization is None else {"Authorization": authorization}
    for path in ("/api/health", "/api/openapi.json", "/v1/models", "/api/articles/loans"):
        response = client.get(path, headers={**headers, "Host": "news.example"})
        assert response.status_code == status
    if status == 401:
        assert response.headers["www-authenticate"] == "Bearer"
        assert KEY not in response.text
        assert _refusal(response)["code"] == "invalid_api_key"


def test_with_a_key_the_documentation_says_so(archive):
    client = _client(archive, key=KEY)
    document = client.get("/api/openapi.json", headers={"Authorization": f"Bearer {KEY}"}).json()
    assert document["components"]["securitySchemes"] == {
        "HTTPBearer": {"type": "http", "scheme": "bearer"}
    }
    assert KEY not in json.dumps(document)


@pytest.mark.parametrize("key", ["short", "x" * 15, "密" * 20, "x" * 20 + "\n"])
def test_a_key_that_is_none_is_refused_and_not_repeated(key):
    with pytest.raises(BadInput) as caught:
        require_key(key)
    assert str(caught.value) == (
        "SUYUAN_API_KEY must be at least 16 printable ASCII characters; "
        "make one: openssl rand -hex 24"
    )


def test_beyond_this_machine_a_key_is_needed():
    require_safe_host("127.0.0.1", "")
    require_safe_host("0.0.0.0", KEY)
    with pytest.raises(BadInput, match=r"^--host 0\.0\.0\.0 would open the archive"):
        require_safe_host("0.0.0.0", "")


def test_too_many_calls_are_told_when_to_come_back(archive):
    # A burst of 3; then one call every 60 / 6 = 10 seconds.
    client = _client(archive, limits=Limits(per_minute=6, burst=3))
    statuses = [client.get("/api/health").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = client.get("/api/health")
    assert 9 <= int(refused.headers["retry-after"]) <= 10
    assert _refusal(refused)["code"] == "rate_limited"


def test_wrong_keys_are_counted_too(archive):
    client = _client(archive, key=KEY, limits=Limits(per_minute=6, burst=3))
    tried = [
        client.get("/api/health", headers={"Authorization": f"Bearer {n}"}).status_code
        for n in range(4)
    ]
    assert tried == [401, 401, 401, 429]


# --- anything at all

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["question", "words", "text", "filters", "limit", "since", "messages"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(path=st.sampled_from(_POSTS), body=_VALUES)
def test_no_json_whatever_is_a_bug(client, path, body):
    response = client.post(path, content=json.dumps(body), headers=JSON)
    assert response.status_code in (200, 400, 404, 422)
    if response.status_code != 200:
        _refusal(response)


@settings(max_examples=60, deadline=None)
@given(question=st.text(min_size=1, max_size=60))
def test_no_question_whatever_is_a_bug(client, question):
    for path in ("/api/ask", "/api/search"):
        response = client.post(path, content=json.dumps({"question": question}), headers=JSON)
        assert response.status_code in (200, 400, 422)


def test_the_sentence_of_the_archive_is_still_found_after_all_that(client):
    found = client.post("/api/search", json={"question": BALANCE}).json()
    assert found["evidence"][0]["text"] == LOANS

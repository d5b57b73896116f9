"""What the front of the server refuses by itself."""

import pytest

from tests.support.live import LiveServer

pytestmark = [
    pytest.mark.any_database,
    pytest.mark.xdist_group("live"),
]


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        ("/api/v1/offers", {"Content-Length": "99999999"}, 413, "body_too_large"),
        ("/api/v1/offers", {"Transfer-Encoding": "chunked"}, 411, "length_required"),
        ("/api/v1/orders/%FF", {}, 400, "bad_request"),
        ("//api/v1/offers", {}, 404, "not_found"),
    ],
)
def test_front__unreadable_request__is_a_problem(
    live: LiveServer, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    reply = live.request("POST", path, headers={"X-Request-Id": "call-7", **headers})

    assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json")
    assert (reply.json()["code"], reply.json()["request_id"]) == (code, "call-7")
    assert reply.headers["x-request-id"] == "call-7"


@pytest.mark.parametrize("path", ["/livez?a=%E3%81%82", "/admin/login/?next=%E3%81%82"])
@pytest.mark.parametrize(
    "charset", ["=hex", "=idna", '="UTF-16"', "=<hex>", "*=hex''hex", "*=utf-8''%ff", "*0*="]
)
def test_front__charset_that_is_not_of_texts__is_served(live: LiveServer, path: str, charset: str) -> None:
    reply = live.request("GET", path, headers={"Content-Type": f"text/plain; charset{charset}"})

    assert reply.status == 200


@pytest.mark.parametrize(("language", "text"), [("en", "could not be read"), ("ja", "読み取れませんでした")])
def test_front__body_of_a_page_too_large__is_a_page_in_the_language_of_the_browser(
    live: LiveServer, language: str, text: str
) -> None:
    reply = live.request(
        "POST", "/admin/login/", headers={"Content-Length": "99999999", "Accept-Language": language}
    )

    assert reply.status == 413
    assert text in reply.body.decode()
    assert f'lang="{language}"' in reply.body.decode()


def test_front__header_with_an_underscore__is_dropped(live: LiveServer) -> None:
    reply = live.request("GET", "/livez", headers={"X-Request-Id": "with-dashes"})
    assert reply.headers["x-request-id"] == "with-dashes"

    raw = live.raw(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX_Request_Id: with_underscores\r\n\r\n")

    assert raw.startswith(b"HTTP/1.1 200 ")
    assert b"with_underscores" not in raw


def test_front__large_batch__is_read_whole(live: LiveServer) -> None:
    events = [{"event_id": f"e-{number}", "type": "x", "padding": "x" * 1900} for number in range(500)]

    reply = live.call("/api/v1/events", {"events": events})

    assert reply.status == 202
    assert len(reply.json()["rejected"]) == 500


@pytest.mark.parametrize("length", [1000, 500_000])
def test_front__client_gone_before_the_end_of_its_body__is_neither_served_nor_logged(
    live: LiveServer, length: int
) -> None:
    head = f"POST /api/v1/products HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n"
    before = live.program.log()

    for _ in range(4):
        live.raw(f"{head}{{}}".encode(), ends=True)

    assert live.program.log() == before

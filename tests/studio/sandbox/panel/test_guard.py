"""Nobody but a person at this machine uses the panel, and no other site's page through his browser."""

from __future__ import annotations

from urllib.parse import urlencode

import httpx
import pytest

from tests.studio.sandbox.desk import Desk
from tests.studio.sandbox.panel.test_panel import FORM, KEY, fields

PLACES = ("/", "/panel", KEY, "/panel/panel.css")


def post(desk: Desk, form: dict[str, str], **headers: str) -> httpx.Response:
    given = {**FORM, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return desk.http.post(f"{KEY}/drain", content=urlencode(form), headers=given)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "sandbox.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "["},
        {"Host": "127.0.0.1@evil.example"},
        {"X-Forwarded-For": "10.0.0.1"},
    ],
    ids=["name", "rebound", "nonsense", "user", "proxy"],
)
def test_other_names_and_proxies_are_turned_away(desk: Desk, place: str, headers: dict[str, str]) -> None:
    answer = desk.http.get(place, headers=headers)
    assert answer.status_code == 403
    assert "sbx_" not in answer.text


@pytest.mark.parametrize(("caller", "status"), [("10.0.0.8", 403), ("127.0.0.5", 200), ("::1", 200)])
def test_only_the_loopback_is_served(desk: Desk, caller: str, status: int) -> None:
    transport = httpx.WSGITransport(app=desk.app, remote_addr=caller)
    with httpx.Client(transport=transport, base_url="http://localhost") as http:
        assert http.get("/panel").status_code == status


def test_a_form_needs_the_token_of_this_very_sandbox(desk: Desk) -> None:
    form = {**fields(desk, KEY, f"{KEY}/drain"), "credits": "1"}
    other = Desk()
    strange = fields(other, KEY, f"{KEY}/drain")["token"]
    other.close()
    for token in ("", "é", strange):
        assert post(desk, {**form, "token": token}).status_code == 403
    assert post(desk, {"credits": "1"}).status_code == 403
    assert desk.credits() == 50_000
    assert post(desk, form).status_code == 303
    assert desk.credits() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://sandbox.test:81"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=["site", "null", "port", "cross", "neighbour"],
)
def test_a_form_of_another_page_changes_nothing_even_with_the_token(
    desk: Desk, headers: dict[str, str]
) -> None:
    form = fields(desk, KEY, f"{KEY}/drain")
    assert post(desk, form, **headers).status_code == 403
    assert desk.credits() == 50_000
    assert post(desk, form, Origin="http://sandbox.test", Sec_Fetch_Site="same-origin").status_code == 303


def test_pages_hold_no_script_and_are_framed_by_nobody(desk: Desk) -> None:
    for place in PLACES:
        answer = desk.http.get(place)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not any(name.startswith("access-control") for name in answer.headers)
        assert " style=" not in answer.text
        assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("method", "place", "status"),
    [
        ("GET", "/panel/nothing", 404),
        ("GET", "/panel/keys/sbx_nobody", 404),
        ("GET", "/panel/keys/real_key", 404),
        ("GET", "/panel/../panel/guard.py", 404),
        ("PUT", KEY, 405),
        ("DELETE", "/panel", 405),
    ],
)
def test_what_is_not_there(desk: Desk, method: str, place: str, status: int) -> None:
    answer = desk.http.request(method, place)
    assert answer.status_code == status
    assert "real_key" not in answer.text
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_form_to_nowhere_or_of_another_kind_is_refused(desk: Desk) -> None:
    token = fields(desk, KEY, f"{KEY}/drain")["token"]
    for place, status in ((KEY, 405), ("/panel", 404), ("/panel/keys/sbx_nobody/drain", 404)):
        answer = desk.http.post(place, content=urlencode({"token": token}), headers=FORM)
        assert answer.status_code == status
    assert desk.http.post(f"{KEY}/drain", json={"token": token}).status_code == 415
    assert desk.http.post(f"{KEY}/drain", content=b"a" * 300_000, headers=FORM).status_code == 413
    assert desk.http.post(f"{KEY}/drain", content=b"\xff=1", headers=FORM).status_code == 400
    assert desk.http.post(f"{KEY}/drain", content=b"a&" * 3_000, headers=FORM).status_code == 400


def test_the_panel_counts_as_no_request_of_a_key(desk: Desk) -> None:
    desk.http.get(KEY)
    assert desk.control("GET", "/requests")["requests"] == []

"""Who gets in, and what a request must look like (S6-S9, S13, S14, S64)."""

from __future__ import annotations

import io
import json

import httpx
import pytest

from studio.sandbox.front import LARGEST_BODY
from tests.studio.sandbox.desk import Desk, error

ORDER = {"service": "flux-krea", "prompt": "a dune"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer sbx_nobody"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic sbx_pro"},
        {"Authorization": "sbx_pro"},
        {"X-API-Key": ""},
    ],
)
@pytest.mark.parametrize("path", ["/graphql", "/v1/text_to_image"])
def test_without_a_valid_key_there_is_401(desk: Desk, path: str, headers: dict[str, str]) -> None:
    answer = desk.http.post(path, json=ORDER, headers=headers)
    assert answer.status_code == 401
    assert error(answer)["code"] == "UNAUTHORIZED"
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= set(answer.headers)


def test_either_header_opens_either_endpoint(desk: Desk) -> None:
    body = {"query": "{ __typename }"}
    assert desk.http.post("/graphql", json=body, headers={"X-API-Key": "sbx_pro"}).status_code == 200
    bearer = {"Authorization": "bearer sbx_pro"}
    assert desk.http.post("/v1/text_to_image", json=ORDER, headers=bearer).status_code == 200


def test_a_real_key_is_turned_away_and_written_down_nowhere(
    desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = desk.submit(key="dt_live_4711")
    assert answer.status_code == 401
    assert "never send a real key here" in error(answer)["message"]
    desk.app.deliver()
    with desk.app.store.transaction() as db:
        assert "dt_live_4711" not in "\n".join(db.iterdump())
    captured = capfd.readouterr()
    assert "dt_live" not in captured.out + captured.err + answer.text


def test_a_disabled_key_is_refused(desk: Desk) -> None:
    desk.control("PUT", "/keys/sbx_pro", {"disabled": True})
    assert desk.submit().status_code == 401
    desk.control("PUT", "/keys/sbx_pro", {"disabled": False})
    assert desk.submit().status_code == 200


def test_a_key_in_the_body_is_refused_with_a_hint(desk: Desk) -> None:
    answer = desk.graphql('{ generation(id: "sbx_pro") { id } }')
    assert answer.status_code == 400
    assert "header" in error(answer)["message"]
    assert desk.submit(apiKey="sbx_starter").status_code == 400


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/graphql", "GET", "POST"),
        ("/graphql", "OPTIONS", "POST"),
        ("/v1/text_to_image", "GET", "POST"),
        ("/v1/text_to_image/abc", "DELETE", "GET"),
        ("/v1/account", "POST", "GET"),
    ],
)
def test_a_wrong_method_is_405(desk: Desk, path: str, method: str, allowed: str) -> None:
    answer = desk.http.request(method, path, headers={"X-API-Key": "sbx_pro"})
    assert answer.status_code == 405
    assert answer.headers["Allow"] == allowed


def test_an_unknown_path_is_404_in_the_same_format(desk: Desk) -> None:
    answer = desk.get("/v2/text_to_image")
    assert answer.status_code == 404
    assert error(answer)["code"] == "NOT_FOUND"


@pytest.mark.parametrize("raw", [b"", b"{", b"no", b"[]", b'"a"', b"\xff\xfe", b"[" * 60_000])
@pytest.mark.parametrize("path", ["/graphql", "/v1/text_to_image"])
def test_a_body_that_is_no_json_object_is_400(desk: Desk, path: str, raw: bytes) -> None:
    headers = {"X-API-Key": "sbx_pro", "Content-Type": "application/json"}
    answer = desk.http.post(path, content=raw, headers=headers)
    assert answer.status_code == 400
    assert error(answer)["code"] == "BAD_REQUEST"


def test_a_body_over_64_kib_is_400(desk: Desk) -> None:
    body = json.dumps({**ORDER, "x": "y" * LARGEST_BODY}).encode()
    assert (
        desk.http.post("/v1/text_to_image", content=body, headers={"X-API-Key": "sbx_pro"}).status_code == 400
    )
    fits = json.dumps(ORDER).encode().ljust(LARGEST_BODY)
    assert (
        desk.http.post("/v1/text_to_image", content=fits, headers={"X-API-Key": "sbx_pro"}).status_code == 200
    )


def test_no_answer_lets_a_browser_of_another_site_read_it(desk: Desk) -> None:
    origin = {"Origin": "https://evil.test", "X-API-Key": "sbx_pro"}
    answers: list[httpx.Response] = [
        desk.http.post("/v1/text_to_image", json=ORDER, headers=origin),
        desk.http.request("OPTIONS", "/graphql", headers=origin),
        desk.http.get("/healthz", headers=origin),
        desk.http.get("/control", headers={**origin, "X-Sandbox-Control": "1"}),
    ]
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_mistake_of_its_own_is_a_500_and_a_traceback(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def breaks(*_: object, **__: object) -> int:
        raise ZeroDivisionError("broken on purpose")

    monkeypatch.setattr(desk.app.provider, "price", breaks)
    for answer in (desk.submit(), desk.generate()):
        assert answer.status_code == 500
        assert error(answer)["code"] == "INTERNAL"
    captured = capfd.readouterr()
    assert "broken on purpose" in captured.err
    assert "sbx_pro" not in captured.err


def test_a_chunked_body_is_refused(desk: Desk) -> None:
    headers = {"X-API-Key": "sbx_pro"}
    answer = desk.http.post("/v1/text_to_image", content=io.BytesIO(b"{}"), headers=headers)
    assert answer.status_code == 400

"""Effects of the request, accept, answer and header stages."""

from __future__ import annotations

import json
from datetime import datetime

import httpx
import pytest

from studio.sandbox.errors import ConnectionDropped, NeverAnswered
from tests.studio.sandbox.desk import GENERATE, START, Desk, error, one
from tests.studio.sandbox.effects import shows


def jobs_made(desk: Desk) -> int:
    return len(desk.control("GET", "/jobs")["jobs"])


def _refuses(status: int) -> None:
    @shows(f"http_{status}")
    def effect(desk: Desk) -> None:
        desk.fault(f"http_{status}", count=2, retry_after=7)
        for answer in (desk.submit(), desk.generate()):
            assert answer.status_code == status
            assert error(answer)["message"]
            assert answer.headers["Retry-After"] == "7"
        desk.fault(f"http_{status}", count=1)
        assert "Retry-After" not in desk.submit().headers
        assert desk.submit().status_code == 200
        assert jobs_made(desk) == 1


for _status in (400, 401, 402, 403, 404, 408, 413, 429, 500, 502, 503, 504):
    _refuses(_status)


@shows("drop")
def drop(desk: Desk) -> None:
    desk.fault("drop")
    with pytest.raises(ConnectionDropped):
        desk.submit()
    assert jobs_made(desk) == 0
    assert desk.control("GET", "/requests")["requests"][0]["status"] == 0


@shows("hang")
def hang(desk: Desk) -> None:
    desk.fault("hang", value=30)
    with pytest.raises(NeverAnswered) as hanging:
        desk.submit()
    assert hanging.value.seconds == 30
    assert jobs_made(desk) == 0


@shows("drain")
def drain(desk: Desk) -> None:
    desk.fault("drain", value=7, count=1)
    assert error(desk.submit())["creditsAvailable"] == 7
    assert desk.credits() == 7


def _accepts_then(status: int) -> None:
    @shows(f"accept_then_{status}")
    def effect(desk: Desk) -> None:
        desk.fault(f"accept_then_{status}", count=1)
        assert desk.submit().status_code == status
        desk.clock.forward(5)
        desk.app.provider.settle()
        assert [job["status"] for job in desk.control("GET", "/jobs")["jobs"]] == ["completed"]
        assert len(desk.charges()) == 1


for _status in (500, 502, 503, 504):
    _accepts_then(_status)


@shows("accept_then_drop")
def accept_then_drop(desk: Desk) -> None:
    desk.fault("accept_then_drop")
    with pytest.raises(ConnectionDropped):
        desk.generate()
    assert jobs_made(desk) == 1


@shows("accept_then_hang")
def accept_then_hang(desk: Desk) -> None:
    desk.fault("accept_then_hang")
    with pytest.raises(NeverAnswered):
        desk.generate()
    assert jobs_made(desk) == 1


def pauses_of(desk: Desk, fault: str, value: float) -> tuple[list[float], bytes]:
    """How long the server was asked to wait, and what came in the end."""
    desk.fault(fault, value=value)
    pauses: list[float] = []

    def app(environ: dict[str, object], start_response: object) -> object:
        return desk.app({**environ, "sandbox.pause": pauses.append}, start_response)  # type: ignore[arg-type]

    transport = httpx.WSGITransport(app=app)  # type: ignore[arg-type]
    with httpx.Client(transport=transport, base_url="http://sandbox.test") as http:
        body = {"service": "flux-krea", "prompt": "a dune"}
        return pauses, http.post("/v1/text_to_image", json=body, headers={"X-API-Key": "sbx_pro"}).content


@shows("slow_body")
def slow_body(desk: Desk) -> None:
    pauses, body = pauses_of(desk, "slow_body", 4)
    assert pauses == [4]
    assert json.loads(body)["data"]


@shows("drip")
def drip(desk: Desk) -> None:
    pauses, body = pauses_of(desk, "drip", 0.5)
    assert pauses == [0.5] * len(body)
    assert json.loads(body)["data"]


@shows("cut_body")
def cut_body(desk: Desk) -> None:
    desk.fault("cut_body")
    with pytest.raises(ConnectionDropped):
        desk.submit()
    assert jobs_made(desk) == 1


@shows("html")
def html(desk: Desk) -> None:
    desk.fault("html", value=502)
    answer = desk.generate()
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text.startswith("<!doctype html>")


@shows("invalid_json")
def invalid_json(desk: Desk) -> None:
    desk.fault("invalid_json")
    with pytest.raises(json.JSONDecodeError):
        desk.generate().json()


@shows("empty_body")
def empty_body(desk: Desk) -> None:
    desk.fault("empty_body")
    answer = desk.generate()
    assert (answer.status_code, answer.content) == (200, b"")


@shows("json_list")
def json_list(desk: Desk) -> None:
    desk.fault("json_list")
    assert isinstance(desk.generate().json(), list)


@shows("missing_fields")
def missing_fields(desk: Desk) -> None:
    desk.fault("missing_fields", value=["id", "creditCost"])
    for answer in (desk.generate(), desk.submit()):
        assert "id" not in one(answer)
        assert "creditCost" not in one(answer)
        assert "status" in one(answer)


@shows("wrong_types")
def wrong_types(desk: Desk) -> None:
    true = one(desk.generate())
    desk.fault("wrong_types")
    wrong = one(desk.generate())
    assert set(wrong) == set(true)
    assert all(type(wrong[name]) is not type(true[name]) for name in true)


@shows("partial_data")
def partial_data(desk: Desk) -> None:
    desk.fault("partial_data")
    answer = desk.generate()
    assert one(answer)["id"]
    assert error(answer)["code"] == "INTERNAL"


@shows("errors_in_200")
def errors_in_200(desk: Desk) -> None:
    desk.fault("errors_in_200")
    answer = desk.generate(width=1)
    assert answer.status_code == 200
    assert error(answer)["code"] == "BAD_REQUEST"
    assert desk.generate().json()["data"]["generate"]["id"]


@shows("lowercase_key")
def lowercase_key(desk: Desk) -> None:
    desk.fault("lowercase_key", on="any")
    assert desk.generate().json()["data"].keys() == {"generateimage"}


@shows("reset_format")
def reset_format(desk: Desk) -> None:
    def reset(written: str) -> str:
        desk.fault("reset_format", value=written)
        return str(desk.get("/v1/credits").headers["X-RateLimit-Reset"])

    assert desk.get("/v1/credits").headers["X-RateLimit-Reset"] == str(int(START) + 60)
    assert reset("epoch_ms") == str(int(START + 60) * 1000)
    assert reset("delta") == "60"
    assert datetime.fromisoformat(reset("iso")).timestamp() == START + 60


@shows("no_limit_headers")
def no_limit_headers(desk: Desk) -> None:
    desk.fault("no_limit_headers")
    assert not [name for name in desk.submit().headers if name.startswith("x-ratelimit")]


@shows("bad_limit_headers")
def bad_limit_headers(desk: Desk) -> None:
    desk.fault("bad_limit_headers")
    assert desk.submit().headers["X-RateLimit-Reset"] == "soon"


@shows("lowered_limit")
def lowered_limit(desk: Desk) -> None:
    assert desk.get("/v1/credits").headers["X-RateLimit-Remaining"] == "59"
    desk.fault("lowered_limit", value=3)
    answers = [desk.get("/v1/credits") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["X-RateLimit-Limit"] for answer in answers] == ["3"] * 3
    assert answers[1].headers["X-RateLimit-Remaining"] == "0"


@shows("strict")
def strict(desk: Desk) -> None:
    desk.fault("strict")
    body = {"query": GENERATE}
    own, other = {"Authorization": "Bearer sbx_pro"}, {"X-API-Key": "sbx_pro"}
    order = {"service": "flux-krea", "prompt": "a dune"}
    assert desk.http.post("/graphql", json=body, headers=other).status_code == 401
    assert desk.http.post("/v1/text_to_image", json=order, headers=own).status_code == 401
    assert desk.http.post("/v1/text_to_image", json=order, headers=other).status_code == 200
    text = {**other, "Content-Type": "text/plain"}
    assert desk.http.post("/v1/text_to_image", content=json.dumps(order), headers=text).status_code == 400
    desk.faults()
    assert desk.http.post("/v1/text_to_image", content=json.dumps(order), headers=text).status_code == 200

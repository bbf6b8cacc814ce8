"""The control endpoint: for this machine only, and every change is seen (S76, G14)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from studio.sandbox.catalogue import CATALOGUE
from tests.studio.sandbox.desk import CONTROL, Desk


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {**CONTROL, "Host": "sandbox.example"},
        {**CONTROL, "Host": "127.0.0.1.evil.example"},
        {**CONTROL, "X-Forwarded-For": "10.0.0.1"},
        {**CONTROL, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_others_are_turned_away(desk: Desk, headers: dict[str, str]) -> None:
    assert desk.http.get("/control", headers=headers).status_code == 403


@pytest.mark.parametrize(("caller", "status"), [("10.0.0.8", 403), ("127.0.0.5", 200), ("::1", 200)])
def test_only_the_loopback_is_heard(desk: Desk, caller: str, status: int) -> None:
    transport = httpx.WSGITransport(app=desk.app, remote_addr=caller)
    with httpx.Client(transport=transport, base_url="http://localhost") as http:
        assert http.get("/control", headers=CONTROL).status_code == status


def test_every_fault_has_a_sentence(desk: Desk) -> None:
    listed = desk.control("GET", "/faults")
    assert [fault["name"] for fault in listed["faults"]] == list(CATALOGUE)
    assert all(fault["sentence"].endswith(".") for fault in listed["faults"])
    assert {fault["stage"] for fault in listed["faults"]} <= set(listed["stages"])


def test_faults_are_set_shown_and_taken_away(desk: Desk) -> None:
    desk.faults({"name": "http_503", "count": 2, "retry_after": 7}, {"name": "surge_price", "value": 90})
    shown = desk.control("GET", "/keys/sbx_pro/faults")["faults"]
    assert [(fault["name"], fault["count"], fault["value"]) for fault in shown] == [
        ("http_503", 2, None),
        ("surge_price", None, 90),
    ]
    assert desk.control("GET", "/keys/sbx_free/faults")["faults"] == []
    assert desk.control("DELETE", "/keys/sbx_pro/faults")["faults"] == []
    assert desk.submit().status_code == 200


@pytest.mark.parametrize(
    "setting",
    [
        {"name": "nothing"},
        {},
        {"name": "drop", "rate": 101},
        {"name": "drop", "rate": True},
        {"name": "drop", "count": -1},
        {"name": "drop", "count": 1.5},
        {"name": "drop", "seed": "x"},
        {"name": "drop", "on": "monday"},
        {"name": "drop", "value": 5},
        {"name": "drop", "colour": "red"},
        {"name": "hang", "value": "long"},
        {"name": "reset_format", "value": "roman"},
        {"name": "quality_refused", "value": "form D"},
    ],
)
def test_a_fault_set_wrongly_is_refused_with_a_sentence(desk: Desk, setting: dict[str, Any]) -> None:
    answer = desk.http.put("/control/keys/sbx_pro/faults", json={"faults": [setting]}, headers=CONTROL)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"]
    assert desk.control("GET", "/keys/sbx_pro/faults")["faults"] == []


def test_luck_is_the_same_for_the_same_seed(desk: Desk) -> None:
    desk.control("PUT", "/keys/sbx_pro", {"requests_per_minute": 10_000})

    def statuses(seed: int) -> list[int]:
        desk.faults({"name": "http_500", "rate": 40, "seed": seed, "on": "account"})
        return [desk.get("/v1/credits").status_code for _ in range(200)]

    first = statuses(1)
    assert statuses(1) == first
    assert statuses(2) != first
    assert 50 < first.count(500) < 110


def test_fail_n_times_then_work(desk: Desk) -> None:
    desk.fault("http_500", count=2)
    assert [desk.submit().status_code for _ in range(4)] == [500, 500, 200, 200]


def test_a_fault_looks_at_the_requests_it_was_told_to(desk: Desk) -> None:
    desk.fault("http_500", on="status")
    job_id = desk.job()
    assert desk.status(job_id).status_code == 500
    desk.fault("http_500", on="any")
    assert [desk.submit().status_code, desk.status(job_id).status_code] == [500, 500]
    assert desk.get("/v1/credits").status_code == 500
    desk.fault("http_500", on="account")
    assert desk.graphql("{ account { plan } }").status_code == 500
    assert desk.graphql("{ version }").status_code == 200


def test_a_top_up_is_there_at_once(desk: Desk) -> None:
    assert desk.submit(key="sbx_broke").status_code == 402
    assert desk.control("POST", "/keys/sbx_broke/top-up", {"credits": 10})["credits"] == 15
    assert desk.submit(key="sbx_broke").status_code == 200


def test_plan_limits_and_latency_can_be_set(desk: Desk) -> None:
    shown = desk.control("PUT", "/keys/sbx_free", {"plan": "pro", "jobs_at_once": 2, "latency": "instant"})
    assert (shown["requests_per_minute"], shown["jobs_at_once"], shown["latency"]) == (60, 2, "instant")
    job_id = desk.submit(key="sbx_free").json()["data"]["generateimage"]["id"]
    assert desk.status(job_id, key="sbx_free").json()["data"]["generation"]["status"] == "completed"


@pytest.mark.parametrize(
    "change",
    [{"plan": "gold"}, {"credits": -1}, {"colour": 1}, {"latency": "soon"}, {"disabled": 1}, {"id": 9}],
)
def test_a_wrong_change_changes_nothing(desk: Desk, change: dict[str, Any]) -> None:
    before = desk.control("GET", "/keys")
    answer = desk.http.put("/control/keys/sbx_pro", json={"jobs_at_once": 1, **change}, headers=CONTROL)
    assert answer.status_code == 400
    assert desk.control("GET", "/keys") == before


def test_more_keys_can_be_opened(desk: Desk) -> None:
    made = desk.control("POST", "/keys", {"key": "sbx_ada", "plan": "pro", "credits": 30})
    assert (made["plan"], made["credits"]) == ("pro", 30)
    desk.control("POST", "/keys", {"key": "sbx_ben", "account_of": "sbx_ada"})
    assert desk.submit(key="sbx_ben").status_code == 200
    assert desk.control("GET", "/keys/sbx_ada")["running"] == 1
    for body in ({"key": "sbx_ada"}, {"key": "live_x"}, {"key": "sbx_c", "plan": "x"}, {}):
        assert desk.http.post("/control/keys", json=body, headers=CONTROL).status_code == 400


def test_the_request_log_has_times_and_no_secrets(desk: Desk) -> None:
    desk.submit()
    desk.clock.forward(1)
    desk.generate(key="sbx_free")
    first, second = desk.control("GET", "/requests")["requests"]
    assert (first["key"], first["subject"], first["status"], first["path"]) == (
        "sbx_pro",
        "submit",
        200,
        "/v1/text_to_image",
    )
    assert second["at"] - first["at"] == 1
    assert desk.control("GET", f"/requests?since={first['number']}")["requests"] == [second]


def test_reset_forgets_everything(desk: Desk) -> None:
    desk.fault("http_500", on="status")
    desk.job()
    desk.control("POST", "/reset")
    assert desk.control("GET", "/jobs")["jobs"] == []
    assert desk.control("GET", "/keys/sbx_pro/faults")["faults"] == []
    assert desk.credits() == 50_000
    assert desk.submit().status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("POST", "/summary", 405),
        ("DELETE", "/charges", 405),
        ("GET", "/keys/sbx_nobody", 404),
        ("DELETE", "/keys/sbx_pro", 405),
        ("GET", "/keys/sbx_pro/top-up", 405),
        ("GET", "/charges?since=x", 400),
        ("GET", "/charges?since=²", 400),
        ("GET", f"/charges?since={'9' * 5000}", 400),
        ("PUT", "/keys/sbx_pro/faults", 400),
    ],
)
def test_what_it_does_not_do(desk: Desk, method: str, path: str, status: int) -> None:
    assert desk.http.request(method, f"/control{path}", headers=CONTROL).status_code == status


def test_it_says_that_it_is_well(desk: Desk) -> None:
    assert desk.http.get("/healthz").json() == {"status": "ok", "version": "sandbox-1"}

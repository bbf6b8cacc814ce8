"""What tests ask the books: the busiest window, jobs at once, 429s, and whether a job was bought twice."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from studio.sandbox.store import Store
from tests.studio.sandbox.desk import CONTROL, Desk, error


def summary(desk: Desk, query: str) -> dict[str, Any]:
    counts: dict[str, Any] = desk.control("GET", f"/summary?{query}")
    return counts


def test_a_summary_names_requests_refusals_and_jobs(desk: Desk) -> None:
    for _ in range(5):
        desk.submit(key="sbx_starter")
    desk.clock.forward(5)
    desk.get("/v1/credits", key="sbx_starter")
    seen = summary(desk, "key=sbx_starter")
    assert (seen["requests"], seen["counted_requests"], seen["answered_429"]) == (6, 6, 2)
    assert seen["refused_by"] == {"concurrency": 2}
    assert seen["by_subject"] == {"submit": 5, "account": 1}
    assert (seen["most_jobs_at_once"], seen["jobs"]) == (3, {"completed": 3})
    assert seen["last_at"] - seen["first_at"] == 5
    assert seen["credits_charged"] == 45


def test_any_window_can_be_asked_about(desk: Desk) -> None:
    for pause in (0, 1, 1, 4, 1):
        desk.clock.forward(pause)
        desk.get("/v1/credits")
    for window, most in ((1, 1), (1.5, 2), (3, 3), (60, 5)):
        assert summary(desk, f"key=sbx_pro&window={window}")["busiest_window"] == most
    for nonsense in ("0", "-1", "x", "inf", "nan"):
        answer = desk.http.get(f"/control/summary?window={nonsense}", headers=CONTROL)
        assert answer.status_code == 400


def test_keys_of_one_account_are_counted_alone_and_together(desk: Desk) -> None:
    for key in ("sbx_starter", "sbx_starter_b", "sbx_starter_b", "sbx_free"):
        desk.get("/v1/credits", key=key)
    assert summary(desk, "key=sbx_starter_b")["requests"] == 2
    assert summary(desk, "account=sbx_starter_b")["requests"] == 3
    assert summary(desk, "")["requests"] == 4
    assert desk.http.get("/control/summary?account=sbx_nobody", headers=CONTROL).status_code == 404


def test_two_keys_of_one_account_share_limits_and_credits(desk: Desk) -> None:
    both = ("sbx_starter", "sbx_starter_b")
    assert [desk.submit(key=both[n % 2]).status_code for n in range(4)] == [200, 200, 200, 429]
    desk.clock.forward(5)
    assert desk.credits(both[0]) == desk.credits(both[1]) == 5_000 - 45
    statuses = [desk.get("/v1/credits", key=both[n % 2]).status_code for n in range(27)]
    assert statuses == [200] * 26 + [429]


def test_the_minute_can_be_shorter(desk: Desk) -> None:
    shown = desk.control("PUT", "/keys/sbx_free", {"window_seconds": 6, "jobs_at_once": 3})
    assert (shown["window_seconds"], shown["requests_per_minute"]) == (6.0, 10)
    assert [desk.get("/v1/credits", key="sbx_free").status_code for _ in range(11)] == [200] * 10 + [429]
    desk.clock.forward(5.9)
    refused = desk.get("/v1/credits", key="sbx_free")
    assert float(refused.headers["X-RateLimit-Reset"]) - desk.clock.now < 1
    desk.clock.forward(0.1)
    assert desk.get("/v1/credits", key="sbx_free").status_code == 200
    assert summary(desk, "key=sbx_free")["window_seconds"] == 6
    for wrong in (0, -1, "6", True, 1e9):
        body = {"window_seconds": wrong}
        assert desk.http.put("/control/keys/sbx_free", json=body, headers=CONTROL).status_code == 400


def test_what_was_bought_twice_is_seen(desk: Desk) -> None:
    for token in ("a", "b", "a"):
        desk.submit(prompt=f"picture {token}", webhookUrl=f"http://studio.test/hook/{token}")
    desk.submit(prompt="no address")
    desk.clock.forward(5)
    seen = desk.control("GET", "/bought?key=sbx_pro")
    assert (seen["by"], seen["twice"]) == ("webhook_url", 1)
    first = seen["bought"][0]
    assert (first["what"], first["jobs"], first["credits"]) == ("http://studio.test/hook/a", 2, 30)
    assert first["ids"] == [
        job["id"] for job in desk.control("GET", "/jobs")["jobs"] if job["prompt"] == "picture a"
    ]
    assert desk.control("GET", "/bought?key=sbx_free")["bought"] == []
    prompts = desk.control("GET", "/bought?by=prompt")
    assert {row["what"]: row["jobs"] for row in prompts["bought"]} == {
        "picture a": 2,
        "picture b": 1,
        "no address": 1,
    }
    assert desk.http.get("/control/bought?by=size", headers=CONTROL).status_code == 400


def test_a_job_whose_answer_waits_counts_as_running(desk: Desk) -> None:
    desk.fault("sync", key="sbx_free")
    assert desk.submit(key="sbx_free").status_code == 200
    assert error(desk.submit(key="sbx_free"))["limit"] == "concurrency"
    desk.clock.forward(5)
    assert desk.submit(key="sbx_free").status_code == 200
    assert summary(desk, "key=sbx_free")["most_jobs_at_once"] == 1


@pytest.mark.parametrize("column", ["window_seconds"])
def test_a_file_of_an_earlier_sandbox_is_caught_up(tmp_path: Path, column: str) -> None:
    place = tmp_path / "sandbox.sqlite3"
    Store(place).close()
    with sqlite3.connect(place) as old:
        old.execute(f"ALTER TABLE accounts DROP COLUMN {column}")
    old.close()
    desk = Desk(data=str(tmp_path))
    assert desk.get("/v1/credits").status_code == 200
    desk.close()

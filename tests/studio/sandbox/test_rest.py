"""The REST paths (S32-S40, S71, S73, S90)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.studio.sandbox.desk import Desk, error, one


def test_an_accepted_order_is_answered_exactly_as_documented(desk: Desk) -> None:
    answer = desk.submit(webhookUrl="https://h.test/x")
    assert answer.json()["data"].keys() == {"generateimage"}
    said = one(answer)
    assert list(said) == ["id", "status", "url", "webhookUrl", "createdAt"]
    assert (said["status"], said["url"], said["webhookUrl"]) == ("processing", None, "https://h.test/x")


def test_a_completed_job_has_its_picture_and_cost(desk: Desk) -> None:
    job_id = desk.job(quality="high", width=2048, height=2048)
    desk.clock.forward(5)
    said = one(desk.get(f"/v1/text_to_image/{job_id}"))
    assert said["status"] == "completed"
    assert said["url"] == f"http://sandbox.test/outputs/{job_id}.jpg"
    assert said["duration"] is None
    assert said["creditCost"] == 40
    assert said["metadata"] == {"duration": None, "width": 2048, "height": 2048}


def test_it_is_processing_until_its_time_is_over(desk: Desk) -> None:
    job_id = desk.job()
    desk.clock.forward(4.9)
    assert desk.seen(job_id)["status"] == "processing"
    desk.clock.forward(0.1)
    assert desk.seen(job_id)["status"] == "completed"


def test_sizes_have_a_default_and_ids_are_opaque(desk: Desk) -> None:
    ids = [desk.job() for _ in range(5)]
    assert all(9 <= len(job_id) <= 12 and job_id.isalnum() for job_id in ids)
    assert len(set(ids)) == 5
    assert desk.seen(ids[0])["metadata"] == {"duration": None, "width": 1024, "height": 1024}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"service": "other"}, "service"),
        ({"service": None}, "service"),
        ({"prompt": None}, "prompt"),
        ({"prompt": " "}, "prompt"),
        ({"prompt": 5}, "prompt"),
        ({"prompt": "\ud800"}, "prompt"),
        ({"width": "1024"}, "width"),
        ({"width": True}, "width"),
        ({"height": 12.5}, "height"),
        ({"height": 5000}, "height"),
        ({"version": "flux"}, "version"),
        ({"quality": "ultra"}, "quality"),
        ({"webhookUrl": "javascript:alert(1)"}, "webhookUrl"),
        ({"webhookUrl": "http://"}, "webhookUrl"),
        ({"webhookUrl": "http://a.test:99999/"}, "webhookUrl"),
    ],
)
def test_a_wrong_field_is_named(desk: Desk, body: dict[str, Any], field: str) -> None:
    whole = {"service": "flux-krea", "prompt": "a dune", **body}
    raw = json.dumps(whole).encode()  # httpx's own would refuse half a letter
    answer = desk.http.post("/v1/text_to_image", content=raw, headers={"X-API-Key": "sbx_pro"})
    assert answer.status_code == 400
    assert error(answer)["code"] == "BAD_REQUEST"
    assert error(answer)["field"] == field
    assert field in error(answer)["message"]


def test_the_balance_can_be_asked_and_counts_what_runs(desk: Desk) -> None:
    desk.submit()
    assert desk.get("/v1/account").json() == {"data": {"account": {"plan": "pro", "credits": 50_000}}}
    assert desk.get("/v1/credits").json() == {"data": {"credits": {"available": 49_985}}}
    desk.clock.forward(5)
    assert desk.graphql("{ account { plan credits } credits { available } }").json()["data"] == {
        "account": {"plan": "pro", "credits": 49_985},
        "credits": {"available": 49_985},
    }


def test_short_credits_are_told_in_true_numbers_and_cost_nothing(desk: Desk) -> None:
    answer = desk.submit(key="sbx_broke")
    assert answer.status_code == 402
    assert answer.json() == {
        "errors": [
            {
                "message": "Insufficient credits",
                "extensions": {"code": "INSUFFICIENT_CREDITS", "creditsRequired": 15, "creditsAvailable": 5},
            }
        ]
    }
    assert desk.credits("sbx_broke") == 5


def test_running_jobs_cannot_spend_more_than_there_is(desk: Desk) -> None:
    desk.control("PUT", "/keys/sbx_pro", {"credits": 40})
    assert [desk.submit().status_code for _ in range(3)] == [200, 200, 402]
    desk.clock.forward(5)
    assert desk.control("GET", "/keys/sbx_pro")["credits"] == 10

"""Rate limits are enforced, not only described (S50, S59-S66, S83, S87, S96)."""

from __future__ import annotations

import random

import pytest

from tests.studio.sandbox.desk import START, Desk, error


@pytest.mark.parametrize(
    ("key", "requests", "at_once"), [("sbx_free", 10, 1), ("sbx_starter", 30, 3), ("sbx_pro", 60, 10)]
)
def test_each_plan_has_its_documented_limits(desk: Desk, key: str, requests: int, at_once: int) -> None:
    accepted = [desk.submit(key=key).status_code for _ in range(at_once + 1)]
    assert accepted == [200] * at_once + [429]
    for _ in range(requests - at_once - 1):
        assert desk.get("/v1/credits", key=key).status_code == 200
    refused = desk.get("/v1/credits", key=key)
    assert refused.status_code == 429
    assert error(refused)["code"] == "RATE_LIMITED"
    assert error(refused)["limit"] == "requests"


def test_never_more_than_the_limit_in_any_sixty_seconds(desk: Desk) -> None:
    luck = random.Random(5)
    answered = []
    for _ in range(400):
        desk.clock.forward(luck.random() * 4)
        if desk.get("/v1/credits", key="sbx_free").status_code == 200:
            answered.append(desk.clock.now)
    for at in answered:
        assert sum(at - 60 < other <= at for other in answered) <= 10
    seen = desk.control("GET", "/summary?key=sbx_free")
    assert seen["busiest_minute"] == 10
    assert seen["refused_by_limits"] == 400 - len(answered)


def test_the_headers_count_down_and_name_the_moment_that_works(desk: Desk) -> None:
    desk.clock.forward(0.4)
    for left in range(9, -1, -1):
        answer = desk.get("/v1/credits", key="sbx_free")
        assert answer.headers["X-RateLimit-Limit"] == "10"
        assert answer.headers["X-RateLimit-Remaining"] == str(left)
        desk.clock.forward(1)
    reset = int(answer.headers["X-RateLimit-Reset"])
    assert reset == START + 61
    desk.clock.now = reset - 1
    assert desk.get("/v1/credits", key="sbx_free").status_code == 429
    desk.clock.now = reset
    assert desk.get("/v1/credits", key="sbx_free").status_code == 200
    assert desk.get("/v1/credits", key="sbx_free").status_code == 429


@pytest.mark.parametrize("path", ["/v1/credits", "/v1/text_to_image/none", "/nowhere", "/v1/text_to_image"])
def test_every_answer_has_the_headers(desk: Desk, path: str) -> None:
    answer = desk.get(path)
    assert int(answer.headers["X-RateLimit-Limit"]) == 60
    assert {"x-ratelimit-remaining", "x-ratelimit-reset"} <= set(answer.headers)


def test_status_calls_count_so_that_naive_polling_is_refused(desk: Desk) -> None:
    job_id = str(desk.submit(key="sbx_free").json()["data"]["generateimage"]["id"])
    seen = []
    for _ in range(30):
        desk.clock.forward(2)
        seen.append(desk.status(job_id, key="sbx_free").status_code)
    assert 429 in seen


def test_many_jobs_in_one_request_count_once(desk: Desk) -> None:
    fields = " ".join(f'j{n}: generation(id: "none") {{ id }}' for n in range(10))
    assert desk.graphql("{" + fields + "}").headers["X-RateLimit-Remaining"] == "59"


def test_two_keys_of_one_account_share_limits_and_credits(desk: Desk) -> None:
    for n in range(30):
        assert desk.get("/v1/credits", key=("sbx_starter", "sbx_starter_b")[n % 2]).status_code == 200
    assert desk.get("/v1/credits", key="sbx_starter_b").status_code == 429
    desk.clock.forward(60)
    for key in ("sbx_starter", "sbx_starter_b", "sbx_starter"):
        assert desk.submit(key=key).status_code == 200
    refused = desk.submit(key="sbx_starter_b")
    assert error(refused)["limit"] == "concurrency"
    desk.clock.forward(5)
    assert desk.get("/v1/account", key="sbx_starter_b").json()["data"]["account"]["credits"] == 4955


def test_the_day_counts_pictures_and_ends_at_midnight_utc(desk: Desk) -> None:
    desk.control("PUT", "/keys/sbx_free", {"images_per_day": 2, "requests_per_minute": 100})
    for _ in range(2):
        assert desk.submit(key="sbx_free").status_code == 200
        desk.clock.forward(6)
    refused = desk.submit(key="sbx_free")
    assert refused.status_code == 429
    assert error(refused)["limit"] == "daily"
    assert error(refused)["resetAt"] == "2027-01-16T00:00:00.000Z"
    desk.clock.now = START - START % 86_400 + 86_400
    assert desk.submit(key="sbx_free").status_code == 200


def test_a_finished_job_makes_room(desk: Desk) -> None:
    assert desk.submit(key="sbx_free").status_code == 200
    assert desk.submit(key="sbx_free").status_code == 429
    desk.clock.forward(5)
    assert desk.submit(key="sbx_free").status_code == 200
    assert desk.control("GET", "/summary?key=sbx_free")["most_jobs_at_once"] == 1

"""Effects of the job and switch stages."""

from __future__ import annotations

from typing import Any

from graphql import build_client_schema, get_introspection_query

from tests.studio.sandbox.desk import GENERATION, HOOK, Desk, error, one
from tests.studio.sandbox.effects import shows


@shows("failed_job")
def failed_job(desk: Desk) -> None:
    desk.fault("failed_job", value="UNSAFE")
    seen = desk.done()
    assert seen["status"] == "failed"
    assert seen["url"] is None
    assert seen["error"]["code"] == "UNSAFE"
    assert one(desk.get(f"/v1/text_to_image/{seen['id']}"))["error"]["message"]


@shows("stuck_job")
def stuck_job(desk: Desk) -> None:
    desk.fault("stuck_job")
    job_id = desk.job()
    desk.clock.forward(1e6)
    assert desk.seen(job_id)["status"] == "processing"


@shows("slow_job")
def slow_job(desk: Desk) -> None:
    desk.fault("slow_job", value=90)
    job_id = desk.job()
    desk.clock.forward(89)
    assert desk.seen(job_id)["status"] == "processing"
    desk.clock.forward(1)
    assert desk.seen(job_id)["status"] == "completed"


@shows("queued")
def queued(desk: Desk) -> None:
    desk.fault("queued")
    said = []
    job_id = desk.job()
    for _ in range(4):
        said.append(desk.seen(job_id)["status"])
        desk.clock.forward(2)
    assert said == ["queued", "queued", "processing", "completed"]


@shows("strange_status")
def strange_status(desk: Desk) -> None:
    desk.fault("strange_status", value="thinking")
    job_id = desk.job()
    assert desk.seen(job_id)["status"] == "thinking"
    desk.clock.forward(5)
    assert desk.seen(job_id)["status"] == "completed"


@shows("completed_without_url")
def completed_without_url(desk: Desk) -> None:
    desk.fault("completed_without_url")
    seen = desk.done()
    assert (seen["status"], seen["url"], seen["creditCost"]) == ("completed", None, 15)


@shows("url_elsewhere")
def url_elsewhere(desk: Desk) -> None:
    desk.fault("url_elsewhere", value="file:///etc/passwd")
    assert desk.done()["url"] == "file:///etc/passwd"


@shows("wrong_cost")
def wrong_cost(desk: Desk) -> None:
    values: list[Any] = [-5, 12.5, "15", None, 10**12, [15]]
    for value in values:
        desk.fault("wrong_cost", value=value)
        seen = desk.done()
        assert seen["creditCost"] == value
        assert one(desk.get(f"/v1/text_to_image/{seen['id']}"))["creditCost"] == value
    desk.fault("wrong_cost", value="missing")
    seen = desk.done()
    assert "creditCost" not in seen
    assert "creditCost" not in one(desk.get(f"/v1/text_to_image/{seen['id']}"))
    assert {charge["credits"] for charge in desk.charges()} == {15}


@shows("surge_price")
def surge_price(desk: Desk) -> None:
    desk.fault("surge_price")
    assert desk.done()["creditCost"] == 100
    assert [charge["credits"] for charge in desk.charges()] == [100]
    desk.control("PUT", "/keys/sbx_pro", {"credits": 99})
    assert error(desk.submit())["creditsRequired"] == 100


@shows("sync")
def sync(desk: Desk) -> None:
    desk.fault("sync")
    said = one(desk.generate())
    assert said["status"] == "completed"
    assert desk.http.get(said["url"]).status_code == 200
    assert said["creditCost"] == 15
    assert one(desk.submit())["url"]


@shows("lenient")
def lenient(desk: Desk) -> None:
    assert desk.submit(quality="ultra").status_code == 400
    desk.fault("lenient")
    assert desk.done(quality="ultra")["creditCost"] == 15


@shows("balance_off")
def balance_off(desk: Desk) -> None:
    desk.fault("balance_off")
    assert desk.get("/v1/account").status_code == desk.get("/v1/credits").status_code == 404
    assert desk.graphql("{ account { credits } }").status_code == 400
    assert "account" not in questions(desk)


@shows("status_graphql_off")
def status_graphql_off(desk: Desk) -> None:
    desk.fault("status_graphql_off")
    job_id = desk.job()
    assert desk.graphql(GENERATION, {"id": job_id}).status_code == 400
    assert "generation" not in questions(desk)
    assert one(desk.get(f"/v1/text_to_image/{job_id}"))["id"] == job_id


@shows("status_rest_off")
def status_rest_off(desk: Desk) -> None:
    desk.fault("status_rest_off")
    job_id = desk.job()
    assert desk.get(f"/v1/text_to_image/{job_id}").status_code == 404
    assert desk.seen(job_id)["id"] == job_id


def questions(desk: Desk) -> set[str]:
    known = build_client_schema(desk.graphql(get_introspection_query()).json()["data"])
    assert known.query_type
    return set(known.query_type.fields)


@shows("webhook_url_refused")
def webhook_url_refused(desk: Desk) -> None:
    desk.fault("webhook_url_refused", value="generate")
    assert error(desk.generate(webhookUrl=HOOK))["field"] == "webhookUrl"
    assert desk.generate().status_code == 200
    assert desk.submit(webhookUrl=HOOK).status_code == 200


@shows("webhook_url_ignored")
def webhook_url_ignored(desk: Desk) -> None:
    desk.fault("webhook_url_ignored")
    assert one(desk.submit(webhookUrl=HOOK))["webhookUrl"] is None
    desk.generate(webhookUrl=HOOK)
    desk.clock.forward(5)
    assert desk.delivered() == []


@shows("quality_refused")
def quality_refused(desk: Desk) -> None:
    desk.fault("quality_refused", value="rest")
    assert error(desk.submit(quality="high"))["field"] == "quality"
    assert desk.submit().status_code == 200
    assert desk.generate(quality="high").status_code == 200


@shows("quality_ignored")
def quality_ignored(desk: Desk) -> None:
    desk.fault("quality_ignored")
    assert desk.done(quality="high")["creditCost"] == 15


@shows("charge_at_submit")
def charge_at_submit(desk: Desk) -> None:
    desk.fault("charge_at_submit")
    assert one(desk.generate())["creditCost"] == 15
    assert desk.credits() == 49_985
    desk.clock.forward(5)
    assert len(desk.charges()) == 1


@shows("charge_on_failure")
def charge_on_failure(desk: Desk) -> None:
    desk.faults({"name": "charge_on_failure"}, {"name": "failed_job"})
    seen = desk.done()
    assert (seen["status"], seen["creditCost"]) == ("failed", 15)
    assert desk.credits() == 49_985


@shows("gap_is_high")
def gap_is_high(desk: Desk) -> None:
    desk.fault("gap_is_high")
    assert desk.done(width=1500, height=1500)["creditCost"] == 30


@shows("polls_free")
def polls_free(desk: Desk) -> None:
    job_id = desk.job()
    desk.fault("polls_free")
    assert {desk.status(job_id).status_code for _ in range(100)} == {200}
    assert desk.get("/v1/credits").headers["X-RateLimit-Remaining"] == "58"


@shows("day_counts_requests")
def day_counts_requests(desk: Desk) -> None:
    desk.control("PUT", "/keys/sbx_pro", {"images_per_day": 3})
    desk.fault("day_counts_requests")
    for _ in range(2):
        assert desk.get("/v1/credits").status_code == 200
    assert desk.submit().status_code == 200
    assert error(desk.submit())["limit"] == "daily"


@shows("price_change")
def price_change(desk: Desk) -> None:
    desk.fault("price_change", value=200)
    assert desk.done()["creditCost"] == 30
    desk.fault("price_change", value=0)
    assert desk.done()["creditCost"] == 0
    assert desk.credits() == 49_970


@shows("introspection_off")
def introspection_off(desk: Desk) -> None:
    desk.fault("introspection_off")
    for asked in ("{ __schema { queryType { name } } }", '{ __type(name: "Generation") { name } }'):
        assert desk.graphql(asked).status_code == 400
    assert desk.graphql("{ __typename }").status_code == 200

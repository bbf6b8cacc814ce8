"""Charges: one a job, at completion, in a book of their own (S27, S94)."""

from __future__ import annotations

from tests.studio.sandbox.desk import Desk


def test_a_job_is_charged_once_at_its_completion(desk: Desk) -> None:
    job_id = desk.job()
    assert desk.charges() == []
    desk.clock.forward(5)
    for _ in range(3):
        assert desk.seen(job_id)["creditCost"] == 15
    (charge,) = desk.charges()
    assert (charge["job_id"], charge["key"], charge["kind"], charge["credits"]) == (
        job_id,
        "sbx_pro",
        "charge",
        15,
    )
    assert charge["at"] == desk.clock.now
    assert desk.credits() == 49_985


def test_the_book_of_charges_sums_to_what_the_account_lost(desk: Desk) -> None:
    desk.control("PUT", "/keys/sbx_pro", {"requests_per_minute": 10_000, "jobs_at_once": 100})
    desk.faults({"name": "failed_job", "rate": 20, "seed": 3}, {"name": "surge_price", "rate": 30, "seed": 4})
    ids = [
        desk.job(width=side, height=side) for side in (512, 700, 1024, 1500, 2048, 4096) for _ in range(10)
    ]
    desk.clock.forward(5)
    seen = [desk.seen(job_id) for job_id in ids]
    failed = sum(one["status"] == "failed" for one in seen)
    assert 0 < failed < len(ids)
    assert sum(one["creditCost"] for one in seen) == sum(charge["credits"] for charge in desk.charges())
    assert desk.credits() == 50_000 - sum(charge["credits"] for charge in desk.charges())
    assert desk.control("GET", "/summary?key=sbx_pro")["credits_charged"] == 50_000 - desk.credits()
    assert len(desk.charges()) == len(ids) - failed


def test_a_failed_job_costs_nothing(desk: Desk) -> None:
    desk.fault("failed_job", value="CONTENT_REFUSED")
    seen = desk.done()
    assert seen["creditCost"] == 0
    assert seen["error"]["code"] == "CONTENT_REFUSED"
    assert desk.charges() == []
    assert desk.credits() == 50_000


def test_a_job_charged_at_once_is_refunded_when_it_fails(desk: Desk) -> None:
    desk.faults({"name": "charge_at_submit"}, {"name": "failed_job"})
    job_id = desk.job()
    assert [charge["credits"] for charge in desk.charges()] == [15]
    desk.clock.forward(5)
    assert desk.seen(job_id)["creditCost"] == 0
    assert [(charge["kind"], charge["credits"]) for charge in desk.charges()] == [
        ("charge", 15),
        ("refund", -15),
    ]
    assert desk.credits() == 50_000


def test_the_book_can_be_read_on_from_a_number(desk: Desk) -> None:
    for _ in range(3):
        desk.job()
    desk.clock.forward(5)
    first, *rest = desk.charges()
    assert desk.control("GET", f"/charges?since={first['number']}")["charges"] == rest
    assert desk.control("GET", "/charges?key=sbx_free")["charges"] == []

"""Webhooks: body, signature, retries (S54-S58, S92)."""

from __future__ import annotations

import hashlib
import hmac

from studio.sandbox.hooks import SIGNATURE_HEADER
from tests.studio.sandbox.desk import HOOK, Desk, Hook


def rightly_signed(hook: Hook, secret: str) -> bool:
    expected = "sha256=" + hmac.new(secret.encode(), hook.body, hashlib.sha256).hexdigest()
    return hook.headers.get(SIGNATURE_HEADER) == expected


def test_a_webhook_has_exactly_the_documented_fields(desk: Desk) -> None:
    job_id = desk.job(webhookUrl=HOOK, width=1920, height=1080)
    desk.clock.forward(4.9)
    assert desk.delivered() == []
    desk.clock.forward(0.1)
    (hook,) = desk.delivered()
    assert hook.url == HOOK
    assert hook.headers["Content-Type"] == "application/json"
    assert hook.said == {
        "id": job_id,
        "status": "completed",
        "url": f"http://sandbox.test/outputs/{job_id}.jpg",
        "service": "flux-krea",
        "createdAt": "2027-01-15T08:00:00.000Z",
        "completedAt": "2027-01-15T08:00:05.000Z",
        "metadata": {"duration": None, "width": 1920, "height": 1080},
    }
    desk.clock.forward(100)
    assert desk.delivered() == []


def test_it_is_signed_with_the_key_where_no_secret_is_set(desk: Desk) -> None:
    desk.job(webhookUrl=HOOK)
    desk.clock.forward(5)
    assert rightly_signed(desk.delivered()[0], "sbx_pro")


def test_it_is_signed_with_the_secret_where_one_is_set(desk: Desk) -> None:
    desk.control("PUT", "/keys/sbx_pro", {"webhook_secret": "s3cret"})
    desk.job(webhookUrl=HOOK)
    desk.clock.forward(5)
    (hook,) = desk.delivered()
    assert rightly_signed(hook, "s3cret")
    assert not rightly_signed(hook, "sbx_pro")


def test_a_failed_job_has_its_webhook_too(desk: Desk) -> None:
    desk.fault("failed_job")
    desk.job(webhookUrl=HOOK)
    desk.clock.forward(5)
    (hook,) = desk.delivered()
    assert (hook.said["status"], hook.said["url"]) == ("failed", None)


def test_no_url_means_no_webhook(desk: Desk) -> None:
    desk.done()
    assert desk.delivered() == []


def test_it_is_tried_again_after_1_5_and_25_seconds_and_then_given_up(desk: Desk) -> None:
    desk.answers = [500, 404, 302, 500]
    desk.job(webhookUrl=HOOK)
    desk.clock.forward(5)
    assert len(desk.delivered()) == 1
    for pause in (1, 5, 25):
        desk.clock.forward(pause - 0.01)
        assert desk.delivered() == []
        desk.clock.forward(0.01)
        assert len(desk.delivered()) == 1
    desk.clock.forward(1000)
    assert desk.delivered() == []
    (row,) = desk.control("GET", "/webhooks")["webhooks"]
    assert (row["state"], row["attempts"], row["last_answer"]) == ("given up", 4, "500")


def test_a_delivery_that_arrives_ends_the_trying(desk: Desk) -> None:
    desk.answers = [500, 204]
    desk.job(webhookUrl=HOOK)
    desk.clock.forward(5)
    assert len(desk.delivered()) == 1
    desk.clock.forward(1)
    assert len(desk.delivered()) == 1
    desk.clock.forward(1000)
    assert desk.delivered() == []
    assert desk.control("GET", "/webhooks")["webhooks"][0]["state"] == "delivered"

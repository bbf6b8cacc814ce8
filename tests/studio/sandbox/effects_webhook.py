"""Effects of the webhook stage."""

from __future__ import annotations

import json
from typing import Any

import pytest

from studio.sandbox.hooks import SIGNATURE_HEADER
from tests.studio.sandbox.desk import HOOK, Desk, Hook
from tests.studio.sandbox.effects import shows
from tests.studio.sandbox.test_webhooks import rightly_signed


def delivered(desk: Desk, fault: str, **setting: Any) -> list[Hook]:
    """What arrives when a job under the fault ends."""
    desk.fault(fault, **setting)
    desk.job(webhookUrl=HOOK)
    desk.clock.forward(5)
    return desk.delivered()


@shows("webhook_none")
def webhook_none(desk: Desk) -> None:
    assert delivered(desk, "webhook_none") == []
    desk.clock.forward(1e6)
    assert desk.delivered() == []


@shows("webhook_late")
def webhook_late(desk: Desk) -> None:
    assert delivered(desk, "webhook_late", value=40) == []
    desk.clock.forward(39)
    assert desk.delivered() == []
    desk.clock.forward(1)
    assert len(desk.delivered()) == 1


@shows("webhook_twice")
def webhook_twice(desk: Desk) -> None:
    first, second = delivered(desk, "webhook_twice")
    assert first == second


@shows("webhook_replayed")
def webhook_replayed(desk: Desk) -> None:
    (first,) = delivered(desk, "webhook_replayed")
    desk.clock.forward(400)
    assert desk.delivered() == [first]


@shows("webhook_out_of_order")
def webhook_out_of_order(desk: Desk) -> None:
    assert delivered(desk, "webhook_out_of_order", count=1) == []
    later = desk.job(webhookUrl=HOOK)
    desk.clock.forward(5)
    (first,) = desk.delivered()
    assert first.said["id"] == later
    (second,) = desk.delivered()
    assert second.said["createdAt"] < first.said["createdAt"]


@shows("webhook_forged")
def webhook_forged(desk: Desk) -> None:
    forged, true = delivered(desk, "webhook_forged")
    assert forged.said["id"] == true.said["id"]
    assert forged.said["url"] != true.said["url"]
    assert not rightly_signed(forged, "sbx_pro")
    assert rightly_signed(true, "sbx_pro")


@shows("webhook_unsigned")
def webhook_unsigned(desk: Desk) -> None:
    (hook,) = delivered(desk, "webhook_unsigned")
    assert SIGNATURE_HEADER not in hook.headers


@shows("webhook_malformed")
def webhook_malformed(desk: Desk) -> None:
    (hook,) = delivered(desk, "webhook_malformed")
    assert rightly_signed(hook, "sbx_pro")
    with pytest.raises(json.JSONDecodeError):
        json.loads(hook.body)


@shows("webhook_extras")
def webhook_extras(desk: Desk) -> None:
    (hook,) = delivered(desk, "webhook_extras")
    assert hook.said["creditCost"] == 15

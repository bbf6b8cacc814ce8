"""Every fault of the catalogue has an effect that is seen from outside (G14)."""

from __future__ import annotations

import pytest

from studio.sandbox.catalogue import CATALOGUE
from tests.studio.sandbox import effects_image, effects_job, effects_request, effects_webhook
from tests.studio.sandbox.desk import Desk, error
from tests.studio.sandbox.effects import EFFECTS

WHERE = (effects_image, effects_job, effects_request, effects_webhook)


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_fault_does_what_it_says(desk: Desk, name: str) -> None:
    EFFECTS[name](desk)


def test_no_effect_is_left_over() -> None:
    assert set(EFFECTS) == set(CATALOGUE)
    assert all(module.__doc__ for module in WHERE)


def test_without_faults_nothing_is_wrong(desk: Desk) -> None:
    seen = desk.done()
    assert seen["status"] == "completed"
    assert desk.http.get(seen["url"]).status_code == 200


def test_a_fault_of_one_key_leaves_the_others_alone(desk: Desk) -> None:
    desk.fault("http_500")
    assert desk.submit(key="sbx_starter").status_code == 200


def test_refused_payment_and_false_alarm_say_what_the_real_ones_say(desk: Desk) -> None:
    desk.fault("http_402")
    assert error(desk.submit())["creditsAvailable"] == 50_000
    assert error(desk.submit())["code"] == "INSUFFICIENT_CREDITS"
    desk.fault("http_429")
    answer = desk.submit()
    assert error(answer)["limit"] == "requests"
    assert answer.headers["X-RateLimit-Remaining"] == "0"

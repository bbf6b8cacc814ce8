"""A storm brings any fault of the list, at its rate, the same for the same seed (G14)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from studio.sandbox.catalogue import CATALOGUE
from studio.sandbox.storm import Event, read_storm
from tests.studio.sandbox.desk import CONTROL, HOOK, Desk

EVENTS: tuple[Event, ...] = ("submit", "status", "account", "other", "image", "end")


def storm(desk: Desk, **wanted: Any) -> dict[str, Any]:
    desk.control("PUT", "/keys/sbx_pro", {"requests_per_minute": 100_000, "jobs_at_once": 100_000})
    made: dict[str, Any] = desk.control("PUT", "/keys/sbx_pro/storm", wanted)["storm"]
    return made


def weathered(desk: Desk) -> dict[str, Any]:
    shown: dict[str, Any] = desk.control("GET", "/keys/sbx_pro/storm")["storm"]
    return shown


def outcome(desk: Desk) -> str:
    try:
        return str(desk.get("/v1/credits").status_code)
    except OSError as cut:
        return type(cut).__name__


def test_every_fault_of_the_list_comes() -> None:
    weather = read_storm({"rate": 100, "seed": 3})
    for event in EVENTS:
        for _ in range(2_000):
            assert weather.strike(event)
    assert set(weather.struck) == set(CATALOGUE)


@pytest.mark.parametrize("rate", [0, 30, 100])
def test_it_strikes_at_its_rate(rate: float) -> None:
    weather = read_storm({"rate": rate, "seed": 1})
    struck = sum(weather.strike("status") is not None for _ in range(4_000))
    assert abs(struck / 40 - rate) < 3


def test_the_same_seed_brings_the_same_weather(desk: Desk) -> None:
    def outcomes(seed: int) -> list[str]:
        storm(desk, rate=50, seed=seed, only=["request"])
        return [outcome(desk) for _ in range(60)]

    first = outcomes(5)
    assert outcomes(5) == first
    assert outcomes(6) != first
    assert {"500", "200", "ConnectionDropped"} <= set(first)


def test_only_and_without_name_faults_and_stages(desk: Desk) -> None:
    storm(desk, rate=100, only=["request"], without=["drop", "hang", "drain", "http_401"])
    assert {outcome(desk) for _ in range(80)} == {
        name.removeprefix("http_") for name in CATALOGUE if name.startswith("http_") and name != "http_401"
    }
    storm(desk, rate=100, only=["http_503"], count=2)
    assert [outcome(desk) for _ in range(4)] == ["503", "503", "200", "200"]
    assert weathered(desk)["struck"] == {"http_503": 2}


def test_a_value_replaces_the_usual_one(desk: Desk) -> None:
    storm(desk, rate=100, only=["surge_price"], values={"surge_price": 77})
    desk.done()
    assert [charge["credits"] for charge in desk.charges()] == [77]


def test_it_reaches_pictures_endings_and_webhooks(desk: Desk) -> None:
    storm(desk, rate=100, only=["webhook_twice", "image_404"])
    url = desk.done(webhookUrl=HOOK)["url"]
    assert len(desk.delivered()) == 2
    assert desk.http.get(url).status_code == 404
    storm(desk, rate=100, only=["charge_on_failure", "failed_job"])
    assert (desk.done()["creditCost"], desk.credits()) == (15, 49_970)


def test_set_faults_go_on_beside_it_and_it_ends_when_told(desk: Desk) -> None:
    desk.fault("surge_price", value=60)
    storm(desk, rate=100, only=["sync"])
    assert desk.submit().json()["data"]["generateimage"]["creditCost"] == 60
    assert desk.control("DELETE", "/keys/sbx_pro/storm") == {"storm": None}
    assert desk.submit().json()["data"]["generateimage"]["status"] == "processing"


def test_it_stays_over_its_key_and_outlives_a_restart(folder: Any) -> None:
    first = Desk(data=str(folder))
    storm(first, rate=100, only=["http_502"])
    assert first.get("/v1/credits", key="sbx_starter").status_code == 200
    assert outcome(first) == "502"
    first.close()
    second = Desk(data=str(folder), clock=first.clock)
    assert weathered(second)["struck"] == {"http_502": 1}
    assert outcome(second) == "502"
    second.close()


@pytest.mark.parametrize(
    "wanted",
    [
        {"rate": 101},
        {"rate": "30"},
        {"colour": 1},
        {"only": ["nothing"]},
        {"without": "nothing"},
        {"values": {"hang": "long"}},
        {"values": 3},
        {"count": -1},
        {"seed": "x"},
    ],
)
def test_a_storm_set_wrongly_is_refused_with_a_sentence(desk: Desk, wanted: dict[str, Any]) -> None:
    answer = desk.http.put("/control/keys/sbx_pro/storm", json=wanted, headers=CONTROL)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"]
    assert weathered(desk) is None


def test_nothing_of_the_sandbox_breaks_in_the_worst_weather(desk: Desk) -> None:
    storm(desk, rate=100, seed=11, values={"drain": 1_000_000})
    desk.control("PUT", "/keys/sbx_pro", {"credits": 1_000_000, "images_per_day": None})
    for number in range(250):
        for ask in (desk.generate, desk.submit):
            try:
                answer: httpx.Response | None = ask(webhookUrl=HOOK)
            except OSError:
                answer = None
            assert answer is None or b"The sandbox made a mistake" not in answer.content, number
        desk.clock.forward(30)
        desk.app.deliver()
    assert sum(weathered(desk)["struck"].values()) > 700

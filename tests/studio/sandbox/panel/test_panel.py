"""The fault panel does by forms what the control endpoint does, and shows it (G14)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from studio.sandbox.catalogue import CATALOGUE
from studio.sandbox.expected import EXPECTED
from studio.sandbox.panel.html import el
from tests.studio.sandbox.desk import HOOK, Desk

KEY = "/panel/keys/sbx_pro"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Fields(HTMLParser):
    """The fields of the form that is sent to `action`, as a browser would send them untouched."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.found: dict[str, str] = {}
        self._inside = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("action") == self.action
        elif self._inside and tag == "input":
            box = given.get("type") == "checkbox"
            if not box or "checked" in given:
                self.found[given["name"] or ""] = given.get("value", "on" if box else "") or ""
        elif self._inside and tag == "select":
            self._select = given["name"] or ""
        elif self._inside and tag == "option" and "selected" in given:
            self.found[self._select] = given["value"] or ""


def fields(desk: Desk, page: str, action: str) -> dict[str, str]:
    parser = Fields(action)
    parser.feed(desk.http.get(page).text)
    assert parser.found, action
    return parser.found


def send(
    desk: Desk, action: str, changed: dict[str, str] | None = None, *, page: str = KEY
) -> httpx.Response:
    form = {**fields(desk, page, action), **(changed or {})}
    return desk.http.post(action, content=urlencode(form), headers=FORM)


def shown(desk: Desk, key: str = "sbx_pro") -> dict[str, Any]:
    seen: dict[str, Any] = desk.control("GET", f"/keys/{key}")
    return seen


def test_the_front_door_leads_to_every_key(desk: Desk) -> None:
    assert desk.http.get("/").headers["Location"] == "/panel"
    page = desk.http.get("/panel").text
    for key in ("sbx_free", "sbx_starter_b", "sbx_pro", "sbx_broke"):
        assert f'href="/panel/keys/{key}"' in page


def test_every_fault_is_there_with_both_of_its_sentences(desk: Desk) -> None:
    page = desk.http.get(KEY).text
    for name, kind in CATALOGUE.items():
        assert f'name="on:{name}"' in page
        assert el("p", kind.sentence, class_="told") in page
        assert el("i", EXPECTED[name])[3:-4] in page


def test_faults_are_switched_on_with_what_they_take_and_off_again(desk: Desk) -> None:
    answer = send(
        desk,
        f"{KEY}/faults",
        {
            "on:http_503": "on",
            "rate:http_503": "25",
            "count:http_503": "2",
            "after:http_503": "7",
            "of:http_503": "any",
            "seed:http_503": "9",
            "on:surge_price": "on",
            "value:surge_price": "77",
            "on:missing_fields": "on",
            "value:missing_fields": "id, url",
            "on:reset_format": "on",
            "value:reset_format": "iso",
        },
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{KEY}?said=faults")
    now = {fault["name"]: fault for fault in shown(desk)["faults"]}
    assert set(now) == {"http_503", "surge_price", "missing_fields", "reset_format"}
    first = now["http_503"]
    assert [first[name] for name in ("rate", "count", "seed", "on", "retry_after")] == [25, 2, 9, "any", "7"]
    assert (now["surge_price"]["value"], now["missing_fields"]["value"]) == (77, ["id", "url"])

    again = send(desk, f"{KEY}/faults")
    assert again.status_code == 303
    assert {fault["name"]: fault for fault in shown(desk)["faults"]} == now

    assert send(desk, f"{KEY}/faults", {"clear": "all"}).status_code == 303
    assert shown(desk)["faults"] == []


def test_every_fault_can_be_switched_on_as_it_comes(desk: Desk) -> None:
    assert send(desk, f"{KEY}/faults", {f"on:{name}": "on" for name in CATALOGUE}).status_code == 303
    now = {fault["name"]: fault["value"] for fault in shown(desk)["faults"]}
    assert now == {name: kind.value for name, kind in CATALOGUE.items()}


def test_a_storm_is_sent_shown_and_ended(desk: Desk) -> None:
    action = f"{KEY}/storm"
    wanted = {"rate": "40", "seed": "3", "without": "image, drain"}
    assert send(desk, action, wanted).status_code == 303
    storm = shown(desk)["storm"]
    assert (storm["rate"], storm["seed"], storm["without"]) == (40, 3, ["image", "drain"])
    assert "storm 40 %" in desk.http.get("/panel").text
    assert send(desk, action, {"clear": "all"}).status_code == 303
    assert shown(desk)["storm"] is None


def test_the_account_takes_its_limits_latency_and_secret(desk: Desk) -> None:
    wanted = {"requests_per_minute": "12", "jobs_at_once": "2", "images_per_day": "", "window_seconds": "6"}
    words = {"latency": "0.5-1.5", "webhook_secret": "whsec", "disabled": "on"}
    assert send(desk, f"{KEY}/account", {**wanted, **words}).status_code == 303
    now = shown(desk)
    assert [now[name] for name in (*wanted, *words)] == [12, 2, None, 6, "0.5-1.5", "whsec", True]
    assert desk.submit().status_code == 401


def test_a_new_plan_brings_its_own_limits(desk: Desk) -> None:
    assert send(desk, f"{KEY}/account", {"plan": "free"}).status_code == 303
    assert (shown(desk)["requests_per_minute"], shown(desk)["images_per_day"]) == (10, 100)


def test_credits_are_topped_up_and_drained(desk: Desk) -> None:
    assert send(desk, f"{KEY}/top-up", {"credits": "250"}).status_code == 303
    assert desk.credits() == 50_250
    assert send(desk, f"{KEY}/drain", {"credits": "7"}).status_code == 303
    assert desk.credits() == 7


def test_a_key_is_opened_and_never_a_real_one(desk: Desk) -> None:
    def opened(**wanted: str) -> httpx.Response:
        return send(desk, "/panel/keys", wanted, page="/panel")

    assert opened(key="sbx_ada", plan="pro").headers["Location"] == "/panel/keys/sbx_ada?said=keys"
    assert opened(key="sbx_ben", account_of="sbx_ada").status_code == 303
    assert (shown(desk, "sbx_ada")["plan"], shown(desk, "sbx_ben")["id"]) == (
        "pro",
        shown(desk, "sbx_ada")["id"],
    )
    for wrong in ("dt_live_51HabcDEF", "sbx_pro", "sbx_", "sbx_a/b"):
        answer = opened(key=wrong)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert "live_51H" not in answer.text
    assert opened(key="sbx_cy", account_of="sbx_nobody").status_code == 422


@pytest.mark.parametrize(
    ("form", "changed"),
    [
        ("faults", {"on:nothing": "on"}),
        ("faults", {"on:drop": "on", "rate:drop": "many"}),
        ("faults", {"on:drop": "on", "rate:drop": "101"}),
        ("faults", {"on:drop": "on", "count:drop": "1e400"}),
        ("faults", {"on:drop": "on", "of:drop": "monday"}),
        ("faults", {"on:hang": "on", "value:hang": "long"}),
        ("storm", {"rate": "-1"}),
        ("storm", {"only": "nothing"}),
        ("account", {"plan": "gold"}),
        ("account", {"latency": "soon"}),
        ("account", {"requests_per_minute": "ten"}),
        ("account", {"window_seconds": "0"}),
        ("top-up", {"credits": "1.5"}),
        ("drain", {"credits": "-5"}),
        ("drain", {"credits": ""}),
    ],
)
def test_what_is_filled_in_wrongly_changes_nothing_and_is_said(
    desk: Desk, form: str, changed: dict[str, str]
) -> None:
    before = shown(desk)
    answer = send(desk, f"{KEY}/{form}", changed)
    assert answer.status_code == 422
    assert "Nothing was changed: " in answer.text
    assert shown(desk) == before


def test_what_callers_wrote_is_shown_as_text(desk: Desk) -> None:
    desk.submit(prompt="<script>alert(1)</script>", webhookUrl=HOOK + "?<b>")
    desk.clock.forward(5)
    for place in ("/panel", KEY):
        page = desk.http.get(place).text
        assert "&lt;script&gt;alert(1)" in page
        assert "<script" not in page
        assert "<b>" not in re.sub(r"<b>[\d,]+( of [\d,]+)?</b>", "", page)


def test_the_newest_lines_of_the_books_are_shown(desk: Desk) -> None:
    desk.faults({"name": "http_500", "on": "status"})
    job_id = desk.job(webhookUrl=HOOK, prompt="a lake")
    desk.status(job_id)
    desk.clock.forward(5)
    desk.delivered()
    page = desk.http.get(KEY).text
    assert page.count(job_id) == 3  # job, charge, webhook
    for word in ("a lake", "delivered", "POST /graphql", ">500<", "charge"):
        assert word in page
    assert job_id not in desk.http.get("/panel/keys/sbx_free").text

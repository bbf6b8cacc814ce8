"""A restart, and a crash, forget nothing."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import httpx

from tests.studio.sandbox.desk import CONTROL, HOOK, Clock, Desk
from tests.studio.sandbox.process import Running, until
from tests.studio.sandbox.receiver import Receiver


def test_jobs_money_faults_limits_and_webhooks_are_all_there_again(folder: Path) -> None:
    clock = Clock()
    first = Desk(data=str(folder), clock=clock)
    done, running = first.job(webhookUrl=HOOK), first.job(webhookUrl=HOOK)
    first.fault("surge_price", value=77, count=5)
    first.control("PUT", "/keys/sbx_free", {"plan": "pro", "webhook_secret": "s"})
    clock.forward(5)
    first.answers = [500, 500]
    assert len(first.delivered()) == 2
    picture = first.http.get(first.seen(done)["url"]).content
    before = first.control("GET", "")
    first.close()

    second = Desk(data=str(folder), clock=clock)
    assert second.control("GET", "")["keys"] == before["keys"]
    assert [second.seen(job_id)["status"] for job_id in (done, running)] == ["completed"] * 2
    assert second.http.get(second.seen(done)["url"]).content == picture
    assert second.get("/v1/credits").headers["X-RateLimit-Remaining"] == "53"
    assert sum(charge["credits"] for charge in second.charges()) == 30
    clock.forward(1)
    assert {hook.said["id"] for hook in second.delivered()} == {done, running}
    second.close()


def test_a_lost_picture_is_painted_again_as_it_was(folder: Path) -> None:
    desk = Desk(data=str(folder))
    url = desk.done()["url"]
    picture = desk.http.get(url).content
    desk.app.shelf.clear()
    assert desk.http.get(url).content == picture
    desk.close()


def test_what_ran_when_it_crashed_is_finished_after_the_start(folder: Path) -> None:
    headers = {"X-API-Key": "sbx_enterprise"}
    order = {"service": "flux-krea", "prompt": "a dune", "width": 64, "height": 64}
    crashed = Running(folder, "--fast", "--latency", "0.5")
    for _ in range(15):
        assert crashed.http.post("/v1/text_to_image", json=order, headers=headers).status_code == 200
    crashed.kill()
    again = Running(folder, "--fast", "--latency", "0.5")

    def all_completed() -> bool:
        jobs = again.http.get("/control/jobs", headers=CONTROL).json()["jobs"]
        return len(jobs) == 15 and {job["status"] for job in jobs} == {"completed"}

    until(all_completed)
    charges = again.http.get("/control/charges", headers=CONTROL).json()["charges"]
    assert [charge["credits"] for charge in charges] == [10] * 15
    assert again.stop() == 0


def listed(running: Running, what: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = running.http.get(f"/control/{what}", headers=CONTROL).json()[what]
    return rows


class Buyer(threading.Thread):
    """Buys without a pause until the sandbox is gone; remembers what it was told."""

    def __init__(self, running: Running, hook: str) -> None:
        super().__init__()
        self.told: list[str] = []
        self._url, self._hook = running.url, hook

    def run(self) -> None:
        order = {"service": "flux-krea", "prompt": "a dune", "webhookUrl": self._hook}
        headers = {"X-API-Key": "sbx_enterprise"}
        with httpx.Client(base_url=self._url, headers=headers, trust_env=False) as http:
            try:
                while True:
                    answer = http.post("/v1/text_to_image", json=order)
                    self.told.append(answer.json()["data"]["generateimage"]["id"])
            except httpx.TransportError:
                return


def test_a_crash_while_it_sells_loses_no_job_no_charge_and_no_webhook(folder: Path) -> None:
    promised: list[str] = []
    with Receiver() as receiver:
        for round_number in range(3):
            running = Running(folder, "--ready-made", "--latency", "0.02-0.2")
            raised = {"jobs_at_once": 9_999, "requests_per_minute": 99_999}
            running.http.put("/control/keys/sbx_enterprise", json=raised, headers=CONTROL)
            buyer = Buyer(running, receiver.url)
            buyer.start()
            until(lambda: len(buyer.told) > 15)  # noqa: B023 - it is over before the next round
            time.sleep(0.003 * round_number)
            running.kill()
            buyer.join()
            promised += buyer.told
        again = Running(folder, "--ready-made", "--latency", "0.02-0.2")
        until(lambda: {job["status"] for job in listed(again, "jobs")} == {"completed"})
        until(lambda: {hook["state"] for hook in listed(again, "webhooks")} == {"delivered"})
        jobs = [job["id"] for job in listed(again, "jobs")]
        charged = [charge["job_id"] for charge in listed(again, "charges")]
        assert again.stop() == 0
    assert set(promised) <= set(jobs)
    assert sorted(charged) == sorted(jobs)
    assert {hook["id"] for hook in receiver.said} == set(jobs)

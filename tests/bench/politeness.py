"""`python -m tests.bench.politeness PLAN`: does the studio keep to a plan's limits, and use them? (B6)

Real processes over real HTTP: four workers and the watcher before the sandbox, which counts. It prints
the requests of each minute while jobs wait, and fails where a limit was run into, more was asked in any
window or ran at once than the plan allows, or less than 95 % of it was used.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from tests.house import ROOT, House, running

WORKERS = "4"
USED_AT_LEAST = 0.95
CONTROL = {"X-Sandbox-Control": "bench"}
PLANS = {  # requests a minute, jobs at once
    "free": (10, 1),
    "starter": (30, 3),
    "pro": (60, 10),
    "enterprise": (6_000, 100),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the sandbox counted: refusals, the busiest window, the most at once, requests window by window."""

    refused: int
    refusals: list[str]  # what was met, and when
    busiest: int
    at_once: int
    windows: Sequence[int]
    kinds: Mapping[str, int]
    states: Mapping[str, int]
    delays: Sequence[float]
    seconds: float

    def used(self, limit: int) -> float:
        """Return the share of the limit that was used in the windows in which jobs waited."""
        return sum(self.windows) / (limit * len(self.windows)) if self.windows else 1.0


def main() -> int:
    """Run the proof, print it, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.politeness", description=__doc__)
    parser.add_argument("plan", choices=PLANS)
    parser.add_argument("--jobs", type=int, default=200, help="images to make (200)")
    parser.add_argument("--window", type=int, default=60, help="seconds of the provider's minute (60)")
    parser.add_argument("--webhooks", choices=("on", "off"), default="off", help="whether it tells (off)")
    options = parser.parse_args()
    limit, slots = PLANS[options.plan]
    with tempfile.TemporaryDirectory() as folder:
        proof = prove(
            Path(folder) / "data",
            options.plan,
            options.jobs,
            window=options.window,
            webhooks=options.webhooks,
        )
    print(f"{options.plan}, {options.jobs} jobs, {proof.seconds:.0f} s; requests {dict(proof.kinds)}")
    print(f"requests in each {options.window} s while jobs waited: {list(proof.windows)} of {limit}")
    print(f"used {proof.used(limit):.1%}; most in any {options.window} s: {proof.busiest} of {limit}")
    print(f"most at once: {proof.at_once} of {slots}; refused: {proof.refused}; jobs: {dict(proof.states)}")
    for line in proof.refusals:
        print(line)
    if proof.delays:
        print(f"from a job's end to the next question: p50 {median(proof.delays):.2f} s")
    good = not proof.refused and proof.busiest <= limit and proof.at_once <= slots
    return 0 if good and proof.used(limit) >= USED_AT_LEAST else 1


def prove(
    data: Path, plan: str, jobs: int, *, window: int = 60, webhooks: str = "off", latency: str = "default"
) -> Proof:
    """Make so many small images on a plan's key; return what the sandbox counted."""
    more = {"STUDIO_WORKERS": WORKERS, "DOITONG_WEBHOOKS": webhooks, "DOITONG_MINUTE": str(window)}
    with running(data, SANDBOX_LATENCY=latency, STUDIO_RUN_MOST_IMAGES="400", **more) as house:
        key = f"sbx_{plan}"
        with httpx.Client(base_url=f"{house.sandbox_url}/control", headers=CONTROL, timeout=60) as control:
            wanted = {"credits": 100_000, "window_seconds": window, "images_per_day": 10_000}
            assert control.put(f"/keys/{key}", json=wanted).is_success
            time.sleep(1)
            begun = time.time()
            _seed(house, plan, jobs, more)
            _wait(control, key, jobs, within=60 + 4 * jobs * window / PLANS[plan][0])
            seconds = time.time() - begun
            return _proof(control, key, begun, window, seconds)


def _seed(house: House, plan: str, jobs: int, more: Mapping[str, str]) -> None:
    own = {
        "STUDIO_DATA": str(house.data), "DJANGO_SETTINGS_MODULE": "studio.settings", "DATABASE_URL": "",
        "SANDBOX_PORT": house.sandbox_url.rpartition(":")[2], "PORT": house.url.rpartition(":")[2],
        "STUDIO_DEMO": "1", "STUDIO_RUN_MOST_IMAGES": "400", **more,
    }  # fmt: skip
    seed = [sys.executable, "-m", "tests.bench.seed", f"sbx_{plan}", plan, str(jobs)]
    subprocess.run(seed, check=True, cwd=ROOT, env={**os.environ, **own}, timeout=120)


def _wait(control: httpx.Client, key: str, jobs: int, within: float) -> None:
    end = time.monotonic() + within
    while time.monotonic() < end:
        made = control.get("/charges", params={"key": key}).json()["charges"]
        if len(made) >= jobs:
            time.sleep(3)  # for the last question and its picture
            return
        time.sleep(1)
    raise AssertionError(f"not done within {within:.0f} s")


def _proof(control: httpx.Client, key: str, begun: float, window: int, seconds: float) -> Proof:
    rows: list[dict[str, Any]] = control.get("/requests", params={"key": key}).json()["requests"]
    asked = [row for row in rows if row["at"] >= begun and row["subject"] in {"submit", "status"}]
    counted = [float(row["at"]) for row in asked]
    last_sent = max((float(row["at"]) for row in asked if row["subject"] == "submit"), default=begun)
    first = min(counted)
    whole = int((last_sent - first) // window)
    windows = [
        sum(first + n * window <= at < first + (n + 1) * window for at in counted) for n in range(whole)
    ]
    summary = control.get("/summary", params={"key": key}).json()
    made = control.get("/jobs", params={"key": key}).json()["jobs"]
    return Proof(
        refused=sum(row["status"] == 429 for row in rows),
        busiest=max(sum(at - window < other <= at for other in counted) for at in counted),
        at_once=int(summary["most_jobs_at_once"]),
        windows=windows,
        kinds=Counter(str(row["subject"]) for row in asked),
        states=Counter(str(job["status"]) for job in made),
        delays=_delays(asked, made),
        seconds=seconds,
        refusals=[
            f"refused by {row['refused_by']}, {row['at'] - first:.2f} s after the first: {row['subject']}"
            for row in rows
            if row["status"] == 429
        ],
    )


def _delays(asked: Sequence[Mapping[str, Any]], made: Sequence[Mapping[str, Any]]) -> list[float]:
    """Return the seconds from each job's end to the next question."""
    times = sorted(float(row["at"]) for row in asked if row["subject"] == "status")
    ends = [float(job["completed_at"]) for job in made if job["completed_at"]]
    after = ((end, bisect_left(times, end)) for end in ends)
    return [times[number] - end for end, number in after if number < len(times)]


if __name__ == "__main__":
    sys.exit(main())

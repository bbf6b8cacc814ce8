"""Four workers keep together to a plan's limits before a provider that counts, in a shorter minute (B6)."""

from pathlib import Path

import pytest

from tests.bench.politeness import PLANS, prove


@pytest.mark.xdist_group("house")
@pytest.mark.parametrize(("plan", "jobs", "webhooks"), [("starter", 40, "off"), ("free", 14, "on")])
def test_prv_13_no_limit_is_run_into_and_the_minute_is_used(
    tmp_path: Path, plan: str, jobs: int, webhooks: str
) -> None:
    proof = prove(tmp_path / "data", plan, jobs, window=10, webhooks=webhooks, latency="0.3")
    limit, slots = PLANS[plan]
    assert (proof.refused, proof.states) == (0, {"completed": jobs})
    assert proof.busiest <= limit
    assert proof.at_once <= slots
    assert proof.used(limit) >= 0.4  # a second of ten goes to the way there, and the machine may be busy

"""The four plans of the provider (S60-S63) and the accounts that a new sandbox opens with (S10)."""

from __future__ import annotations

from dataclasses import dataclass

KEY_PREFIX = "sbx_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Limits of an account; `images_per_day` is None where there is none."""

    requests_per_minute: int
    jobs_at_once: int
    images_per_day: int | None


PLANS: dict[str, Plan] = {
    "free": Plan(requests_per_minute=10, jobs_at_once=1, images_per_day=100),
    "starter": Plan(requests_per_minute=30, jobs_at_once=3, images_per_day=1_000),
    "pro": Plan(requests_per_minute=60, jobs_at_once=10, images_per_day=10_000),
    # [decided] "custom, custom, unlimited": these numbers are ours and can be set for each account
    "enterprise": Plan(requests_per_minute=6_000, jobs_at_once=100, images_per_day=None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An account as a new sandbox opens it: its keys, with their webhook secrets where set."""

    name: str
    plan: str
    credits: int
    keys: dict[str, str | None]


OPENINGS: tuple[Opening, ...] = (
    Opening(name="free", plan="free", credits=500, keys={"sbx_free": None}),
    Opening(
        name="starter",
        plan="starter",
        credits=5_000,
        keys={"sbx_starter": None, "sbx_starter_b": None},  # two keys on one account (S96)
    ),
    Opening(name="pro", plan="pro", credits=50_000, keys={"sbx_pro": None}),
    Opening(
        name="enterprise",
        plan="enterprise",
        credits=1_000_000,
        keys={"sbx_enterprise": "whsec_sandbox_enterprise"},
    ),
    Opening(name="broke", plan="starter", credits=5, keys={"sbx_broke": None}),
)

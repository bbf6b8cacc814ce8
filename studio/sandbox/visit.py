"""One caller's request in progress: what GraphQL and REST both do, once.

Holds the open transaction and what the caller turned out to ask.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.sandbox import accounts, jobs, orders
from studio.sandbox.accounts import Account
from studio.sandbox.errors import ApiError
from studio.sandbox.faults import Setting
from studio.sandbox.jobs import Job
from studio.sandbox.orders import Form, Habits, Order
from studio.sandbox.provider import Provider

LEFT_OUT = "missing"  # the value of wrong_cost that leaves creditCost out


@dataclass(slots=True, kw_only=True)
class Visit:
    """`accepted` are the jobs made in this request; `wrong` the lies to be put at paths of its answer."""

    provider: Provider
    db: sqlite3.Connection
    account: Account
    accepted: list[Job] = field(default_factory=list)
    wrong: list[tuple[list[str | int], Any]] = field(default_factory=list)
    _views: dict[int, dict[str, Any]] = field(default_factory=dict)

    def switched(self, name: str) -> Setting | None:
        """The setting of a switch, if it holds for this request."""
        return self.provider.switched(self.account, name)

    def submit(self, form: Form, given: Mapping[str, Any]) -> Job:
        """Checks an order and starts its job; raises ApiError (400, 402, 429)."""
        order = self._order(form, given)
        job = self.provider.submit(self.db, self.account, order)
        self.accepted.append(job)
        return job

    def _order(self, form: Form, given: Mapping[str, Any]) -> Order:
        habits = Habits(
            lenient=self.switched("lenient") is not None,
            refuses=self._parameters("refused", form),
            ignores=self._parameters("ignored", form),
        )
        if form == "generate":
            return orders.from_generate(given, habits)
        return orders.from_flat(form, given, habits)

    def _parameters(self, verb: str, form: Form) -> frozenset[str]:
        names = {"webhookUrl": f"webhook_url_{verb}", "quality": f"quality_{verb}"}
        held = {name: self.switched(fault) for name, fault in names.items()}
        return frozenset(name for name, hit in held.items() if hit and hit.value in ("all", form))

    def find(self, job_id: str) -> Job:
        """The caller's job of that id; ApiError(404) for none, and for another account's."""
        job = jobs.by_id(self.db, job_id) if job_id.isascii() else None
        if job is None or job.account_id != self.account.id:
            raise ApiError(404, f"There is no generation {job_id!r}.")
        return job

    def view(self, job: Job) -> dict[str, Any]:
        """All that is said of a job, put together once a request."""
        if job.number not in self._views:
            self._views[job.number] = self.provider.view(job)
        return self._views[job.number]

    def balance(self) -> dict[str, Any]:
        """What the account calls say: the plan, what is owned, what can still be spent."""
        owned = accounts.find(self.db, self.account.key)
        return {
            "plan": self.account.plan,
            "credits": owned.credits if owned else 0,
            "available": self.provider.available(self.db, self.account),
        }

    def drain_to(self, amount: int) -> None:
        """Makes the account own exactly `amount` credits."""
        accounts.set_credits(self.db, self.account.id, amount)

"""The provider itself: takes an order, charges for it, ends it when its time is over.

Knows nothing of HTTP.  Everything happens inside a transaction of the store.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from studio.sandbox import accounts, governor, hooks, jobs, latency, prices
from studio.sandbox.accounts import Account
from studio.sandbox.board import Board
from studio.sandbox.errors import ApiError
from studio.sandbox.faults import Setting
from studio.sandbox.jobs import Job
from studio.sandbox.orders import Order
from studio.sandbox.store import Store

JOB_FAULTS = (
    "failed_job",
    "stuck_job",
    "slow_job",
    "queued",
    "strange_status",
    "completed_without_url",
    "url_elsewhere",
    "wrong_cost",
    "surge_price",
    "price_change",
    "sync",
)


class Provider:
    """Orders, money and endings.  `base_url` is where finished pictures are said to be."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], float],
        latency_setting: str,
        base_url: str,
        waits_for_paint: bool,
    ) -> None:
        """`waits_for_paint`: a job completes only when somebody painted it (else on its time alone)."""
        self.store = store
        self.clock = clock
        self.latency = latency.checked(latency_setting)
        self.base_url = base_url.rstrip("/")
        self.waits_for_paint = waits_for_paint
        with store.transaction() as db:
            accounts.open_all(db)
        self.board = Board(store)

    def price(self, account: Account, order: Order) -> int:
        """What the order costs this account, in credits."""
        gap_is_high = self.board.take(account.key, "gap_is_high") is not None
        return prices.price(order.width, order.height, order.quality, gap_is_high=gap_is_high)

    def available(self, db: sqlite3.Connection, account: Account) -> int:
        """Credits that the account can still spend: what it owns less what its running jobs will cost."""
        row = db.execute("SELECT credits FROM accounts WHERE id = ?", (account.id,)).fetchone()
        return int(row[0]) - jobs.reserved(db, account.id)

    def submit(self, db: sqlite3.Connection, account: Account, order: Order) -> Job:
        """Accepts an order and starts its job.

        Raises:
            ApiError: 429 where a limit of the plan is reached, 402 where the credits are short.
        """
        now = self.clock()
        by_requests = self.board.take(account.key, "day_counts_requests") is not None
        governor.check_day(db, account, now, by_requests=by_requests)
        governor.check_at_once(db, account, now)
        faults = self._draw(account)
        cost = self._cost(account, order, faults)
        self.check_credits(db, account, cost)
        job = self._add(db, account, order, cost, faults, now)
        if self.board.take(account.key, "charge_at_submit"):
            self._charge(db, job, now)
        if "sync" in faults:
            self._end(db, account, job, job.ready_at)  # the answer waits until then
        return jobs.by_id(db, job.id) or job

    def _cost(self, account: Account, order: Order, faults: dict[str, Any]) -> int:
        if "surge_price" in faults:
            return int(faults["surge_price"])
        share = float(faults.get("price_change", 100)) / 100
        return max(0, round(self.price(account, order) * share))

    def check_credits(self, db: sqlite3.Connection, account: Account, cost: int) -> None:
        """Raises ApiError(402) with the true numbers where `cost` is more than can be spent (S52)."""
        available = self.available(db, account)
        if available < cost:
            raise short_of_credits(cost, available)

    def _draw(self, account: Account) -> dict[str, Any]:
        hits = ((name, self.board.take(account.key, name)) for name in JOB_FAULTS)
        return {name: hit.value for name, hit in hits if hit}

    def _add(
        self,
        db: sqlite3.Connection,
        account: Account,
        order: Order,
        cost: int,
        faults: dict[str, Any],
        now: float,
    ) -> Job:
        no_picture = not self.waits_for_paint or bool({"failed_job", "stuck_job", "sync"} & set(faults))
        return jobs.add(
            db,
            order,
            key=account.key,
            account_id=account.id,
            price=cost,
            now=now,
            ready_at=now + self._seconds(db, account, order, faults),
            painted_at=now if no_picture else None,
            faults=faults,
        )

    def _seconds(
        self, db: sqlite3.Connection, account: Account, order: Order, faults: dict[str, Any]
    ) -> float:
        if "stuck_job" in faults:
            return jobs.NEVER
        if "slow_job" in faults:
            return float(faults["slow_job"])
        return latency.seconds(
            account.latency or self.latency,
            width=order.width,
            height=order.height,
            quality=order.quality,
            number=jobs.next_number(db),
        )

    def settle(self) -> int:
        """Ends every job whose time is over; gives how many.  Safe to call as often as one likes."""
        with self.store.transaction() as db:
            over = jobs.due(db, self.clock())
            for job in over:
                account = accounts.find(db, job.key)
                assert account is not None
                self._end(db, account, job, max(job.ready_at, job.painted_at or job.ready_at))
            return len(over)

    def _end(self, db: sqlite3.Connection, account: Account, job: Job, at: float) -> None:
        failed = "failed_job" in job.faults
        if not jobs.finish(db, job, "failed" if failed else "completed", at):
            return
        current = jobs.by_id(db, job.id) or job
        with self.board.event(account.key, "end"):
            if failed and not self.board.take(account.key, "charge_on_failure"):
                self._refund(db, current, at)
            else:
                self._charge(db, current, at)
            ended = jobs.by_id(db, job.id) or current
            hooks.write(db, self.board, account, self.view(ended), at)

    def _charge(self, db: sqlite3.Connection, job: Job, at: float) -> None:
        if job.cost is None:
            self._book(db, job, "charge", job.price, at)

    def _refund(self, db: sqlite3.Connection, job: Job, at: float) -> None:
        if job.cost is None:
            jobs.set_cost(db, job, 0)
        else:
            self._book(db, job, "refund", -job.cost, at)

    def _book(self, db: sqlite3.Connection, job: Job, kind: str, amount: int, at: float) -> None:
        db.execute(
            "INSERT INTO charges (job_id, key, account_id, kind, credits, at) VALUES (?, ?, ?, ?, ?, ?)",
            (job.id, job.key, job.account_id, kind, amount, at),
        )
        accounts.spend(db, job.account_id, amount)
        jobs.set_cost(db, job, max(amount, 0))

    def view(self, job: Job) -> dict[str, Any]:
        """All that is said of a job now."""
        return jobs.view(job, now=self.clock(), base_url=self.base_url)

    def switched(self, account: Account, name: str) -> Setting | None:
        """The setting of a switch or header fault, if it holds for this request."""
        return self.board.take(account.key, name)


def short_of_credits(required: int, available: int) -> ApiError:
    """The documented refusal, with its two numbers."""
    return ApiError(402, "Insufficient credits", creditsRequired=required, creditsAvailable=available)

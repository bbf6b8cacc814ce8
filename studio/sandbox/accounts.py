"""Accounts and their keys: who asks, on which plan, with how many credits.

Functions take the open transaction.  Nothing here looks at a job.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.sandbox import latency
from studio.sandbox.plans import KEY_PREFIX, OPENINGS, PLANS, Opening

DAY_SECONDS = 86_400


class BadAccount(ValueError):
    """An account or key was described wrongly; the message says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as seen through one of its keys.

    `credits` are what it owns, running jobs not deducted; `window_seconds` is how long its
    "minute" is: 60, or less where somebody wants to see a whole day of limits in little time.
    """

    id: int
    key: str
    name: str
    plan: str
    credits: int
    requests_per_minute: int
    jobs_at_once: int
    window_seconds: float
    images_per_day: int | None
    latency: str | None
    webhook_secret: str | None
    disabled: bool

    @property
    def signing_secret(self) -> str:
        """What signs this key's webhooks: its secret, or the key itself where none is set [decided]."""
        return self.webhook_secret or self.key


def find(db: sqlite3.Connection, key: str) -> Account | None:
    """The account behind `key`, disabled ones too; None where there is none."""
    row = db.execute(
        "SELECT a.*, k.key, k.webhook_secret, k.disabled FROM keys k"
        " JOIN accounts a ON a.id = k.account_id WHERE k.key = ?",
        (key,),
    ).fetchone()
    return Account(**{**row, "disabled": bool(row["disabled"])}) if row else None


def every(db: sqlite3.Connection) -> list[Account]:
    """All accounts, once for each of their keys."""
    names = [row["key"] for row in db.execute("SELECT key FROM keys ORDER BY account_id, key")]
    return [account for name in names if (account := find(db, name))]


def open_all(db: sqlite3.Connection) -> None:
    """Opens the accounts of a new sandbox; does nothing in one that has any."""
    if db.execute("SELECT 1 FROM accounts").fetchone():
        return
    for opening in OPENINGS:
        open_one(db, opening)


def open_one(db: sqlite3.Connection, opening: Opening) -> None:
    """Opens an account with its keys.

    Raises:
        BadAccount: the plan is unknown, a key lacks the prefix, or a name is taken.
    """
    plan = PLANS.get(opening.plan)
    if plan is None:
        raise BadAccount(f"plan must be one of {', '.join(PLANS)}")
    if not all(key.startswith(KEY_PREFIX) and len(key) <= 64 for key in opening.keys):
        raise BadAccount(f"a key must begin with {KEY_PREFIX} and have 64 characters at most")
    try:
        made = db.execute(
            "INSERT INTO accounts (name, plan, credits, requests_per_minute, jobs_at_once, images_per_day)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                opening.name,
                opening.plan,
                opening.credits,
                plan.requests_per_minute,
                plan.jobs_at_once,
                plan.images_per_day,
            ),
        )
        for key, secret in opening.keys.items():
            add_key(db, made.lastrowid or 0, key, secret)
    except sqlite3.IntegrityError:
        raise BadAccount("an account or key of that name exists already") from None


def add_key(db: sqlite3.Connection, account_id: int, key: str, secret: str | None = None) -> None:
    """One more key for an account; sqlite3.IntegrityError when the key exists."""
    db.execute(
        "INSERT INTO keys (key, account_id, webhook_secret) VALUES (?, ?, ?)", (key, account_id, secret)
    )


def spend(db: sqlite3.Connection, account_id: int, credits_spent: int) -> None:
    """Takes credits from an account; a negative number gives them back."""
    db.execute("UPDATE accounts SET credits = credits - ? WHERE id = ?", (credits_spent, account_id))


def set_credits(db: sqlite3.Connection, account_id: int, amount: int) -> None:
    """Makes the account own exactly `amount` credits."""
    db.execute("UPDATE accounts SET credits = ? WHERE id = ?", (amount, account_id))


def change(db: sqlite3.Connection, account: Account, wanted: Mapping[str, Any]) -> None:
    """Changes plan, limits, credits, latency, webhook_secret or disabled of an account and key.

    A new plan brings its own limits; limits named beside it win.

    Raises:
        BadAccount: a field is unknown or its value is not one it can have.
    """
    wanted = dict(wanted)
    if "plan" in wanted:
        wanted = {**_limits_of(wanted["plan"]), **wanted}
    for name, value in wanted.items():
        table, check = _FIELDS.get(name, ("", _nothing))
        if not table:
            raise BadAccount(f"an account has no {name!r}; it has {', '.join(_FIELDS)}")
        where, whose = ("key", account.key) if table == "keys" else ("id", account.id)
        sql = f"UPDATE {table} SET {name} = ? WHERE {where} = ?"  # noqa: S608 - names from _FIELDS
        db.execute(sql, (check(name, value), whose))


def _limits_of(plan: Any) -> dict[str, Any]:
    if plan not in PLANS:
        raise BadAccount(f"plan must be one of {', '.join(PLANS)}")
    limits = PLANS[plan]
    return {
        "requests_per_minute": limits.requests_per_minute,
        "jobs_at_once": limits.jobs_at_once,
        "images_per_day": limits.images_per_day,
    }


def _nothing(name: str, value: Any) -> Any:
    raise BadAccount(f"{name} cannot be set")


def _text(name: str, value: Any) -> Any:
    if value is not None and (not isinstance(value, str) or not value):
        raise BadAccount(f"{name} must be a text or null")
    return value


def _whole(name: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise BadAccount(f"{name} must be a whole number from 0 to {2**31 - 1}")
    return value


def _seconds(name: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= DAY_SECONDS:
        raise BadAccount(f"{name} must be a number above 0, at most {DAY_SECONDS}")
    return float(value)


def _whole_or_none(name: str, value: Any) -> Any:
    return None if value is None else _whole(name, value)


def _flag(name: str, value: Any) -> Any:
    if not isinstance(value, bool):
        raise BadAccount(f"{name} must be true or false")
    return int(value)


def _latency(name: str, value: Any) -> Any:
    try:
        return None if value is None else latency.checked(str(value))
    except ValueError as error:
        raise BadAccount(str(error)) from None


_FIELDS: dict[str, tuple[str, Any]] = {
    "plan": ("accounts", _text),
    "credits": ("accounts", _whole),
    "requests_per_minute": ("accounts", _whole),
    "jobs_at_once": ("accounts", _whole),
    "window_seconds": ("accounts", _seconds),
    "images_per_day": ("accounts", _whole_or_none),
    "latency": ("accounts", _latency),
    "webhook_secret": ("keys", _text),
    "disabled": ("keys", _flag),
}

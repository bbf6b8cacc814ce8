"""Webhooks as they are written down: body, signature, when and how often (S54-S58, S92).

Written in the transaction that ends the job, so that none is lost; sent by
`messenger`.  The signature is HMAC-SHA256 of the raw body, in hex [decided].
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from studio.sandbox.accounts import Account
from studio.sandbox.board import Board
from studio.sandbox.faults import Setting
from studio.sandbox.orders import SERVICE

SIGNATURE_HEADER = "X-Doitong-Signature"
PAUSES = (1.0, 5.0, 25.0)  # seconds before the second, third and fourth try
FORGED_URL = "https://forged.invalid/outputs/forged.jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook to be sent; `attempts` tries were made before."""

    id: int
    job_id: str
    key: str
    url: str
    body: bytes
    signature: str | None
    attempts: int

    @property
    def headers(self) -> dict[str, str]:
        """The headers that it is sent with."""
        sent = {"Content-Type": "application/json", "User-Agent": "Doitong-Sandbox/1"}
        return {**sent, SIGNATURE_HEADER: self.signature} if self.signature else sent


def sign(secret: str, body: bytes) -> str:
    """The value of X-Doitong-Signature for a raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def payload(view: dict[str, Any]) -> dict[str, Any]:
    """Exactly the documented fields of a webhook, from what is said of a job."""
    return {
        "id": view["id"],
        "status": view["status"],
        "url": view["url"],
        "service": SERVICE,
        "createdAt": view["createdAt"],
        "completedAt": view["completedAt"],
        "metadata": view["metadata"],
    }


def write(db: sqlite3.Connection, board: Board, account: Account, view: dict[str, Any], at: float) -> None:
    """Writes down the webhook of a job that ended at `at` (Unix seconds), with the key's faults."""
    if not view["webhookUrl"] or board.take(account.key, "webhook_none"):
        return
    said = payload(view)
    if board.take(account.key, "webhook_extras"):
        said["creditCost"] = view["creditCost"]
    body = _raw(said)
    if board.take(account.key, "webhook_malformed"):
        body = body[: len(body) // 2]
    if board.take(account.key, "webhook_forged"):
        _add(db, account, view, _raw({**said, "url": FORGED_URL}), at, forged=True)
    signed = board.take(account.key, "webhook_unsigned") is None
    _schedule(db, board, account, view, body, at, signed=signed)


def _schedule(
    db: sqlite3.Connection,
    board: Board,
    account: Account,
    view: dict[str, Any],
    body: bytes,
    at: float,
    *,
    signed: bool,
) -> None:
    late = _seconds(board.take(account.key, "webhook_late"))
    held = _seconds(board.take(account.key, "webhook_out_of_order"))
    _add(db, account, view, body, at + late + held, signed=signed, held=held > 0)
    if board.take(account.key, "webhook_twice"):
        _add(db, account, view, body, at + late, signed=signed)
    replayed = board.take(account.key, "webhook_replayed")
    if replayed:
        _add(db, account, view, body, at + _seconds(replayed), signed=signed)


def _add(
    db: sqlite3.Connection,
    account: Account,
    view: dict[str, Any],
    body: bytes,
    due_at: float,
    *,
    signed: bool = True,
    forged: bool = False,
    held: bool = False,
) -> None:
    secret = "not the secret" if forged else account.signing_secret
    db.execute(
        "INSERT INTO deliveries (job_id, key, url, body, signature, state, held, due_at)"
        " VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?)",
        (
            view["id"],
            account.key,
            view["webhookUrl"],
            body,
            sign(secret, body) if signed else None,
            int(held),
            due_at,
        ),
    )


def _raw(said: dict[str, Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode()


def _seconds(setting: Setting | None) -> float:
    return float(setting.value) if setting else 0.0


def waiting(db: sqlite3.Connection, now: float) -> list[Delivery]:
    """The deliveries that are due, in the order in which they became so."""
    rows = db.execute(
        "SELECT id, job_id, key, url, body, signature, attempts FROM deliveries"
        " WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id",
        (now,),
    )
    return [Delivery(**row) for row in rows]


def next_due(db: sqlite3.Connection) -> float | None:
    """When the next delivery is due (Unix seconds); None where none waits."""
    row = db.execute("SELECT min(due_at) FROM deliveries WHERE state = 'waiting'").fetchone()
    return None if row[0] is None else float(row[0])


def told(db: sqlite3.Connection, sent: Delivery, answer: int | str, now: float) -> None:
    """Notes what came of a try: an HTTP status, or why there was none.

    A delivery that arrived frees those that were held back for it.
    """
    arrived = isinstance(answer, int) and 200 <= answer < 300
    over = arrived or sent.attempts >= len(PAUSES)
    state = "delivered" if arrived else "given up" if over else "waiting"
    due_at = now if over else now + PAUSES[sent.attempts]
    db.execute(
        "UPDATE deliveries SET state = ?, attempts = attempts + 1, due_at = ?, last_at = ?, last_answer = ?"
        " WHERE id = ?",
        (state, due_at, now, str(answer), sent.id),
    )
    if arrived:
        db.execute(
            "UPDATE deliveries SET due_at = ?, held = 0"
            " WHERE key = ? AND held = 1 AND state = 'waiting' AND id < ? AND job_id != ?",
            (now, sent.key, sent.id, sent.job_id),
        )

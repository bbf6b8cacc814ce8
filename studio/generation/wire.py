"""What went over the wire for a job, kept as the client cleaned it of the key (B21)."""

import logging
from functools import cache

from studio import prepared
from studio.doitong import Exchange
from studio.generation.models import Attempt
from studio.logs.about import step

steps = logging.getLogger("studio.generation.steps")

LONGEST_OUTCOME = 40
LONGEST_LINE = 300


def write_down(attempt: Attempt, exchange: Exchange | None, *, outcome: str, **fields: object) -> None:
    """Keep what went over the wire, its outcome (the provider's word, cut), and the columns in `fields`."""
    wire = {} if exchange is None else _columns(exchange)
    columns = {"outcome": outcome[:LONGEST_OUTCOME], **wire, **fields}
    _writing(*columns)(attempt=attempt.pk, **columns)
    job = attempt.job
    told = {"status": exchange.status, "ms": exchange.duration_ms} if exchange else {}
    step(steps, f"{attempt.verb}: {outcome}", job=job.pk, key=job.key_id, attempt=attempt.number, **told)


@cache
def _writing(*names: str) -> prepared.Change:
    told = prepared.columns(Attempt, names)
    return prepared.Change(lambda: Attempt.objects.filter(pk=prepared.number("attempt")), **told)


def _columns(exchange: Exchange) -> dict[str, object]:
    return {
        "milliseconds": exchange.duration_ms,
        "status": exchange.status,
        "line": f"{exchange.method} {exchange.url}"[:LONGEST_LINE],
        "request": dict(exchange.request_body or {}),
        "headers": dict(exchange.headers),
        "response": exchange.response_text,
    }

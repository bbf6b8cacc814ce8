"""What went over the wire for a job, kept as the client cleaned it of the key (B21)."""

from studio.doitong import Exchange
from studio.generation.models import Attempt

LONGEST_OUTCOME = 40


def write_down(attempt: Attempt, exchange: Exchange | None, *, outcome: str, **fields: object) -> None:
    """Keep what went over the wire, its outcome (the provider's word, cut), and the columns in `fields`."""
    wire: dict[str, object] = {}
    if exchange is not None:
        wire = {
            "milliseconds": exchange.duration_ms,
            "status": exchange.status,
            "request": dict(exchange.request_body or {}),
            "response": exchange.response_text,
        }
    Attempt.objects.filter(pk=attempt.pk).update(outcome=outcome[:LONGEST_OUTCOME], **wire, **fields)

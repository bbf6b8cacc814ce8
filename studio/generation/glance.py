"""What every page asks about a member's jobs, read at one moment: their count, what is live, what pauses.

One statement, and its words are our own: put together by the ORM it took four. Touches nothing; reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from studio.accounts.models import Member
from studio.generation import pricing
from studio.generation.models import Job, Pause, Pulse, Purchase
from studio.generation.queries import LIVE_LOOKED_AT, Live
from studio.generation.states import LIVE

JOB, PAUSE, PULSE, PURCHASE = (model._meta.db_table for model in (Job, Pause, Pulse, Purchase))
STATES = sorted(str(state) for state in LIVE)
MOVING, COUNT, PAUSED, UNPRICED = "live", "pulse", "paused", "unpriced"
STATEMENT = f"""SELECT '{MOVING}', 0, created_at, state, sent_at, not_before, run_id FROM (
    SELECT * FROM {JOB} WHERE member_id = %s AND state IN ({", ".join(["%s"] * len(STATES))})
    ORDER BY created_at DESC LIMIT {LIVE_LOOKED_AT}) AS moving
UNION ALL SELECT '{COUNT}', value, NULL, NULL, NULL, NULL, NULL FROM {PULSE} WHERE member_id = %s
UNION ALL SELECT '{PAUSED}', 0, NULL, NULL, NULL, NULL, NULL WHERE EXISTS (
    SELECT 1 FROM {PAUSE} WHERE ended_at IS NULL)
UNION ALL SELECT '{UNPRICED}', 0, NULL, NULL, NULL, NULL, NULL WHERE EXISTS (
    SELECT 1 FROM {PURCHASE} AS bought JOIN {JOB} AS job ON job.id = bought.job_id
    WHERE bought.cost IS NULL AND bought.told_at > %s AND job.member_id = %s)"""  # noqa: S608 - our own tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A member's count of changes, their newest live jobs, whether anything at all is paused.

    `unpriced`: of a picture of theirs that is there the price is still asked for: a sum may yet change (S55).
    """

    count: int
    live: Sequence[Live]
    paused: bool
    unpriced: bool


def of(member: Member, now: datetime) -> Glance:
    """Return how a member's jobs stand. One query."""
    me = member.pk.hex if connection.vendor == "sqlite" else member.pk
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, [me, *STATES, me, _told(now - pricing.ASKED_FOR), me])
        rows = cursor.fetchall()
    kinds = {row[0]: row[1] for row in rows}
    return Glance(
        count=kinds.get(COUNT, 0),
        live=[_live(*row[2:]) for row in rows if row[0] == MOVING],
        paused=PAUSED in kinds,
        unpriced=UNPRICED in kinds,
    )


def _live(created: Any, state: str, sent: Any, not_before: Any, run: Any) -> Live:
    made = _moment(created)
    if made is None:
        raise TypeError("a job without a time")  # its column may not be empty
    return Live(made, state, _moment(sent), _moment(not_before), run if isinstance(run, UUID) else UUID(run))


def _moment(value: Any) -> datetime | None:
    """Return a time as the database's own driver gives it: SQLite's is in UTC and does not say so."""
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _told(moment: datetime) -> str:
    return str(connection.ops.adapt_datetimefield_value(moment))

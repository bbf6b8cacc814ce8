"""Turns: members who share an account are served by turns, who was served longest ago first (B14).

So five hundred jobs of one member delay another's single one by at most one job a slot.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from studio import prepared
from studio.accounts.models import Member
from studio.generation.models import Job, Turn

type Lanes = Mapping[int, Mapping[UUID, Sequence[UUID]]]
"""Of an account: the jobs of each member in each lane, in the member's own order."""


def served(job: Job, account: UUID, now: datetime) -> None:
    """Write down that a job's member had their turn on an account."""
    if _AGAIN(account=account, member=job.member_id, now=now):
        return
    turn = Turn(account=account, member_id=job.member_id, served_at=now)
    Turn.objects.bulk_create(
        [turn], update_conflicts=True, unique_fields=["account", "member"], update_fields=["served_at"]
    )


def whose(line: QuerySet[Job], account: UUID) -> UUID | None:
    """Return who of those that have a job in this line was served longest ago, or never; not a leaver."""
    return in_turn(line, account).first()


def in_turn(line: QuerySet[Job], account: UUID) -> QuerySet[Member, UUID]:
    """Return whose turn of those with a job in this line it is, one at the most; for `whose`."""
    turn = Turn.objects.filter(account=account, member=OuterRef("pk")).values("served_at")
    waiting = Member.objects.filter(Exists(line.filter(member=OuterRef("pk"))), is_active=True)
    order = F("served_at").asc(nulls_first=True)
    found = waiting.annotate(served_at=turn[:1]).order_by(order, "pk").values_list("pk", flat=True)
    return cast("QuerySet[Member, UUID]", found[:1])


def served_at(accounts: Sequence[UUID]) -> dict[UUID, dict[UUID, datetime]]:
    """Return when each member was served last, for each of the accounts. One query."""
    found: dict[UUID, dict[UUID, datetime]] = {account: {} for account in accounts}
    rows = Turn.objects.filter(account__in=accounts).values_list("account", "member", "served_at")
    for account, member, at in rows:
        found[account][member] = at
    return found


def by_turns(lanes: Lanes, served: Mapping[UUID, datetime], most: int) -> list[UUID]:
    """Return the first jobs of a line as they are sent if nobody comes: lane by lane, member by member."""
    line: list[UUID] = []
    for lane in sorted(lanes):
        jobs = {member: deque(mine) for member, mine in lanes[lane].items()}
        never = sorted(jobs.keys() - served.keys())
        circle = deque(never + sorted(jobs.keys() & served.keys(), key=lambda member: served[member]))
        while circle and len(line) < most:
            member = circle.popleft()
            line.append(jobs[member].popleft())
            if jobs[member]:
                circle.append(member)
    return line


_AGAIN = prepared.Change(
    lambda: Turn.objects.filter(account=prepared.uuid("account"), member=prepared.uuid("member")),
    served_at=prepared.moment("now"),
)

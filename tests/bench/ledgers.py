"""`python -m tests.bench.ledgers ENTRIES`: what the pages of credits cost on a ledger of that size, as JSON.

Runs in a process of its own, on the migrated and empty studio that STUDIO_DATA and DATABASE_URL name. The
ledger is made by SQL, by `tests.bench.filling`.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import django

from tests.bench import filling

ROUNDS, DEBITS = 15, 300


def main(entries: int) -> int:
    """Fill, measure and print."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.walls"
    django.setup()
    start = time.monotonic()
    filling.fill(entries)
    told: dict[str, list[float]] = {"seconds to fill": [time.monotonic() - start]}
    filling.proven()
    told |= _pages() | _sums(entries) | _debits()
    print(json.dumps(told))
    return 0


def _pages() -> dict[str, list[float]]:
    """Return the milliseconds of processor time and the queries of each page, and of a constant one."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, found = Client(), dict[str, list[float]]()
    client.force_login(_someone())
    pages = {"constant": "/floor/constant", "member page": "/credits", "team page": "/team"}
    pages["member page, half way down"] = f"/credits?before={_half_way()}"
    for turn in range(ROUNDS + 1):
        for name, address in pages.items():
            took = _asked(client, address)
            if turn:  # the first one warms up
                found.setdefault(name, []).append(took)
    for name, address in list(pages.items())[1:]:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        found[f"{name}, queries"] = [len(asked)]
    return found | {"a month of a member as CSV": [_asked(client, "/credits/statement") for _ in range(3)]}


def _asked(client: Any, address: str) -> float:
    start = time.process_time()
    answer = client.get(address)
    if answer.status_code not in {200, 204}:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    if answer.streaming:
        list(answer.streaming_content)
    return (time.process_time() - start) * 1_000


def _someone() -> Any:
    from studio.accounts.models import Member

    return Member.objects.order_by("email")[0]


def _half_way() -> int:
    """Return the number of the entry that is in the middle of a member's."""
    from studio.credits.models import Entry

    mine = Entry.objects.filter(account=_someone().pk).order_by("pk").values_list("pk", flat=True)
    return int(mine[mine.count() // 2])


def _sums(entries: int) -> dict[str, list[float]]:
    """Return the milliseconds of the pages' figures, and of the obvious aggregations of the same."""
    from django.utils import timezone

    from studio.credits import overview, queries, spending
    from studio.credits.models import Account

    person, now, deep = _someone(), timezone.now(), _half_way()
    member = person.pk

    def mine() -> None:
        Account.of(member)
        spending.of_member(member, now)

    found = {
        "member figures": _timed(mine, ROUNDS),
        "team figures": _timed(lambda: overview.overview(now), ROUNDS),
        "team figures, sums alone": _timed(lambda: _team_sums(now), ROUNDS),
        "lines of a member, newest": _timed(lambda: queries.page(person), ROUNDS),
        "lines of a member, half way down": _timed(lambda: queries.page(person, before=deep), ROUNDS),
    }
    slow = 1 if entries > 1_000_000 else 3
    found["member, obvious aggregation"] = _timed(lambda: _obvious(member), slow)
    found["team, obvious aggregation"] = _timed(_obvious_team, slow)
    return found


def _team_sums(now: Any) -> None:
    from studio.credits import spending
    from studio.credits.models import Account

    list(Account.objects.values_list("pk", "balance", "held", "spent"))
    spending.of_everybody(now)


def _obvious(member: UUID) -> None:
    """A member's dashboard as most would write it: sums, days, projects and months over their entries."""
    from django.db.models import Count, Q, Sum
    from django.db.models.functions import TruncDate, TruncMonth

    from studio.credits.models import SPENDS, Entry

    mine = Entry.objects.filter(account=member).order_by()
    spends = Q(kind__in=SPENDS)
    mine.aggregate(
        balance=Sum("posted"), held=Sum("held"), spent=Sum("posted", filter=spends), all=Count("pk")
    )
    for group in ({"day": TruncDate("created_at")}, {"month": TruncMonth("created_at")}):
        [name] = group
        list(mine.filter(spends).annotate(**group).values(name).annotate(all=Sum("posted")))
    list(mine.filter(spends).values("project_id").annotate(all=Sum("posted")))


def _obvious_team() -> None:
    """The team's dashboard as most would write it."""
    from django.db.models import Q, Sum
    from django.db.models.functions import TruncDate, TruncMonth

    from studio.credits.models import SPENDS, Entry

    spends = Q(kind__in=SPENDS)
    every = Entry.objects.order_by()
    list(every.values("account").annotate(balance=Sum("posted"), held=Sum("held")))
    months = every.filter(spends).annotate(month=TruncMonth("created_at"))
    list(months.values("account", "month").annotate(all=Sum("posted")))
    list(every.filter(spends).annotate(day=TruncDate("created_at")).values("day").annotate(all=Sum("posted")))
    list(every.filter(spends).values("project_id", "key_id").annotate(all=Sum("posted")))


def _debits() -> dict[str, list[float]]:
    """Return the milliseconds of a debit with everything that it moves, and of its bare INSERT, in turn."""
    from django.db import transaction
    from django.utils import timezone

    from studio import prepared
    from studio.accounts.models import Key, Member
    from studio.credits.booking import book
    from studio.credits.models import Entry, Kind

    bare = prepared.Insert(Entry)
    found: dict[str, list[float]] = {"bare INSERT": [], "debit with its sums": []}
    members, keys = list(Member.objects.all()), list(Key.objects.all())
    for turn in range(DEBITS):
        member, key = members[turn % len(members)], keys[turn % len(keys)]
        for name in found:
            now = timezone.now()
            entry = Entry(kind=Kind.LATE, posted=-7, reference=uuid4(), key_id=key.pk, account_id=member.pk)
            entry.created_at = entry.opened_at = now
            start = time.perf_counter()
            with transaction.atomic():
                if name == "bare INSERT":
                    bare(entry)
                else:
                    book(entry)
            found[name].append((time.perf_counter() - start) * 1_000)
    return found


def _timed(what: Callable[[], object], rounds: int) -> list[float]:
    found = []
    for turn in range(rounds + (rounds > 1)):
        start = time.perf_counter()
        what()
        if turn or rounds == 1:
            found.append((time.perf_counter() - start) * 1_000)
    return found


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))

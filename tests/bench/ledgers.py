"""`python -m tests.bench.ledgers ENTRIES`: what the pages of credits cost on a ledger of that size, as JSON.

Runs in a process of its own, on the migrated and empty studio that STUDIO_DATA and DATABASE_URL name. The
ledger is made by SQL: a hundred members, each working every day, over as many days as the size needs.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import django

MEMBERS, PROJECTS, DAYS = 100, 5, 730
A_DAY = 3  # pairs of hold and settle of a member's day at the least
ROUNDS, DEBITS = 15, 300


def main(entries: int) -> int:
    """Fill, measure and print."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.walls"
    django.setup()
    start = time.monotonic()
    _fill(entries)
    told: dict[str, list[float]] = {"seconds to fill": [time.monotonic() - start]}
    told |= _pages() | _sums(entries) | _debits()
    print(json.dumps(told))
    return 0


def _fill(entries: int) -> None:
    """Make members, keys, projects, entries, and the sums beside them."""
    from django.db import connection

    from studio.accounts.models import Key, Member, Project
    from studio.credits.models import Account

    people = [Member(email=f"m{n}@studio.test", name=f"Member {n:03}", role="owner") for n in range(MEMBERS)]
    Member.objects.bulk_create(people)
    Account.objects.bulk_create(Account(member=one) for one in people)
    Key.objects.bulk_create(Key(member=one, sealed="x", fingerprint=one.pk.hex) for one in people)
    Project.objects.bulk_create(Project(name=f"P{n}", folded=f"p{n}") for n in range(PROJECTS))
    days = max(min(DAYS, entries // 2 // MEMBERS // A_DAY), 1)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-400000", "temp_store=MEMORY"):
                cursor.execute(f"PRAGMA {pragma}")
        for statement in _SQLITE if connection.vendor == "sqlite" else _POSTGRES:
            cursor.execute(
                statement.format(pairs=entries // 2, days=days, members=MEMBERS, projects=PROJECTS)
            )
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA cache_size=-2000")
    connection.close()


COLUMNS = "account_id, kind, posted, held, reference, key_id, project_id, reason, created_at, opened_at"
_WHO = """who AS (SELECT row_number() OVER (ORDER BY m.email) - 1 AS n, m.id AS member, k.id AS key
    FROM accounts_member m JOIN accounts_key k ON k.member_id = m.id),
  what AS (SELECT row_number() OVER (ORDER BY folded) - 1 AS n, id AS project FROM accounts_project)"""
_REST = """INSERT INTO credits_rollup (member_id, unit, start, project, key, posted, spent, charges)
    SELECT account_id, 'd', {day}, project_id, key_id, SUM(posted), -SUM(posted), COUNT(*)
    FROM credits_entry WHERE posted <> 0 GROUP BY 1, 3, 4, 5"""
_MONTHS = """INSERT INTO credits_rollup (member_id, unit, start, project, key, posted, spent, charges)
    SELECT member_id, 'm', {month}, project, key, SUM(posted), SUM(spent), SUM(charges)
    FROM credits_rollup GROUP BY 1, 3, 4, 5"""
_SPENT = "(SELECT SUM(r.spent) FROM credits_rollup r WHERE r.unit = 'd' AND r.member_id = a.member_id)"
_ACCOUNTS = f"UPDATE credits_account AS a SET balance = 1000000 - {_SPENT}, spent = {_SPENT}"
_SQLITE = (
    f"""WITH RECURSIVE pairs(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM pairs WHERE j + 1 < {{pairs}}),
    {_WHO}
    INSERT INTO credits_entry ({COLUMNS})
    SELECT member, iif(s.i, 'settle', 'hold'), iif(s.i, -10 - j % 11, 0), iif(s.i, -20, 20),
      printf('%032x', j), key, project, '', d, d
    FROM (SELECT j, strftime('%Y-%m-%d %H:%M:%S', 'now',
        printf('-%d seconds', ({{pairs}} - 1 - j) * 1.0 / {{pairs}} * {{days}} * 86400)) AS d FROM pairs)
    CROSS JOIN (SELECT 0 AS i UNION ALL SELECT 1) s
    JOIN who ON who.n = j % {{members}} JOIN what ON what.n = j / 7 % {{projects}}""",
    _REST.format(day="date(created_at)"),
    _MONTHS.format(month="date(start, 'start of month')"),
    _ACCOUNTS,
    "ANALYZE",
)
_POSTGRES = (
    f"""WITH {_WHO} INSERT INTO credits_entry ({COLUMNS})
    SELECT member, CASE s.i WHEN 1 THEN 'settle' ELSE 'hold' END,
      CASE s.i WHEN 1 THEN -10 - j % 11 ELSE 0 END, CASE s.i WHEN 1 THEN -20 ELSE 20 END,
      lpad(to_hex(j), 32, '0')::uuid, key, project, '', d, d
    FROM (SELECT j, now() - make_interval(secs => ({{pairs}} - 1 - j) * {{days}} * 86400.0 / {{pairs}}) AS d
      FROM generate_series(0, {{pairs}} - 1) AS j) AS pairs
    CROSS JOIN (VALUES (0), (1)) AS s(i)
    JOIN who ON who.n = j % {{members}} JOIN what ON what.n = j / 7 % {{projects}}""",
    _REST.format(day="(created_at AT TIME ZONE 'UTC')::date"),
    _MONTHS.format(month="date_trunc('month', start)::date"),
    _ACCOUNTS,
    "ANALYZE",
)


def _pages() -> dict[str, list[float]]:
    """Return the milliseconds of processor time and the queries of each page, and of a constant one."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from studio.accounts.models import Member

    client, found = Client(), dict[str, list[float]]()
    client.force_login(Member.objects.order_by("email")[0])
    pages = {"constant": "/floor/constant", "member page": "/credits", "team page": "/team"}
    for turn in range(ROUNDS + 1):
        for name, address in pages.items():
            start = time.process_time()
            answer = client.get(address)
            took = (time.process_time() - start) * 1_000
            if answer.status_code not in {200, 204}:
                raise RuntimeError(f"{address} answers {answer.status_code}")
            if turn:  # the first one warms up
                found.setdefault(name, []).append(took)
    for name, address in list(pages.items())[1:]:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        found[f"{name}, queries"] = [len(asked)]
    return found


def _sums(entries: int) -> dict[str, list[float]]:
    """Return the milliseconds of the pages' figures, and of the obvious aggregations of the same."""
    from django.utils import timezone

    from studio.accounts.models import Member
    from studio.credits import overview, spending
    from studio.credits.models import Account

    member, now = Member.objects.order_by("email")[0].pk, timezone.now()

    def mine() -> None:
        Account.of(member)
        spending.of_member(member, now)

    found = {
        "member figures": _timed(mine, ROUNDS),
        "team figures": _timed(lambda: overview.overview(now), ROUNDS),
        "team figures, sums alone": _timed(lambda: _team_sums(now), ROUNDS),
    }
    slow = 1 if entries > 1_000_000 else 3
    found["member, obvious aggregation"] = _timed(lambda: _obvious(member), slow)
    found["team, obvious aggregation"] = _timed(_obvious_team, slow)
    return found


def _team_sums(now: Any) -> None:
    from studio.credits import spending
    from studio.credits.models import Account

    list(Account.objects.values_list("pk", "balance", "held", "spent"))
    spending.whose(now), spending.of_team(now)


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

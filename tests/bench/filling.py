"""Makes a ledger of any size by a few statements: a hundred members, each working every day, for two years.

What the ledger's verbs would have written stands afterwards: grants, holds and settles, their days and
months, the accounts. `proven` recounts some members by the ledger's own rules. Ten million entries take
minutes: the indexes are made after the rows, as the schema has them, and nothing waits for the disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MEMBERS, PROJECTS, DAYS = 100, 5, 730
A_DAY = 3  # pairs of hold and settle of a member's day at the least
GRANTED = 10_000_000
SAMPLE = 3  # members of whom every entry is counted again


def fill(entries: int) -> None:
    """Make members, keys, projects, entries, and the sums beside them, in an empty and migrated database."""
    from django.db import connection

    from studio.accounts.models import Key, Member, Project
    from studio.credits.models import Account

    people = [Member(email=f"m{n}@studio.test", name=f"Member {n:03}", role="owner") for n in range(MEMBERS)]
    Member.objects.bulk_create(people)
    Account.objects.bulk_create(Account(member=one) for one in people)
    Key.objects.bulk_create(Key(member=one, sealed="x", fingerprint=one.pk.hex) for one in people)
    Project.objects.bulk_create(Project(name=f"P{n}", folded=f"p{n}") for n in range(PROJECTS))
    days = max(min(DAYS, entries // 2 // MEMBERS // A_DAY), 1)
    given = {"pairs": entries // 2, "days": days, "seconds": days * 86_400, "granted": GRANTED}
    given |= {"members": MEMBERS, "projects": PROJECTS}
    with connection.cursor() as cursor, _in_haste(cursor, connection.vendor):
        for statement in _SQLITE if connection.vendor == "sqlite" else _POSTGRES:
            cursor.execute(statement.format(**given))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    connection.close()


def proven() -> None:
    """Hold the sums of some members against their entries, counted by the ledger's own rules.

    Raises RuntimeError where anything differs: what is measured then is no ledger.
    """
    from django.db.models import Sum

    from studio.credits import rollups
    from studio.credits.models import SPENDS, Account, Entry, Rollup
    from studio.credits.models.rollups import Unit

    for account in Account.objects.order_by("member__email")[:SAMPLE]:
        mine = Entry.objects.filter(account=account)
        sums = mine.aggregate(balance=Sum("posted"), held=Sum("held"))
        spent = mine.filter(kind__in=SPENDS).aggregate(all=Sum("posted"))["all"]
        if (account.balance, account.held, account.spent) != (sums["balance"], sums["held"], -spent):
            raise RuntimeError(f"{account} against {sums} and {-spent} spent")
        for unit in Unit:
            kept = Rollup.objects.filter(member=account.pk, unit=unit).values_list(*rollups.COLUMNS)
            if set(kept) != set(rollups.counted(unit).filter(account=account)):
                raise RuntimeError(f"the sums by {unit.label.lower()} differ from the entries")


@contextmanager
def _in_haste(cursor: Any, vendor: str) -> Iterator[None]:
    """Have no index but the unique ones, no check of what is right anyhow, and no wait for the disk."""
    for statement in _HASTE[vendor]:
        cursor.execute(statement)
    cursor.execute(_INDEXES[vendor])
    indexes = dict(cursor.fetchall())
    for name in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for made in indexes.values():
        cursor.execute(made)
    for statement in _AT_LEISURE[vendor]:
        cursor.execute(statement)


_HASTE = {
    "sqlite": (
        "PRAGMA synchronous=OFF",
        "PRAGMA journal_mode=OFF",
        "PRAGMA foreign_keys=OFF",
        "PRAGMA cache_size=-400000",
        "PRAGMA temp_store=MEMORY",
    ),
    "postgresql": (
        "ALTER SYSTEM SET max_wal_size = '16GB'",
        "SELECT pg_reload_conf()",
        "SET session_replication_role = replica",
        "SET maintenance_work_mem = '1GB'",
        "SET work_mem = '256MB'",
        "SET synchronous_commit = off",
    ),
}
_AT_LEISURE = {
    "sqlite": ("PRAGMA journal_mode=WAL", "PRAGMA cache_size=-2000"),
    "postgresql": ("CHECKPOINT",),
}
_INDEXES = {
    "sqlite": """SELECT name, sql FROM sqlite_master
        WHERE type = 'index' AND tbl_name = 'credits_entry' AND sql IS NOT NULL""",
    "postgresql": """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'credits_entry'
        AND indexname NOT IN (SELECT conname FROM pg_constraint
          WHERE conrelid = 'credits_entry'::regclass)""",
}
_COLUMNS = "account_id, kind, posted, held, reference, key_id, project_id, reason, created_at, opened_at"
_WHO = """CREATE TEMPORARY TABLE who AS SELECT row_number() OVER (ORDER BY m.email) - 1 AS n, m.id AS member,
    k.id AS key FROM accounts_member m JOIN accounts_key k ON k.member_id = m.id"""
_WHAT = """CREATE TEMPORARY TABLE what AS
    SELECT row_number() OVER (ORDER BY folded) - 1 AS n, id AS project FROM accounts_project"""
_GRANTS = f"""INSERT INTO credits_entry ({_COLUMNS})
    SELECT member, 'grant', {{{{granted}}}}, 0, member, NULL, NULL, 'To begin with', {{first}}, NULL
    FROM who ORDER BY n"""
_DAYS = """INSERT INTO credits_rollup (member_id, unit, start, project, key, posted, spent, charges)
    SELECT account_id, 'd', {day}, COALESCE(project_id, {none}), COALESCE(key_id, {none}), SUM(posted),
      -SUM(CASE kind WHEN 'settle' THEN posted ELSE 0 END), SUM(CASE kind WHEN 'settle' THEN 1 ELSE 0 END)
    FROM credits_entry WHERE posted <> 0 GROUP BY 1, 3, 4, 5"""
_MONTHS = """INSERT INTO credits_rollup (member_id, unit, start, project, key, posted, spent, charges)
    SELECT member_id, 'm', {month}, project, key, SUM(posted), SUM(spent), SUM(charges)
    FROM credits_rollup GROUP BY 1, 3, 4, 5"""
_OF_MONTHS = "FROM credits_rollup r WHERE r.unit = 'm' AND r.member_id = a.member_id"
_ACCOUNTS = f"""UPDATE credits_account AS a
    SET balance = (SELECT SUM(r.posted) {_OF_MONTHS}), spent = (SELECT SUM(r.spent) {_OF_MONTHS})"""
_SQLITE = (
    _WHO,
    "CREATE INDEX temp.who_n ON who (n)",
    _WHAT,
    _GRANTS.format(first="datetime('now', '-{days} days')"),
    f"""WITH RECURSIVE pairs(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM pairs WHERE j + 1 < {{pairs}}),
      born AS (SELECT CAST(strftime('%s', 'now') AS INTEGER) AS now)
    INSERT INTO credits_entry ({_COLUMNS})
    SELECT member, iif(s.i, 'settle', 'hold'), iif(s.i, -10 - j % 11, 0), iif(s.i, -20, 20),
      printf('%032x', j), key, project, '', d, d
    FROM (SELECT j, datetime(now - ({{pairs}} - 1 - j) * {{seconds}} / {{pairs}}, 'unixepoch') AS d
      FROM pairs CROSS JOIN born)
    CROSS JOIN (SELECT 0 AS i UNION ALL SELECT 1) s
    CROSS JOIN who CROSS JOIN what WHERE who.n = j % {{members}} AND what.n = j / 7 % {{projects}}""",
    _DAYS.format(day="substr(created_at, 1, 10)", none="printf('%032d', 0)"),
    _MONTHS.format(month="substr(start, 1, 8) || '01'"),
    _ACCOUNTS,
)
_POSTGRES = (
    _WHO,
    _WHAT,
    "ANALYZE who",
    "ANALYZE what",
    _GRANTS.format(first="now() - interval '{days} days'"),
    f"""INSERT INTO credits_entry ({_COLUMNS})
    SELECT member, CASE s.i WHEN 1 THEN 'settle' ELSE 'hold' END,
      CASE s.i WHEN 1 THEN -10 - j % 11 ELSE 0 END, CASE s.i WHEN 1 THEN -20 ELSE 20 END,
      lpad(to_hex(j), 32, '0')::uuid, key, project, '', d, d
    FROM (SELECT j, now() - make_interval(secs => ({{pairs}} - 1 - j) * {{seconds}}.0 / {{pairs}}) AS d
      FROM generate_series(0, {{pairs}} - 1) AS j) AS pairs
    CROSS JOIN (VALUES (0), (1)) AS s(i)
    JOIN who ON who.n = j % {{members}} JOIN what ON what.n = j / 7 % {{projects}} ORDER BY j, i""",
    _DAYS.format(day="(created_at AT TIME ZONE 'UTC')::date", none="lpad('0', 32, '0')::uuid"),
    _MONTHS.format(month="date_trunc('month', start)::date"),
    _ACCOUNTS,
)

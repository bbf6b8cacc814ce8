"""What is wrong with the pipeline, and what to do about it: the questions of `manage.py doctor` (G10).

Each part is asked by itself and answers with a finding; one that cannot be asked is a finding too.
It reads, rings one bell that nobody listens to, and asks the provider once, under the governor.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from time import monotonic
from uuid import uuid4

import httpx
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import Max
from django.utils import timezone

from studio import bells, upgrades
from studio.accounts import provider
from studio.accounts.models import Key
from studio.accounts.models.key import IN_USE
from studio.accounts.sealing import SealingError
from studio.accounts.vault import peek
from studio.credits import check
from studio.doitong import DoitongError, RateLimited, Unauthorized, open_http
from studio.generation import condition, disk, heartbeats, hooks, limits, queue, rules, usage, vitals
from studio.generation.findings import Finding
from studio.generation.models import Governor, Heartbeat, Job, Request
from studio.generation.queue import QueueAway

ROUND_TRIP = 3.0  # seconds for a bell to be heard
REACHED_WITHIN = 5.0  # seconds for our own address to answer
MOST_APART = timedelta(seconds=5)  # of two clocks
TOPIC = "doctor"


type Question = Callable[[datetime], Iterator[tuple[str, str]]]


def examine(now: datetime, parts: Collection[str] = ()) -> Iterator[Finding]:
    """Yield what is seen of each part, or of some; without a database nothing else can be asked."""
    for part, ask in QUESTIONS.items():
        if parts and part not in parts:
            continue
        found = [Finding(part=part, says=says, remedy=remedy) for says, remedy in _asked(ask, now)]
        yield from found
        if part in FIRST and not all(finding.is_well for finding in found):
            return


def _asked(ask: Question, now: datetime) -> list[tuple[str, str]]:
    try:
        return list(ask(now))
    except Error as error:
        reason = str(error).strip().partition("\n")[0]
        return [(f"The database does not answer ({reason}).", "Start it, or correct DATABASE_URL.")]


def _database(now: datetime) -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    yield f"It answers ({connection.display_name}).", ""


def _migrations(now: datetime) -> Iterator[tuple[str, str]]:
    if missing := upgrades.unapplied():
        said = f"{len(missing)} changes of the database are not applied; the first is {missing[0]}."
        yield said, "Run manage.py migrate, or manage.py start with the web server."
    else:
        yield "All changes are applied.", ""


def _queue(now: datetime) -> Iterator[tuple[str, str]]:
    try:
        many = queue.waiting()
    except QueueAway:
        yield "Redis does not answer.", "Start it, or correct REDIS_URL."
        return
    yield f"It answers; {many} tasks wait.", ""


def _bells(now: datetime) -> Iterator[tuple[str, str]]:
    mark, until = uuid4().hex, monotonic() + ROUND_TRIP  # another doctor may ring beside this one
    with bells.listen(TOPIC) as ear:
        bells.ring(TOPIC, mark)
        heard = False
        while not heard and (left := until - monotonic()) > 0:
            heard = any(bell.note == mark for bell in ear.wait(left))
    if heard:
        yield f"One was rung and heard ({settings.BELLS}).", ""
    else:
        said = f"One was rung and not heard within {ROUND_TRIP:g} s ({settings.BELLS}): work waits for a net."
        where = {"sockets": f"the folder {settings.BELLS_FOLDER}", "redis": "Redis"}
        yield said, f"Look at {where.get(settings.BELLS, 'the database')} and at the log."


def _heartbeats(now: datetime) -> Iterator[tuple[str, str]]:
    quiet = heartbeats.silences(now)
    for silence in quiet:
        since = silence.seconds(now)
        said = "has never been heard" if since is None else f"has not been heard for {since} s"
        yield (
            f"The {silence.name} {said}.",
            f"Run manage.py start, or manage.py start --only {silence.name} on a machine for it.",
        )
    for heart in heartbeats.alive(now):
        yield f"The {heart.name} is alive on {heart.machine}.", ""


def _keys(now: datetime) -> Iterator[tuple[str, str]]:
    opened = 0
    for key in Key.objects.filter(IN_USE):
        try:
            peek(key)
        except SealingError as error:
            remedy = "Put back the keyring that sealed it (STUDIO_KEYRING_FILE), or paste the key again."
            yield f"The key …{key.last4} does not open. {error}", remedy
        else:
            opened += 1
    yield f"{opened} keys open.", ""


def _provider(now: datetime) -> Iterator[tuple[str, str]]:
    key = Key.objects.filter(IN_USE).order_by("member_id").first()
    if key is None:
        yield "There is no key to ask it with.", "Paste the team's key on the key page."
        return
    if not _granted(key):
        yield f"Not asked: the key …{key.last4} has no request left in this minute.", ""
        return
    try:
        provider.client_for(peek(key)).test_key()
    except SealingError:
        yield f"Not asked: the key …{key.last4} does not open.", ""
    except RateLimited:
        yield "It answers, and asks to wait.", ""
    except Unauthorized:
        yield f"It refuses the key …{key.last4}.", "Paste another key on the key page."
    except DoitongError as error:
        yield f"{settings.DOITONG_URL}: {error.sentence}", "Look at the network, the proxy and DOITONG_URL."
    else:
        yield f"{settings.DOITONG_URL} answers and takes the key …{key.last4}.", ""


def _granted(key: Key) -> bool:
    with transaction.atomic():
        limits.lock(key)
        return limits.grant(key, Request.Verb.LOOK, timezone.now()).granted


def _disk(now: datetime) -> Iterator[tuple[str, str]]:
    free = disk.free() // disk.MEGABYTE
    if disk.is_short():
        reserve = settings.DISK_RESERVE // disk.MEGABYTE
        said = f"{free:,} MB are free, less than the {reserve:,} kept in reserve: nothing new is sent."
        yield said, "Make room, or set STUDIO_DISK_RESERVE."
    else:
        yield f"{free:,} MB are free.", ""


def _quota(now: datetime) -> Iterator[tuple[str, str]]:
    used, quota = usage.taken(), settings.QUOTA_TEAM
    said = f"The team’s pictures take {usage.said(used)}"
    if not quota:
        yield f"{said}; no quota is set.", ""
    elif used >= quota:
        remedy = "Empty the trash, or raise STUDIO_QUOTA_TEAM."
        yield f"{said} of {usage.said(quota)}: no new run is started.", remedy
    else:
        yield f"{said} of {usage.said(quota)}.", ""


def _webhooks(now: datetime) -> Iterator[tuple[str, str]]:
    if not hooks.asked_for():
        yield "Doitong is not asked to send any; the studio asks it instead.", ""
        return
    heard = Governor.objects.aggregate(at=Max("hooked_at"))["at"]
    last = (
        f"the last one came {condition.ago((now - heard).total_seconds())} ago" if heard else "none came yet"
    )
    address = f"{settings.PUBLIC_URL}/healthz"
    if _answers(address):
        yield f"{settings.PUBLIC_URL} answers from here; {last}.", ""
    else:
        remedy = "See that it is up and that its name leads to it from outside, or set DOITONG_WEBHOOKS=off."
        yield f"{address} does not answer from here; {last}.", remedy


def _answers(address: str) -> bool:
    try:
        with open_http() as http:
            return http.get(address, timeout=REACHED_WITHIN).status_code == 200
    except httpx.HTTPError:
        return False


def _figures(now: datetime) -> Iterator[tuple[str, str]]:
    for finding in condition.read(vitals.look(now), now):
        if finding.part != "books":  # the ledger is recounted below
            yield finding.says, finding.remedy


def _clock(now: datetime) -> Iterator[tuple[str, str]]:
    remedy = "Have the machine's clock set by the network (NTP)."
    apart = abs(_database_clock() - timezone.now())
    if apart > MOST_APART:
        yield f"This machine and the database are {apart.total_seconds():.0f} s apart.", remedy
    newest = max(filter(None, (_newest(Heartbeat, "at"), _newest(Job, "created_at"))), default=now)
    if newest > now + MOST_APART:
        ahead = (newest - now).total_seconds()
        yield f"There are rows from {ahead:.0f} s in the future: a clock was wrong, or is.", remedy
    elif apart <= MOST_APART:
        yield "It agrees with the database's.", ""


def _database_clock() -> datetime:
    if connection.vendor != "postgresql":
        return timezone.now()  # SQLite's is ours
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def _newest(model: type[Heartbeat] | type[Job], column: str) -> datetime | None:
    newest: datetime | None = model.objects.order_by(f"-{column}").values_list(column, flat=True).first()
    return newest


def _jobs(now: datetime) -> Iterator[tuple[str, str]]:
    broken = list(rules.violations(now))
    for violation in broken:
        remedy = "See that the watcher runs; if it stays, retry or give it up on the queue page."
        yield str(violation), remedy
    if not broken:
        yield "Each has a deadline and an owner.", ""


def _ledger(now: datetime) -> Iterator[tuple[str, str]]:
    report = check.check()
    for difference in report.differences:
        yield f"{difference}.", "Run manage.py check_ledger, and compare with the last backup."
    if not report.differences:
        yield f"It is exact: {report.entries} entries, {report.open_holds} open holds.", ""


FIRST = ("database", "migrations")
QUESTIONS: dict[str, Question] = {
    "database": _database,
    "migrations": _migrations,
    "queue": _queue,
    "bells": _bells,
    "heartbeats": _heartbeats,
    "keys": _keys,
    "provider": _provider,
    "webhooks": _webhooks,
    "disk": _disk,
    "quota": _quota,
    "figures": _figures,
    "clock": _clock,
    "jobs": _jobs,
    "ledger": _ledger,
}

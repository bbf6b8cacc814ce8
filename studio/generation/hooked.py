"""What comes to a webhook's address: is it the provider's, is it of this purchase, and what is news in it.

Nothing that is not rightly signed changes anything (HOOK-01). What is refused looks the same whether
the address exists or not; it is one line in the log a minute, and an event at most once a key and hour.
Touches jobs and the ledger through `lifecycle` and `latecomers`, in one short transaction.
"""

import json
import logging
import re
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from studio import prepared
from studio.accounts import vault
from studio.accounts.models import Event, Key, Verb
from studio.doitong import Generation, Secret, Status, read_webhook, verify_signature
from studio.generation import latecomers, lifecycle
from studio.generation.models import Attempt, Governor, Job, Purchase
from studio.generation.states import State

log = logging.getLogger(__name__)

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
YOUNG = timedelta(hours=24)
SKEW = timedelta(seconds=300)
NOTED_ANEW = timedelta(seconds=5)
SAID_ANEW_SECONDS = 60.0
EVENT_ANEW = timedelta(hours=1)
GIVES_WAY = 0.1  # seconds
LONGEST_KEPT = 4096


class NotTaken(Exception):
    """The webhook is not the provider's word on this purchase; the text is for the log, not the sender."""


def hear(token: str, body: bytes, *, signature: str | None, sent: str | None, now: datetime) -> bool:
    """Take in a webhook; return whether it was news. `sent` is its `Webhook-Timestamp`, if it has one.

    Raises NotTaken where it is refused, BadAnswer for signed bytes that name no job, and SealingError
    where the key's secrets cannot be opened: then it may be told again later.
    """
    purchase = _purchase(token)
    if purchase is None:
        raise NotTaken("there is no such address")
    key = purchase.key or purchase.job.key
    secrets = vault.hook_secrets(key, now)
    if not verify_signature(body, signature, secrets):
        _note_event(key, now)
        raise NotTaken(f"it is not signed for key …{key.last4}")
    _check_time(purchase, sent, now)
    generation = read_webhook(body, [*secrets, Secret(token)])
    if purchase.job.state == State.SENDING:
        purchase = _give_way(purchase, token)
    told = _told_of(purchase, key, generation)
    _note_heard(key, now)
    return False if _is_known(told, generation) else _absorb(told, generation, now)


def _give_way(purchase: Purchase, token: str) -> Purchase:
    """Let the worker that sent it hear its own answer first, which often comes at the same moment.

    It names the price and the id, its worker goes on with the picture at once, and there is little left
    to ask here. Returns the purchase as it is then.
    """
    time.sleep(GIVES_WAY)
    return _purchase(token) or purchase


def _is_known(purchase: Purchase, generation: Generation) -> bool:
    """Say whether there is nothing to write: the picture and its price were told before."""
    job = purchase.job
    same = job.purchase == purchase.pk and job.remote_id == generation.remote_id
    told = job.state in {State.SAVING, State.DONE} and generation.status is Status.COMPLETED
    return same and told and job.cost is not None


def _purchase(token: str) -> Purchase | None:
    if TOKEN.fullmatch(token) is None:
        return None
    return _OF_TOKEN.first(token=token)


_OF_TOKEN = prepared.Rows(
    lambda: Purchase.objects.select_related("key", "job__key").filter(token=prepared.text("token"))
)


def _check_time(purchase: Purchase, sent: str | None, now: datetime) -> None:
    """Keep to the time window (HOOK-11). Without a time of its own it must be of a young purchase."""
    if sent is None:
        asked_at = max(purchase.created_at, purchase.job.sent_at or purchase.created_at)
        if now - asked_at > YOUNG:
            raise NotTaken("it names no time, and its purchase is more than a day old")
    elif not sent.isascii() or not sent.isdigit() or len(sent) > 12:
        raise NotTaken("its time is none")
    elif abs(now.timestamp() - int(sent)) > SKEW.total_seconds():
        raise NotTaken("it was not sent just now")


def _told_of(purchase: Purchase, key: Key, generation: Generation) -> Purchase:
    """Return the purchase that it is about; address, id and key must belong together (HOOK-06)."""
    if purchase.remote_id == generation.remote_id:
        return purchase
    if latecomers.is_anothers(purchase, key, generation.remote_id):
        raise NotTaken("it names the id of another job")
    if not purchase.remote_id:
        return purchase
    if not purchase.job.attempts.filter(possibly_charged=True).exists():
        raise NotTaken("it names an id that this job never had")
    return latecomers.sibling(purchase, generation.remote_id)  # the try that Doitong had an error at


def _absorb(purchase: Purchase, generation: Generation, now: datetime) -> bool:
    job = purchase.job
    present = purchase.pk == job.purchase  # when it was read: a person may have it bought anew since
    news = present and lifecycle.absorb(job, generation, now=now, may_ask=True)
    if not news and (former := latecomers.left(Purchase.objects.filter(pk=purchase.pk))):
        news = latecomers.absorb(former, generation, now=now)
    if news:
        _write_down(job, generation, now)
    return news


def _write_down(job: Job, generation: Generation, now: datetime) -> None:
    """Keep what it said for the wire view (B21); the reading has cleaned it of secrets."""
    Attempt.objects.create(
        job_id=job.pk,
        number=job.tries,
        verb="webhook",
        started_at=now,
        outcome=generation.status,
        line="POST from Doitong",
        response=json.dumps(generation.raw, ensure_ascii=False)[:LONGEST_KEPT],
    )


def _note_heard(key: Key, now: datetime) -> None:
    """Say that webhooks come: questions may slow down. Written rarely, since everybody shares the row."""
    old = Q(hooked_at=None) | Q(hooked_at__lt=now - NOTED_ANEW)
    if _LONG_AGO(account=key.account, before=now - NOTED_ANEW):  # or everybody would wait for the write lock
        Governor.objects.filter(old, pk=key.account).update(hooked_at=now)


_LONG_AGO = prepared.Rows(
    lambda: Governor.objects.filter(
        Q(hooked_at=None) | Q(hooked_at__lt=prepared.moment("before")), pk=prepared.uuid("account")
    ).values_list("pk", flat=True)
)

_events: dict[UUID, datetime] = {}  # when this process last looked whether a key's refusal is noted


def _note_event(key: Key, now: datetime) -> None:
    looked = _events.get(key.pk)
    if looked is not None and now - looked < EVENT_ANEW:
        return
    _events[key.pk] = now
    noted = Event.objects.filter(subject=str(key.pk), verb=Verb.KEY_HOOK_REFUSED, at__gt=now - EVENT_ANEW)
    if not noted.exists():
        Event.note(Verb.KEY_HOOK_REFUSED, who=None, subject=key.pk)


class Refusals:
    """Says in the log what was refused, a line a minute at most, with how many went unsaid."""

    def __init__(self) -> None:
        self.unsaid = 0
        self.said_at = float("-inf")

    def note(self, why: str) -> None:
        """Count one, and say so where a minute has passed."""
        if time.monotonic() - self.said_at < SAID_ANEW_SECONDS:
            self.unsaid += 1
            return
        log.warning("a webhook was refused: %s (%d more since the last time)", why, self.unsaid)
        self.said_at, self.unsaid = time.monotonic(), 0


refusals = Refusals()


def forget() -> None:
    """Have this process know of no refusal, as when it began."""
    _events.clear()
    refusals.unsaid, refusals.said_at = 0, float("-inf")

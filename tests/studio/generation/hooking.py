"""Webhooks as Doitong sends them, to the studio's own door; and jobs that wait for one."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.accounts import keys
from studio.accounts.models import Key, Member
from studio.accounts.plans import Plan
from studio.credits import ledger
from studio.credits.models import Account, Entry
from studio.generation import hooked, hooks
from studio.generation.models import Attempt, Governor, Image, Job, Pulse, Purchase
from studio.generation.states import State
from tests.studio.generation.rows import a_job, a_member, a_run

SECRET = "whsec_9f2c4a7be1d05836f7a92cbd"
OTHER_SECRET = "whsec_d3b8f60c17e94a25b8c1f0a7"
API_KEY = "dk_live_4uHq8ZpW2mNc7RtYx9Lb"
URL = "https://cdn.doitong.com/outputs/job_1.jpg"
HOLD = 20


class _Anybody:
    """A provider to whom every key is good."""

    def test_key(self) -> None:
        return None


def a_sealed_key(actor: Member, text: str = API_KEY, *, own: bool = False) -> Key:
    return keys.save_key(
        member=actor if own else None,
        text=text,
        plan=Plan.ENTERPRISE,
        actor=actor,
        client_factory=lambda _secret: _Anybody(),
    )


def a_sent_job(
    member: Member | None = None, key: Key | None = None, state: State = State.PROCESSING, **fields: Any
) -> Job:
    """Return a job that was sent, with 20 credits held for it; the provider calls it job_1."""
    member = member or a_member(f"{uuid4().hex}@studio.example")
    key = key or Key.objects.first() or a_sealed_key(member)
    ledger.grant(member, 100, actor=member, reason="for the test", reference=uuid4())
    known = {"remote_id": "job_1", "sent_at": timezone.now(), "tries": 1}
    job = a_job(a_run(member, key), state, **{**known, **fields})
    Purchase.objects.filter(pk=job.purchase).update(key=key, remote_id=job.remote_id)
    ledger.hold(member, [ledger.Hold(reference=job.purchase, amount=HOLD)], key_id=key.pk)
    return job


def word(remote_id: str = "job_1", status: str = "completed", **more: Any) -> dict[str, Any]:
    """Return what the documented webhook says (S55)."""
    now = datetime.now(UTC)
    said = {
        "id": remote_id,
        "status": status,
        "url": URL.replace("job_1", remote_id) if status == "completed" else None,
        "service": "flux-krea",
        "createdAt": (now - timedelta(minutes=1)).isoformat(),
        "completedAt": now.isoformat(),
        "metadata": {"duration": None, "width": 512, "height": 512},
    }
    return said | more


def raw(said: object) -> bytes:
    return json.dumps(said).encode()


def sign(body: bytes, secret: str = API_KEY) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(token: str, body: bytes, signature: str | None, **headers: str) -> int:
    """Post to the door as it stands on the network; return the status."""
    sent = dict(headers)
    if signature is not None:
        sent["X-Doitong-Signature"] = signature
    path = reverse("hook", args=[token])
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.generic("POST", path, body, content_type="application/json", headers=sent).status_code


def post_in_pieces(token: str, body: bytes, signature: str) -> int:
    """Post as a sender that does not tell the length before; return the status."""
    server: dict[str, Any] = {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True}
    server |= {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    signed = {"X-Doitong-Signature": signature}
    return Client().generic("POST", reverse("hook", args=[token]), body, headers=signed, **server).status_code


def token_of(job: Job) -> str:
    return Purchase.objects.get(pk=job.purchase).token


def tell(job: Job, said: object, *, secret: str = API_KEY, **headers: str) -> int:
    """Post what Doitong says of a job, rightly signed, to the address of its present purchase."""
    body = raw(said)
    return post(token_of(job), body, sign(body, secret), **headers)


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def spent(member: Member) -> int:
    return Account.objects.get(pk=member.pk).spent


def everything() -> tuple[object, ...]:
    """Return all that a webhook could change."""
    return (
        list(
            Job.objects.order_by("pk").values_list("pk", "state", "version", "purchase", "cost", "remote_id")
        ),
        list(Purchase.objects.order_by("pk").values_list("pk", "remote_id", "told_at", "cost")),
        list(Entry.objects.order_by("pk").values_list("pk", "kind", "posted", "held")),
        list(Pulse.objects.order_by("pk").values_list("pk", "value")),
        list(Governor.objects.values_list("pk", "hooked_at")),
        Attempt.objects.count(),
        Image.objects.count(),
    )


def forget() -> None:
    """Have this process know nothing of earlier refusals, as when it began."""
    hooks.forget()
    hooked.forget()


def settled(job: Job) -> list[tuple[str, int]]:
    """Return what the ledger says of the job's present purchase."""
    entries = Entry.objects.filter(reference=job.purchase).order_by("pk")
    return list(entries.values_list("kind", "posted"))

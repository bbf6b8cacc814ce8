"""What one job said and heard: each attempt and each webhook, as it was kept (B21). Reads only.

What was kept holds no key (the client cleans it, a webhook's signature is not kept). The words of a
private run are its owner's alone: for anybody else the bodies are left out, as they hold the prompt.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from studio.accounts.models import Member
from studio.generation import access
from studio.generation.models import Attempt, Job
from studio.generation.tiles import label
from studio.generation.wording import Meaning, meaning

VERBS = {"generate": "Asked for the image", "webhook": "Webhook received"}
LONGEST_SHOWN = 6000  # characters of a body


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One attempt or webhook, ready to be drawn; bodies empty where there are none to show."""

    title: str
    at: datetime
    milliseconds: int | None
    status: int | None
    kind: str
    outcome: str
    sentence: str
    doubt: bool
    line: str
    request: str
    headers: tuple[tuple[str, str], ...]
    response: str


def page(job: Job, *, readable: bool, reader: Member) -> dict[str, Any]:
    """Return what templates/generation/wire.html reads. One query more than the job."""
    words: Meaning = meaning(job)
    own = job.member_id == reader.pk
    image = access.image_of_job(reader, job.pk)
    return {
        "job": job,
        "words": words,
        "readable": readable,
        "title": label(job) if readable else "A private image",
        "back": reverse("image", args=[image.uuid])
        if image
        else (reverse("run", args=[job.run_id]) if own else ""),
        "is_image": image is not None,
        "steps": [step(attempt, readable=readable) for attempt in job.attempts.all()],
        "facts": _facts(job),
    }


def step(attempt: Attempt, *, readable: bool) -> Step:
    """Return an attempt as it is drawn."""
    number = f", try {attempt.number}" if attempt.verb == "generate" and attempt.number else ""
    return Step(
        title=VERBS.get(attempt.verb, attempt.verb.title()) + number,
        at=attempt.started_at,
        milliseconds=attempt.milliseconds,
        status=attempt.status,
        kind=_kind(attempt.status),
        outcome=attempt.outcome.replace("_", " ") or "no answer yet",
        sentence=attempt.sentence if readable else "",
        doubt=attempt.possibly_charged,
        line=attempt.line,
        request=pretty(attempt.request) if readable else "",
        headers=tuple(_named(attempt.headers)),
        response=pretty(attempt.response) if readable else "",
    )


def _kind(status: int | None) -> str:
    if status is None:
        return ""
    return "ok" if status < 300 else "warn" if status == 429 else "bad"


def _named(headers: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in sorted(headers.items())]


def pretty(body: object) -> str:
    """Return a body as indented JSON where it is some, else as it came; cut where it is long."""
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return str(body)[:LONGEST_SHOWN]
    if not body:
        return ""
    text = json.dumps(body, indent=2, ensure_ascii=False)[:LONGEST_SHOWN]
    return text.encode("utf-8", "replace").decode()  # half a pair of surrogates is no text


def _facts(job: Job) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        ("State", job.get_state_display()),
        ("Doitong’s id", job.remote_id or "none yet"),
        ("Key", f"{job.key.owner}, …{job.key.last4}" if job.key.last4 else job.key.owner),
        ("Size", f"{job.width} × {job.height}" + (f", {job.quality}" if job.quality else "")),
        ("Cost", f"{job.cost} credits" if job.cost is not None else "not known yet"),
    ]
    times = (("Sent", job.sent_at), ("Answered", job.answered_at), ("Completed", job.completed_at))
    return facts + [(name, f"{at:%Y-%m-%d %H:%M:%S} UTC") for name, at in times if at]

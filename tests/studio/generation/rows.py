"""Rows of this room made by hand, for tests that need a job in a state and no provider."""

import itertools
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from studio.accounts.models import Key, Member
from studio.generation.models import Experiment, Image, Job, Purchase, Run
from studio.generation.states import State

_positions = itertools.count()


def a_member(email: str = "designer@studio.example", role: str = "designer") -> Member:
    return Member.objects.create_user(email=email, name="A Designer", role=role)


def a_key(member: Member | None = None, **fields: Any) -> Key:
    """Return a key that opens nothing; unlimited unless told otherwise."""
    known = {"sealed": "-", "fingerprint": uuid4().hex, "last4": "test"}
    return Key.objects.create(member=member, **{**known, **fields})


def a_run(member: Member, key: Key, **fields: Any) -> Run:
    experiment = Experiment.objects.create(member=member, title="Dunes")
    known: dict[str, Any] = {"template": "a dune", "width": 512, "height": 512, "each": 1}
    known |= {"token": uuid4().hex, "experiment": experiment, "parameters": {"quality": "draft"}}
    return Run.objects.create(member=member, key=key, **{**known, **fields})


def a_job(run: Run, state: State = State.QUEUED, **fields: Any) -> Job:
    """Return a job of a run in a state, with its purchase but no hold."""
    position = next(_positions)
    known: dict[str, Any] = {"position": position, "variation": position, "prompt": "a dune", "picks": []}
    known |= {"width": 512, "height": 512, "quality": "draft", "created_at": timezone.now(), "version": 1}
    job = Job(run=run, member=run.member, key=run.key, state=state, **{**known, **fields})
    job.save(force_insert=True)
    Purchase.objects.create(pk=job.purchase, job=job)
    return job


def an_image(job: Job, **fields: Any) -> Image:
    """Return the image row of a job, without its files."""
    known: dict[str, Any] = {"prompt": job.prompt, "width": 512, "height": 512, "format": "jpeg", "bytes": 9}
    known |= {"sha256": "0" * 64, "original": "00/none.jpeg", "colour": "#808080", "cost": 10}
    known |= {"rendered_at": timezone.now()}
    return Image.objects.create(job=job, member=job.member, **{**known, **fields})


def jobs_in(member: Member, key: Key, states: list[State]) -> Run:
    """Return a run with a job in each of these states; a finished one has its image."""
    run = a_run(member, key)
    for state in states:
        job = a_job(run, state, sent_at=timezone.now())
        if state == State.DONE:
            an_image(job)
    return run


def state_of(pk: UUID) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=pk)

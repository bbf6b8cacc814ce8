"""What was asked: Experiment > Run > Job > Attempt, each Purchase of a job, what was found. Own rows only."""

from __future__ import annotations

import logging
import secrets
import uuid
from collections.abc import Mapping, Set
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from studio import prepared
from studio.doitong.reading import LONGEST_URL
from studio.generation.models.books import Pulse
from studio.generation.models.image import Image, Visibility
from studio.generation.states import CAME_FROM, LIVE, NEEDY, PASSING, Reason, State
from studio.logs.about import step

steps = logging.getLogger("studio.generation.steps")

LET_GO: Mapping[str, None] = MappingProxyType({"claim": None, "lease_until": None})
"""The columns of a job that no worker holds any more."""


def hook_token() -> str:
    """Return 256 random bits in 43 characters: the secret part of a purchase's webhook address (B9)."""
    return secrets.token_urlsafe(32)


class Lane(models.IntegerChoices):
    """Which jobs of a key go first: background ones only when no normal one waits (B13)."""

    NORMAL = 0, "Normal"
    BACKGROUND = 1, "Background"


class Experiment(models.Model):
    """The named question that runs belong to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="experiments")
    title = models.CharField(max_length=120)
    question = models.CharField(max_length=300, blank=True)  # what it is to find out (A30)
    budget = models.PositiveIntegerField(null=True)  # credits that it should not pass; noted, not enforced
    conclusion = models.CharField(max_length=400, blank=True)  # the one sentence it was closed with
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["member", "-used_at"], name="experiment_recent")]

    def __str__(self) -> str:
        return self.title


class Finding(models.Model):
    """An image that answers its experiment's question, in the order they were chosen (A30)."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="findings")
    image = models.ForeignKey("generation.Image", models.CASCADE, related_name="findings")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["experiment", "image"], name="one_finding_an_image")]

    def __str__(self) -> str:
        return f"{self.experiment}: {self.image}"


class Run(models.Model):
    """One press of Generate. It has no state of its own: it is what its jobs are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    experiment = models.ForeignKey(Experiment, models.PROTECT, related_name="runs")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="runs")
    key = models.ForeignKey("accounts.Key", models.PROTECT, related_name="+")
    project = models.ForeignKey(
        "accounts.Project", models.PROTECT, null=True, related_name="runs"
    )  # null: General (E8)
    token = models.CharField(max_length=64)
    template = models.TextField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    parameters = models.JSONField(default=dict)
    each = models.PositiveSmallIntegerField()
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PRIVATE)
    source = models.ForeignKey("generation.Image", models.SET_NULL, null=True, related_name="remixes")
    lane = models.PositiveSmallIntegerField(choices=Lane, default=Lane.NORMAL)
    starts_at = models.DateTimeField(null=True)  # run later (B22)
    most_each = models.PositiveIntegerField(null=True)  # credits for its dearest image, as approved (JOB-15)
    axes = models.JSONField(default=list)  # what varies: kind, label, values of each (axes.Axis.stored)
    draw = models.BigIntegerField(default=0)  # what its random parts were drawn with (A8)
    styles = models.JSONField(default=list)  # ids of the styles it was written in, as text
    prompt_version = models.UUIDField(null=True)  # the saved prompt's version it was started from (A20)
    board = models.UUIDField(null=True)  # where its images are put, by an id of the gallery's (A1, C6)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "token"], name="one_run_a_form")]
        indexes = [models.Index(fields=["member", "-created_at"], name="run_recent")]

    def __str__(self) -> str:
        return f"{self.template[:60]} ({self.created_at:%Y-%m-%d %H:%M})"


class Job(models.Model):
    """One image asked of the provider. `move` is the only writer of its state."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="jobs")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    key = models.ForeignKey("accounts.Key", models.PROTECT, related_name="jobs")
    position = models.PositiveIntegerField()
    variation = models.PositiveIntegerField()  # the number of its cell; its repeats share it
    picks = models.JSONField(default=list)  # a label for each of the run's axes
    prompt = models.TextField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    quality = models.CharField(max_length=32, blank=True)
    approved = models.PositiveIntegerField(null=True)  # credits, the most it may cost unasked (JOB-15)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=12, choices=Reason, blank=True, default=Reason.NONE)
    detail = models.CharField(max_length=400, blank=True)
    lane = models.PositiveSmallIntegerField(choices=Lane, default=Lane.NORMAL)
    rank = models.BigIntegerField(default=0)  # the lower goes first within a lane (B13)
    version = models.BigIntegerField(default=0)
    purchase = models.UUIDField(default=uuid.uuid4)
    cost = models.PositiveIntegerField(null=True)
    possibly_charged = models.BooleanField(default=False)
    charged_late = models.PositiveIntegerField(default=0)  # credits, for earlier tries that cost after all
    tries = models.PositiveSmallIntegerField(default=0)
    saves = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    remote_id = models.CharField(max_length=64, blank=True)
    remote_url = models.CharField(max_length=LONGEST_URL, blank=True)
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_is_known"),
            models.UniqueConstraint(fields=["run", "position"], name="one_job_a_position"),
            models.UniqueConstraint(
                fields=["key", "remote_id"], condition=~Q(remote_id=""), name="one_job_a_remote_id"
            ),
        ]
        indexes = [
            models.Index(  # the last one only so that what waits for its time is passed over unread
                fields=["key", "member", "lane", "rank", "created_at", "position", "not_before"],
                condition=Q(state=State.QUEUED),
                name="job_line",
            ),
            models.Index(fields=["key", "state"], name="job_key_state"),
            models.Index(fields=["key", "state", "sent_at"], condition=Q(finished_at=None), name="job_open"),
            models.Index(fields=["member", "version"], name="job_news"),
            models.Index(fields=["member", "-created_at"], condition=Q(state__in=LIVE), name="job_live"),
            models.Index(fields=["state", "lease_until"], name="job_leases"),
            models.Index(
                fields=["width", "height", "quality", "-finished_at"],
                condition=Q(state=State.DONE),
                name="job_durations",
            ),
            models.Index(fields=["-finished_at"], condition=Q(state=State.DONE), name="job_done"),
            models.Index(
                fields=["member", "-created_at"], condition=Q(state__in=NEEDY), name="job_needs_somebody"
            ),
            models.Index(
                fields=["key"], condition=Q(cost=None, completed_at__isnull=False), name="job_unpriced"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.prompt[:60]}"

    @property
    def picture(self) -> Image | None:
        """Return its image, None where there is none or it is in the trash. Needs `image` loaded (C20)."""
        image: Image | None = getattr(self, "image", None)
        return image if image is not None and image.deleted_at is None else None

    def move(
        self,
        to: State,
        *,
        held_by: UUID | None = None,
        only_from: Set[State] | None = None,
        where: Q | None = None,
        **fields: Any,
    ) -> bool:
        """Go to a state from one it may come from; say whether this call was the one that did it.

        With `held_by` the move is fenced: it does nothing once another claim holds the job. With
        `only_from` and `where` it is narrowed to what the caller saw: a job that went on is left alone.
        `where` is a constant. News of a purchase never moves a job that a person's retry bought anew since.
        Must run in a transaction: the member's pulse advances with the row.
        """
        sources = CAME_FROM[to] if only_from is None else CAME_FROM[to] & only_from
        version = Pulse.advance(self.member_id, passing=to in PASSING)
        change = _moving(to, frozenset(sources), held_by is not None, where, tuple(fields))
        guard = {"its_id": self.pk, "its_purchase": self.purchase, "held_by": held_by}
        changed = change(**guard, version=version, **fields)
        if changed:
            for name, value in {"state": to, **fields}.items():
                setattr(self, name, value)
            step(steps, f"is {to}", job=self.pk, key=self.key_id, attempt=self.tries)
        return bool(changed)

    def lose(self, why: str, *, held_by: UUID | None) -> bool:
        """Become unknown: the answer is lost, and the provider may have charged (B11). Errors as `move`."""
        doubt: dict[str, Any] = {"reason": Reason.NO_ANSWER, "detail": why[:400], "possibly_charged": True}
        return self.move(State.UNKNOWN, held_by=held_by, **LET_GO, **doubt)

    def end_waiting(self, *, also_late: bool = False, **fields: Any) -> bool:
        """Finish a cancelled job whose hold is still open; say whether this call was the one that did it.

        With `also_late` one that was finished without anything known to be bought is finished anew: an
        earlier, doubtful try of it was charged after all. Must run in a transaction, as `move`.
        """
        ends = Q(finished_at=None)
        if also_late:
            ends |= Q(completed_at=None, cost=None)
        cancelled = Job.objects.filter(ends, pk=self.pk, purchase=self.purchase, state=State.CANCELLED)
        return bool(cancelled.update(version=Pulse.advance(self.member_id), **fields))


@lru_cache(maxsize=200)  # some forty are in use; a `where` made anew each time would fill any other
def _moving(
    to: State, sources: frozenset[State], fenced: bool, where: Q | None, names: tuple[str, ...]
) -> prepared.Change:
    """Return the guarded update of a move that writes these columns."""
    mine = Q(claim=prepared.uuid("held_by")) if fenced else Q()
    seen = Q(pk=prepared.uuid("its_id"), purchase=prepared.uuid("its_purchase"), state__in=sorted(sources))
    told = prepared.columns(Job, (*names, "version"))
    return prepared.Change(lambda: Job.objects.filter(mine, where or Q(), seen), state=to, **told)


class Purchase(models.Model):
    """One time that credits were set aside for a job: the reference of its ledger entries.

    A person's retry is a new purchase on the same job; the old one keeps its entries. `token` is the
    secret in its webhook address, which names it even where the answer to its submission was lost.
    `told_at` is when a webhook told that it was done, and `cost` what it cost, once that is known then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, models.CASCADE, related_name="purchases")
    key = models.ForeignKey(
        "accounts.Key", models.PROTECT, null=True, related_name="+"
    )  # set when it is sent
    token = models.CharField(max_length=43, unique=True, default=hook_token)
    remote_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    cost = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["remote_id"], condition=~Q(remote_id=""), name="purchase_remote_id"),
            models.Index(
                fields=["told_at"], condition=Q(cost=None, told_at__isnull=False), name="purchase_unpriced"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Attempt(models.Model):
    """One request for a job and its answer, as the wire view shows it (B21); never a key."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=10)  # generate, webhook
    started_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    sentence = models.CharField(max_length=400, blank=True)
    possibly_charged = models.BooleanField(default=False)
    line = models.CharField(max_length=300, blank=True)  # its method and address
    request = models.JSONField(default=dict)
    headers = models.JSONField(default=dict)  # of the answer, those that matter
    response = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.number}: {self.outcome}"

"""What was asked, what the provider said, and what came of it. Each model touches its own row only.

Experiment > Run > Job > Attempt, and an Image for each job that was done. Draft is
what is still being written. Pulse, Request and Governor are the pipeline's own books.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Set
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from studio.doitong.reading import LONGEST_URL
from studio.generation.states import CAME_FROM, Reason, State

LET_GO: Mapping[str, None] = MappingProxyType({"claim": None, "lease_until": None})
"""The columns of a job that no worker holds any more."""


def picture_token() -> str:
    """Return 192 random bits in 32 characters: the name of a picture's renditions (G11)."""
    return secrets.token_urlsafe(24)


class Visibility(models.TextChoices):
    """Who sees an image in the gallery (C7)."""

    TEAM = "team", "Team"
    PRIVATE = "private", "Only me"


class Experiment(models.Model):
    """The named question that runs belong to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="experiments")
    title = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["member", "-used_at"], name="experiment_recent")]

    def __str__(self) -> str:
        return self.title


class Run(models.Model):
    """One press of Generate. It has no state of its own: it is what its jobs are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    experiment = models.ForeignKey(Experiment, models.PROTECT, related_name="runs")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="runs")
    key = models.ForeignKey("accounts.Key", models.PROTECT, related_name="+")
    token = models.CharField(max_length=64)
    template = models.TextField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    parameters = models.JSONField(default=dict)
    each = models.PositiveSmallIntegerField()
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PRIVATE)
    source = models.ForeignKey("generation.Image", models.SET_NULL, null=True, related_name="remixes")
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
    variation = models.PositiveIntegerField()
    picks = models.JSONField(default=list)
    prompt = models.TextField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    quality = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=12, choices=Reason, blank=True, default=Reason.NONE)
    detail = models.CharField(max_length=400, blank=True)
    version = models.BigIntegerField(default=0)
    purchase = models.UUIDField(default=uuid.uuid4)
    cost = models.PositiveIntegerField(null=True)
    possibly_charged = models.BooleanField(default=False)
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
            models.Index(fields=["key", "state", "created_at", "position"], name="job_line"),
            models.Index(fields=["member", "version"], name="job_news"),
            models.Index(fields=["state", "lease_until"], name="job_leases"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.prompt[:60]}"

    def move(
        self, to: State, *, held_by: UUID | None = None, only_from: Set[State] | None = None, **fields: Any
    ) -> bool:
        """Go to a state from one it may come from; say whether this call was the one that did it.

        With `held_by` the move is fenced: it does nothing once another claim holds the job. With
        `only_from` it is narrowed to what the caller saw: a job that went on meanwhile is left alone.
        News of a purchase never moves a job that a person's retry has bought anew since.
        Must run in a transaction: the member's pulse advances with the row.
        """
        mine = Q(claim=held_by) if held_by else Q()
        sources = CAME_FROM[to] if only_from is None else CAME_FROM[to] & only_from
        seen = Job.objects.filter(mine, pk=self.pk, purchase=self.purchase, state__in=sources)
        changed = seen.update(state=to, version=Pulse.advance(self.member_id), **fields)
        if changed:
            for name, value in {"state": to, **fields}.items():
                setattr(self, name, value)
        return bool(changed)

    def lose(self, why: str, *, held_by: UUID | None) -> bool:
        """Become unknown: the answer is lost, and the provider may have charged (B11). Errors as `move`."""
        doubt: dict[str, Any] = {"reason": Reason.NO_ANSWER, "detail": why[:400], "possibly_charged": True}
        return self.move(State.UNKNOWN, held_by=held_by, **LET_GO, **doubt)

    def end_waiting(self, **fields: Any) -> bool:
        """Finish a cancelled job whose hold is still open; say whether this call was the one that did it.

        Must run in a transaction, as `move`.
        """
        waited = Job.objects.filter(
            pk=self.pk, purchase=self.purchase, state=State.CANCELLED, finished_at=None
        )
        return bool(waited.update(version=Pulse.advance(self.member_id), **fields))


class Purchase(models.Model):
    """One time that credits were set aside for a job: the reference of its ledger entries.

    A person's retry is a new purchase on the same job; the old one keeps its entries.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, models.CASCADE, related_name="purchases")

    def __str__(self) -> str:
        return str(self.id)


class Attempt(models.Model):
    """One request for a job and its answer, as the wire view shows it (B21); never a key."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=10)  # generate, download
    started_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    sentence = models.CharField(max_length=400, blank=True)
    possibly_charged = models.BooleanField(default=False)
    request = models.JSONField(default=dict)
    response = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.number}: {self.outcome}"


class Image(models.Model):
    """A finished picture and its recipe. Found again by `uuid`; listed by `id`, newest first."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    job = models.OneToOneField(Job, models.PROTECT, related_name="image")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="images")
    prompt = models.TextField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    format = models.CharField(max_length=8)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    original = models.CharField(max_length=120)
    token = models.CharField(max_length=32, unique=True, default=picture_token)
    colour = models.CharField(max_length=7)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PRIVATE)
    cost = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["visibility", "-id"], name="image_wall"),
            models.Index(fields=["member", "-id"], name="image_member"),
        ]

    def __str__(self) -> str:
        return self.prompt[:80]

    def rendition(self, size: int) -> str:
        """Return the address of the rendition whose long side is `size` pixels."""
        return f"{settings.PICTURES_URL}{self.token}/{size}.webp"


class Draft(models.Model):
    """What a member is writing: saved as they type, so that nothing typed is ever lost (A22)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    fields = models.JSONField(default=dict)
    source = models.ForeignKey(Image, models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["member", "-updated_at"], name="draft_recent")]

    def __str__(self) -> str:
        return str(self.fields.get("template", ""))[:80]


class Pulse(models.Model):
    """A member's count of changes: a page asks for what came after the count it last saw."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def advance(cls, member_id: UUID) -> int:
        """Count one more change and return the count; the row stays locked until the commit."""
        row = Pulse.objects.filter(pk=member_id)
        if not row.update(value=F("value") + 1):
            Pulse.objects.bulk_create([Pulse(member_id=member_id)], ignore_conflicts=True)
            row.update(value=F("value") + 1)
        return int(row.values_list("value", flat=True).get())

    @classmethod
    def of(cls, member_id: UUID) -> int:
        """Return the count now, 0 for a member to whom nothing happened yet."""
        return Pulse.objects.filter(pk=member_id).values_list("value", flat=True).first() or 0


class Governor(models.Model):
    """How an API key stands with the provider's limits; locked while a request is granted (B6)."""

    key = models.OneToOneField("accounts.Key", models.CASCADE, primary_key=True, related_name="governor")
    paused_until = models.DateTimeField(null=True)
    learned_per_minute = models.PositiveIntegerField(null=True)
    looked_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"governor of {self.key_id}"


class Request(models.Model):
    """One request granted to a key: what the provider's window of a minute and day will count."""

    class Verb(models.TextChoices):
        """What was asked."""

        GENERATE = "generate"
        TURNED_AWAY = "turned_away"  # asked for an image too early: of the minute's, not of the day's
        LOOK = "look"

    key = models.ForeignKey("accounts.Key", models.CASCADE, related_name="+")
    verb = models.CharField(max_length=12, choices=Verb)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["key", "at"], name="request_window"),
            models.Index(fields=["key", "verb", "at"], name="request_day"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%H:%M:%S}"

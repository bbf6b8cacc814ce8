"""The pipeline's own books: who is told, what the limits count, who is paused, what is alive."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.conf import settings
from django.db import connection, models
from django.db.models import Q

from studio import bells, prepared

ADVANCE = """
    INSERT INTO generation_pulse (member_id, value) VALUES (%s, 1)
    ON CONFLICT (member_id) DO UPDATE SET value = generation_pulse.value + 1 RETURNING value
"""
PASSING = "~"  # ends the note of a bell for a change that another one follows at once


class Pulse(models.Model):
    """A member's count of changes: a page asks for what came after the count it last saw."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def advance(cls, member_id: UUID, *, passing: bool = False) -> int:
        """Count one more change and return the count; the row stays locked until the commit.

        A `passing` one is likely to be followed by another at once: pages are told of both together.
        """
        with connection.cursor() as cursor:  # one statement: it is part of every move of every job
            cursor.execute(ADVANCE, [cls._meta.pk.get_db_prep_value(member_id, connection)])
            [value] = cursor.fetchone()
        bells.ring_on_commit(bells.NEWS, f"{member_id.hex}:{value}{PASSING if passing else ''}")
        return int(value)

    @classmethod
    def of(cls, member_id: UUID) -> int:
        """Return the count now, 0 for a member to whom nothing happened yet."""
        return _VALUE.first(member=member_id) or 0


_VALUE = prepared.Rows(
    lambda: Pulse.objects.filter(pk=prepared.uuid("member")).values_list("value", flat=True)
)


class Governor(models.Model):
    """How a Doitong account stands with the provider's limits; locked while a request is granted (B6).

    Keys of one account share it (S96): its id is `Key.account`. The `rate_` columns are what the
    newest answer's headers said (B23).
    """

    account = models.UUIDField(primary_key=True)
    paused_until = models.DateTimeField(null=True)
    learned_per_minute = models.PositiveIntegerField(null=True)
    looked_at = models.DateTimeField(null=True)
    hooked_at = models.DateTimeField(null=True)  # when a webhook came last: questions may slow down
    rate_limit = models.PositiveIntegerField(null=True)
    rate_remaining = models.PositiveIntegerField(null=True)
    rate_reset_at = models.DateTimeField(null=True)
    rate_seen_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"governor of {self.account}"


class Request(models.Model):
    """One request granted to an account: what the provider's window of a minute and day will count."""

    class Verb(models.TextChoices):
        """What was asked."""

        GENERATE = "generate"
        TURNED_AWAY = "turned_away"  # asked for an image too early: of the minute's, not of the day's
        LOOK = "look"

    account = models.UUIDField()
    verb = models.CharField(max_length=12, choices=Verb)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="request_window"),
            models.Index(fields=["account", "verb", "at"], name="request_day"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%H:%M:%S}"


class Turn(models.Model):
    """When a member's job was last sent on an account: who was served longest ago goes next (B14)."""

    account = models.UUIDField()
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    served_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "member"], name="one_turn_a_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.served_at:%H:%M:%S}"


class Pause(models.Model):
    """New sends stand still: everybody's, a key's or a member's; what runs goes on (B15).

    With neither key nor member it is everybody's. Kept after its end, as history.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey("accounts.Key", models.CASCADE, null=True, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["created_at"], condition=Q(ended_at=None), name="pause_open")]

    def __str__(self) -> str:
        return self.reason or "paused"


class Heartbeat(models.Model):
    """When a process that must be alive last did what it is for (G5)."""

    name = models.CharField(max_length=20)  # queue, watcher
    machine = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "machine"], name="one_heart_a_machine")]

    def __str__(self) -> str:
        return f"{self.name} on {self.machine}"

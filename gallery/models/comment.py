"""What is said about an image, also on a spot of it, and who is called by name. Own rows only."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

MOST_CHARACTERS = 4000


class Comment(models.Model):
    """One thing said: a comment, a reply to one, or a pin, which is a comment with a place (C13, C14).

    The place is relative: 0 to 1 of the picture's width and height. A deleted one keeps its row, without
    its words, so that the replies below it and the numbers of other pins stay.
    """

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    image = models.ForeignKey("generation.Image", models.CASCADE, related_name="comments")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    text = models.TextField(max_length=MOST_CHARACTERS, blank=True)
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    pin = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "pin"], name="one_pin_a_number"),
            models.CheckConstraint(
                condition=Q(pin=None, x=None, y=None)
                | Q(pin__gte=1, x__range=(0, 1), y__range=(0, 1), parent=None),
                name="pin_on_the_picture",
            ),
        ]
        indexes = [models.Index(fields=["image", "id"], name="comment_of_image")]

    def __str__(self) -> str:
        return self.text[:80]


class Mention(models.Model):
    """A member called by name in a comment; unread until they look."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentions")
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "member"], name="one_mention_each")]
        indexes = [
            models.Index(fields=["member", "-id"], name="mention_mine"),
            models.Index(fields=["member"], condition=Q(read_at=None), name="mention_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.comment_id}"

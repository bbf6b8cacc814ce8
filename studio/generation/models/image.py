"""What came of it, and what is still being written: Image and Draft. Own rows only."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Substr
from django.urls import reverse

PROMPT_LOOKED_UP = 60  # characters: an index holds no whole prompt


def picture_token() -> str:
    """Return 192 random bits in 32 characters: the name of a picture's renditions (G11)."""
    return secrets.token_urlsafe(24)


class Visibility(models.TextChoices):
    """Who sees an image in the gallery (C7)."""

    TEAM = "team", "Team"
    PRIVATE = "private", "Only me"


class Image(models.Model):
    """A finished picture and its recipe. Found again by `uuid`; listed by `id`, newest first."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    job = models.OneToOneField("generation.Job", models.PROTECT, related_name="image")
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
    palette = models.CharField(max_length=60, default="", blank=True)  # “c4512d:62 …” once drawn (C24)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PRIVATE)
    cost = models.PositiveIntegerField(null=True)
    rendered_at = models.DateTimeField(null=True)  # null: its renditions do not exist yet, the original does
    deleted_at = models.DateTimeField(null=True)  # in the trash since then: nobody's list has it (C20)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(rendered_at=None), name="image_unrendered"),
            models.Index(fields=["id"], condition=models.Q(palette=""), name="image_colourless"),
            models.Index(fields=["visibility", "-id"], name="image_wall"),
            models.Index(fields=["member", "-id"], name="image_member"),
            models.Index(Substr("prompt", 1, PROMPT_LOOKED_UP), name="image_words"),  # made already? (A32)
            models.Index(fields=["sha256"], name="image_fingerprint"),
            models.Index(
                fields=["deleted_at"], condition=models.Q(deleted_at__isnull=False), name="image_trash"
            ),
        ]

    def __str__(self) -> str:
        return self.prompt[:80]

    def rendition(self, size: int) -> str:
        """Return the address of the rendition whose long side is `size` pixels."""
        return f"{settings.PICTURES_URL}{self.token}/{size}.webp"

    def shown(self, size: int) -> str:
        """Return where it is seen at about that size: its original until there are renditions."""
        return self.rendition(size) if self.rendered_at else reverse("image_original", args=[self.uuid])

    @property
    def thumb(self) -> str:
        """Return where it is seen small, at up to 256 pixels."""
        return self.shown(256)


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

"""What is shown to people without an account: GuestLink, what it holds, who came, and what they said (C18).

Own rows only. The secret of a link is never here in plain, nor is its password.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

MOST_STARS = 5
MOST_SAID = 2000  # characters of a guest's comment
MOST_NAME = 60


class Source(models.TextChoices):
    """What a link was made from."""

    BOARD = "board", "Board"
    SELECTION = "selection", "Selection"
    SEARCH = "search", "Search"


class Naming(models.TextChoices):
    """Whether a guest is asked for a name before the pictures are shown."""

    NO = "no", "Do not ask"
    MAY = "may", "Ask, but let them go on without"
    MUST = "must", "Ask, and wait for it"


class GuestLink(models.Model):
    """A set of images for guests, as its maker put it together. Found by its secret's hash alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=80)
    secret = models.CharField(max_length=64, unique=True)  # its SHA-256
    password = models.CharField(max_length=200, blank=True)  # as Django hashes one; empty: none is asked
    source = models.CharField(max_length=9, choices=Source)
    board = models.UUIDField(null=True)  # of a board: what is taken out of it is no longer shown
    query = models.CharField(max_length=400, blank=True)  # of a search: what was searched for
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="guest_links")
    at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    naming = models.CharField(max_length=4, choices=Naming, default=Naming.MAY)
    may_star = models.BooleanField(default=True)
    may_pick = models.BooleanField(default=True)
    may_comment = models.BooleanField(default=True)
    may_download = models.BooleanField(default=False)
    shows_prompts = models.BooleanField(default=False)
    shows_costs = models.BooleanField(default=False)
    shows_names = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(source__in=Source.values), name="guest_source_known"),
            models.CheckConstraint(condition=Q(naming__in=Naming.values), name="guest_naming_known"),
        ]
        indexes = [models.Index(fields=["by", "-at"], name="guest_link_mine")]

    def __str__(self) -> str:
        return self.title


class GuestItem(models.Model):
    """An image of a link, under the number that everybody calls it by."""

    id = models.BigAutoField(primary_key=True)
    link = models.ForeignKey(GuestLink, models.CASCADE, related_name="items")
    image = models.ForeignKey("generation.Image", models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    private = models.BooleanField()  # its maker's alone when they put it in: theirs to show by this link

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "number"], name="guest_one_item_a_number"),
            models.UniqueConstraint(fields=["link", "image"], name="guest_one_item_an_image"),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.link_id}"


class Guest(models.Model):
    """Somebody who came by a link: a name, if they gave one. Known by the link's own cookie."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(GuestLink, models.CASCADE, related_name="guests")
    name = models.CharField(max_length=MOST_NAME, blank=True)
    at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["link", "at"], name="guest_of_link")]

    def __str__(self) -> str:
        return self.name or "A guest"


class GuestMark(models.Model):
    """A guest's own stars and pick for an image; neither is a row without either."""

    guest = models.ForeignKey(Guest, models.CASCADE, related_name="marks")
    item = models.ForeignKey(GuestItem, models.CASCADE, related_name="marks")
    stars = models.PositiveSmallIntegerField(null=True)
    picked = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["guest", "item"], name="guest_one_mark_each"),
            models.CheckConstraint(
                condition=Q(stars=None) | Q(stars__range=(1, MOST_STARS)), name="guest_stars_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stars or 0} of {MOST_STARS}{', picked' if self.picked else ''}"


class GuestComment(models.Model):
    """What a guest said of an image: plain words, never changed."""

    id = models.BigAutoField(primary_key=True)
    guest = models.ForeignKey(Guest, models.CASCADE, related_name="comments")
    item = models.ForeignKey(GuestItem, models.CASCADE, related_name="comments")
    text = models.CharField(max_length=MOST_SAID)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["item", "id"], name="guest_comment_of_item")]

    def __str__(self) -> str:
        return self.text[:80]

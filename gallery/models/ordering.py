"""Where images lie and what they are called: boards, tags, favourites, saved searches. Own rows only."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

LONGEST_NAME = 80  # characters of a board's or a search's name
LONGEST_TAG = 40
LONGEST_SEARCH = 1000


class Board(models.Model):
    """A board of the team, or a folder: a board that holds boards, never another folder (C6).

    One that was removed keeps its images for as long as the trash keeps what is in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=LONGEST_NAME)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="boards")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="boards")
    position = models.IntegerField(default=0)  # the lower stands first, beside others of its folder
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["parent", "position"], name="board_order")]

    def __str__(self) -> str:
        return self.name


class BoardImage(models.Model):
    """An image on a board: one image may lie on many, on each once."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="lying")
    image = models.ForeignKey("generation.Image", models.CASCADE, related_name="lying")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "image"], name="once_on_a_board")]

    def __str__(self) -> str:
        return f"{self.image_id} on {self.board_id}"


class Tag(models.Model):
    """A word or a few that images are found by: small letters, so that nobody makes two of one."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=LONGEST_TAG, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImageTag(models.Model):
    """An image's tag."""

    image = models.ForeignKey("generation.Image", models.CASCADE, related_name="tagged")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["image", "tag"], name="tagged_once")]

    def __str__(self) -> str:
        return f"{self.image_id}: {self.tag_id}"


class Favourite(models.Model):
    """An image that a member wants to find again; nobody else sees that (C11)."""

    image = models.ForeignKey("generation.Image", models.CASCADE, related_name="fans")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="favourites")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "image"], name="one_favourite_each")]

    def __str__(self) -> str:
        return f"{self.image_id} of {self.member_id}"


class SavedSearch(models.Model):
    """A search kept under a name, a board that fills itself (C5). Shared, others may open it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_SEARCH)  # the end of the gallery's address, without “?”
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="searches")
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["member", "name"], name="search_mine")]

    def __str__(self) -> str:
        return self.name

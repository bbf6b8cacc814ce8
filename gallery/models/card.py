"""What the wall and the search read: Card, and what is counted over all cards: Tally, Word. Own rows only.

All of it is derived from images and what was said of them, and kept by `gallery.cards` alone. It can be
made anew at any time; nothing is lost with it. On SQLite an FTS5 table follows `words` and `facets` by
triggers, on PostgreSQL a generated column does (migrations/0002).
"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from studio.generation.models import Image

TEAM = ""
"""What `seen_by` says of an image that everybody may see; else it is the hex id of its maker."""


class RowOneToOne(models.OneToOneField[Any, Any]):
    """A primary key that SQLite takes for the row's own number, so that a look-up is one step."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """Return "integer" on SQLite: only that is the row's number there."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Card(models.Model):
    """An image as the wall draws it and as it is searched: its words, its facets, its drawn tile.

    `words` and `facets` are tokens with a space between (gallery.tokens). An image in the trash has none.
    """

    image = RowOneToOne(Image, models.CASCADE, primary_key=True, related_name="card")
    seen_by = models.CharField(max_length=32, default=TEAM)
    run = models.UUIDField()
    words = models.TextField()
    facets = models.TextField()
    html = models.TextField()
    version = models.BigIntegerField(default=0)  # microseconds: when it was last written, for open pages

    class Meta:
        indexes = [
            models.Index(fields=["version"], name="card_news"),
            models.Index(fields=["seen_by", "image"], name="card_seen"),
            models.Index(fields=["run", "image"], name="card_run"),
        ]

    def __str__(self) -> str:
        return self.words[:80]


class Tally(models.Model):
    """How many cards have a facet: those of the team, or the private ones of a member."""

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=80)
    seen_by = models.CharField(max_length=32)
    count = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seen_by", "token"], name="one_tally")]

    def __str__(self) -> str:
        return f"{self.token}: {self.count}"


class Word(models.Model):
    """A word that occurs somewhere, for finding what begins with some letters. Shown to nobody."""

    text = models.CharField(max_length=64, primary_key=True)

    def __str__(self) -> str:
        return self.text

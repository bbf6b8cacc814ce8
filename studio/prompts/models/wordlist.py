"""A word list: what `__name__` in a template stands for. Touches its own row only."""

from __future__ import annotations

from django.db import models

from studio.prompts.models.kept import PRESENT, Kept


class WordList(Kept):
    """Entries, one a line, as they were typed: empty lines and lines that begin with # are for people.

    `count`, `size` and `needs` are read out of the text when it is saved: how many entries and characters
    it has, and the names of the lists that it asks for.
    """

    name = models.CharField(max_length=120)  # "animals/cats": folders by "/"
    description = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    count = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)
    needs = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name"], condition=PRESENT, name="wordlist_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> str:
        """What stands before the last "/" of its name, "" at the top."""
        return self.name.rpartition("/")[0]

"""A style: words that are put around a prompt. Touches its own row only."""

from __future__ import annotations

from django.db import models

from studio.prompts import styling
from studio.prompts.models.kept import PRESENT, Kept


class Style(Kept):
    """Words with `{prompt}` where the prompt goes, or words that follow it (A18).

    `negative` is what other tools keep as a negative prompt: the provider has none (S91), so it is a note
    that survives the way in and out. `extra` are the other columns of the file that it came from.
    """

    name = models.CharField(max_length=120)
    category = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    negative = models.TextField(blank=True)
    order = models.PositiveIntegerField(default=0)  # within its category; the name decides among equals
    sample = models.UUIDField(null=True, blank=True)  # an image; another room knows what it looks like
    extra = models.JSONField(default=dict, blank=True)
    needs = models.JSONField(default=list, blank=True)  # the word lists that its text asks for

    class Meta:
        ordering = ["category", "order", "name"]
        constraints = [models.UniqueConstraint(fields=["name"], condition=PRESENT, name="style_name_once")]

    def __str__(self) -> str:
        return self.name

    def apply(self, template: str) -> str:
        """Return the template in this style: in place of `{prompt}`, else the style after a comma."""
        return styling.apply(self.text, template)

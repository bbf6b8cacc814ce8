"""A chip: a few words that are put into a prompt with one press (A27). Touches its own row only."""

from __future__ import annotations

from django.db import models

from studio.prompts.models.kept import Kept


class Category(models.TextChoices):
    """What a prompt is made of, in the order in which one thinks of it."""

    SUBJECT = "subject", "Subject"
    STYLE = "style", "Style"
    LIGHT = "light", "Light"
    CAMERA = "camera", "Camera"
    COMPOSITION = "composition", "Composition"
    MOOD = "mood", "Mood"


class Chip(Kept):
    """What is written on it, and the words that it puts at the cursor."""

    category = models.CharField(max_length=12, choices=Category)
    label = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["category", "order", "label"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(category__in=Category.values), name="chip_category_known"
            )
        ]

    def __str__(self) -> str:
        return self.label

"""A project of the team: what runs, budgets and defaults may be of. Touches its own rows only.

What is of no project is called `GENERAL` everywhere, and needs no row.
"""

import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from studio.accounts.models.member import Member

GENERAL = "General"


class Project(models.Model):
    """What the team works on. Never deleted: an archived one spends no more, and keeps its history (E8)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    folded = models.CharField(max_length=160, unique=True, editable=False)  # the name, however it is spelled
    note = models.CharField(max_length=400, blank=True)
    others_approve = models.BooleanField(default=False)  # nobody approves an image of their own in it (C12)
    archived_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    members: "models.ManyToManyField[Member, ProjectMember]" = models.ManyToManyField(
        Member, through="ProjectMember", related_name="projects"
    )

    class Meta:
        ordering = ["folded"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the name's folded form in step, so that no two projects differ in capitals alone."""
        self.folded = folded(self.name)
        if "update_fields" in kwargs:
            kwargs["update_fields"] = {*kwargs["update_fields"], "folded"}
        super().save(*args, **kwargs)


class ProjectMember(models.Model):
    """Somebody who may spend in a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "member"], name="in_a_project_once")]

    def __str__(self) -> str:
        return f"{self.member} in {self.project}"


def folded(name: str) -> str:
    """Return a name as it is compared: without capitals and doubled spaces."""
    return " ".join(name.split()).casefold()[:160]

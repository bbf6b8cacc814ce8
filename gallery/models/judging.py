"""What the team thinks of an image: stars, where it stands in review, and who decided what. Own rows only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

MOST_STARS = 5
MOST_REASON = 1000  # characters


class Status(models.TextChoices):
    """Where an image stands in review (C12)."""

    OPEN = "open", "Open"
    PROPOSED = "proposed", "Proposed"
    CHANGES = "changes", "Changes wanted"
    APPROVED = "approved", "Approved"
    FINAL = "final", "Final"
    REJECTED = "rejected", "Rejected"


class Rating(models.Model):
    """A member's own stars for an image (C10)."""

    image = models.ForeignKey("generation.Image", models.CASCADE, related_name="ratings")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    stars = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "member"], name="one_rating_each"),
            models.CheckConstraint(condition=Q(stars__range=(1, MOST_STARS)), name="rating_stars_known"),
        ]
        indexes = [models.Index(fields=["member", "-image"], name="rating_mine")]

    def __str__(self) -> str:
        return f"{self.stars} of {MOST_STARS}"


class Review(models.Model):
    """Where an image stands, and two counts: of its decisions, and of everything said about it.

    An image without a row is open, and nobody said anything yet.
    """

    image = models.OneToOneField("generation.Image", models.CASCADE, primary_key=True, related_name="review")
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    number = models.PositiveIntegerField(default=0)  # of the decision that put it there; 0: none yet
    at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    said = models.PositiveIntegerField(default=0)  # grows with each change that an open page is to show

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="review_status_known")
        ]
        indexes = [models.Index(fields=["status", "-image"], condition=~Q(status="open"), name="review_wall")]

    def __str__(self) -> str:
        return self.get_status_display()

    @classmethod
    def locked(cls, image_id: int) -> Review:
        """Return an image's row, locked until the commit; made where there was none."""
        Review.objects.bulk_create([Review(image_id=image_id)], ignore_conflicts=True)
        return Review.objects.select_for_update().get(pk=image_id)


class Decision(models.Model):
    """A change of an image's status: from where to where, by whom, when and why. Never changed or deleted.

    It outlives its image, as an entry outlives its job: the reference is kept without a constraint.
    """

    image = models.ForeignKey(
        "generation.Image", models.DO_NOTHING, db_constraint=False, related_name="decisions"
    )
    number = models.PositiveIntegerField()  # 1, 2, 3 …: two cannot both be the next one
    was = models.CharField(max_length=8, choices=Status)
    status = models.CharField(max_length=8, choices=Status)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=MOST_REASON, blank=True)
    taken_back = models.BooleanField(default=False)  # undoes the one before
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "number"], name="one_decision_a_number"),
            models.CheckConstraint(
                condition=Q(status__in=Status.values, was__in=Status.values), name="decision_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_was_display()} to {self.get_status_display()}"


class ReviewRule(models.Model):
    """The team's rule for deciding: one row, the owners' decision. Without a row it is as by default."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    others_approve = models.BooleanField(default=False)  # nobody approves an image of their own
    changed_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="review_rule_is_one")]

    def __str__(self) -> str:
        return "Others approve" if self.others_approve else "Own work may be approved"

    @classmethod
    def present(cls) -> ReviewRule:
        """Return what holds now."""
        return cls.objects.first() or cls()

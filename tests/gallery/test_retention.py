"""What was rejected goes into the trash after its days, and comes back out of it whole (G13)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from gallery.models import Review
from gallery.models.judging import Status
from studio.accounts.models import Member
from studio.generation import trash
from studio.generation.models import Image
from tests.gallery import factories

pytestmark = pytest.mark.django_db(transaction=True)
DAYS = timedelta(days=1)


def judged(member: Member, status: Status, days: int) -> Image:
    """Return an image that was put there so many days ago."""
    image = factories.image(member)
    Review.objects.create(image=image, status=status, at=timezone.now() - days * DAYS)
    return image


def test_g13_only_what_was_rejected_long_ago_is_thrown_away_and_it_comes_back(
    member: Callable[..., Member], settings: Settings
) -> None:
    ada = member()
    old, young = judged(ada, Status.REJECTED, 15), judged(ada, Status.REJECTED, 13)
    approved = judged(ada, Status.APPROVED, 99)
    trash.nightly(timezone.now())
    assert not Image.objects.exclude(deleted_at=None).exists()  # nothing happens by itself
    settings.REJECTED_DAYS = 14
    trash.nightly(timezone.now())
    gone = Image.objects.exclude(deleted_at=None)
    assert [(image.pk, image.deleted_by) for image in gone] == [(old.pk, None)]
    trash.fetch_back([old.pk])
    assert Image.objects.filter(deleted_at=None).count() == 3
    assert (settings.PICTURES / old.token).is_dir()
    assert {young.pk, approved.pk} <= set(Image.objects.values_list("pk", flat=True))


def test_g13_what_was_thrown_away_so_is_removed_after_the_days_of_the_trash(
    member: Callable[..., Member], settings: Settings
) -> None:
    settings.REJECTED_DAYS, settings.TRASH_DAYS = 14, 30
    judged(member(), Status.REJECTED, 20)
    now = timezone.now()
    trash.nightly(now)
    trash.nightly(now + 29 * DAYS)
    assert Image.objects.count() == 1
    trash.nightly(now + 31 * DAYS)
    assert Image.objects.count() == 0

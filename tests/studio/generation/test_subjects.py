"""What a line of the ledger shows of what it paid for: a picture, or where it went (C20)."""

import pytest
from django.utils import timezone

from studio.generation import subjects
from studio.generation.models import Image, Job, Purchase
from studio.generation.states import State
from tests.studio.generation.rows import a_job, a_key, a_member, a_run, an_image

pytestmark = pytest.mark.django_db


def shown(job: Job) -> tuple[bool, str]:
    """Return whether a picture is shown, and the remark."""
    purchase = Purchase.objects.get(job=job)
    subject = subjects.resolve([purchase.pk])[purchase.pk]
    return bool(subject.src), subject.note


def test_a_picture_is_shown_until_it_lies_in_the_trash() -> None:
    member = a_member()
    job = a_job(a_run(member, a_key(member)), State.DONE)
    assert shown(job) == (False, "Done")
    image = an_image(job)
    assert shown(job) == (True, "")
    Image.objects.filter(pk=image.pk).update(deleted_at=timezone.now())
    assert shown(job) == (False, "In the trash")

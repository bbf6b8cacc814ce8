"""A gallery is filled while the studio goes on drawing: no id is given twice."""

import pytest

from gallery import seeding
from studio.accounts.models import Member
from studio.generation.models import Image
from tests.gallery import factories

pytestmark = pytest.mark.django_db


def test_images_that_are_drawn_meanwhile_come_behind_the_seeded(
    ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeding, "BITE", 8)
    drawn: list[Image] = []
    before = factories.rows(ada, ["there before"])[0]
    seeding.seed(16, files=1, say=lambda _: drawn.extend(factories.rows(ada, ["a red dune"])))
    seeded = Image.objects.exclude(prompt__in=["a red dune", "there before"])
    assert seeded.count() == 16
    assert [one.pk for one in drawn] == [before.pk + 17, before.pk + 18]

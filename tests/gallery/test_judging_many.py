"""Stars and decisions for many images at once, and taken back (C10, C12, C19)."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from gallery import bulk, deciding, selection
from gallery.models import Decision, Rating, Review, ReviewRule, Status
from gallery.refusals import Impossible
from studio.accounts.models import Member
from studio.generation.models import Image
from tests.conftest import MakeMember
from tests.gallery import factories
from tests.gallery.factories import PRIVATE

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita(member: MakeMember) -> Member:
    return member("reviewer", name="Rita Ruiz")


def chosen(images: list[Image]) -> selection.Selection:
    return selection.of([str(image.uuid) for image in images])


def run(member: Member, name: str, images: list[Image], **form: str) -> bulk.Done:
    asked = QueryDict(mutable=True)
    asked.update(form)
    return bulk.run(member, name, chosen(images), asked)


def statuses(images: list[Image]) -> list[str]:
    found = dict(Review.objects.values_list("image", "status"))
    return [found.get(image.pk, "open") for image in images]


def test_stars_are_given_and_taken_back(ada: Member, bob: Member) -> None:
    images = factories.rows(bob, ["one", "two", "three"])
    run(ada, "rate", images[:1], stars="2")
    done = run(ada, "rate", images, stars="5")
    assert list(Rating.objects.order_by("image").values_list("stars", flat=True)) == [5, 5, 5]
    assert done.deed is not None
    assert bulk.take_back(done.deed)
    assert list(Rating.objects.values_list("image", "stars")) == [(images[0].pk, 2)]


def test_what_cannot_be_moved_is_counted_and_the_rest_is_done(rita: Member, ada: Member, bob: Member) -> None:
    images = factories.rows(ada, ["one", "two", "three"])
    hidden = factories.rows(bob, ["secret"], visibility=PRIVATE)
    deciding.decide(rita, images[0], Status.APPROVED, seen=0)
    done = run(rita, "status", [*images, *hidden], to="approved")
    assert done.sentence == "2 images now approved; 1 cannot be moved so, 1 is not yours to change."
    assert statuses([*images, *hidden]) == ["approved", "approved", "approved", "open"]


def test_taking_back_leaves_what_was_decided_since(rita: Member, ada: Member, member: MakeMember) -> None:
    images = factories.rows(ada, ["one", "two"])
    done = run(rita, "status", images, to="rejected")
    deciding.decide(member("owner"), images[0], Status.APPROVED, seen=1)
    assert done.deed is not None
    bulk.take_back(done.deed)
    assert statuses(images) == ["approved", "open"]
    last = Decision.objects.filter(image=images[1]).latest("number")
    assert (last.number, last.taken_back) == (2, True)


def test_a_designer_proposes_their_own_of_a_selection(ada: Member, bob: Member) -> None:
    images = [*factories.rows(ada, ["mine"]), *factories.rows(bob, ["theirs"])]
    assert "1 is not yours" in run(ada, "status", images, to="proposed").sentence
    assert statuses(images) == ["proposed", "open"]
    nothing = run(ada, "status", images, to="approved")
    assert nothing.sentence == "Nothing was changed: 1 cannot be moved so, 1 is not yours to change."
    assert nothing.deed is None


def test_the_rule_holds_for_many(rita: Member, ada: Member) -> None:
    ReviewRule.objects.create(others_approve=True)
    images = [*factories.rows(rita, ["mine"]), *factories.rows(ada, ["theirs"])]
    run(rita, "status", images, to="approved")
    assert statuses(images) == ["open", "approved"]


@pytest.mark.parametrize(("name", "form"), [("rate", {"stars": "6"}), ("rate", {}), ("status", {"to": "x"})])
def test_what_makes_no_sense_is_refused(ada: Member, name: str, form: dict[str, str]) -> None:
    with pytest.raises(Impossible):
        run(ada, name, factories.rows(ada, ["one"]), **form)


@pytest.mark.parametrize(("name", "form"), [("rate", {"stars": "4"}), ("status", {"to": "approved"})])
def test_many_take_as_many_queries_as_few(rita: Member, ada: Member, name: str, form: dict[str, str]) -> None:
    counts = set()
    for more in (5, 60):
        images = factories.rows(ada, ["one"] * more)
        with CaptureQueriesContext(connection) as made:
            run(rita, name, images, **form)
        counts.add(len(made))
    assert len(counts) == 1

"""Who moves an image to which status, what is kept of it, and who was faster (C12)."""

import pytest
from django.db import IntegrityError, transaction

from gallery import deciding, moves, standing
from gallery.models import Decision, Review, ReviewRule, Status
from gallery.refusals import Impossible, NotTheirs, Overtaken, Refused
from studio.accounts.models import Member, Project, Role
from studio.generation.models import Image, Run
from tests.conftest import MakeMember
from tests.gallery import factories

pytestmark = pytest.mark.django_db

OPEN, PROPOSED, CHANGES, APPROVED, FINAL, REJECTED = Status


@pytest.fixture
def rita(member: MakeMember) -> Member:
    return member("reviewer", name="Rita Ruiz")


@pytest.fixture
def image(ada: Member) -> Image:
    return factories.rows(ada, ["a dune"])[0]


def steps(image: Image) -> list[tuple[str, str]]:
    return list(Decision.objects.filter(image=image).order_by("number").values_list("was", "status"))


class TestMap:
    """The moves, as pure words"""

    @pytest.mark.parametrize("role", [Role.REVIEWER, Role.CREDIT_ADMIN, Role.OWNER])
    def test_who_reviews_may_every_move_of_the_map(self, role: str) -> None:
        for to in Status:
            for was in moves.CAME_FROM[to]:
                assert not moves.refusal(role=role, own=False, was=was, to=to, others_approve=True)

    def test_nothing_becomes_what_it_is_and_only_what_is_approved_becomes_final(self) -> None:
        assert not any(moves.possible(status, status) for status in Status)
        assert [was for was in Status if moves.possible(was, FINAL)] == [APPROVED]

    def test_a_designer_proposes_and_takes_that_back_and_nothing_else(self) -> None:
        may = [
            (was, to)
            for was in Status
            for to in Status
            if not moves.refusal(role=Role.DESIGNER, own=True, was=was, to=to, others_approve=False)
        ]
        assert may == [(OPEN, PROPOSED), (PROPOSED, OPEN), (CHANGES, PROPOSED)]

    def test_of_a_colleagues_image_a_designer_decides_nothing(self) -> None:
        assert not moves.offered(role=Role.DESIGNER, own=False, was=OPEN, others_approve=False)

    @pytest.mark.parametrize(("was", "pick"), [(OPEN, APPROVED), (PROPOSED, APPROVED), (APPROVED, FINAL)])
    def test_a_pick_is_what_the_role_may(self, was: Status, pick: Status) -> None:
        assert moves.picked(role=Role.REVIEWER, was=was) == pick
        assert moves.picked(role=Role.DESIGNER, was=was) == PROPOSED


class TestDeciding:
    def test_an_image_goes_its_way_and_every_step_is_kept(
        self, ada: Member, rita: Member, image: Image
    ) -> None:
        deciding.decide(ada, image, PROPOSED, seen=0)
        deciding.decide(rita, image, CHANGES, seen=1, reason=" too dark ")
        deciding.decide(ada, image, PROPOSED, seen=2)
        deciding.decide(rita, image, APPROVED, seen=3)
        deciding.decide(rita, image, FINAL, seen=4)
        review = Review.objects.get(image=image)
        assert (review.status, review.number, review.by) == (FINAL, 5, rita)
        assert steps(image) == [
            (OPEN, PROPOSED),
            (PROPOSED, CHANGES),
            (CHANGES, PROPOSED),
            (PROPOSED, APPROVED),
            (APPROVED, FINAL),
        ]
        second = standing.history(image)[3]
        assert (second.member, second.reason, second.number) == (rita, "too dark", 2)

    def test_the_later_of_two_sees_what_happened(
        self, rita: Member, member: MakeMember, image: Image
    ) -> None:
        other = member("owner", name="Olga Orlova")
        deciding.decide(other, image, REJECTED, seen=0, reason="off brief")
        with pytest.raises(Overtaken, match="Olga Orlova rejected it: “off brief” Look again"):
            deciding.decide(rita, image, APPROVED, seen=0)
        assert steps(image) == [(OPEN, REJECTED)]
        deciding.decide(rita, image, APPROVED, seen=1)
        assert Review.objects.get(image=image).status == APPROVED

    def test_said_twice_it_is_done_once(self, rita: Member, image: Image) -> None:
        for _ in range(2):
            assert deciding.decide(rita, image, APPROVED, seen=0).number == 1
        assert steps(image) == [(OPEN, APPROVED)]

    def test_two_decisions_never_have_one_number(self, rita: Member, image: Image) -> None:
        deciding.decide(rita, image, APPROVED, seen=0)
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(image=image, number=1, was=OPEN, status=REJECTED, member=rita)

    @pytest.mark.parametrize("verb", ["update", "delete"])
    def test_the_database_refuses_to_rewrite_one(self, rita: Member, image: Image, verb: str) -> None:
        deciding.decide(rita, image, APPROVED, seen=0)
        rows = Decision.objects.filter(image=image)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(reason="other") if verb == "update" else rows.delete()

    @pytest.mark.parametrize("to", [APPROVED, FINAL, REJECTED, CHANGES])
    def test_a_designer_is_told_who_decides(self, ada: Member, image: Image, to: Status) -> None:
        with pytest.raises(NotTheirs, match="Reviewers decide this"):
            deciding.decide(ada, image, to, seen=0)
        assert steps(image) == []

    def test_a_designer_proposes_no_colleagues_image(self, bob: Member, image: Image) -> None:
        with pytest.raises(NotTheirs, match="Reviewers decide about images of others"):
            deciding.decide(bob, image, PROPOSED, seen=0)

    def test_what_cannot_follow_is_refused_in_words(self, rita: Member, image: Image) -> None:
        with pytest.raises(Impossible, match="What is open cannot become final in one step"):
            deciding.decide(rita, image, FINAL, seen=0)

    def test_a_reason_has_an_end(self, rita: Member, image: Image) -> None:
        with pytest.raises(Impossible, match="The reason has 10,000 characters"):
            deciding.decide(rita, image, APPROVED, seen=0, reason="x" * 10_000)


class TestTakingBack:
    def test_ones_own_last_decision_goes_back_and_both_stay_written(self, rita: Member, image: Image) -> None:
        deciding.decide(rita, image, REJECTED, seen=0)
        assert deciding.take_back(rita, image, 1).status == OPEN
        assert steps(image) == [(OPEN, REJECTED), (REJECTED, OPEN)]
        assert "took a decision back" in deciding.said(standing.history(image)[0])

    def test_a_colleagues_is_not_ones_own(self, rita: Member, ada: Member, image: Image) -> None:
        deciding.decide(ada, image, PROPOSED, seen=0)
        with pytest.raises(NotTheirs, match="Only your own last decision"):
            deciding.take_back(rita, image, 1)

    def test_what_somebody_decided_since_is_told(self, rita: Member, ada: Member, image: Image) -> None:
        deciding.decide(ada, image, PROPOSED, seen=0)
        deciding.decide(rita, image, APPROVED, seen=1)
        with pytest.raises(Overtaken, match="Rita Ruiz approved it"):
            deciding.take_back(ada, image, 1)

    def test_where_nothing_was_decided_there_is_nothing_to_take_back(self, ada: Member, image: Image) -> None:
        with pytest.raises(Refused):
            deciding.take_back(ada, image, 0)


class TestRule:
    def test_with_the_switch_on_nobody_approves_an_image_of_their_own(self, rita: Member) -> None:
        own = factories.rows(rita, ["mine"])[0]
        ReviewRule.objects.create(others_approve=True)
        with pytest.raises(NotTheirs, match="Somebody else approves this"):
            deciding.decide(rita, own, APPROVED, seen=0)
        deciding.decide(rita, own, REJECTED, seen=0)  # praise alone needs another

    def test_without_it_who_reviews_may(self, rita: Member) -> None:
        own = factories.rows(rita, ["mine"])[0]
        assert deciding.decide(rita, own, APPROVED, seen=0).status == APPROVED

    def test_the_buttons_say_the_same(self, rita: Member, image: Image) -> None:
        own = factories.rows(rita, ["mine"])[0]
        ReviewRule.objects.create(others_approve=True)
        stands = standing.of(rita, [own, image])
        assert APPROVED not in {move.to for move in stands[own.pk].moves}
        assert APPROVED in {move.to for move in stands[image.pk].moves}

    def test_a_project_may_have_the_rule_alone(self, rita: Member) -> None:
        own, free = factories.rows(rita, ["in the project"])[0], factories.rows(rita, ["in none"])[0]
        project = Project.objects.create(name="Autumn", others_approve=True)
        Run.objects.filter(pk=own.job.run_id).update(project=project)
        with pytest.raises(NotTheirs, match="Somebody else approves this"):
            deciding.decide(rita, own, APPROVED, seen=0)
        stands = standing.of(rita, [own, free])
        assert APPROVED not in {move.to for move in stands[own.pk].moves}
        assert deciding.decide(rita, free, APPROVED, seen=0).status == APPROVED


def test_what_was_decided_outlives_an_image_that_is_gone(rita: Member, image: Image) -> None:
    deciding.decide(rita, image, REJECTED, seen=0)
    pk = image.pk
    Image.objects.filter(pk=pk).delete()
    assert not Review.objects.filter(pk=pk).exists()
    assert Decision.objects.filter(image_id=pk).count() == 1

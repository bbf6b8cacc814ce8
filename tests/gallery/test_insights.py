"""Credits for each approved image, where they went to waste, which words win (D19, A31)."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallery import outcomes, reckoning
from gallery.models import Review, Status
from gallery.outcomes import Asked
from gallery.reckoning import Fact, Outcome
from studio.accounts.models import Member, Project
from studio.credits import ledger
from studio.credits.models.rollups import NONE
from studio.generation.models import Image, Job, Purchase
from tests.conftest import MakeMember
from tests.gallery import factories

type SignIn = Callable[[Member], Client]
ADA, BOB = UUID(int=1), UUID(int=2)


def fact(prompt: str, spent: int, outcome: Outcome, *, member: UUID = ADA, size: str = "1K") -> Fact:
    return Fact(
        member=member, project=None, size=size, quality="high", styles=(), prompt=prompt, spent=spent,
        outcome=outcome,
    )  # fmt: skip


FACTS = [
    fact("a red dune", 14, Outcome.APPROVED),
    fact("a red dune at dusk", 16, Outcome.APPROVED),
    fact("red, red sea", 10, Outcome.REJECTED),
    fact("blue sea", 20, Outcome.OPEN, size="2K"),
    fact("a dune", 12, Outcome.DUPLICATE, member=BOB),
    fact("a dune", 8, Outcome.FAILED, member=BOB),
]


def test_all_of_it_is_the_hand_computed_sum() -> None:
    found = reckoning.total(FACTS)
    assert (found.spent, found.made, found.approved, found.each) == (80, 5, 2, 40.0)
    assert (found.rejected, found.failed, found.duplicate, found.waste) == (10, 8, 12, 30)


def test_by_member_and_size_it_is_too() -> None:
    ada, bob = reckoning.by(FACTS, lambda one: ["Ada" if one.member == ADA else "Bob"])
    assert (ada.label, ada.spent, ada.made, ada.approved, ada.each, ada.waste) == ("Ada", 60, 4, 2, 30.0, 10)
    assert (bob.label, bob.spent, bob.made, bob.approved, bob.each, bob.waste) == ("Bob", 20, 1, 0, None, 20)
    sizes = reckoning.by(FACTS, lambda one: [one.size])
    assert [(one.label, one.spent) for one in sizes] == [("1K", 60), ("2K", 20)]


def test_words_and_chips_are_counted_once_an_image_and_by_decision() -> None:
    found = {one.text: one for one in reckoning.terms(FACTS, {"red dune": "Red dune", "green": "Green"})}
    red = found["red"]
    assert (red.n, red.approved, red.spent, red.each) == (3, 2, 40, 20.0)
    assert red.few
    assert (found["dune"].n, found["dune"].approved, found["dune"].spent) == (
        2,
        2,
        50,
    )  # all with it cost
    assert found["Red dune"].chip
    assert (found["Red dune"].n, found["Red dune"].spent) == (2, 30)
    assert "blue" not in found  # decided on nowhere
    assert not {"Green", "at", "a"} & set(found)


def test_the_interval_is_wilsons() -> None:
    # 8 of 10: (0.8 + 0.19208 ± 1.96 √(0.016 + 0.009604)) / 1.38416
    low, high = reckoning.wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert reckoning.wilson(0, 0) == (0.0, 1.0)
    assert reckoning.wilson(0, 5)[0] == 0.0
    assert reckoning.wilson(5, 5)[1] == 1.0


def test_sure_winners_come_before_lucky_ones() -> None:
    facts = [fact("steady", 1, Outcome.APPROVED)] * 9 + [fact("steady", 1, Outcome.REJECTED)]
    facts += [fact("lucky", 1, Outcome.APPROVED)] * 2
    steady, lucky = reckoning.terms(facts, {})
    assert (steady.text, steady.few, lucky.text, lucky.few) == ("steady", False, "lucky", True)
    assert steady.words == "90% (60 to 98)"


def pay(image: Image, cost: int, *, status: Status = Status.OPEN, project: UUID | None = None) -> None:
    """Book what an image cost, as the pipeline would have, and decide on it."""
    buy(image.job, cost, project=project)
    if status != Status.OPEN:
        Review.objects.create(image=image, status=status)


def buy(job: Job, cost: int, *, project: UUID | None = None) -> None:
    purchase = Purchase.objects.create(job=job)
    ledger.grant(job.member, 100, actor=job.member, reason="test", reference=uuid4())
    held = [ledger.Hold(reference=purchase.pk, amount=20)]
    ledger.hold(job.member, held, key_id=None, project_id=project)
    ledger.settle(purchase.pk, cost)


@pytest.mark.django_db
class TestFacts:
    """What the database tells"""

    def told(self, **more: object) -> dict[str, int]:
        asked = Asked(days=30, **more)  # type: ignore[arg-type]
        facts, _ = outcomes.facts(asked, datetime.now(UTC))
        return {f"{one.outcome} {one.prompt}".strip(): one.spent for one in facts}

    def test_each_charge_is_told_with_what_became_of_it(self, ada: Member, bob: Member) -> None:
        images = factories.rows(ada, ["one", "two", "three", "four"])
        for number, image in enumerate(images[:3]):
            Image.objects.filter(pk=image.pk).update(sha256=f"{number:064}")
        Image.objects.filter(pk=images[3].pk).update(sha256=f"{0:064}")
        pay(images[0], 14, status=Status.FINAL)
        pay(images[1], 15, status=Status.REJECTED)
        pay(images[2], 16)
        pay(images[3], 17)
        (failed,) = factories.jobs(bob, ["five"], visibility="team", size=(8, 8))
        buy(failed, 9)
        everything = {"approved one": 14, "rejected two": 15, "open three": 16, "duplicate four": 17}
        assert self.told() == everything | {"failed five": 9}
        assert self.told(member=ada.pk) == everything
        assert sum(self.told().values()) == 71

    def test_a_second_try_is_added_to_its_job_and_a_lost_job_is_not_forgotten(self, ada: Member) -> None:
        (image,) = factories.rows(ada, ["one"])
        pay(image, 14)
        buy(image.job, 6)
        ledger.charge_late(uuid4(), 3, member_id=ada.pk, key_id=None, reason="test")
        assert self.told() == {"open one": 20, "failed": 3}

    def test_it_is_narrowed_by_project(self, ada: Member) -> None:
        first, second = factories.rows(ada, ["one", "two"])
        autumn = uuid4()
        pay(first, 14, project=autumn)
        pay(second, 15)
        assert self.told(project=autumn) == {"open one": 14}
        assert self.told(project=NONE) == {"open two": 15}

    def test_words_of_private_images_are_not_the_teams(self, ada: Member) -> None:
        (image,) = factories.rows(ada, ["secret"], visibility="private")
        pay(image, 14)
        for shared, expected in ((True, False), (False, True)):
            (found,), _ = outcomes.facts(Asked(days=7, only_shared=shared), datetime.now(UTC))
            assert found.words is expected

    def test_the_page_of_credits_tells_approved_of_made(self, ada: Member, signed_in: SignIn) -> None:
        first, second = factories.rows(ada, ["one", "two"])
        pay(first, 14, status=Status.APPROVED)
        pay(second, 16)
        page = signed_in(ada).get("/credits").content.decode()
        assert "30.0 credits for each approved image: 1 approved of 2 made." in page


@pytest.mark.django_db
class TestDoors:
    """GET /credits/insights and /team/insights"""

    def test_one_sees_ones_own_and_admins_everybodys(
        self, ada: Member, bob: Member, member: MakeMember, signed_in: SignIn
    ) -> None:
        for person in (ada, bob):
            (image,) = factories.rows(person, [f"lighthouse of {person.name.split()[0]}"])
            pay(image, 14, status=Status.APPROVED)
        own = signed_in(ada).get("/credits/insights").content.decode()
        assert "lighthouse" in own
        assert ">bob" not in own
        admin = signed_in(member("credit_admin"))
        team = admin.get("/team/insights").content.decode()
        assert ">ada" in team
        assert ">bob" in team
        assert ">bob" not in admin.get(f"/team/insights?member={ada.pk}").content.decode()
        assert signed_in(ada).get("/team/insights").status_code == 403

    @pytest.mark.parametrize("path", ["/credits/insights", "/team/insights"])
    def test_signed_out_wrong_method_and_bad_input(
        self, client: Client, member: MakeMember, signed_in: SignIn, path: str
    ) -> None:
        assert client.get(path)["Location"] == f"/sign-in?next={path}"
        admin = signed_in(member("owner"))
        assert admin.post(path).status_code == 405
        for query in ("days=x", "days=31", "project=x", f"project={uuid4()}"):
            assert admin.get(f"{path}?{query}").status_code == 404
        assert admin.get(f"{path}?project=none&days=365").status_code == 200

    @pytest.mark.parametrize("text", ["x", str(UUID(int=7))])
    def test_a_strangers_id_is_not_found(self, member: MakeMember, signed_in: SignIn, text: str) -> None:
        assert signed_in(member("owner")).get(f"/team/insights?member={text}").status_code == 404

    def test_anothers_project_is_not_found(self, ada: Member, signed_in: SignIn) -> None:
        project = Project.objects.create(name="Autumn")
        assert signed_in(ada).get(f"/credits/insights?project={project.pk}").status_code == 404

    def test_it_asks_as_often_for_twenty_images_as_for_two(self, ada: Member, signed_in: SignIn) -> None:
        browser, asked = signed_in(ada), []
        browser.get("/credits/insights")  # the first page of a session writes it down
        for many in (2, 18):
            for image in factories.rows(ada, ["a red dune"] * many):
                pay(image, 1, status=Status.APPROVED)
            with CaptureQueriesContext(connection) as made:
                page = browser.get("/credits/insights")
            asked.append((page.context["total"].made, len(made)))
        (few, first), (most, second) = asked
        assert (few, most, first) == (2, 20, second)
        assert first <= 12

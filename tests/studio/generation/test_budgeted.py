"""A run under budgets: refused in words that help, trimmed to fit, gone on with by itself (D8, D17, D18)."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from studio.accounts.models import Member, Project, ProjectMember
from studio.credits import budgets
from studio.credits.check import check
from studio.credits.ledger import BudgetExceeded
from studio.credits.models import Scope
from studio.credits.windows import Period
from studio.generation import beforehand, resuming, runs
from studio.generation.estimate import planned
from studio.generation.fitting import Short
from studio.generation.models import Run
from studio.generation.recipe import plan
from tests.conftest import MakeMember
from tests.studio.generation.conftest import Hand
from tests.studio.generation.pages import HTMX, posted, text
from tests.studio.generation.world import World, give_credits, give_key, recipe, states

FIVE = "a {red|blue|green|black|white} dune"


@pytest.fixture
def owner(world: World, member: MakeMember) -> Member:
    found = member("owner")
    give_key(world, found)
    return found


@pytest.fixture
def ada(owner: Member, member: MakeMember) -> Member:
    """Return a designer with plenty of credits; an image of 512 x 512 holds 20."""
    found = member("designer")
    give_credits(found, 1_000)
    return found


@pytest.fixture
def autumn(owner: Member, ada: Member) -> Project:
    made = Project.objects.create(name="Autumn", by=owner)
    ProjectMember.objects.create(project=made, member=ada)
    return made


def put(by: Member, limit: int | None, scope: Scope = Scope.TEAM, subject: UUID | None = None) -> None:
    budgets.put(scope, subject, Period.DAY, limit, by=by, reason="plan")


def start(member: Member, how: Short = Short.REFUSE, template: str = FIVE, **more: Any) -> Run:
    return runs.start(member, recipe(template, **more), token=uuid4().hex, short=how)


def test_a_refusal_names_the_budget_the_amounts_the_person_and_what_would_work(
    ada: Member, owner: Member, autumn: Project
) -> None:
    put(owner, 50, Scope.PROJECT, autumn.pk)
    with pytest.raises(BudgetExceeded) as refused:
        start(ada, project_id=autumn.pk)
    assert str(refused.value) == (
        "Project Autumn: 50 of 50 left today. This needs up to 100. "
        f"Ask {owner.name} for more, or make 2 instead of 5."
    )
    assert Run.objects.count() == 0
    assert states(start(ada)) == ["queued"] * 5  # of no project


def test_it_is_trimmed_to_what_the_tightest_budget_leaves(ada: Member, owner: Member) -> None:
    put(owner, 500)
    put(owner, 70, Scope.MEMBER, ada.pk)
    run = start(ada, Short.FIT)
    assert states(run) == ["queued"] * 3
    assert check().differences == ()


def test_the_rest_goes_on_oldest_first_whosever_it_is_when_a_budget_is_raised(
    ada: Member, owner: Member, member: MakeMember
) -> None:
    bob = member("designer")
    give_credits(bob, 1_000)
    put(owner, 40, Scope.MEMBER, ada.pk)
    put(owner, 20, Scope.MEMBER, bob.pk)
    first, second = start(ada, Short.HOLD), start(bob, Short.HOLD, "a {calm|wild|grey} sea")
    put(owner, 60)  # all that is held by now
    put(owner, None, Scope.MEMBER, bob.pk)
    put(owner, None, Scope.MEMBER, ada.pk)
    assert [states(run).count("held") for run in (first, second)] == [3, 2]
    put(owner, 110)  # two more, and half a third
    assert [states(run).count("held") for run in (first, second)] == [1, 2]
    put(owner, 200)
    assert [states(run).count("held") for run in (first, second)] == [0, 0]
    assert check().differences == ()


def test_the_rest_goes_on_in_the_next_window(ada: Member, owner: Member, hand: Hand) -> None:
    put(owner, 40)
    run = start(ada, Short.HOLD)
    resuming.credits_freed(hand.at)
    assert states(run) == ["queued"] * 2 + ["held"] * 3
    hand.at += timedelta(days=1)
    resuming.credits_freed(hand.at)
    assert states(run) == ["queued"] * 4 + ["held"]
    assert check().differences == ()


def test_a_run_whose_budget_is_full_stands_in_nobodys_way(
    ada: Member, owner: Member, autumn: Project
) -> None:
    put(owner, 20, Scope.PROJECT, autumn.pk)
    full = start(ada, Short.HOLD, project_id=autumn.pk)
    put(owner, 100)
    put(owner, 20 + 40)
    other = start(ada, Short.HOLD)
    assert states(other) == ["queued"] * 2 + ["held"] * 3
    put(owner, None)
    assert states(other) == ["queued"] * 5
    assert states(full) == ["queued"] + ["held"] * 4


@pytest.mark.parametrize(
    ("limit", "outcome"), [(100, "Fits"), (50, "Fits partly: 2 of 5"), (19, "Does not fit")]
)
def test_beforehand_says_all_that_counts_and_the_outcome(
    limit: int, outcome: str, ada: Member, owner: Member, hand: Hand
) -> None:
    put(owner, limit)
    found = planned(ada, plan(recipe(FIVE), most_images=100))
    told = beforehand.beforehand(found, "Done in about 3 min", 4, hand.at)
    assert told is not None
    assert told.outcome == outcome
    assert [(fact.name, fact.bad) for fact in told.facts] == [
        ("Needed", False),
        ("Available", False),
        ("Held for other images", False),
        ("The team", limit < 100),
        ("Daily limit", True),
        ("Time", False),
    ]


def test_the_composer_shows_it_and_what_would_work(
    ada: Member, owner: Member, autumn: Project, client: Client
) -> None:
    put(owner, 50, Scope.PROJECT, autumn.pk)
    client.force_login(ada)
    form = posted(FIVE, each="1", project=str(autumn.pk))
    page = text(client.post("/composer/estimate", form, headers=HTMX))
    assert "Project Autumn: 50 of 50 left today, this run needs up to 100" in page
    assert "or make 2 instead of 5" in page
    assert "Make only what fits (2)" in page
    assert "Fits partly: 2 of 5" in page
    assert "/credits/ask?amount=50&amp;what=" in page

"""The calculator says what the composer would: images, credits, and the time on each plan (D26)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from studio.accounts.models import Member
from studio.generation.estimate import estimate
from studio.generation.forms import ComposerForm
from studio.generation.models import Draft
from studio.generation.recipe import Recipe
from studio.generation.whatif import of_grid, of_plan
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
type SignIn = Callable[[Member], Client]
ONE = Recipe(template="a", width=1024, height=1024, each=2)
FIELDS = {"template": "a {red|blue} dune", "shape": "1x1", "size": "1k", "each": "2", "visibility": "private"}
FIELDS |= {"quality": "standard"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_grid_is_its_cells_times_what_one_costs() -> None:
    found = of_grid(12, ONE)
    assert (found.images, found.least, found.most) == (24, 240, 480)
    assert [one.name for one in found.plans] == ["Free", "Starter", "Pro"]
    spans = [one.span for one in found.plans]
    assert all(span.low <= span.high for span in spans)
    assert spans[0].low > spans[1].low > spans[2].low  # one, three and ten at once
    assert spans[0].low >= 0.9 * 24 * 45


@pytest.mark.parametrize(("cells", "days"), [(50, [1, 1, 1]), (51, [2, 1, 1]), (5_000, [100, 10, 1])])
def test_the_daily_limit_makes_days(cells: int, days: list[int]) -> None:
    found = of_grid(cells, ONE)
    assert [one.days for one in found.plans] == days
    assert all(one.span.low >= (one.days - 1) * 86_400 for one in found.plans)


def test_more_is_never_sooner() -> None:
    lows = [[one.span.low for one in of_grid(cells, ONE).plans] for cells in (1, 50, 51, 499, 501, 3_000)]
    for plan in zip(*lows, strict=True):
        assert list(plan) == sorted(plan)


def test_a_draft_comes_to_what_the_composer_says(member: MakeMember, signed_in: SignIn) -> None:
    ada = member()
    made = estimate(ada, ComposerForm(FIELDS, member=ada)).plan
    assert made
    found = of_plan(made)
    assert (found.images, found.least, found.most) == (made.images, made.least, made.most) == (4, 40, 80)
    draft = Draft.objects.create(member=ada, fields=FIELDS)
    page = text(signed_in(ada).get(f"/what-if?draft={draft.pk}"))
    assert "4 <small>images" in page
    assert "40–80 <small>credits" in page
    assert "a {red|blue} dune" in page
    stranger = text(signed_in(member()).get(f"/what-if?draft={draft.pk}"))
    assert "dune" not in stranger


@pytest.mark.parametrize("query", ["", "across=10&down=1&each=1&shape=1x1&size=512", "draft=x"])
def test_it_answers_without_a_prompt(member: MakeMember, signed_in: SignIn, query: str) -> None:
    answer = signed_in(member()).get(f"/what-if?{query}")
    assert answer.status_code == 200
    assert "Starter" in text(answer)


@pytest.mark.parametrize(
    "bad", ["across=0", "down=-1", "each=1e9", "across=", "size=9k", "shape=<b>", "down=101"]
)
def test_nonsense_is_a_sentence(member: MakeMember, signed_in: SignIn, bad: str) -> None:
    answer = signed_in(member()).get(f"/what-if?{bad}")
    assert answer.status_code == 422
    assert "Starter" not in text(answer)


def test_it_is_asked_signed_in_and_read_only(client: Client, member: MakeMember, signed_in: SignIn) -> None:
    assert client.get("/what-if").status_code == 302
    assert signed_in(member()).post("/what-if").status_code == 405

"""The demonstration's gallery: made once, by the pipeline, at nobody's cost, and never in a studio in use."""

import io

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from studio.accounts.models import Member, Role
from studio.credits.check import check
from studio.credits.models import Account, Entry
from studio.generation import demo
from studio.generation.management.commands.demo_gallery import bar
from studio.generation.models import Image, Run
from tests.conftest import MakeMember
from tests.studio.generation.world import World, give_credits, give_key, start

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(world: World, member: MakeMember) -> dict[Role, Member]:
    """Return a member for each role, and have the team's key in use."""
    team = {role: member(role) for role in Role}
    give_key(world, team[Role.OWNER])
    return team


@pytest.fixture
def sheet(team: dict[Role, Member]) -> list[demo.Order]:
    """Return the first few orders: nine images of three members."""
    return demo.orders()[:5]


class Clock:
    """Seconds that pass by themselves, a second at a look."""

    def __init__(self, step: float = 1.0) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def fill(world: World, sheet: list[demo.Order], seen: list[demo.Progress]) -> demo.Progress:
    return demo.fill(sheet, seen.append, clock=Clock(), wait=lambda _: world.finish())


def test_the_list_makes_sixty_images_of_all_members_and_some_are_private(team: dict[Role, Member]) -> None:
    sheet = demo.orders()
    assert sum(order.images for order in sheet) == 60
    assert {order.member for order in sheet} == set(team.values())
    assert len({(order.recipe.width, order.recipe.height) for order in sheet}) > 6
    assert {order.recipe.visibility for order in sheet} == {"team", "private"}


def test_every_order_becomes_pictures_and_nobody_is_poorer(world: World, sheet: list[demo.Order]) -> None:
    seen: list[demo.Progress] = []
    end = fill(world, sheet, seen)
    assert end.ended
    assert end.done == end.total == Image.objects.count()
    assert max(progress.moving for progress in seen) <= demo.AT_ONCE
    assert all(account.balance >= 0 and not account.held for account in Account.objects.all())
    assert set(Entry.objects.filter(kind="grant").values_list("reason", flat=True)) == {demo.REASON}
    assert not check().differences


def test_interrupted_it_goes_on_and_makes_nothing_twice(world: World, sheet: list[demo.Order]) -> None:
    demo.pay(sheet)
    assert demo.start_next(sheet, demo.look(sheet))
    assert demo.is_wanted(sheet)
    fill(world, sheet, [])
    assert Run.objects.count() == len(sheet)
    assert not demo.is_wanted(sheet)
    grants = Entry.objects.filter(kind="grant").count()
    assert fill(world, sheet, []).ended
    assert Run.objects.count() == len(sheet)
    assert Entry.objects.filter(kind="grant").count() == grants


def test_a_studio_in_use_is_left_alone(team: dict[Role, Member], sheet: list[demo.Order]) -> None:
    give_credits(team[Role.DESIGNER], 100)
    start(team[Role.DESIGNER])
    assert not demo.is_wanted(sheet)


def test_it_ends_by_itself_though_nothing_moves(sheet: list[demo.Order]) -> None:
    progress = demo.fill(sheet, lambda _: None, clock=Clock(step=300), wait=lambda _: None)
    assert not progress.ended
    assert progress.moving


def test_outside_a_demonstration_or_with_a_provider_that_costs_it_refuses(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="STUDIO_DEMO is not set"):
        call_command("demo_gallery")
    settings.DEMO, settings.DOITONG_SANDBOX = True, False
    with pytest.raises(CommandError, match="would cost"):
        call_command("demo_gallery")


def test_without_a_team_it_says_what_to_do_first(settings: Settings) -> None:
    settings.DEMO = True
    with pytest.raises(CommandError, match="Run demo_team first"):
        call_command("demo_gallery")


def test_a_finished_gallery_is_not_told_of(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch, sheet: list[demo.Order]
) -> None:
    settings.DEMO = True
    monkeypatch.setattr(demo, "orders", lambda: sheet)
    fill(world, sheet, [])
    said = io.StringIO()
    call_command("demo_gallery", stdout=said)
    assert said.getvalue() == ""


@pytest.mark.parametrize(("done", "full"), [(0, 0), (30, 12), (60, 24)])
def test_the_bar_grows_with_the_pictures(done: int, full: int) -> None:
    drawn = bar(demo.Progress(total=60, asked=60, moving=0, done=done))
    assert drawn.count("█") == full
    assert drawn.endswith(f"{done} of 60")

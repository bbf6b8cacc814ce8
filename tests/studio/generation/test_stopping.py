"""Stopping all that waits, and editing what failed before it is tried again (B12, B17)."""

from collections.abc import Callable

import pytest
from django.test import Client

from studio.accounts.models import Member
from studio.generation.models import Draft, Job
from studio.generation.states import State
from tests.conftest import MakeMember
from tests.studio.generation.world import World, give_credits, held, only_job, start, states


@pytest.fixture
def tab(designer: Member, signed_in: Callable[[Member], Client]) -> Client:
    return signed_in(designer)


def test_everything_in_line_is_stopped_at_once_and_costs_nothing(
    world: World, designer: Member, tab: Client, member: MakeMember
) -> None:
    colleague = member()
    give_credits(colleague, 100)
    others = start(colleague)
    runs = [start(designer, "a {red|blue} dune"), start(designer, "a sea")]
    assert "Stop 3 waiting" in tab.get("/").content.decode()
    assert tab.post("/line/cancel", follow=True).status_code == 200
    assert [states(run) for run in runs] == [["cancelled"] * 2, ["cancelled"]]
    assert (held(designer), states(others)) == (0, ["queued"])
    assert "waiting</button>" not in tab.get("/").content.decode()


def test_an_experiment_is_stopped_alone(world: World, designer: Member, tab: Client) -> None:
    first, second = start(designer, "a dune"), start(designer, "a sea")
    page = tab.get(f"/experiments/{first.experiment_id}").content.decode()
    assert "Stop 1 waiting" in page
    answer = tab.post("/line/cancel", {"experiment": str(first.experiment_id)})
    assert answer["Location"] == f"/experiments/{first.experiment_id}"
    assert (states(first), states(second)) == (["cancelled"], ["queued"])


@pytest.mark.parametrize("experiment", ["x", "00000000-0000-0000-0000-000000000000"])
def test_an_experiment_that_is_none_of_theirs_is_not_there(
    world: World, designer: Member, tab: Client, experiment: str
) -> None:
    run = start(designer)
    assert tab.post("/line/cancel", {"experiment": experiment}).status_code == 404
    assert states(run) == ["queued"]


def test_what_failed_is_edited_as_a_draft_beside_the_present_one(
    world: World, designer: Member, tab: Client
) -> None:
    tab.post("/composer/estimate", {"template": "what I am writing"})
    world.fault("http_400")
    run = start(designer, "a {red|blue} \\{dune\\}")
    world.listen()
    job = Job.objects.filter(run=run, state=State.FAILED).order_by("position")[0]
    answer = tab.post(f"/jobs/{job.pk}/edit")
    draft = Draft.objects.get(pk=answer["Location"].split("draft=")[1])
    assert draft.fields["template"] == "a red \\{dune\\}"
    assert Draft.objects.filter(fields__template="what I am writing").exists()
    assert "a red \\{dune\\}" in tab.get(answer["Location"]).content.decode()


def test_nobody_edits_a_colleagues_job(
    world: World, designer: Member, member: MakeMember, signed_in: Callable[[Member], Client]
) -> None:
    job = only_job(start(designer))
    assert signed_in(member("owner")).post(f"/jobs/{job.pk}/edit").status_code == 404

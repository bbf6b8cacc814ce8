"""A run as a grid: any axis may go anywhere, nothing is asked for anew, and every image keeps its cell."""

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from studio.accounts.models import Key, Member
from studio.generation.grid import Layout, grid_of, layout_of
from studio.generation.models import Run
from studio.generation.states import State
from tests.studio.generation.rows import a_job, a_key, a_member, a_run, an_image

COLOURS, THINGS, LIGHTS = ["red", "blue"], ["dune", "sea", "fjord"], ["dusk", "dawn"]


def stored(**values: list[str]) -> list[dict[str, object]]:
    return [{"kind": "choice", "label": label, "values": found} for label, found in values.items()]


def a_grid(person: Member, *axes: list[str], each: int = 1, state: State = State.DONE) -> Run:
    """Return a run with every combination of these places, `each` images of it."""
    named = stored(**{f"axis {number}": axis for number, axis in enumerate(axes)})
    run = a_run(person, Key.objects.first() or a_key(), axes=named, each=each)
    for position, (picks, turn) in enumerate(product(product(*axes), range(each))):
        job = a_job(
            run,
            state,
            picks=list(picks),
            position=position,
            variation=position // each,
            prompt=" ".join([*picks, str(turn)]),
        )
        if state == State.DONE:
            an_image(job)
    return run


@pytest.fixture
def person(db: None) -> Member:
    return a_member()


def test_the_first_axis_goes_down_the_second_across_the_third_into_tabs(person: Member) -> None:
    grid = grid_of(a_grid(person, COLOURS, THINGS, LIGHTS, each=2), member=person)
    assert [head.label for head in grid.rows] == COLOURS
    assert [head.label for head in grid.columns] == THINGS
    assert [head.label for head in grid.tabs] == LIGHTS
    assert [head.label for head in grid.seconds] == [""]
    lines = dict(grid.lines(tab=1))
    [red, blue] = lines.values()
    assert [cell.picks for cell in blue] == [("blue", thing, "dawn") for thing in THINGS]
    assert [image.prompt for image in red[0].images] == ["red dune dawn 0", "red dune dawn 1"]
    assert (red[0].number, red[0].prompt, red[0].label) == (1, "red dune dawn 0", "red, dune, dawn")


def test_every_turning_of_four_axes_shows_every_image_once(person: Member) -> None:
    run = a_grid(person, COLOURS, THINGS, LIGHTS, ["1:1", "3:2"])
    for rows, columns, tabs, more in permutations(range(4)):
        grid = grid_of(run, rows=rows, columns=columns, tabs=tabs, more=more, member=person)
        shown = [
            (cell.picks, job.pk)
            for tab, second in grid.sheets()
            for _, cells in grid.lines(tab.number, second.number)
            for cell in cells
            for job in cell.jobs
        ]
        assert len({pk for _, pk in shown}) == len(shown) == 24
        sides = (grid.rows, grid.columns, grid.tabs, grid.seconds)
        labels = [tuple(head.label for head in side) for side in sides]
        assert labels == [grid.axes[axis].labels for axis in (rows, columns, tabs, more)]


@given(st.integers(0, 4), st.lists(st.none() | st.integers(-2, 6), max_size=4))
def test_a_layout_holds_every_axis_once_whatever_is_asked(count: int, asked: list[int | None]) -> None:
    layout = layout_of(count, *asked)
    assert sorted(axis for axis in layout.sides if axis is not None) == list(range(count))


def test_what_is_asked_for_twice_is_given_once() -> None:
    assert layout_of(2, 1, 1) == Layout(rows=1, columns=0)
    assert layout_of(3, None, 0) == Layout(rows=1, columns=0, tabs=2)


def test_a_combination_that_was_not_planned_is_a_hole(person: Member) -> None:
    run = a_grid(person, COLOURS, THINGS)
    left_out = run.jobs.get(picks=["blue", "sea"])
    left_out.image.delete()
    left_out.delete()
    [_, (_, cells)] = grid_of(run, member=person).lines()
    assert (cells[1].picks, cells[1].number, cells[1].images) == (("blue", "sea"), None, ())
    assert len(grid_of(run, member=person).cells) == 5


def test_heads_count_what_is_done(person: Member) -> None:
    run = a_grid(person, COLOURS, THINGS, state=State.QUEUED)
    job = run.jobs.order_by("position").first()
    assert job
    job.state = State.DONE
    job.save()
    an_image(job)
    grid = grid_of(run, member=person)
    assert [(head.done, head.total) for head in grid.rows] == [(1, 3), (0, 3)]
    assert [(head.done, head.total) for head in grid.columns] == [(1, 2), (0, 2), (0, 2)]


def test_an_older_run_has_the_axes_of_its_picks(person: Member) -> None:
    run = a_grid(person, COLOURS, THINGS)
    Run.objects.update(axes=[])
    run.refresh_from_db()
    assert [axis.labels for axis in grid_of(run, member=person).axes] == [tuple(COLOURS), tuple(THINGS)]
    first = run.jobs.get(picks=COLOURS[:1] + THINGS[:1])
    first.image.delete()
    first.delete()
    assert grid_of(run, member=person).axes == ()


def test_a_run_without_axes_is_one_cell(person: Member) -> None:
    run = a_run(person, a_key(), each=3)
    for position in range(3):
        a_job(run, position=position, variation=0)
    [cell] = grid_of(run, member=person).cells
    assert len(cell.jobs) == 3


@pytest.mark.parametrize("each", [1, 4])
def test_a_grid_takes_one_query_however_large(
    person: Member, each: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run = a_grid(person, COLOURS, THINGS, LIGHTS, each=each)
    with django_assert_num_queries(1):
        grid = grid_of(run, member=person)
        assert sum(len(cell.images) for cell in grid.cells) == 12 * each


def test_a_colleague_sees_what_the_team_may_see(person: Member) -> None:
    run = a_grid(person, COLOURS, THINGS)
    other = a_member("other@studio.example")
    assert grid_of(run, member=other).cells == ()
    shown = run.jobs.order_by("position")[2].image
    shown.visibility = "team"
    shown.save()
    [cell] = grid_of(run, member=other).cells
    assert cell.picks == ("red", "fjord")

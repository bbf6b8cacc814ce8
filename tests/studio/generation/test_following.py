"""Another prompt typed over an old one begins an experiment of its own; a choice by hand stays (A30)."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from studio.accounts.models import Member
from studio.generation.following import Going, is_another
from studio.generation.models import Draft, Experiment, Run
from tests.studio.generation.pages import HTMX, SignedIn, posted, text
from tests.studio.generation.place import Place


@pytest.mark.parametrize(
    ("template", "former", "another"),
    [
        ("a red dune at dawn", ["a blue dune at dawn"], False),
        ("a red dune", ["a red dune at dawn, film grain, wide angle, still air"], False),
        ("{red|blue} kite over a bay", ["a {red|green} balloon over a bay"], False),
        ("portrait of an old sailor", ["a red dune at dawn"], True),
        ("portrait of an old sailor", ["portrait of a fisher", "a red dune at dawn"], False),
        ("the of a", ["a red dune"], False),  # nothing that says it is another
        ("a red dune", ["a of"], False),
        ("a red dune", [], False),
        ("赤い砂丘", ["青い砂丘"], False),
        ("雨の港", ["赤い砂丘"], True),
    ],
)
def test_a_prompt_is_another_when_too_few_of_its_words_are_known(
    template: str, former: list[str], another: bool
) -> None:
    assert is_another(template, former) is another


def after(page: str) -> dict[str, str]:
    """Return what the experiment's field posts as it is drawn."""
    select = re.search(r'<select[^>]*name="experiment".*?</select>', page, re.DOTALL)
    assert select
    chosen = re.search(r'<option value="([^"]*)" selected', select[0])
    hidden = dict(re.findall(r'<input type="hidden" name="(goes_on|parted)" value="([^"]*)"', page))
    return {"experiment": chosen[1] if chosen else ""} | hidden


def press(tab: Client, template: str, **more: Any) -> tuple[Run, dict[str, str]]:
    """Press Generate; return the run, and what the experiment's field says afterwards."""
    answer = tab.post("/runs", posted(template, **more), headers=HTMX)
    assert answer.status_code == 200
    return Run.objects.latest("created_at"), after(text(answer))


def test_a_prompt_changed_a_little_goes_on_and_another_begins_anew(place: Place, tab: Client) -> None:
    first, field = press(tab, "a red dune at dawn", draft=str(place.draft.pk))
    assert field == {
        "experiment": str(first.experiment_id),
        "goes_on": str(first.experiment_id),
        "parted": "",
    }
    second, field = press(tab, "a blue dune at dawn", **field)
    assert second.experiment_id == first.experiment_id
    third, field = press(tab, "portrait of an old sailor", **field)
    assert third.experiment_id != first.experiment_id
    assert third.experiment.title == "Portrait of an old sailor"
    assert field["goes_on"] == field["experiment"] == str(third.experiment_id)


def test_the_field_says_so_as_one_types_and_takes_it_back(place: Place, tab: Client) -> None:
    run, field = press(tab, "a red dune at dawn")
    known = str(run.experiment_id)
    page = text(tab.post("/composer/estimate", posted("an old sailor", **field), headers=HTMX))
    assert after(page) == {"experiment": "", "goes_on": known, "parted": "1"}
    assert "Another prompt begins a new experiment" in page
    typing = text(tab.post("/composer/estimate", posted("an old sailor", **after(page)), headers=HTMX))
    assert 'id="experiment-field"' not in typing  # nothing has changed: nothing is swapped
    back = text(tab.post("/composer/estimate", posted("a red dune", **after(page)), headers=HTMX))
    assert after(back) == field


def test_the_former_one_chosen_by_hand_is_stayed_in(place: Place, tab: Client) -> None:
    run, _ = press(tab, "a red dune at dawn")
    known = str(run.experiment_id)
    by_hand = {"experiment": known, "goes_on": known, "parted": "1"}
    page = text(tab.post("/composer/estimate", posted("an old sailor", **by_hand), headers=HTMX))
    assert 'id="experiment-field"' not in page
    second, field = press(tab, "an old sailor", **by_hand)
    assert (str(second.experiment_id), field["goes_on"]) == (known, "")
    third, _ = press(tab, "a tin robot in the rain", **field)
    assert str(third.experiment_id) == known


def test_a_new_one_chosen_by_hand_is_a_new_one(place: Place, tab: Client) -> None:
    run, field = press(tab, "a red dune at dawn")
    second, _ = press(tab, "a red dune at dawn, wide", **{**field, "experiment": ""})
    assert second.experiment_id != run.experiment_id


def test_on_an_experiments_own_page_its_runs_stay_in_it(place: Place, tab: Client) -> None:
    run, _ = press(tab, "a red dune at dawn", draft=str(place.draft.pk))
    drawn = after(
        text(tab.get(place.url("experiment").replace(str(place.run.experiment_id), str(run.experiment_id))))
    )
    assert drawn == {"experiment": str(run.experiment_id), "goes_on": "", "parted": ""}


def test_without_script_a_page_loaded_again_says_where_it_goes(place: Place, tab: Client) -> None:
    run, field = press(tab, "a red dune at dawn", draft=str(place.draft.pk))
    plain = text(tab.post("/composer/estimate", posted("an old sailor", draft=str(place.draft.pk), **field)))
    assert after(plain)["parted"] == "1"
    loaded = text(tab.get("/", {"draft": str(place.draft.pk)}))
    assert after(loaded) == {"experiment": "", "goes_on": str(run.experiment_id), "parted": "1"}


def test_a_closed_experiment_is_not_gone_on_with(place: Place, tab: Client) -> None:
    run, field = press(tab, "a red dune at dawn")
    Experiment.objects.filter(pk=run.experiment_id).update(closed_at=run.created_at)
    second, _ = press(tab, "a red dune at dusk", **field)
    assert second.experiment_id != run.experiment_id


def test_a_strangers_experiment_tells_nothing(place: Place, signed_in: SignedIn, member: Any) -> None:
    other: Member = member("designer")
    field = {"experiment": "", "goes_on": str(place.run.experiment_id), "parted": "1"}
    page = text(signed_in(other).post("/composer/estimate", posted("an old sailor", **field), headers=HTMX))
    assert place.run.experiment.title not in page


@pytest.mark.parametrize("said", ["nonsense", "0", "\x00", "00000000-0000-4000-8000-000000000000"])
def test_whatever_is_posted_it_is_no_error_of_ours(said: str, place: Place, tab: Client) -> None:
    answer = tab.post("/composer/estimate", posted("an old sailor", goes_on=said, parted=said), headers=HTMX)
    assert answer.status_code == 200
    assert Draft.objects.filter(member=place.person).exists()


def test_what_was_chosen_is_gone_on_with_unasked_no_more() -> None:
    one, other = UUID(int=1), UUID(int=2)
    assert Going(experiment=one).after(one) == Going(experiment=one)
    assert Going(experiment=None).after(other) == Going(experiment=other, goes_on=other)
    assert Going(experiment=None, goes_on=one, parted=True).after(other) == Going(
        experiment=other, goes_on=other
    )

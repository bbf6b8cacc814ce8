"""The composer's axes as a person meets them: added, filled, taken out, sent; with htmx and without (A12)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from studio.accounts.models import Member
from studio.generation.models import Draft, Job, Run
from tests.conftest import MakeMember
from tests.studio.generation.pages import HTMX, SignedIn, posted, text
from tests.studio.generation.rows import a_key
from tests.studio.generation.world import give_credits, held

WORDS = {
    "axis-0-kind": "replace",
    "axis-0-word": "dune",
    "axis-0-values": "dune\nsea\nfjord",
    "axis-1-kind": "size",
    "axis-1-values": ["512", "2k"],
}


@pytest.fixture
def person(db: None, member: MakeMember) -> Member:
    person = member("designer")
    a_key()
    give_credits(person, 2_000)
    return person


@pytest.fixture
def tab(person: Member, signed_in: SignedIn) -> Client:
    return signed_in(person)


def test_an_axis_is_added_with_htmx_and_what_was_typed_stays(tab: Client) -> None:
    answer = tab.post(reverse("axes"), posted("a red dune", **WORDS, **{"axis-add": "quality"}), headers=HTMX)
    page = text(answer)
    assert page.lstrip().startswith('<details class="axes')
    assert 'name="axis-2-kind" value="quality"' in page
    assert "dune\nsea\nfjord</textarea>" in page
    assert page.count("checked") == 2
    assert '"estimate"' in answer["HX-Trigger-After-Settle"]


def test_an_axis_is_added_and_taken_out_without_script(tab: Client) -> None:
    answer = tab.post(reverse("axes"), posted("a red dune", **WORDS, **{"axis-add": "style"}))
    page = text(tab.get(answer["Location"].partition("#")[0]))
    assert 'name="axis-2-kind" value="style"' in page
    assert "dune\nsea\nfjord</textarea>" in page
    assert re.search(r">\s*a red dune</textarea>", page)
    answer = tab.post(reverse("axes"), posted("a red dune", **WORDS, **{"axis-remove": "0"}))
    page = text(tab.get(answer["Location"].partition("#")[0]))
    assert 'name="axis-0-kind" value="size"' in page
    assert "axis-1-kind" not in page
    assert "fjord" not in page


def test_with_the_first_axis_each_cell_gets_two_images_unless_more_were_chosen(tab: Client) -> None:
    two = re.compile(
        r'<input type="radio" name="each" value="2" id="id_each_1" checked hx-swap-oob="outerHTML">'
    )
    add = {"axis-add": "replace"}
    assert two.search(text(tab.post(reverse("axes"), posted("a dune", **add), headers=HTMX)))
    for more in ({"each": "3"}, WORDS, {"axis-add": "nonsense"}):
        page = text(tab.post(reverse("axes"), posted("a dune", **{**add, **more}), headers=HTMX))
        assert "hx-swap-oob" not in page
    answer = tab.post(reverse("axes"), posted("a dune", **add))
    page = text(tab.get(answer["Location"].partition("#")[0]))
    assert re.search(r'name="each" value="2"[^>]*checked', page)


def test_axes_are_counted_priced_and_started_as_shown(tab: Client, person: Member) -> None:
    told = text(tab.post(reverse("estimate"), posted("a {red|blue} dune", each="2", **WORDS), headers=HTMX))
    assert "Generate 24 images" in told
    assert "480–840 credits" in told  # 12 of 10 to 20, 12 of 30 to 50
    tab.post(reverse("run_start"), posted("a {red|blue} dune", each="2", **WORDS))
    run = Run.objects.get()
    assert [(axis["kind"], axis["values"]) for axis in run.axes] == [
        ("replace", ["dune", "sea", "fjord"]),
        ("size", ["512", "2K"]),
        ("choice", ["red", "blue"]),
    ]
    assert held(person) == 840
    jobs = list(Job.objects.filter(run=run).order_by("position"))
    assert [job.variation for job in jobs] == [number for number in range(12) for _ in range(2)]
    assert (jobs[0].picks, jobs[0].prompt, jobs[0].width) == (["dune", "512", "red"], "a red dune", 512)
    assert (jobs[-1].picks, jobs[-1].prompt, jobs[-1].width) == (
        ["fjord", "2K", "blue"],
        "a blue fjord",
        2048,
    )
    assert [jobs[0].approved, jobs[-1].approved] == [20, 50]


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_fault_names_axis_and_value_and_loses_nothing(tab: Client, headers: dict[str, str]) -> None:
    asked = posted("a red sky", **WORDS)
    told = text(tab.post(reverse("estimate"), asked, headers=HTMX))
    assert "Axis 1, words: “dune” does not stand in the prompt." in told
    answer = tab.post(reverse("run_start"), asked, headers=headers)
    page = text(answer)
    assert answer.status_code == 422
    assert page.count("“dune” does not stand in the prompt.") >= 2  # at its row, and at the button
    assert "dune\nsea\nfjord</textarea>" in page
    assert not Run.objects.exists()
    kept = Draft.objects.latest("updated_at")
    assert kept.fields["axis-0-values"] == "dune\nsea\nfjord"


def test_a_fault_within_a_value_is_told_with_the_value(tab: Client) -> None:
    asked = posted("a red dune", **{**WORDS, "axis-0-values": "dune\n{sea"})
    told = text(tab.post(reverse("estimate"), asked, headers=HTMX))
    assert "Axis 1, words: “{sea”: Character 1: " in told  # the value's own character


def test_a_prompt_that_varies_beside_four_axes_is_refused_with_a_sentence(tab: Client) -> None:
    asked = posted(
        "a {red|blue} dune by the sea",
        **{
            **WORDS,
            "axis-2-kind": "quality",
            "axis-2-values": ["draft", "high"],
            "axis-3-kind": "replace",
            "axis-3-word": "sea",
            "axis-3-values": "sea, lake",
        },
    )
    told = text(tab.post(reverse("estimate"), asked, headers=HTMX))
    assert "The prompt varies by itself, and 4 axes more are too many." in told


def test_the_door_is_for_those_signed_in_and_takes_posts_alone(tab: Client) -> None:
    assert tab.get(reverse("axes")).status_code == 405
    assert Client().post(reverse("axes"), posted("a dune"))["Location"].startswith("/sign-in")


def test_the_same_form_with_other_axes_is_another_recipe(tab: Client) -> None:
    asked = posted("a red dune", **WORDS)
    tab.post(reverse("run_start"), asked)
    assert tab.post(reverse("run_start"), asked).status_code == 302
    other = tab.post(reverse("run_start"), {**asked, "axis-0-values": "dune, lake"})
    assert other.status_code == 422
    assert Run.objects.count() == 1

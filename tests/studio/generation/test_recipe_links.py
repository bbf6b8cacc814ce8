"""Links that open the form filled, and the same recipe at a larger size (A34, A35)."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from studio.accounts.models import Member
from studio.credits.models import Account
from studio.generation import promoting, recipelinks, rewriting
from studio.generation.models import Draft, Image, Job, Run, Visibility
from studio.generation.states import State
from studio.prompts.models import Style
from tests.conftest import MakeMember
from tests.studio.generation.pages import SignedIn, posted, text
from tests.studio.generation.place import Place, books
from tests.studio.generation.rows import a_job, a_key, a_run, an_image
from tests.studio.generation.world import give_credits, held

WORDS = 'a {red|blue} dune, "quoted" & <b> 红 🏜️ 100%'


def opened(tab: Client, address: str) -> Any:
    answer = tab.get(address)
    assert answer.status_code == 200
    return answer


def test_a_link_opens_the_form_filled_for_any_member(
    place: Place, tab: Client, member: MakeMember, signed_in: SignedIn
) -> None:
    style = Style.objects.create(name="Noir", text="film noir")
    form = posted(WORDS, size="2k", shape="16x9", quality="high", styles=[str(style.pk)], each="3")
    link = tab.post(reverse("recipe_link"), form | {"draft": str(uuid4())})["Location"]
    for who in (tab, signed_in(member("reviewer"))):
        shown = opened(who, link).context["form"]
        chosen = {name: shown[name].value() for name in ("template", "size", "shape", "quality", "each")}
        assert chosen == {"template": WORDS, "size": "2k", "shape": "16x9", "quality": "high", "each": "3"}
        assert str(style.pk) in str(shown["styles"].value())


def test_a_link_holds_no_key_no_token_and_nothing_personal(place: Place, tab: Client) -> None:
    form = posted("a dune", experiment=str(place.run.experiment_id), background="on", draft=str(uuid4()))
    link = tab.post(reverse("recipe_link"), form)["Location"]
    names = set(parse_qs(urlsplit(link).query))
    assert names == {"template", "shape", "size", "each", "quality"}


def test_opening_a_link_changes_nothing_and_leaves_the_draft_alone(place: Place, tab: Client) -> None:
    before = books()
    page = opened(tab, recipelinks.link({"template": "from a link"}))
    assert books() == before
    assert page.context["draft_id"] != place.draft.pk
    assert f"/?draft={place.draft.pk}" in text(page)  # what was being written stands beside it
    tab.post(reverse("estimate"), posted("from a link, gone on", draft=str(page.context["draft_id"])))
    assert Draft.objects.get(pk=place.draft.pk).fields == {"template": "unsent"}
    assert Draft.objects.get(pk=page.context["draft_id"]).fields["template"] == "from a link, gone on"


@pytest.mark.parametrize(
    "query",
    [
        "", "template=" + "x" * 25_000, "size=9k&shape=8x1&each=99&quality=best", "width=abc&height=-1",
        "template=%7Ba|b", "styles=x&styles=" + "y" * 9_000, "template=%00%ff", "draw=x&version=z",
        "axis-0-kind=nonsense&axis-0-values=a", "axis-0-kind=size&axis-0-values=1k%0A2k",
        "token=1&csrfmiddlewaretoken=2&confirm=3&draft=4",
    ],
)  # fmt: skip
def test_whatever_stands_in_a_link_the_form_opens(place: Place, tab: Client, query: str) -> None:
    before = books()
    opened(tab, f"{reverse('recipe')}?{query}")
    assert books() == before


def test_a_link_leads_through_the_sign_in(place: Place) -> None:
    link = recipelinks.link({"template": WORDS})
    answer = Client().get(link)
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [link]
    assert Client().post(reverse("recipe_link"), posted("x"))["Location"].startswith("/sign-in?next=")


def test_a_link_takes_no_other_method(tab: Client) -> None:
    assert tab.post(reverse("recipe")).status_code == 405
    assert tab.get(reverse("recipe_link")).status_code == 405


def test_what_does_not_fit_into_a_link_is_told_and_kept(place: Place, tab: Client) -> None:
    draft = uuid4()
    answer = tab.post(reverse("recipe_link"), posted("红" * 4_000, draft=str(draft)), follow=True)
    assert "too long for a link" in text(answer)
    assert Draft.objects.get(pk=draft).fields["template"] == "红" * 4_000


def test_an_image_and_a_run_link_to_their_recipes(place: Place, tab: Client) -> None:
    image = recipelinks.of_image(place.image)
    shown = opened(tab, image).context["form"]
    assert (shown["template"].value(), shown["size"].value()) == (place.image.prompt, "512")
    run = recipelinks.of_run(place.run)
    assert opened(tab, run).context["form"]["template"].value() == place.run.template
    place.run.template = "红" * 4_000
    assert recipelinks.of_run(place.run) == ""


def test_a_runs_axes_and_styles_come_back_as_they_were_typed(place: Place, tab: Client) -> None:
    form = posted("a red dune") | {
        "axis-0-kind": "replace", "axis-0-word": "red", "axis-0-values": "red\nblue",
        "axis-1-kind": "size", "axis-1-values": ["512", "1k"],
    }  # fmt: skip
    asked = recipelinks.fields_of(QueryDict(mutable=True))
    assert asked == {}
    tab.post(reverse("run_start"), form | {"more": "1"})
    run = Run.objects.exclude(pk=place.run.pk).get()
    fields = rewriting.fields_of(run)
    assert (fields["axis-0-kind"], fields["axis-0-values"].split()) == ("replace", ["red", "blue"])
    assert (fields["axis-1-kind"], fields["axis-1-values"].split()) == (
        "size",
        ["512x512", "1024x1024"],
    )
    again = opened(tab, recipelinks.of_run(run))
    assert again.context["estimate"].images == 4


@pytest.fixture
def person(member: MakeMember) -> Member:
    a_key()
    person = member("designer")
    give_credits(person, 1_000)
    return person


def an_image_of(maker: Member, width: int = 1248, height: int = 832, **fields: Any) -> Image:
    from studio.accounts.models import Key

    run = a_run(maker, Key.objects.first() or a_key(), width=width, height=height)
    job = a_job(run, State.DONE, width=width, height=height, prompt="a {castle} # on a cliff")
    return an_image(job, width=width, height=height, cost=14, **fields)


def test_a_larger_repeat_shows_the_difference_and_that_it_will_be_another_picture(
    person: Member, signed_in: SignedIn
) -> None:
    image = an_image_of(person)
    page = text(signed_in(person).get(reverse("promote", args=[image.uuid])))
    for said in (
        "Repeat at 2K",
        "It will be another picture.",
        "no seed",
        "30–50",
        "+16 to +36",
        "1248 × 832",
    ):
        assert said in page
    assert "Generate 1 image · 30–50 credits" in page
    assert not Draft.objects.exists()


def test_it_is_repeated_once_with_the_same_words_in_the_same_shape(
    person: Member, signed_in: SignedIn
) -> None:
    image = an_image_of(person)
    tab = signed_in(person)
    url = reverse("promote", args=[image.uuid])
    token = tab.get(url).context["token"]
    for _ in range(2):
        answer = tab.post(url, {"size": "2k", "token": token})
    [job] = Job.objects.exclude(pk=image.job_id)
    assert answer["Location"] == reverse("run", args=[job.run_id])
    assert job.prompt == "a {castle} # on a cliff"
    assert (job.width, job.height) == (2512, 1680)
    assert (job.run.source_id, job.run.experiment_id) == (image.pk, image.job.run.experiment_id)
    assert held(person) == 50


def test_it_may_be_changed_first_in_a_new_draft(person: Member, signed_in: SignedIn) -> None:
    image = an_image_of(person)
    writing = Draft.objects.create(member=person, fields={"template": "unsent"})
    tab = signed_in(person)
    answer = tab.post(reverse("promote", args=[image.uuid]), {"size": "2k", "edit": "1"})
    draft = Draft.objects.exclude(pk=writing.pk).get()
    assert answer["Location"] == f"/?draft={draft.pk}"
    assert draft.source_id == image.pk
    assert (draft.fields["shape"], draft.fields["size"]) == ("3x2", "2k")
    writing.refresh_from_db()
    assert writing.fields == {"template": "unsent"}


@pytest.mark.parametrize(
    ("sides", "names"),
    [
        ((512, 512), ["1k", "2k"]), ((1024, 1024), ["2k"]), ((2048, 2048), []), ((64, 512), ["512", "1k"]),
        ((4096, 64), []), ((1000, 1000), ["2k"]),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_what_is_clearly_larger_is_offered(
    person: Member, sides: tuple[int, int], names: list[str], signed_in: SignedIn
) -> None:
    image = an_image_of(person, *sides)
    assert [one.name for one in promoting.larger(image)] == names
    answer = signed_in(person).get(reverse("promote", args=[image.uuid]))
    assert answer.status_code == (200 if names else 404)
    assert signed_in(person).get(reverse("promote", args=[image.uuid]) + "?size=9k").status_code == 404


def test_others_images_may_be_repeated_where_they_may_be_seen(
    person: Member, member: MakeMember, signed_in: SignedIn
) -> None:
    image = an_image_of(member("designer"), visibility=Visibility.PRIVATE)
    tab = signed_in(person)
    url = reverse("promote", args=[image.uuid])
    assert tab.get(url).status_code == tab.post(url).status_code == 404
    Image.objects.filter(pk=image.pk).update(visibility=Visibility.TEAM)
    tab.post(url, {"size": "2k", "token": uuid4().hex})
    [run] = Run.objects.filter(member=person)
    assert run.visibility == Visibility.PRIVATE
    assert run.experiment.member_id == person.pk
    assert Client().get(url)["Location"].startswith("/sign-in?next=")


def test_without_credits_it_is_said_and_nothing_is_held(
    person: Member, signed_in: SignedIn, settings: Settings
) -> None:
    Account.objects.filter(pk=person.pk).update(balance=10)
    image = an_image_of(person)
    tab = signed_in(person)
    url = reverse("promote", args=[image.uuid])
    assert "needs up to 50 credits and 10 are free" in text(tab.get(url))
    answer = tab.post(url, {"size": "2k", "token": "nonsense"})
    assert (answer.status_code, held(person)) == (422, 0)
    assert not Run.objects.filter(source=image).exists()


def test_the_doors_keep_to_few_queries(person: Member, signed_in: SignedIn) -> None:
    image = an_image_of(person)
    tab = signed_in(person)
    with CaptureQueriesContext(connection) as asked:
        tab.get(reverse("promote", args=[image.uuid]))
    assert len(asked) < 20


@pytest.mark.parametrize("visibility", [Visibility.TEAM, Visibility.PRIVATE])
def test_a_remix_of_anothers_image_that_one_may_see_opens_beside(
    person: Member, member: MakeMember, signed_in: SignedIn, visibility: Visibility
) -> None:
    """A23: the words of a colleague's image in a new draft, never over what is being written."""
    image = an_image_of(member("designer"), visibility=visibility)
    writing = Draft.objects.create(member=person, fields={"template": "unsent"})
    answer = signed_in(person).post(reverse("remix", args=[image.uuid]))
    drafts = Draft.objects.exclude(pk=writing.pk)
    if visibility == Visibility.PRIVATE:
        assert answer.status_code == 404
        assert not drafts.exists()
    else:
        opened = drafts.get()
        assert answer["Location"] == f"/?draft={opened.pk}"
        assert (opened.fields["visibility"], opened.source_id) == (Visibility.PRIVATE, image.pk)
        assert (opened.fields["shape"], opened.fields["size"]) == ("3x2", "1k")
    writing.refresh_from_db()
    assert writing.fields == {"template": "unsent"}

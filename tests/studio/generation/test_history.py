"""The history of prompts: whole, a member's own, found by words, kept without pictures (A21)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from studio.accounts.models import Key, Member
from studio.generation import history
from studio.generation.folding import words_of
from studio.generation.history import Asked, When
from studio.generation.models import Draft, HistoryEntry, Image, Run
from studio.generation.states import State
from tests.conftest import MakeMember
from tests.studio.generation import ringing
from tests.studio.generation.pages import HTMX, SignedIn, posted, text
from tests.studio.generation.rows import a_job, a_key, a_run, an_image
from tests.studio.generation.world import World, give_credits, start

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)  # a Wednesday


def sent(member: Member, template: str, *prompts: str, ago: float = 0) -> Run:
    """Return a run of the member's that was started so many days before NOW, one image a prompt."""
    run = a_run(member, Key.objects.first() or a_key(), template=template)
    for prompt in prompts or [template]:
        a_job(run, State.DONE, prompt=prompt, cost=12)
    history.remember(run, prompts)
    at = NOW - timedelta(days=ago)
    Run.objects.filter(pk=run.pk).update(created_at=at)
    HistoryEntry.objects.filter(run=run).update(at=at)
    return run


def found(member: Member, words: str = "", when: When = When.EVER) -> list[str]:
    return [run.template for run in history.find(member, Asked(words=words, when=when), NOW).runs]


@pytest.fixture
def person(member: MakeMember) -> Member:
    return member("designer")


@pytest.mark.parametrize(
    "words", ["dune", "RED dune", "dusk Red", "ÉTÉ", "ete", "{red", "red, dune!", "f/1.8 été", "  "]
)
def test_a_prompt_is_found_by_all_of_its_words_in_any_order_and_case(person: Member, words: str) -> None:
    sent(person, "a {red|blue} dune at dusk, f/1.8, en Été")
    sent(person, "a harbour")
    assert found(person, words)[-1:] == ["a {red|blue} dune at dusk, f/1.8, en Été"]


@pytest.mark.parametrize("words", ["dunes", "red harbour", "%", "_", "50%_", "x" * 200])
def test_words_that_do_not_all_occur_find_nothing_but_other_prompts(person: Member, words: str) -> None:
    sent(person, "a red dune")
    assert (found(person, words) == []) is bool(words_of(words))


def test_what_a_list_put_in_is_found_too(person: Member) -> None:
    sent(person, "a __season__ wood", "an autumn wood", "a winter wood")
    assert found(person, "winter wood") == ["a __season__ wood"]


@pytest.mark.parametrize(
    ("when", "templates"),
    [
        (When.EVER, ["today", "monday", "sunday", "last monday", "long ago"]),
        (When.THIS_WEEK, ["today", "monday"]),
        (When.LAST_WEEK, ["sunday", "last monday"]),
        (When.EARLIER, ["long ago"]),
    ],
)
def test_the_weeks_begin_on_monday(person: Member, when: When, templates: list[str]) -> None:
    for days, template in [(400, "long ago"), (9, "last monday"), (3, "sunday"), (2, "monday"), (0, "today")]:
        sent(person, template, ago=days)
    assert found(person, when=when) == templates


def test_it_is_a_members_own(person: Member, member: MakeMember, signed_in: SignedIn) -> None:
    sent(member("owner"), "a secret dune")
    assert found(person) == []
    assert "a secret dune" not in text(signed_in(person).get(reverse("history") + "?q=dune&when=nonsense"))


def test_it_stays_when_the_pictures_go(person: Member, signed_in: SignedIn) -> None:
    run = sent(person, "a red dune", "a red dune", "a red dune")
    image = an_image(run.jobs.order_by("position")[0])
    tab = signed_in(person)
    assert image.shown(128) in text(tab.get(reverse("history")))
    Image.objects.all().delete()
    page = text(tab.get(reverse("history")))
    assert image.shown(128) not in page
    assert "a red dune" in page
    assert "2 images" in page
    assert "24 credits" in page


def test_pages_go_on_without_a_gap_or_a_repeat(person: Member, signed_in: SignedIn) -> None:
    for number in range(history.PAGE + 3):
        sent(person, f"dune number {number}")
    tab = signed_in(person)
    first = tab.get(reverse("history"), {"q": "dune"})
    following = first.context["next_url"]
    sent(person, "a new dune meanwhile")
    part = tab.get(following, headers=HTMX)
    assert "<!doctype" not in text(part)
    assert part.context["next_url"] == ""
    shown = [entry.id for answer in (first, part) for day in answer.context["days"] for entry in day.entries]
    assert len(shown) == len(set(shown)) == history.PAGE + 3
    assert "Newest prompts" in text(tab.get(following))  # as a page of its own, without script


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "%00", "0"])
def test_a_place_that_is_none_shows_the_newest_or_nothing(
    person: Member, signed_in: SignedIn, before: str
) -> None:
    sent(person, "a red dune")
    answer = signed_in(person).get(reverse("history"), {"before": before, "q": "a\0red"})
    assert answer.status_code == 200


def test_ten_or_twenty_entries_cost_the_same_queries(person: Member, signed_in: SignedIn) -> None:
    tab = signed_in(person)
    counts = []
    for _ in range(2):
        for number in range(10):
            run = sent(person, f"dune {number}")
            an_image(run.jobs.get())
        with CaptureQueriesContext(connection) as queries:
            tab.get(reverse("history") + "?q=dune")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_use_again_opens_what_was_written_beside_what_is_being_written(
    person: Member, signed_in: SignedIn
) -> None:
    run = sent(person, "a {red|blue} dune", "a red dune", "a blue dune")
    draft = Draft.objects.create(member=person, fields={"template": "unsent words"})
    tab = signed_in(person)
    answer = tab.post(reverse("history_again", args=[run.pk]))
    opened = Draft.objects.exclude(pk=draft.pk).get()
    assert answer["Location"] == f"/?draft={opened.pk}"
    assert opened.fields["template"] == "a {red|blue} dune"
    assert (opened.fields["shape"], opened.fields["size"]) == ("1x1", "512")
    draft.refresh_from_db()
    assert draft.fields == {"template": "unsent words"}
    assert tab.get(reverse("history_again", args=[run.pk])).status_code == 405


def test_a_run_used_again_has_the_former_ones_first_image_as_its_parent(
    person: Member, signed_in: SignedIn
) -> None:
    """A24."""
    give_credits(person, 1_000)
    grandparent = an_image(sent(person, "a dune").jobs.get())
    run = sent(person, "a {red|blue} dune", "a red dune", "a blue dune")
    Run.objects.filter(pk=run.pk).update(source=grandparent)
    tab = signed_in(person)
    tab.post(reverse("history_again", args=[run.pk]))
    assert Draft.objects.latest("updated_at").source_id == grandparent.pk  # it has no image of its own
    for job in run.jobs.order_by("-position"):
        an_image(job)
    tab.post(reverse("history_again", args=[run.pk]))
    opened = Draft.objects.latest("updated_at")
    assert opened.source_id == run.jobs.order_by("position")[0].image.pk
    again = tab.post(reverse("run_start"), posted("a {red|blue} dune in fog", draft=str(opened.pk)))
    assert again.status_code == 302
    assert Run.objects.latest("created_at").source_id == opened.source_id


def test_anothers_run_cannot_be_used_again(person: Member, member: MakeMember, signed_in: SignedIn) -> None:
    run = sent(member("designer"), "a secret dune")
    assert signed_in(person).post(reverse("history_again", args=[run.pk])).status_code == 404
    assert not Draft.objects.exists()


@pytest.mark.parametrize("door", ["history", "history_again"])
def test_somebody_signed_out_is_sent_to_sign_in(person: Member, door: str) -> None:
    run = sent(person, "a red dune")
    url = reverse(door, args=[run.pk] if door == "history_again" else [])
    answer = (Client().post if door == "history_again" else Client().get)(url)
    assert answer["Location"].startswith("/sign-in?next=")


def test_every_run_that_is_started_is_remembered_with_its_prompts(world: World, designer: Member) -> None:
    run = start(designer, "a {red|blue} dune")
    ringing.silence()
    entry = HistoryEntry.objects.get()
    assert (entry.run_id, entry.member_id) == (run.pk, designer.pk)
    assert entry.words == "a red blue dune"

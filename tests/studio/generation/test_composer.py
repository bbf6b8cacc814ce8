"""The composer: what is told beside the prompt, what its buttons do, and nothing bought twice unmeant."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from studio.generation import made, waits
from studio.generation.composerurls import urlpatterns
from studio.generation.forecast import Span
from studio.generation.models import Draft, Image, Job, Run, Visibility
from studio.generation.promptfield import in_browser, place_in_box
from studio.prompts import saved
from studio.prompts.models import Category, Chip, PromptVersion, Style, WordList
from tests.conftest import MakeMember
from tests.studio.generation.pages import HTMX, SignedIn, posted, text
from tests.studio.generation.place import Place
from tests.studio.generation.world import held

POSTS = sorted(str(pattern.name) for pattern in urlpatterns if pattern.name != "made")
MOST_QUERIES = 32  # of one estimate with lists and styles, whatever their number


def value(page: str, name: str) -> str:
    """Return what a field of the drawn composer says."""
    if name == "template":
        found = re.search(r'<textarea name="template"[^>]*>\s?(.*?)</textarea>', page, re.DOTALL)
    else:
        found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def a_list(name: str, entries: str) -> WordList:
    return WordList.objects.create(name=name, text=entries, count=entries.count("\n") + 1, size=len(entries))


def again(place: Place, **more: Any) -> dict[str, Any]:
    """Return the form that asks for exactly what there is an image of."""
    job = place.image.job
    width, height = str(job.width), str(job.height)
    return posted(place.image.prompt, width=width, height=height, quality=job.quality, **more)


# --- doors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", POSTS)
def test_a_button_of_the_composer_is_a_plain_post_of_the_whole_form(
    name: str, place: Place, tab: Client
) -> None:
    url, form = reverse(name), posted("a {red|blue} dune", draft=str(place.draft.pk), **{"save-name": "dune"})
    plain, swapped = tab.post(url, form), tab.post(url, form, headers=HTMX)
    assert (plain.status_code, swapped.status_code) == (200, 200)
    assert "<!doctype html>" in text(plain)
    assert "<!doctype" not in text(swapped)
    for page in (text(plain), text(swapped)):
        assert "Generate 2 images" in page
        assert page.count('id="plan"') == 1
    assert value(text(plain), "template").startswith("a {red|blue} dune")
    place.draft.refresh_from_db()
    assert place.draft.fields["template"].startswith("a {red|blue} dune")
    assert (held(place.person), Job.objects.count()) == (80, 4)
    assert [tab.generic(method, url).status_code for method in ("GET", "PUT", "DELETE")] == [405] * 3


@pytest.mark.parametrize("name", [*POSTS, "made"])
def test_somebody_signed_out_is_sent_to_sign_in(name: str, place: Place) -> None:
    tab = Client()
    answer = (tab.get if name == "made" else tab.post)(reverse(name))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in")
    assert Draft.objects.count() == 1


def test_an_estimate_asks_for_as_much_however_much_there_is(place: Place, tab: Client) -> None:
    form = posted("a {red|blue} __place__ __~time__", draft=str(place.draft.pk))

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert "Generate" in text(tab.post("/composer/estimate", form, headers=HTMX))
        return len(asked)

    a_list("place", "sea"), a_list("time", "noon")
    queries()  # what is kept for a few seconds
    few = queries()
    for number in range(20):
        a_list(f"other{number}", "x\ny\nz")
        Chip.objects.create(category=Category.MOOD, label=f"{number}", text="calm")
    WordList.objects.filter(name="place").update(text="\n".join(f"sea {n}" for n in range(40)), count=40)
    assert queries() == few <= MOST_QUERIES


# --- what is told -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "spot", "sentence"),
    [
        ("a red} dune", "5-6:bad", "Character 6: this } closes nothing."),
        ("  a red} dune", "7-8:bad", "Character 6: this } closes nothing."),
        ("🏜️ \r\n{dune", "5-6:bad", "this { is never closed"),
        ("cafe\u0301 {dune", "6-7:bad", "this { is never closed"),
        ("a dune in __saeson__", "10-11:bad", "Did you mean “season”?"),
    ],
)
def test_an_error_is_told_and_marked_where_it_stands(
    typed: str, spot: str, sentence: str, place: Place, tab: Client
) -> None:
    """A5, A7: in the box as the browser counts, and before any credit."""
    a_list("season", "spring\nautumn")
    page = text(tab.post("/composer/estimate", posted(typed), headers=HTMX))
    assert f'data-spots="{spot}"' in page
    assert sentence in unescape(page)
    assert tab.post("/runs", posted(typed), headers=HTMX).status_code == 422
    assert held(place.person) == 80


def test_a_place_in_the_box_counts_as_browsers_do() -> None:
    assert place_in_box("  ab", 1) == 3
    assert place_in_box("a\r\nb", 2) == 2
    assert place_in_box("🏜b", 1) == 2
    assert place_in_box("e\u0301e\u0301x", 2) == 4
    assert in_browser("a\r\n🏜b", 4) == 4


def test_the_text_that_is_sent_is_told_with_its_styles_and_lists(place: Place, tab: Client) -> None:
    """A19, A18, A7."""
    a_list("season", "spring\nautumn")
    style = Style.objects.create(name="Film", text="{prompt}, on film")
    form = posted("a hut in __season__", styles=[str(style.pk)])
    page = text(tab.post("/composer/estimate", form, headers=HTMX))
    assert "a hut in spring, on film" in page
    assert "a hut in autumn, on film" in page
    assert "Generate 2 images" in page
    assert "Exactly what you wrote." in text(tab.post("/composer/estimate", posted("a hut"), headers=HTMX))


def test_flattening_writes_out_and_comes_back(place: Place, tab: Client) -> None:
    """A19: the same images before and after, and what was typed afterwards is never taken away."""
    a_list("season", "spring\nautumn")
    style = Style.objects.create(name="Film", text="{prompt}, on film")
    typed = "a hut in __season__\nby the sea"
    flat = text(tab.post("/composer/flatten", posted(typed, styles=[str(style.pk)]), headers=HTMX))
    assert value(flat, "template") == "a hut in {spring|autumn}\nby the sea, on film"
    assert not re.search(r'name="styles"[^>]* checked', flat)
    before = {name: value(flat, name) for name in ("before-template", "before-styles", "before-flat")}
    form = posted(value(flat, "template"), **before)
    back = text(tab.post("/composer/restore", form, headers=HTMX))
    assert value(back, "template") == typed
    assert re.search(rf'value="{style.pk}" checked', back)
    changed = text(tab.post("/composer/restore", {**form, "template": "my own words"}, headers=HTMX))
    assert value(changed, "template") == "my own words"


@pytest.mark.parametrize("typed", ["a {hut", "a __rock__", "a hut"])
def test_what_cannot_be_flattened_stays(typed: str, place: Place, tab: Client) -> None:
    form = posted(typed, styles=["nothing", "00000000-0000-4000-8000-000000000000"])
    assert value(text(tab.post("/composer/flatten", form, headers=HTMX)), "template") == typed


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ("", "golden hour", "golden hour"),
        ("a hut", "golden hour", "a hut, golden hour"),
        ("a hut, ", "golden hour", "a hut, golden hour"),
        ("a hut in", "__season__", "a hut in __season__"),
    ],
)
def test_words_are_put_in_without_a_script_too(
    before: str, words: str, after: str, place: Place, tab: Client
) -> None:
    """A27."""
    page = text(tab.post("/composer/insert", posted(before, insert=words)))
    assert value(page, "template") == after


def test_the_time_is_told_where_it_is_known(
    place: Place, tab: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B16: for as many images as the plan has, of their sizes."""
    asked: list[Any] = []

    def of_new(key: object, wanted: Any, now: object) -> Span:
        asked.append(wanted)
        return Span(low=40, high=200)

    monkeypatch.setattr(waits, "of_new", of_new)
    page = text(tab.post("/composer/estimate", posted("a {red|blue} hut", each="2"), headers=HTMX))
    assert "Done in about 1–4 min" in page
    assert [list(sizes) for sizes in asked] == [[(512, 512, "draft")] * 4]
    later = posted("a hut", when="tonight", clock="22:00")
    assert "Done in" not in text(tab.post("/composer/estimate", later, headers=HTMX))


# --- the coach ----------------------------------------------------------------------------------


def test_the_coach_tells_what_is_missing_and_offers_the_teams_words(place: Place, tab: Client) -> None:
    """A26, A27."""
    Chip.objects.all().delete()
    Chip.objects.create(category=Category.STYLE, label="Gouache", text="gouache on grey paper")
    page = text(
        tab.post("/composer/estimate", posted("a fox at dawn, close-up of a wide shot"), headers=HTMX)
    )
    assert "Add a style:" in page
    assert 'value="gouache on grey paper"' in page
    assert "“close-up” and “wide shot” contradict each other." in page
    assert 'data-spots="15-23:warn 29-38:warn"' in page
    assert "Generate 1 image" in page


def test_the_coach_is_hidden_by_one_click_and_stays_so(place: Place, tab: Client) -> None:
    for answer in (tab.post("/composer/coach", posted("a fox", coach="off")), tab.get("/")):
        assert "coach__list" not in text(answer)
        assert "Show what the prompt says" in text(answer)
    assert "coach__list" not in text(tab.post("/composer/estimate", posted("a fox"), headers=HTMX))
    assert "coach__list" in text(tab.post("/composer/coach", posted("a fox", coach="on"), headers=HTMX))
    assert "coach__list" in text(tab.post("/composer/estimate", posted("a fox"), headers=HTMX))


# --- there already (A32) ------------------------------------------------------------------------


def test_the_same_again_needs_one_more_click(place: Place, tab: Client) -> None:
    form = again(place)
    page = text(tab.post("/composer/estimate", form, headers=HTMX))
    assert "You already have this" in page
    assert "Use this (0 credits)" in page
    assert reverse("image", args=[place.image.uuid]) in page
    for more in ("", "0" * 16):
        answer = tab.post("/runs", {**form, "more": more}, headers=HTMX)
        assert answer.status_code == 422
        assert "You already have this. Use it for 0 credits" in unescape(text(answer))
    assert Run.objects.count() == 1
    meant = {**form, "more": value(page, "more")}
    assert tab.post("/runs", meant).status_code == 302
    assert Run.objects.count() == 2
    third = again(place, more=meant["more"])
    assert tab.post("/runs", third, headers=HTMX).status_code == 422  # it was meant once


@pytest.mark.parametrize(
    "other", [{"width": "640"}, {"quality": "high"}, {"template": "a blue sea."}, {"template": "A blue sea"}]
)
def test_anything_else_is_not_the_same(other: dict[str, str], place: Place, tab: Client) -> None:
    page = text(tab.post("/composer/estimate", {**again(place), **other}, headers=HTMX))
    assert "You already have this" not in page


def test_a_plan_that_is_there_in_part_is_told_and_asks_nothing(place: Place, tab: Client) -> None:
    form = {**again(place), "template": f"{{{place.image.prompt}|a moth}}"}
    page = text(tab.post("/composer/estimate", form, headers=HTMX))
    assert "1 of 2 are there already" in page
    assert 'name="more"' not in page
    assert tab.post("/runs", form).status_code == 302


def test_what_others_keep_to_themselves_is_not_there(
    place: Place, member: MakeMember, signed_in: SignedIn
) -> None:
    other = signed_in(member("designer"))
    form = again(place)
    assert place.image.visibility == Visibility.PRIVATE
    assert "You already have" not in text(other.post("/composer/estimate", form, headers=HTMX))
    assert other.get(reverse("made"), {"image": str(place.image.uuid)}).status_code == 404
    Image.objects.update(visibility=Visibility.TEAM)
    assert "You already have" in text(other.post("/composer/estimate", form, headers=HTMX))
    page = other.get(reverse("made"), {"image": str(place.image.uuid)})
    assert "1 image, for 0 credits." in text(page)
    assert other.get(reverse("made"), {"image": "nothing"}).status_code == 404


def test_what_is_there_already_is_found_by_its_first_words(place: Place) -> None:
    """However many images there are: it is asked at each pause of a keystroke."""
    if connection.vendor == "postgresql":  # which reads a table as small as this as a whole
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "image_words" in made._of_prompts(place.person, [place.image.prompt]).explain()


# --- large runs (A10) ---------------------------------------------------------------------------


def test_a_dear_run_asks_for_its_number_first(place: Place, tab: Client, settings: Any) -> None:
    settings.RUN_ASK_ABOVE_CREDITS = 30
    form = posted("a {red|blue} dune")
    page = text(tab.post("/composer/estimate", form, headers=HTMX))
    assert "A large run, more than 30 credits: type 2 to go on" in page
    assert tab.post("/runs", form, headers=HTMX).status_code == 422
    assert tab.post("/runs", {**form, "confirm": "2"}).status_code == 302


def test_over_the_cap_the_button_is_off_and_says_by_how_much(
    place: Place, tab: Client, settings: Any
) -> None:
    settings.RUN_MOST_IMAGES = 3
    page = text(tab.post("/composer/estimate", posted("a {a|b|c} {d|e}"), headers=HTMX))
    assert re.search(r'<button[^>]*id="generate"[^>]* disabled>3 images too many</button>', page)


def test_more_combinations_than_anybody_reads_are_told_by_their_size(place: Place, tab: Client) -> None:
    """A float says no number beyond 10³⁰⁸; this is one with 572 digits."""
    form = posted("a" + "|b" * 1_900)
    page = text(tab.post("/composer/estimate", form, headers=HTMX))
    assert re.search(r"disabled>about 10[⁰¹²³⁴⁵⁶⁷⁸⁹]{3} images too many</button>", page)
    assert tab.post("/runs", form).status_code == 422
    assert held(place.person) == 80


def test_the_button_says_what_it_costs_and_leaves(place: Place, tab: Client) -> None:
    """A4."""
    page = text(tab.post("/composer/estimate", posted("a {red|blue} dune"), headers=HTMX))
    found = re.search(r'<button[^>]*id="generate"[^>]*>(.*?)</button>', page, re.DOTALL)
    assert found
    assert re.sub("<[^>]+>", " ", found[1]) == "Generate 2 images · 20–40 credits leaves ≈ 890 "


# --- saved prompts (A20) ------------------------------------------------------------------------


def test_a_prompt_is_saved_again_and_taken_up(place: Place, tab: Client) -> None:
    style = Style.objects.create(name="Film", text="on film")
    form = posted(
        "a {red|blue} dune", styles=[str(style.pk)], **{"save-name": " the  dune ", "save-as": "new"}
    )
    page = text(tab.post("/composer/save", form, headers=HTMX))
    assert "Saved “the dune”, version 1." in page
    first = PromptVersion.objects.get()
    assert (first.template, first.fields["styles"]) == ("a {red|blue} dune", str(style.pk))
    again = {**form, "template": "a {red|green} dune", "version": str(first.pk), "save-as": "version"}
    page = text(tab.post("/composer/save", {**again, "save-note": "greener"}, headers=HTMX))
    said = re.search(r'version 2\. <a class="link" href="([^"]*)">What changed</a>', page)
    assert said
    changed = text(tab.get(unescape(said[1])))  # one press away from what was saved
    assert re.search(r"<del>.*blue.*</del>", changed, re.DOTALL)
    assert 'id="compare"' in changed
    newest = saved.newest(first.prompt)
    assert (newest.number, newest.note, newest.author) == (2, "greener", place.person)
    opened = text(tab.get("/", {"version": str(newest.pk)}))
    assert value(opened, "template") == "a {red|green} dune"
    assert value(opened, "version") == str(newest.pk)
    assert re.search(rf'value="{style.pk}" checked', opened)
    assert "Save as version 3 of “the dune”" in opened
    place.draft.refresh_from_db()
    assert place.draft.pk != value(opened, "draft")  # beside what is written, never over it
    tab.post("/runs", {**again, "version": value(opened, "version")})
    assert Run.objects.latest("created_at").prompt_version == newest.pk
    tab.post("/runs", posted("a wholly other sea", version=str(newest.pk)))
    assert Run.objects.latest("created_at").prompt_version is None  # these words are not the version's


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"save-name": " "}, "Give the prompt a name to save it under."),
        ({"save-name": "x" * 121}, "A name may have 120 characters; this one has 121."),
        ({"save-name": "taken"}, "“taken” already. Choose another name."),
        ({"save-name": "new", "template": "a {dune"}, "this { is never closed"),
        ({"save-name": "new", "template": ""}, "Write a prompt first."),
    ],
)
def test_what_cannot_be_saved_says_why_and_loses_nothing(
    more: dict[str, str], sentence: str, place: Place, tab: Client
) -> None:
    saved.create(place.person, name="taken", template="a dune")
    form = posted("my words") | more
    page = text(tab.post("/composer/save", form, headers=HTMX))
    assert sentence in unescape(page)
    assert value(page, "template") == form["template"]
    assert PromptVersion.objects.count() == 1


@pytest.mark.parametrize("pk", ["nothing", "00000000-0000-4000-8000-000000000000"])
def test_a_version_that_is_not_there_is_no_page(pk: str, place: Place, tab: Client) -> None:
    assert tab.get("/", {"version": pk}).status_code == 404
    answer = tab.post("/composer/estimate", posted("a dune", version=pk))
    assert answer.status_code == 200


def test_a_style_that_is_gone_is_told_before_any_credit(place: Place, tab: Client) -> None:
    form = posted("a dune", styles=["00000000-0000-4000-8000-000000000000"])
    assert "One of the styles was deleted." in text(tab.post("/composer/estimate", form, headers=HTMX))
    assert tab.post("/runs", form, headers=HTMX).status_code == 422
    assert held(place.person) == 80


def test_what_is_random_is_drawn_anew_when_asked_and_after_each_start(place: Place, tab: Client) -> None:
    """A8."""
    form = posted("a {~red|blue|green|white|black} dune", draw="7")
    page = text(tab.post("/composer/estimate", form, headers=HTMX))
    assert "Draw again" in page
    assert text(tab.post("/composer/estimate", form, headers=HTMX)).count("dune") == page.count("dune")
    drawn = text(tab.post("/composer/draw", form, headers=HTMX))
    assert value(drawn, "draw") != "7"
    started = text(tab.post("/runs", form, headers=HTMX))
    assert value(started, "draw") != "7"
    assert Run.objects.latest("created_at").draw == 7

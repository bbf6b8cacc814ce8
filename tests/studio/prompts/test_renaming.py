"""A list that gets another name takes along what asks for it (A7)."""

import pytest
from django.test import Client

from studio.accounts.models import Event, Member
from studio.prompts import labels, saved
from studio.prompts.models import PromptVersion, Style, WordList
from studio.prompts.renaming import renamed
from tests.studio.prompts.shelves import said, style, word_list


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a __season__ fox", "a __time/of year__ fox"),
        ("__~season__ __@season__ __ season __", "__~time/of year__ __@time/of year__ __ time/of year __"),
        ("__season(hue=red)__", "__time/of year(hue=red)__"),
        ("{2$$__season__|__seasons__}", "{2$$__time/of year__|__seasons__}"),
        (r"\__season__ \_\_season__ season", r"\__season__ \_\_season__ season"),
        ("__season*__ __*__ __**/season__", "__season*__ __*__ __**/season__"),
    ],
)
def test_only_the_name_is_changed_in_what_is_written(text: str, expected: str) -> None:
    assert renamed(text, "season", "time/of year") == expected


def rename(browser: Client, row: WordList, name: str, text: str = "", **more: str) -> str:
    row.refresh_from_db()
    form = {"name": name, "text": text or row.text, "revision": str(row.revision), "follow": "on", **more}
    answer = browser.post(f"/library/lists/{row.pk}", form, follow=True)
    assert answer.status_code in {200, 422}
    return said(answer)


@pytest.mark.django_db
class TestPage:
    def test_lists_styles_and_saved_prompts_ask_by_the_new_name(self, browser: Client, ada: Member) -> None:
        row = word_list(ada, "season", "spring\nautumn")
        day = word_list(ada, "day", "# __season__\na __season__ morning")
        film = style(ada, "Film", "{prompt} in __season__")
        kept = saved.create(ada, name="Fox", template="a __~season__ fox", fields={"size": "2k"})
        page = rename(browser, row, "time of year")
        assert "“time of year” is saved. Changed with it: day, Film, Fox." in page
        assert "still ask" not in page
        day.refresh_from_db()
        assert (day.text, day.needs) == ("# __time of year__\na __time of year__ morning", ["time of year"])
        assert (day.revision, day.size) == (2, len(day.text))
        film = Style.objects.get(pk=film.pk)
        assert (film.text, film.needs, film.changed_by) == (
            "{prompt} in __time of year__",
            ["time of year"],
            ada,
        )
        newest = saved.newest(kept.prompt.__class__.objects.get(pk=kept.prompt_id))
        assert (newest.number, newest.template, newest.fields) == (
            2,
            "a __~time of year__ fox",
            {"size": "2k"},
        )
        assert newest.note == "The word list “season” is called “time of year” now."
        assert PromptVersion.objects.get(pk=kept.pk).template == "a __~season__ fox"  # as it was
        assert Event.objects.filter(verb="library.changed").count() == 3

    def test_without_the_tick_they_are_named_as_before(self, browser: Client, ada: Member) -> None:
        row = word_list(ada, "season", "spring")
        film = style(ada, "Film", "{prompt} in __season__")
        page = rename(browser, row, "seasons", follow="")
        assert "These still ask for __season__: Film." in page
        film.refresh_from_db()
        assert film.text == "{prompt} in __season__"

    def test_a_label_on_an_older_version_and_a_glob_are_told(self, browser: Client, ada: Member) -> None:
        row = word_list(ada, "time/season", "spring")
        first = saved.create(ada, name="Fox", template="a __time/season__ fox")
        saved.add_version(first.prompt, ada, template="a fox in __time/season__")
        labels.put(first.prompt, "print", first, ada)
        word_list(ada, "any", "__time/*__")
        page = rename(browser, row, "season")
        assert "Changed with it: Fox." in page
        assert "These still ask for __time/season__: any, “print” of Fox." in page

    def test_what_would_be_too_long_stays_and_is_told(self, browser: Client, ada: Member) -> None:
        row = word_list(ada, "s", "spring")
        saved.create(ada, name="Long", template="__s__ " + "x" * 3_990)
        assert "These still ask for __s__: Long." in rename(browser, row, "season/of the year")
        assert PromptVersion.objects.count() == 1

    def test_no_circle_comes_of_it(self, browser: Client, ada: Member) -> None:
        row = word_list(ada, "season", "spring")
        word_list(ada, "day", "a __season__ day")
        page = rename(browser, row, "seasons", text="spring\n__day__")
        assert "in a circle: seasons → day → seasons." in page
        row.refresh_from_db()
        assert row.name == "season"

    def test_a_name_that_is_kept_changes_nothing_else(self, browser: Client, ada: Member) -> None:
        row = word_list(ada, "season", "spring")
        other = style(ada, "Film", "{prompt} in __season__")
        rename(browser, row, "season", text="spring\nsummer")
        other.refresh_from_db()
        assert other.revision == 1

    def test_the_tick_is_offered_where_the_list_is_used(self, browser: Client, ada: Member) -> None:
        row = word_list(ada, "season", "spring")
        assert 'name="follow"' not in browser.get(f"/library/lists/{row.pk}").content.decode()
        style(ada, "Film", "{prompt} in __season__")
        page = browser.get(f"/library/lists/{row.pk}").content.decode()
        assert 'name="follow"' in page
        assert "checked" in page.partition('name="follow"')[2][:120]

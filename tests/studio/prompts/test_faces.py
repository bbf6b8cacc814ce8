"""What other rooms read of the library: lists, styles, saved prompts, chips, and in how many queries."""

from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from studio.prompts import chips, keeping, saved, styles
from studio.prompts.listtext import entries_of, needs_of
from studio.prompts.models import Category, PromptVersion, SavedPrompt, Style, WordList
from studio.prompts.wordlists import team_lists
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db


def word_list(name: str, text: str) -> WordList:
    """Make a list as saving one does."""
    needs, count = needs_of(text), len(entries_of(text))
    return WordList.objects.create(name=name, text=text, count=count, size=len(text), needs=needs)


def test_a_list_is_read_by_its_name_and_a_glob_in_two_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    word_list("season", "# four of them\nspring\n\n  autumn ")
    word_list("animals/cats", "lynx\n__season__ cat")
    word_list("animals/dogs", "fox\nlynx")
    with django_assert_num_queries(2):
        lists = team_lists()
        assert lists.entries("season") == ("spring", "autumn")
        assert lists.entries("animals/*") == ("lynx", "__season__ cat", "fox")
        assert lists.entries("weather") is None
        assert list(lists.names()) == ["animals/cats", "animals/dogs", "season"]


def test_without_a_question_there_is_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        team_lists()


def test_of_very_much_text_only_what_is_asked_for_is_read(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.prompts.wordlists.MOST_AT_ONCE", 10)
    word_list("season", "spring in __colour__")
    word_list("colour", "red")
    word_list("other", "a very long text")
    with django_assert_num_queries(2):
        lists = team_lists()
        assert lists.entries("season") == ("spring in __colour__",)
        assert lists.entries("colour") == ("red",)
    with django_assert_num_queries(1):
        assert lists.entries("other") == ("a very long text",)


def test_styles_come_in_the_order_asked_for(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ink, oil = (Style.objects.create(name=name, text=name) for name in ("ink", "oil"))
    with django_assert_num_queries(1):
        assert styles.get([oil.pk, ink.pk, oil.pk]) == [oil, ink]
    with django_assert_num_queries(0):
        assert styles.get([]) == []
    assert styles.apply([oil, ink], "a fox") == "a fox, oil, ink"


def test_a_style_that_is_not_there_is_told() -> None:
    with pytest.raises(styles.UnknownStyle, match="deleted"):
        styles.get([uuid4()])


def test_saving_makes_the_next_version(member: MakeMember) -> None:
    ada, bob = member(), member()
    first = saved.create(ada, name="fox", template="a fox", note="the first")
    second = saved.add_version(first.prompt, bob, template="a __season__ fox")
    assert [(v.number, v.author, v.needs) for v in PromptVersion.objects.order_by("number")] == [
        (1, ada, []),
        (2, bob, ["season"]),
    ]
    prompt = SavedPrompt.objects.get()
    assert (prompt.latest, prompt.changed_by) == (2, bob)
    assert saved.newest(prompt) == second
    assert saved.version(first.pk) == first


def test_what_is_the_same_is_not_saved_twice(member: MakeMember) -> None:
    first = saved.create(member(), name="fox", template="a fox")
    assert saved.add_version(first.prompt, member(), template="a fox") == first


def test_a_name_is_given_once(member: MakeMember) -> None:
    saved.create(member(), name="fox", template="a fox")
    with pytest.raises(keeping.NameTaken, match="fox"):
        saved.create(member(), name="fox", template="a red fox")


def test_a_bare_studio_has_chips_of_every_category(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        found = chips.by_category()
    assert list(found) == list(Category)
    assert all(len(each) == 8 for each in found.values())

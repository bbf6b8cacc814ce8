"""The demonstration's library: all of it can be read and used, and a library in use is left alone."""

import pytest

from studio.accounts.models import Member
from studio.prompts import demo, keeping, saved, styles
from studio.prompts.expansion import expand
from studio.prompts.listcheck import faults_of
from studio.prompts.models import SavedPrompt, Style, WordList
from studio.prompts.usage import missing
from studio.prompts.wordlists import team_lists
from tests.studio.prompts.shelves import word_list

pytestmark = pytest.mark.django_db


def test_every_list_style_and_version_can_be_used(ada: Member) -> None:
    assert demo.fill(ada)
    names = list(WordList.objects.values_list("name", flat=True))
    assert len(names) == len(demo.LISTS)
    for row in WordList.objects.all():
        assert not faults_of(row.text)
        assert not missing(row.needs, names)
        assert expand(f"__{row.name}__", most=200, lists=team_lists()).count > 2
    for style in Style.objects.all():
        made = expand(styles.apply([style], "a fox"), most=50, lists=team_lists())
        assert "a fox" in made.variations[0].prompt
    prompt = SavedPrompt.objects.get()
    assert prompt.latest == len(demo.VERSIONS) > 1
    assert expand(saved.newest(prompt).template, most=50, lists=team_lists()).count == 20


def test_twice_is_as_once_and_what_was_deleted_stays_away(ada: Member) -> None:
    demo.fill(ada)
    keeping.delete(WordList.objects.get(name="material"), ada)
    assert not demo.fill(ada)
    assert SavedPrompt.objects.count() == 1


def test_a_library_in_use_is_left_alone(ada: Member) -> None:
    word_list(ada, "mine", "a")
    assert not demo.fill(ada)
    assert not Style.objects.exists()

"""The family of an image: ancestors and children in one query, and never a stranger's secret (A24)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallery import family
from gallery.search import Neighbours
from studio.accounts.models import Member
from studio.generation.models import Image, Run
from tests.gallery import factories
from tests.gallery.factories import PRIVATE, TEAM
from tests.gallery.reading import text

pytestmark = pytest.mark.django_db

NOBODY = Neighbours(newer=None, older=None)


def remix(
    source: Image, member: Member, prompt: str = "a blue dune at dusk", visibility: str = TEAM
) -> Image:
    """Return an image made from another."""
    image = factories.image(member, prompt, visibility=visibility)
    Run.objects.filter(pk=image.job.run_id).update(source=source)
    return again(image)


def again(image: Image) -> Image:
    return Image.objects.select_related("member", "job__run").get(pk=image.pk)


def kin(member: Member, image: Image) -> family.Family:
    return family.of(member, again(image), NOBODY)


class TestLine:
    def test_it_goes_up_to_the_first_and_down_to_the_children(self, ada: Member, bob: Member) -> None:
        first = factories.image(ada)
        second = remix(first, bob)
        third = remix(second, ada)
        children = [remix(third, bob), remix(third, ada)]
        found = kin(ada, third)
        assert list(found.ancestors) == [first, second]
        assert list(found.children) == children
        assert family.parent(found, again(third)) == second

    def test_cells_of_one_run_have_the_same_parent(self, ada: Member) -> None:
        source = factories.image(ada)
        cells = factories.rows(ada, ["a red dune", "a blue dune"])
        Run.objects.filter(pk=cells[0].job.run_id).update(source=source)
        assert [kin(ada, cell).ancestors for cell in cells] == [(source,), (source,)]
        assert list(kin(ada, source).children) == cells

    def test_of_many_children_the_first_are_shown(self, ada: Member) -> None:
        source = factories.image(ada)
        cells = factories.rows(ada, ["a dune"] * 13)
        Run.objects.filter(pk=cells[0].job.run_id).update(source=source)
        found = kin(ada, source)
        assert (len(found.children), found.more) == (12, True)

    def test_a_very_long_line_is_cut_and_never_endless(self, ada: Member) -> None:
        images = factories.rows(ada, ["a dune"])
        for _ in range(25):
            (image,) = factories.rows(ada, ["a dune"])
            Run.objects.filter(pk=image.job.run_id).update(source=images[-1])
            images.append(image)
        Run.objects.filter(pk=images[0].job.run_id).update(source=images[-1])  # a circle, as by a mishap
        assert len(kin(ada, images[-1]).ancestors) <= family.DEEPEST

    def test_the_steps_say_how_much_was_changed(self, ada: Member) -> None:
        first = factories.image(ada, "a red dune at dusk")
        second = remix(first, ada, "a blue dune at dawn")
        third = remix(second, ada, "a blue dune at dawn")
        steps = family.line(kin(ada, second), again(second))
        assert [(step.image, step.words, step.place) for step in steps] == [
            (first, "", "before"),
            (second, "2 words changed", "this"),
            (third, "same words", "after"),
        ]


class TestWho:
    def test_private_images_of_others_are_left_out_and_the_line_goes_on(
        self, ada: Member, bob: Member
    ) -> None:
        first = factories.image(ada, "an open harbour")
        hidden = remix(first, bob, "a secret heron", PRIVATE)
        shown = remix(hidden, bob, "a heron")
        remix(shown, bob, "another secret", PRIVATE)
        found = kin(ada, shown)
        assert (found.ancestors, found.children) == ((first,), ())
        assert family.parent(found, again(shown)) is None

    def test_hidden_children_do_not_take_the_place_of_others(self, ada: Member, bob: Member) -> None:
        source = factories.image(ada)
        hidden = factories.rows(bob, ["a secret"] * 20, visibility=PRIVATE)
        Run.objects.filter(pk=hidden[0].job.run_id).update(source=source)
        shown = remix(source, bob)
        assert list(kin(ada, source).children) == [shown]

    def test_no_word_of_them_is_on_the_page(self, as_ada: Client, ada: Member, bob: Member) -> None:
        hidden = factories.image(bob, "a secret heron", visibility=PRIVATE)
        shown = remix(hidden, bob, "a heron")
        page = text(as_ada.get(f"/images/{shown.uuid}"))
        assert "secret" not in page
        assert str(hidden.uuid) not in page
        assert hidden.token not in page


class TestPage:
    def test_it_shows_thumbnails_and_what_changed(self, as_ada: Client, ada: Member, bob: Member) -> None:
        first = factories.image(bob, "a red dune at dusk")
        second = remix(first, ada)
        page = text(as_ada.get(f"/images/{second.uuid}"))
        strip = page.partition('class="lineage"')[2].partition("</ol>")[0]
        assert f'href="/images/{first.uuid}"' in strip
        assert f'src="{first.rendition(256)}"' in strip
        assert "1 word changed" in strip
        assert "</span>red</del>" in page
        assert f'href="/compare?image={first.uuid}&amp;image={second.uuid}"' in page

    def test_an_image_without_a_family_has_no_strip(self, as_ada: Client, ada: Member) -> None:
        assert "lineage" not in text(as_ada.get(f"/images/{factories.image(ada).uuid}"))

    def test_a_family_takes_one_query_however_large(self, as_ada: Client, ada: Member) -> None:
        source = factories.image(ada)
        counts = set()
        for more in (1, 10):
            cells = factories.rows(ada, ["a dune"] * more)
            Run.objects.filter(pk=cells[0].job.run_id).update(source=source)
            with CaptureQueriesContext(connection) as made:
                as_ada.get(f"/images/{source.uuid}")
            counts.add(len(made))
        with CaptureQueriesContext(connection) as alone:
            family.of(ada, again(source), NOBODY)
        assert len(alone) == 2  # one of them reads the image itself, as its page does
        assert len(counts) == 1
        assert max(counts) <= 15  # seven of every page's frame, eight of its own (C8)

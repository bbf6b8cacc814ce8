"""Twenty pictures, found again by their colours (C24)."""

import pytest
from PIL import Image as Drawing
from PIL import ImageDraw

from gallery import colours
from studio.accounts.models import Member
from studio.generation.models import Image
from studio.generation.oklab import distance, of_hex
from studio.generation.palettes import palette
from tests.gallery import factories

TWENTY = {
    "poppies": ("#c8202a", "#e8e2d0"), "brick": ("#a93226", "#5f5f5f"), "tangerines": ("#f28a1e", "#f7f3ea"),
    "dune": ("#e2b56a", "#8fb4d9"), "lemons": ("#f5d328", "#ffffff"), "meadow": ("#3f9c46", "#9fd0f0"),
    "pines": ("#1f5a36", "#c9d3d6"), "emerald": ("#17a06c", "#101418"), "lagoon": ("#2bb7b3", "#f4e3c1"),
    "ice": ("#bfe3ee", "#7fa9bd"), "sea": ("#2763c4", "#e7eef7"), "midnight": ("#16204a", "#f2c14e"),
    "iris": ("#5b3fb8", "#2f6b3a"), "lavender": ("#a58bdc", "#6f8f5a"), "orchid": ("#c934a0", "#f6f1f4"),
    "blossom": ("#f3a6bd", "#86b0d8"), "walnut": ("#6e4326", "#e9dcc6"), "ink": ("#0b0b0d", "#fbfbfb"),
    "fog": ("#8b8d90", "#c6c8ca"), "snow": ("#fcfcfc", "#dfe8ef"),
}  # fmt: skip
FOUND = {
    "#c33": {"poppies"}, "red": {"poppies", "brick"}, "orange": {"tangerines"}, "yellow": {"lemons"},
    "green": {"meadow", "pines", "emerald"}, "navy": {"midnight"}, "blue": {"sea"},
    "violet": {"lavender", "iris"}, "magenta": {"orchid"}, "pink": {"blossom"}, "brown": {"walnut"},
    "black": {"ink", "emerald"},
}  # fmt: skip


def painted(ground: str, spot: str) -> Drawing.Image:
    """Return a ground with a round spot on about a sixth of it, both uneven as in a picture."""
    picture = Drawing.new("RGB", (240, 160), ground)
    ImageDraw.Draw(picture).ellipse((80, 38, 164, 122), fill=spot)
    grain = Drawing.effect_noise(picture.size, 18).convert("RGB")
    return Drawing.blend(picture, grain, 0.04)


PALETTES = {name: palette(painted(*pair)) for name, pair in TWENTY.items()}


def by_colour(text: str) -> set[str]:
    asked = set(colours.near(text))
    return {name for name, line in PALETTES.items() if asked & set(colours.tokens(line))}


@pytest.mark.parametrize(("asked", "names"), FOUND.items(), ids=list(FOUND))
def test_c24_a_colour_finds_the_pictures_that_have_it(asked: str, names: set[str]) -> None:
    assert names <= by_colour(asked)


@pytest.mark.parametrize(("asked", "names"), FOUND.items(), ids=list(FOUND))
def test_c24_what_it_finds_has_a_colour_within_the_distance(asked: str, names: set[str]) -> None:
    wanted = [of_hex(one) for one in colours.NAMED.get(asked, "cc3333").split()]
    for name in by_colour(asked):
        shades = [of_hex(part.partition(":")[0]) for part in PALETTES[name].split()]
        assert min(distance(one, shade) for one in wanted for shade in shades) < 0.2, name


def test_every_picture_is_found_by_its_own_ground_and_few_others_are() -> None:
    for name, (ground, _) in TWENTY.items():
        assert name in by_colour(ground)
    assert sum(len(by_colour(ground)) for ground, _ in TWENTY.values()) < 6 * len(TWENTY)


@pytest.mark.parametrize("text", ["#c33", "c33", "#C33", "cc3333", " #cc3333 "])
def test_a_colour_is_written_in_three_digits_or_six(text: str) -> None:
    assert colours.near(text) == colours.near("#cc3333") != ()


@pytest.mark.parametrize(
    "text", ["", "#", "#c3", "#c3333", "reddish", "#cc333g", "\u0663\u0663\u0663", "٣33", "_k1x"]
)
def test_what_is_no_colour_has_no_tokens(text: str) -> None:
    assert colours.near(text) == ()


@pytest.mark.parametrize("line", ["", "x", "c4512d", "c4512d:x", ":40", "c4512d:-3", "zzzzzz:50"])
def test_a_line_that_cannot_be_read_has_none(line: str) -> None:
    assert colours.tokens(line) == ()


def test_a_token_is_one_word_of_letters_and_digits() -> None:
    for name in colours.NAMED:
        assert all(token.startswith("_k") and token[1:].isalnum() for token in colours.near(name))


def test_a_search_asks_for_few_tokens() -> None:
    assert max(len(colours.near(name)) for name in colours.NAMED) <= 90


@pytest.mark.django_db
def test_images_tell_theirs_in_one_query(ada: Member, django_assert_num_queries: object) -> None:
    new = factories.image(ada, size=(60, 40))
    old = factories.rows(ada, ["made before there were palettes"])[0]
    Image.objects.filter(pk=old.pk).update(palette="", colour="#2f62d0")
    with django_assert_num_queries(1):  # type: ignore[operator]
        told = colours.tokens_of([new.pk, old.pk])
    assert set(told[new.pk]) & set(colours.near("terracotta"))
    assert set(told[old.pk]) & set(colours.near("blue"))

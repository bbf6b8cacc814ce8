"""The few colours of a picture: found in it, kept with the image once its renditions are drawn (C24)."""

import re
from pathlib import Path

import pytest
from PIL import Image as Drawing
from pytest_django.fixtures import Settings

from studio.generation import oklab, painter, palettes

LINE = re.compile(r"[0-9a-f]{6}:\d{1,3}( [0-9a-f]{6}:\d{1,3}){0,4}")


def drawing(*stripes: tuple[str, int], width: int = 400) -> Drawing.Image:
    """Return a picture of upright stripes, each a colour and how wide it is."""
    picture, at = Drawing.new("RGB", (width, 100)), 0
    for colour, across in stripes:
        picture.paste(colour, (at, 0, at + across, 100))
        at += across
    return picture


def test_one_colour_is_all_of_a_plain_picture() -> None:
    assert palettes.palette(drawing(("#c4512d", 400))) == "c4512d:100"


def test_the_largest_share_comes_first_and_a_small_clear_colour_stays() -> None:
    line = palettes.palette(drawing(("#20304f", 300), ("#22334f", 72), ("#ff2020", 28)))
    (first, share), (second, small) = (part.split(":") for part in line.split())
    assert oklab.distance(oklab.of_hex(first), oklab.of_hex("20304f")) < 0.05
    assert oklab.distance(oklab.of_hex(second), oklab.of_hex("ff2020")) < 0.05
    assert (int(share), int(small)) == (93, 7)


def test_never_more_than_five_and_the_line_fits_its_column() -> None:
    rainbow = drawing(*((f"hsl({15 * step}, 90%, 50%)", 16) for step in range(24)), width=384)
    line = palettes.palette(rainbow)
    assert LINE.fullmatch(line)
    assert len(line.split()) == palettes.MOST
    assert len(line) <= 60


@pytest.mark.parametrize("size", [(1, 1), (1, 512), (512, 3)])
def test_any_shape_has_one(size: tuple[int, int]) -> None:
    assert LINE.fullmatch(palettes.palette(Drawing.new("RGB", size, "#0a0b0c")))


def test_black_from_white_is_one_and_a_colour_from_itself_nothing() -> None:
    black, white = oklab.of_hex("000000"), oklab.of_hex("ffffff")
    assert oklab.distance(black, white) == pytest.approx(1, abs=1e-3)
    assert oklab.distance(white, white) == 0


def test_a_painter_tells_it_when_the_renditions_are_drawn(settings: Settings, tmp_path: Path) -> None:
    drawing(("#c4512d", 200), ("#20304f", 200)).save(tmp_path / "fetched", "PNG")
    painting = painter.begin(tmp_path / "fetched", tmp_path / "clean", settings.PICTURES / "token")
    assert LINE.fullmatch(painting.finish())

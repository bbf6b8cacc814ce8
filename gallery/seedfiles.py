"""Pictures for a seeded gallery: plain shapes in two colours, with renditions as the pipeline draws them."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from random import Random

from django.conf import settings
from PIL import Image as Drawing
from PIL import ImageDraw

from studio.generation import originals, painter
from studio.generation.models import picture_token
from studio.generation.picturefacts import Facts
from studio.generation.sizes import SHAPES, SIZES, dimensions

SIDES = tuple(dimensions(shape, SIZES["512"]) for shape in SHAPES.values())
HUES = ("c4512d", "2f62d0", "3c9a4b", "d4a72c", "7a3fb0", "1d8a8a", "d9607e", "3a3c40", "f5b030", "8cc4ee")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A picture in its place: what it is, its original's name, its renditions' token, its colours."""

    facts: Facts
    original: str
    token: str
    palette: str

    @property
    def sides(self) -> tuple[int, int]:
        """Return its width and height."""
        return self.facts.width, self.facts.height


def draw(count: int) -> list[File]:
    """Draw that many pictures and keep them."""
    with tempfile.TemporaryDirectory() as folder:
        return [_kept(Path(folder), number) for number in range(count)]


def _kept(folder: Path, number: int) -> File:
    fetched, clean, token = folder / f"{number}.jpeg", folder / f"{number}.clean", picture_token()
    _picture(number).save(fetched, quality=82)
    painting = painter.begin(fetched, clean, settings.PICTURES / token)
    try:
        palette = painting.finish()
    finally:
        painting.close()
    original = originals.keep(clean, painting.facts.format)
    return File(facts=painting.facts, original=original, token=token, palette=palette)


def _picture(number: int) -> Drawing.Image:
    """Return a ground, a sun and two hills."""
    chance = Random(number)  # noqa: S311 - the same number, the same picture
    width, height = SIDES[number % len(SIDES)]
    ground, sun, hill, near = (f"#{one}" for one in chance.sample(HUES, 4))
    picture = Drawing.new("RGB", (width, height), ground)
    brush = ImageDraw.Draw(picture)
    side, x, y = width // 4, chance.randrange(width), chance.randrange(height // 2)
    brush.ellipse((x - side, y - side, x + side, y + side), fill=sun)
    for colour, level in ((hill, 0.55), (near, 0.75)):
        top = height * (level + chance.random() / 8)
        brush.ellipse(
            (-width * chance.random(), top, width * (1 + chance.random()), top + height), fill=colour
        )
    return picture


def fingerprint(text: str) -> str:
    """Return what stands for a file's sum where there is none of its own."""
    return hashlib.sha256(text.encode()).hexdigest()

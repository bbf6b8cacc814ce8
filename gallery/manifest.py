"""What a file taken along is called, and what the manifest says of it. Pure but for `said_of` (C21)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils import timezone

from gallery import facts
from studio.generation.models import Image
from studio.generation.sizes import nearest_shape

HEADING = (
    *("file", "number", "state", "image", "width", "height", "quality", "review", "stars", "ratings"),
    *("made at", "prompt", "credits", "made by", "run", "sha256 of the original"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """How much is told: guests are told less."""

    prompts: bool = True
    costs: bool = True
    names: bool = True


EVERYTHING = Shows()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Where images stand in review, and the mean of their stars with the number of ratings, by their ids."""

    statuses: Mapping[int, str]
    ratings: Mapping[int, tuple[float, int]]

    def stars(self, image: Image) -> str:
        """Return the mean of an image's stars, "" where nobody gave any."""
        return f"{self.ratings[image.pk][0]:.1f}" if image.pk in self.ratings else ""


def said_of(ids: Collection[int]) -> Said:
    """Return what was said of images. Two queries."""
    return Said(statuses=facts.statuses_of(ids), ratings=facts.ratings_of(ids))


def values(image: Image, number: int, said: Said, shows: Shows = EVERYTHING) -> dict[str, str]:
    """Return the fields of a pattern for an image whose job, run, experiment and member are loaded."""
    made = timezone.localtime(image.created_at)
    plain = {
        "number": f"{number:03}",
        "date": f"{made:%Y-%m-%d}",
        "time": f"{made:%H-%M}",
        "size": f"{image.width}x{image.height}",
        "ratio": nearest_shape(image.width, image.height).name,
        "quality": image.job.quality,
        "status": said.statuses.get(image.pk, "open"),
        "rating": said.stars(image),
        "colour": image.colour.lstrip("#"),
        "id": str(image.uuid)[:8],
    }
    words = {
        "prompt": image.prompt if shows.prompts else "",
        "experiment": image.job.run.experiment.title if shows.prompts else "",
        "cost": str(image.cost) if shows.costs and image.cost is not None else "",
        "member": image.member.name if shows.names else "",
        "run": str(image.job.run_id)[:8] if shows.names else "",
    }
    return plain | words


def row(image: Image, number: int, said: Said, shows: Shows, *, file: str, state: str) -> tuple[object, ...]:
    """Return an image's line in the manifest."""
    told = (shows.prompts, shows.costs, shows.names, shows.names, shows.names)
    about = (image.prompt, image.cost, image.member.name, image.job.run_id, image.sha256)
    return (
        *(file, number, state, image.uuid, image.width, image.height, image.job.quality),
        *(said.statuses.get(image.pk, "open"), said.stars(image), said.ratings.get(image.pk, (0, 0))[1]),
        f"{timezone.localtime(image.created_at):%Y-%m-%d %H:%M:%S}",
        *("" if not tell or value is None else value for tell, value in zip(told, about, strict=True)),
    )

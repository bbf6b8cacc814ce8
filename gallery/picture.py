"""What a card is made from: an image with its job's and run's facts, as plain values. One query.

No model instances: cards are made by the ten thousand, and an instance costs more than the card.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from studio.generation import many
from studio.generation.models import Image, Visibility
from studio.prepared import Rows

READ = (
    *(
        "pk",
        "uuid",
        "member_id",
        "prompt",
        "width",
        "height",
        "token",
        "colour",
        "palette",
        "visibility",
        "cost",
    ),
    *(
        "rendered_at",
        "created_at",
        "job__quality",
        "job__run_id",
        "job__run__experiment_id",
        "job__run__project_id",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image as a card wants it. `day`: when it was made, in the team's time zone."""

    pk: int
    uuid: UUID
    member: str  # hex digits
    prompt: str
    width: int
    height: int
    token: str
    colour: str
    palette: str
    private: bool
    cost: int | None
    rendered: bool
    day: date
    quality: str
    run: UUID
    experiment: UUID
    project: UUID | None = None  # None is General

    def rendition(self, size: int) -> str:
        """Return the address of the rendition whose long side is `size` pixels."""
        return f"{settings.PICTURES_URL}{self.token}/{size}.webp"

    @property
    def colours(self) -> str:
        """Return the line of its colours; of one whose colours were not looked for, the one that is known."""
        return self.palette or f"{self.colour.lstrip('#')}:100"


def read(ids: Collection[int]) -> list[Picture]:
    """Return the images of these ids that are not in the trash, each held until the transaction ends."""
    return [_picture(*row) for row in _HELD(ids=ids)]


_HELD: Rows[tuple[Any, ...]] = Rows(
    lambda: (
        Image.objects.select_for_update(of=("self",))
        .filter(pk__in=many.given(), deleted_at=None)
        .order_by("pk")
        .values_list(*READ)
    )
)


def _picture(*row: Any) -> Picture:
    pk, uuid, member, prompt, width, height, token, colour, palette, visibility, cost, *more = row
    rendered_at, created_at, quality, run, experiment, project = more
    return Picture(
        pk=pk,
        uuid=uuid,
        member=member.hex,
        prompt=prompt,
        width=width,
        height=height,
        token=token,
        colour=colour,
        palette=palette,
        private=visibility == Visibility.PRIVATE,
        cost=cost,
        rendered=rendered_at is not None,
        day=timezone.localdate(created_at),
        quality=quality,
        run=run,
        experiment=experiment,
        project=project,
    )

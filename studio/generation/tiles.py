"""Tiles: a job or an image as the one component that draws it wants it. Pure; no queries.

What a tile needs to know beyond its job (its place in line, how long such jobs take) comes in as
`Surroundings`, read once for the whole page by `queries.surroundings`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from studio.generation import later
from studio.generation.models import Image, Job
from studio.generation.sizes import larger
from studio.generation.states import State
from studio.generation.wording import Action, Meaning, meaning
from studio.templatetags.look import ratio_class

ALT_CHARACTERS = 140  # H4
MOST_PERCENT = 95  # only an answer says that it is done
DRAWN_AS = {
    State.QUEUED: "queued",
    State.SENDING: "submitting",
    State.PROCESSING: "generating",
    State.SAVING: "generating",
    State.DONE: "done",
    State.HELD: "held",
    State.UNKNOWN: "held",
    State.OVERDUE: "limited",
    State.FAILED: "failed",
    State.CANCELLED: "failed",
}
PALETTE_WORDS = {
    "red": "red crimson scarlet ruby rose terracotta rust lava mars fire ember",
    "blue": "blue navy azure cobalt ocean sea sky ice arctic underwater lake water",
    "golden": "golden gold yellow amber sunset sunrise desert sand dune autumn honey",
    "green": "green emerald forest jungle moss meadow grass tree trees leaf garden park",
    "dusk": "dusk night purple violet neon galaxy space midnight twilight city storm",
}
PALETTE_OF = {word: name for name, words in PALETTE_WORDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the tiles of a page share: the clock, places in line, the times told for them, pauses of keys,
    usual seconds."""

    now: datetime
    places: Mapping[UUID, int] = field(default_factory=dict)
    waits: Mapping[UUID, str] = field(default_factory=dict)
    paused: Mapping[UUID, datetime] = field(default_factory=dict)
    usual: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One image in any of its states, ready to be drawn by components/tile.html."""

    id: str
    state: str
    width: int
    height: int
    ratio: str
    alt: str
    palette: str = ""
    title: str = ""
    href: str = ""
    src: str = ""
    srcset: str = ""
    colour: str = ""
    plate: str = ""
    meta: str = ""
    badge: str = ""
    position: int | None = None
    wait: str = ""
    since: int | None = None
    usually: int | None = None
    percent: int | None = None
    why: str = ""
    cost: str = ""
    actions: tuple[Action, ...] = ()
    download: str = ""
    remix: str = ""
    larger: str = ""
    tick: str = ""  # an image that may be ticked, to be compared with others (C16)


def tile_of_job(job: Job, around: Surroundings) -> Tile:
    """Return the tile of a job; one that is done needs its `image` loaded."""
    if job.state == State.DONE:
        image = job.picture
        if image is None:
            return _thrown_away(job)
        return tile_of_image(image, tile_id=id_of(job), title=label(job), meta=took(job))
    words = meaning(job)
    state, why, title = _drawn(job, words, around)
    since, percent = _progress(job, around)
    return Tile(
        id=id_of(job),
        state=state,
        width=job.width,
        height=job.height,
        ratio=ratio_class(job.width, job.height),
        palette=palette(job.prompt),
        alt=job.prompt[:ALT_CHARACTERS],
        title=title,
        why=why,
        cost=words.cost,
        actions=words.actions,
        position=around.places.get(job.pk),
        wait=around.waits.get(job.pk, ""),
        since=since,
        usually=around.usual,
        percent=percent,
    )


def _thrown_away(job: Job) -> Tile:
    """Return the tile of a job whose image is in the trash, or was removed for good (C20)."""
    there = hasattr(job, "image")
    return Tile(
        id=id_of(job),
        state="trashed",
        width=job.width,
        height=job.height,
        ratio=ratio_class(job.width, job.height),
        alt=job.prompt[:ALT_CHARACTERS],
        title="In the trash" if there else "Deleted",
        why="It can be fetched back." if there else "Its files are gone; what it cost stays.",
        actions=(Action(label="Open the trash", href="/trash"),) if there else (),
    )


def tile_of_image(
    image: Image,
    *,
    tile_id: str = "",
    title: str = "",
    meta: str = "",
    query: str = "",
    plate: bool = True,
) -> Tile:
    """Return the tile of a finished image; `query` ("?q=…") goes with its link, `plate` shows its cost."""
    return Tile(
        id=tile_id or f"image-{image.uuid}",
        state="done",
        width=image.width,
        height=image.height,
        ratio=ratio_class(image.width, image.height),
        palette=palette(image.prompt),
        colour=image.colour,
        alt=image.prompt[:ALT_CHARACTERS],
        title=title,
        meta=meta,
        plate=f"{image.cost} credits" if plate and image.cost is not None else "",
        href=reverse("image", args=[image.uuid]) + query,
        src=image.shown(512),
        srcset=f"{image.rendition(256)} 256w, {image.rendition(512)} 512w" if image.rendered_at else "",
        download=reverse("image_original", args=[image.uuid]) + "?download=1",
        remix=reverse("remix", args=[image.uuid]),
        larger=reverse("promote", args=[image.uuid]) if larger(image.width, image.height) else "",
        tick=str(image.uuid),
    )


def id_of(job: Job) -> str:
    """Return the tile's id in the page, the same in every state, so that focus stays."""
    return f"tile-{job.pk}"


def label(job: Job) -> str:
    """Return what tells this image from its neighbours: what was picked, else the first words."""
    return ", ".join(pick or "–" for pick in job.picks) or job.prompt[:60]


def took(job: Job) -> str:
    """Return how long the provider took, in whole seconds."""
    if job.sent_at and job.completed_at and job.completed_at > job.sent_at:
        return f"{round((job.completed_at - job.sent_at).total_seconds())} s"
    return ""


def palette(prompt: str) -> str:
    """Return the colour in which to wait for a prompt's picture: of its first word that has one."""
    words = prompt.lower().replace(",", " ").split()
    return next((PALETTE_OF[word] for word in words if word in PALETTE_OF), "neutral")


def _drawn(job: Job, words: Meaning, around: Surroundings) -> tuple[str, str, str]:
    """Return how it is drawn, why, and its title: a line that stands still says so."""
    if job.state == State.QUEUED:
        if job.not_before and later.waits_for_its_time(job, around.now):
            return "limited", words.why, f"Starts at {later.said(job.not_before, around.now)}"
        until = around.paused.get(job.key_id)
        if until and until > around.now:
            return "limited", f"Doitong’s limit frees in {_seconds(until, around)}.", "Waiting its turn"
        if job.not_before and job.not_before > around.now:
            return "limited", words.why, f"Trying again in {_seconds(job.not_before, around)}"
    title = words.title
    if job.state in {State.PROCESSING, State.SENDING, State.SAVING, State.QUEUED}:
        title = f"{label(job)}: {words.title.lower()}"
    return DRAWN_AS[State(job.state)], words.why, title


def _seconds(until: datetime, around: Surroundings) -> str:
    return f"{max(1, round((until - around.now).total_seconds()))} s"


def _progress(job: Job, around: Surroundings) -> tuple[int | None, int | None]:
    if job.state not in {State.PROCESSING, State.SAVING} or job.sent_at is None:
        return None, None
    since = max(0, int((around.now - job.sent_at).total_seconds()))
    if job.state == State.SAVING:
        return since, MOST_PERCENT
    return since, min(MOST_PERCENT, 100 * since // around.usual) if around.usual else None

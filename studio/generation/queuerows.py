"""What the queue page draws: a row a job, a card a key, a group a heading. Pure; all was read before.

A job that the reader may not read is drawn by its owner, size and state alone (E10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from studio.accounts.models import Key, Member
from studio.generation import later
from studio.generation.batches import OF_ADMINS, Deed
from studio.generation.headroom import Headroom
from studio.generation.models import Job, Lane, Pause
from studio.generation.pauses import pause_over
from studio.generation.states import BEFORE_SENDING, State
from studio.generation.tiles import Surroundings, id_of, label, palette
from studio.generation.wording import Action, Meaning, meaning
from studio.templatetags.look import nth, number

MARKS = {  # the dot beside a row
    State.SENDING: "live", State.PROCESSING: "live", State.SAVING: "live", State.QUEUED: "",
    State.HELD: "warn", State.UNKNOWN: "warn", State.OVERDUE: "warn", State.FAILED: "bad",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A job in the list. `since` in seconds where it is under way; `member` where there are several."""

    id: UUID
    title: str
    sub: str
    href: str
    palette: str
    mark: str
    state: str
    why: str
    background: bool
    since: int | None
    member: Member | None
    checked: bool
    actions: tuple[Action, ...]
    moves: tuple[Action, ...]
    wire: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads the page, what they have ticked, and whether the page is of several members."""

    member: Member
    ticked: frozenset[UUID] = frozenset()
    several: bool = False
    private: bool = False  # the team wants nobody to read another's prompts (E10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the line stands: what tiles share, when each will be there, and who paused what."""

    around: Surroundings
    pauses: Sequence[Pause]


def row(job: Job, standing: Standing, reader: Reader, *, readable: bool) -> Row:
    """Return the row of a job; its run with the experiment, key and member are loaded."""
    words = meaning(job)
    own, wire = job.member_id == reader.member.pk, reverse("wire", args=[job.pk])
    state, why = _state(job, words, standing)
    return Row(
        id=job.pk,
        title=label(job) if readable else "A private image",
        sub=_sub(job, readable=readable),
        href=f"{reverse('run', args=[job.run_id])}#{id_of(job)}" if own else "",
        palette=palette(job.prompt) if readable else "neutral",
        mark=MARKS.get(State(job.state), ""),
        state=state,
        why=why if readable else "",
        background=job.lane == Lane.BACKGROUND and job.state in BEFORE_SENDING,
        since=_since(job, standing.around.now),
        member=job.member if reader.several else None,
        checked=job.pk in reader.ticked,
        actions=tuple(one for one in words.actions if one.href != wire and (own or one.deed in OF_ADMINS)),
        moves=_moves(job),
        wire=wire,
    )


def _sub(job: Job, *, readable: bool) -> str:
    size = f"{job.width} × {job.height}" + (f", {job.quality}" if job.quality else "")
    return f"{job.run.experiment.title} · {size}" if readable else size


def _state(job: Job, words: Meaning, standing: Standing) -> tuple[str, str]:
    """Return how it stands in a few words, and what is to know besides."""
    if job.state != State.QUEUED:
        cost = f"{words.cost}." if words.cost else ""
        return words.title, f"{words.why} {cost}".strip()
    if job.not_before is not None and later.waits_for_its_time(job, standing.around.now):
        return f"Starts at {later.said(job.not_before, standing.around.now)}", ""
    if pause := pause_over(job, standing.pauses):
        return "Paused", f"By {pause.by}{f': {pause.reason}' if pause.reason else ''}"
    if job.not_before is not None and job.not_before > standing.around.now:
        seconds = max(1, round((job.not_before - standing.around.now).total_seconds()))
        return f"Trying again in {seconds} s", words.why
    place = standing.around.places.get(job.pk)
    return f"{number(place)}{nth(place)} in line" if place else "In line", (
        standing.around.waits.get(job.pk) or words.why
    )


def _since(job: Job, now: datetime) -> int | None:
    if job.state not in {State.SENDING, State.PROCESSING, State.SAVING} or job.sent_at is None:
        return None
    return max(0, int((now - job.sent_at).total_seconds()))


def _moves(job: Job) -> tuple[Action, ...]:
    """Return how it can be moved in the line."""
    if job.state not in BEFORE_SENDING:
        return ()
    lane = (
        Action(label="Out of the background", icon="layers", deed=Deed.NORMAL)
        if job.lane == Lane.BACKGROUND
        else Action(label="To the background", icon="layers", deed=Deed.BACKGROUND)
    )
    return (
        Action(label="To the front", icon="arrow-up", deed=Deed.FRONT),
        Action(label="To the back", icon="arrow-down", deed=Deed.BACK),
        lane,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a key: “3 of 10”, and how full that is; `whole` None is no limit."""

    label: str
    part: int
    whole: int | None
    sub: str = ""

    @property
    def said(self) -> str:
        """Return it in words, for the bar."""
        return f"{self.label}: {number(self.part)} {self.of}"

    @property
    def of(self) -> str:
        """Return what stands behind the figure."""
        return f"of {number(self.whole)}" if self.whole is not None else "no limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCard:
    """A key at the head of the page: its figures, and what holds it (B23)."""

    id: UUID
    title: str
    ours: bool
    plan: str
    kind: str
    word: str
    figures: tuple[Figure, ...]
    pause: Pause | None

    @property
    def pop(self) -> str:
        """Return the id of the form that pauses it."""
        return f"pause-{self.id}"

    @property
    def pause_title(self) -> str:
        """Return what that form is headed."""
        return f"Pause {self.title[:1].lower()}{self.title[1:]}" if self.ours else f"Pause {self.title}"


def key_card(key: Key, room: Headroom, reader: Member, pauses: Sequence[Pause], now: datetime) -> KeyCard:
    """Return the card of a key from what is left of its limits."""
    pause = next((one for one in pauses if one.key_id == key.pk), None)
    kind, word = _standing(key, room, pause, now)
    return KeyCard(
        id=key.pk,
        title=_whose(key, reader),
        ours=key.member_id in {None, reader.pk},
        plan=key.get_plan_display(),
        kind=kind,
        word=word,
        figures=_figures(room, now),
        pause=pause,
    )


def _whose(key: Key, reader: Member) -> str:
    if key.member is None:
        return "The team’s key"
    return "Your key" if key.member_id == reader.pk else f"{key.member}’s key"


def _standing(key: Key, room: Headroom, pause: Pause | None, now: datetime) -> tuple[str, str]:
    if pause is not None:
        return "warn", "Paused"
    if not key.works:
        return "bad" if key.state == "refused" else "warn", key.get_state_display()
    if room.paused_until and room.paused_until > now:
        return "warn", f"Doitong asks to wait, {_in(room.paused_until, now)}"
    return "ok", "Working"


def _figures(room: Headroom, now: datetime) -> tuple[Figure, ...]:
    frees = f"frees in {_in(room.minute_frees_at, now)}" if room.minute_frees_at and room.minute_used else ""
    return (
        Figure(label="Slots in use", part=room.slots_used, whole=room.slots),
        Figure(label="Requests left", part=room.minute_left, whole=room.minute, sub=frees)
        if room.minute_left is not None
        else Figure(label="Requests this minute", part=room.minute_used, whole=None),
        Figure(
            label="Images today",
            part=room.day_used,
            whole=room.day,
            sub=f"resets at {timezone.localtime(room.day_resets_at):%H:%M}" if room.day else "",
        ),
    )


def _in(moment: datetime, now: datetime) -> str:
    seconds = max(1, round((moment - now).total_seconds()))
    if seconds < 100:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 6000 else f"{round(seconds / 3600)} h"

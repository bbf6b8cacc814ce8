"""The demonstration's pictures: some sixty images, asked for and made as anybody's are.

Reads `demo_prompts.tsv`, grants what its lines can cost, and starts them as runs of the
demonstration's members, a few at a time, so that a person's own image never waits behind
them. Each line has its own form token: started again, it is found and not made twice.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from studio.accounts.demo import member_as
from studio.accounts.models import Member, Role
from studio.credits import ledger
from studio.generation import runs
from studio.generation.models import Job, Run
from studio.generation.recipe import Plan, Recipe, plan
from studio.generation.sizes import SHAPES, SIZES, dimensions
from studio.generation.states import LIVE, State

PROMPTS = Path(__file__).with_name("demo_prompts.tsv")
AT_ONCE = 6  # images under way; more would keep a person waiting, and fill the gallery no sooner
WITHIN = 900.0  # seconds; a slow provider's sixty images, six at once, take ten minutes
LOOK_EVERY = 0.5  # seconds
# Namespace of tokens and of the grants' references: the same line is made and paid for once, ever.
GALLERY = uuid.UUID("d3b8a1f4-6c1e-4f1d-9a57-51c2f0a9e6b2")
REASON = "Pictures of the demonstration's gallery"


class NobodyThere(Exception):
    """A member of the demonstration is missing; the text is a sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list: who asks, and for what."""

    role: Role
    recipe: Recipe

    @property
    def plan(self) -> Plan:
        """Return what it makes and can cost."""
        return plan(self.recipe, most_images=settings.RUN_MOST_IMAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A line in the hands of a member, and the form token that makes it a run once only."""

    member: Member
    recipe: Recipe
    token: str
    images: int
    most: int  # credits


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the gallery is, in images."""

    total: int
    asked: int
    moving: int
    done: int

    @property
    def ended(self) -> bool:
        """Say whether everything was asked for and nothing of it goes on by itself."""
        return self.asked == self.total and not self.moving


def lines(source: Path = PROMPTS) -> Iterator[Line]:
    """Read the list; lines that begin with # are for readers."""
    for row in source.read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            role, shape, size, quality, visibility, prompt = row.split("\t")
            width, height = dimensions(SHAPES[shape], SIZES[size])
            recipe = Recipe(
                template=prompt,
                width=width,
                height=height,
                each=1,
                parameters={"quality": quality},
                visibility=visibility,
            )
            yield Line(role=Role(role), recipe=recipe)


def orders() -> list[Order]:
    """Return every line with its member. Raises NobodyThere."""
    members = {role: member_as(role) for role in Role}
    return [_order(members[line.role], line) for line in lines()]


def _order(member: Member | None, line: Line) -> Order:
    if member is None:
        raise NobodyThere(f"There is no {line.role.label.lower()} to make pictures for. Run demo_team first.")
    token = uuid.uuid5(GALLERY, f"{member.pk} {line.recipe.template}").hex
    made = line.plan
    return Order(member=member, recipe=line.recipe, token=token, images=made.images, most=made.most)


def is_wanted(sheet: Sequence[Order]) -> bool:
    """Say whether the studio is empty, or these orders were begun in it and are not at their end."""
    progress = look(sheet)
    return not progress.ended if progress.asked else not Run.objects.exists()


def fill(
    sheet: Sequence[Order],
    show: Callable[[Progress], None],
    *,
    clock: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
) -> Progress:
    """Have the orders made, and return how far that came when it ended or time was up.

    Raises CannotStart and NotEnoughCredits, each with a sentence; what was started goes on.
    """
    pay(sheet)
    end = clock() + WITHIN
    while True:
        show(progress := look(sheet))
        if progress.ended or clock() > end:
            return progress
        if not start_next(sheet, progress):
            wait(LOOK_EVERY)


def pay(sheet: Sequence[Order]) -> None:
    """Grant each member the most that their pictures can cost, once: they keep what they had."""
    owner = member_as(Role.OWNER)
    for member in {order.member.pk: order.member for order in sheet}.values():
        most = sum(order.most for order in sheet if order.member == member)
        reference = uuid.uuid5(GALLERY, str(member.pk))
        ledger.grant(member, most, actor=owner or member, reason=REASON, reference=reference)


def look(sheet: Sequence[Order]) -> Progress:
    """Count the images. Two queries."""
    asked = _asked(sheet)
    jobs = Job.objects.filter(run__token__in=asked)
    states = list(jobs.values_list("state", flat=True))
    return Progress(
        total=sum(order.images for order in sheet),
        asked=sum(order.images for order in sheet if order.token in asked),
        moving=sum(state in LIVE for state in states),
        done=states.count(State.DONE),
    )


def start_next(sheet: Sequence[Order], progress: Progress) -> bool:
    """Start the next order if there is room for it; say whether one was started."""
    asked = _asked(sheet)
    order = next((order for order in sheet if order.token not in asked), None)
    if order is None or (progress.moving and progress.moving + order.images > AT_ONCE):
        return False
    runs.start(order.member, order.recipe, token=order.token)
    return True


def _asked(sheet: Sequence[Order]) -> set[str]:
    tokens = [order.token for order in sheet]
    return set(Run.objects.filter(token__in=tokens).values_list("token", flat=True))

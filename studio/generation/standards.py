"""Defaults and caps: what a form begins with, and what no run of a member may pass (E14, A10).

The team's hold for everybody, a role's for whoever has it, a project's for what is spent in it. Of defaults
the nearest wins (project, role, team), of caps the strictest; the operator's ceiling of images holds always.
Reads and writes the standards' own rows, and the audit trail. Pure but for that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from studio import prepared
from studio.accounts.models import Event, Member, Role, Verb
from studio.generation.models import Scope, Standard
from studio.generation.recipe import Plan
from studio.generation.sizes import SHAPES, SIZES, dimensions
from studio.templatetags.look import number

NEAREST = (Scope.PROJECT, Scope.ROLE, Scope.TEAM)
WHOSE = {Scope.TEAM: "The team’s rule", Scope.PROJECT: "This project’s rule"}
DEFAULTS = ("size", "quality", "each")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A bound, and whose rule it is, in words."""

    value: int
    whose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What holds for a member's run: rows of standards, the nearest first."""

    rows: tuple[Standard, ...]

    @property
    def defaults(self) -> dict[str, str]:
        """Return what a fresh form begins with, by the field's name; what nobody said is left out."""
        said = {name: next((v for row in self.rows if (v := getattr(row, name))), None) for name in DEFAULTS}
        return {name: str(value) for name, value in said.items() if value}

    @property
    def ask_above(self) -> int:
        """Return above how many images a run is confirmed by typing the number (A10)."""
        return self._least("ask_above", settings.RUN_ASK_ABOVE_IMAGES)

    @property
    def ask_above_credits(self) -> int:
        """Return above how many credits it is."""
        return self._least("ask_above_credits", settings.RUN_ASK_ABOVE_CREDITS)

    def refusal(self, plan: Plan) -> str:
        """Return why a plan may not be started, with what would work; "" where it may."""
        return self._images(plan.images) or self._size(plan) or self._quality(plan)

    def _images(self, images: int) -> str:
        cap = min(_caps(self.rows, "most_images"), key=lambda one: one.value, default=None)
        if cap is None or images <= cap.value:
            return ""
        plural = "s" if cap.value != 1 else ""
        return (
            f"{cap.whose}: one run has {number(cap.value)} image{plural} at the most, and this is "
            f"{number(images)}. Take out an alternative, or make fewer of each."
        )

    def _size(self, plan: Plan) -> str:
        named = [(row, SIZES[row.largest]) for row in self.rows if row.largest in SIZES]
        if not named:
            return ""
        row, size = min(named, key=lambda one: one[1].side)
        pixels = most_pixels(size.name)
        if all(wide * high <= pixels for wide, high, _ in plan.prices):
            return ""
        return f"{whose(row)}: no image is larger than {size.label}. Choose a smaller size."

    def _quality(self, plan: Plan) -> str:
        asked = {quality for _, _, quality in plan.prices if quality}
        for row in self.rows:
            if row.qualities and (beyond := sorted(asked - set(row.qualities))):
                allowed = " or ".join(row.qualities)
                return f"{whose(row)}: the quality is {allowed}, not {beyond[0]}. Choose another."
        return ""

    def _least(self, name: str, ceiling: int) -> int:
        return min([ceiling, *(cap.value for cap in _caps(self.rows, name))])


def bounds(member: Member, project_id: UUID | None = None) -> Bounds:
    """Return what holds for a member's run in a project, or in none. One query."""
    project = str(project_id) if project_id else "-"
    rows = _HOLDING(role=member.role, project=project)
    return Bounds(rows=tuple(sorted(rows, key=lambda row: NEAREST.index(Scope(row.scope)))))


_HOLDING = prepared.Rows(
    lambda: Standard.objects.filter(
        Q(scope=Scope.TEAM)
        | Q(scope=Scope.ROLE, subject=prepared.text("role"))
        | Q(scope=Scope.PROJECT, subject=prepared.text("project"))
    )
)


def whose(row: Standard) -> str:
    """Return whose rule a row is, in words."""
    if row.scope == Scope.ROLE:
        return f"The rule for {Role(row.subject).label.lower()}s"
    return WHOSE[Scope(row.scope)]


def most_pixels(size: str) -> int:
    """Return how many pixels an image of a size may have: those of its largest shape."""
    sides = [dimensions(shape, SIZES[size]) for shape in SHAPES.values()]
    return max(wide * high for wide, high in sides)


def of(scope: Scope, subject: str) -> Standard:
    """Return the row of a scope as it stands; a new one, not kept, where nothing was said."""
    return Standard.objects.filter(scope=scope, subject=subject).first() or Standard(
        scope=scope, subject=subject
    )


@transaction.atomic
def keep(scope: Scope, subject: str, said: Mapping[str, Any], actor: Member) -> bool:
    """Keep what was said for a scope; False where it was so. What says nothing at all has no row."""
    row = Standard.objects.select_for_update().filter(scope=scope, subject=subject).first()
    row = row or Standard(scope=scope, subject=subject)
    changed = {name: value for name, value in said.items() if getattr(row, name) != value}
    if not changed:
        return False
    for name, value in changed.items():
        setattr(row, name, value)
    row.by, row.changed_at = actor, timezone.now()
    row.save()
    told = {name: _told(value) for name, value in changed.items()}
    Event.note(Verb.STANDARD_CHANGED, who=actor, subject=f"{scope} {subject}".strip(), **told)
    return True


def said_by(row: Standard) -> list[str]:
    """Return what a row says, each in a few words, for the list of them."""
    told = [f"starts with {value}" for value in _starts(row)]
    if row.largest:
        told.append(f"up to {SIZES[row.largest].label}")
    if row.most_images:
        told.append(f"{number(row.most_images)} images a run")
    if row.qualities:
        told.append(" or ".join(row.qualities))
    if row.ask_above:
        told.append(f"asks above {number(row.ask_above)} images")
    if row.ask_above_credits:
        told.append(f"asks above {number(row.ask_above_credits)} credits")
    return told


def _starts(row: Standard) -> Iterable[str]:
    if row.size:
        yield SIZES[row.size].label
    if row.quality:
        yield row.quality
    if row.each:
        yield f"{row.each} of each"


def _caps(rows: Sequence[Standard], name: str) -> list[Cap]:
    said = [(row, getattr(row, name)) for row in rows]
    return [Cap(value=value, whose=whose(row)) for row, value in said if value]


def _told(value: object) -> str | int | None:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str | int) else None

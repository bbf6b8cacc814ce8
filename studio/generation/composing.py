"""The composer put together: from what was typed to all that is told beside it, live and on the page alike.

Everything comes of the one plan that Generate would start: count, credits, time, the exact texts, what of it
is there already; and of its readings comes the coach's advice.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.http import HttpRequest
from django.utils import timezone

from studio.accounts.models import Key, Member
from studio.generation import counts, made, shelf, waits
from studio.generation.advice import Coaching, coaching
from studio.generation.beforehand import Beforehand, beforehand
from studio.generation.estimate import PREVIEWED, Estimate, estimate
from studio.generation.forms import ComposerForm
from studio.generation.made import Made
from studio.generation.promptfield import in_browser
from studio.generation.recipe import Plan
from studio.prompts.expansion import expand, needed
from studio.prompts.grammar import PromptError
from studio.prompts.wordlists import team_lists

COACH = "coach"  # the cookie by which a browser remembers that the coach is not wanted
LOOKED_AT = 3  # cells, and images of each, to see whether any two differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """All that the composer tells of a form; `spots` are what is marked in the box: begin, end and why."""

    estimate: Estimate
    texts: tuple[str, ...]
    as_written: bool
    drawn: bool  # something is random or in order
    flattens: bool  # there are styles or lists to write out
    soon: str
    before: Beforehand | None
    made: Made | None
    more_key: str  # what the box “make more” says, and whether it is ticked
    more: bool
    coaching: Coaching | None
    spots: str


def compose(member: Member, form: ComposerForm, *, token: str, coached: bool = True) -> Composed:
    """Return what is told of a form that was checked; `token` is the one that its page is drawn with."""
    found = estimate(member, form)
    template = str(form["template"].value() or "")
    texts = _texts(found.plan) if found.plan else ()
    advice = coaching(template, texts, shelf.offers()) if coached and template.strip() else None
    there = made.made(member, found.plan) if found.plan else None
    now = timezone.now()
    soon = _soon(found.plan, found.key, now) if found.plan and found.key else ""
    return Composed(
        estimate=found,
        texts=texts,
        as_written=texts == (" ".join(template.split()),),
        drawn=found.plan is not None and _is_drawn(found.plan),
        flattens=bool(form["styles"].value() or needed(template)),
        soon=soon,
        before=_before(found, soon, now),
        made=there,
        more_key=there.key(token) if there else "",
        more=there is not None and form["more"].value() == there.key(str(form["token"].value() or "")),
        coaching=advice,
        spots=_spots(form, found, advice),
    )


def wants_coach(request: HttpRequest) -> bool:
    """Say whether this browser has the coach shown."""
    return request.COOKIES.get(COACH) != "off"


def _texts(plan: Plan) -> tuple[str, ...]:
    """Return the first exact prompts, each once: of every image where images of a cell differ (A19)."""
    images = (cell.repeated(n) for cell in plan.variations[:PREVIEWED] for n in range(plan.recipe.each))
    return tuple(islice(dict.fromkeys(image.prompt for image in images), PREVIEWED))


def _is_drawn(plan: Plan) -> bool:
    """Say whether something is random or in order, so that another image may read otherwise."""
    cells = plan.variations[:LOOKED_AT]
    return any(cell.variation.take(n) != cell.prompt for cell in cells for n in range(1, 1 + LOOKED_AT))


def _before(found: Estimate, soon: str, now: datetime) -> Beforehand | None:
    """Return what is known before anything is sent; the day's limit is the provider's (D17, S87)."""
    if found.plan is None or found.key is None:
        return None
    per_day = found.key.per_day
    left = None if per_day is None else max(0, per_day - counts.asked_today(found.key, now))
    return beforehand(found, soon, left, counts.next_midnight(now))


def _soon(plan: Plan, key: Key, now: datetime) -> str:
    """Return when the last image would be there: “Done in about 3–5 min”; "" where none can tell (B16)."""
    if plan.recipe.starts_at or plan.recipe.background or plan.too_many:
        return ""
    sizes = [(cell.width, cell.height, cell.quality) for cell in plan.variations] * plan.recipe.each
    span = waits.of_new(key, sizes, now)
    return f"Done in {span.words}" if span else ""


def _spots(form: ComposerForm, found: Estimate, advice: Coaching | None) -> str:
    """Return what is marked in the box, as js/prompt-paint.js reads it: "12-13:bad 20-25:warn"."""
    typed = str(form["template"].value() or "")
    marks = advice.marks if advice else ()
    spots = [f"{in_browser(typed, begin)}-{in_browser(typed, end)}:warn" for begin, end in marks]
    fault = found.fault and _of_template(form, found.fault)
    if fault:
        at = form.place(fault.position)
        spots.insert(0, f"{at}-{at + 1}:bad")
    return " ".join(spots)


def _of_template(form: ComposerForm, fault: PromptError) -> PromptError | None:
    """Return what is wrong with the template itself, not with what styles or axes made of it."""
    if form.fault or not (form.cleaned_data["styles"] or form.recipe().axes):
        return fault
    try:
        expand(form.cleaned_data["template"], most=1, lists=team_lists())
    except PromptError as error:
        return error
    return None

"""The plan as the composer shows it: variations, images, credits from and to, what is left after.

Made by the very `plan(recipe)` that starts the run, so the two can never differ (A4, A9).
"""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from studio.accounts import keys
from studio.accounts.models import Key, Member, Payer, Policy
from studio.credits import budgets
from studio.credits.budgets import Room
from studio.credits.models import Account
from studio.credits.rooms import ask_for
from studio.generation import fitting, permitting, standards
from studio.generation.cells import PlannedCell
from studio.generation.experiments import passing
from studio.generation.fitting import instead
from studio.generation.forms import ComposerForm
from studio.generation.later import said
from studio.generation.recipe import Plan, plan
from studio.generation.sizes import nearest_shape
from studio.generation.tiles import palette
from studio.prompts.grammar import PromptError
from studio.prompts.styles import UnknownStyle
from studio.prompts.wordlists import team_lists
from studio.templatetags.look import number

HEADS_SHOWN = 6
PREVIEWED = 20
NO_KEY: dict[str, str] = {
    Payer.EITHER: "There is no API key to generate with. Add yours under Credits, or ask an owner.",
    Payer.OWN: "Everybody uses a key of their own here, and you have none yet. Add yours under Credits.",
    Payer.TEAM: "Everybody uses the team’s API key here, and there is none. Ask an owner to connect it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A variation as the composer draws it before it is made."""

    name: str
    palette: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What Generate would do now, and the one sentence that stands in its way, if there is one."""

    plan: Plan | None = None
    error: str = ""
    fault: PromptError | None = None  # where the template cannot be read, if that is what is wrong
    available: int = 0
    ask_above: int = 0
    ask_above_credits: int = 0
    key: Key | None = None
    rule: str = ""  # of the team's, that it breaks (E8, E11, E14, E15)
    budget: str = ""  # a warning where the run may pass its experiment's budget (A30)
    held: int = 0
    rooms: tuple[Room, ...] = ()  # in each budget that counts it (D6)
    ask: str = ""  # who could raise the one that stands in the way

    @property
    def images(self) -> int:
        """Return the number of images."""
        return self.plan.images if self.plan else 0

    @property
    def asks(self) -> bool:
        """Say whether the number has to be typed first (A10)."""
        open_to_some = not self.blocked or self.offers
        return self.plan is not None and open_to_some and bool(self.large)

    @property
    def large(self) -> str:
        """Return in what the plan is above what the team lets pass unasked; "" when in nothing (A10)."""
        if self.plan is None:
            return ""
        if self.images > self.ask_above:
            return f"more than {self.ask_above:,} images"
        if self.plan.most > self.ask_above_credits:
            return f"more than {self.ask_above_credits:,} credits"
        return ""

    @property
    def free(self) -> int:
        """Return how many credits may be spent: what the account has, or the tightest budget leaves."""
        return min([self.available, *(room.left for room in self.rooms)])

    @property
    def fits(self) -> int:
        """Return for how many images the credits reach."""
        return fitting.fits(self.plan, self.free) if self.plan else 0

    @property
    def full(self) -> Room | None:
        """Return the tightest budget where it leaves less than the run needs and than the account has."""
        tight = min(self.rooms, key=lambda room: room.left, default=None)
        needed = self.plan.most if self.plan else 0
        return tight if tight and tight.left < min(needed, self.available) else None

    @property
    def offers(self) -> bool:
        """Say whether a part of the run is offered, since the credits alone stand in its way (D18)."""
        if self.plan is None or self.plan.too_many or self.rule or self.key is None:
            return False
        return 0 < self.fits < self.images

    @property
    def blocked(self) -> str:
        """Return why Generate would refuse, with what would work; "" when it would not."""
        if self.plan is None:
            return self.error
        if self.plan.too_many:
            return (
                f"{number(self.images)} images are {number(self.plan.too_many)} more than one run may have. "
                "Take out an alternative, or make fewer of each."
            )
        if self.rule:
            return self.rule
        if self.key is None:
            return NO_KEY[Policy.present().payer]
        if self.plan.most > self.free:
            return self._short()
        return ""

    @property
    def way_out(self) -> tuple[str, str]:
        """Return where one asks for what is missing, and what the link says; nothing where none is (D9)."""
        if self.plan is None or self.plan.too_many or self.key is None or self.plan.most <= self.free:
            return "", ""
        if self.full and self.full.budget.own:
            return reverse("my_limits"), "My limits"
        told = {"amount": str(self.plan.most - max(self.free, 0))}
        told |= {"what": str(self.full.budget.pk)} if self.full else {}
        return f"{reverse('ask')}?{urlencode(told)}", "Ask for more"

    @property
    def after(self) -> tuple[int, int]:
        """Return the least and the most credits left afterwards."""
        assert self.plan is not None
        return self.available - self.plan.most, self.available - self.plan.least

    @property
    def ratio(self) -> str:
        """Return the name of the shape nearest to the size, for the small drawings."""
        assert self.plan is not None
        return nearest_shape(self.plan.recipe.width, self.plan.recipe.height).name

    @property
    def heads(self) -> list[Head]:
        """Return the first variations, to draw them; empty where nothing varies."""
        if self.plan is None or self.plan.expansion.count < 2:
            return []
        shown = self.plan.variations[:HEADS_SHOWN]
        return [
            Head(name=", ".join(pick or "–" for pick in one.picks), palette=palette(one.prompt))
            for one in shown
        ]

    @property
    def preview(self) -> tuple[PlannedCell, ...]:
        """Return the first twenty prompts exactly as they would be sent (A9)."""
        return self.plan.variations[:PREVIEWED] if self.plan else ()

    @property
    def unread(self) -> int:
        """Return how many prompts the preview leaves out."""
        return self.plan.expansion.count - len(self.preview) if self.plan else 0

    @property
    def each(self) -> range:
        """Return one step an image of a variation."""
        return range(self.plan.recipe.each if self.plan else 0)

    @property
    def button(self) -> str:
        """Return what Generate says: never without its price (A4)."""
        if self.plan is None or not self.images:
            return "Generate"
        images = f"{number(self.images)} image{'s' if self.images != 1 else ''}"
        price = f"{_span(self.plan.least, self.plan.most)} credits"
        if begins := self.plan.recipe.starts_at:
            return f"Start {images} at {said(begins, timezone.now())} · {price}"
        return f"Generate {images} · {price}"

    @property
    def over(self) -> str:
        """Return what the button says instead while there are more images than one run may have (A10)."""
        return f"{number(self.plan.too_many)} images too many" if self.plan and self.plan.too_many else ""

    @property
    def off(self) -> bool:
        """Say whether Generate is switched off: too many, or a rule of the team's, which `blocked` names."""
        return self.plan is not None and bool(self.plan.too_many or self.rule)

    @property
    def remains(self) -> str:
        """Return what the button says of the credits left afterwards: the middle of what is possible (A4)."""
        if self.plan is None or not self.images or self.blocked:
            return ""
        least, most = self.after
        return f"leaves {least:,}" if least == most else f"leaves ≈ {(least + most) // 2:,}"

    @property
    def cost(self) -> dict[str, object]:
        """Return what components/cost.html reads."""
        assert self.plan is not None
        variations = self.plan.expansion.count
        least, most = self.after
        return {
            "formula": f"{number(variations)} × {self.plan.recipe.each}" if self.images > 1 else "",
            "images": self.images,
            "low": self.plan.least,
            "high": self.plan.most,
            "available": max(0, self.available),
            "enough": self.plan.most <= self.free,
            "short": "More than a budget leaves." if self.full else "",
            "leaves": _span(least, most) if least != most else "",
        }

    @property
    def price_note(self) -> str:
        """Return what is known of the price where the provider's page does not say it (D16)."""
        assert self.plan is not None
        price, recipe = self.plan.price, self.plan.recipe
        if len(self.plan.prices) > 1:
            return f"{_span(price.low, price.high)} credits each, {price.label}."
        size = f"{recipe.width} × {recipe.height}"
        if price.seen:
            return f"{size} was {price.label}: {_span(price.low, price.high)} credits each."
        return f"{size} lies between the tiers: {_span(price.low, price.high)} credits each, {price.label}."

    @property
    def payer(self) -> str:
        """Return whose key and whose credits at Doitong are used (D23)."""
        if self.key and self.key.member_id:
            return "Your own API key and its Doitong credits are used."
        return "The team’s API key and its Doitong credits are used."

    @property
    def more_heads(self) -> int:
        """Return how many variations are not drawn."""
        return self.plan.expansion.count - len(self.heads) if self.plan and self.heads else 0

    def _short(self) -> str:
        assert self.plan is not None
        fits = self.fits
        if self.full:
            return short(self.full, self.plan.most, self.ask, instead(fits, self.images))
        makes = f"{fits} image{'s' if fits != 1 else ''} would fit." if fits else "None would fit."
        return (
            f"This run needs up to {number(self.plan.most)} credits and {max(0, self.available):,} are free: "
            f"{makes} A credit admin can add credits."
        )


def _span(low: int, high: int) -> str:
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def short(room: Room, needed: int, ask: str, advice: str) -> str:
    """Return why a budget stands in the way: it, the amounts, the person, and what would work (D8)."""
    return f"{room.words}, this run needs up to {number(needed)}. {ask}{f', or {advice}' if advice else ''}."


def planned(member: Member, made: Plan | None) -> Estimate:
    """Return the estimate of a plan that was made: of a sheet, or of one image again."""
    return _within(member, _known(member), made)


def _known(member: Member) -> Estimate:
    account = Account.of(member.pk)
    return Estimate(
        available=account.available,
        held=account.held,
        ask_above=settings.RUN_ASK_ABOVE_IMAGES,
        ask_above_credits=settings.RUN_ASK_ABOVE_CREDITS,
        key=keys.key_for(member),
    )


def _within(member: Member, known: Estimate, made: Plan | None) -> Estimate:
    """Return the estimate with its plan and the room in the budgets that would count it."""
    if made is None:
        return known
    allowed = _allowed(member, known, made)
    if allowed.key is None:
        return allowed
    rooms = budgets.applying(member.pk, made.recipe.project_id, allowed.key.pk)
    found = replace(allowed, rooms=tuple(rooms))
    return replace(found, ask=ask_for([found.full.budget])) if found.full else found


def _allowed(member: Member, known: Estimate, made: Plan) -> Estimate:
    """Return the estimate with its plan, and what the team's rules say of it."""
    bounds = standards.bounds(member, made.recipe.project_id)
    return replace(
        known,
        plan=made,
        ask_above=bounds.ask_above,
        ask_above_credits=bounds.ask_above_credits,
        rule=permitting.refusal(member, made, timezone.now(), bounds=bounds),
    )


def estimate(member: Member, form: ComposerForm) -> Estimate:
    """Return the estimate for a form; an invalid one gives its first error as the sentence."""
    known = _known(member)
    if not form.is_valid():
        return replace(known, error=_first_error(form), fault=form.fault)
    try:
        made = plan(form.recipe(), lists=team_lists(), most_images=settings.RUN_MOST_IMAGES)
    except PromptError as error:
        return replace(known, error=error.sentence, fault=error)
    except UnknownStyle as error:
        return replace(known, error=error.sentence)
    if made.flaw:
        return replace(known, error=made.flaw)
    over = passing(member, made.recipe.experiment_id, least=made.least, most=made.most)
    return replace(_within(member, known, made), budget=over)


def _first_error(form: ComposerForm) -> str:
    return next((str(error) for errors in form.errors.values() for error in errors), "")

"""Start a run: its jobs, their holds and the bell, all in one transaction or not at all."""

import uuid
from datetime import datetime, time
from textwrap import shorten

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from studio import prepared
from studio.accounts import keys
from studio.accounts.models import Key, Member
from studio.credits import ledger
from studio.credits.ledger import BudgetExceeded
from studio.generation import disk, fitting, history, permitting, queue, usage
from studio.generation.axes import OWN
from studio.generation.cells import PlannedCell
from studio.generation.fitting import Short, instead
from studio.generation.models import Experiment, Job, Lane, Pulse, Purchase, Run
from studio.generation.recipe import Plan, Recipe
from studio.generation.recipe import plan as plan_of
from studio.generation.states import Reason, State
from studio.prompts import saved
from studio.prompts.expansion import outline
from studio.prompts.wordlists import team_lists
from studio.templatetags.look import number

TITLE_CHARACTERS = 56

_NAMED = prepared.Insert(Experiment)
_MADE = prepared.Insert(Run)
_ASKED = prepared.Insert(Job)
_BOUGHT = prepared.Insert(Purchase)


class CannotStart(Exception):
    """A run that is refused before anything is held; the text is a sentence for the person."""


class NoKey(CannotStart):
    """The member has no key in use, and neither has the team."""


class TooMany(CannotStart):
    """More images than one run may have."""


class NotSendable(CannotStart):
    """One of its prompts has no words or too many, or more varies than a run may vary."""


class NotPermitted(CannotStart):
    """A rule of the team stands in the way, or maintenance (E8, E11, E14, E15)."""


class NoRoom(CannotStart):
    """The disk has no room for what would be paid for."""


class OtherRecipe(CannotStart):
    """The form's token was used for another recipe."""


def start(member: Member, recipe: Recipe, *, token: str, short: Short = Short.REFUSE) -> Run:
    """Start a run and return it; the same form sent twice returns the first run.

    Where the credits do not reach for all of it, `short` says what is done (D18). Raises CannotStart
    (or one below it), NotEnoughCredits or BudgetExceeded, PromptError for a template that cannot be read,
    and UnknownStyle. Nothing is held or queued then.
    """
    plan = plan_of(recipe, lists=team_lists(), most_images=settings.RUN_MOST_IMAGES)
    return begin(member, plan, token=token, short=short)


def begin(member: Member, plan: Plan, *, token: str, short: Short = Short.REFUSE) -> Run:
    """Start a run of what was planned, by the form or by a sheet; returns and raises as `start`."""
    if plan.flaw:
        raise NotSendable(plan.flaw)
    if plan.too_many:
        raise TooMany(
            f"This is {number(plan.images)} images, {number(plan.too_many)} more than one run may have. "
            "Take out an alternative, or make fewer of each."
        )
    key = keys.key_for(member)
    if key is None:
        raise NoKey("There is no API key to generate with. Add yours, or ask an owner for a team key.")
    if (refused := permitting.refusal(member, plan, timezone.now())) and not was_started(member, token):
        raise NotPermitted(refused)
    if (no_room := disk.short() or usage.full(member)) and not was_started(member, token):
        raise NoRoom(no_room)  # before a credit is held for it (DL-10, OPS-03)
    try:
        with transaction.atomic():
            run = _create(member, plan, key, token)
            _create_jobs(run, plan, short, timezone.now())
            queue.ring_submit(key.pk)
    except IntegrityError:
        run = _already(member, token, plan.recipe)
    except BudgetExceeded as error:
        if advice := instead(fitting.fits(plan, error.available), plan.images):
            error.advise(advice)
        raise
    return run


def _create(member: Member, plan: Plan, key: Key, token: str) -> Run:
    recipe = plan.recipe
    made = Run(
        experiment=_experiment(member, recipe),
        member=member,
        key=key,
        project_id=recipe.project_id,
        token=token,
        template=recipe.template,
        width=recipe.width,
        height=recipe.height,
        parameters=dict(recipe.parameters),
        each=recipe.each,
        visibility=recipe.visibility,
        source_id=recipe.source_id,
        lane=Lane.BACKGROUND if recipe.background else Lane.NORMAL,
        starts_at=recipe.starts_at,
        most_each=plan.price.high,
        axes=[axis.stored() for axis in plan.axes],
        draw=recipe.draw,
        styles=[str(style) for style in recipe.styles],
        prompt_version=_version(recipe),
        board=recipe.board_id,
    )
    return _MADE(made)


def _version(recipe: Recipe) -> uuid.UUID | None:
    """Return the saved version whose words these are; None where others were written since (A20)."""
    version = saved.version(recipe.version_id) if recipe.version_id else None
    return version.pk if version and version.template == recipe.template else None


def _experiment(member: Member, recipe: Recipe) -> Experiment:
    """Return the experiment chosen in the form, or a new one named after the prompt's first words."""
    if recipe.experiment_id:
        chosen = Experiment.objects.filter(pk=recipe.experiment_id, member=member)
        if chosen.update(used_at=timezone.now()):
            return chosen.get()
    return _NAMED(Experiment(member=member, title=title_of(recipe.template)))


def title_of(template: str) -> str:
    """Return a short name: the first words, with an ellipsis for what varies, and a capital."""
    words = "".join("…" if piece.varied else piece.text for piece in outline(template))
    title = shorten(words, TITLE_CHARACTERS, placeholder=" …")
    title = words.strip()[:TITLE_CHARACTERS] if title == "…" else title
    title = title.lstrip(" ,.;:…").rstrip(" ,.;:")
    return title[:1].upper() + title[1:] or "Untitled"


def _create_jobs(run: Run, plan: Plan, short: Short, now: datetime) -> None:
    version = Pulse.advance(run.member_id)  # before the account: everyone locks in this order
    paid = _paid_for(run, plan, short)
    cells = [cell for place, cell in enumerate(plan.cells) if short is not Short.FIT or place in paid]
    jobs = [_job(run, cell, position, version, now) for position, cell in enumerate(cells)]
    held = jobs if short is Short.FIT else [jobs[place] for place in sorted(paid)]
    ledger.hold(
        run.member,
        [ledger.Hold(reference=job.purchase, amount=job.approved or 0) for job in held],
        key_id=run.key_id,
        project_id=run.project_id,
    )
    waiting = [] if short is Short.FIT else [job for place, job in enumerate(jobs) if place not in paid]
    for job in waiting:
        job.state, job.reason = State.HELD, Reason.CREDITS
    _ASKED.all(jobs)
    history.remember(run, (job.prompt for job in jobs))
    _BOUGHT.all([Purchase(pk=job.purchase, job=job) for job in jobs])


def _paid_for(run: Run, plan: Plan, short: Short) -> set[int]:
    """Return for which images credits are put aside: for all, unless fewer fit and were asked for.

    The account and the budgets are locked by now, so that nobody else takes what was counted. Where
    nothing fits it is all of them, which the ledger refuses.
    """
    everything = set(range(plan.images))
    if short is Short.REFUSE:
        return everything
    free = ledger.available(run.member, key_id=run.key_id, project_id=run.project_id)
    return set(fitting.paid_for(plan, free)) or everything


def _job(run: Run, cell: PlannedCell, position: int, version: int, now: datetime) -> Job:
    return Job(
        run=run,
        member_id=run.member_id,
        key_id=run.key_id,
        position=position,
        variation=cell.number,
        picks=list(cell.picks),
        prompt=cell.prompt,
        width=cell.width,
        height=cell.height,
        quality=cell.quality,
        approved=cell.price.high,
        version=version,
        lane=run.lane,
        not_before=run.starts_at,
        created_at=now,
    )


def _already(member: Member, token: str, recipe: Recipe) -> Run:
    run = Run.objects.filter(member=member, token=token).first()
    if run is None:
        raise CannotStart("The run could not be started. Try again.")
    asked = (recipe.template, recipe.width, recipe.height, recipe.each, recipe.visibility)
    same = (run.template, run.width, run.height, run.each, run.visibility) == asked
    goes = (recipe.project_id, recipe.board_id, _of_day(recipe.starts_at))
    same = same and (run.project_id, run.board, _of_day(run.starts_at)) == goes
    axes = [axis for axis in run.axes if axis["kind"] not in OWN]
    same = same and axes == [axis.stored() for axis in recipe.axes]
    same = same and run.styles == [str(style) for style in recipe.styles]
    same = same and _began_alike(run, recipe)
    if not same or run.parameters != dict(recipe.parameters):
        raise OtherRecipe("This form was sent before with other words or choices. Press Generate once more.")
    return run


def _began_alike(run: Run, recipe: Recipe) -> bool:
    """Say whether a run began as a recipe says: in its lane and experiment, from its draw and version."""
    lane = Lane.BACKGROUND if recipe.background else Lane.NORMAL
    alike = (run.lane, run.draw, run.prompt_version) == (lane, recipe.draw, _version(recipe))
    if not alike or recipe.experiment_id:
        return alike and recipe.experiment_id == run.experiment_id
    others = Run.objects.filter(experiment=run.experiment_id, created_at__lt=run.created_at)
    return not others.exists()  # it was the first of a new experiment


def _of_day(moment: datetime | None) -> time | None:
    """Return the time of day of a start: said twice around midnight, it is the same one."""
    return timezone.localtime(moment).time() if moment else None


def was_started(member: Member, token: str) -> bool:
    """Say whether the form with this token was sent before."""
    return bool(_OF_FORM(member=member.pk, token=token))


_OF_FORM = prepared.Rows(
    lambda: (
        Run.objects.filter(member=prepared.uuid("member"), token=prepared.text("token"))
        .order_by()
        .values_list("pk", flat=True)
    )
)


def new_token() -> str:
    """Return the token of a fresh form: two posts of it make one run."""
    return uuid.uuid4().hex

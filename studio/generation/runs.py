"""Start a run: its jobs, their holds and the bell, all in one transaction or not at all."""

import uuid
from datetime import datetime
from textwrap import shorten

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from studio.accounts import keys
from studio.accounts.models import Key, Member
from studio.credits import ledger
from studio.generation import queue
from studio.generation.models import Experiment, Job, Lane, Pulse, Purchase, Run
from studio.generation.recipe import Plan, Recipe
from studio.generation.recipe import plan as plan_of
from studio.prompts.expansion import outline

TITLE_CHARACTERS = 56


class CannotStart(Exception):
    """A run that is refused before anything is held; the text is a sentence for the person."""


class NoKey(CannotStart):
    """The member has no key in use, and neither has the team."""


class TooMany(CannotStart):
    """More images than one run may have."""


class OtherRecipe(CannotStart):
    """The form's token was used for another recipe."""


def start(member: Member, recipe: Recipe, *, token: str) -> Run:
    """Start a run and return it; the same form sent twice returns the first run.

    Raises CannotStart (or one below it), NotEnoughCredits, and PromptError for a template that
    cannot be read. Nothing is held or queued then.
    """
    plan = plan_of(recipe, most_images=settings.RUN_MOST_IMAGES)
    if plan.too_many:
        raise TooMany(
            f"This is {plan.images:,} images, {plan.too_many:,} more than one run may have. "
            "Take out an alternative, or make fewer of each."
        )
    key = keys.key_for(member)
    if key is None:
        raise NoKey("There is no API key to generate with. Add yours, or ask an owner for a team key.")
    try:
        with transaction.atomic():
            run = _create(member, recipe, key, token)
            _create_jobs(run, plan, timezone.now())
            queue.ring_submit(key.pk)
    except IntegrityError:
        run = _already(member, token, recipe)
    return run


def _create(member: Member, recipe: Recipe, key: Key, token: str) -> Run:
    return Run.objects.create(
        experiment=_experiment(member, recipe),
        member=member,
        key=key,
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
    )


def _experiment(member: Member, recipe: Recipe) -> Experiment:
    """Return the experiment chosen in the form, or a new one named after the prompt's first words."""
    if recipe.experiment_id:
        chosen = Experiment.objects.filter(pk=recipe.experiment_id, member=member)
        if chosen.update(used_at=timezone.now()):
            return chosen.get()
    return Experiment.objects.create(member=member, title=title_of(recipe.template))


def title_of(template: str) -> str:
    """Return a short name: the first words, with an ellipsis for what varies, and a capital."""
    words = "".join("…" if piece.varied else piece.text for piece in outline(template))
    title = shorten(words, TITLE_CHARACTERS, placeholder="") or words.strip()[:TITLE_CHARACTERS]
    title = title.lstrip(" ,.;:…").rstrip(" ,.;:")
    return title[:1].upper() + title[1:] or "Untitled"


def _create_jobs(run: Run, plan: Plan, now: datetime) -> None:
    version = Pulse.advance(run.member_id)  # before the account: everyone locks in this order
    jobs = [
        Job(
            run=run,
            member_id=run.member_id,
            key_id=run.key_id,
            position=number,
            variation=number // plan.recipe.each,
            picks=list(variation.picks),
            prompt=variation.prompt,
            width=run.width,
            height=run.height,
            quality=plan.recipe.quality,
            version=version,
            lane=run.lane,
            not_before=run.starts_at,
            created_at=now,
        )
        for number, variation in enumerate(
            variation for variation in plan.variations for _ in range(plan.recipe.each)
        )
    ]
    ledger.hold(
        run.member,
        [ledger.Hold(reference=job.purchase, amount=plan.price.high) for job in jobs],
        key_id=run.key_id,
    )
    Job.objects.bulk_create(jobs)
    Purchase.objects.bulk_create([Purchase(pk=job.purchase, job=job) for job in jobs])


def _already(member: Member, token: str, recipe: Recipe) -> Run:
    run = Run.objects.filter(member=member, token=token).first()
    if run is None:
        raise CannotStart("The run could not be started. Try again.")
    asked = (recipe.template, recipe.width, recipe.height, recipe.each, recipe.visibility)
    same = (run.template, run.width, run.height, run.each, run.visibility) == asked
    if not same or run.parameters != dict(recipe.parameters):
        raise OtherRecipe("This form was sent before with other words or choices. Press Generate once more.")
    return run


def was_started(member: Member, token: str) -> bool:
    """Say whether the form with this token was sent before."""
    return Run.objects.filter(member=member, token=token).exists()


def new_token() -> str:
    """Return the token of a fresh form: two posts of it make one run."""
    return uuid.uuid4().hex

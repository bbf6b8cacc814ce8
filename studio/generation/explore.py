"""The Explore page put together: the composer as it was left, the newest runs, the experiments."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from studio.accounts.models import Member
from studio.generation import drafts, news, queries, runs
from studio.generation.estimate import estimate
from studio.generation.fitting import Short
from studio.generation.forms import ComposerForm, experiments_of
from studio.generation.models import Draft, Experiment, Run


def form_of(member: Member, draft: Draft | None) -> ComposerForm:
    """Return the form as the member left it: the draft asked for, or the one written on last.

    It is not checked: nothing is an error before it was sent.
    """
    draft = draft or drafts.newest(member)
    return ComposerForm(initial=draft.fields if draft else None, member=member)


def keep_draft(member: Member, posted: Mapping[str, Any], run: Run | None = None) -> Draft:
    """Keep what was posted in the draft that the form belongs to.

    The next run of the draft belongs to the experiment of the `run` that was made of it.
    """
    fields = {name: posted[name] for name in posted}  # of several values of a name, the last
    if run is not None:
        fields["experiment"] = str(run.experiment_id)
    return drafts.keep(member, _draft_of(posted), fields)


def source_of(member: Member, posted: Mapping[str, Any]) -> int | None:
    """Return the image that the posted form's draft was made from, if it was made from one."""
    return drafts.source_of(member, _draft_of(posted))


def _draft_of(posted: Mapping[str, Any]) -> UUID | None:
    try:
        return UUID(str(posted.get("draft", "")))
    except ValueError:
        return None


def started(member: Member, run: Run) -> dict[str, Any]:
    """Return what the answer to Generate draws: the run, and what changed around it."""
    return {
        "run": queries.run_cards([run])[0],
        "token": runs.new_token(),
        "first": not Run.objects.filter(member=member).exclude(pk=run.pk).exists(),
        "experiments": queries.experiments(member),
        "unsent": queries.unsent(member),
        "choices": experiments_of(member),
        "experiment": run.experiment,
    }


def short_of(posted: Mapping[str, Any]) -> Short:
    """Return what the pressed button says of a run that the credits do not reach for (D18)."""
    said = posted.get("short", "")
    return Short(said) if said in set(Short) else Short.REFUSE


def refusal(member: Member, form: ComposerForm, short: Short = Short.REFUSE) -> str:
    """Return why the form cannot be sent, "" when it can."""
    found = estimate(member, form)
    partly = short is not Short.REFUSE and found.offers
    if found.plan is None or (found.blocked and not partly):
        return found.blocked or "Write a prompt first."
    if found.asks and form.cleaned_data["confirm"].strip().replace(",", "") != str(found.images):
        return f"This makes {found.images:,} images. Type {found.images} to go on."
    if not form.cleaned_data["token"]:
        return "This page is too old to send from. Load it again; what you wrote is kept."
    return ""


def page(
    member: Member,
    form: ComposerForm,
    *,
    draft: Draft | None = None,
    refusal: str = "",
    experiment: Experiment | None = None,
    before: Run | None = None,
) -> dict[str, Any]:
    """Return what templates/generation/explore.html reads."""
    pulse = news.page_news(member)  # before the jobs are read: what moves meanwhile is told again
    found = queries.recent_runs(member, experiment=experiment, before=before)
    listed = queries.experiments(member, experiment)
    shown = {name: form[name].value() for name in form.fields}
    present = draft or drafts.newest(member)
    checked = form if form.is_bound else ComposerForm(shown, member=member)
    return {
        "form": form,
        "estimate": estimate(member, checked),
        "quiet": not shown["template"] and not refusal,
        "refusal": refusal,
        "token": runs.new_token(),
        "draft_id": present.pk if present else uuid4(),
        "other_drafts": drafts.others(member, present),
        "runs": queries.run_cards(found),
        "experiment": experiment,
        "experiments": listed,
        "unsent": queries.unsent(member, experiment),
        "scope": news.scope_of(found, experiment=experiment),
        "older": found[-1] if len(found) == queries.RUNS_SHOWN else None,
        "before": before,
        "pulse": pulse,
    }

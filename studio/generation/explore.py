"""The Explore page put together: the composer as it was left, the newest runs, the experiments."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, QueryDict

from studio import prepared
from studio.accounts.models import Member
from studio.generation import axesform, drafts, made, news, queries, runs, standards, writing
from studio.generation.composing import Composed, compose
from studio.generation.estimate import Estimate
from studio.generation.fitting import Short
from studio.generation.following import Going
from studio.generation.forms import ComposerForm, experiments_of
from studio.generation.models import Draft, Experiment, Run
from studio.generation.shelf import Shelf
from studio.prompts import saved


def form_of(member: Member, draft: Draft | None) -> ComposerForm:
    """Return the form as the member left it: the draft asked for, or the one written on last.

    It is not checked: nothing is an error before it was sent.
    """
    draft = draft or drafts.newest(member)
    initial = draft.fields if draft else standards.bounds(member).defaults
    return ComposerForm(initial=initial, member=member)


def form_of_version(member: Member, pk: UUID) -> ComposerForm:
    """Return the form with a saved prompt's version in it, beside whatever is being written (A20).

    Raises Http404 where there is no such version.
    """
    version = saved.version(pk)
    if version is None:
        raise Http404("There is no such version of a saved prompt.")
    initial = {**version.fields, "template": version.template, "version": str(version.pk)}
    return ComposerForm(initial=initial, member=member)


def keep_draft(member: Member, posted: Mapping[str, Any], going: Going | None = None) -> Draft:
    """Keep what was posted in the draft that the form belongs to, and where its next run is `going`."""
    fields = {name: posted[name] for name in posted}  # of several values of a name, the last
    if isinstance(posted, QueryDict):
        fields["styles"] = " ".join(posted.getlist("styles"))
        fields |= axesform.fields_of(posted)
    if going is not None:
        fields |= {"experiment": str(going.experiment), "goes_on": str(going.goes_on or ""), "parted": ""}
    return drafts.keep(member, _draft_of(posted), fields)


def source_of(member: Member, posted: Mapping[str, Any]) -> int | None:
    """Return the image that the posted form's draft was made from, if it was made from one."""
    return drafts.source_of(member, _draft_of(posted))


def _draft_of(posted: Mapping[str, Any]) -> UUID | None:
    return _as_uuid(posted.get("draft"))


def _as_uuid(said: object) -> UUID | None:
    try:
        return UUID(str(said or ""))
    except ValueError:
        return None


def started(member: Member, run: Run, going: Going) -> dict[str, Any]:
    """Return what the answer to Generate draws: the run, what changed around it, where the next one goes."""
    return {
        "run": queries.run_cards([run])[0],
        "token": runs.new_token(),
        "draw": writing.new_draw(),
        "first": len(_TWO_RUNS(member=member.pk)) < 2,
        "experiments": queries.experiments(member),
        "unsent": queries.unsent(member),
        "choices": experiments_of(member),
        "going": going,
    }


_TWO_RUNS = prepared.Rows(
    lambda: Run.objects.filter(member=prepared.uuid("member")).order_by().values_list("pk", flat=True)[:2]
)


def short_of(posted: Mapping[str, Any]) -> Short:
    """Return what the pressed button says of a run that the credits do not reach for (D18)."""
    said = posted.get("short", "")
    return Short(said) if said in set(Short) else Short.REFUSE


def refusal(member: Member, form: ComposerForm, found: Estimate, short: Short = Short.REFUSE) -> str:
    """Return why the form, of which this was found, cannot be sent, "" when it can."""
    partly = short is not Short.REFUSE and found.offers
    if found.plan is None or (found.blocked and not partly):
        return found.blocked or "Write a prompt first."
    if found.asks and form.cleaned_data["confirm"].strip().replace(",", "") != str(found.images):
        return f"This makes {found.images:,} images. Type {found.images} to go on."
    there = made.made(member, found.plan)
    if there and there.whole and form.cleaned_data["more"] != there.key(form.cleaned_data["token"]):
        return "You already have this. Use it for 0 credits, or tick “Make more” and press Generate again."
    if not form.cleaned_data["token"]:
        return "This page is too old to send from. Load it again; what you wrote is kept."
    return ""


def _taken_from(version: str | None) -> dict[str, Any] | None:
    """Return the name of the saved prompt that the form was taken from, and its next version's number."""
    pk = _as_uuid(version)
    of = saved.version(pk) if pk else None
    return {"name": of.prompt.name, "next": of.prompt.latest + 1} if of else None


def told(composed: Composed) -> dict[str, Any]:
    """Return what the composer's templates read of what was composed."""
    return {"estimate": composed.estimate, "composed": composed}


def page(
    member: Member,
    form: ComposerForm,
    *,
    draft: Draft | None = None,
    refusal: str = "",
    experiment: Experiment | None = None,
    before: Run | None = None,
    coached: bool = True,
) -> dict[str, Any]:
    """Return what templates/generation/explore.html reads."""
    pulse = news.page_news(member)  # before the jobs are read: what moves meanwhile is told again
    found = queries.recent_runs(member, experiment=experiment, before=before)
    listed = queries.experiments(member, experiment)
    shown = {name: form[name].value() for name in form.fields} | form.axes.fields()
    present = draft if draft or shown["version"] else drafts.newest(member)
    checked = form if form.is_bound else ComposerForm(shown, member=member)
    token = runs.new_token()
    composed = compose(member, checked, token=token, coached=coached)
    return {
        "form": form,
        "going": checked.going,
        **told(composed),
        "coached": coached,
        "taken_from": _taken_from(shown["version"]),
        "shelf": Shelf(member, form["styles"].value()),
        "quiet": not shown["template"] and not refusal,
        "refusal": refusal,
        "token": token,
        "draft_id": present.pk if present else uuid4(),
        "seen": drafts.seen_at(present),
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

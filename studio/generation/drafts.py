"""Drafts: what a member is writing is kept on the server as they type, and follows them (A22, A23).

A form sent while signed out is kept in the session and becomes a draft at the next sign-in.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from studio import prepared
from studio.accounts.models import Member
from studio.generation import axesform, rewriting, sizes
from studio.generation.capabilities import current
from studio.generation.models import Draft, Image, Job, Run, Visibility
from studio.prompts import grammar

FIELDS = (
    *("template", "shape", "size", "width", "height", "each", "visibility", "experiment", "board", "project"),
    *("goes_on", "parted", "background", "when", "clock", "styles", "draw", "version"),
)
KEPT = 10  # drafts a member; the oldest goes first
MOST_CHARACTERS = 20_000  # of a prompt: more than it may have, so that nothing typed is lost
MOST_OF_OTHERS = 100  # characters of any other field
MOST_OF_STYLES = 2_000  # of their ids together
STASH = "unsent-form"


def newest(member: Member) -> Draft | None:
    """Return the draft a member wrote on last."""
    return Draft.objects.filter(member=member).order_by("-updated_at").first()


def others(member: Member, present: Draft | None) -> list[Draft]:
    """Return the member's other drafts, latest first."""
    drafts = Draft.objects.filter(member=member).order_by("-updated_at")
    return [draft for draft in drafts[:KEPT] if present is None or draft.pk != present.pk]


def keep(member: Member, pk: UUID | None, posted: Mapping[str, Any]) -> Draft:
    """Write what the form holds into its draft, or into a new one.

    The page names the draft before it is first kept, so two requests at once make one draft. Where other
    words were kept in it since the page last saw it, by another tab or device, they stay, and a draft of
    the page's own begins beside them.
    """
    draft = _BY_ID.first(draft=pk) if pk else None
    if draft is None or draft.member_id != member.pk or _moved_on(draft, posted):
        taken = draft is not None
        draft = Draft(member=member) if taken or pk is None else Draft(pk=pk, member=member)
        _make_room(member)
    draft.fields = fields_of(posted)
    now = timezone.now()
    if not draft._state.adding and _KEPT(draft=draft.pk, fields=draft.fields, now=now):
        draft.updated_at = now
        return draft
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:  # another request made it meanwhile
        draft.save(force_update=True)
    return draft


def _moved_on(draft: Draft, posted: Mapping[str, Any]) -> bool:
    """Say whether a draft has other words than the page that posts knew of."""
    seen, words = str(posted.get("seen") or ""), str(posted.get("template") or "")
    kept = str(draft.fields.get("template", ""))
    return bool(seen) and seen != seen_at(draft) and not _bare(words).startswith(_bare(kept))


def _bare(words: str) -> str:
    return "".join(words.split())


def seen_at(draft: Draft | None) -> str:
    """Return by what a page tells that it knows the draft as it is."""
    return draft.updated_at.isoformat() if draft else ""


def source_of(member: Member, pk: UUID | None) -> int | None:
    """Return the id of the image that a member's draft was made from, None where it was from none."""
    return _SOURCE.first(draft=pk, member=member.pk) if pk else None


def remix(member: Member, image: Image) -> Draft:
    """Return a new draft with an image's recipe; the text the member is writing is left alone."""
    run = image.job.run
    shown = run.visibility if run.member_id == member.pk else Visibility.PRIVATE.value
    return _draft(member, image.job, visibility=shown, source=image)


def of_job(member: Member, job: Job) -> Draft:
    """Return a new draft with the recipe of an image that was not made, to change and try again (B17)."""
    return _draft(member, job, visibility=job.run.visibility)


def of_fields(member: Member, fields: Mapping[str, str]) -> Draft:
    """Return a new draft with these fields, beside what is being written."""
    _make_room(member)
    return Draft.objects.create(member=member, fields=dict(fields))


def of_run(member: Member, run: Run) -> Draft:
    """Return a new draft with what a run of the member's own asked for, as it was written (A21).

    Its parent is the run's first image, or where that has none, what the run itself was made from (A24).
    """
    _make_room(member)
    own = {"visibility": run.visibility, "experiment": str(run.experiment_id)}
    own["board"], own["project"] = str(run.board or ""), str(run.project_id or "")
    own["goes_on"] = own["experiment"]
    first = Image.objects.filter(job__run=run, deleted_at=None).order_by("job__position", "pk")
    source = first.values_list("pk", flat=True).first() or run.source_id
    return Draft.objects.create(member=member, source_id=source, fields=rewriting.fields_of(run) | own)


def _draft(member: Member, job: Job, *, visibility: str, source: Image | None = None) -> Draft:
    """Return a new draft that asks for one image as a job did, with its own size and quality."""
    _make_room(member)
    chosen = {**job.run.parameters, **({"quality": job.quality} if job.quality else {})}
    return Draft.objects.create(
        member=member,
        source=source,
        fields={
            "template": grammar.escape(job.prompt),
            **sizes.fields(job.width, job.height),
            "each": "1",
            "visibility": visibility,
            **{name: str(value) for name, value in chosen.items()},
        },
    )


def address_of(draft: Draft) -> str:
    """Return where a draft is written on."""
    return f"{reverse('explore')}?draft={draft.pk}"


def fields_of(posted: Mapping[str, Any]) -> dict[str, str]:
    """Return the form's own fields out of what was posted, as text of bounded length."""
    names = (*FIELDS, *(parameter.name for parameter in current().parameters))
    axes = {name: _kept("template", text) for name, text in axesform.fields_of(posted).items()}
    return {name: _kept(name, str(posted[name])) for name in names if name in posted} | axes


def _kept(name: str, text: str) -> str:
    most = {"template": MOST_CHARACTERS, "styles": MOST_OF_STYLES}.get(name, MOST_OF_OTHERS)
    whole = text[:most].encode("utf-8", "ignore").decode()  # no half of a pair of surrogates
    return whole.replace("\0", "")  # PostgreSQL keeps no NUL


def stash(session: SessionBase, posted: Mapping[str, Any]) -> None:
    """Keep a form that came while nobody was signed in."""
    session[STASH] = fields_of(posted)


@receiver(user_logged_in)
def _adopt(request: HttpRequest, user: Member, **_: object) -> None:
    """Give the form that was sent while signed out to the member who signs in."""
    fields = request.session.pop(STASH, None)
    if fields:
        keep(user, None, fields)


def _make_room(member: Member) -> None:
    beyond = Draft.objects.filter(member=member).order_by("-updated_at").values_list("pk", flat=True)
    Draft.objects.filter(pk__in=list(beyond[KEPT - 1 :])).delete()


_BY_ID = prepared.Rows(lambda: Draft.objects.filter(pk=prepared.uuid("draft")))
_KEPT = prepared.Change(
    lambda: Draft.objects.filter(pk=prepared.uuid("draft")),
    **prepared.columns(Draft, ["fields"]),
    updated_at=prepared.moment("now"),
)
_SOURCE = prepared.Rows(
    lambda: Draft.objects.filter(pk=prepared.uuid("draft"), member=prepared.uuid("member")).values_list(
        "source_id", flat=True
    )
)

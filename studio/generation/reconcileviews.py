"""The page on which admins compare the books with what Doitong says is left, and book the drift (D13)."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from studio.accounts.access import admins_only
from studio.accounts.fields import WholeField
from studio.accounts.http import MemberRequest
from studio.accounts.models import Key, Member
from studio.accounts.models.key import IN_USE
from studio.credits import anchors
from studio.credits.anchors import Drift
from studio.credits.models import Anchor, Source
from studio.generation import reconciling
from studio.generation.reconciling import Doubt

MOST = 100_000_000


class FigureForm(forms.Form):
    """What a person read off Doitong's own page."""

    figure = WholeField(label="Credits left, as Doitong says", min_value=0, max_value=MOST)


class BookForm(forms.Form):
    """On whose account the drift is booked, and why: no change by hand without a reason (D11)."""

    anchor = forms.IntegerField(widget=forms.HiddenInput)
    member = forms.ModelChoiceField(Member.objects.filter(is_active=True), label="On the account of")
    reason = forms.CharField(label="Why", max_length=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A Doitong account: a key of it, its newest anchor, the drift since the one before, open doubts."""

    key: Key
    anchor: Anchor | None
    drift: Drift | None
    doubts: tuple[Doubt, ...]
    figure_form: FigureForm
    book_form: BookForm | None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@admins_only
def reconcile(request: MemberRequest) -> HttpResponse:
    """Show the drift of each Doitong account; ask, take a typed figure, or book."""
    if request.method != "POST":
        return _draw(request)
    act = {"ask": _ask, "typed": _typed, "book": _book}.get(request.POST.get("do", ""))
    if act is None:
        return HttpResponseBadRequest("There is no such button.")
    return act(request, _key(request.POST.get("key", "")))


def _ask(request: MemberRequest, key: Key) -> HttpResponse:
    if reconciling.ask(key, timezone.now(), by=request.user):
        messages.success(request, "Doitong told what is left.")
    else:
        messages.error(request, "Doitong did not tell what is left. Type the figure from its own page.")
    return redirect("reconcile")


def _typed(request: MemberRequest, key: Key) -> HttpResponse:
    form = FigureForm(request.POST, auto_id=f"figure-{key.pk}-%s")
    if not form.is_valid():
        return _draw(request, typed=(key, form), status=422)
    figure = form.cleaned_data["figure"]
    reconciling.take(key, figure, source=Source.TYPED, now=timezone.now(), by=request.user)
    messages.success(request, "The figure is noted.")
    return redirect("reconcile")


def _book(request: MemberRequest, key: Key) -> HttpResponse:
    form = BookForm(request.POST, auto_id=f"book-{key.pk}-%s")
    if not form.is_valid():
        return _draw(request, booked=(key, form), status=422)
    data = form.cleaned_data
    anchor = anchors.newest(key.account)
    if anchor is None or anchor.pk != data["anchor"]:
        messages.error(request, "There is a newer figure. Nothing was booked; look at it first.")
    elif many := anchors.book(anchor, data["member"], actor=request.user, reason=data["reason"]):
        messages.success(request, f"{many:+,} credits booked on {data['member']}.".replace("-", "−"))
    else:
        messages.success(request, "There was nothing left to book.")
    return redirect("reconcile")


def _draw(
    request: MemberRequest,
    *,
    typed: tuple[Key, FigureForm] | None = None,
    booked: tuple[Key, BookForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = [_row(key, typed, booked) for key in _keys()]
    return render(request, "generation/reconcile.html", {"rows": rows}, status=status)


def _keys() -> list[Key]:
    """Return one key in use of each Doitong account, the team's first."""
    found = Key.objects.filter(IN_USE).select_related("member").order_by("-member__name", "pk")
    one_each = {key.account: key for key in found}
    return sorted(one_each.values(), key=lambda key: (key.member_id is not None, key.owner))


def _row(key: Key, typed: tuple[Key, FigureForm] | None, booked: tuple[Key, BookForm] | None) -> Row:
    anchor = anchors.newest(key.account)
    drift = anchors.drift(anchor) if anchor else None
    since = drift.before.at if drift else key.created_at
    book_form = None
    if anchor and drift and drift.is_exact and drift.credits:
        why = f"In step with Doitong’s figure: {anchor.figure:,} credits"
        initial = {"anchor": anchor.pk, "member": key.member_id, "reason": why}
        book_form = BookForm(initial=initial, auto_id=f"book-{key.pk}-%s")
        if booked and booked[0] == key:
            book_form = booked[1]
    return Row(
        key=key,
        anchor=anchor,
        drift=drift,
        doubts=tuple(reconciling.doubts(key.account, since, timezone.now())),
        figure_form=typed[1] if typed and typed[0] == key else FigureForm(auto_id=f"figure-{key.pk}-%s"),
        book_form=book_form,
    )


def _key(text: str) -> Key:
    try:
        found = Key.objects.filter(IN_USE, pk=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found

"""Asking for credits, and answering who asked (D9)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studio.accounts.access import admins_only
from studio.accounts.confirming import confirmed_from
from studio.accounts.http import MemberRequest
from studio.credits import asking, askpage
from studio.credits.askforms import AnswerForm, AskForm
from studio.credits.models import Ask, AskState
from studio.templatetags.look import credits_


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_page(request: MemberRequest) -> HttpResponse:
    """Ask for credits or for a higher budget, and see what became of one's requests."""
    named = _uuid(request.POST.get("what", "") or request.GET.get("what", ""))
    rooms = askpage.bounding(request.user, named)
    if request.method != "POST":
        form = AskForm.fresh(rooms, request.GET.get("amount", ""), str(named or ""))
        return _draw_ask(request, form)
    form = AskForm(request.POST, rooms=rooms)
    if not form.is_valid() or not _asked(request, form):
        return _draw_ask(request, form, status=422)
    messages.success(request, "Your request is with the credit admins. You are told what they say.")
    return redirect("ask")


def _asked(request: MemberRequest, form: AskForm) -> bool:
    data = form.cleaned_data
    try:
        asking.ask(
            request.user, data["amount"], data["reason"], pk=data["reference"], budget_id=form.budget_id
        )
    except asking.AskError as error:
        form.add_error(None, str(error))
        return False
    return True


@require_POST
def ask_withdraw(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take one's own request back."""
    asked = get_object_or_404(Ask, pk=pk, member=request.user)
    if not asking.withdraw(asked):
        messages.info(request, "It was answered before.")
    return redirect("ask")


@require_safe
@never_cache
@admins_only
def requests_page(request: MemberRequest) -> HttpResponse:
    """Who asks for what, beside what they use; a mail's link leads here and changes nothing."""
    return _draw_requests(request)


@require_POST
@admins_only
@confirmed_from("team_requests")
def request_answer(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Grant what was asked for, or less, or refuse it."""
    asked = get_object_or_404(Ask.objects.select_related("member"), pk=pk)
    form = AnswerForm(request.POST, auto_id=f"answer-{pk}-%s")
    if not form.is_valid():
        return _draw_requests(request, mistaken={pk: form}, status=422)
    try:
        done = _answer(asked, form, request)
    except asking.AskError as error:
        form.add_error(None, str(error))
        return _draw_requests(request, mistaken={pk: form}, status=409)
    if not done:
        messages.info(request, f"The request of {asked.member} was answered or withdrawn before.")
    return redirect("team_requests")


def _answer(asked: Ask, form: AnswerForm, request: MemberRequest) -> bool:
    data = form.cleaned_data
    if data["decision"] == "refuse":
        done = asking.refuse(asked, by=request.user, answer=data["answer"])
        words = f"The request of {asked.member} is refused."
    else:
        reason = data["answer"] or asked.reason
        done = asking.grant(asked, data["amount"], by=request.user, answer=reason, ends_at=form.ends_at)
        words = f"{asked.member} was given {credits_(data['amount'])}."
    if done:
        messages.success(request, f"{words} They are told.")
    return done


def _draw_ask(request: MemberRequest, form: AskForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "asks": asking.of(request.user), "open": AskState.OPEN}
    return render(request, "credits/ask.html", context, status=status)


def _draw_requests(
    request: MemberRequest, *, mistaken: Mapping[UUID, AnswerForm] | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "rows": askpage.rows(asking.open_asks(), mistaken=mistaken or {}),
        "answered": asking.answered(),
    }
    return render(request, "credits/requests.html", context, status=status)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

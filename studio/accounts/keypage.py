"""The page of a key: a member's own, and the team's. Paste, plan, test, webhooks, account, remove."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from studio.accounts import keys
from studio.accounts.access import owners_only
from studio.accounts.confirming import confirmed_first
from studio.accounts.forms import AccountForm, HookForm, KeyForm, PayerForm, TermsForm
from studio.accounts.http import MemberRequest
from studio.accounts.keyfacts import facts_of
from studio.accounts.models import Key, Member, Payer, Policy

METHODS = ["GET", "HEAD", "POST"]
UNSEALABLE = "The studio cannot keep keys now. The operator finds the reason in its log; nothing was saved."
UNREADABLE = "The studio cannot open this key. Paste it once more."


@require_http_methods(METHODS)
@never_cache
@sensitive_post_parameters()
@confirmed_first
def key_page(request: MemberRequest) -> HttpResponse:
    """The member's own key."""
    return _answer(request, request.user)


@require_http_methods(METHODS)
@never_cache
@sensitive_post_parameters()
@owners_only
@confirmed_first
def team_key_page(request: MemberRequest) -> HttpResponse:
    """The key of everybody who has none of their own (D23)."""
    return _answer(request, None)


def _answer(request: MemberRequest, owner: Member | None) -> HttpResponse:
    if request.method != "POST":
        return _draw(request, owner)
    act = ACTS.get(request.POST.get("do", ""))
    return act(request, owner) if act else HttpResponseBadRequest("There is no such button.")


def _save(request: MemberRequest, owner: Member | None) -> HttpResponse:
    form = KeyForm(request.POST)
    if refused := _put_in_use(form, owner, request.user):
        return _draw(request, owner, form=form, status=refused)
    messages.success(request, "The key works and is in use.")
    return redirect(request.path)


def _put_in_use(form: KeyForm, owner: Member | None, actor: Member) -> int:
    """Save the form's key; return 0, or the HTTP status of a refusal that the form now tells."""
    if not form.is_valid():
        return 422
    try:
        keys.save_key(member=owner, text=form.secret, plan=form.terms, actor=actor)
    except keys.KeyProblem as problem:
        form.add_error("key", problem.sentence)
        return 422
    except keys.SealingError as error:
        keys.log_unsealable(error)
        form.add_error("key", UNSEALABLE)
        return 503
    return 0


def _try(request: MemberRequest, owner: Member | None) -> HttpResponse:
    if fault := _fault_of(keys.key_in_use(owner), request.user):
        messages.error(request, fault)
    else:
        messages.success(request, "Doitong knows this key. It works.")
    return redirect(request.path)


def _fault_of(key: Key | None, actor: Member) -> str:
    """Have the key tried; return the sentence that says why it does not work, "" where it does."""
    if key is None:
        return "There is no key to test."
    try:
        keys.try_key(key, actor=actor)
    except keys.KeyProblem as problem:
        return problem.sentence
    except keys.SealingError as error:
        keys.log_unsealable(error)
        return UNREADABLE
    return ""


def _set_terms(request: MemberRequest, owner: Member | None) -> HttpResponse:
    form = TermsForm(request.POST, prefix="terms")
    if not form.is_valid():
        return _draw(request, owner, terms=form, status=422)
    key = keys.key_in_use(owner)
    if key is not None:
        keys.set_terms(key, form.terms, request.user)
        messages.success(request, "The plan and limits are saved.")
    return redirect(request.path)


def _disable(request: MemberRequest, owner: Member | None) -> HttpResponse:
    key = keys.key_in_use(owner)
    if key is not None and keys.disable(key, request.user):
        messages.success(request, "The key is removed. Jobs that it started still finish.")
    return redirect(request.path)


def _save_hook(request: MemberRequest, owner: Member | None) -> HttpResponse:
    form, key = HookForm(request.POST, prefix="hook"), keys.key_in_use(owner)
    if not form.is_valid():
        return _draw(request, owner, hook=form, status=422)
    if key is not None:
        try:
            keys.save_hook_secret(key, form.pasted, request.user)
        except keys.SealingError as error:
            keys.log_unsealable(error)
            form.add_error("secret", UNSEALABLE)
            return _draw(request, owner, hook=form, status=503)
        messages.success(request, "The webhook secret is saved. What signed before holds for one more day.")
    return redirect(request.path)


def _remove_hook(request: MemberRequest, owner: Member | None) -> HttpResponse:
    key = keys.key_in_use(owner)
    try:
        if key is not None and keys.remove_hook_secret(key, request.user):
            messages.success(request, "The webhook secret is removed. It holds for one more day.")
    except keys.SealingError as error:
        keys.log_unsealable(error)
        messages.error(request, UNSEALABLE)
    return redirect(request.path)


def _set_account(request: MemberRequest, owner: Member | None) -> HttpResponse:
    key = keys.key_in_use(owner)
    if key is None:
        return redirect(request.path)
    form = AccountForm.of(key, request.user, request.POST)
    if not form.is_valid():
        return _draw(request, owner, account=form, status=422)
    other = form.chosen
    changed = keys.share_account(key, other, request.user) if other else keys.own_account(key, request.user)
    if changed:
        told = "The two keys share their limits now." if other else "The key has limits of its own now."
        messages.success(request, told)
    return redirect(request.path)


def _set_payer(request: MemberRequest, owner: Member | None) -> HttpResponse:
    if owner is not None:
        return HttpResponseBadRequest("Only owners decide this, on the page of the team's key.")
    form = PayerForm(request.POST, prefix="payer")
    if not form.is_valid():
        return _draw(request, owner, payer=form, status=422)
    if keys.set_payer(Payer(form.cleaned_data["payer"]), request.user):
        messages.success(request, "It holds for every new run. What is in line keeps its key.")
    return redirect(request.path)


ACTS: dict[str, Callable[[MemberRequest, Member | None], HttpResponse]] = {
    "save": _save,
    "try": _try,
    "terms": _set_terms,
    "disable": _disable,
    "hook": _save_hook,
    "hook_remove": _remove_hook,
    "account": _set_account,
    "payer": _set_payer,
}


def _draw(
    request: MemberRequest,
    owner: Member | None,
    *,
    form: KeyForm | None = None,
    terms: TermsForm | None = None,
    hook: HookForm | None = None,
    account: AccountForm | None = None,
    payer: PayerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    key = keys.key_in_use(owner)
    context = {
        "owner": owner,
        "key": key,
        "used": keys.key_for(owner) if owner else key,
        "form": form or KeyForm(initial={"plan": key.plan if key else "free"}),
        "terms": terms or (TermsForm.of(key) if key else None),
        "hook": hook or HookForm(prefix="hook"),
        "account": account or (AccountForm.of(key, request.user) if key else None),
        "facts": facts_of(key) if key else [],
        "payer": None if owner else payer or PayerForm.present(),
        "only": Policy.present().payer if owner else "",
    }
    return render(request, "accounts/key.html", context, status=status)

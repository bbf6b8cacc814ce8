"""The door of the board of keys, for credit admins and owners (E13)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from studio.accounts.access import admins_only
from studio.accounts.http import MemberRequest
from studio.generation import keyboard


@require_safe
@never_cache
@admins_only
def keys_board(request: MemberRequest) -> HttpResponse:
    """How every key stands, the worst first."""
    return render(request, "generation/keys_board.html", {"board": keyboard.board(timezone.now())})

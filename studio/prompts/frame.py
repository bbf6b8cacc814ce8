"""What every page of the library shows around its own: the shelves, and a way back that is offered."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from studio.accounts.http import MemberRequest
from studio.prompts import undo

SHELVES = (("prompts", "Prompts"), ("styles", "Styles"), ("lists", "Word lists"), ("chips", "Chips"))


def draw(
    request: MemberRequest, template: str, shelf: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Draw a page of a shelf."""
    tabs = [
        {"text": text, "href": reverse(f"library_{name}"), "current": name == shelf} for name, text in SHELVES
    ]
    around = {"tabs": tabs, "shelf": shelf, "undo": undo.offered(request)}
    return render(request, f"prompts/{template}", around | context, status=status)

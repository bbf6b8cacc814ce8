"""The patterns page: every component in every state, drawn from example values."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def patterns(request: HttpRequest) -> HttpResponse:
    """Draw templates/patterns.html."""
    return render(request, "patterns.html")

"""The studio's addresses, and /constant."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@login_not_required
def constant(request: HttpRequest) -> HttpResponse:
    """Answer with nothing."""
    return HttpResponse(status=204)


urlpatterns = [path("constant", constant), path("", include("studio.urls"))]

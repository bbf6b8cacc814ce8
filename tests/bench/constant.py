"""The studio's settings with one view more, which answers with a constant: the floor of a question."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from studio.settings import *  # noqa: F403 - the studio's own settings, and one address more

ROOT_URLCONF = "tests.bench.constant"


@login_not_required
def constant(request: HttpRequest) -> HttpResponse:
    """Answer with nothing."""
    return HttpResponse(status=204)


urlpatterns = [path("constant", constant), path("", include("studio.urls"))]

"""Every address of the studio, by room. A room's own urls.py names its doors."""

from django.urls import include, path

from studio.health import healthz
from studio.patterns import patterns

urlpatterns = [
    path("", include("studio.generation.urls")),
    path("", include("gallery.urls")),
    path("", include("studio.credits.urls")),
    path("", include("studio.accounts.urls")),
    path("patterns", patterns, name="patterns"),
    path("healthz", healthz, name="healthz"),
]

"""Every address of the studio, by room. A room's own urls.py names its doors."""

from django.urls import include, path

from studio.health import healthz, readyz, silence
from studio.health.metrics import metrics
from studio.health.page import health_page
from studio.patterns import patterns

urlpatterns = [
    path("", include("studio.generation.urls")),
    path("", include("studio.generation.besideurls")),
    path("", include("studio.generation.gridurls")),
    path("", include("gallery.urls")),
    path("", include("studio.prompts.urls")),
    path("", include("studio.credits.urls")),
    path("", include("studio.credits.budgeturls")),
    path("", include("studio.credits.oversighturls")),
    path("", include("studio.accounts.urls")),
    path("", include("studio.accounts.securityurls")),
    path("patterns", patterns, name="patterns"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("team/health", health_page, name="team_health"),
    path("silence", silence, name="silence"),
]

handler400 = "studio.politeness.bad_request"
handler500 = "studio.away.server_error"

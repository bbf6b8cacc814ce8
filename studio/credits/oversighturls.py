"""The doors of asking, answering and telling."""

from django.urls import path

from studio.credits import askviews, oversightviews

urlpatterns = [
    path("credits/ask", askviews.ask_page, name="ask"),
    path("credits/ask/<uuid:pk>/withdraw", askviews.ask_withdraw, name="ask_withdraw"),
    path("team/requests", askviews.requests_page, name="team_requests"),
    path("team/requests/<uuid:pk>", askviews.request_answer, name="request_answer"),
    path("team/alerts", oversightviews.alerts_page, name="team_alerts"),
    path("team/alerts/hook", oversightviews.hook, name="team_hook"),
    path("team/alerts/hook/try", oversightviews.hook_try, name="team_hook_try"),
    path("notices", oversightviews.notices_page, name="notices"),
    path("notices/read", oversightviews.notices_read, name="notices_read"),
]

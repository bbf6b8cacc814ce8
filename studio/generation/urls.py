"""The doors of Explore."""

from django.urls import path

from studio.generation import (
    composerurls,
    experimentviews,
    exportviews,
    hookdoor,
    queueviews,
    reconcileviews,
    views,
)

urlpatterns = [
    path("", views.explore_page, name="explore"),
    *composerurls.urlpatterns,
    path("runs", views.run_start, name="run_start"),
    path("runs/<uuid:pk>", views.run_page, name="run"),
    path("runs/<uuid:pk>/export/<slug:kind>", exportviews.run_export, name="run_export"),
    path("runs/<uuid:pk>/cancel", views.run_cancel, name="run_cancel"),
    path("runs/<uuid:pk>/retry", views.run_retry, name="run_retry"),
    path("runs/<uuid:pk>/lane", views.run_lane, name="run_lane"),
    path("runs/<uuid:pk>/begin", views.run_begin, name="run_begin"),
    path("line/cancel", views.line_cancel, name="line_cancel"),
    path("jobs/<uuid:pk>", views.job_page, name="job"),
    path("jobs/<uuid:pk>/cancel", views.job_cancel, name="job_cancel"),
    path("jobs/<uuid:pk>/retry", views.job_retry, name="job_retry"),
    path("jobs/<uuid:pk>/edit", views.job_edit, name="job_edit"),
    path("jobs/<uuid:pk>/begin", views.job_begin, name="job_begin"),
    path("jobs/<uuid:pk>/wire", queueviews.wire_page, name="wire"),
    path("queue", queueviews.queue_page, name="queue"),
    path("queue/do", queueviews.queue_do, name="queue_do"),
    path("pauses", queueviews.pause_begin, name="pause_begin"),
    path("pauses/<uuid:pk>/end", queueviews.pause_end, name="pause_end"),
    path("jobs/<uuid:pk>/give-up", views.job_give_up, name="job_give_up"),
    path("experiments/<uuid:pk>", views.experiment_page, name="experiment"),
    path("experiments/<uuid:pk>/report", experimentviews.report_page, name="report"),
    path("experiments/<uuid:pk>/question", experimentviews.experiment_write, name="experiment_write"),
    path("experiments/<uuid:pk>/close", experimentviews.experiment_close, name="experiment_close"),
    path("experiments/<uuid:pk>/reopen", experimentviews.experiment_reopen, name="experiment_reopen"),
    path("experiments/<uuid:pk>/result", experimentviews.experiment_find, name="experiment_find"),
    path("images/<uuid:uuid>/remix", views.remix, name="remix"),
    path("drafts/<uuid:pk>/discard", views.draft_discard, name="draft_discard"),
    path("hooks/doitong/<str:token>", hookdoor.hook, name="hook"),
    path("team/reconcile", reconcileviews.reconcile, name="reconcile"),
    path("news", views.news_page, name="news"),
]

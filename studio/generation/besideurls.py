"""The doors beside the composer: history, links to recipes, recipes out of pictures, sheets, repeats."""

from django.urls import path

from studio.generation import historyviews

urlpatterns = [
    path("history", historyviews.history_page, name="history"),
    path("history/<uuid:pk>/again", historyviews.history_again, name="history_again"),
]

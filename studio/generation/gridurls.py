"""The doors of the grid and of the composer's axes."""

from django.urls import path

from studio.generation import axesviews, gridviews

urlpatterns = [
    path("composer/axes", axesviews.axes, name="axes"),
    path("runs/<uuid:pk>/grid", gridviews.grid_page, name="grid"),
    path("runs/<uuid:pk>/grid/retry", gridviews.grid_retry, name="grid_retry"),
    path("runs/<uuid:pk>/grid/cancel", gridviews.grid_cancel, name="grid_cancel"),
]

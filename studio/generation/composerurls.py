"""The doors of the composer."""

from django.urls import path

from studio.generation import composerviews

urlpatterns = [
    path("composer/estimate", composerviews.estimate, name="estimate"),
    path("composer/insert", composerviews.insert, name="composer_insert"),
    path("composer/flatten", composerviews.flatten, name="composer_flatten"),
    path("composer/restore", composerviews.restore, name="composer_restore"),
    path("composer/draw", composerviews.draw, name="composer_draw"),
    path("composer/save", composerviews.save, name="composer_save"),
    path("composer/coach", composerviews.coach, name="composer_coach"),
    path("made", composerviews.made_page, name="made"),
]

"""The doors of the credits."""

from django.urls import path

from studio.credits import views

urlpatterns = [
    path("credits", views.credits_page, name="credits"),
    path("meter", views.meter_pill, name="meter"),
    path("team", views.team_page, name="team"),
    path("team/<uuid:member_id>/grant", views.grant, name="grant"),
]

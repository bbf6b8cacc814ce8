"""The doors of the credits."""

from django.urls import path

from studio.credits import reportviews, views

urlpatterns = [
    path("credits", views.credits_page, name="credits"),
    path("credits/statement", reportviews.my_statement, name="statement"),
    path("meter", views.meter_pill, name="meter"),
    path("team", views.team_page, name="team"),
    path("team/members.csv", reportviews.team_csv, name="team_csv"),
    path("team/statement", reportviews.team_statement, name="team_statement"),
    path("team/ledger", reportviews.ledger_page, name="team_ledger"),
    path("team/<uuid:member_id>/grant", views.grant, name="grant"),
]

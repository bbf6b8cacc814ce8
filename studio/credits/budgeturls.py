"""The doors of the budgets."""

from django.urls import path

from studio.credits import budgetviews

urlpatterns = [
    path("credits/limits", budgetviews.my_limits, name="my_limits"),
    path("credits/limits/<uuid:pk>/remove", budgetviews.my_limit_away, name="my_limit_away"),
    path("team/budgets", budgetviews.budgets_page, name="budgets"),
    path("team/budgets/<uuid:pk>", budgetviews.budget_page, name="budget"),
]

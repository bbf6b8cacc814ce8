"""The doors of judging: ratings, decisions, comments, pins."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

"""The room's doors."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

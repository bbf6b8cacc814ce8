"""The doors of ordering: boards, tags, favourites, bulk, trash."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

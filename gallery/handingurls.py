"""The doors of handing out: downloads, links for guests, contact sheets."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

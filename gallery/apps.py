"""The room's name for Django."""

from django.apps import AppConfig


class GalleryConfig(AppConfig):
    """The gallery, known to Django as "gallery"."""

    name = "gallery"

"""The room's name for Django."""

from django.apps import AppConfig


class PromptsConfig(AppConfig):
    """studio.prompts, known to Django as "prompts"."""

    name = "studio.prompts"

"""The room's name for Django, and what it asks the rooms below to tell it."""

from django.apps import AppConfig


class GenerationConfig(AppConfig):
    """studio.generation, known to Django as "generation"."""

    name = "studio.generation"

    def ready(self) -> None:
        """Have held jobs resumed, and ledger entries shown with their pictures."""
        from studio.generation import resuming, subjects

        resuming.register()
        subjects.register()

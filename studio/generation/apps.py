"""The room's name for Django, and what it asks the rooms below to tell it."""

from django.apps import AppConfig


class GenerationConfig(AppConfig):
    """studio.generation, known to Django as "generation"."""

    name = "studio.generation"

    def ready(self) -> None:
        """Have held jobs resumed, ledger entries shown with pictures, and webhooks told of with a key."""
        from studio.generation import (
            experimentcosts,
            handover,
            hookfacts,
            resuming,
            samples,
            subjects,
            untold,
        )

        experimentcosts.register()
        handover.register()
        hookfacts.register()
        resuming.register()
        samples.register()
        subjects.register()
        untold.register()

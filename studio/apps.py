"""The house's own name for Django; it brings the system checks."""

from django.apps import AppConfig


class StudioConfig(AppConfig):
    """studio, known to Django as "studio"."""

    name = "studio"

    def ready(self) -> None:
        """Register the checks by importing them."""
        from studio import checks  # noqa: F401 - registered when the apps are there

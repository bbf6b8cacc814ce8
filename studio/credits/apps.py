"""The room's name for Django."""

from django.apps import AppConfig


class CreditsConfig(AppConfig):
    """The ledger of credits."""

    name = "studio.credits"
    label = "credits"
    verbose_name = "Credits"

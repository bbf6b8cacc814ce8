"""The room's name for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Members, roles, keys, audit."""

    name = "studio.accounts"
    label = "accounts"
    verbose_name = "Members and keys"

    def ready(self) -> None:
        """Have signing in and out written down."""
        from studio.accounts import audit, secondfactor, sessions  # noqa: F401 - connect when the apps are there

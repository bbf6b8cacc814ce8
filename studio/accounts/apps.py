"""The room's name for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Members, roles, keys, audit."""

    name = "studio.accounts"
    label = "accounts"
    verbose_name = "Members and keys"

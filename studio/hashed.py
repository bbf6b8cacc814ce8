"""The addresses of static files, each looked up once a process.

A page names some sixty of them, and their names change only when the files are collected anew, which a
server does before it starts.
"""

from typing import override

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Hashed(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # WhiteNoise is not typed
    """WhiteNoise's storage, which knows the addresses that it gave."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._given: dict[str, str] = {}

    @override
    def url(self, name: str, force: bool = False) -> str:
        """Return the address of a file by its name. Raises ValueError for one that was not collected."""
        if force:
            return str(super().url(name, force))
        found = self._given.get(name)
        if found is None:
            found = self._given[name] = str(super().url(name))
        return found

    @override
    def save_manifest(self) -> None:
        """Write down the names, which may be new ones."""
        self._given.clear()
        super().save_manifest()

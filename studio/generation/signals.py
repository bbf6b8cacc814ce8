"""What this room tells rooms above it, which it does not know."""

from collections.abc import Collection

from django.dispatch import Signal

from studio.generation.models import Image

images_changed = Signal()
"""Images came to be or changed: `ids` (Collection[int]). Sent inside the transaction that changed them."""


def tell_changed(ids: Collection[int]) -> None:
    """Tell whoever listens that these images changed; what a listener raises undoes the change with it."""
    if ids:
        images_changed.send(sender=Image, ids=ids)

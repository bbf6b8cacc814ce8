"""The room's name for Django, and what it hears from the room below."""

from collections.abc import Collection
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save


class GalleryConfig(AppConfig):
    """The gallery, known to Django as "gallery"."""

    name = "gallery"

    def ready(self) -> None:
        """Have cards follow their images, and old images be given one once all tables are there.

        A run may name a board of this room; its images are put there as they come (A1, C6). The heads of a
        grid count what was picked (C12), and its chips say how often they were approved (A27).
        """
        from gallery import boards, chiprates, handover, judged, outcomes, retention
        from studio.generation import destinations, picks, trash
        from studio.generation.models import Image
        from studio.generation.signals import images_changed

        destinations.told_by(boards.destinations)
        picks.told_by(judged.of_run)
        trash.told_by(retention.rejected)
        handover.register()
        outcomes.register()
        chiprates.register()
        post_save.connect(_put, sender=Image, dispatch_uid="gallery.boards")

        images_changed.connect(_follow, dispatch_uid="gallery.cards")
        post_migrate.connect(_fill, sender=self, dispatch_uid="gallery.cards")


def _put(instance: Any, created: bool, **_: Any) -> None:
    from gallery import boarding

    if created:
        boarding.arrive(instance)


def _follow(ids: Collection[int], **_: Any) -> None:
    from gallery import cards

    cards.refresh(ids)


def _fill(plan: Any = None, **_: Any) -> None:
    from django.db import connection

    from gallery import cards

    if "gallery_card" in connection.introspection.table_names():  # not while its migration is taken back
        cards.fill()

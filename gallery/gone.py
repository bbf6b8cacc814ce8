"""What left the sight of people who saw it: written down as its card changes, told to open pages (C20).

A row is kept for a day. Whoever opens a page later does not see the image anyway.
"""

from collections.abc import Collection

from django.db import connection
from django.db.models import Q

from gallery.models import Card, Gone
from gallery.models.card import TEAM
from studio.accounts.models import Member
from studio.generation import many
from studio.generation.access import visible_images
from studio.generation.models import Image

DAY = 86_400_000_000  # microseconds
MOST = 300  # told at once; of more, the page is told to look anew
WRITE = f"""INSERT INTO {Gone._meta.db_table} (image, seen_by, version)
    SELECT i.uuid, c.seen_by, %s FROM {Card._meta.db_table} c
    JOIN {Image._meta.db_table} i ON i.id = c.image_id WHERE c.image_id IN ({{ids}})"""  # noqa: S608 - our own tables


def note(ids: Collection[int], now: int) -> None:
    """Write down that images leave the sight that their cards still tell of. Two statements.

    now: microseconds
    """
    if not ids:
        return
    Gone.objects.filter(version__lt=now - DAY).delete()
    listed = many.among(ids)
    with connection.cursor() as cursor:
        cursor.execute(WRITE.format(ids=listed.sql), [now, *listed.params])


def since(member: Member, version: int) -> tuple[list[str], int]:
    """Return the images that a member saw and sees no longer, and the version that this tells up to."""
    saw = Gone.objects.filter(Q(seen_by=TEAM) | Q(seen_by=member.pk.hex), version__gt=version)
    found = list(saw.order_by("-version").values_list("image", "version")[:MOST])
    if not found:
        return [], version
    gone = {uuid for uuid, _ in found}
    back = set(visible_images(member).filter(uuid__in=gone).values_list("uuid", flat=True))
    return [str(uuid) for uuid in gone - back], max(version for _, version in found)

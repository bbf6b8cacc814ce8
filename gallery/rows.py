"""The cards of a page as they are read: no model instances, and nothing that the member may not see.

The cards tell what fits; the images are asked once more who sees them, so that a card that lags behind
its image is not `seen`. One query a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from gallery.models import Card, Favourite, Rating
from studio.accounts.models import Member
from studio.generation.models import Image, Visibility

CARD, IMAGE, RATING, FAVOURITE = (model._meta.db_table for model in (Card, Image, Rating, Favourite))
ROWS = f"""SELECT c.image_id, i.uuid, c.run, c.html, i.member_id, i.created_at, i.prompt,
    i.deleted_at IS NULL AND (i.visibility = %s OR i.member_id = %s),
    r.stars, f.id IS NOT NULL FROM {CARD} c JOIN {IMAGE} i ON i.id = c.image_id
    LEFT JOIN {RATING} r ON r.image_id = i.id AND r.member_id = %s
    LEFT JOIN {FAVOURITE} f ON f.image_id = i.id AND f.member_id = %s
    WHERE c.image_id IN ({{ids}}) ORDER BY c.image_id DESC"""  # noqa: S608 - the names of our own tables


@dataclass(frozen=True, slots=True)
class Row:
    """A card as the wall wants it; ids of rows in hex digits."""

    pk: int
    uuid: str
    run: str
    html: str
    maker: str
    day: date
    prompt: str
    stars: int  # of the member who asks; 0 for none
    kept: bool  # among their favourites
    seen: bool  # by the member who asks: a card that is not is drawn nowhere


def read(member: Member, ids: Sequence[int]) -> list[Row]:
    """Return the cards of images, newest first, those with them that lag behind what may be seen."""
    return among(member, ", ".join(["%s"] * len(ids)), ids) if ids else []


def among(member: Member, sql: str, values: Sequence[int | str]) -> list[Row]:
    """Return the cards of the images whose ids some SQL selects. Raises nothing for none."""
    me = member.pk.hex if connection.vendor == "sqlite" else member.pk
    zone = timezone.get_current_timezone()
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(ids=sql), [Visibility.TEAM.value, me, me, me, *values])
        return [_row(zone, *found) for found in cursor.fetchall()]


def _row(zone: tzinfo, pk: int, uuid: Any, run: Any, html: str, maker: Any, made: Any, *more: Any) -> Row:
    prompt, seen, stars, kept = more
    day = _moment(made).astimezone(zone).date()
    return Row(pk, _hex(uuid), _hex(run), html, _hex(maker), day, prompt, stars or 0, bool(kept), bool(seen))


def _hex(value: Any) -> str:
    return value.hex if isinstance(value, UUID) else str(value)


def _moment(value: Any) -> datetime:
    """Return a moment as the database's own driver gives it: SQLite's is in UTC and does not say so."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

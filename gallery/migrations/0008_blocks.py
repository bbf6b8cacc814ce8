"""PostgreSQL's index knows in which block of ids a card lies, so that the newest of many hits are found (C3).

The vector is made anew, and its index with it; SQLite's index keeps the order of ids by itself.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

MADE = """ALTER TABLE gallery_card ADD COLUMN vector tsvector
    GENERATED ALWAYS AS (gallery_tokens(words, {facets})) STORED"""
INDEXED = "CREATE INDEX gallery_card_vector ON gallery_card USING gin (vector) WITH (fastupdate = off)"
PLAIN = "facets"
IN_BLOCKS = "facets || ' _k' || (image_id >> 12)::text || ' _j' || (image_id >> 16)::text"


def _remake(editor: BaseDatabaseSchemaEditor, facets: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE gallery_card DROP COLUMN vector")
        editor.execute(MADE.format(facets=facets))
        editor.execute(INDEXED)


def _blocks(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _remake(editor, IN_BLOCKS)


def _no_blocks(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _remake(editor, PLAIN)


class Migration(migrations.Migration):
    """Make the vector anew."""

    dependencies = [("gallery", "0007_card_news")]
    operations = [migrations.RunPython(_blocks, _no_blocks)]

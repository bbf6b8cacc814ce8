"""The index that the search asks: FTS5 beside the cards on SQLite, a tsvector of them on PostgreSQL.

Both hold the tokens of gallery.tokens as they are, split at spaces and by nothing else, and both follow
the cards by themselves: by triggers, and as a generated column.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    """CREATE VIRTUAL TABLE gallery_index USING fts5(words, facets, content='gallery_card',
    content_rowid='image_id', tokenize="ascii tokenchars '_'", prefix='2 3', columnsize=0)""",
    """CREATE TRIGGER gallery_index_made AFTER INSERT ON gallery_card BEGIN
    INSERT INTO gallery_index (rowid, words, facets) VALUES (new.image_id, new.words, new.facets); END""",
    """CREATE TRIGGER gallery_index_gone AFTER DELETE ON gallery_card BEGIN
    INSERT INTO gallery_index (gallery_index, rowid, words, facets)
    VALUES ('delete', old.image_id, old.words, old.facets); END""",
    """CREATE TRIGGER gallery_index_changed AFTER UPDATE OF words, facets ON gallery_card
    WHEN old.words <> new.words OR old.facets <> new.facets BEGIN
    INSERT INTO gallery_index (gallery_index, rowid, words, facets)
    VALUES ('delete', old.image_id, old.words, old.facets);
    INSERT INTO gallery_index (rowid, words, facets) VALUES (new.image_id, new.words, new.facets); END""",
)
SQLITE_BACK = (
    "DROP TRIGGER gallery_index_made",
    "DROP TRIGGER gallery_index_gone",
    "DROP TRIGGER gallery_index_changed",
    "DROP TABLE gallery_index",
)
# Tokens hold no quote and no backslash; a position above 16383 counts as that. A row of no tokens is ''.
POSTGRES = (
    """CREATE FUNCTION gallery_tokens(words text, facets text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg('''' || token || ''':' || least(place, 16383), ' '), '')::tsvector
    FROM unnest(string_to_array(words || ' ' || facets, ' ')) WITH ORDINALITY AS parts(token, place)
    WHERE token <> '' $$""",
    """ALTER TABLE gallery_card ADD COLUMN vector tsvector
    GENERATED ALWAYS AS (gallery_tokens(words, facets)) STORED""",
    "CREATE INDEX gallery_card_vector ON gallery_card USING gin (vector) WITH (fastupdate = off)",
)
POSTGRES_BACK = ("ALTER TABLE gallery_card DROP COLUMN vector", "DROP FUNCTION gallery_tokens(text, text)")


def _index(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRES:
        editor.execute(statement)


def _no_index(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE_BACK if editor.connection.vendor == "sqlite" else POSTGRES_BACK:
        editor.execute(statement)


class Migration(migrations.Migration):
    """Add the index; there are no cards yet."""

    dependencies = [("gallery", "0002_cards")]
    operations = [migrations.RunPython(_index, _no_index)]

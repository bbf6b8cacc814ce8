"""Have the cards that stand found by their runs' projects, and counted by them (C3, C4)."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

OF = {
    "sqlite": "coalesce((SELECT project_id FROM generation_run AS made WHERE made.id = gallery_card.run), 'none')",
    "postgresql": """coalesce((SELECT replace(project_id::text, '-', '') FROM generation_run AS made
    WHERE made.id = gallery_card.run), 'none')""",
}
TOLD = "UPDATE gallery_card SET facets = facets || ' _p' || {of}"
COUNTED = """INSERT INTO gallery_tally (token, seen_by, count)
    SELECT '_p' || {of} AS token, seen_by, count(*) FROM gallery_card GROUP BY 1, 2"""


def _tell(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    of = OF[editor.connection.vendor]
    if editor.connection.vendor == "postgresql":  # a million cards take longer than a page may
        editor.execute("SET LOCAL statement_timeout = 0")
    editor.execute(TOLD.format(of=of))
    editor.execute(COUNTED.format(of=of))


def _untell(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    of = OF[editor.connection.vendor]
    editor.execute(f"UPDATE gallery_card SET facets = replace(facets, ' _p' || {of}, '')")  # noqa: S608
    editor.execute("DELETE FROM gallery_tally WHERE token >= '_p' AND token < '_q'")


class Migration(migrations.Migration):
    """Add what a card says of its project."""

    dependencies = [("gallery", "0009_gone"), ("generation", "0014_run_project")]
    operations = [migrations.RunPython(_tell, _untell)]

"""Tables to which rows are only ever added: the database itself refuses to change or delete one.

Used by migrations of this room and of those above it. A migration that alters such a table on
SQLite makes the table anew, without its triggers: it begins with `lifted(…)` and ends with `append_only(…)`.
"""

from collections.abc import Callable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

type Step = Callable[[StateApps, BaseDatabaseSchemaEditor], None]

SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
POSTGRES = (
    """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
)


def statements(table: str, vendor: str) -> list[str]:
    """Return the SQL that makes the table append-only on this database.

    An update or a delete then raises Django's IntegrityError on both.
    """
    if vendor == "sqlite":
        return [SQLITE.format(table=table, verb=verb) for verb in ("UPDATE", "DELETE")]
    return [statement.format(table=table) for statement in POSTGRES]


def undo_statements(table: str, vendor: str) -> list[str]:
    """Return the SQL that lifts it."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("UPDATE", "DELETE")]
    return [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"]


def append_only(table: str) -> RunPython:
    """Return the migration's operation for one table."""
    return RunPython(*_both(table))


def lifted(table: str) -> RunPython:
    """Return the operation that lifts it, for a migration that puts it back at its end."""
    forbid, allow = _both(table)
    return RunPython(allow, forbid)


def _both(table: str) -> tuple[Step, Step]:
    def forbid(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in statements(table, editor.connection.vendor):
            editor.execute(statement)

    def allow(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in undo_statements(table, editor.connection.vendor):
            editor.execute(statement)

    return forbid, allow

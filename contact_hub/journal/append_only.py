"""The triggers by which the database itself refuses to change or delete what tells of the past.

A room ties them to a table of its own by a `Refusal`, in a migration.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION {name}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{words} append-only: % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER {name}_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}_is_append_only()
    """,
)
# INSERT OR REPLACE deletes without firing delete triggers, so a line that exists refuses it too.
SQLITE = (
    """
    CREATE TRIGGER IF NOT EXISTS {name}_no_update BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{words} append-only: UPDATE refused'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS {name}_no_delete BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{words} append-only: DELETE refused'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS {name}_no_replace BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
    BEGIN SELECT RAISE(ABORT, '{words} append-only: REPLACE refused'); END
    """,
)
INSTALL = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
LIFT = {
    "postgresql": (
        "DROP TRIGGER IF EXISTS {name}_append_only ON {table}",
        "DROP FUNCTION IF EXISTS {name}_is_append_only()",
    ),
    "sqlite": tuple(
        f"DROP TRIGGER IF EXISTS {{name}}_no_{act}" for act in ("update", "delete", "replace")
    ),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What one table refuses from now on: UPDATE, DELETE and TRUNCATE.

    name   of the triggers
    words  what is refused, in a sentence that goes on with "append-only"
    same   SQL that finds the row whose place a NEW one would take
    """

    table: str
    name: str
    words: str
    same: str = "id = NEW.id"

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Refuse from now on; twice is a no-op."""
        self._run(connection, INSTALL)

    def lift(self, connection: BaseDatabaseWrapper) -> None:
        """Take the refusal away: for undoing the migration and for emptying a test database."""
        self._run(connection, LIFT)

    def _run(self, connection: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
        told = {"table": self.table, "name": self.name, "words": self.words, "same": self.same}
        with connection.cursor() as cursor:
            for statement in statements[connection.vendor]:
                cursor.execute(statement.format(**told))


JOURNAL = Refusal(
    table="journal_entry",
    name="journal",
    words="the journal is",
    same="id = NEW.id OR (subject = NEW.subject AND seq = NEW.seq)",
)

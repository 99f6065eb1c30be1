"""The triggers by which the database itself refuses to change or delete a line of the journal."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the journal is append-only: % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER journal_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
    """,
)
# INSERT OR REPLACE deletes without firing delete triggers, so a line that exists refuses it too.
SQLITE = (
    """
    CREATE TRIGGER IF NOT EXISTS journal_no_update BEFORE UPDATE ON journal_entry
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only: UPDATE refused'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS journal_no_delete BEFORE DELETE ON journal_entry
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only: DELETE refused'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS journal_no_replace BEFORE INSERT ON journal_entry
    WHEN EXISTS (
        SELECT 1 FROM journal_entry
        WHERE id = NEW.id OR (subject = NEW.subject AND seq = NEW.seq)
    )
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only: REPLACE refused'); END
    """,
)
INSTALL = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
LIFT = {
    "postgresql": (
        "DROP TRIGGER IF EXISTS journal_append_only ON journal_entry",
        "DROP FUNCTION IF EXISTS journal_is_append_only()",
    ),
    "sqlite": tuple(
        f"DROP TRIGGER IF EXISTS journal_no_{act}" for act in ("update", "delete", "replace")
    ),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE of entries from now on; twice is a no-op."""
    _run(connection, INSTALL)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the refusal away: for undoing the migration and for emptying a test database."""
    _run(connection, LIFT)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)

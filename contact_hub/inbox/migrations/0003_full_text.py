"""The full-text index of messages, kept by triggers so that every way of writing feeds it."""

from django.db import migrations

# punctuation that would make PostgreSQL's parser see addresses, hosts, paths, numbers or tags
MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~‘’“”«»–—…·•¿¡\u00a0"

POSTGRESQL = """
CREATE FUNCTION inbox_search_fold(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(
        CASE WHEN octet_length(cut) = char_length(cut) THEN cut  -- plain ASCII bears no accents
        ELSE regexp_replace(normalize(cut, NFD), '[\\u0300-\\u036f]+', '', 'g') END,
        {marks}, {blanks}
    ) FROM (SELECT left(coalesce(given, ''), 100000) AS cut) AS given_text
$$;

CREATE FUNCTION inbox_search_parties(given jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(concat_ws(' ', party->>'name', party->>'address'), ' ')
    FROM jsonb_array_elements(CASE jsonb_typeof(given) WHEN 'array' THEN given ELSE '[]' END) AS party
$$;

CREATE FUNCTION inbox_search_words(m inbox_message) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('pg_catalog.simple', inbox_search_fold(m.subject)), 'A')
        || setweight(to_tsvector('pg_catalog.simple',
               inbox_search_fold(m.from_name || ' ' || m.from_address)), 'B')
        || setweight(to_tsvector('pg_catalog.simple', inbox_search_fold(
               concat_ws(' ', inbox_search_parties(m."to"), inbox_search_parties(m.cc)))), 'C')
        || to_tsvector('pg_catalog.simple', inbox_search_fold(m.text))
$$;

CREATE TABLE inbox_search (
    message_id bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    words tsvector NOT NULL
);

INSERT INTO inbox_search SELECT m.id, m.at, inbox_search_words(m) FROM inbox_message m;
CREATE INDEX inbox_search_words_idx ON inbox_search USING gin (words) WITH (gin_pending_list_limit = 1024);
CREATE INDEX inbox_search_at_idx ON inbox_search (at DESC, message_id DESC);

CREATE FUNCTION inbox_search_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM inbox_search WHERE message_id = OLD.id;
    ELSIF TG_OP = 'TRUNCATE' THEN
        TRUNCATE inbox_search;
    ELSE
        INSERT INTO inbox_search VALUES (NEW.id, NEW.at, inbox_search_words(NEW))
        ON CONFLICT (message_id) DO UPDATE SET at = EXCLUDED.at, words = EXCLUDED.words;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER inbox_search_keep AFTER INSERT OR DELETE
    OR UPDATE OF subject, text, from_name, from_address, "to", cc, at ON inbox_message
    FOR EACH ROW EXECUTE FUNCTION inbox_search_keep();
CREATE TRIGGER inbox_search_empty AFTER TRUNCATE ON inbox_message
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_search_keep();
"""

POSTGRESQL_UNDO = """
DROP TRIGGER inbox_search_empty ON inbox_message;
DROP TRIGGER inbox_search_keep ON inbox_message;
DROP FUNCTION inbox_search_keep();
DROP TABLE inbox_search;
DROP FUNCTION IF EXISTS inbox_search_words(inbox_message);
DROP FUNCTION inbox_search_parties(jsonb);
DROP FUNCTION inbox_search_fold(text);
"""

SOURCE = """
    SELECT {m}.id, {m}.subject AS subject,
        {m}.from_name || ' ' || {m}.from_address AS sender,
        coalesce((SELECT group_concat(coalesce(json_extract(value, '$.name'), '') || ' '
            || coalesce(json_extract(value, '$.address'), ''), ' ') FROM json_each({m}."to")), '')
        || ' ' ||
        coalesce((SELECT group_concat(coalesce(json_extract(value, '$.name'), '') || ' '
            || coalesce(json_extract(value, '$.address'), ''), ' ') FROM json_each({m}.cc)), '')
        AS receiver,
        substr({m}.text, 1, 100000) AS body,
        strftime('m%Y%m y%Y', {m}.at) AS month
"""
NEW = SOURCE.format(m="new")
OLD = SOURCE.format(m="old")

SQLITE = [
    """CREATE VIRTUAL TABLE inbox_search USING fts5(
        subject, sender, receiver, body, month,
        content='',
        tokenize='unicode61 remove_diacritics 2'
    )""",
    f"""INSERT INTO inbox_search (rowid, subject, sender, receiver, body, month)
        {SOURCE.format(m='m')} FROM inbox_message m""",
    f"""CREATE TRIGGER inbox_search_insert AFTER INSERT ON inbox_message BEGIN
        INSERT INTO inbox_search (rowid, subject, sender, receiver, body, month) {NEW};
    END""",
    f"""CREATE TRIGGER inbox_search_delete AFTER DELETE ON inbox_message BEGIN
        INSERT INTO inbox_search (inbox_search, rowid, subject, sender, receiver, body, month)
        SELECT 'delete', * FROM ({OLD});
    END""",
    f"""CREATE TRIGGER inbox_search_update
    AFTER UPDATE OF subject, text, from_name, from_address, "to", cc, at ON inbox_message BEGIN
        INSERT INTO inbox_search (inbox_search, rowid, subject, sender, receiver, body, month)
        SELECT 'delete', * FROM ({OLD});
        INSERT INTO inbox_search (rowid, subject, sender, receiver, body, month) {NEW};
    END""",
]
SQLITE_UNDO = [
    "DROP TRIGGER inbox_search_insert",
    "DROP TRIGGER inbox_search_delete",
    "DROP TRIGGER inbox_search_update",
    "DROP TABLE inbox_search",
]


def build(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        quoted = "U&'" + "".join(f"\\{ord(mark):04x}" for mark in MARKS) + "'"
        blanks = "'" + " " * len(MARKS) + "'"
        schema_editor.execute(
            POSTGRESQL.replace("{marks}", quoted).replace("{blanks}", blanks), params=None
        )
        return
    for statement in SQLITE:
        schema_editor.execute(statement, params=None)


def raze(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_UNDO, params=None)
        return
    for statement in SQLITE_UNDO:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0002_initial")]
    operations = [migrations.RunPython(build, raze)]

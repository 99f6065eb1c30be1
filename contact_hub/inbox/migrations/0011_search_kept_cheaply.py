"""Feed PostgreSQL's full-text index from one statement whose plan the server keeps.

A function in SQL that is not inlined is parsed and planned anew each time it is called, and one
in PL/pgSQL is made ready anew in each transaction; four of them cost a mail more than all its rows
did. What is called now is inlined, once for a session. The words are the same as before, so what
is in the index stays.
"""

from django.db import migrations

ASCII = "!-/:-@[-`{-~"  # punctuation by which the parser would see addresses, hosts, paths or tags
BEYOND = r"\u00a0\u00a1\u00ab\u00b7\u00bb\u00bf\u2013\u2014\u2018\u2019\u201c\u201d\u2026"

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION inbox_search_fold(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(given) = char_length(given)  -- plain ASCII bears no accents
    THEN regexp_replace(left(given, 100000), '[{ASCII}]+', ' ', 'g')
    ELSE regexp_replace(
        regexp_replace(normalize(left(given, 100000), NFD), '[\\u0300-\\u036f]+', '', 'g'),
        '[{ASCII}{BEYOND}]+', ' ', 'g'
    ) END
$$;

CREATE OR REPLACE FUNCTION inbox_search_parties(given jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_path_query_array(given, '$[*].*')::text  -- names and addresses
$$;

CREATE OR REPLACE FUNCTION inbox_search_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE inbox_search;
        RETURN NULL;
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        DELETE FROM inbox_search WHERE message_id = OLD.id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        INSERT INTO inbox_search VALUES (
            NEW.id,
            NEW.at,
            setweight(to_tsvector('pg_catalog.simple', inbox_search_fold(NEW.subject)), 'A')
            || setweight(to_tsvector('pg_catalog.simple',
                   inbox_search_fold(NEW.from_name || ' ' || NEW.from_address)), 'B')
            || setweight(to_tsvector('pg_catalog.simple',
                   inbox_search_fold(inbox_search_parties(NEW."to" || NEW.cc))), 'C')
            || to_tsvector('pg_catalog.simple', inbox_search_fold(NEW.text))
        );
    END IF;
    RETURN NULL;
END $$;

DROP FUNCTION IF EXISTS inbox_search_words(inbox_message);
"""


def keep_plans(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0010_few_are_merged")]
    operations = [  # going back, the same words are kept in this way
        migrations.RunPython(keep_plans, migrations.RunPython.noop)
    ]

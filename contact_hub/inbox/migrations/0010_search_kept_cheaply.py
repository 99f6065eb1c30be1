"""Feed PostgreSQL's full-text index from plans that the server keeps.

A function in SQL that is not inlined is parsed and planned anew each time it is called; four of
them cost a mail more than all its rows did. PL/pgSQL keeps its plans for as long as the session.
The words are the same as before, so what is in the index stays.
"""

from django.db import migrations

ASCII = "!-/:-@[-`{-~"  # punctuation by which the parser would see addresses, hosts, paths or tags
BEYOND = r"\u00a0\u00a1\u00ab\u00b7\u00bb\u00bf\u2013\u2014\u2018\u2019\u201c\u201d\u2026"

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION inbox_search_fold(given text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    cut text := left(coalesce(given, ''), 100000);
BEGIN
    IF octet_length(cut) = char_length(cut) THEN  -- plain ASCII bears no accents
        RETURN regexp_replace(cut, '[{ASCII}]+', ' ', 'g');
    END IF;
    cut := regexp_replace(normalize(cut, NFD), '[\\u0300-\\u036f]+', '', 'g');
    RETURN regexp_replace(cut, '[{ASCII}{BEYOND}]+', ' ', 'g');
END $$;

CREATE OR REPLACE FUNCTION inbox_search_parties(given jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF jsonb_typeof(given) IS DISTINCT FROM 'array' OR jsonb_array_length(given) = 0 THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT string_agg(concat_ws(' ', party->>'name', party->>'address'), ' ')
        FROM jsonb_array_elements(given) AS party
    );
END $$;

CREATE OR REPLACE FUNCTION inbox_search_words(m inbox_message) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN setweight(to_tsvector('pg_catalog.simple', inbox_search_fold(m.subject)), 'A')
        || setweight(to_tsvector('pg_catalog.simple',
               inbox_search_fold(m.from_name || ' ' || m.from_address)), 'B')
        || setweight(to_tsvector('pg_catalog.simple', inbox_search_fold(
               concat_ws(' ', inbox_search_parties(m."to"), inbox_search_parties(m.cc)))), 'C')
        || to_tsvector('pg_catalog.simple', inbox_search_fold(m.text));
END $$;

CREATE OR REPLACE FUNCTION inbox_search_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO inbox_search VALUES (NEW.id, NEW.at, inbox_search_words(NEW));
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO inbox_search VALUES (NEW.id, NEW.at, inbox_search_words(NEW))
        ON CONFLICT (message_id) DO UPDATE SET at = EXCLUDED.at, words = EXCLUDED.words;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM inbox_search WHERE message_id = OLD.id;
    ELSE
        TRUNCATE inbox_search;
    END IF;
    RETURN NULL;
END $$;
"""


def keep_plans(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0008_verification")]
    operations = [migrations.RunPython(keep_plans, migrations.RunPython.noop)]

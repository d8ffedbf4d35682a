-- Erasing a name: wherever somebody is named in free text or as the author, a mark stands instead, the same for all forms of the name, so
-- that the history still shows that one person did it.  Values, times, doors, verdicts and the SHA-256 of what was received stay.
--
-- What is looked through is every column of text, by the catalogue of the database: one that is added later is looked through too.  Only
-- what is no text of people is left out (vekha.erase_places).  Only the owner of the schema may do it.

CREATE TABLE vekha.erasure (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mark integer NOT NULL CHECK (mark > 0),
    by_whom text NOT NULL DEFAULT session_user,
    at timestamptz NOT NULL,
    entries bigint NOT NULL CHECK (entries >= 0)
);

COMMENT ON TABLE vekha.erasure IS 'That a name was erased, without the name. Rows are never changed.';
COMMENT ON COLUMN vekha.erasure.id IS 'Running number.';
COMMENT ON COLUMN vekha.erasure.mark IS 'The number in the mark that stands instead.';
COMMENT ON COLUMN vekha.erasure.by_whom IS 'Database user who did it.';
COMMENT ON COLUMN vekha.erasure.at IS 'When.';
COMMENT ON COLUMN vekha.erasure.entries IS 'In how many entries the name stood.';

CREATE TABLE vekha.erasure_place (
    erasure integer NOT NULL REFERENCES vekha.erasure,
    place text NOT NULL,
    entries bigint NOT NULL CHECK (entries > 0),
    PRIMARY KEY (erasure, place)
);

COMMENT ON TABLE vekha.erasure_place IS 'Where an erased name stood. Rows are never changed.';
COMMENT ON COLUMN vekha.erasure_place.erasure IS 'The erasure.';
COMMENT ON COLUMN vekha.erasure_place.place IS 'Table and column.';
COMMENT ON COLUMN vekha.erasure_place.entries IS 'How many entries of it.';

-- What is append-only is so for all but the owner who erases: nobody else may update at all.
CREATE OR REPLACE FUNCTION vekha.refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = vekha, pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('vekha.erasing', true) = 'on' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'A correction is a new row.';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vekha.erasure FOR EACH ROW EXECUTE FUNCTION vekha.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vekha.erasure_place FOR EACH ROW EXECUTE FUNCTION vekha.refuse_change();

-- --- where, and what ---

-- form: text, texts (an array), json, or address (one word that something is sent to).
CREATE FUNCTION vekha.erase_places()
RETURNS TABLE (place text, relation regclass, col name, form text)
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT c.relname || '.' || a.attname, c.oid::regclass, a.attname,
           CASE WHEN a.attname = 'recipient' OR t.typname = 'email' THEN 'address'
                WHEN t.typname = 'jsonb' THEN 'json'
                WHEN t.typname = '_text' THEN 'texts' ELSE 'text' END
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type base ON base.oid = t.typbasetype
    WHERE (c.relnamespace = 'vekha'::regnamespace OR c.oid = to_regclass('public.vekha_migration'))
      AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND coalesce(base.typname, t.typname) IN ('text', 'varchar', 'bpchar', 'name', '_text', 'jsonb')
      AND t.typname <> 'code'
      AND c.relname || '.' || a.attname NOT IN ( -- names of things, keys, and what a program has made
          'agent_key.public_key', 'centre.public_key', 'centre.endpoint', 'channel.name', 'outbox.channel', 'outbox.message_id',
          'outbox.thread_id', 'outbox.language', 'letter.language', 'mention.channel', 'mention.language', 'refusal.channel',
          'refusal.language', 'route_version.channel', 'route_version.language', 'alert_transition.event',
          'organisation_version.time_zone', 'rule_constant.name', 'archive.folder', 'erasure_place.place', 'vekha_migration.name',
          'vekha_migration.sha256')
    ORDER BY 1
$$;

COMMENT ON FUNCTION vekha.erase_places() IS 'The columns that may name somebody.';

-- Any of the forms as a whole word, in small or capital letters; a space stands for any.  The longest first, as the first that fits is taken.
CREATE FUNCTION vekha.erase_pattern(names text[])
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT '(?<![[:alnum:]_а-яёА-ЯЁ])(?:'
           || string_agg(regexp_replace(regexp_replace(n.name, '([]\\*+?|(){}^$.[-])', '\\\1', 'g'), '[\s\u00a0\u2009\u202f]+',
                                        '[\s\u00a0\u2009\u202f]+', 'g'), '|' ORDER BY length(n.name) DESC, n.name)
           || ')(?![[:alnum:]_а-яёА-ЯЁ])'
    FROM unnest(names) n(name)
$$;

COMMENT ON FUNCTION vekha.erase_pattern(text[]) IS 'What a name is found by: a regular expression without regard to case.';

CREATE FUNCTION vekha.erase_json(given jsonb, pattern text, mark text)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
SET search_path = vekha, pg_temp
AS $$
BEGIN
    RETURN CASE jsonb_typeof(given)
        WHEN 'string' THEN to_jsonb(regexp_replace(given #>> '{}', pattern, mark, 'gi'))
        WHEN 'array' THEN (SELECT coalesce(jsonb_agg(vekha.erase_json(e.value, pattern, mark) ORDER BY e.ord), '[]')
                           FROM jsonb_array_elements(given) WITH ORDINALITY e(value, ord))
        WHEN 'object' THEN (SELECT coalesce(jsonb_object_agg(e.key, vekha.erase_json(e.value, pattern, mark)), '{}') FROM jsonb_each(given) e)
        ELSE given
    END;
END
$$;

COMMENT ON FUNCTION vekha.erase_json(jsonb, text, text) IS 'A document with a mark in the place of what a pattern finds in its texts.';

-- The condition under which an entry names somebody, and what it becomes: $1 is the pattern, $2 the mark, $3 its number.
CREATE FUNCTION vekha.erase_terms(form text, col name, OUT found text, OUT made text)
LANGUAGE sql IMMUTABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT CASE form WHEN 'texts' THEN format('EXISTS (SELECT FROM unnest(t.%I) e WHERE e ~* $1)', col)
                     WHEN 'json' THEN format('t.%1$I IS DISTINCT FROM vekha.erase_json(t.%1$I, $1, '''')', col)
                     ELSE format('t.%I::text ~* $1', col) END,
           CASE form WHEN 'texts' THEN format('ARRAY(SELECT regexp_replace(e.v, $1, $2, ''gi'') FROM unnest(t.%I) WITH ORDINALITY e(v, ord) ORDER BY e.ord)', col)
                     WHEN 'json' THEN format('vekha.erase_json(t.%I, $1, $2)', col)
                     WHEN 'address' THEN format('''erased-'' || $3 || CASE WHEN t.%I LIKE ''%%@%%'' THEN ''@invalid'' ELSE '''' END', col)
                     ELSE format('regexp_replace(t.%I::text, $1, $2, ''gi'')', col) END
$$;

COMMENT ON FUNCTION vekha.erase_terms(text, name) IS 'A step of erasing: what is looked for in a column, and put there.';

CREATE FUNCTION vekha.erase_find(names text[])
RETURNS TABLE (place text, entries bigint)
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    pattern text := vekha.erase_pattern(names);
    p record;
BEGIN
    FOR p IN SELECT x.*, t.found FROM vekha.erase_places() x CROSS JOIN LATERAL vekha.erase_terms(x.form, x.col) t LOOP
        place := p.place;
        EXECUTE format('SELECT count(*) FROM %s t WHERE %s', p.relation, p.found) INTO entries USING pattern;
        IF entries > 0 THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;

COMMENT ON FUNCTION vekha.erase_find(text[]) IS 'In which columns a name stands, and in how many entries.';

-- Words that begin like the longest word of a form, with initials behind them, if any: ten thousand of a column at most.
CREATE FUNCTION vekha.erase_near_words(names text[])
RETURNS TABLE (word text, place text)
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
AS $$
DECLARE
    letter CONSTANT text := '[[:alnum:]_а-яёА-ЯЁ]';
    pattern text := vekha.erase_pattern(names);
    near text := (
        SELECT format('(?<!%1$s)(?:%2$s)%1$s{0,5}(?!%1$s)(?:\s+[[:upper:]А-ЯЁ]\.(?:\s*[[:upper:]А-ЯЁ]\.)?)?', letter,
                      string_agg(DISTINCT left(w.longest, greatest(length(w.longest) - 2, 3)), '|'))
        FROM unnest(names) n(name)
        CROSS JOIN LATERAL (SELECT x.m[1] AS longest FROM regexp_matches(n.name, letter || '{4,}', 'g') x(m)
                            ORDER BY length(x.m[1]) DESC LIMIT 1) w
        HAVING count(*) > 0);
    p record;
BEGIN
    FOR p IN SELECT x.* FROM vekha.erase_places() x WHERE near IS NOT NULL LOOP
        RETURN QUERY EXECUTE format($look$
            SELECT w.m[1], %3$L
            FROM %1$s t CROSS JOIN LATERAL regexp_matches(regexp_replace(t.%2$I::text, $1, ' ', 'gi'), '(' || $2 || ')', 'gi') w(m)
            WHERE t.%2$I::text ~* $2
            LIMIT 10000$look$, p.relation, p.col, p.place) USING pattern, near;
    END LOOP;
END
$$;

COMMENT ON FUNCTION vekha.erase_near_words(text[]) IS 'A step of erase_near: each word that looks like a name, where it stands.';

CREATE FUNCTION vekha.erase_near(names text[])
RETURNS TABLE (word text, entries bigint, place text)
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT w.word, count(*), string_agg(DISTINCT w.place, ', ') FROM vekha.erase_near_words(names) w GROUP BY w.word ORDER BY 2 DESC, 1 LIMIT 100
$$;

COMMENT ON FUNCTION vekha.erase_near(text[]) IS
    'Words that look like a name but are not it, of another case or another person, for somebody to decide; a hundred of them.';

-- Addresses that are in use cannot be erased: whoever is written to has to be another first.
CREATE FUNCTION vekha.erase_obstacles(names text[])
RETURNS TABLE (what text, example text)
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT 'route', r.code::text
    FROM vekha.route_version v JOIN vekha.route r ON r.id = v.route
    WHERE v.superseded_at = 'infinity' AND v.recipient ~* vekha.erase_pattern(names)
    UNION ALL
    SELECT 'email', o.code::text
    FROM vekha.organisation_version v JOIN vekha.organisation o ON o.id = v.organisation
    WHERE v.superseded_at = 'infinity' AND v.valid_to = 'infinity' AND v.email ~* vekha.erase_pattern(names)
    UNION ALL
    SELECT 'letter', min(w.recipient)
    FROM (
        SELECT o.recipient FROM vekha.outbox o WHERE o.sent_at IS NULL AND o.dead_at IS NULL
        UNION ALL
        SELECT m.recipient FROM vekha.mention m WHERE m.outbox IS NULL AND m.dropped_at IS NULL
        UNION ALL
        SELECT r.recipient FROM vekha.refusal r WHERE r.outbox IS NULL
    ) w
    WHERE w.recipient ~* vekha.erase_pattern(names)
    HAVING count(*) > 0
    UNION ALL
    SELECT 'inbox', count(*)::text FROM vekha.inbox i WHERE i.answered_at IS NULL HAVING count(*) > 0
$$;

COMMENT ON FUNCTION vekha.erase_obstacles(text[]) IS 'Why a name cannot be erased now; no row: it can.';

-- --- erasing ---

-- One column.  Where the mark is longer than the name and the column is full, the number alone stands in brackets.
CREATE FUNCTION vekha.erase_in(relation regclass, col name, form text, pattern text, mark integer, word text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
DECLARE
    terms record := vekha.erase_terms(form, col);
    command text := format('UPDATE %s t SET %I = %s WHERE %s AND $2 <> '''' AND $3 > 0', relation, col, terms.made, terms.found);
    changed bigint;
BEGIN
    BEGIN
        EXECUTE command USING pattern, format('[%s %s]', word, mark), mark;
    EXCEPTION WHEN check_violation OR string_data_right_truncation THEN
        EXECUTE command USING pattern, format('[%s]', mark), mark;
    END;
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END
$$;

COMMENT ON FUNCTION vekha.erase_in(regclass, name, text, text, integer, text) IS 'A step of erasing: one column; returns in how many entries the name stood.';

-- mark: of an earlier erasure, for another form of the same name; null: a new one.  Figures are locked as ingest locks them, so that none is
-- copied into the history meanwhile; tables of figures come before those of their versions.  What was brought in at the centre lies in the
-- inbox as it travelled, for nothing once it is answered: it goes.
CREATE FUNCTION vekha.erase(names text[], mark integer, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    pattern text := vekha.erase_pattern(names);
    word text := CASE WHEN names[1] ~ '[а-яёА-ЯЁ]' THEN 'удалено' ELSE 'erased' END;
    number integer;
    erased integer;
    counts jsonb := '{}';
    n bigint;
    p record;
BEGIN
    IF EXISTS (SELECT FROM vekha.erase_obstacles(names)) THEN
        RAISE EXCEPTION 'an address with this name is in use, or something waits in the inbox' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF EXISTS (SELECT FROM unnest(names) u(name) WHERE u.name IS NULL OR u.name !~ '^[^[:cntrl:]"\\]{3,100}$' OR u.name !~ '[[:alpha:]а-яёА-ЯЁ]')
       OR cardinality(names) = 0 THEN
        RAISE EXCEPTION 'a name has 3 to 100 characters, of which one is a letter' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock(1, b) FROM generate_series(0, 63) b;
    PERFORM set_config('vekha.erasing', 'on', true);
    number := coalesce(mark, (SELECT coalesce(max(e.mark), 0) + 1 FROM vekha.erasure e));
    FOR p IN SELECT x.* FROM vekha.erase_places() x LOOP
        n := vekha.erase_in(p.relation, p.col, p.form, pattern, number, word);
        IF n > 0 THEN
            counts := counts || jsonb_build_object(p.place, n);
        END IF;
    END LOOP;
    UPDATE vekha.inbox i SET message = '' WHERE i.answered_at IS NOT NULL AND i.message <> '';
    PERFORM set_config('vekha.erasing', 'off', true);
    INSERT INTO vekha.erasure (mark, at, entries)
    VALUES (number, erase.at, (SELECT coalesce(sum(c.value::bigint), 0) FROM jsonb_each_text(counts) c))
    RETURNING id INTO erased;
    INSERT INTO vekha.erasure_place (erasure, place, entries) SELECT erased, c.key, c.value::bigint FROM jsonb_each_text(counts) c;
    -- What the model says again is made of the catalogue's texts.
    IF EXISTS (SELECT FROM jsonb_object_keys(counts) k WHERE k ~ '^(plan|assessment|[a-z_]+_version)\.' AND k !~ '\.recorded_by$'
                                                             OR k ~ '^figure\.method') THEN
        PERFORM vekha.queue_series(array_agg(s.organisation), array_agg(s.indicator), erase.at)
        FROM vekha.series_known(NULL, NULL, NULL, erase.at, NULL, NULL) s;
        PERFORM vekha.queue_reporting(NULL, erase.at);
        PERFORM vekha.catalogue_changed();
    END IF;
    RETURN format('[%s %s]', word, number);
END
$$;

COMMENT ON FUNCTION vekha.erase(text[], integer, timestamptz) IS 'Puts a mark in the place of a name, wherever it stands; the mark.';

REVOKE ALL ON FUNCTION
    vekha.erase_places, vekha.erase_pattern, vekha.erase_json, vekha.erase_terms, vekha.erase_find, vekha.erase_near_words, vekha.erase_near,
    vekha.erase_obstacles, vekha.erase_in, vekha.erase
    FROM PUBLIC;
GRANT SELECT ON vekha.erasure, vekha.erasure_place TO vekha_admin;

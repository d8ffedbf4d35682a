-- Archiving: the figures of old years leave the database for files, whole years at a time, from the oldest on.
--
--     before             years before it are archived; one number for the whole centre
--     figure, history    their partitions are detached; figures of these years are then out of range, as those of any year without one
--     submission         the partition is replaced by a thin one of receipts: an id stays unique for ever, and a repeat gets its receipt.
--                        What goes is who typed it and which series it changed, unless a version that stays was brought by it
--     plan               one that ended before is archived with its figures: nothing is judged by it any more
--     duties             periods of these years are not owed any more
--     narratives, alerts, questions and the catalogue stay
--
-- Only the owner of the schema may do it.  Files are written and verified by vekhactl; all that is done here is one transaction of its.

CREATE TABLE vekha.archive (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    first_year integer NOT NULL,
    before_year integer NOT NULL CHECK (before_year > first_year),
    folder text NOT NULL CHECK (length(folder) BETWEEN 1 AND 4096),
    manifest bytea NOT NULL CHECK (length(manifest) = 32),
    files integer NOT NULL CHECK (files > 0),
    entries bigint NOT NULL CHECK (entries >= 0),
    by_whom text NOT NULL DEFAULT session_user,
    at timestamptz NOT NULL,
    dropped_at timestamptz,
    restored_by text,
    restored_at timestamptz,
    CHECK (num_nonnulls(restored_by, restored_at) <> 1)
);

CREATE UNIQUE INDEX archive_before ON vekha.archive (before_year) WHERE restored_at IS NULL;

COMMENT ON TABLE vekha.archive IS 'Which years were archived, and where their files were written.';
COMMENT ON COLUMN vekha.archive.id IS 'Number, for people.';
COMMENT ON COLUMN vekha.archive.first_year IS 'The first year of which partitions were taken.';
COMMENT ON COLUMN vekha.archive.before_year IS 'The first year that was not.';
COMMENT ON COLUMN vekha.archive.folder IS 'The folder that the files were written to.';
COMMENT ON COLUMN vekha.archive.manifest IS 'SHA-256 of its manifest.json, which has those of the files.';
COMMENT ON COLUMN vekha.archive.files IS 'How many files of rows there are.';
COMMENT ON COLUMN vekha.archive.entries IS 'How many rows there are in all of them.';
COMMENT ON COLUMN vekha.archive.by_whom IS 'Database user who did it.';
COMMENT ON COLUMN vekha.archive.at IS 'When.';
COMMENT ON COLUMN vekha.archive.dropped_at IS 'When the detached tables were dropped; null: they are there yet.';
COMMENT ON COLUMN vekha.archive.restored_by IS 'Database user who brought the years back.';
COMMENT ON COLUMN vekha.archive.restored_at IS 'When; null: the years are archived.';

ALTER TABLE vekha.plan ADD COLUMN archived boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN vekha.plan.archived IS 'True: it ended in a year whose figures are archived, so nothing is judged by it.';

CREATE TABLE vekha.archived_correction (
    question bigint PRIMARY KEY REFERENCES vekha.question,
    at timestamptz NOT NULL,
    text text,
    submission uuid NOT NULL,
    state vekha.figure_state NOT NULL,
    value numeric,
    of_value numeric
);

COMMENT ON TABLE vekha.archived_correction IS 'What settled a question, where that is a figure of an archived year.';
COMMENT ON COLUMN vekha.archived_correction.question IS 'The question.';
COMMENT ON COLUMN vekha.archived_correction.at IS 'From when the centre knew the figure.';
COMMENT ON COLUMN vekha.archived_correction.text IS 'Its note.';
COMMENT ON COLUMN vekha.archived_correction.submission IS 'The submission that brought it.';
COMMENT ON COLUMN vekha.archived_correction.state IS 'What it says: a value, or why there is none.';
COMMENT ON COLUMN vekha.archived_correction.value IS 'The value.';
COMMENT ON COLUMN vekha.archived_correction.of_value IS 'N of a share.';

CREATE FUNCTION vekha.archived_before()
RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$ SELECT coalesce(max(a.before_year), 0) FROM vekha.archive a WHERE a.restored_at IS NULL $$;

COMMENT ON FUNCTION vekha.archived_before() IS 'Years before this one are archived; 0: none is.';

-- --- what knows of it ---

-- As in 010_rollup.sql, but for archived plans.
CREATE OR REPLACE FUNCTION vekha.plan_for(organisation integer, indicator integer, today date, known_at timestamptz)
RETURNS SETOF vekha.plan
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT p.*
    FROM vekha.plan p
    WHERE p.organisation = $1 AND p.indicator = $2 AND p.valid_from <= today AND NOT p.archived
      AND vekha.believed(p.recorded_at, p.superseded_at, known_at)
    ORDER BY CASE WHEN p.ends < today AND today <= coalesce(p.closes, p.ends + 31)
                       AND NOT EXISTS (SELECT FROM vekha.plan q
                                       WHERE q.organisation = $1 AND q.indicator = $2 AND q.version > p.version
                                         AND q.starts <= p.ends AND q.valid_from <= today
                                         AND vekha.believed(q.recorded_at, q.superseded_at, known_at)) THEN 0
                  WHEN today BETWEEN p.starts AND p.ends THEN 1 WHEN p.starts <= today THEN 2 ELSE 3 END,
             CASE WHEN p.starts <= today AND p.ends < today THEN today - p.starts END,
             CASE WHEN p.starts > today THEN p.starts - today END,
             p.version DESC
    LIMIT 1
$$;

-- As in 011_reporting.sql, but that nothing of an archived year is owed.
CREATE OR REPLACE FUNCTION vekha.duty_book(known_at timestamptz)
RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET datestyle = 'ISO, YMD'
AS $$
    WITH calendar AS MATERIALIZED (
        SELECT w.id, w.code, v.id AS version
        FROM vekha.workdays w
        JOIN vekha.workdays_version v ON v.workdays = w.id AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
    ), kept AS MATERIALIZED (
        SELECT make_date(greatest(vekha.archived_before(), 1900), 1, 1) AS day
    ), duty AS MATERIALIZED (
        SELECT d.code, v.*, greatest(v.starts, k.day) AS since
        FROM vekha.duty d
        JOIN vekha.duty_version v ON v.duty = d.id AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
        JOIN kept k ON v.ends IS NULL OR v.ends >= k.day
    )
    SELECT l.line
    FROM (
        SELECT 1 AS part, c.id AS owner, 1 AS section, NULL::integer AS id, NULL::date AS day, vekha.line('workdays', c.id::text, c.code) AS line
        FROM calendar c
        UNION ALL
        SELECT 1, c.id, 2, NULL, w.day, vekha.line('day', w.day::text, w.working::text)
        FROM calendar c JOIN vekha.workday w ON w.workdays_version = c.version
        UNION ALL
        SELECT 2, d.duty, 1, NULL, NULL,
               vekha.line('duty', d.duty::text, d.code, d.workdays::text, d.every::text, d.due_workday::text,
                          d.remind_workdays::text, d.close_workday::text, d.since::text, d.ends::text)
        FROM duty d
        UNION ALL
        SELECT 2, d.duty, 2, i.indicator, NULL, vekha.line('indicator', i.indicator::text)
        FROM duty d JOIN vekha.duty_indicator i ON i.duty_version = d.id
        UNION ALL
        SELECT 2, d.duty, 3, NULL, NULL, vekha.line('kind', k.kind::text)
        FROM duty d CROSS JOIN LATERAL unnest(d.kinds) k(kind)
        UNION ALL
        SELECT 2, d.duty, 4, o.organisation, NULL, vekha.line('organisation', o.organisation::text)
        FROM duty d JOIN vekha.duty_organisation o ON o.duty_version = d.id
    ) l
    ORDER BY l.part, l.owner, l.section, l.id, l.day, l.line
$$;

-- As in 027_questions.sql, and what is kept of corrections in archived years.
CREATE OR REPLACE VIEW vekha.question_outcome AS
SELECT q.id, q.organisation, q.indicator, q.period, a.how, a.at, a.author, a.text, a.submission, a.state, a.value, a.of_value
FROM vekha.question q
LEFT JOIN LATERAL (
    SELECT 'note' AS how, r.received_at AS at, r.author::text AS author, r.text::text AS text, r.id AS submission,
           NULL::vekha.figure_state AS state, NULL::numeric AS value, NULL::numeric AS of_value
    FROM vekha.reply r
    WHERE r.question = q.id AND r.text IS NOT NULL
    UNION ALL
    SELECT 'closed', c.at, c.by_whom, NULL, NULL, NULL, NULL, NULL
    FROM vekha.question_closing c
    WHERE c.question = q.id
    UNION ALL
    SELECT 'correction', f.recorded_at, NULL, f.note, f.submission, f.state, f.value, f.of_value
    FROM vekha.figure f
    WHERE f.organisation = q.organisation AND f.period = q.period AND f.indicator = q.indicator AND f.composed_at > q.at
    UNION ALL
    SELECT 'correction', h.recorded_at, NULL, h.note, h.submission, h.state, h.value, h.of_value
    FROM vekha.figure_history h
    WHERE h.organisation = q.organisation AND h.period = q.period AND h.indicator = q.indicator AND h.composed_at > q.at
      AND h.superseded_at > h.recorded_at
    UNION ALL
    SELECT 'correction', k.at, NULL, k.text, k.submission, k.state, k.value, k.of_value
    FROM vekha.archived_correction k
    WHERE k.question = q.id
    ORDER BY 2, 1
    LIMIT 1
) a ON true;

-- As in 004_ingest.sql, but that no partition is made of an archived year.
CREATE OR REPLACE FUNCTION vekha.ensure_partitions(from_year integer, to_year integer)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    made integer := 0;
    y integer;
BEGIN
    IF NOT (from_year BETWEEN 1900 AND to_year AND to_year <= 2999 AND to_year - from_year < 200) THEN
        RAISE EXCEPTION 'years % to %: not between 1900 and 2999, or more than 200', from_year, to_year
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock(4, 0);
    FOR y IN greatest(from_year, vekha.archived_before()) .. to_year LOOP
        made := made
            + vekha.ensure_partition('figure', y, (y * 1000)::text, ((y + 1) * 1000)::text)::integer
            + vekha.ensure_partition('figure_history', y, (y * 1000)::text, ((y + 1) * 1000)::text)::integer;
        IF y >= 1970 THEN -- where Unix time begins
            made := made + vekha.ensure_partition('submission', y, vekha.first_id_of_year(y)::text,
                                                  vekha.first_id_of_year(y + 1)::text)::integer;
        END IF;
    END LOOP;
    RETURN made;
END
$$;

-- --- what is to be taken ---

-- columns and sorting are for COPY: a file's lines are in the order of the key, so that the same rows make the same bytes.
CREATE FUNCTION vekha.archive_parts(before integer)
RETURNS TABLE (part text, parent text, year integer, columns text, sorting text)
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT c.relname::text, p.relname::text, y.year,
           (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
           (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY array_position(k.indkey::smallint[], a.attnum))
            FROM pg_index k JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.indkey::smallint[])
            WHERE k.indrelid = c.oid AND k.indisprimary)
    FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    JOIN pg_class p ON p.oid = i.inhparent
    CROSS JOIN LATERAL (SELECT substring(c.relname FROM '_([0-9]{4})$')::integer AS year) y
    WHERE i.inhparent IN ('vekha.figure'::regclass, 'vekha.figure_history'::regclass, 'vekha.submission'::regclass)
      AND y.year < before AND y.year >= vekha.archived_before()
    ORDER BY p.relname, y.year
$$;

COMMENT ON FUNCTION vekha.archive_parts(integer) IS 'The partitions of years before one that are not archived yet.';

-- Why not, if there is something; n and example say how much and what.  400 days is how long spools keep what was receipted
-- (SPOOL_KEEP_DAYS), so none holds a submission whose author and series are gone, and corrections of such a year have had their time.
CREATE FUNCTION vekha.archive_obstacles(before integer, now timestamptz)
RETURNS TABLE (what text, n bigint, example text)
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT o.*
    FROM (
        SELECT 'young' AS what, count(*) AS n,
               extract(year FROM ((archive_obstacles.now AT TIME ZONE 'UTC') - interval '400 days'))::integer::text AS example
        FROM (SELECT WHERE make_date(before, 1, 1) > (archive_obstacles.now AT TIME ZONE 'UTC') - interval '400 days') y
        UNION ALL
        SELECT 'waiting', count(*), min(w.series)
        FROM (
            SELECT s.number::text AS series FROM vekha.submission s WHERE s.pending
            UNION ALL
            SELECT o.code FROM vekha.reassessment q JOIN vekha.organisation o ON o.id = q.organisation
            UNION ALL
            SELECT o.code FROM vekha.follower q JOIN vekha.organisation o ON o.id = q.organisation
            UNION ALL
            SELECT o.code FROM vekha.reporting_queue q JOIN vekha.organisation o ON o.id = q.organisation
        ) w
        UNION ALL
        SELECT 'question', count(*), min(q.id)::text
        FROM vekha.question_outcome q WHERE q.how IS NULL AND q.period < before * 1000
    ) o
    WHERE o.n > 0
$$;

COMMENT ON FUNCTION vekha.archive_obstacles(integer, timestamptz) IS 'Why the years before one cannot be archived now; no row: they can.';

-- --- taking ---

-- The first step of a transaction that takes or gives back: whoever is judged by what moves is queued (no daemon waits for the queue),
-- and then nobody reads or writes figures until its end.  Daemons lock these tables in more than one order, so all are had at once, or
-- given back and tried again, sooner than anybody takes it for a deadlock.
CREATE FUNCTION vekha.archive_begin(before integer, at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    most CONSTANT integer := 100;
    queued integer;
BEGIN
    PERFORM pg_advisory_xact_lock(4, 0);
    SELECT vekha.queue_series(array_agg(s.organisation), array_agg(s.indicator), at) INTO queued
    FROM (
        SELECT f.organisation, f.indicator FROM vekha.figure f WHERE f.period < before * 1000
        UNION
        SELECT p.organisation, p.indicator FROM vekha.plan p WHERE p.ends < make_date(before, 1, 1)
    ) s;
    PERFORM vekha.queue_reporting(NULL, at);
    FOR tried IN 1 .. most LOOP
        BEGIN
            PERFORM set_config('lock_timeout', '300ms', true);
            LOCK TABLE vekha.submission, vekha.figure, vekha.figure_history IN ACCESS EXCLUSIVE MODE;
            PERFORM set_config('lock_timeout', '30s', true);
            RETURN queued;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(0.1);
        END;
    END LOOP;
    RAISE EXCEPTION 'figures are read or written all the time' USING ERRCODE = 'lock_not_available',
        HINT = 'Wait until a backup or another long reading is done.';
END
$$;

COMMENT ON FUNCTION vekha.archive_begin(integer, timestamptz) IS 'A step of archiving and restoring: queues whom it concerns, and locks figures.';

-- A table of a partition's form, to be filled and attached.
CREATE FUNCTION vekha.archive_new_part(name text, parent text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
BEGIN
    EXECUTE format('CREATE TABLE vekha.%I (LIKE vekha.%I INCLUDING ALL)', name, parent);
END
$$;

COMMENT ON FUNCTION vekha.archive_new_part(text, text) IS 'A step of archiving and restoring: an empty table like the partitions of another.';

CREATE FUNCTION vekha.archive_attach(name text, parent text, year integer)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
DECLARE
    own text := format('%s_%s', parent, year);
    of_ids boolean := parent = 'submission';
BEGIN
    EXECUTE format('ALTER TABLE vekha.%I RENAME TO %I', name, own);
    EXECUTE format('COMMENT ON TABLE vekha.%I IS %L', own, format('%s of the year %s.', parent, year));
    EXECUTE format('ALTER TABLE vekha.%I ATTACH PARTITION vekha.%I FOR VALUES FROM (%L) TO (%L)', parent, own,
                   CASE WHEN of_ids THEN vekha.first_id_of_year(year)::text ELSE (year * 1000)::text END,
                   CASE WHEN of_ids THEN vekha.first_id_of_year(year + 1)::text ELSE ((year + 1) * 1000)::text END);
END
$$;

COMMENT ON FUNCTION vekha.archive_attach(text, text, integer) IS 'A step of archiving and restoring: makes a table the partition of a year.';

-- What a submission leaves behind: its receipt, digit for digit; and all of it if a version that stays was brought by it.
CREATE FUNCTION vekha.archive_thin(year integer, before integer)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
DECLARE
    columns text;
    kept text;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
           string_agg(CASE a.attname WHEN 'author' THEN 'CASE WHEN n.id IS NOT NULL THEN s.author END'
                                     WHEN 'series' THEN 'CASE WHEN n.id IS NOT NULL THEN s.series ELSE ''{}'' END'
                                     ELSE format('s.%I', a.attname) END, ', ' ORDER BY a.attnum)
    INTO columns, kept
    FROM pg_attribute a WHERE a.attrelid = 'vekha.submission'::regclass AND a.attnum > 0 AND NOT a.attisdropped;
    EXECUTE format($fill$
        WITH named AS MATERIALIZED (
            SELECT f.submission AS id FROM vekha.figure f WHERE f.period >= %1$s
            UNION SELECT f.confirmed_by FROM vekha.figure f WHERE f.period >= %1$s
            UNION SELECT h.submission FROM vekha.figure_history h WHERE h.period >= %1$s
            UNION SELECT h.confirmed_by FROM vekha.figure_history h WHERE h.period >= %1$s
            UNION SELECT n.submission FROM vekha.narrative n
            UNION SELECT n.confirmed_by FROM vekha.narrative n
            UNION SELECT n.submission FROM vekha.narrative_history n
            UNION SELECT n.confirmed_by FROM vekha.narrative_history n
        )
        INSERT INTO vekha.submission_thin (%2$s) SELECT %3$s FROM vekha.%4$I s LEFT JOIN named n ON n.id = s.id
    $fill$, before * 1000, columns, kept, format('submission_%s_archived', year));
END
$$;

COMMENT ON FUNCTION vekha.archive_thin(integer, integer) IS 'A step of archiving: fills the table of receipts that stays of a year''s submissions.';

-- Takes the years out, after archive_begin() in the same transaction; the caller has seen that the files hold what the partitions do.
-- The detached tables stay as NAME_archived until archive_drop().
CREATE FUNCTION vekha.archive_take(before integer, folder text, manifest bytea, files integer, entries bigint, at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    p record;
    first_taken integer := (SELECT min(x.year) FROM vekha.archive_parts(before) x);
    taken integer;
BEGIN
    IF EXISTS (SELECT FROM vekha.archive_obstacles(before, archive_take.at) o WHERE o.what IN ('young', 'question')) THEN
        RAISE EXCEPTION 'the years before % cannot be archived now', before USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    INSERT INTO vekha.archived_correction (question, at, text, submission, state, value, of_value)
    SELECT q.id, q.at, q.text, q.submission, q.state, q.value, q.of_value
    FROM vekha.question_outcome q WHERE q.how = 'correction' AND q.period < before * 1000
    ON CONFLICT (question) DO NOTHING;

    FOR p IN SELECT * FROM vekha.archive_parts(before) LOOP
        EXECUTE format('ALTER TABLE vekha.%I DETACH PARTITION vekha.%I', p.parent, p.part);
        EXECUTE format('ALTER TABLE vekha.%I RENAME TO %I', p.part, p.part || '_archived');
        IF p.parent = 'submission' THEN
            PERFORM vekha.archive_new_part('submission_thin', 'submission');
            PERFORM vekha.archive_thin(p.year, before);
            PERFORM vekha.archive_attach('submission_thin', 'submission', p.year);
        END IF;
    END LOOP;

    INSERT INTO vekha.archive (first_year, before_year, folder, manifest, files, entries, at)
    VALUES (first_taken, before, archive_take.folder, archive_take.manifest, archive_take.files, archive_take.entries, archive_take.at)
    RETURNING id INTO taken;
    UPDATE vekha.plan p SET archived = true WHERE p.ends < make_date(before, 1, 1) AND NOT p.archived;
    DELETE FROM vekha.assessment a
    WHERE NOT EXISTS (SELECT FROM vekha.plan p WHERE p.organisation = a.organisation AND p.indicator = a.indicator)
      AND NOT EXISTS (SELECT FROM vekha.figure f WHERE f.organisation = a.organisation AND f.indicator = a.indicator)
      AND NOT EXISTS (SELECT FROM vekha.follower f WHERE f.organisation = a.organisation AND f.indicator = a.indicator)
      AND EXISTS (SELECT FROM vekha.reassessment q WHERE q.organisation = a.organisation AND q.indicator = a.indicator);
    PERFORM vekha.archive_settle(archive_take.at);
    RETURN taken;
END
$$;

COMMENT ON FUNCTION vekha.archive_take(integer, text, bytea, integer, bigint, timestamptz) IS
    'Takes the years before one out of the database, after archive_begin(); the number of the archive.';

-- Whoever is left without a plan and a figure is no series, and is not assessed; sums of such are looked at anew.
CREATE FUNCTION vekha.archive_settle(at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    organisations integer[];
    indicators integer[];
BEGIN
    WITH gone AS (
        DELETE FROM vekha.reassessment q
        WHERE NOT EXISTS (SELECT FROM vekha.plan p WHERE p.organisation = q.organisation AND p.indicator = q.indicator)
          AND NOT EXISTS (SELECT FROM vekha.figure f WHERE f.organisation = q.organisation AND f.indicator = q.indicator)
        RETURNING q.organisation, q.indicator
    )
    SELECT array_agg(g.organisation), array_agg(g.indicator) INTO organisations, indicators FROM gone g;
    PERFORM vekha.queue_parents(organisations, indicators, archive_settle.at);
    PERFORM vekha.duties_changed(archive_settle.at); -- and the catalogue, for the years that can be stored
END
$$;

COMMENT ON FUNCTION vekha.archive_settle(timestamptz) IS 'A step of archiving and restoring: what is derived follows.';

CREATE FUNCTION vekha.archive_drop(id integer, at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    name text;
    dropped integer := 0;
BEGIN
    FOR name IN
        SELECT c.relname
        FROM vekha.archive a
        JOIN pg_class c ON c.relnamespace = 'vekha'::regnamespace AND c.relkind = 'r'
            AND c.relname ~ '^(figure|figure_history|submission)_[0-9]{4}_archived$'
            AND substring(c.relname FROM '_([0-9]{4})_archived$')::integer BETWEEN a.first_year AND a.before_year - 1
        WHERE a.id = archive_drop.id
    LOOP
        EXECUTE format('DROP TABLE vekha.%I', name);
        dropped := dropped + 1;
    END LOOP;
    UPDATE vekha.archive a SET dropped_at = archive_drop.at WHERE a.id = archive_drop.id AND a.dropped_at IS NULL;
    RETURN dropped;
END
$$;

COMMENT ON FUNCTION vekha.archive_drop(integer, timestamptz) IS 'Drops the detached tables of an archive; returns how many.';

-- --- giving back ---

-- Brings the years of an archive back, after archive_begin() in the same transaction: PARENT_YEAR_restored were made by
-- archive_new_part() and hold what the files do.  What came meanwhile under an id of such a year stays.
CREATE FUNCTION vekha.archive_give_back(id integer, at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    whole vekha.archive := (SELECT a FROM vekha.archive a WHERE a.id = archive_give_back.id);
    p record;
BEGIN
    IF whole.before_year IS DISTINCT FROM vekha.archived_before() OR whole.restored_at IS NOT NULL THEN
        RAISE EXCEPTION 'archive % is not the latest that was taken', archive_give_back.id USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    FOR p IN
        SELECT c.relname AS name, m.match[1] AS parent, m.match[2]::integer AS year
        FROM pg_class c CROSS JOIN LATERAL regexp_match(c.relname, '^(figure|figure_history|submission)_([0-9]{4})_restored$') m(match)
        WHERE c.relnamespace = 'vekha'::regnamespace AND c.relkind = 'r' AND m.match IS NOT NULL
        ORDER BY c.relname
    LOOP
        IF p.parent = 'submission' THEN
            EXECUTE format('INSERT INTO vekha.%I SELECT t.* FROM vekha.%I t WHERE NOT EXISTS (SELECT FROM vekha.%I r WHERE r.id = t.id)',
                           p.name, 'submission_' || p.year, p.name);
            EXECUTE format('ALTER TABLE vekha.submission DETACH PARTITION vekha.%I', 'submission_' || p.year);
            EXECUTE format('DROP TABLE vekha.%I', 'submission_' || p.year);
        END IF;
        PERFORM vekha.archive_attach(p.name, p.parent, p.year);
    END LOOP;
    PERFORM vekha.archive_drop(archive_give_back.id, archive_give_back.at);
    UPDATE vekha.archive a SET restored_by = session_user, restored_at = archive_give_back.at WHERE a.id = archive_give_back.id;
    UPDATE vekha.plan p SET archived = false WHERE p.archived AND p.ends >= make_date(greatest(vekha.archived_before(), 1900), 1, 1);
    DELETE FROM vekha.archived_correction k USING vekha.question q
    WHERE q.id = k.question AND q.period >= vekha.archived_before() * 1000;
    PERFORM vekha.queue_series(array_agg(s.organisation), array_agg(s.indicator), archive_give_back.at)
    FROM (SELECT DISTINCT f.organisation, f.indicator FROM vekha.figure f WHERE f.period < whole.before_year * 1000) s;
    PERFORM vekha.archive_settle(archive_give_back.at);
END
$$;

COMMENT ON FUNCTION vekha.archive_give_back(integer, timestamptz) IS 'Brings the years of an archive back, after archive_begin().';

REVOKE ALL ON FUNCTION
    vekha.archived_before, vekha.archive_parts, vekha.archive_obstacles, vekha.archive_begin, vekha.archive_new_part,
    vekha.archive_attach, vekha.archive_thin, vekha.archive_take, vekha.archive_settle, vekha.archive_drop, vekha.archive_give_back
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.archived_before TO vekha_admin;
GRANT SELECT ON vekha.archive, vekha.archived_correction TO vekha_admin;

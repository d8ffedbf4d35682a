-- Sums over the tree: which organisations an indicator is added up at, how a sum is loaded, and who is assessed after whom.
--
-- Every (organisation, indicator) is reported or rolled: rolled where the organisation is of a kind that indicator_version.rolled
-- names.  A rolled series is the sum of its direct children, made by the model (daemon/model/roll.h) from their courses, which are
-- kept with their assessments.  So a figure costs one assessment on each level above it, however many organisations there are.
--
-- Series that follow others are queued when those change: a sum its children, a milestone what has to come before it, an indicator
-- what it cannot exceed.  The deepest go first, so that a sum is made once after all of its children.
--
-- series_input replaces assessment_input, standing_alerts open_alerts, and write_assessments has more arguments than before.  What they
-- replace stays for daemons of the earlier version, which may finish while this is applied.

ALTER TABLE vekha.indicator_version
    ADD COLUMN rolled vekha.organisation_kind[] NOT NULL DEFAULT '{}',
    ADD COLUMN year_starts smallint NOT NULL DEFAULT 1 CHECK (year_starts BETWEEN 1 AND 12),
    ADD COLUMN at_most integer[] NOT NULL DEFAULT '{}';

COMMENT ON COLUMN vekha.indicator_version.rolled IS 'Kinds of organisations at which it is the sum of those right below.';
COMMENT ON COLUMN vekha.indicator_version.year_starts IS 'The month that a count since the year''s start begins with.';
COMMENT ON COLUMN vekha.indicator_version.at_most IS 'Indicators that it cannot exceed at the same organisation and time.';

ALTER TABLE vekha.plan ADD COLUMN closes vekha.day CHECK (closes >= ends);

COMMENT ON COLUMN vekha.plan.closes IS 'Until when its result may still come in, before the next plan is judged by; null: 31 days.';

CREATE TABLE vekha.plan_predecessor (
    plan integer NOT NULL REFERENCES vekha.plan,
    organisation integer NOT NULL REFERENCES vekha.organisation,
    indicator integer NOT NULL REFERENCES vekha.indicator,
    PRIMARY KEY (plan, organisation, indicator)
);

CREATE INDEX plan_predecessor_series ON vekha.plan_predecessor (organisation, indicator);

COMMENT ON TABLE vekha.plan_predecessor IS 'Milestones that have to be done before the one planned.';
COMMENT ON COLUMN vekha.plan_predecessor.plan IS 'The plan version.';
COMMENT ON COLUMN vekha.plan_predecessor.organisation IS 'Whose milestone comes first.';
COMMENT ON COLUMN vekha.plan_predecessor.indicator IS 'Which milestone comes first.';

ALTER TABLE vekha.assessment
    ADD COLUMN fact_high numeric,
    ADD COLUMN contributors jsonb,
    ADD COLUMN contradictions smallint NOT NULL DEFAULT 0,
    ADD COLUMN course text,
    ADD COLUMN course_plans integer[];

COMMENT ON COLUMN vekha.assessment.fact_high IS 'Of a sum from which somebody is missing: A at most; fact is A at least.';
COMMENT ON COLUMN vekha.assessment.contributors IS 'Of a sum: the organisations below that lack most, [{"org", "gap"}], largest first.';
COMMENT ON COLUMN vekha.assessment.contradictions IS 'How many of its figures cannot be right together.';
COMMENT ON COLUMN vekha.assessment.course IS 'What the sum above it needs to know, as lines for the model; null: there is none.';
COMMENT ON COLUMN vekha.assessment.course_plans IS 'The plans whose shape the course refers to.';

-- Only ever inserted and deleted, so that two daemons never wait for each other here: a series may be there many times.
CREATE TABLE vekha.follower (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation integer NOT NULL,
    indicator integer NOT NULL,
    depth smallint NOT NULL,
    queued_at timestamptz NOT NULL
);

CREATE INDEX follower_depth ON vekha.follower (depth, id);
CREATE INDEX follower_series ON vekha.follower (organisation, indicator);

COMMENT ON TABLE vekha.follower IS 'Series to be assessed anew because one that they follow changed.';
COMMENT ON COLUMN vekha.follower.id IS 'Running number.';
COMMENT ON COLUMN vekha.follower.organisation IS 'Whose series.';
COMMENT ON COLUMN vekha.follower.indicator IS 'Which series.';
COMMENT ON COLUMN vekha.follower.depth IS 'How far below the top of the tree: the deepest first.';
COMMENT ON COLUMN vekha.follower.queued_at IS 'Since when it waits.';

-- --- the tree ---

CREATE FUNCTION vekha.depth_of(organisation integer)
RETURNS integer
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    WITH RECURSIVE above AS (
        SELECT v.parent, 0 AS depth
        FROM vekha.organisation_version v
        WHERE v.organisation = $1 AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
        UNION ALL
        SELECT v.parent, a.depth + 1
        FROM above a
        JOIN vekha.organisation_version v
            ON v.organisation = a.parent AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
        WHERE a.depth < 40 -- ends even if the tree were a ring
    )
    SELECT coalesce(max(a.depth), 0) FROM above a
$$;

COMMENT ON FUNCTION vekha.depth_of(integer) IS 'How many organisations are above one, as it is now.';

-- Queues those of these series that are sums, as the tree is now.
CREATE FUNCTION vekha.queue_sums(organisations integer[], indicators integer[], at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    queued integer;
BEGIN
    INSERT INTO vekha.follower (organisation, indicator, depth, queued_at)
    SELECT s.organisation, s.indicator, vekha.depth_of(s.organisation), at
    FROM (SELECT DISTINCT u.organisation, u.indicator FROM unnest(organisations, indicators) u(organisation, indicator)) s
    JOIN vekha.organisation_version v
        ON v.organisation = s.organisation AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
    JOIN vekha.indicator_version iv
        ON iv.indicator = s.indicator AND iv.superseded_at = 'infinity' AND iv.valid_to = 'infinity'
        AND v.kind = ANY (iv.rolled);
    GET DIAGNOSTICS queued = ROW_COUNT;
    RETURN queued;
END
$$;

COMMENT ON FUNCTION vekha.queue_sums(integer[], integer[], timestamptz) IS
    'Queues those of these series that are sums to be made anew; returns how many.';

-- Queues the sums right above these series, as the tree is now.
CREATE FUNCTION vekha.queue_parents(organisations integer[], indicators integer[], at timestamptz)
RETURNS integer
LANGUAGE sql VOLATILE
SET search_path = vekha, pg_temp
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
    SELECT vekha.queue_sums(array_agg(v.parent), array_agg(s.indicator), at)
    FROM unnest(organisations, indicators) s(organisation, indicator)
    JOIN vekha.organisation_version v
        ON v.organisation = s.organisation AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity' AND v.parent IS NOT NULL
$$;

COMMENT ON FUNCTION vekha.queue_parents(integer[], integer[], timestamptz) IS
    'Queues the sums right above these series to be made anew; returns how many.';

-- Queues the milestones that wait for these series, and the indicators that cannot exceed them.
CREATE FUNCTION vekha.queue_dependents(organisations integer[], indicators integer[], at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    deepest CONSTANT smallint := 100; -- before any sum
    queued integer;
BEGIN
    INSERT INTO vekha.follower (organisation, indicator, depth, queued_at)
    SELECT d.organisation, d.indicator, deepest, at
    FROM (
        SELECT p.organisation, p.indicator
        FROM unnest(organisations, indicators) s(organisation, indicator)
        JOIN vekha.plan_predecessor b ON b.organisation = s.organisation AND b.indicator = s.indicator
        JOIN vekha.plan p ON p.id = b.plan AND p.superseded_at = 'infinity'
        UNION
        SELECT s.organisation, iv.indicator
        FROM vekha.indicator_version iv
        JOIN unnest(organisations, indicators) s(organisation, indicator) ON s.indicator = ANY (iv.at_most)
        WHERE iv.at_most <> '{}' AND iv.superseded_at = 'infinity' AND iv.valid_to = 'infinity'
    ) d;
    GET DIAGNOSTICS queued = ROW_COUNT;
    RETURN queued;
END
$$;

COMMENT ON FUNCTION vekha.queue_dependents(integer[], integer[], timestamptz) IS
    'Queues the series whose verdict looks at these; returns how many.';

-- Queues series to be assessed anew: sums to be made after all that they are made of.  DO UPDATE, not DO NOTHING: it locks a row that
-- waits already, so that no daemon takes it before this transaction's change can be seen.
CREATE FUNCTION vekha.queue_series(organisations integer[], indicators integer[], at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    queued integer;
BEGIN
    WITH series AS MATERIALIZED (
        SELECT DISTINCT u.organisation, u.indicator, v.kind = ANY (iv.rolled) IS TRUE AS rolled
        FROM unnest(organisations, indicators) u(organisation, indicator)
        LEFT JOIN vekha.organisation_version v
            ON v.organisation = u.organisation AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
        LEFT JOIN vekha.indicator_version iv
            ON iv.indicator = u.indicator AND iv.superseded_at = 'infinity' AND iv.valid_to = 'infinity'
    ), leaves AS (
        INSERT INTO vekha.reassessment (organisation, indicator, queued_at)
        SELECT s.organisation, s.indicator, at FROM series s WHERE NOT s.rolled ORDER BY s.organisation, s.indicator
        ON CONFLICT (organisation, indicator) DO UPDATE SET queued_at = excluded.queued_at
    ), sums AS (
        INSERT INTO vekha.follower (organisation, indicator, depth, queued_at)
        SELECT s.organisation, s.indicator, vekha.depth_of(s.organisation), at FROM series s WHERE s.rolled
    )
    SELECT count(*) INTO queued FROM series;
    RETURN queued;
END
$$;

COMMENT ON FUNCTION vekha.queue_series(integer[], integer[], timestamptz) IS
    'Queues these series (arrays of the same length) to be assessed anew; returns how many.';

CREATE OR REPLACE FUNCTION vekha.queue_reassessment(organisations integer[], indicators integer[], at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_custom_plan -- one series or all: one plan cannot be right for both
AS $$
#variable_conflict use_column
BEGIN
    RETURN (
        SELECT vekha.queue_series(array_agg(s.organisation), array_agg(s.indicator), at)
        FROM (
            SELECT p.organisation, p.indicator FROM vekha.plan p
            WHERE (organisations IS NULL OR p.organisation = ANY (organisations))
              AND (indicators IS NULL OR p.indicator = ANY (indicators))
            UNION
            SELECT a.organisation, a.indicator FROM vekha.assessment a
            WHERE (organisations IS NULL OR a.organisation = ANY (organisations))
              AND (indicators IS NULL OR a.indicator = ANY (indicators))
        ) s
    );
END
$$;

-- Takes series of one level out of the queue, the deepest: so no sum is made together with one that it is made of.  What another
-- daemon has not committed yet is skipped, and comes again.
CREATE FUNCTION vekha.claim_followers(max_series integer)
RETURNS TABLE (organisation integer, indicator integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH gone AS (
        DELETE FROM vekha.follower f
        WHERE f.id = ANY (ARRAY(
            SELECT q.id
            FROM vekha.follower q
            WHERE q.depth = (SELECT max(f.depth) FROM vekha.follower f)
            ORDER BY q.id
            LIMIT max_series
            FOR UPDATE SKIP LOCKED
        ))
        RETURNING f.organisation, f.indicator
    )
    SELECT DISTINCT g.organisation, g.indicator FROM gone g;
END
$$;

COMMENT ON FUNCTION vekha.claim_followers(integer) IS 'Takes series that follow others out of the queue, of the deepest level.';

-- --- loading ---

-- The plan for a day: one that has ended, as long as its result may come in; else the one that covers the day, newest version first;
-- else the latest that began before; else the next to come.  An ended plan that a later version reaches into is not waited for.
CREATE OR REPLACE FUNCTION vekha.plan_for(organisation integer, indicator integer, today date, known_at timestamptz)
RETURNS SETOF vekha.plan
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT p.*
    FROM vekha.plan p
    WHERE p.organisation = $1 AND p.indicator = $2 AND p.valid_from <= today
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

COMMENT ON FUNCTION vekha.plan_for(integer, integer, date, timestamptz) IS
    'The plan version to judge a series by on a day, as believed at known_at; no row: none.';

-- The shape of plans, for the courses that refer to them: a line `curve` each, with its points (without values), knots and terms.
CREATE FUNCTION vekha.curve_lines(plans integer[])
RETURNS text
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
SET datestyle = 'ISO, YMD'
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
    SELECT string_agg(concat_ws(E'\n',
        array_to_string(ARRAY['curve', p.id::text, p.starts::text, p.ends::text, p.shape::text, p.base_on::text], E'\t', '\N'),
        CASE p.shape
            WHEN 'points' THEN (SELECT string_agg(concat_ws(E'\t', 'point', t.at, t.value), E'\n' ORDER BY t.at)
                                FROM vekha.plan_point t WHERE t.plan = p.id)
            WHEN 'season' THEN (SELECT string_agg(concat_ws(E'\t', 'knot', k.month, k.share), E'\n' ORDER BY k.month)
                                FROM vekha.plan_knot k WHERE k.plan = p.id)
            WHEN 'terms' THEN (SELECT string_agg(concat_ws(E'\t', 'term', t.first, t.last), E'\n' ORDER BY t.first)
                               FROM vekha.plan_term t WHERE t.plan = p.id)
        END), E'\n')
    FROM unnest(plans) u(id) JOIN vekha.plan p ON p.id = u.id
$$;

COMMENT ON FUNCTION vekha.curve_lines(integer[]) IS 'The shapes of plans as lines for the model.';

-- The children of a sum, with the courses that their assessments keep.  All children are read at one moment: by one snapshot.
CREATE FUNCTION vekha.child_lines(organisation integer, indicator integer, today date)
RETURNS text
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
SET datestyle = 'ISO, YMD'
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
    WITH child AS MATERIALIZED (
        SELECT o.id, o.code, v.name, v.name_en, a.status, a.as_of, a.gap, a.course, a.course_plans
        FROM vekha.organisation_version v
        JOIN vekha.organisation o ON o.id = v.organisation
        JOIN vekha.assessment a ON a.organisation = v.organisation AND a.indicator = $2 AND a.course IS NOT NULL
        WHERE v.parent = $1 AND v.superseded_at = 'infinity' AND v.valid_from <= today AND today < v.valid_to
    )
    SELECT concat_ws(E'\n',
        (SELECT vekha.curve_lines(array_agg(DISTINCT p.id)) FROM child c CROSS JOIN LATERAL unnest(c.course_plans) p(id)),
        (SELECT string_agg(
             array_to_string(ARRAY['child', c.id::text, c.code, c.name, c.name_en, c.status::text, c.as_of::text, c.gap::text],
                             E'\t', '\N') || E'\n' || c.course, E'\n' ORDER BY c.code)
         FROM child c))
$$;

COMMENT ON FUNCTION vekha.child_lines(integer, integer, date) IS 'The children of a sum as lines for the model.';

-- Rebuilding throws all away: sums are then made after all that they are made of.
CREATE OR REPLACE FUNCTION vekha.rebuild_assessments(at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    queued integer;
BEGIN
    SELECT vekha.queue_series(array_agg(s.organisation), array_agg(s.indicator), at) INTO queued
    FROM (
        SELECT k.organisation, k.indicator FROM vekha.series_known(NULL, NULL, NULL, at, NULL, NULL) k
        UNION
        SELECT a.organisation, a.indicator FROM vekha.assessment a
    ) s;
    -- after the queue, for which no daemon ever waits; before the rows, for which one would wait while we wait for it
    PERFORM vekha.lock_series((SELECT array_agg(o.id) FROM vekha.organisation o));
    DELETE FROM vekha.assessment;
    PERFORM vekha.catalogue_changed();
    RETURN queued;
END
$$;

-- Children whose courses were thrown away and wait to be made again must not look as if there were none.
CREATE FUNCTION vekha.awaits_children(organisation integer, indicator integer, today date)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
    SELECT EXISTS (
        SELECT
        FROM vekha.organisation_version v
        LEFT JOIN vekha.assessment a ON a.organisation = v.organisation AND a.indicator = $2
        WHERE v.parent = $1 AND v.superseded_at = 'infinity' AND v.valid_from <= $3 AND $3 < v.valid_to AND a.course IS NULL
          AND (EXISTS (SELECT FROM vekha.reassessment q WHERE q.organisation = v.organisation AND q.indicator = $2)
               OR EXISTS (SELECT FROM vekha.follower f WHERE f.organisation = v.organisation AND f.indicator = $2))
    )
$$;

COMMENT ON FUNCTION vekha.awaits_children(integer, integer, date) IS
    'Whether a child of a sum has no course and is queued to get one.';

-- The figures of a series that were in force, or known_at given, that were known to be: the latest 4000.
CREATE FUNCTION vekha.figures_known(organisation integer, indicator integer, from_day date, today date, known_at timestamptz)
RETURNS TABLE (period integer, as_of date, state vekha.figure_state, value numeric, of_value numeric, expected date, method text,
               composed_at timestamptz, recorded_at timestamptz, submission uuid)
LANGUAGE sql STABLE
AS $$
    SELECT f.period, f.as_of, f.state, f.value, f.of_value, f.expected, f.method, f.composed_at, f.recorded_at, f.submission
    FROM (
        SELECT c.period, c.as_of, c.state, c.value, c.of_value, c.expected, c.method, c.composed_at, c.recorded_at,
               c.submission, 'infinity'::timestamptz AS superseded_at
        FROM vekha.figure c
        WHERE c.organisation = $1 AND c.indicator = $2
          AND c.period >= extract(year FROM coalesce($3, '1900-01-01'))::integer * 1000
          AND c.period < (extract(year FROM $4)::integer + 1) * 1000
        UNION ALL
        SELECT h.period, h.as_of, h.state, h.value, h.of_value, h.expected, h.method, h.composed_at, h.recorded_at,
               h.submission, h.superseded_at
        FROM vekha.figure_history h
        WHERE $5 IS NOT NULL AND h.organisation = $1 AND h.indicator = $2
          AND h.period >= extract(year FROM coalesce($3, '1900-01-01'))::integer * 1000
          AND h.period < (extract(year FROM $4)::integer + 1) * 1000
    ) f
    WHERE f.as_of <= $4 AND ($3 IS NULL OR f.as_of >= $3) AND vekha.believed(f.recorded_at, f.superseded_at, $5)
    ORDER BY f.as_of DESC, f.period DESC, f.composed_at DESC
    LIMIT 4000
$$;

COMMENT ON FUNCTION vekha.figures_known(integer, integer, date, date, timestamptz) IS
    'The figures of a series up to a day, from another on (null: all), as known at a moment (null: now).';

-- What has to be done before a milestone, each with the last that was said of it.
CREATE FUNCTION vekha.predecessor_lines(plan integer, today date, known_at timestamptz)
RETURNS text
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT string_agg(
        array_to_string(ARRAY['before', ov.name, ov.name_en, iv.name, iv.name_en, f.state::text, f.value::text, p.target::text],
                        E'\t', '\N'), E'\n' ORDER BY iv.name, ov.name)
    FROM vekha.plan_predecessor b
    JOIN vekha.organisation_version ov
        ON ov.organisation = b.organisation AND ov.valid_from <= $2 AND $2 < ov.valid_to
        AND vekha.believed(ov.recorded_at, ov.superseded_at, $3)
    JOIN vekha.indicator_version iv
        ON iv.indicator = b.indicator AND iv.valid_from <= $2 AND $2 < iv.valid_to
        AND vekha.believed(iv.recorded_at, iv.superseded_at, $3)
    LEFT JOIN LATERAL vekha.plan_for(b.organisation, b.indicator, $2, $3) p ON true
    LEFT JOIN LATERAL (
        SELECT k.state, k.value
        FROM vekha.figures_known(b.organisation, b.indicator, NULL, $2, $3) k
        WHERE k.state IN ('value', 'not_done', 'in_progress', 'done')
        ORDER BY k.as_of DESC, k.composed_at DESC, k.submission DESC
        LIMIT 1
    ) f ON true
    WHERE b.plan = $1
$$;

COMMENT ON FUNCTION vekha.predecessor_lines(integer, date, timestamptz) IS 'What comes before a milestone, as lines for the model.';

-- The figures that those of a series cannot exceed: of other indicators at the same organisation; the latest 400.
CREATE FUNCTION vekha.limit_lines(organisation integer, indicators integer[], from_day date, today date, known_at timestamptz)
RETURNS text
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
SET datestyle = 'ISO, YMD'
AS $$
    SELECT string_agg(array_to_string(ARRAY['limit', l.name, l.name_en, l.period::text, l.as_of::text, l.value::text], E'\t', '\N'),
                      E'\n' ORDER BY l.as_of, l.name, l.period)
    FROM (
        SELECT iv.name, iv.name_en, f.period, f.as_of, f.value
        FROM unnest(indicators) u(id)
        JOIN vekha.indicator_version iv
            ON iv.indicator = u.id AND iv.valid_from <= $4 AND $4 < iv.valid_to
            AND vekha.believed(iv.recorded_at, iv.superseded_at, $5)
        CROSS JOIN LATERAL vekha.figures_known($1, u.id, $3, $4, $5) f
        WHERE f.state = 'value'
        ORDER BY f.as_of DESC, iv.name, f.period
        LIMIT 400
    ) l
$$;

COMMENT ON FUNCTION vekha.limit_lines(integer, integer[], date, date, timestamptz) IS
    'The figures that those of a series cannot exceed, as lines for the model.';

-- Each row is one series: its lines divided by newlines, in the order of the arrays.  Their form is that of daemon/model/input.h:
-- one line is one fact, fields are divided by TAB, null is \N.
--
-- changes-on is the next day from which another plan or another version of organisation or indicator speaks, so that the series
-- is assessed anew on that day.
--
-- A pair whose organisation or indicator was not known has no row, nor has a sum of `kept` children of whom one is about to be made
-- anew: that one will queue the sum again.  Figures go back as far as the plan needs, and to `since` if that is given; only the
-- partitions of those years are looked into.  A sum has its children only if `kept` says so: as they are kept now, whatever as_of and
-- known_at are; else whoever asks adds them up himself.
CREATE FUNCTION vekha.series_input(organisations integer[], indicators integer[], now timestamptz, as_of date,
                                   known_at timestamptz, kept boolean, since date DEFAULT NULL)
RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET datestyle = 'ISO, YMD'
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_memoize = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH place AS MATERIALIZED ( -- what all series of one organisation share
        SELECT o.id, o.code, day.today, v.name, v.name_en, v.kind, v.valid_to, pv.kind AS parent_kind
        FROM (SELECT DISTINCT u.id FROM unnest(organisations) u(id)) asked
        JOIN vekha.organisation o ON o.id = asked.id
        CROSS JOIN LATERAL (
            SELECT vekha.today_of(o.id, series_input.now, series_input.as_of) AS today
        ) day
        JOIN vekha.organisation_version v
            ON v.organisation = o.id AND v.valid_from <= day.today AND day.today < v.valid_to
            AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
        LEFT JOIN vekha.organisation_version pv
            ON pv.organisation = v.parent AND pv.valid_from <= day.today AND day.today < pv.valid_to
            AND vekha.believed(pv.recorded_at, pv.superseded_at, known_at)
    ), subject AS MATERIALIZED ( -- what all series of one indicator on one day share
        SELECT i.id, asked.today, v.kind, v.valid_to, v.rolled, v.at_most,
               array_to_string(ARRAY[i.code, v.name, v.name_en, p.code, v.kind::text, v.direction::text, v.unit, v.unit_en,
                                     v.whole::text, v.counting::text, v.step_months::text, v.method], E'\t', '\N') AS fields,
               pv.starts AS project_starts, v.year_starts,
               CASE WHEN rv.id IS NOT NULL THEN
                   concat_ws(E'\n', concat_ws(E'\t', 'rules', rv.id, r.code, rv.version),
                             (SELECT string_agg(concat_ws(E'\t', 'rule', c.name, c.value), E'\n' ORDER BY c.name)
                              FROM vekha.rule_constant c WHERE c.rule_set_version = rv.id))
               END AS rules
        FROM (
            SELECT DISTINCT u.id, place.today
            FROM unnest(organisations, indicators) u(organisation, id) JOIN place ON place.id = u.organisation
        ) asked
        JOIN vekha.indicator i ON i.id = asked.id
        JOIN vekha.indicator_version v
            ON v.indicator = i.id AND v.valid_from <= asked.today AND asked.today < v.valid_to
            AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
        JOIN vekha.project p ON p.id = v.project
        LEFT JOIN vekha.project_version pv
            ON pv.project = p.id AND pv.valid_from <= asked.today AND asked.today < pv.valid_to
            AND vekha.believed(pv.recorded_at, pv.superseded_at, known_at)
        JOIN vekha.rule_set r ON r.id = v.rule_set
        LEFT JOIN vekha.rule_set_version rv
            ON rv.rule_set = r.id AND vekha.believed(rv.recorded_at, rv.superseded_at, known_at)
    ), series AS MATERIALIZED (
        SELECT asked.ord, place.id AS organisation, subject.id AS indicator, place.code, place.name, place.name_en, place.today,
               subject.fields, subject.kind, subject.project_starts, subject.year_starts, subject.rules,
               subject.at_most, place.kind = ANY (subject.rolled) AS rolled,
               coalesce(place.parent_kind = ANY (subject.rolled), false) AS rolls_up,
               least(place.valid_to, subject.valid_to, (
                   SELECT min(d.day)
                   FROM vekha.plan f
                   CROSS JOIN LATERAL (VALUES (f.valid_from), (f.starts), (coalesce(f.closes, f.ends + 31) + 1)) d(day)
                   WHERE f.organisation = place.id AND f.indicator = subject.id AND d.day > place.today
                     AND vekha.believed(f.recorded_at, f.superseded_at, known_at)
               )) AS changes_on,
               p.id AS plan, p.shape,
               array_to_string(ARRAY['plan', p.id::text, p.version::text, p.basis, p.starts::text, p.ends::text, p.shape::text,
                                     p.base::text, p.base_on::text, p.base_method, p.target::text, p.of_value::text,
                                     p.due_from::text, p.due_to::text, p.due_precision::text, p.event::text,
                                     p.valid_from::text], E'\t', '\N') AS plan_line,
               CASE WHEN p.starts IS NOT NULL THEN
                   least(p.starts, CASE WHEN subject.kind IN ('level', 'share') THEN p.base_on END, since)
               END AS figures_from
        FROM unnest(organisations, indicators) WITH ORDINALITY asked(organisation, indicator, ord)
        JOIN place ON place.id = asked.organisation
        JOIN subject ON subject.id = asked.indicator AND subject.today = place.today
        LEFT JOIN LATERAL vekha.plan_for(place.id, subject.id, place.today, known_at) p ON true
    )
    SELECT concat_ws(E'\n',
        array_to_string(ARRAY['series', s.organisation::text, s.indicator::text, s.code, s.name, s.name_en, s.fields,
                              s.today::text, s.project_starts::text, nullif(s.changes_on, 'infinity')::text,
                              s.year_starts::text, s.rolled::text, s.rolls_up::text], E'\t', '\N'),
        s.rules,
        CASE WHEN s.plan IS NOT NULL THEN s.plan_line END,
        CASE s.shape
            WHEN 'points' THEN (SELECT string_agg(concat_ws(E'\t', 'point', t.at, t.value), E'\n' ORDER BY t.at)
                                FROM vekha.plan_point t WHERE t.plan = s.plan)
            WHEN 'season' THEN (SELECT string_agg(concat_ws(E'\t', 'knot', k.month, k.share), E'\n' ORDER BY k.month)
                                FROM vekha.plan_knot k WHERE k.plan = s.plan)
            WHEN 'terms' THEN (SELECT string_agg(concat_ws(E'\t', 'term', t.first, t.last), E'\n' ORDER BY t.first)
                               FROM vekha.plan_term t WHERE t.plan = s.plan)
        END,
        CASE WHEN s.kind = 'milestone' AND s.plan IS NOT NULL THEN vekha.predecessor_lines(s.plan, s.today, known_at) END,
        CASE WHEN s.at_most <> '{}' THEN vekha.limit_lines(s.organisation, s.at_most, s.figures_from, s.today, known_at) END,
        (
            SELECT string_agg(
                array_to_string(ARRAY['figure', f.period::text, f.as_of::text, f.state::text, f.value::text, f.of_value::text,
                                      f.expected::text, f.method,
                                      to_char(f.composed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                                      to_char(f.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                                      f.submission::text], E'\t', '\N'),
                E'\n' ORDER BY f.as_of, f.period, f.composed_at)
            FROM vekha.figures_known(s.organisation, s.indicator, s.figures_from, s.today, known_at) f
        ),
        CASE WHEN s.rolled AND kept THEN nullif(vekha.child_lines(s.organisation, s.indicator, s.today), '') END)
    FROM series s
    WHERE NOT (s.rolled AND kept AND vekha.awaits_children(s.organisation, s.indicator, s.today))
    ORDER BY s.ord;
END
$$;

COMMENT ON FUNCTION vekha.series_input(integer[], integer[], timestamptz, date, timestamptz, boolean, date) IS
    'The series of these pairs as lines for the model (daemon/model/input.h): on a day, as known at a moment; nulls: now.';

-- --- which series there are ---

-- The series to show or to add up: those with a plan or a figure, and the sums above them, of a project, indicator or organisation
-- (and all below it); what is null leaves out its condition.  parent is the organisation above if that is their sum, else null;
-- depth says how far below the top each is, so that the deepest can be assessed first.
CREATE FUNCTION vekha.series_known(project_code text, indicator_code text, organisation_code text, now timestamptz, as_of date,
                                   known_at timestamptz)
RETURNS TABLE (organisation integer, indicator integer, rolled boolean, parent integer, depth integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    latest date := least(as_of, (now AT TIME ZONE 'UTC')::date + 1); -- somewhere it is tomorrow already
BEGIN
    RETURN QUERY
    WITH RECURSIVE tree AS MATERIALIZED (
        SELECT v.organisation, v.parent, v.kind
        FROM vekha.organisation_version v
        WHERE v.valid_from <= latest AND latest < v.valid_to AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
    ), placed AS (
        SELECT t.organisation, t.parent, t.kind, 0 AS depth FROM tree t WHERE t.parent IS NULL
        UNION ALL
        SELECT t.organisation, t.parent, t.kind, p.depth + 1
        FROM tree t JOIN placed p ON t.parent = p.organisation
        WHERE p.depth < 40
    ), counted AS MATERIALIZED (
        SELECT i.id, i.code, p.code AS project_code, v.rolled
        FROM vekha.indicator i
        JOIN vekha.indicator_version v
            ON v.indicator = i.id AND v.valid_from <= latest AND latest < v.valid_to
            AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
        JOIN vekha.project p ON p.id = v.project
        WHERE (series_known.indicator_code IS NULL OR i.code = series_known.indicator_code)
          AND (series_known.project_code IS NULL OR p.code = series_known.project_code)
    ), plain AS MATERIALIZED (
        SELECT s.organisation, s.indicator
        FROM vekha.status_series(series_known.project_code, series_known.indicator_code, organisation_code, now, series_known.as_of,
                                 known_at) s
    ), pair AS (
        SELECT p.organisation, p.indicator FROM plain p
        UNION -- and the sums above, as far as they are asked for
        SELECT t.parent, p.indicator
        FROM pair p
        JOIN counted c ON c.id = p.indicator
        JOIN tree t ON t.organisation = p.organisation
        JOIN tree above ON above.organisation = t.parent AND above.kind = ANY (c.rolled)
        WHERE organisation_code IS NULL
           OR t.parent IN (SELECT b.organisation FROM vekha.organisations_below(organisation_code, latest, known_at) b)
    )
    SELECT p.organisation, p.indicator, coalesce(t.kind = ANY (c.rolled), false),
           CASE WHEN above.kind = ANY (c.rolled) THEN t.parent END, coalesce(t.depth, 0)
    FROM pair p
    JOIN counted c ON c.id = p.indicator
    JOIN vekha.organisation o ON o.id = p.organisation
    LEFT JOIN placed t ON t.organisation = p.organisation
    LEFT JOIN tree above ON above.organisation = t.parent
    ORDER BY c.project_code, c.code, o.code;
END
$$;

COMMENT ON FUNCTION vekha.series_known(text, text, text, timestamptz, date, timestamptz) IS
    'The series with a plan or a figure and the sums above them, with what adding them up needs; nulls: all.';

-- The same for given series: they and all that is below those of them that are sums.
CREATE FUNCTION vekha.series_below(organisations integer[], indicators integer[], now timestamptz, as_of date,
                                   known_at timestamptz)
RETURNS TABLE (organisation integer, indicator integer, rolled boolean, parent integer, depth integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET jit = off
AS $$
    SELECT DISTINCT k.organisation, k.indicator, k.rolled, k.parent, k.depth
    FROM (
        SELECT DISTINCT o.code AS organisation_code, i.code AS indicator_code
        FROM unnest(organisations, indicators) s(organisation, indicator)
        JOIN vekha.organisation o ON o.id = s.organisation
        JOIN vekha.organisation_version ov
            ON ov.organisation = o.id AND vekha.believed(ov.recorded_at, ov.superseded_at, known_at)
        JOIN vekha.indicator i ON i.id = s.indicator
        JOIN vekha.indicator_version iv
            ON iv.indicator = i.id AND vekha.believed(iv.recorded_at, iv.superseded_at, known_at)
            AND ov.kind = ANY (iv.rolled)
    ) sums
    CROSS JOIN LATERAL vekha.series_known(NULL, sums.indicator_code, sums.organisation_code, $3, $4, $5) k
$$;

COMMENT ON FUNCTION vekha.series_below(integer[], integer[], timestamptz, date, timestamptz) IS
    'What has to be assessed to make the sums among these series; no row if there is no sum among them.';

-- --- writing ---

-- Writes assessments, one per pair; all arrays have the same length.  A row that stands like this already is left alone,
-- assessed_at too; of a status NULL nothing is to stand.  A rule_set_versions element 0 means the defaults of the program, as NULL
-- does.  Queues who follows: the sums above what changed, and whatever looks at these series.  Returns how many rows were written, and
-- how many series queued.  The caller holds lock_series.
CREATE FUNCTION vekha.write_assessments(
    assessed_at timestamptz, organisations integer[], indicators integer[], statuses vekha.status[], as_ofs date[],
    facts numeric[], fact_highs numeric[], ns numeric[], of_values numeric[], targets numeric[], plan_ats numeric[],
    gaps numeric[], progresses numeric[], attainments numeric[], needed_paces numeric[], paces numeric[], forecasts numeric[],
    forecast_sds numeric[], probabilities numeric[], plans integer[], rule_set_versions integer[], explanations_ru text[],
    explanations_en text[], reassess_ons date[], contributors text[], contradictions integer[], courses text[],
    course_plans text[])
RETURNS TABLE (written integer, queued integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    changed_organisations integer[];
    changed_indicators integer[];
BEGIN
    WITH given AS MATERIALIZED (
        SELECT u.*
        FROM unnest(organisations, indicators, statuses, as_ofs, facts, fact_highs, ns, of_values, targets, plan_ats, gaps,
                    progresses, attainments, needed_paces, paces, forecasts, forecast_sds, probabilities, plans,
                    rule_set_versions, explanations_ru, explanations_en, reassess_ons, contributors, contradictions, courses,
                    course_plans)
             u(organisation, indicator, status, as_of, fact, fact_high, n, of_value, target, plan_at, gap, progress, attainment,
               needed_pace, pace, forecast, forecast_sd, probability, plan, rule_set_version, explanation_ru, explanation_en,
               reassess_on, contributors, contradictions, course, course_plans)
    ), put AS (
        INSERT INTO vekha.assessment AS a (
            organisation, indicator, status, as_of, fact, fact_high, n, of_value, target, plan_at, gap, progress, attainment,
            needed_pace, pace, forecast, forecast_sd, probability, plan, rule_set_version, explanation_ru, explanation_en,
            reassess_on, contributors, contradictions, course, course_plans, assessed_at)
        SELECT u.organisation, u.indicator, u.status, u.as_of, u.fact, u.fact_high, u.n, u.of_value, u.target, u.plan_at, u.gap,
               u.progress, u.attainment, u.needed_pace, u.pace, u.forecast, u.forecast_sd, u.probability, u.plan,
               nullif(u.rule_set_version, 0), u.explanation_ru, u.explanation_en, u.reassess_on, u.contributors::jsonb,
               u.contradictions, u.course, u.course_plans::integer[], write_assessments.assessed_at
        FROM given u
        WHERE u.status IS NOT NULL
        ON CONFLICT (organisation, indicator) DO UPDATE SET
            status = excluded.status, as_of = excluded.as_of, fact = excluded.fact, fact_high = excluded.fact_high,
            n = excluded.n, of_value = excluded.of_value, target = excluded.target, plan_at = excluded.plan_at,
            gap = excluded.gap, progress = excluded.progress, attainment = excluded.attainment,
            needed_pace = excluded.needed_pace, pace = excluded.pace, forecast = excluded.forecast,
            forecast_sd = excluded.forecast_sd, probability = excluded.probability, plan = excluded.plan,
            rule_set_version = excluded.rule_set_version, explanation_ru = excluded.explanation_ru,
            explanation_en = excluded.explanation_en, reassess_on = excluded.reassess_on,
            contributors = excluded.contributors, contradictions = excluded.contradictions, course = excluded.course,
            course_plans = excluded.course_plans, assessed_at = excluded.assessed_at
        WHERE (a.status, a.as_of, a.fact, a.fact_high, a.n, a.of_value, a.target, a.plan_at, a.gap, a.progress, a.attainment,
               a.needed_pace, a.pace, a.forecast, a.forecast_sd, a.probability, a.plan, a.rule_set_version,
               a.explanation_ru, a.explanation_en, a.reassess_on, a.contributors, a.contradictions, a.course, a.course_plans)
              IS DISTINCT FROM
              (excluded.status, excluded.as_of, excluded.fact, excluded.fact_high, excluded.n, excluded.of_value,
               excluded.target, excluded.plan_at, excluded.gap, excluded.progress, excluded.attainment,
               excluded.needed_pace, excluded.pace, excluded.forecast, excluded.forecast_sd, excluded.probability,
               excluded.plan, excluded.rule_set_version, excluded.explanation_ru, excluded.explanation_en,
               excluded.reassess_on, excluded.contributors, excluded.contradictions, excluded.course, excluded.course_plans)
        RETURNING a.organisation, a.indicator, a.course IS NOT NULL AS followed
    ), gone AS (
        DELETE FROM vekha.assessment a USING given u
        WHERE u.status IS NULL AND a.organisation = u.organisation AND a.indicator = u.indicator
        RETURNING a.organisation, a.indicator, a.course IS NOT NULL AS followed
    ), changed AS (
        SELECT * FROM put UNION ALL SELECT * FROM gone
    )
    SELECT count(*), array_agg(c.organisation) FILTER (WHERE c.followed), array_agg(c.indicator) FILTER (WHERE c.followed)
    INTO written, changed_organisations, changed_indicators
    FROM changed c;
    queued := vekha.queue_parents(changed_organisations, changed_indicators, write_assessments.assessed_at)
              + vekha.queue_dependents(organisations, indicators, write_assessments.assessed_at);
    RETURN NEXT;
END
$$;

COMMENT ON FUNCTION vekha.write_assessments(timestamptz, integer[], integer[], vekha.status[], date[], numeric[], numeric[],
    numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[],
    numeric[], integer[], integer[], text[], text[], date[], text[], integer[], text[], text[]) IS
    'Writes the assessments that differ from what stands and queues who follows; returns how many of both.';

-- The open alerts of these pairs (arrays of the same length), of the kinds that an assessment opens, and the first day of the plan
-- that their last step was about; null: of none, or of a sum of plans.
CREATE FUNCTION vekha.standing_alerts(organisations integer[], indicators integer[])
RETURNS TABLE (organisation integer, indicator integer, kind vekha.alert_kind, level vekha.alert_level, plan_starts date)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT a.organisation, a.indicator, a.kind, a.level, t.starts
    FROM unnest(organisations, indicators) u(organisation, indicator)
    JOIN vekha.alert a
        ON a.organisation = u.organisation AND a.indicator = u.indicator AND a.closed_at IS NULL
        AND a.kind IN ('lag', 'milestone')
    LEFT JOIN LATERAL (
        SELECT (SELECT p.starts::date FROM vekha.plan p WHERE p.id = s.plan) AS starts
        FROM vekha.alert_transition s WHERE s.alert = a.id ORDER BY s.id DESC LIMIT 1
    ) t ON true;
END
$$;

COMMENT ON FUNCTION vekha.standing_alerts(integer[], integer[]) IS
    'Open lag and milestone alerts of these pairs, and since when the plan runs that they are about.';

-- --- recording the catalogue ---

CREATE OR REPLACE FUNCTION vekha.put_organisation(code text, name text, name_en text, kind vekha.organisation_kind, parent_code text,
                                                  time_zone text, opened date, closed date, valid_from date, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    parent_id integer := vekha.id_of('organisation', parent_code);
    organisation_id integer := vekha.ensure_code('organisation', code);
    parents integer[]; -- whose sums it goes out of and into
    result text;
BEGIN
    IF EXISTS (SELECT FROM vekha.organisations_below(code, '2999-12-31', NULL) b WHERE b.organisation = parent_id) THEN
        RAISE EXCEPTION 'organisation "%" cannot be below "%", which is itself below it', code, parent_code
            USING ERRCODE = 'check_violation', HINT = 'Give it a parent outside of its own branch.';
    END IF;
    SELECT array_agg(v.parent) || parent_id INTO parents
    FROM vekha.organisation_version v WHERE v.organisation = organisation_id AND v.superseded_at = 'infinity';
    result := vekha.put_version('organisation', organisation_id, jsonb_build_object(
        'name', name, 'name_en', name_en, 'kind', kind, 'parent', parent_id, 'time_zone', time_zone, 'opened', opened,
        'closed', closed), coalesce(valid_from, '-infinity'), at);
    IF result <> 'same' THEN
        -- those right below too: what kind of organisation is above them decides whether they are added up
        PERFORM vekha.queue_reassessment(organisation_id || ARRAY(
            SELECT v.organisation FROM vekha.organisation_version v
            WHERE v.parent = organisation_id AND v.superseded_at = 'infinity'), NULL, at);
        PERFORM vekha.queue_sums(array_agg(p.id), array_agg(a.indicator), at)
        FROM vekha.assessment a CROSS JOIN unnest(parents) p(id) WHERE a.organisation = organisation_id;
        PERFORM vekha.catalogue_changed();
    END IF;
    RETURN result;
END
$$;

DROP FUNCTION vekha.put_indicator(text, text, text, text, vekha.indicator_kind, vekha.direction, text, text, boolean,
    vekha.counting, integer, text, text, date, timestamptz);

CREATE FUNCTION vekha.put_indicator(code text, name text, name_en text, project_code text, kind vekha.indicator_kind,
                                    direction vekha.direction, unit text, unit_en text, whole boolean,
                                    counting vekha.counting, step_months integer, method text, rule_set_code text,
                                    valid_from date, at timestamptz, rolled text[] DEFAULT '{}', year_starts integer DEFAULT 1,
                                    at_most text[] DEFAULT '{}')
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    indicator_id integer := vekha.ensure_code('indicator', code);
    result text;
BEGIN
    -- sorted: the same said in another order is the same
    result := vekha.put_version('indicator', indicator_id, jsonb_build_object(
        'name', name, 'name_en', name_en, 'project', vekha.id_of('project', project_code), 'kind', kind,
        'direction', coalesce(direction, 'up'), 'unit', unit, 'unit_en', unit_en, 'whole', coalesce(whole, true),
        'counting', coalesce(counting, 'year_to_date'), 'step_months', coalesce(step_months, 1), 'method', method,
        'rule_set', vekha.id_of('rule_set', rule_set_code), 'year_starts', coalesce(year_starts, 1),
        'rolled', ARRAY(SELECT DISTINCT r::vekha.organisation_kind AS kind FROM unnest(rolled) r ORDER BY kind),
        'at_most', ARRAY(SELECT DISTINCT vekha.ensure_code('indicator', m) AS id FROM unnest(at_most) m ORDER BY id)),
        coalesce(valid_from, '-infinity'), at);
    IF result <> 'same' THEN
        PERFORM vekha.queue_reassessment(NULL, ARRAY[indicator_id], at);
        PERFORM vekha.catalogue_changed();
    END IF;
    RETURN result;
END
$$;

COMMENT ON FUNCTION vekha.put_indicator(text, text, text, text, vekha.indicator_kind, vekha.direction, text, text, boolean,
    vekha.counting, integer, text, text, date, timestamptz, text[], integer, text[]) IS
    'Records what an indicator is from valid_from on (null: for all days); returns created, changed or same.';

DROP FUNCTION vekha.put_plan(text, text, text, date, date, vekha.plan_shape, numeric, date, text, numeric, numeric, date, date,
    vekha.due_precision, boolean, date, date[], numeric[], timestamptz, text, numeric[], date[], date[]);

-- A plan is known by its series, its first day and valid_from.  Null valid_from: the newest version for that first day; one that
-- differs from it is a revision, in force from the day it is recorded; the first is in force from its own first day, or from now
-- if that is earlier.  A version with the same valid_from is a correction and supersedes the wrong one; else both are kept
-- and each is in force in its time.  Knots and terms are what season and calendar say today: they go into a new version, and make
-- none, so that an approved plan keeps those it was approved with.
CREATE FUNCTION vekha.put_plan(organisation_code text, indicator_code text, basis text, starts date, ends date,
                               shape vekha.plan_shape, base numeric, base_on date, base_method text, target numeric,
                               of_value numeric, due_from date, due_to date, due_precision vekha.due_precision,
                               event boolean, valid_from date, points_at date[], points_value numeric[], at timestamptz,
                               shape_from text DEFAULT NULL, knots numeric[] DEFAULT '{}', terms_first date[] DEFAULT '{}',
                               terms_last date[] DEFAULT '{}', closes date DEFAULT NULL, predecessors text[] DEFAULT '{}')
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    who integer := vekha.id_of('organisation', organisation_code);
    what integer := vekha.id_of('indicator', indicator_code);
    today date := vekha.today_of(who, at, NULL);
    standing vekha.plan;
    wanted vekha.plan;
    first_organisations integer[]; -- of the predecessors
    first_indicators integer[];
    known boolean;
    plan_id integer;
BEGIN
    PERFORM vekha.open_write(at);
    SELECT array_agg(vekha.id_of('organisation', split_part(p, '/', 1))),
           array_agg(vekha.ensure_code('indicator', split_part(p, '/', 2)))
    INTO first_organisations, first_indicators FROM unnest(predecessors) p;
    PERFORM FROM vekha.indicator i WHERE i.id = what FOR NO KEY UPDATE; -- two cannot take one version number
    SELECT p.* INTO standing
    FROM vekha.plan p
    WHERE p.organisation = who AND p.indicator = what AND p.superseded_at = 'infinity' AND p.starts = put_plan.starts
      AND (put_plan.valid_from IS NULL OR p.valid_from = put_plan.valid_from)
    ORDER BY p.version DESC
    LIMIT 1;

    wanted := standing;
    wanted.basis := basis;
    wanted.starts := starts;
    wanted.ends := ends;
    wanted.shape := coalesce(shape, 'linear');
    wanted.shape_from := shape_from;
    wanted.base := base;
    wanted.base_on := base_on;
    wanted.base_method := base_method;
    wanted.target := target;
    wanted.of_value := of_value;
    wanted.due_from := due_from;
    wanted.due_to := due_to;
    wanted.due_precision := due_precision;
    wanted.event := coalesce(event, false);
    wanted.closes := closes;
    IF standing.id IS NOT NULL AND to_jsonb(wanted) = to_jsonb(standing) AND NOT EXISTS (
        SELECT FROM (SELECT pt.at, pt.value FROM vekha.plan_point pt WHERE pt.plan = standing.id) old
        FULL JOIN unnest(points_at, points_value) new(at, value) ON new.at = old.at
        WHERE new.value IS DISTINCT FROM old.value
    ) AND NOT EXISTS (
        (SELECT b.organisation, b.indicator FROM vekha.plan_predecessor b WHERE b.plan = standing.id
         EXCEPT SELECT * FROM unnest(first_organisations, first_indicators))
        UNION ALL
        (SELECT * FROM unnest(first_organisations, first_indicators)
         EXCEPT SELECT b.organisation, b.indicator FROM vekha.plan_predecessor b WHERE b.plan = standing.id)
    ) THEN
        RETURN 'same';
    END IF;

    known := EXISTS (SELECT FROM vekha.plan p WHERE p.organisation = who AND p.indicator = what AND p.starts = put_plan.starts);
    wanted.valid_from := coalesce(valid_from, CASE WHEN known THEN today ELSE least(starts, today) END);
    wanted.recorded_at := greatest(at, standing.recorded_at + interval '1 microsecond');
    IF standing.valid_from = wanted.valid_from THEN
        UPDATE vekha.plan p SET superseded_at = wanted.recorded_at WHERE p.id = standing.id;
    END IF;
    INSERT INTO vekha.plan (organisation, indicator, version, basis, starts, ends, shape, shape_from, base, base_on, base_method,
                            target, of_value, due_from, due_to, due_precision, event, closes, valid_from, recorded_at)
    SELECT who, what, 1 + coalesce((SELECT max(p.version) FROM vekha.plan p
                                    WHERE p.organisation = who AND p.indicator = what), 0),
           wanted.basis, wanted.starts, wanted.ends, wanted.shape, wanted.shape_from, wanted.base, wanted.base_on,
           wanted.base_method, wanted.target, wanted.of_value, wanted.due_from, wanted.due_to, wanted.due_precision, wanted.event,
           wanted.closes, wanted.valid_from, wanted.recorded_at
    RETURNING id INTO plan_id;
    INSERT INTO vekha.plan_point (plan, at, value)
    SELECT plan_id, n.at, n.value FROM unnest(points_at, points_value) n(at, value);
    INSERT INTO vekha.plan_predecessor (plan, organisation, indicator)
    SELECT DISTINCT plan_id, u.organisation, u.indicator
    FROM unnest(first_organisations, first_indicators) u(organisation, indicator);
    PERFORM vekha.keep_shape(plan_id, coalesce(knots, '{}'), coalesce(terms_first, '{}'), coalesce(terms_last, '{}'));
    PERFORM vekha.queue_reassessment(ARRAY[who], ARRAY[what], put_plan.at);
    PERFORM vekha.catalogue_changed();
    RETURN CASE WHEN known THEN 'changed' ELSE 'created' END;
END
$$;

COMMENT ON FUNCTION vekha.put_plan(text, text, text, date, date, vekha.plan_shape, numeric, date, text, numeric, numeric, date,
    date, vekha.due_precision, boolean, date, date[], numeric[], timestamptz, text, numeric[], date[], date[], date, text[]) IS
    'Records a plan as the next version of its series unless the same stands; returns created, changed or same.';

-- --- what people see ---

CREATE OR REPLACE VIEW report.status AS
SELECT o.code AS org, o.name AS org_name, i.code AS indicator, i.name AS indicator_name, i.project, i.unit, a.status, a.as_of,
       a.target, a.plan_at, a.fact, a.n, a.of_value AS "of", a.gap, a.progress, a.attainment, a.needed_pace, a.pace,
       a.forecast, a.forecast_sd, a.probability, p.shape, r.code AS rule, rv.version AS rule_version,
       p.version AS plan_version, a.explanation_ru, a.explanation_en, a.assessed_at, a.fact_high, a.contributors,
       a.contradictions
FROM vekha.assessment a
JOIN report.organisations o ON o.id = a.organisation
JOIN report.indicators i ON i.id = a.indicator
LEFT JOIN vekha.plan p ON p.id = a.plan
LEFT JOIN vekha.rule_set_version rv ON rv.id = a.rule_set_version
LEFT JOIN vekha.rule_set r ON r.id = rv.rule_set;

COMMENT ON COLUMN report.status.fact_high IS 'Of a sum from which somebody is missing: A at most; fact is A at least.';
COMMENT ON COLUMN report.status.contributors IS 'Of a sum: the organisations below that lack most, largest first.';
COMMENT ON COLUMN report.status.contradictions IS 'How many of its figures cannot be right together.';

-- --- who may ---

-- A new function may be called by everybody until it is said otherwise.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vekha FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    vekha.claim_followers(integer), vekha.standing_alerts(integer[], integer[]),
    vekha.write_assessments(timestamptz, integer[], integer[], vekha.status[], date[], numeric[], numeric[], numeric[],
        numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[],
        integer[], integer[], text[], text[], date[], text[], integer[], text[], text[])
    TO vekha_daemon;
GRANT EXECUTE ON FUNCTION vekha.series_input TO vekha_daemon, vekha_admin;
GRANT SELECT ON vekha.plan_predecessor, vekha.follower TO vekha_admin;
GRANT EXECUTE ON FUNCTION vekha.put_indicator, vekha.put_plan, vekha.series_known, vekha.series_below TO vekha_admin;

-- The one loader of what an assessment is made from: as it is now, or as it was on a day (as_of), as the centre knew it at a
-- moment (known_at).

-- A version is believed at k if recorded_at <= k < superseded_at, and one that is believed now stays so for any k to come.
CREATE FUNCTION vekha.believed(recorded_at timestamptz, superseded_at timestamptz, known_at timestamptz)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT recorded_at <= coalesce(known_at, 'infinity')
           AND (superseded_at > coalesce(known_at, 'infinity') OR superseded_at = 'infinity')
$$;

COMMENT ON FUNCTION vekha.believed(timestamptz, timestamptz, timestamptz) IS
    'Whether a version was believed at known_at; null: whether it is believed now.';

-- Two seconds: a daemon reads its clock shortly before its transaction begins.  Locks of one number before the year 2000 are
-- those of other programs.
CREATE FUNCTION vekha.settled_until(now timestamptz)
RETURNS timestamptz
LANGUAGE sql VOLATILE
SET search_path = vekha, pg_temp
AS $$
    SELECT least(now - interval '2 seconds', to_timestamp(min(open.us) / 1000000.0) - interval '1 microsecond')
    FROM (
        SELECT (l.classid::bigint << 32) | l.objid::bigint AS us
        FROM pg_locks l
        JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
        WHERE l.locktype = 'advisory' AND l.objsubid = 1
    ) open
    WHERE open.us >= extract(epoch FROM timestamptz '2000-01-01Z') * 1000000
$$;

COMMENT ON FUNCTION vekha.settled_until(timestamptz) IS
    'The latest moment of which nothing more will become known: before the oldest open write. What is asked as of it stays so.';

CREATE FUNCTION vekha.time_zone_of(organisation integer, now timestamptz)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT v.time_zone
    FROM vekha.organisation_version v
    WHERE v.organisation = $1 AND v.superseded_at = 'infinity'
      AND v.valid_from <= ($2 AT TIME ZONE 'UTC')::date AND ($2 AT TIME ZONE 'UTC')::date < v.valid_to
$$;

COMMENT ON FUNCTION vekha.time_zone_of(integer, timestamptz) IS 'The time zone an organisation lives in; null: it is not known.';

CREATE FUNCTION vekha.today_of(organisation integer, now timestamptz, as_of date)
RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT least(as_of, (now AT TIME ZONE vekha.time_zone_of(organisation, now))::date) $$;

COMMENT ON FUNCTION vekha.today_of(integer, timestamptz, date) IS
    'The day to assess an organisation for: its own calendar day, or an earlier as_of.';

-- The plan for a day: the one that covers it, newest version first; else the latest that began before; else the next to come.
CREATE FUNCTION vekha.plan_for(organisation integer, indicator integer, today date, known_at timestamptz)
RETURNS SETOF vekha.plan
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT p.*
    FROM vekha.plan p
    WHERE p.organisation = $1 AND p.indicator = $2 AND p.valid_from <= today
      AND vekha.believed(p.recorded_at, p.superseded_at, known_at)
    ORDER BY CASE WHEN today BETWEEN p.starts AND p.ends THEN 0 WHEN p.starts <= today THEN 1 ELSE 2 END,
             CASE WHEN p.starts <= today AND p.ends < today THEN today - p.starts END,
             CASE WHEN p.starts > today THEN p.starts - today END,
             p.version DESC
    LIMIT 1
$$;

COMMENT ON FUNCTION vekha.plan_for(integer, integer, date, timestamptz) IS
    'The plan version to judge a series by on a day, as believed at known_at; no row: none.';

CREATE FUNCTION vekha.line(VARIADIC fields text[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT array_to_string(fields, E'\t', '\N') $$;

COMMENT ON FUNCTION vekha.line(text[]) IS 'Fields as one line of assessment_input.';

-- One line is one fact; fields are divided by TAB, null is \N.  Per series, in the order of the arrays:
--
--     series  organisation-id indicator-id organisation-code organisation-name organisation-name-en indicator-code
--             indicator-name indicator-name-en project-code kind direction unit unit-en whole counting step-months
--             method today project-starts changes-on
--     rules   id code version
--     rule    name value                                  (any number; what differs from the defaults)
--     plan    id version basis starts ends shape base base-on base-method target of due-from due-to due-precision
--             event valid-from                            (none or one)
--     point   at value                                    (any number, by date)
--     knot    month share                                 (of shape season: 13, months 0 to 12)
--     term    first last                                  (of shape terms, by date)
--     figure  period as-of state value of expected method composed recorded submission
--                                                         (any number, by as-of, period, composed; the latest 4000)
--
-- changes-on is the next day from which another plan or another version of organisation or indicator speaks, so that the series
-- is assessed anew on that day.
--
-- A pair whose organisation or indicator was not known has no lines.  Figures go back as far as the plan needs; only the
-- partitions of those years are looked into.
CREATE FUNCTION vekha.assessment_input(organisations integer[], indicators integer[], now timestamptz, as_of date,
                                       known_at timestamptz)
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
    WITH pair AS MATERIALIZED (
        SELECT p.organisation, p.indicator, p.ord,
               vekha.today_of(p.organisation, assessment_input.now, assessment_input.as_of) AS today
        FROM unnest(organisations, indicators) WITH ORDINALITY p(organisation, indicator, ord)
    ), series AS MATERIALIZED (
        SELECT pair.ord, pair.organisation, pair.indicator, pair.today, o.code AS organisation_code, ov.name AS organisation_name,
               ov.name_en AS organisation_name_en, i.code AS indicator_code, iv.name AS indicator_name,
               iv.name_en AS indicator_name_en, pr.code AS project_code, iv.kind, iv.direction, iv.unit, iv.unit_en, iv.whole,
               iv.counting, iv.step_months, iv.method, pv.starts AS project_starts,
               rv.id AS rules_id, r.code AS rules_code, rv.version AS rules_version,
               p.id AS plan_id, p.version AS plan_version, p.basis, p.starts, p.ends, p.shape, p.base, p.base_on,
               p.base_method, p.target, p.of_value, p.due_from, p.due_to, p.due_precision, p.event,
               p.valid_from AS plan_valid_from, least(ov.valid_to, iv.valid_to, other.plan_on) AS changes_on,
               CASE WHEN iv.kind IN ('level', 'share') THEN least(p.base_on, p.starts) ELSE p.starts END AS figures_from
        FROM pair
        JOIN vekha.organisation o ON o.id = pair.organisation
        JOIN vekha.organisation_version ov
            ON ov.organisation = o.id AND ov.valid_from <= pair.today AND pair.today < ov.valid_to
            AND vekha.believed(ov.recorded_at, ov.superseded_at, known_at)
        JOIN vekha.indicator i ON i.id = pair.indicator
        JOIN vekha.indicator_version iv
            ON iv.indicator = i.id AND iv.valid_from <= pair.today AND pair.today < iv.valid_to
            AND vekha.believed(iv.recorded_at, iv.superseded_at, known_at)
        JOIN vekha.project pr ON pr.id = iv.project
        LEFT JOIN vekha.project_version pv
            ON pv.project = pr.id AND pv.valid_from <= pair.today AND pair.today < pv.valid_to
            AND vekha.believed(pv.recorded_at, pv.superseded_at, known_at)
        JOIN vekha.rule_set r ON r.id = iv.rule_set
        LEFT JOIN vekha.rule_set_version rv
            ON rv.rule_set = r.id AND vekha.believed(rv.recorded_at, rv.superseded_at, known_at)
        LEFT JOIN LATERAL vekha.plan_for(pair.organisation, pair.indicator, pair.today, known_at) p ON true
        CROSS JOIN LATERAL (
            SELECT min(d.day) AS plan_on
            FROM vekha.plan f CROSS JOIN LATERAL (VALUES (f.valid_from), (f.starts)) d(day)
            WHERE f.organisation = pair.organisation AND f.indicator = pair.indicator AND d.day > pair.today
              AND vekha.believed(f.recorded_at, f.superseded_at, known_at)
        ) other
    )
    SELECT l.line
    FROM series s
    CROSS JOIN LATERAL (
        SELECT 1 AS section, NULL::date AS day, NULL::integer AS period, NULL::timestamptz AS composed_at, NULL::text AS name,
               vekha.line('series', s.organisation::text, s.indicator::text, s.organisation_code, s.organisation_name,
                          s.organisation_name_en, s.indicator_code, s.indicator_name, s.indicator_name_en, s.project_code,
                          s.kind::text, s.direction::text, s.unit, s.unit_en, s.whole::text, s.counting::text,
                          s.step_months::text, s.method, s.today::text, s.project_starts::text,
                          nullif(s.changes_on, 'infinity')::text) AS line
        UNION ALL
        SELECT 2, NULL, NULL, NULL, NULL,
               vekha.line('rules', s.rules_id::text, s.rules_code, s.rules_version::text)
        WHERE s.rules_id IS NOT NULL
        UNION ALL
        SELECT 3, NULL, NULL, NULL, c.name, vekha.line('rule', c.name, c.value::text)
        FROM vekha.rule_constant c WHERE c.rule_set_version = s.rules_id
        UNION ALL
        SELECT 4, NULL, NULL, NULL, NULL,
               vekha.line('plan', s.plan_id::text, s.plan_version::text, s.basis, s.starts::text, s.ends::text,
                          s.shape::text, s.base::text, s.base_on::text, s.base_method, s.target::text, s.of_value::text,
                          s.due_from::text, s.due_to::text, s.due_precision::text, s.event::text, s.plan_valid_from::text)
        WHERE s.plan_id IS NOT NULL
        UNION ALL
        SELECT 5, pt.at, NULL, NULL, NULL, vekha.line('point', pt.at::text, pt.value::text)
        FROM vekha.plan_point pt WHERE pt.plan = s.plan_id
        UNION ALL
        SELECT 6, NULL, k.month, NULL, NULL, vekha.line('knot', k.month::text, k.share::text)
        FROM vekha.plan_knot k WHERE k.plan = s.plan_id
        UNION ALL
        SELECT 7, t.first, NULL, NULL, NULL, vekha.line('term', t.first::text, t.last::text)
        FROM vekha.plan_term t WHERE t.plan = s.plan_id
        UNION ALL
        (
            SELECT 8, f.as_of, f.period, f.composed_at, NULL,
                   vekha.line('figure', f.period::text, f.as_of::text, f.state::text, f.value::text, f.of_value::text,
                              f.expected::text, f.method,
                              to_char(f.composed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                              to_char(f.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                              f.submission::text)
            FROM (
                SELECT c.period, c.as_of, c.state, c.value, c.of_value, c.expected, c.method, c.composed_at, c.recorded_at,
                       c.submission, 'infinity'::timestamptz AS superseded_at
                FROM vekha.figure c
                WHERE c.organisation = s.organisation AND c.indicator = s.indicator
                  AND c.period >= extract(year FROM coalesce(s.figures_from, '1900-01-01'))::integer * 1000
                  AND c.period < (extract(year FROM s.today)::integer + 1) * 1000
                UNION ALL
                SELECT h.period, h.as_of, h.state, h.value, h.of_value, h.expected, h.method, h.composed_at, h.recorded_at,
                       h.submission, h.superseded_at
                FROM vekha.figure_history h
                WHERE known_at IS NOT NULL
                  AND h.organisation = s.organisation AND h.indicator = s.indicator
                  AND h.period >= extract(year FROM coalesce(s.figures_from, '1900-01-01'))::integer * 1000
                  AND h.period < (extract(year FROM s.today)::integer + 1) * 1000
            ) f
            WHERE f.as_of <= s.today AND (s.figures_from IS NULL OR f.as_of >= s.figures_from)
              AND vekha.believed(f.recorded_at, f.superseded_at, known_at)
            ORDER BY f.as_of DESC, f.period DESC, f.composed_at DESC
            LIMIT 4000
        )
    ) l
    ORDER BY s.ord, l.section, l.day, l.period, l.composed_at, l.name;
END
$$;

COMMENT ON FUNCTION vekha.assessment_input(integer[], integer[], timestamptz, date, timestamptz) IS
    'The series of these pairs as lines for the model (daemon/model/input.h): on a day, as known at a moment; nulls: now.';

-- Everything below an organisation, itself included; code null: all.
CREATE FUNCTION vekha.organisations_below(code text, today date, known_at timestamptz)
RETURNS TABLE (organisation integer)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    WITH RECURSIVE tree AS (
        SELECT v.organisation, v.parent
        FROM vekha.organisation_version v
        WHERE v.valid_from <= today AND today < v.valid_to AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
    ), below AS (
        SELECT t.organisation
        FROM tree t
        JOIN vekha.organisation o ON o.id = t.organisation
        WHERE $1 IS NULL OR o.code = $1
        UNION -- not UNION ALL: ends even if the tree were a ring
        SELECT t.organisation FROM tree t JOIN below b ON t.parent = b.organisation
    )
    SELECT b.organisation FROM below b
$$;

COMMENT ON FUNCTION vekha.organisations_below(text, date, timestamptz) IS
    'An organisation and all below it, on a day as believed at known_at; code null: all organisations.';

-- What `vekhactl status` shows: every series with a plan or a figure.  The arguments that are null leave out their condition.
CREATE FUNCTION vekha.status_series(project_code text, indicator_code text, organisation_code text, now timestamptz,
                                    as_of date, known_at timestamptz)
RETURNS TABLE (organisation integer, indicator integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    latest date := least(as_of, (now AT TIME ZONE 'UTC')::date + 1); -- somewhere it is tomorrow already
    branch integer[]; -- the organisations asked for; null: all, which the planner must see to read tables whole
BEGIN
    IF organisation_code IS NOT NULL THEN
        SELECT coalesce(array_agg(b.organisation), '{}') INTO branch
        FROM vekha.organisations_below(organisation_code, latest, known_at) b;
    END IF;
    RETURN QUERY
    WITH chosen AS MATERIALIZED (
        SELECT o.id, o.code, vekha.today_of(o.id, status_series.now, status_series.as_of) AS today
        FROM vekha.organisation o
        WHERE branch IS NULL OR o.id = ANY (branch)
    ), counted AS MATERIALIZED (
        SELECT i.id, i.code, p.code AS project_code
        FROM vekha.indicator i
        JOIN vekha.indicator_version v
            ON v.indicator = i.id AND v.valid_from <= latest AND latest < v.valid_to
            AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
        JOIN vekha.project p ON p.id = v.project
        WHERE (status_series.indicator_code IS NULL OR i.code = status_series.indicator_code)
          AND (status_series.project_code IS NULL OR p.code = status_series.project_code)
    ), pair AS (
        SELECT l.organisation, l.indicator
        FROM chosen c
        JOIN vekha.plan l
            ON l.organisation = c.id AND (branch IS NULL OR l.organisation = ANY (branch)) AND l.valid_from <= c.today
            AND vekha.believed(l.recorded_at, l.superseded_at, known_at)
        UNION
        SELECT f.organisation, f.indicator
        FROM chosen c
        JOIN vekha.figure f
            ON f.organisation = c.id AND (branch IS NULL OR f.organisation = ANY (branch)) AND f.as_of <= c.today
            AND f.period < (extract(year FROM latest)::integer + 1) * 1000
        WHERE known_at IS NULL OR f.recorded_at <= known_at
        UNION
        SELECT h.organisation, h.indicator
        FROM chosen c
        JOIN vekha.figure_history h
            ON h.organisation = c.id AND (branch IS NULL OR h.organisation = ANY (branch)) AND h.as_of <= c.today
            AND h.period < (extract(year FROM latest)::integer + 1) * 1000
        WHERE known_at IS NOT NULL AND h.recorded_at <= known_at AND known_at < h.superseded_at
    )
    SELECT pair.organisation, pair.indicator
    FROM pair
    JOIN chosen c ON c.id = pair.organisation
    JOIN counted i ON i.id = pair.indicator
    ORDER BY i.project_code, i.code, c.code;
END
$$;

COMMENT ON FUNCTION vekha.status_series(text, text, text, timestamptz, date, timestamptz) IS
    'The series to show: with a plan or a figure, of a project, indicator or organisation (and all below it); nulls: all.';

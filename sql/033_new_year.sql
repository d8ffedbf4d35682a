-- A series without a plan is judged by the figures of two calendar years; at New Year they are others, and it is judged anew.
--
-- Before, nothing asked for it on that day, and the verdict stood until something else touched the series.  As in 023_linear_rounds.sql,
-- but for what changes_on is the least of.

CREATE OR REPLACE FUNCTION vekha.series_input(organisations integer[], indicators integer[], now timestamptz, as_of date,
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
DECLARE
    latest date := least(as_of, (now AT TIME ZONE 'UTC')::date + 1); -- somewhere it is tomorrow already
    after_period integer := (extract(year FROM latest)::integer + 1) * 1000;
    first_period integer; -- of the longest plan; 0 if a series has none
    many boolean := cardinality(organisations) > 8 * (SELECT count(DISTINCT u.id) FROM unnest(organisations) u(id));
BEGIN
    first_period := coalesce((
        SELECT extract(year FROM least(since, min(least(p.starts, p.base_on))))::integer * 1000
        FROM unnest(organisations, indicators) u(organisation, indicator)
        LEFT JOIN vekha.plan p ON p.organisation = u.organisation AND p.indicator = u.indicator
        HAVING bool_and(p.id IS NOT NULL)), 0);
    RETURN QUERY
    WITH place AS MATERIALIZED ( -- what all series of one organisation share, and which are asked for
        SELECT o.id, o.code, day.today, v.name, v.name_en, v.kind, v.valid_to, pv.kind AS parent_kind, asked.indicators, asked.ords
        FROM (
            SELECT u.id, array_agg(u.indicator) AS indicators, array_agg(u.ord) AS ords
            FROM unnest(organisations, indicators) WITH ORDINALITY u(id, indicator, ord) GROUP BY u.id
        ) asked
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
            SELECT DISTINCT u.id, place.today FROM place CROSS JOIN LATERAL unnest(place.indicators) u(id)
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
    ), asked AS MATERIALIZED (
        SELECT u.indicator, u.ord, p.id, p.code, p.today, p.name, p.name_en, p.kind, p.valid_to, p.parent_kind
        FROM place p CROSS JOIN LATERAL unnest(p.indicators, p.ords) u(indicator, ord)
    ), series AS MATERIALIZED (
        SELECT place.ord, place.id AS organisation, subject.id AS indicator, place.code, place.name, place.name_en, place.today,
               subject.fields, subject.kind, subject.project_starts, subject.year_starts, subject.rules,
               subject.at_most, place.kind = ANY (subject.rolled) AS rolled,
               coalesce(place.parent_kind = ANY (subject.rolled), false) AS rolls_up,
               least(place.valid_to, subject.valid_to, CASE WHEN p.id IS NULL THEN make_date(extract(year FROM place.today)::integer + 1, 1, 1) END, (
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
               CASE
                   WHEN p.starts IS NOT NULL THEN
                       least(p.starts, CASE WHEN subject.kind IN ('level', 'share') THEN p.base_on END, since)
                   WHEN NOT coalesce(place.parent_kind = ANY (subject.rolled), false) THEN
                       least(make_date(extract(year FROM place.today)::integer - 1, 1, 1), since)
               END AS figures_from
        FROM asked place
        JOIN subject ON subject.id = place.indicator AND subject.today = place.today
        LEFT JOIN LATERAL vekha.plan_for(place.id, subject.id, place.today, known_at) p ON true
        WHERE NOT (kept AND place.kind = ANY (subject.rolled) AND vekha.awaits_children(place.id, subject.id, place.today))
    ), book AS MATERIALIZED ( -- whose figures are wanted, and from when on
        SELECT s.organisation, s.today, array_agg(s.indicator) AS indicators, array_agg(s.ord) AS ords,
               array_agg(s.figures_from) AS from_days
        FROM series s
        GROUP BY s.organisation, s.today
    )
    SELECT l.lines
    FROM (
        SELECT s.ord, 0 AS part, NULL::date AS as_of, NULL::integer AS period, NULL::timestamptz AS composed_at,
               concat_ws(E'\n',
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
                   CASE WHEN s.at_most <> '{}' THEN
                       vekha.limit_lines(s.organisation, s.at_most, s.figures_from, s.today, known_at)
                   END) AS lines
        FROM series s
        UNION ALL
        SELECT b.ords[f.place], 1, f.as_of, f.period, f.composed_at,
               array_to_string(ARRAY['figure', f.period::text, f.as_of::text, f.state::text, f.value::text, f.of_value::text,
                                     f.expected::text, f.method,
                                     to_char(f.composed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                                     to_char(f.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                                     f.submission::text], E'\t', '\N')
        FROM book b CROSS JOIN LATERAL vekha.figures_of(b.organisation, b.indicators, b.from_days, b.today, known_at,
                                                        first_period, after_period, many) f
        UNION ALL
        SELECT s.ord, 2, NULL, NULL, NULL, vekha.child_lines(s.organisation, s.indicator, s.today)
        FROM series s WHERE s.rolled AND kept
    ) l
    ORDER BY l.ord, l.part, l.as_of, l.period, l.composed_at;
END
$$;


-- Of the verdicts that stand.
UPDATE vekha.assessment a
SET reassess_on = least(coalesce(a.reassess_on, 'infinity'), new_year.day)
FROM (
    SELECT organisation, indicator,
           make_date(extract(year FROM assessed_at AT TIME ZONE vekha.time_zone_of(organisation, assessed_at))::integer + 1, 1, 1) AS day
    FROM vekha.assessment
    WHERE plan IS NULL
) new_year
WHERE a.organisation = new_year.organisation AND a.indicator = new_year.indicator;

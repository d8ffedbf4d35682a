-- A round of the monitor takes a time that grows with its series, not with their square.
--
-- What all series of an organisation share is joined to them by way of the organisation, since a join of two lists of a function is a
-- loop over both.  A series without a plan looks two years back and no
-- further, unless a sum may need it.  Figures of many series of an organisation are read at once, and the history is looked into only
-- where a state of knowledge is asked for.

-- The figures of series of one organisation up to a day, each from a day of its own on (null: all), as known at a moment (null: now),
-- of periods between two bounds; place: which of the indicators it is of.  The key of a figure begins with organisation and period: of
-- `many` indicators all that the organisation reported is read once, of few what is theirs is looked up.  What is not wanted has a bound
-- that no period reaches, so that its partitions are not even opened: the bounds have to be parameters of the statement.
CREATE FUNCTION vekha.figures_of(organisation integer, indicators integer[], from_days date[], today date, known_at timestamptz,
                                 first integer, after integer, many boolean)
RETURNS TABLE (place integer, period integer, as_of date, state vekha.figure_state, value numeric, of_value numeric, expected date,
               method text, composed_at timestamptz, recorded_at timestamptz, submission uuid)
LANGUAGE sql STABLE
AS $$
    SELECT l.place, l.period, l.as_of, l.state, l.value, l.of_value, l.expected, l.method, l.composed_at, l.recorded_at, l.submission
    FROM (
        SELECT n.place, f.*, row_number() OVER (PARTITION BY n.place ORDER BY f.as_of DESC, f.period DESC, f.composed_at DESC) AS age
        FROM (
            SELECT c.indicator, c.period, c.as_of, c.state, c.value, c.of_value, c.expected, c.method, c.composed_at, c.recorded_at,
                   c.submission, 'infinity'::timestamptz AS superseded_at
            FROM vekha.figure c
            WHERE c.organisation = $1 AND c.period >= CASE WHEN $8 THEN $6 ELSE 2000000000 END AND c.period < $7
            UNION ALL
            SELECT c.indicator, c.period, c.as_of, c.state, c.value, c.of_value, c.expected, c.method, c.composed_at, c.recorded_at,
                   c.submission, 'infinity'::timestamptz
            FROM unnest($2) u(id)
            JOIN vekha.figure c ON c.organisation = $1 AND c.indicator = u.id
            WHERE c.period >= CASE WHEN $8 THEN 2000000000 ELSE $6 END AND c.period < $7
            UNION ALL
            SELECT h.indicator, h.period, h.as_of, h.state, h.value, h.of_value, h.expected, h.method, h.composed_at, h.recorded_at,
                   h.submission, h.superseded_at
            FROM vekha.figure_history h
            WHERE h.organisation = $1 AND h.indicator = ANY ($2)
              AND h.period >= CASE WHEN $5 IS NULL THEN 2000000000 ELSE $6 END AND h.period < $7
        ) f
        CROSS JOIN LATERAL (SELECT array_position($2, f.indicator) AS place) n
        WHERE n.place IS NOT NULL AND f.as_of <= $4 AND ($3[n.place] IS NULL OR f.as_of >= $3[n.place])
          AND vekha.believed(f.recorded_at, f.superseded_at, $5)
    ) l
    WHERE l.age <= 4000
$$;

COMMENT ON FUNCTION vekha.figures_of(integer, integer[], date[], date, timestamptz, integer, integer, boolean) IS
    'The figures of series of one organisation up to a day, each from a day of its own on, as known at a moment.';

-- The lines of one series follow each other, in the order of the arrays; a row has one or more.  Their form is that of
-- daemon/model/input.h: one line is one fact, fields are divided by TAB, null is \N.
--
-- changes-on is the next day from which another plan or another version of organisation or indicator speaks, so that the series
-- is assessed anew on that day.
--
-- A pair whose organisation or indicator was not known has no row, nor has a sum of `kept` children of whom one is about to be made
-- anew: that one will queue the sum again.  Figures go back as far as the plan needs (without a plan: to
-- the year before; without one but in a sum, whose plan may be long: all), and to `since` if that is given; only the partitions of
-- those years are looked into.  A sum has its children only if `kept` says so: as they are kept now, whatever as_of and
-- known_at are; else whoever asks adds them up himself.
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

-- Those above an organisation were looked for among all that have somebody above them.
CREATE INDEX organisation_version_now ON vekha.organisation_version (organisation) INCLUDE (parent)
    WHERE superseded_at = 'infinity' AND valid_to = 'infinity';

CREATE OR REPLACE FUNCTION vekha.lineage_of(organisation integer)
RETURNS integer[]
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
DECLARE
    most CONSTANT integer := 40; -- ends even if the tree were a ring
    lineage integer[] := ARRAY[organisation];
    above integer := organisation;
BEGIN
    FOR height IN 1..most LOOP
        SELECT v.parent INTO above
        FROM vekha.organisation_version v
        WHERE v.organisation = above AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity';
        EXIT WHEN above IS NULL;
        lineage := lineage || above;
    END LOOP;
    RETURN lineage;
END
$$;

CREATE OR REPLACE FUNCTION vekha.depth_of(organisation integer)
RETURNS integer
LANGUAGE sql STABLE
AS $$
    SELECT cardinality(vekha.lineage_of($1)) - 1
$$;

CREATE OR REPLACE FUNCTION vekha.organisations_above(organisation integer, day date)
RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
DECLARE
    most CONSTANT integer := 32;
    lineage integer[] := ARRAY[organisation];
    above integer := organisation;
BEGIN
    FOR height IN 1..most LOOP
        SELECT v.parent INTO above
        FROM vekha.organisation_version v
        WHERE v.organisation = above AND v.superseded_at = 'infinity' AND v.valid_from <= day AND day < v.valid_to;
        EXIT WHEN above IS NULL;
        lineage := lineage || above;
    END LOOP;
    RETURN lineage;
END
$$;

CREATE OR REPLACE FUNCTION vekha.queue_sums(organisations integer[], indicators integer[], at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    queued integer;
BEGIN
    WITH sum AS MATERIALIZED (
        SELECT u.organisation AS id, array_agg(DISTINCT u.indicator) AS indicators, vekha.depth_of(u.organisation) AS depth
        FROM unnest(organisations, indicators) u(organisation, indicator) GROUP BY u.organisation
    )
    INSERT INTO vekha.follower (organisation, indicator, depth, queued_at)
    SELECT o.id, s.indicator, o.depth, at
    FROM sum o
    JOIN vekha.organisation_version v ON v.organisation = o.id AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
    CROSS JOIN LATERAL unnest(o.indicators) s(indicator)
    JOIN vekha.indicator_version iv
        ON iv.indicator = s.indicator AND iv.superseded_at = 'infinity' AND iv.valid_to = 'infinity'
        AND v.kind = ANY (iv.rolled);
    GET DIAGNOSTICS queued = ROW_COUNT;
    RETURN queued;
END
$$;

-- What stands above an alert was looked for among all that is open, and what else is to be told of it among all that a recipient waits
-- for: num_nulls() is no condition of the index of those.
CREATE OR REPLACE FUNCTION vekha.mention_is_over(mention vekha.mention, now timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
    a vekha.alert;
    heard boolean := EXISTS (SELECT FROM vekha.mention m WHERE m.alert = mention.alert AND m.channel = mention.channel
                               AND m.recipient = mention.recipient AND m.outbox IS NOT NULL);
    stands boolean;
BEGIN
    SELECT o.* INTO a FROM vekha.alert o WHERE o.id = mention.alert;
    stands := a.closed_at IS NULL AND a.level >= mention.level;
    IF mention.reason <> 'step' THEN
        RETURN NOT stands OR EXISTS (SELECT FROM vekha.in_hand(a.id) c WHERE c.until >= vekha.today_of(a.organisation, now, NULL));
    END IF;
    RETURN NOT stands AND NOT heard
        OR EXISTS (SELECT FROM vekha.mention m
                   WHERE m.alert = mention.alert AND m.channel = mention.channel AND m.recipient = mention.recipient
                     AND m.id > mention.id AND m.reason = 'step' AND num_nulls(m.outbox, m.dropped_at) = 2);
END
$$;

CREATE OR REPLACE FUNCTION vekha.mention_waits(mention vekha.mention, now timestamptz)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
DECLARE
    a vekha.alert;
    above integer[];
BEGIN
    SELECT o.* INTO a FROM vekha.alert o WHERE o.id = mention.alert;
    IF vekha.is_silenced(a.organisation, a.indicator, now) THEN
        RETURN 'silenced';
    END IF;
    IF a.indicator IS NULL OR a.closed_at IS NOT NULL THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM vekha.alert s
               JOIN vekha.mention m ON m.alert = s.id AND m.channel = mention.channel AND m.recipient = mention.recipient
               WHERE s.organisation = a.organisation AND s.closed_at IS NULL AND s.kind = 'silent' AND m.dropped_at IS NULL)
    THEN
        RETURN 'silent';
    END IF;
    above := (vekha.lineage_of(a.organisation))[2:];
    IF mention.created_at > now - interval '1 minute'
       AND EXISTS (SELECT FROM vekha.follower f WHERE f.organisation = ANY (above) AND f.indicator = a.indicator)
    THEN
        RETURN 'sum';
    END IF;
    IF EXISTS (SELECT FROM unnest(above) u(id)
               JOIN vekha.alert s ON s.organisation = u.id AND s.indicator = a.indicator AND s.kind = a.kind AND s.closed_at IS NULL
               JOIN vekha.mention m ON m.alert = s.id AND m.channel = mention.channel AND m.recipient = mention.recipient
               JOIN vekha.organisation_version o
                   ON o.organisation = s.organisation AND o.superseded_at = 'infinity' AND o.valid_to = 'infinity'
               JOIN vekha.indicator_version i
                   ON i.indicator = s.indicator AND i.superseded_at = 'infinity' AND i.valid_to = 'infinity' AND o.kind = ANY (i.rolled)
               WHERE s.level >= a.level AND m.dropped_at IS NULL)
    THEN
        RETURN 'above';
    END IF;
    RETURN NULL;
END
$$;

-- What waits for a sum is looked at again after a second, then after half of the time that it has waited: not by every round of a wave.
CREATE OR REPLACE FUNCTION vekha.due_mentions(now timestamptz, letters_at_once integer, letters_an_hour integer)
RETURNS TABLE (message integer, digest boolean, channel text, recipient text, language text, total integer, closed_total integer, ids bigint[],
               reason vekha.mention_reason, audience vekha.audience, event text, alert bigint, transition bigint, kind vekha.alert_kind,
               level vekha.alert_level, closed boolean, opened_on date, organisation_code text, organisation_name text,
               indicator_code text, indicator_name text, subject text, body text, explanation text,
               measure text, measure_until date, measure_by text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    most constant integer := 20000;
    m vekha.mention;
    why text;
    ready bigint[] := '{}';
    busy boolean := EXISTS (SELECT FROM vekha.reassessment) OR EXISTS (SELECT FROM vekha.reporting_queue);
BEGIN
    IF NOT pg_try_advisory_xact_lock(3, 0) THEN
        RETURN;
    END IF;
    FOR m IN
        SELECT w.* FROM vekha.mention w
        WHERE w.outbox IS NULL AND w.dropped_at IS NULL AND w.due_at <= due_mentions.now
          AND NOT (w.reason = 'step' AND w.created_at > due_mentions.now - interval '15 minutes'
                   AND (SELECT t.submission IS NULL FROM vekha.alert_transition t WHERE t.id = w.transition)
                   AND (busy OR EXISTS (
                       SELECT FROM vekha.mention n
                       WHERE n.outbox IS NULL AND n.dropped_at IS NULL AND n.channel = w.channel AND n.recipient = w.recipient
                         AND n.due_at <= due_mentions.now AND n.created_at > due_mentions.now - interval '2 seconds')))
        ORDER BY w.due_at, w.id LIMIT most
    LOOP
        IF vekha.mention_is_over(m, now) THEN
            UPDATE vekha.mention w SET dropped_at = due_mentions.now WHERE w.id = m.id;
            CONTINUE;
        END IF;
        why := vekha.mention_waits(m, now);
        IF why IN ('silenced', 'silent', 'above') THEN
            UPDATE vekha.mention w SET due_at = due_mentions.now + interval '1 minute' WHERE w.id = m.id;
        ELSIF why = 'sum' THEN -- a sum above is about to be made
            UPDATE vekha.mention w SET due_at = due_mentions.now + greatest(interval '1 second', (due_mentions.now - m.created_at) / 2)
            WHERE w.id = m.id;
        ELSE
            ready := ready || m.id;
        END IF;
    END LOOP;
    RETURN QUERY
    WITH ready AS MATERIALIZED (
        SELECT w.* FROM unnest(ready) r(id) JOIN vekha.mention w ON w.id = r.id
    ), reader AS MATERIALIZED (
        SELECT g.*, g.digests OR g.n > letters_at_once OR g.n + g.letters > letters_an_hour AS digest
        FROM (
            SELECT r.channel, r.recipient, r.language, count(*)::integer AS n,
                   (SELECT count(*) FROM unnest(array_agg(r.alert)) l(id) JOIN vekha.alert a ON a.id = l.id
                    WHERE a.closed_at IS NOT NULL)::integer AS closed, bool_or(r.pace <> 'at_once') AS digests,
                   array_agg(r.id ORDER BY r.id) AS ids,
                   (vekha.told_lately(r.channel, r.recipient, now)).*
            FROM ready r
            GROUP BY r.channel, r.recipient, r.language
        ) g
    ), postponed AS (
        UPDATE vekha.mention w SET due_at = g.digest_at + interval '1 hour'
        FROM reader g
        WHERE g.digest AND NOT g.digests AND g.digest_at IS NOT NULL AND w.id = ANY (g.ids)
    ), chosen AS MATERIALIZED (
        SELECT g.n, g.digest, g.closed, CASE WHEN g.digest THEN g.ids END AS ids, r, a,
               row_number() OVER (PARTITION BY g.channel, g.recipient, g.language
                                  ORDER BY a.closed_at IS NOT NULL, a.level DESC, r.id) AS place
        FROM reader g
        JOIN ready r ON r.channel = g.channel AND r.recipient = g.recipient AND r.language = g.language
        JOIN vekha.alert a ON a.id = r.alert
        WHERE NOT g.digest OR g.digests OR g.digest_at IS NULL
    )
    SELECT dense_rank() OVER (ORDER BY (c.r).channel, (c.r).recipient, (c.r).language, CASE WHEN NOT c.digest THEN (c.r).id END)::integer,
           c.digest, (c.r).channel, (c.r).recipient, (c.r).language, CASE WHEN c.digest THEN c.n ELSE 1 END, c.closed,
           CASE WHEN NOT c.digest THEN ARRAY[(c.r).id] WHEN c.place = 1 THEN c.ids END,
           (c.r).reason, (c.r).audience, t.event, (c.a).id, t.id, (c.a).kind, (c.a).level, (c.a).closed_at IS NOT NULL,
           ((c.a).opened_at AT TIME ZONE coalesce(vekha.time_zone_of((c.a).organisation, now), 'UTC'))::date,
           o.code::text, CASE WHEN (c.r).language = 'en' THEN coalesce(ov.name_en, ov.name) ELSE ov.name END::text,
           i.code::text, CASE WHEN (c.r).language = 'en' THEN coalesce(iv.name_en, iv.name) ELSE iv.name END::text,
           l.subject, l.body,
           CASE WHEN (c.r).reason = 'step' OR s.organisation IS NULL
                THEN CASE (c.r).language WHEN 'en' THEN t.explanation_en ELSE t.explanation_ru END
                ELSE CASE (c.r).language WHEN 'en' THEN s.explanation_en ELSE s.explanation_ru END END,
           translate(h.text, E'\n\r\t', '   '), h.until::date, h.by_whom
    FROM chosen c
    JOIN vekha.alert_transition t ON t.id = (c.r).transition
    JOIN vekha.organisation o ON o.id = (c.a).organisation
    LEFT JOIN vekha.organisation_version ov
        ON ov.organisation = o.id AND ov.superseded_at = 'infinity' AND ov.valid_to = 'infinity'
    LEFT JOIN vekha.indicator i ON i.id = (c.a).indicator
    LEFT JOIN vekha.indicator_version iv
        ON iv.indicator = i.id AND iv.superseded_at = 'infinity' AND iv.valid_to = 'infinity'
    LEFT JOIN vekha.assessment s ON s.organisation = (c.a).organisation AND s.indicator = (c.a).indicator
    LEFT JOIN vekha.letter l ON l.transition = t.id AND l.audience = (c.r).audience AND l.language = (c.r).language
    LEFT JOIN LATERAL vekha.in_hand((c.a).id) h ON true
    WHERE c.place <= 100
    ORDER BY 1, c.place;
END
$$;

CREATE OR REPLACE FUNCTION vekha.mentions_wait(now timestamptz)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET enable_seqscan = off
AS $$
    SELECT EXISTS (SELECT FROM vekha.mention m
                   WHERE m.outbox IS NULL AND m.dropped_at IS NULL AND m.due_at <= mentions_wait.now + interval '1 second')
$$;

COMMENT ON FUNCTION vekha.mentions_wait(timestamptz) IS 'Whether something that is due within a second waits to be composed.';

-- Whether an organisation would be below itself is seen from those above it, not from all below it; and many are recorded at once, by plans
-- that were made when there were few.
CREATE OR REPLACE FUNCTION vekha.put_organisation(code text, name text, name_en text, kind vekha.organisation_kind, parent_code text,
                                       time_zone text, opened date, closed date, email text, valid_from date, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET enable_seqscan = off
AS $$
DECLARE
    parent_id integer := vekha.id_of('organisation', parent_code);
    organisation_id integer := vekha.ensure_code('organisation', code);
    parents integer[]; -- whose sums it goes out of and into
    result text;
BEGIN
    IF organisation_id = ANY (vekha.lineage_of(parent_id)) THEN
        RAISE EXCEPTION 'organisation "%" cannot be below "%", which is itself below it', code, parent_code
            USING ERRCODE = 'check_violation', HINT = 'Give it a parent outside of its own branch.';
    END IF;
    SELECT array_agg(v.parent) || parent_id INTO parents
    FROM vekha.organisation_version v WHERE v.organisation = organisation_id AND v.superseded_at = 'infinity';
    result := vekha.put_version('organisation', organisation_id, jsonb_build_object(
        'name', name, 'name_en', name_en, 'kind', kind, 'parent', parent_id, 'time_zone', time_zone, 'opened', opened,
        'closed', closed, 'email', email), coalesce(valid_from, '-infinity'), at);
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

REVOKE ALL ON FUNCTION vekha.figures_of FROM PUBLIC;

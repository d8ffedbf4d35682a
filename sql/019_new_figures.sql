-- Ingest, twice as fast where all is new, as most figures are: nothing is judged, compared or joined then, and a unique key says if
-- that was wrong.  And whoever looks for what stands opens only the partitions of the years in question.
--
-- What it takes and answers is as in 012_narratives.sql.
CREATE OR REPLACE FUNCTION vekha.ingest(
    at timestamptz, ids uuid[], agents integer[], doors vekha.door[], authors text[], composed_at timestamptz[],
    sha256 bytea[], f_submission integer[], f_line smallint[], f_organisation integer[], f_period integer[],
    f_indicator integer[], f_as_of date[], f_state vekha.figure_state[], f_value numeric[], f_of numeric[],
    f_expected date[], f_method text[], f_note text[], f_verdict smallint[], f_text text[],
    n_submission integer[], n_line smallint[], n_organisation integer[], n_project integer[], n_period integer[],
    n_as_of date[], n_text text[], n_cause text[], n_measure text[], n_next_step text[], n_answerable text[],
    n_verdict smallint[], n_told text[])
RETURNS TABLE (ord integer, outcome text, number bigint, received_at timestamptz, verdicts smallint[], texts text[],
               series integer[], narrative_verdicts smallint[], narrative_texts text[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
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
    buckets bigint; -- a bit for each lock
    period_first integer; -- PostgreSQL opens no partition outside of these
    period_last integer;
    made vekha.submission[];
    fresh boolean[]; -- per submission: its id was never seen
    n_fresh integer;
    n_stored integer;
    t_ord integer[]; -- what became of the narratives, one element for each
    t_line smallint[];
    t_verdict smallint[];
    t_told text[];
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'figures are stored in read committed transactions, this one is %', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM pg_advisory_xact_lock_shared((extract(epoch FROM at) * 1000000)::bigint); -- open_write(), without another call
    -- A daemon refuses a revoked key by itself, but the catalogue in its memory may be behind.
    IF EXISTS (SELECT FROM unnest(agents) u(id) JOIN vekha.agent a ON a.id = u.id WHERE a.revoked_at IS NOT NULL) THEN
        RAISE EXCEPTION 'one of these agents was revoked' USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    SELECT coalesce(bit_or(1::bigint << (l.organisation % 64)), 0), min(l.period), max(l.period)
    INTO buckets, period_first, period_last
    FROM unnest(f_organisation || n_organisation, f_verdict || n_verdict, f_period) l(organisation, verdict, period)
    WHERE l.verdict / 100 <> 6;
    FOR bucket IN 0 .. 63 LOOP
        IF buckets >> bucket & 1 = 1 THEN
            PERFORM pg_advisory_xact_lock(1, bucket);
        END IF;
    END LOOP;

    -- The short way, for what is all new.  A look at the first figure of each submission tells nearly always, and those that may
    -- only repeat what stands are all looked at; if a later one stands, or an id is known, a unique key says so, all is undone
    -- and goes the long way.
    IF cardinality(n_submission) = 0 AND NOT EXISTS (
        SELECT FROM unnest(f_line, f_organisation, f_period, f_indicator, f_verdict) f(line, organisation, period, indicator, verdict)
        WHERE (f.line = 1 OR f.verdict >= 900) AND EXISTS (
            SELECT FROM vekha.figure s
            WHERE s.organisation = f.organisation AND s.period = f.period AND s.indicator = f.indicator
              AND s.period BETWEEN period_first AND period_last
            OFFSET 0))
    THEN
        BEGIN
            WITH stored AS (
                INSERT INTO vekha.submission (id, agent, door, author, composed_at, received_at, sha256, verdicts, texts, series,
                                              pending)
                SELECT ids[a.ord], agents[a.ord], doors[a.ord], authors[a.ord], ingest.composed_at[a.ord], at, sha256[a.ord],
                       a.verdicts, a.texts, p.series, p.series <> '{}'
                FROM (
                    SELECT l.ord, array_agg(l.verdict) AS verdicts, CASE WHEN count(l.text) > 0 THEN array_agg(l.text) END AS texts,
                           array_agg(ARRAY[l.organisation, l.indicator]) FILTER (WHERE l.verdict / 100 <> 6) AS pairs
                    FROM (
                        SELECT f.ord, f.line, f.organisation, f.indicator, f.text,
                               (CASE WHEN f.verdict = 0 THEN 100 WHEN f.verdict >= 900 THEN f.verdict - 300
                                     ELSE f.verdict END)::smallint AS verdict
                        FROM unnest(f_submission, f_line, f_organisation, f_indicator, f_verdict, f_text)
                             f(ord, line, organisation, indicator, verdict, text)
                        ORDER BY f.ord, f.line
                    ) l
                    GROUP BY l.ord
                ) a
                CROSS JOIN LATERAL (SELECT coalesce(array_agg(e), '{}') AS series FROM unnest(a.pairs) e) p
                ORDER BY ids[a.ord] -- so that two groups that share ids wait for each other in one order
                RETURNING submission
            )
            SELECT array_agg(s.submission) INTO made FROM stored s;
            INSERT INTO vekha.figure (organisation, period, indicator, as_of, state, value, of_value, expected, method, note,
                                      composed_at, submission, line, recorded_at)
            SELECT f.organisation, f.period, f.indicator, f.as_of, f.state, f.value, f.of_value, f.expected, f.method, f.note,
                   least(ingest.composed_at[f.submission], at), ids[f.submission], f.line, at
            FROM unnest(f_submission, f_line, f_organisation, f_period, f_indicator, f_as_of, f_state, f_value, f_of,
                        f_expected, f_method, f_note, f_verdict)
                 f(submission, line, organisation, period, indicator, as_of, state, value, of_value, expected, method, note,
                   verdict)
            WHERE f.verdict / 100 NOT IN (6, 9);
            IF coalesce(cardinality(made), 0) < cardinality(ids) THEN
                RAISE EXCEPTION 'a submission has neither figures nor narratives' USING ERRCODE = 'invalid_parameter_value';
            END IF;
            RETURN QUERY
            SELECT array_position(ids, m.id), 'stored', m.number, m.received_at, m.verdicts, m.texts, m.series,
                   m.narrative_verdicts, m.narrative_texts
            FROM unnest(made) m;
            RETURN;
        EXCEPTION WHEN unique_violation THEN
            NULL;
        END;
    END IF;

    SELECT array_agg(s.id IS NULL ORDER BY i.ord), count(*) FILTER (WHERE s.id IS NULL) INTO fresh, n_fresh
    FROM unnest(ids) WITH ORDINALITY i(id, ord)
    LEFT JOIN vekha.submission s ON s.id = i.id;

    IF n_fresh < cardinality(ids) THEN
        RETURN QUERY
        SELECT i.ord::integer, k.outcome, r.number, r.received_at, r.verdicts, r.texts, r.series, r.narrative_verdicts,
               r.narrative_texts
        FROM unnest(ids, agents, sha256) WITH ORDINALITY i(id, agent, sha256, ord)
        JOIN vekha.submission s ON s.id = i.id
        CROSS JOIN LATERAL (
            SELECT CASE
                       WHEN s.sha256 <> i.sha256 THEN 'altered'
                       -- A school with a new key may ask again for what it sent with the old one.
                       WHEN s.agent = i.agent OR EXISTS (
                           SELECT FROM vekha.agent sent JOIN vekha.agent asks ON asks.organisation = sent.organisation
                           WHERE sent.id = s.agent AND asks.id = i.agent) THEN 'repeat'
                       ELSE 'altered'
                   END AS outcome
        ) k
        LEFT JOIN LATERAL (SELECT s.*) r ON k.outcome = 'repeat'
        WHERE NOT fresh[i.ord];
    END IF;
    IF n_fresh = 0 THEN
        RETURN;
    END IF;

    IF cardinality(n_submission) > 0 THEN -- most have none, and pay nothing
        SELECT array_agg(n.ord), array_agg(n.line), array_agg(n.verdict), array_agg(n.told)
        INTO t_ord, t_line, t_verdict, t_told
        FROM vekha.ingest_narratives(at, ids, composed_at, fresh, n_submission, n_line, n_organisation, n_project, n_period, n_as_of,
                                     n_text, n_cause, n_measure, n_next_step, n_answerable, n_verdict, n_told) n;
    END IF;

    RETURN QUERY
    WITH incoming AS MATERIALIZED (
        SELECT f.submission AS ord, ids[f.submission] AS submission, least(ingest.composed_at[f.submission], at) AS composed_at,
               f.line, f.organisation, f.period, f.indicator, f.as_of, f.state, f.value, f.of_value, f.expected, f.method,
               f.note, f.verdict AS given, f.text AS given_text,
               CASE
                   WHEN f.verdict / 100 = 6 THEN f.verdict
                   WHEN (s.as_of, s.state) = (f.as_of, f.state)
                       AND (s.value, scale(s.value), s.of_value, scale(s.of_value), s.expected, s.method, s.note)
                           IS NOT DISTINCT FROM
                           (f.value, scale(f.value), f.of_value, scale(f.of_value), f.expected, f.method, f.note)
                       THEN 300
                   WHEN f.verdict >= 900 THEN f.verdict - 300
                   WHEN s.organisation IS NULL THEN CASE f.verdict WHEN 0 THEN 100 ELSE f.verdict END
                   WHEN later.than_standing THEN CASE f.verdict WHEN 0 THEN 400 ELSE f.verdict END
                   ELSE 500
               END::smallint AS verdict,
               later.than_standing, s.organisation IS NOT NULL AS stands,
               s.as_of AS s_as_of, s.state AS s_state, s.value AS s_value, s.of_value AS s_of_value,
               s.expected AS s_expected, s.method AS s_method, s.note AS s_note, s.composed_at AS s_composed_at,
               s.submission AS s_submission, s.line AS s_line, s.recorded_at AS s_recorded_at,
               s.confirmed_at AS s_confirmed_at, s.confirmed_by AS s_confirmed_by
        FROM unnest(f_submission, f_line, f_organisation, f_period, f_indicator, f_as_of, f_state, f_value, f_of,
                    f_expected, f_method, f_note, f_verdict, f_text)
             f(submission, line, organisation, period, indicator, as_of, state, value, of_value, expected, method, note,
               verdict, text)
        LEFT JOIN LATERAL (
            SELECT *
            FROM vekha.figure s
            WHERE s.organisation = f.organisation AND s.period = f.period AND s.indicator = f.indicator
              AND s.period BETWEEN period_first AND period_last
            OFFSET 0
        ) s ON f.verdict / 100 <> 6
        CROSS JOIN LATERAL (
            SELECT (least(ingest.composed_at[f.submission], at), ids[f.submission])
                   > (coalesce(s.confirmed_at, s.composed_at), coalesce(s.confirmed_by, s.submission)) AS than_standing
        ) later
        WHERE fresh[f.submission]
    ), judged AS NOT MATERIALIZED (
        SELECT i.*, i.verdict / 100 IN (1, 2, 4) AS changed, i.verdict / 100 = 3 AND i.than_standing AS confirms,
               CASE WHEN i.given IN (0, i.verdict, i.verdict + 300) THEN i.given_text END AS text -- that of a warning goes with it
        FROM incoming i
    ), answer AS MATERIALIZED (
        SELECT a.ord, nextval('vekha.submission_number') AS number, a.verdicts, a.texts, a.narrative_verdicts, a.narrative_texts,
               coalesce((SELECT array_agg(e) FROM unnest(a.pairs) e), '{}') AS series
        FROM (
            SELECT l.ord,
                   coalesce(array_agg(l.verdict) FILTER (WHERE NOT l.prose), '{}') AS verdicts,
                   CASE WHEN count(l.text) FILTER (WHERE NOT l.prose) > 0
                        THEN array_agg(l.text) FILTER (WHERE NOT l.prose) END AS texts,
                   array_agg(ARRAY[l.organisation, l.indicator]) FILTER (WHERE l.changed) AS pairs,
                   array_agg(l.verdict) FILTER (WHERE l.prose) AS narrative_verdicts,
                   CASE WHEN count(l.text) FILTER (WHERE l.prose) > 0
                        THEN array_agg(l.text) FILTER (WHERE l.prose) END AS narrative_texts
            FROM (
                SELECT j.ord, j.line, j.verdict, j.text, j.organisation, j.indicator, j.changed, false AS prose FROM judged j
                UNION ALL
                SELECT t.ord, t.line, t.verdict, t.told, NULL, NULL, false, true
                FROM unnest(t_ord, t_line, t_verdict, t_told) t(ord, line, verdict, told)
                ORDER BY ord, line
            ) l
            GROUP BY l.ord
        ) a
    ), stored AS (
        INSERT INTO vekha.submission (id, number, agent, door, author, composed_at, received_at, sha256, verdicts, texts,
                                      series, pending, narrative_verdicts, narrative_texts)
        SELECT ids[a.ord], a.number, agents[a.ord], doors[a.ord], authors[a.ord], ingest.composed_at[a.ord], at, sha256[a.ord],
               a.verdicts, a.texts, a.series, a.series <> '{}', a.narrative_verdicts, a.narrative_texts
        FROM answer a
        ORDER BY ids[a.ord] -- so that two groups that share ids wait for each other in one order
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    ), history AS (
        INSERT INTO vekha.figure_history (organisation, period, indicator, as_of, state, value, of_value, expected, method,
                                          note, composed_at, submission, line, recorded_at, confirmed_at, confirmed_by,
                                          superseded_at, superseded_by)
        SELECT j.organisation, j.period, j.indicator, j.s_as_of, j.s_state, j.s_value, j.s_of_value, j.s_expected,
               j.s_method, j.s_note, j.s_composed_at, j.s_submission, j.s_line, j.s_recorded_at, j.s_confirmed_at,
               j.s_confirmed_by, greatest(at, j.s_recorded_at), j.submission
        FROM judged j WHERE j.changed AND j.stands
        UNION ALL
        SELECT j.organisation, j.period, j.indicator, j.as_of, j.state, j.value, j.of_value, j.expected, j.method, j.note,
               j.composed_at, j.submission, j.line, at, NULL, NULL, at, j.s_submission
        FROM judged j WHERE j.verdict / 100 = 5
    ), in_force AS (
        INSERT INTO vekha.figure (organisation, period, indicator, as_of, state, value, of_value, expected, method, note,
                                  composed_at, submission, line, recorded_at, confirmed_at, confirmed_by)
        SELECT j.organisation, j.period, j.indicator, j.as_of, j.state, j.value, j.of_value, j.expected, j.method, j.note,
               CASE WHEN j.confirms THEN j.s_composed_at ELSE j.composed_at END,
               CASE WHEN j.confirms THEN j.s_submission ELSE j.submission END,
               CASE WHEN j.confirms THEN j.s_line ELSE j.line END,
               CASE WHEN j.confirms THEN j.s_recorded_at ELSE greatest(at, j.s_recorded_at) END,
               CASE WHEN j.confirms THEN j.composed_at END,
               CASE WHEN j.confirms THEN j.submission END
        FROM judged j
        WHERE j.changed OR j.confirms
        ON CONFLICT (organisation, period, indicator) DO UPDATE SET
            as_of = excluded.as_of, state = excluded.state, value = excluded.value, of_value = excluded.of_value,
            expected = excluded.expected, method = excluded.method, note = excluded.note,
            composed_at = excluded.composed_at, submission = excluded.submission, line = excluded.line,
            recorded_at = excluded.recorded_at, confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by
    )
    SELECT a.ord, 'stored', a.number, at, a.verdicts, a.texts, a.series, a.narrative_verdicts, a.narrative_texts
    FROM answer a
    WHERE (SELECT count(*) FROM stored) = n_fresh
    ORDER BY a.ord;

    GET DIAGNOSTICS n_stored = ROW_COUNT;
    IF n_stored = n_fresh THEN
        RETURN;
    ELSIF (SELECT count(DISTINCT l.submission) FROM unnest(f_submission || n_submission) l(submission)
           WHERE fresh[l.submission]) < n_fresh THEN
        RAISE EXCEPTION 'a submission has neither figures nor narratives' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RAISE EXCEPTION 'one of these submissions came over another connection at the same moment'
        USING ERRCODE = 'serialization_failure', HINT = 'Send the group again.';
END
$$;

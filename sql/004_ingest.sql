-- Ingest: the one way by which figures come in, whoever calls it.  Verdicts are made here, under a lock and from what is stored,
-- because there may be several daemons.

CREATE FUNCTION vekha.period_year(period integer)
RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT period / 1000 $$;

COMMENT ON FUNCTION vekha.period_year(integer) IS 'The year of a period.';

-- A UUIDv7 begins with 48 bits of Unix milliseconds, so a year of ids is a range of them.
CREATE FUNCTION vekha.first_id_of_year(year integer)
RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT rpad(lpad(to_hex((extract(epoch FROM make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC')) * 1000)::bigint), 12, '0'),
                32, '0')::uuid
$$;

COMMENT ON FUNCTION vekha.first_id_of_year(integer) IS 'The smallest UUIDv7 of a year in UTC.';

-- Ids from a clock that is far off; ensure_partitions takes out what a new year is made for.
CREATE TABLE vekha.submission_default (LIKE vekha.submission INCLUDING ALL);
ALTER TABLE vekha.submission ATTACH PARTITION vekha.submission_default DEFAULT;

COMMENT ON TABLE vekha.submission_default IS 'Submissions whose id lies in no year that has a partition.';

-- Makes one yearly partition unless it is there.  Attaching, unlike CREATE TABLE ... PARTITION OF, does not stop those who
-- read and write the other years.
CREATE FUNCTION vekha.ensure_partition(parent text, year integer, first text, next text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
DECLARE
    name text := format('%s_%s', parent, year);
BEGIN
    IF to_regclass(format('vekha.%I', name)) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE vekha.%I (LIKE vekha.%I INCLUDING ALL)', name, parent);
    EXECUTE format('COMMENT ON TABLE vekha.%I IS %L', name, format('%s of the year %s.', parent, year));
    IF parent = 'submission' THEN
        LOCK TABLE vekha.submission_default IN ACCESS EXCLUSIVE MODE;
        EXECUTE format('WITH moved AS (DELETE FROM vekha.submission_default WHERE id >= %L AND id < %L RETURNING *) '
                       'INSERT INTO vekha.%I SELECT * FROM moved', first, next, name);
    END IF;
    EXECUTE format('ALTER TABLE vekha.%I ATTACH PARTITION vekha.%I FOR VALUES FROM (%L) TO (%L)',
                   parent, name, first, next);
    RETURN true;
END
$$;

COMMENT ON FUNCTION vekha.ensure_partition(text, integer, text, text) IS 'A step of ensure_partitions.';

CREATE FUNCTION vekha.ensure_partitions(from_year integer, to_year integer)
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
    FOR y IN from_year .. to_year LOOP
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

COMMENT ON FUNCTION vekha.ensure_partitions(integer, integer) IS
    'Makes the yearly partitions that are missing in a span of years; returns how many. Safe to repeat and at any time.';

SELECT vekha.ensure_partitions(2018, 2035);

-- Everything that is recorded says of which moment, and cannot be seen before its COMMIT.  Until then it holds this lock, whose
-- number is that moment in microseconds, so that known_at can be kept before it (vekha.settled_until).  Nobody waits for it.
CREATE FUNCTION vekha.open_write(at timestamptz)
RETURNS void
LANGUAGE sql VOLATILE
AS $$ SELECT pg_advisory_xact_lock_shared((extract(epoch FROM at) * 1000000)::bigint) $$;

COMMENT ON FUNCTION vekha.open_write(timestamptz) IS 'Shows others, until the transaction ends, the moment that it records for.';

-- Stores a group of submissions and says what became of each.  Call it once in a transaction, READ COMMITTED.
--
--     ids, agents, doors, authors, composed_at, sha256      one element per submission
--     f_*                                                   one element per figure; f_submission is a 1-based index into ids
--     f_verdict                                             0: judged here; 6xx: rejected, kept for the receipt alone;
--                                                           2xx: a warning, which an accepted or replaced figure keeps
--
-- The caller sees to it that no id and no (organisation, period, indicator) comes twice in one call.
--
-- In force is the figure with the greatest (composed_at, submission), where an identical later version counts as a
-- confirmation of the earlier: so the order of arrival never matters.
--
--     accepted   nothing stood                                    -> figure
--     unchanged  the same stands                                  -> nothing, or if newer: figure.confirmed_*
--     replaced   another stands, composed earlier                 -> figure; what stood -> figure_history
--     outdated   another stands, composed or confirmed later      -> figure_history
--
-- Locks first: (1, organisation % 64) in ascending order.  Then nobody else writes these figures, and the one statement that
-- judges and writes sees, by its fresh snapshot, all that was committed before.
--
-- enable_*: with few rows a hash join over whole tables looks cheap, and a cached plan would keep it when they have grown.
CREATE FUNCTION vekha.ingest(
    at timestamptz, ids uuid[], agents integer[], doors vekha.door[], authors text[], composed_at timestamptz[],
    sha256 bytea[], f_submission integer[], f_line smallint[], f_organisation integer[], f_period integer[],
    f_indicator integer[], f_as_of date[], f_state vekha.figure_state[], f_value numeric[], f_of numeric[],
    f_expected date[], f_method text[], f_note text[], f_verdict smallint[], f_text text[])
RETURNS TABLE (ord integer, outcome text, number bigint, received_at timestamptz, verdicts smallint[], texts text[],
               series integer[])
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
    bucket integer;
    fresh boolean[]; -- per submission: its id was never seen
    n_fresh integer;
    n_stored integer;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'figures are stored in read committed transactions, this one is %', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM vekha.open_write(at);
    -- A daemon refuses a revoked key by itself, but the catalogue in its memory may be behind.
    IF EXISTS (SELECT FROM unnest(agents) u(id) JOIN vekha.agent a ON a.id = u.id WHERE a.revoked_at IS NOT NULL) THEN
        RAISE EXCEPTION 'one of these agents was revoked' USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    FOR bucket IN
        SELECT DISTINCT o % 64 FROM unnest(f_organisation, f_verdict) f(o, verdict) WHERE verdict < 600 ORDER BY 1
    LOOP
        PERFORM pg_advisory_xact_lock(1, bucket);
    END LOOP;

    SELECT array_agg(s.id IS NULL ORDER BY i.ord), count(*) FILTER (WHERE s.id IS NULL) INTO fresh, n_fresh
    FROM unnest(ids) WITH ORDINALITY i(id, ord)
    LEFT JOIN vekha.submission s ON s.id = i.id;

    IF n_fresh < cardinality(ids) THEN
        RETURN QUERY
        SELECT i.ord::integer, k.outcome, CASE WHEN k.outcome = 'repeat' THEN s.number END,
               CASE WHEN k.outcome = 'repeat' THEN s.received_at END,
               CASE WHEN k.outcome = 'repeat' THEN s.verdicts END,
               CASE WHEN k.outcome = 'repeat' THEN s.texts END,
               CASE WHEN k.outcome = 'repeat' THEN s.series END
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
        WHERE NOT fresh[i.ord];
    END IF;
    IF n_fresh = 0 THEN
        RETURN;
    END IF;

    RETURN QUERY
    WITH incoming AS MATERIALIZED (
        SELECT f.submission AS ord, ids[f.submission] AS submission, least(ingest.composed_at[f.submission], at) AS composed_at,
               f.line, f.organisation, f.period, f.indicator, f.as_of, f.state, f.value, f.of_value, f.expected, f.method,
               f.note, f.verdict AS given, f.text AS given_text,
               CASE
                   WHEN f.verdict >= 600 THEN f.verdict
                   WHEN s.organisation IS NULL THEN CASE f.verdict WHEN 0 THEN 100 ELSE f.verdict END
                   WHEN (s.as_of, s.state) = (f.as_of, f.state)
                       AND (s.value, scale(s.value), s.of_value, scale(s.of_value), s.expected, s.method, s.note)
                           IS NOT DISTINCT FROM
                           (f.value, scale(f.value), f.of_value, scale(f.of_value), f.expected, f.method, f.note)
                       THEN 300
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
        LEFT JOIN vekha.figure s
            ON s.organisation = f.organisation AND s.period = f.period AND s.indicator = f.indicator AND f.verdict < 600
        CROSS JOIN LATERAL (
            SELECT (least(ingest.composed_at[f.submission], at), ids[f.submission])
                   > (coalesce(s.confirmed_at, s.composed_at), coalesce(s.confirmed_by, s.submission)) AS than_standing
        ) later
        WHERE fresh[f.submission]
    ), judged AS NOT MATERIALIZED (
        SELECT i.*, i.verdict / 100 IN (1, 2, 4) AS changed, i.verdict / 100 = 3 AND i.than_standing AS confirms,
               CASE WHEN i.given IN (0, i.verdict) THEN i.given_text END AS text -- the text of a warning goes with it
        FROM incoming i
    ), answer AS MATERIALIZED (
        SELECT a.ord, nextval('vekha.submission_number') AS number, a.verdicts, a.texts,
               coalesce((SELECT array_agg(e) FROM unnest(a.pairs) e), '{}') AS series
        FROM (
            SELECT j.ord, array_agg(j.verdict) AS verdicts,
                   CASE WHEN count(j.text) > 0 THEN array_agg(j.text) END AS texts,
                   array_agg(ARRAY[j.organisation, j.indicator]) FILTER (WHERE j.changed) AS pairs
            FROM (SELECT * FROM judged ORDER BY ord, line) j
            GROUP BY j.ord
        ) a
    ), stored AS (
        INSERT INTO vekha.submission (id, number, agent, door, author, composed_at, received_at, sha256, verdicts, texts,
                                      series, pending)
        SELECT ids[a.ord], a.number, agents[a.ord], doors[a.ord], authors[a.ord], ingest.composed_at[a.ord], at, sha256[a.ord],
               a.verdicts, a.texts, a.series, a.series <> '{}'
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
    SELECT a.ord, 'stored', a.number, at, a.verdicts, a.texts, a.series
    FROM answer a
    WHERE (SELECT count(*) FROM stored) = n_fresh
    ORDER BY a.ord;

    GET DIAGNOSTICS n_stored = ROW_COUNT;
    IF n_stored = n_fresh THEN
        RETURN;
    ELSIF (SELECT count(DISTINCT f.submission) FROM unnest(f_submission) f(submission) WHERE fresh[f.submission]) < n_fresh THEN
        RAISE EXCEPTION 'a submission has no figures' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RAISE EXCEPTION 'one of these submissions came over another connection at the same moment'
        USING ERRCODE = 'serialization_failure', HINT = 'Send the group again.';
END
$$;

COMMENT ON FUNCTION vekha.ingest(timestamptz, uuid[], integer[], vekha.door[], text[], timestamptz[], bytea[], integer[],
    smallint[], integer[], integer[], integer[], date[], vekha.figure_state[], numeric[], numeric[], date[], text[], text[],
    smallint[], text[]) IS
    'Stores a group of submissions and judges their figures; returns for each stored, repeat or altered, and the receipt.';

-- Corrections: what a submission changed of what stood before, so that an alert can say why it moves.

DROP FUNCTION vekha.claim_pending(integer);

-- Claims the oldest submissions that changed a figure and were not assessed yet.  The rows stay locked until the end of
-- the transaction; other daemons skip them.  corrects: a version may have been replaced.
CREATE FUNCTION vekha.claim_pending(max_submissions integer)
RETURNS TABLE (id uuid, number bigint, agent integer, received_at timestamptz, series integer[], corrects boolean)
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
    SELECT s.id, s.number, s.agent, s.received_at, s.series,
           EXISTS (SELECT FROM unnest(s.verdicts) v WHERE v / 100 IN (2, 4)) -- a warning hides what it was
    FROM vekha.submission s
    WHERE s.pending
    ORDER BY s.number
    LIMIT max_submissions
    FOR UPDATE SKIP LOCKED;
END
$$;

COMMENT ON FUNCTION vekha.claim_pending(integer) IS 'Claims the oldest submissions that are to be assessed, until the transaction ends.';

-- Of each series (arrays of the same length: the submission and what it touched) the version of the latest day that the
-- submission replaced, what stands instead, and who sent it.
CREATE FUNCTION vekha.corrections(submissions uuid[], organisations integer[], indicators integer[])
RETURNS TABLE (organisation integer, indicator integer, period integer,
               old_state vekha.figure_state, old_value numeric, old_of numeric,
               new_state vekha.figure_state, new_value numeric, new_of numeric, author text, sender text, sender_en text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT u.organisation, u.indicator, c.period, c.state, c.value, c.of_value, f.state, f.value::numeric, f.of_value::numeric,
           s.author::text, v.name::text, v.name_en::text
    FROM unnest(submissions, organisations, indicators) u(submission, organisation, indicator)
    JOIN vekha.submission s ON s.id = u.submission
    CROSS JOIN LATERAL (
        SELECT h.period, h.state, h.value::numeric, h.of_value::numeric
        FROM vekha.figure_history h
        WHERE h.organisation = u.organisation AND h.indicator = u.indicator AND h.superseded_by = u.submission
          AND h.superseded_at > h.recorded_at -- it stood
        ORDER BY h.as_of DESC, h.period DESC
        LIMIT 1
    ) c
    JOIN vekha.figure f ON f.organisation = u.organisation AND f.period = c.period AND f.indicator = u.indicator
    LEFT JOIN vekha.agent g ON g.id = s.agent
    LEFT JOIN vekha.organisation_version v
        ON v.organisation = g.organisation AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity';
END
$$;

COMMENT ON FUNCTION vekha.corrections(uuid[], integer[], integer[]) IS
    'What these submissions replaced of these series: the period, the old and the new version, who sent it.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vekha FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.claim_pending, vekha.corrections TO vekha_daemon;

-- Claims that never take more than they were asked for; and how much waits, for who watches the daemon.
--
-- A join with a subquery that has a LIMIT may run it once for each row of the table, and then claims as many each time: the
-- planner does so when it takes the table for empty.  An array is made once.  What another transaction changed meanwhile may be
-- missed by its old place, and is claimed the next time.

-- In order without a sort of all that waits.
CREATE INDEX reassessment_queued ON vekha.reassessment (queued_at, organisation, indicator);

CREATE OR REPLACE FUNCTION vekha.claim_reassessment(max_series integer)
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
    DELETE FROM vekha.reassessment r
    WHERE r.ctid = ANY (ARRAY(
        SELECT q.ctid
        FROM vekha.reassessment q
        ORDER BY q.queued_at, q.organisation, q.indicator
        LIMIT max_series
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING r.organisation, r.indicator;
END
$$;

CREATE OR REPLACE FUNCTION vekha.claim_outbox(now timestamptz, max_messages integer, lease interval)
RETURNS TABLE (id bigint, channel text, recipient text, message_id text, thread_id text, subject text, body text,
               attempts integer, created_at timestamptz)
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
    UPDATE vekha.outbox o
    SET leased_until = claim_outbox.now + lease, attempts = o.attempts + 1
    WHERE o.id = ANY (ARRAY(
        SELECT q.id
        FROM vekha.outbox q
        WHERE q.sent_at IS NULL AND q.dead_at IS NULL AND q.next_attempt_at <= claim_outbox.now
          AND (q.leased_until IS NULL OR q.leased_until <= claim_outbox.now)
        ORDER BY q.next_attempt_at, q.id
        LIMIT max_messages
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING o.id, o.channel, o.recipient, o.message_id, o.thread_id, o.subject, o.body, o.attempts, o.created_at;
END
$$;

-- Submissions and series that wait, each counted up to a limit: what it costs does not grow with the backlog.
CREATE FUNCTION vekha.backlog(up_to integer, OUT submissions bigint, OUT series bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET enable_seqscan = off
AS $$
    SELECT (SELECT count(*) FROM (SELECT FROM vekha.submission s WHERE s.pending LIMIT up_to) p),
           (SELECT count(*) FROM (SELECT FROM vekha.reassessment LIMIT up_to) r)
           + (SELECT count(*) FROM (SELECT FROM vekha.follower LIMIT up_to) f)
           + (SELECT count(*) FROM (SELECT FROM vekha.reporting_queue LIMIT up_to) q)
$$;

COMMENT ON FUNCTION vekha.backlog(integer) IS 'Submissions and series that wait for assessment, each counted up to a limit.';

REVOKE ALL ON FUNCTION vekha.backlog FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.backlog TO vekha_daemon;

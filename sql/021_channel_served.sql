-- Which channels some daemon has: whoever claims messages of one says so, once a minute.  What a route sends by a channel that nobody
-- serves would wait for ever, and nobody would know why.

CREATE TABLE vekha.channel (
    name text PRIMARY KEY,
    served_at timestamptz NOT NULL
);

COMMENT ON TABLE vekha.channel IS 'Channels that daemons have in their configuration.';
COMMENT ON COLUMN vekha.channel.name IS 'As routes call it.';
COMMENT ON COLUMN vekha.channel.served_at IS 'When a daemon last asked for messages of it, to the minute.';

-- Leases due messages of a channel, as before, and notes that it is served.
CREATE OR REPLACE FUNCTION vekha.claim_outbox(now timestamptz, channel text, max_messages integer, lease interval)
RETURNS TABLE (id bigint, recipient text, message_id text, thread_id text, subject text, body text, attempts integer,
               created_at timestamptz, language text, chart text, facts jsonb)
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
    IF NOT EXISTS (SELECT FROM vekha.channel c
                   WHERE c.name = claim_outbox.channel AND c.served_at > claim_outbox.now - interval '1 minute')
    THEN
        INSERT INTO vekha.channel (name, served_at) VALUES (claim_outbox.channel, claim_outbox.now)
        ON CONFLICT (name) DO UPDATE SET served_at = excluded.served_at;
    END IF;
    RETURN QUERY
    UPDATE vekha.outbox o
    SET leased_until = claim_outbox.now + lease, attempts = o.attempts + 1
    WHERE o.id = ANY (ARRAY(
        SELECT q.id
        FROM vekha.outbox q
        WHERE q.channel = claim_outbox.channel AND q.sent_at IS NULL AND q.dead_at IS NULL AND NOT q.waits
          AND q.next_attempt_at <= claim_outbox.now
          AND (q.leased_until IS NULL OR q.leased_until <= claim_outbox.now)
        ORDER BY q.next_attempt_at, q.id
        LIMIT max_messages
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING o.id, o.recipient, o.message_id, o.thread_id, o.subject, o.body, o.attempts, o.created_at, o.language, o.chart, o.facts;
END
$$;

GRANT SELECT ON vekha.channel TO vekha_admin;

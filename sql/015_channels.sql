-- Channels: each message goes out by one, and each is claimed on its own, so that one that hangs holds up no other.

ALTER TABLE vekha.outbox
    ADD COLUMN language text NOT NULL DEFAULT 'ru' CHECK (language IN ('ru', 'en')),
    ADD COLUMN chart text,
    ADD COLUMN facts jsonb;

COMMENT ON COLUMN vekha.outbox.language IS 'Of subject and body.';
COMMENT ON COLUMN vekha.outbox.chart IS 'What a picture of plan, fact and forecast is drawn from (daemon/model/chart.h); null: none.';
COMMENT ON COLUMN vekha.outbox.facts IS 'The steps that it tells of, for programs (docs/administrator.md).';

DROP INDEX vekha.outbox_due;
CREATE INDEX outbox_due ON vekha.outbox (channel, next_attempt_at, id) WHERE sent_at IS NULL AND dead_at IS NULL;

DROP FUNCTION vekha.claim_outbox(timestamptz, integer, interval);

-- Leases due messages of a channel to the caller until now + lease: short, commit, send outside of any transaction, then outbox_sent or
-- outbox_failed.  A message whose sender died comes again when the lease is over.  attempts counts this attempt already.
CREATE FUNCTION vekha.claim_outbox(now timestamptz, channel text, max_messages integer, lease interval)
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
    RETURN QUERY
    UPDATE vekha.outbox o
    SET leased_until = claim_outbox.now + lease, attempts = o.attempts + 1
    WHERE o.id = ANY (ARRAY(
        SELECT q.id
        FROM vekha.outbox q
        WHERE q.channel = claim_outbox.channel AND q.sent_at IS NULL AND q.dead_at IS NULL AND q.next_attempt_at <= claim_outbox.now
          AND (q.leased_until IS NULL OR q.leased_until <= claim_outbox.now)
        ORDER BY q.next_attempt_at, q.id
        LIMIT max_messages
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING o.id, o.recipient, o.message_id, o.thread_id, o.subject, o.body, o.attempts, o.created_at, o.language, o.chart, o.facts;
END
$$;

COMMENT ON FUNCTION vekha.claim_outbox(timestamptz, text, integer, interval) IS
    'Leases due messages of a channel; one whose lease is over is leased anew.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vekha FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.claim_outbox TO vekha_daemon;

-- In order: what is told of one alert reaches a receiver in the order in which it happened, however often a message is tried again;
-- else an Alertmanager would open what is closed.
--
--     outbox 7 "opens"  ◄── before ── outbox 9 "closes"     9 is not due (waits) until 7 is delivered, or dead
--
-- What waits is in no index of what is due, so a claim costs the same however much waits.  Who is before whom is settled as a message
-- is posted: the last message to the same receiver about each of its alerts, if it is still on its way.

ALTER TABLE vekha.outbox ADD COLUMN waits boolean NOT NULL DEFAULT false, ADD COLUMN digest boolean NOT NULL DEFAULT false;
UPDATE vekha.outbox SET digest = true WHERE transition IS NULL;
COMMENT ON COLUMN vekha.outbox.digest IS 'It tells of many things; else it is a letter about one.';
COMMENT ON COLUMN vekha.outbox.waits IS 'Not before the messages that vekha.outbox_order names.';

DROP INDEX vekha.outbox_due;
CREATE INDEX outbox_due ON vekha.outbox (channel, next_attempt_at, id) WHERE sent_at IS NULL AND dead_at IS NULL AND NOT waits;

CREATE TABLE vekha.outbox_order (
    before bigint NOT NULL REFERENCES vekha.outbox ON DELETE CASCADE,
    after bigint NOT NULL REFERENCES vekha.outbox ON DELETE CASCADE CHECK (after > before),
    PRIMARY KEY (before, after)
);

CREATE INDEX outbox_order_after ON vekha.outbox_order (after);

COMMENT ON TABLE vekha.outbox_order IS 'Which messages wait for which; a row goes when the first is delivered or dead.';
COMMENT ON COLUMN vekha.outbox_order.before IS 'The message that goes first.';
COMMENT ON COLUMN vekha.outbox_order.after IS 'The message that waits for it.';

-- Leases due messages of a channel, as before, but none that waits.
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

-- Those that wait for a message that was delivered, or given up, need wait for it no longer.  They are locked first: of two that they
-- wait for, the second to end sees that the first has.
CREATE FUNCTION vekha.release_after(id bigint)
RETURNS void
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
    waiting bigint[] := ARRAY(
        SELECT o.id FROM vekha.outbox o
        WHERE o.id = ANY (ARRAY(SELECT w.after FROM vekha.outbox_order w WHERE w.before = release_after.id))
        ORDER BY o.id FOR UPDATE);
BEGIN
    IF waiting = '{}' THEN
        RETURN;
    END IF;
    DELETE FROM vekha.outbox_order w WHERE w.before = release_after.id;
    UPDATE vekha.outbox o SET waits = false
    WHERE o.id = ANY (waiting) AND NOT EXISTS (SELECT FROM vekha.outbox_order w WHERE w.after = o.id);
END
$$;

COMMENT ON FUNCTION vekha.release_after(bigint) IS 'Makes due what waits for this message alone.';

CREATE OR REPLACE FUNCTION vekha.outbox_sent(id bigint, now timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
BEGIN
    UPDATE vekha.outbox o SET sent_at = outbox_sent.now, leased_until = NULL, dead_at = NULL, last_error = NULL
    WHERE o.id = outbox_sent.id AND o.sent_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM vekha.release_after(id);
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION vekha.outbox_failed(id bigint, now timestamptz, next_attempt_at timestamptz, error text, dead boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
BEGIN
    UPDATE vekha.outbox o
    SET leased_until = NULL,
        last_error = left(outbox_failed.error, 1000),
        next_attempt_at = coalesce(outbox_failed.next_attempt_at, o.next_attempt_at),
        dead_at = CASE WHEN outbox_failed.dead THEN outbox_failed.now END
    WHERE o.id = outbox_failed.id AND o.sent_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF dead THEN
        PERFORM vekha.release_after(id);
    END IF;
    RETURN true;
END
$$;

-- The messages to the receiver of these mentions that tell of the same alerts and are still on their way: the last of each alert, which
-- itself waits for those before it.  Locked: none ends before the caller has.
CREATE FUNCTION vekha.messages_before(mentions bigint[])
RETURNS SETOF bigint
LANGUAGE sql VOLATILE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
    SELECT o.id
    FROM vekha.outbox o
    WHERE o.id = ANY (ARRAY(
        SELECT DISTINCT (SELECT max(p.outbox) FROM vekha.mention p
                         WHERE p.alert = m.alert AND p.channel = m.channel AND p.recipient = m.recipient)
        FROM vekha.mention m WHERE m.id = ANY (mentions)))
      AND o.sent_at IS NULL AND o.dead_at IS NULL
    ORDER BY o.id FOR UPDATE
$$;

COMMENT ON FUNCTION vekha.messages_before(bigint[]) IS 'The messages that one about these mentions is to wait for.';

-- As before, but in order: messages are posted by one transaction at a time, so that their ids are in the order of the posts, and what
-- they say of alerts is what stood then.
CREATE OR REPLACE FUNCTION vekha.post_messages(
    now timestamptz, host text, mentions text[], digests boolean[], subjects text[], bodies text[])
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    message record;
    ids bigint[];
    free bigint[];
    first vekha.mention;
    own text;
    thread text;
    earlier bigint[];
    posted_id bigint;
    posted integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(6, 0);
    FOR message IN SELECT u.* FROM unnest(mentions, digests, subjects, bodies) u(mentions, digest, subject, body)
    LOOP
        ids := message.mentions::bigint[];
        free := ARRAY(SELECT m.id FROM vekha.mention m WHERE m.id = ANY (ids) AND m.outbox IS NULL AND m.dropped_at IS NULL
                      ORDER BY m.id FOR UPDATE);
        CONTINUE WHEN cardinality(free) <> cardinality(ids);
        SELECT m.* INTO first FROM vekha.mention m WHERE m.id = free[1];
        own := format(CASE WHEN message.digest THEN '<digest.%3$s@%4$s>' ELSE '<%1$s.%2$s.%3$s@%4$s>' END,
                      first.alert, first.transition, first.id, host);
        SELECT o.message_id INTO thread
        FROM vekha.mention m JOIN vekha.outbox o ON o.id = m.outbox
        WHERE m.alert = first.alert AND m.channel = first.channel AND m.recipient = first.recipient
          AND o.transition IS NOT NULL AND NOT message.digest
        ORDER BY m.id LIMIT 1;
        earlier := ARRAY(SELECT b FROM vekha.messages_before(free) b);
        INSERT INTO vekha.outbox (transition, channel, recipient, message_id, thread_id, subject, body, created_at,
                                  next_attempt_at, language, chart, facts, digest, waits)
        SELECT CASE WHEN NOT message.digest THEN t.id END, first.channel, first.recipient, own, coalesce(thread, own),
               message.subject, message.body, post_messages.now, post_messages.now, first.language,
               CASE WHEN NOT message.digest THEN t.chart END,
               jsonb_build_object('schema', 1, 'more', greatest(cardinality(free) - 100, 0), 'steps', (
                   SELECT jsonb_agg(vekha.step_facts(m.transition, m.reason) ORDER BY m.id)
                   FROM vekha.mention m WHERE m.id = ANY (free[:100]))),
               message.digest, earlier <> '{}'
        FROM vekha.alert_transition t
        WHERE t.id = first.transition
        RETURNING id INTO posted_id;
        INSERT INTO vekha.outbox_order (before, after) SELECT b, posted_id FROM unnest(earlier) b;
        UPDATE vekha.mention m SET outbox = posted_id WHERE m.id = ANY (free);
        posted := posted + 1;
    END LOOP;
    RETURN posted;
END
$$;

REVOKE ALL ON FUNCTION vekha.release_after, vekha.messages_before FROM PUBLIC;
GRANT SELECT ON vekha.outbox_order TO vekha_admin;

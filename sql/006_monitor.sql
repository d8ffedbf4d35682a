-- What the monitor and notify need: claims of work, locks, assessments, alert transitions and the outbox.
--
-- One round of the monitor is one transaction:
--
--     claim_pending, claim_reassessment, claim_due      what to look at; never waits for another daemon
--     lock_series(all organisations to be written)      the only thing that waits; ascending, so that nobody deadlocks
--     assessment_input, open_alerts                     read after the lock: what an earlier round wrote is seen
--     write_assessments, write_transitions              only what changed
--     finish_pending                                    COMMIT, and the round is done for good
--
-- Whatever dies in between leaves no trace, and the next round claims the same work again.

-- Claims the oldest submissions that changed a figure and were not assessed yet.  The rows stay locked until the end of
-- the transaction; other daemons skip them.
CREATE FUNCTION vekha.claim_pending(max_submissions integer)
RETURNS TABLE (id uuid, number bigint, agent integer, received_at timestamptz, series integer[])
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
    SELECT s.id, s.number, s.agent, s.received_at, s.series
    FROM vekha.submission s
    WHERE s.pending
    ORDER BY s.number
    LIMIT max_submissions
    FOR UPDATE SKIP LOCKED;
END
$$;

-- Marks claimed submissions as assessed; returns how many were still pending.
CREATE FUNCTION vekha.finish_pending(ids uuid[])
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET enable_hashjoin = off
SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $$
DECLARE
    finished integer;
BEGIN
    UPDATE vekha.submission s SET pending = false
    FROM unnest(ids) u(id)
    WHERE s.id = u.id AND s.pending;
    GET DIAGNOSTICS finished = ROW_COUNT;
    RETURN finished;
END
$$;

-- Takes series whose plan, rules or indicator changed out of the queue.
CREATE FUNCTION vekha.claim_reassessment(max_series integer)
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
    USING (
        SELECT q.organisation, q.indicator
        FROM vekha.reassessment q
        ORDER BY q.queued_at, q.organisation, q.indicator
        LIMIT max_series
        FOR UPDATE SKIP LOCKED
    ) c
    WHERE r.organisation = c.organisation AND r.indicator = c.indicator
    RETURNING r.organisation, r.indicator;
END
$$;

-- Series whose status time alone may have changed: reassess_on has come where the organisation is.  An organisation
-- that another daemon is about to do is skipped.  The claim is an advisory lock that nobody ever waits for (a row lock on the
-- assessment could deadlock with lock_series); it ends with the transaction.
CREATE FUNCTION vekha.claim_due(now timestamptz, max_series integer)
RETURNS TABLE (organisation integer, indicator integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    claimed integer := 0;
    due record;
BEGIN
    FOR due IN
        SELECT a.organisation, a.indicator
        FROM vekha.assessment a
        WHERE a.reassess_on <= (claim_due.now AT TIME ZONE 'UTC')::date + 1 -- the day begins up to 14 h before UTC's
          AND a.reassess_on <= (claim_due.now AT TIME ZONE vekha.time_zone_of(a.organisation, claim_due.now))::date
        ORDER BY a.reassess_on, a.organisation, a.indicator
    LOOP
        EXIT WHEN claimed >= max_series;
        CONTINUE WHEN NOT pg_try_advisory_xact_lock(3, due.organisation);
        organisation := due.organisation;
        indicator := due.indicator;
        claimed := claimed + 1;
        RETURN NEXT;
    END LOOP;
END
$$;

-- Makes the caller the only one who assesses these organisations until the end of the transaction.  To be called once a
-- transaction, with every organisation whose assessments or alerts will be written, parents too.
CREATE FUNCTION vekha.lock_series(organisations integer[])
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    bucket integer;
BEGIN
    FOR bucket IN SELECT DISTINCT o % 1024 FROM unnest(organisations) o WHERE o IS NOT NULL ORDER BY 1 LOOP
        PERFORM pg_advisory_xact_lock(2, bucket);
    END LOOP;
END
$$;

-- The open alerts of these pairs (arrays of the same length), of the kinds that an assessment opens: lag and milestone.
CREATE FUNCTION vekha.open_alerts(organisations integer[], indicators integer[])
RETURNS TABLE (organisation integer, indicator integer, alert bigint, kind vekha.alert_kind, level vekha.alert_level,
               opened_at timestamptz, changed_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
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
    SELECT a.organisation, a.indicator, a.id, a.kind, a.level, a.opened_at, a.changed_at
    FROM (SELECT DISTINCT p.o, p.i FROM unnest(organisations, indicators) p(o, i)) pair
    CROSS JOIN (VALUES ('lag'::vekha.alert_kind), ('milestone')) k(kind)
    JOIN vekha.alert a ON a.kind = k.kind AND a.organisation = pair.o AND a.indicator = pair.i AND a.closed_at IS NULL;
END
$$;

-- Writes assessments, one per pair; all arrays have the same length.  A row that stands like this already is left alone,
-- assessed_at too.  A rule_set_versions element 0 means the defaults of the program, as NULL does.  Returns how many rows were
-- written.  The caller holds lock_series.
CREATE FUNCTION vekha.write_assessments(
    assessed_at timestamptz, organisations integer[], indicators integer[], statuses vekha.status[], as_ofs date[],
    facts numeric[], ns numeric[], of_values numeric[], targets numeric[], plan_ats numeric[], gaps numeric[],
    progresses numeric[], attainments numeric[], needed_paces numeric[], paces numeric[], forecasts numeric[],
    forecast_sds numeric[], probabilities numeric[], plans integer[], rule_set_versions integer[],
    explanations_ru text[], explanations_en text[], reassess_ons date[])
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    written integer;
BEGIN
    INSERT INTO vekha.assessment AS a (
        organisation, indicator, status, as_of, fact, n, of_value, target, plan_at, gap, progress, attainment, needed_pace,
        pace, forecast, forecast_sd, probability, plan, rule_set_version, explanation_ru, explanation_en, reassess_on, assessed_at)
    SELECT u.organisation, u.indicator, u.status, u.as_of, u.fact, u.n, u.of_value, u.target, u.plan_at, u.gap, u.progress,
           u.attainment, u.needed_pace, u.pace, u.forecast, u.forecast_sd, u.probability, u.plan,
           nullif(u.rule_set_version, 0), u.explanation_ru, u.explanation_en, u.reassess_on, write_assessments.assessed_at
    FROM unnest(organisations, indicators, statuses, as_ofs, facts, ns, of_values, targets, plan_ats, gaps, progresses,
                attainments, needed_paces, paces, forecasts, forecast_sds, probabilities, plans, rule_set_versions,
                explanations_ru, explanations_en, reassess_ons)
         u(organisation, indicator, status, as_of, fact, n, of_value, target, plan_at, gap, progress, attainment,
           needed_pace, pace, forecast, forecast_sd, probability, plan, rule_set_version, explanation_ru, explanation_en,
           reassess_on)
    ON CONFLICT (organisation, indicator) DO UPDATE SET
        status = excluded.status, as_of = excluded.as_of, fact = excluded.fact, n = excluded.n,
        of_value = excluded.of_value, target = excluded.target, plan_at = excluded.plan_at, gap = excluded.gap,
        progress = excluded.progress, attainment = excluded.attainment, needed_pace = excluded.needed_pace,
        pace = excluded.pace, forecast = excluded.forecast, forecast_sd = excluded.forecast_sd,
        probability = excluded.probability, plan = excluded.plan, rule_set_version = excluded.rule_set_version,
        explanation_ru = excluded.explanation_ru, explanation_en = excluded.explanation_en,
        reassess_on = excluded.reassess_on, assessed_at = excluded.assessed_at
    WHERE (a.status, a.as_of, a.fact, a.n, a.of_value, a.target, a.plan_at, a.gap, a.progress, a.attainment,
           a.needed_pace, a.pace, a.forecast, a.forecast_sd, a.probability, a.plan, a.rule_set_version,
           a.explanation_ru, a.explanation_en, a.reassess_on)
          IS DISTINCT FROM
          (excluded.status, excluded.as_of, excluded.fact, excluded.n, excluded.of_value, excluded.target,
           excluded.plan_at, excluded.gap, excluded.progress, excluded.attainment, excluded.needed_pace, excluded.pace,
           excluded.forecast, excluded.forecast_sd, excluded.probability, excluded.plan, excluded.rule_set_version,
           excluded.explanation_ru, excluded.explanation_en, excluded.reassess_on);
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

-- The latest word on a series or on its organisation counts; a silence with a day gone by ends an earlier one.
CREATE FUNCTION vekha.is_silenced(organisation integer, indicator integer, at timestamptz)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT DISTINCT ON (a.indicator) a.until
            FROM vekha.action a
            WHERE a.kind = 'silence' AND a.organisation = $1 AND (a.indicator IS NULL OR a.indicator = $2) AND a.at <= $3
            ORDER BY a.indicator, a.id DESC
        ) latest
        WHERE latest.until >= vekha.today_of($1, $3, NULL)
    )
$$;

-- Moves alerts and writes the messages that tell of it.
--
-- The first arrays have one element per transition (one per pair and kind in a call): to_levels is the level that follows, NULL
-- closes the alert.  The open alert of (kind, organisation, indicator) is found here: none and a level opens one, none and
-- NULL does nothing, a level that stands already does nothing, so a repeated call writes nothing.  events is kept as given.
-- The m_ arrays have one element per message; m_transition is the 1-based index of its transition in the arrays before.
-- A message of a transition that did nothing is not written.  `{alert}` in a subject or body becomes the alert's id.
-- Message ids are <alert.transition.n@host>, n counting the messages of one transition from 1.  The thread id of a message is the
-- id of the first message about this alert to this recipient, which begins the thread: of that one, its own.
-- While the series is silenced its alert moves, but nobody is told.
-- Returns the transitions that were written: ord is the index in the arrays.  The caller holds lock_series.
CREATE FUNCTION vekha.write_transitions(
    at timestamptz, host text, organisations integer[], indicators integer[], kinds vekha.alert_kind[], events text[],
    to_levels vekha.alert_level[], submissions uuid[], as_ofs date[], statuses vekha.status[], facts numeric[],
    plan_ats numeric[], plans integer[], rule_set_versions integer[], explanations_ru text[], explanations_en text[],
    m_transition integer[], m_channel text[], m_recipient text[], m_subject text[], m_body text[])
RETURNS TABLE (ord integer, alert bigint, transition bigint, messages integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    step record;
    open_alert vekha.alert;
BEGIN
    FOR step IN
        SELECT u.*
        FROM unnest(organisations, indicators, kinds, events, to_levels, submissions, as_ofs, statuses, facts, plan_ats,
                    plans, rule_set_versions, explanations_ru, explanations_en) WITH ORDINALITY
             u(organisation, indicator, kind, event, to_level, submission, as_of, status, fact, plan_at, plan,
               rule_set_version, explanation_ru, explanation_en, ord)
    LOOP
        SELECT a.* INTO open_alert
        FROM vekha.alert a
        WHERE a.kind = step.kind AND a.organisation = step.organisation
          AND a.indicator IS NOT DISTINCT FROM step.indicator AND a.closed_at IS NULL;
        CONTINUE WHEN open_alert.level IS NOT DISTINCT FROM step.to_level;

        IF open_alert.id IS NULL THEN
            INSERT INTO vekha.alert (kind, organisation, indicator, level, opened_at, changed_at)
            VALUES (step.kind, step.organisation, step.indicator, step.to_level, write_transitions.at, write_transitions.at)
            RETURNING id INTO alert;
        ELSE
            UPDATE vekha.alert a
            SET level = coalesce(step.to_level, a.level),
                changed_at = greatest(a.opened_at, write_transitions.at),
                closed_at = CASE WHEN step.to_level IS NULL THEN greatest(a.opened_at, write_transitions.at) END
            WHERE a.id = open_alert.id;
            alert := open_alert.id;
        END IF;

        INSERT INTO vekha.alert_transition (alert, at, event, from_level, to_level, submission, as_of, status, fact, plan_at,
                                            plan, rule_set_version, explanation_ru, explanation_en)
        VALUES (alert, write_transitions.at, step.event, open_alert.level, step.to_level, step.submission, step.as_of,
                step.status, step.fact, step.plan_at, step.plan, nullif(step.rule_set_version, 0),
                step.explanation_ru, step.explanation_en)
        RETURNING id INTO transition;

        INSERT INTO vekha.outbox (transition, channel, recipient, message_id, thread_id, subject, body, created_at,
                                  next_attempt_at)
        SELECT transition, m.channel, m.recipient, i.message_id,
               coalesce((SELECT o.message_id
                         FROM vekha.alert_transition t JOIN vekha.outbox o ON o.transition = t.id
                         WHERE t.alert = write_transitions.alert AND o.channel = m.channel AND o.recipient = m.recipient
                         ORDER BY o.id LIMIT 1), i.message_id),
               replace(m.subject, '{alert}', alert::text), replace(m.body, '{alert}', alert::text),
               write_transitions.at, write_transitions.at
        FROM (
            SELECT w.channel, w.recipient, w.subject, w.body, row_number() OVER (ORDER BY w.position) AS n
            FROM unnest(m_transition, m_channel, m_recipient, m_subject, m_body) WITH ORDINALITY
                 w(transition, channel, recipient, subject, body, position)
            WHERE w.transition = step.ord
        ) m
        CROSS JOIN LATERAL (SELECT format('<%s.%s.%s@%s>', alert, transition, m.n, host) AS message_id) i
        WHERE NOT vekha.is_silenced(step.organisation, step.indicator, write_transitions.at);
        GET DIAGNOSTICS messages = ROW_COUNT;
        ord := step.ord;
        RETURN NEXT;
    END LOOP;
END
$$;

-- Leases due messages to the caller until now + lease: short, commit, send outside of any transaction, then outbox_sent or
-- outbox_failed.  A message whose sender died comes again when the lease is over.  attempts counts this attempt already.
CREATE FUNCTION vekha.claim_outbox(now timestamptz, max_messages integer, lease interval)
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
    FROM (
        SELECT q.id
        FROM vekha.outbox q
        WHERE q.sent_at IS NULL AND q.dead_at IS NULL AND q.next_attempt_at <= claim_outbox.now
          AND (q.leased_until IS NULL OR q.leased_until <= claim_outbox.now)
        ORDER BY q.next_attempt_at, q.id
        LIMIT max_messages
        FOR UPDATE SKIP LOCKED
    ) due
    WHERE o.id = due.id
    RETURNING o.id, o.channel, o.recipient, o.message_id, o.thread_id, o.subject, o.body, o.attempts, o.created_at;
END
$$;

-- The receiver took the message.  False if it was marked so before.
CREATE FUNCTION vekha.outbox_sent(id bigint, now timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
BEGIN
    UPDATE vekha.outbox o SET sent_at = outbox_sent.now, leased_until = NULL, dead_at = NULL, last_error = NULL
    WHERE o.id = outbox_sent.id AND o.sent_at IS NULL;
    RETURN FOUND;
END
$$;

-- The attempt failed: again at next_attempt_at, or never again if dead (then it stays visible as a dead letter).
CREATE FUNCTION vekha.outbox_failed(id bigint, now timestamptz, next_attempt_at timestamptz, error text, dead boolean)
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
    RETURN FOUND;
END
$$;

-- Gives a dead letter another life, or makes a waiting message due at once.
CREATE FUNCTION vekha.outbox_retry(id bigint, now timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
BEGIN
    UPDATE vekha.outbox o SET dead_at = NULL, next_attempt_at = outbox_retry.now, leased_until = NULL
    WHERE o.id = outbox_retry.id AND o.sent_at IS NULL;
    RETURN FOUND;
END
$$;

COMMENT ON FUNCTION vekha.claim_pending(integer) IS 'Claims the oldest submissions that are to be assessed, until the transaction ends.';
COMMENT ON FUNCTION vekha.finish_pending(uuid[]) IS 'Marks claimed submissions as assessed; returns how many still were not.';
COMMENT ON FUNCTION vekha.claim_reassessment(integer) IS 'Takes series whose catalogue changed out of the queue.';
COMMENT ON FUNCTION vekha.claim_due(timestamptz, integer) IS 'Claims series whose reassess_on has come where they are.';
COMMENT ON FUNCTION vekha.lock_series(integer[]) IS 'Waits to be the only one who assesses these organisations, until the transaction ends.';
COMMENT ON FUNCTION vekha.open_alerts(integer[], integer[]) IS 'Open lag and milestone alerts of these pairs.';
COMMENT ON FUNCTION vekha.is_silenced(integer, integer, timestamptz) IS 'Whether messages about a series are not wanted now.';
COMMENT ON FUNCTION vekha.write_assessments(timestamptz, integer[], integer[], vekha.status[], date[], numeric[], numeric[],
    numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[],
    integer[], integer[], text[], text[], date[]) IS 'Writes the assessments that differ from what stands; returns how many.';
COMMENT ON FUNCTION vekha.write_transitions(timestamptz, text, integer[], integer[], vekha.alert_kind[], text[],
    vekha.alert_level[], uuid[], date[], vekha.status[], numeric[], numeric[], integer[], integer[], text[], text[], integer[],
    text[], text[], text[], text[]) IS 'Opens, changes and closes alerts and writes the messages that tell of it.';
COMMENT ON FUNCTION vekha.claim_outbox(timestamptz, integer, interval) IS 'Leases due messages to a sender.';
COMMENT ON FUNCTION vekha.outbox_sent(bigint, timestamptz) IS 'The receiver took a message; false if that was known.';
COMMENT ON FUNCTION vekha.outbox_failed(bigint, timestamptz, timestamptz, text, boolean) IS
    'Sending failed: again at the time given, or given up; false if it was sent.';
COMMENT ON FUNCTION vekha.outbox_retry(bigint, timestamptz) IS 'Makes an unsent message due, a dead one too; false if there is none.';

-- What the centre did not take of a submission is told by letter too, by routes of the kind "refusal": an agent sends by itself, and nobody
-- may be looking when the receipt comes.
--
--     submission ──note_refusals──► refusal ──composed by a daemon──► outbox ──channel──► a person
--                      by routes     "office@… is to hear what
--                                     was not taken of this"

ALTER TYPE vekha.alert_kind ADD VALUE 'refusal';
COMMENT ON TYPE vekha.alert_kind IS 'What an alert is about; refusal, in routes only: what the centre did not take of a submission.';

-- What came before there were such routes is not told any more.
ALTER TABLE vekha.submission ADD COLUMN refusals_noted boolean NOT NULL DEFAULT true;
ALTER TABLE vekha.submission ALTER COLUMN refusals_noted SET DEFAULT false;

DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT 'vekha.submission'::regclass UNION SELECT inhrelid FROM pg_inherits WHERE inhparent = 'vekha.submission'::regclass
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.refusals_noted IS %L', part,
                       'Who is to hear of what was not taken of it stands in vekha.refusal; meaningless if all was taken.');
    END LOOP;
END
$$;

-- Ingest writes nothing for it: those of which something was rejected are in this index until they are looked at.
CREATE INDEX submission_refused ON vekha.submission (number)
    WHERE NOT refusals_noted AND (600 <= ANY (verdicts) OR 600 <= ANY (narrative_verdicts));

CREATE TABLE vekha.refusal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission uuid NOT NULL,
    route integer NOT NULL REFERENCES vekha.route,
    channel text NOT NULL,
    recipient text NOT NULL,
    language text NOT NULL,
    pace vekha.pace NOT NULL,
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    outbox bigint REFERENCES vekha.outbox,
    UNIQUE (submission, channel, recipient)
);

CREATE INDEX refusal_due ON vekha.refusal (due_at, id) WHERE outbox IS NULL;

COMMENT ON TABLE vekha.refusal IS 'That somebody is to hear, or heard, what was not taken of a submission.';
COMMENT ON COLUMN vekha.refusal.id IS 'Running number.';
COMMENT ON COLUMN vekha.refusal.submission IS 'The submission.';
COMMENT ON COLUMN vekha.refusal.route IS 'By which route.';
COMMENT ON COLUMN vekha.refusal.channel IS 'How.';
COMMENT ON COLUMN vekha.refusal.recipient IS 'Who.';
COMMENT ON COLUMN vekha.refusal.language IS 'In which language; the reasons are in that of the sender.';
COMMENT ON COLUMN vekha.refusal.pace IS 'Whether a letter of its own or a digest.';
COMMENT ON COLUMN vekha.refusal.created_at IS 'Since when.';
COMMENT ON COLUMN vekha.refusal.due_at IS 'Not before this time.';
COMMENT ON COLUMN vekha.refusal.outbox IS 'The message that tells of it; null: none yet.';

-- Looks at submissions of which something was rejected, a number of them; returns how many.  Who hears of it is who the routes of the
-- sender's organisation name; levels have no meaning here.
CREATE FUNCTION vekha.note_refusals(now timestamptz, max_submissions integer)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    s record;
    looked integer := 0;
BEGIN
    FOR s IN
        SELECT q.id, a.organisation
        FROM vekha.submission q
        JOIN vekha.agent a ON a.id = q.agent
        WHERE NOT q.refusals_noted AND (600 <= ANY (q.verdicts) OR 600 <= ANY (q.narrative_verdicts))
        ORDER BY q.number LIMIT max_submissions
        FOR UPDATE OF q SKIP LOCKED
    LOOP
        looked := looked + 1;
        UPDATE vekha.submission u SET refusals_noted = true WHERE u.id = s.id;
        INSERT INTO vekha.refusal (submission, route, channel, recipient, language, pace, created_at, due_at)
        SELECT DISTINCT ON ((r.route).channel, r.recipient)
               s.id, (r.route).route, (r.route).channel, r.recipient, (r.route).language, (r.route).pace, note_refusals.now,
               coalesce(vekha.route_tells(r.route, note_refusals.now), 'infinity') AS due_at
        FROM vekha.routes_of(s.organisation, NULL, 'refusal') r
        WHERE r.recipient IS NOT NULL AND (r.route).unanswered_days IS NULL
        ORDER BY (r.route).channel, r.recipient, due_at
        ON CONFLICT DO NOTHING;
    END LOOP;
    RETURN looked;
END
$$;

COMMENT ON FUNCTION vekha.note_refusals(timestamptz, integer) IS
    'Notes who is to hear of what was not taken of submissions; returns how many were looked at.';

CREATE FUNCTION vekha.told_lately(channel text, recipient text, now timestamptz, OUT letters bigint, OUT digest_at timestamptz)
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
SET enable_seqscan = off
AS $$
    SELECT count(*) FILTER (WHERE NOT o.digest), max(o.created_at) FILTER (WHERE o.digest)
    FROM vekha.outbox o
    WHERE o.channel = told_lately.channel AND o.recipient = told_lately.recipient AND o.created_at > told_lately.now - interval '1 hour'
$$;

COMMENT ON FUNCTION vekha.told_lately(text, text, timestamptz) IS
    'How many letters somebody was written in the last hour, and when the last digest, if it was within it.';

-- As before; the letters and digests that count are those about refusals too, and a measure is one line, however it was entered.
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
        ELSIF why IS NULL THEN
            ready := ready || m.id;
        END IF; -- else a sum above is about to be made: the next look is soon enough
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

-- One submission with what was not taken of it: its number, the count of its lines, and of those the first forty that were rejected.
CREATE FUNCTION vekha.refused_lines(submission uuid)
RETURNS TABLE (number bigint, received_at timestamptz, organisation integer, author text, lines integer, refused integer,
               numbers integer[], texts text[])
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
SET enable_seqscan = off
AS $$
    SELECT s.number, s.received_at, a.organisation, s.author,
           cardinality(s.verdicts) + coalesce(cardinality(s.narrative_verdicts), 0), l.refused, l.numbers[:40], l.texts[:40]
    FROM vekha.submission s
    JOIN vekha.agent a ON a.id = s.agent
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS refused, array_agg(v.line::integer ORDER BY v.narrative, v.line) AS numbers,
               array_agg(coalesce(v.told, '') ORDER BY v.narrative, v.line) AS texts
        FROM (SELECT false AS narrative, u.line, u.verdict, s.texts[u.line] AS told
              FROM unnest(s.verdicts) WITH ORDINALITY u(verdict, line)
              UNION ALL
              SELECT true, u.line, u.verdict, s.narrative_texts[u.line]
              FROM unnest(s.narrative_verdicts) WITH ORDINALITY u(verdict, line)) v
        WHERE v.verdict >= 600
    ) l
    WHERE s.id = $1
$$;

COMMENT ON FUNCTION vekha.refused_lines(uuid) IS 'What was not taken of a submission.';

-- What was not taken and is to be told now, as letters or digests: calm as due_mentions is, and in one with it.  Rows of one message follow
-- each other and have one number, one for each line of a letter, one for each of the first hundred submissions of a digest; ids of the
-- first row are all its refusals.
CREATE FUNCTION vekha.due_refusals(now timestamptz, letters_at_once integer, letters_an_hour integer)
RETURNS TABLE (message integer, digest boolean, language text, total integer, ids bigint[], number bigint, received_on date,
               organisation_name text, author text, lines integer, refused integer, line integer, why text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    most constant integer := 20000;
    ready bigint[];
BEGIN
    IF NOT pg_try_advisory_xact_lock(3, 0) THEN
        RETURN;
    END IF;
    ready := ARRAY(SELECT w.id FROM vekha.refusal w WHERE w.outbox IS NULL AND w.due_at <= due_refusals.now
                   ORDER BY w.due_at, w.id LIMIT most);
    RETURN QUERY
    WITH ready AS MATERIALIZED (
        SELECT w.* FROM unnest(ready) r(id) JOIN vekha.refusal w ON w.id = r.id
    ), reader AS MATERIALIZED (
        SELECT g.*, g.digests OR g.n > letters_at_once OR g.n + g.letters > letters_an_hour AS digest
        FROM (
            SELECT r.channel, r.recipient, r.language, count(*)::integer AS n, bool_or(r.pace <> 'at_once') AS digests,
                   array_agg(r.id ORDER BY r.id) AS ids, (vekha.told_lately(r.channel, r.recipient, now)).*
            FROM ready r
            GROUP BY r.channel, r.recipient, r.language
        ) g
    ), postponed AS (
        UPDATE vekha.refusal w SET due_at = g.digest_at + interval '1 hour'
        FROM reader g
        WHERE g.digest AND NOT g.digests AND g.digest_at IS NOT NULL AND w.id = ANY (g.ids)
    ), chosen AS MATERIALIZED (
        SELECT g.n, g.digest, g.ids, r, row_number() OVER (PARTITION BY g.channel, g.recipient, g.language ORDER BY r.id) AS place
        FROM reader g
        JOIN ready r ON r.channel = g.channel AND r.recipient = g.recipient AND r.language = g.language
        WHERE NOT g.digest OR g.digests OR g.digest_at IS NULL
    )
    SELECT dense_rank() OVER (ORDER BY (c.r).channel, (c.r).recipient, (c.r).language, CASE WHEN NOT c.digest THEN (c.r).id END)::integer,
           c.digest, (c.r).language, CASE WHEN c.digest THEN c.n ELSE 1 END,
           CASE WHEN u.place > 1 THEN NULL WHEN NOT c.digest THEN ARRAY[(c.r).id] WHEN c.place = 1 THEN c.ids END,
           l.number, (l.received_at AT TIME ZONE coalesce(vekha.time_zone_of(l.organisation, now), 'UTC'))::date,
           CASE WHEN (c.r).language = 'en' THEN coalesce(v.name_en, v.name) ELSE v.name END::text, l.author, l.lines, l.refused,
           u.line, u.why
    FROM chosen c
    CROSS JOIN LATERAL vekha.refused_lines((c.r).submission) l
    CROSS JOIN LATERAL unnest(l.numbers, l.texts) WITH ORDINALITY u(line, why, place)
    JOIN vekha.organisation_version v
        ON v.organisation = l.organisation AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
    WHERE CASE WHEN c.digest THEN c.place <= 100 AND u.place = 1 ELSE true END
    ORDER BY 1, c.place, u.place;
END
$$;

COMMENT ON FUNCTION vekha.due_refusals(timestamptz, integer, integer) IS 'What was not taken and is to be told now, as letters or digests.';

-- One submission for programs that read messages: see docs/administrator.md.
CREATE FUNCTION vekha.refusal_facts(submission uuid)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT jsonb_build_object(
        'submission', $1, 'number', l.number, 'received_at', vekha.json_time(l.received_at), 'org', o.code, 'org_name', v.name,
        'author', l.author, 'lines', l.lines, 'refused', l.refused,
        'reasons', (SELECT jsonb_agg(jsonb_build_object('line', u.number, 'text', u.told) ORDER BY u.place)
                    FROM unnest(l.numbers, l.texts) WITH ORDINALITY u(number, told, place)))
    FROM vekha.refused_lines($1) l
    JOIN vekha.organisation o ON o.id = l.organisation
    LEFT JOIN vekha.organisation_version v ON v.organisation = o.id AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
$$;

COMMENT ON FUNCTION vekha.refusal_facts(uuid) IS 'What was not taken of a submission, as JSON.';

-- Puts messages into the outbox; refusals are the ids that each tells of, as an array's text.  One whose refusals were told meanwhile is
-- left out.  Its id is <refusal.id@host>, a thread of its own.
CREATE FUNCTION vekha.post_refusals(
    now timestamptz, host text, refusals text[], digests boolean[], subjects text[], bodies text[])
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
    first vekha.refusal;
    own text;
    posted_id bigint;
    posted integer := 0;
BEGIN
    FOR message IN SELECT u.* FROM unnest(refusals, digests, subjects, bodies) u(refusals, digest, subject, body)
    LOOP
        ids := message.refusals::bigint[];
        free := ARRAY(SELECT r.id FROM vekha.refusal r WHERE r.id = ANY (ids) AND r.outbox IS NULL ORDER BY r.id FOR UPDATE);
        CONTINUE WHEN cardinality(free) <> cardinality(ids);
        SELECT r.* INTO first FROM vekha.refusal r WHERE r.id = free[1];
        own := format('<refusal.%s@%s>', first.id, host);
        INSERT INTO vekha.outbox (channel, recipient, message_id, thread_id, subject, body, created_at, next_attempt_at, language, facts, digest)
        VALUES (first.channel, first.recipient, own, own, message.subject, message.body, post_refusals.now, post_refusals.now, first.language,
                jsonb_build_object('schema', 1, 'more', greatest(cardinality(free) - 100, 0), 'steps', '[]'::jsonb, 'refusals', (
                    SELECT jsonb_agg(vekha.refusal_facts(r.submission) ORDER BY r.id)
                    FROM vekha.refusal r WHERE r.id = ANY (free[:100]))),
                message.digest)
        RETURNING id INTO posted_id;
        UPDATE vekha.refusal r SET outbox = posted_id WHERE r.id = ANY (free);
        posted := posted + 1;
    END LOOP;
    RETURN posted;
END
$$;

COMMENT ON FUNCTION vekha.post_refusals(timestamptz, text, text[], boolean[], text[], text[]) IS
    'Puts messages about what was not taken into the outbox; returns how many.';

REVOKE ALL ON FUNCTION vekha.note_refusals, vekha.told_lately, vekha.refused_lines, vekha.due_refusals, vekha.refusal_facts,
    vekha.post_refusals FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.note_refusals, vekha.due_refusals, vekha.post_refusals TO vekha_daemon;
GRANT SELECT ON vekha.refusal TO vekha_admin;

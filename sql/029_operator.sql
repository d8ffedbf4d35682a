-- Operator alerts: what ails the centre itself reaches whoever runs it by the routes of the kind "operator", without anybody asking.
--
--     examine_often(), examine_seldom()   what is in the database ─┐
--     vekhad: its machine, its clock                               ├─ look() ──► finding ──model──► move_findings() ──► alert
--     incident: what happened at one moment                       ─┘   one daemon at a time, once a minute
--
-- A finding is one question with its answer: a level, or null where all is well.  Its key stays the same as long as it is the same thing,
-- so there is one alert for it.  How long it must last before it is told, and be over before that is told, daemon/model/finding.h says.

-- --- alerts of findings ---

ALTER TABLE vekha.alert
    ADD COLUMN finding text CHECK (length(finding) BETWEEN 1 AND 200),
    ADD CHECK ((kind = 'operator') = (finding IS NOT NULL));
COMMENT ON COLUMN vekha.alert.finding IS 'What of the centre it is about, a key of vekha.finding; null: it is about figures or reports.';

DROP INDEX vekha.alert_one_open;
CREATE UNIQUE INDEX alert_one_open ON vekha.alert (organisation, indicator, kind, finding) NULLS NOT DISTINCT WHERE closed_at IS NULL;
CREATE UNIQUE INDEX alert_one_of_finding ON vekha.alert (finding) WHERE closed_at IS NULL AND finding IS NOT NULL;

-- Moves alerts, and notes who is to hear of it: all that vekha.write_transitions() says, which now is this without findings.  findings has
-- the key of each alert of the kind operator.
CREATE FUNCTION vekha.move_alerts(
    at timestamptz, organisations integer[], indicators integer[], kinds vekha.alert_kind[], events text[],
    to_levels vekha.alert_level[], submissions uuid[], as_ofs date[], statuses vekha.status[], facts numeric[],
    plan_ats numeric[], plans integer[], rule_set_versions integer[], explanations_ru text[], explanations_en text[], charts text[],
    l_transition integer[], l_audience vekha.audience[], l_language text[], l_subject text[], l_body text[],
    findings text[])
RETURNS TABLE (ord integer, alert bigint, transition bigint, mentions integer)
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    reports constant vekha.alert_kind[] := '{overdue,silent}';
    step record;
    open_alert vekha.alert;
    ords integer[] := '{}'; -- of the transitions that were written, with their alerts, ids and levels
    alerts bigint[] := '{}';
    steps bigint[] := '{}';
    levels vekha.alert_level[] := '{}';
BEGIN
    FOR step IN
        SELECT u.*
        FROM unnest(organisations, indicators, kinds, events, to_levels, submissions, as_ofs, statuses, facts, plan_ats,
                    plans, rule_set_versions, explanations_ru, explanations_en, charts, findings) WITH ORDINALITY
             u(organisation, indicator, kind, event, to_level, submission, as_of, status, fact, plan_at, plan,
               rule_set_version, explanation_ru, explanation_en, chart, finding, ord)
    LOOP
        SELECT a.* INTO open_alert
        FROM vekha.alert a
        WHERE (a.kind = step.kind OR (a.kind = ANY (reports) AND step.kind = ANY (reports)))
          AND a.organisation = step.organisation AND a.closed_at IS NULL
          AND (a.indicator = step.indicator OR (a.indicator IS NULL AND step.indicator IS NULL))
          AND a.finding IS NOT DISTINCT FROM step.finding;
        CONTINUE WHEN open_alert.level IS NOT DISTINCT FROM step.to_level;

        IF open_alert.id IS NULL THEN
            INSERT INTO vekha.alert (kind, organisation, indicator, finding, level, opened_at, changed_at, look_at)
            VALUES (step.kind, step.organisation, step.indicator, step.finding, step.to_level, move_alerts.at, move_alerts.at,
                    vekha.next_midnight(step.organisation, move_alerts.at))
            RETURNING id INTO alert;
        ELSE
            UPDATE vekha.alert a
            SET kind = CASE WHEN step.to_level IS NULL THEN a.kind ELSE step.kind END,
                level = coalesce(step.to_level, a.level),
                changed_at = greatest(a.opened_at, move_alerts.at),
                closed_at = CASE WHEN step.to_level IS NULL THEN greatest(a.opened_at, move_alerts.at) END
            WHERE a.id = open_alert.id;
            alert := open_alert.id;
        END IF;

        INSERT INTO vekha.alert_transition (alert, at, event, from_level, to_level, submission, as_of, status, fact, plan_at,
                                            plan, rule_set_version, explanation_ru, explanation_en, chart)
        VALUES (alert, move_alerts.at, step.event, open_alert.level, step.to_level, step.submission, step.as_of,
                step.status, step.fact, step.plan_at, step.plan, nullif(step.rule_set_version, 0),
                step.explanation_ru, step.explanation_en, step.chart)
        RETURNING id INTO transition;

        ords := ords || step.ord;
        alerts := alerts || alert;
        steps := steps || transition;
        levels := levels || greatest(open_alert.level, step.to_level);
    END LOOP;

    RETURN QUERY
    WITH moved AS MATERIALIZED (
        SELECT m.ord, m.alert, m.step, m.level
        FROM unnest(ords, alerts, steps, levels) m(ord, alert, step, level)
    ), heard AS MATERIALIZED (
        SELECT DISTINCT ON (m.step, (r.route).channel, r.recipient)
               m.ord, m.alert, m.step, r.route, r.recipient, r.audience, r.level, vekha.route_tells(r.route, move_alerts.at) AS due_at
        FROM moved m
        CROSS JOIN LATERAL vekha.routes_of(organisations[m.ord], indicators[m.ord], kinds[m.ord]) r
        WHERE m.level >= r.level AND r.recipient IS NOT NULL
          AND ((r.route).unanswered_days IS NULL -- else it hears how that ends which was passed on to it
               OR EXISTS (SELECT FROM vekha.mention p WHERE p.alert = m.alert AND p.channel = (r.route).channel
                          AND p.recipient = r.recipient AND p.outbox IS NOT NULL))
          AND EXISTS (SELECT FROM unnest(l_transition, l_audience) l(ord, audience) WHERE l.ord = m.ord AND l.audience = r.audience)
        ORDER BY m.step, (r.route).channel, r.recipient, due_at
    ), written AS (
        INSERT INTO vekha.letter (transition, audience, language, subject, body)
        SELECT m.step, l.audience, l.language, replace(l.subject, '{alert}', m.alert::text), replace(l.body, '{alert}', m.alert::text)
        FROM unnest(l_transition, l_audience, l_language, l_subject, l_body) l(ord, audience, language, subject, body)
        JOIN moved m ON m.ord = l.ord
        WHERE EXISTS (SELECT FROM heard h WHERE h.ord = l.ord AND h.audience = l.audience AND (h.route).language = l.language)
    ), mentioned AS (
        INSERT INTO vekha.mention (alert, transition, reason, route, channel, recipient, language, audience, pace, level, created_at, due_at)
        SELECT h.alert, h.step, 'step', (h.route).route, (h.route).channel, h.recipient, (h.route).language, h.audience,
               (h.route).pace, h.level, move_alerts.at, coalesce(h.due_at, 'infinity')
        FROM heard h
        ORDER BY h.step
        RETURNING transition
    )
    SELECT m.ord, m.alert, m.step, coalesce(c.n, 0)::integer
    FROM moved m LEFT JOIN (SELECT w.transition, count(*) AS n FROM mentioned w GROUP BY w.transition) c ON c.transition = m.step;
END
$$;


COMMENT ON FUNCTION vekha.move_alerts(timestamptz, integer[], integer[], vekha.alert_kind[], text[], vekha.alert_level[], uuid[],
    date[], vekha.status[], numeric[], numeric[], integer[], integer[], text[], text[], text[], integer[], vekha.audience[], text[],
    text[], text[], text[]) IS 'Moves alerts, those of findings too, and notes who is to hear of it; returns what was moved.';

CREATE OR REPLACE FUNCTION vekha.write_transitions(
    at timestamptz, organisations integer[], indicators integer[], kinds vekha.alert_kind[], events text[],
    to_levels vekha.alert_level[], submissions uuid[], as_ofs date[], statuses vekha.status[], facts numeric[],
    plan_ats numeric[], plans integer[], rule_set_versions integer[], explanations_ru text[], explanations_en text[], charts text[],
    l_transition integer[], l_audience vekha.audience[], l_language text[], l_subject text[], l_body text[])
RETURNS TABLE (ord integer, alert bigint, transition bigint, mentions integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT m.* FROM vekha.move_alerts(at, organisations, indicators, kinds, events, to_levels, submissions, as_ofs, statuses, facts, plan_ats,
                                      plans, rule_set_versions, explanations_ru, explanations_en, charts, l_transition, l_audience,
                                      l_language, l_subject, l_body, NULL) m;
END
$$;

-- An organisation that wants no messages about its figures has said nothing about the centre.
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
    IF a.kind <> 'operator' AND vekha.is_silenced(a.organisation, a.indicator, now) THEN
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

CREATE OR REPLACE FUNCTION vekha.step_facts(transition bigint, reason vekha.mention_reason)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'step', t.id, 'event', CASE reason WHEN 'step' THEN t.event ELSE reason::text END, 'at', vekha.json_time(t.at),
            'alert', jsonb_build_object('id', a.id, 'kind', a.kind, 'level', CASE WHEN a.closed_at IS NULL THEN a.level END,
                                        'opened_at', vekha.json_time(a.opened_at), 'closed_at', vekha.json_time(a.closed_at)),
            'org', o.code, 'org_name', ov.name, 'indicator', i.code, 'indicator_name', iv.name, 'project', p.code,
            'finding', a.finding,
            'status', t.status, 'as_of', t.as_of, 'fact', t.fact::text, 'plan_at', t.plan_at::text,
            'explanation', jsonb_build_object('ru', t.explanation_ru, 'en', t.explanation_en))
        FROM vekha.alert_transition t
        JOIN vekha.alert a ON a.id = t.alert
        JOIN vekha.organisation o ON o.id = a.organisation
        LEFT JOIN vekha.organisation_version ov
            ON ov.organisation = o.id AND ov.superseded_at = 'infinity' AND ov.valid_to = 'infinity'
        LEFT JOIN vekha.indicator i ON i.id = a.indicator
        LEFT JOIN vekha.indicator_version iv
            ON iv.indicator = i.id AND iv.superseded_at = 'infinity' AND iv.valid_to = 'infinity'
        LEFT JOIN vekha.project p ON p.id = iv.project
        WHERE t.id = $1
    );
END
$$;

CREATE OR REPLACE VIEW report.alerts AS
SELECT a.id, a.kind, o.code AS org, o.name AS org_name, i.code AS indicator, i.name AS indicator_name, i.project, a.level,
       a.opened_at, a.changed_at, a.closed_at, t.event, t.status, t.as_of, t.fact, t.plan_at, t.explanation_ru,
       t.explanation_en, k.text AS measure, k.until AS measure_until, k.by_whom AS acknowledged_by, k.at AS acknowledged_at,
       a.finding
FROM vekha.alert a
JOIN report.organisations o ON o.id = a.organisation
LEFT JOIN report.indicators i ON i.id = a.indicator
LEFT JOIN LATERAL (
    SELECT s.* FROM vekha.alert_transition s WHERE s.alert = a.id ORDER BY s.id DESC LIMIT 1
) t ON true
LEFT JOIN LATERAL (
    SELECT c.* FROM vekha.action c WHERE c.alert = a.id AND c.kind = 'acknowledge' ORDER BY c.id DESC LIMIT 1
) k ON true;

COMMENT ON COLUMN report.alerts.finding IS 'What of the centre it is about; null: it is about figures or reports.';

-- --- what happened at one moment ---

CREATE TABLE vekha.incident (
    name text NOT NULL CHECK (name IN ('altered', 'refused', 'invitation used')),
    agent integer NOT NULL REFERENCES vekha.agent,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    times bigint NOT NULL DEFAULT 1,
    about text CHECK (length(about) <= 200),
    PRIMARY KEY (name, agent)
);

COMMENT ON TABLE vekha.incident IS 'What happened that whoever runs the centre is to hear of: one row for an agent, however often.';
COMMENT ON COLUMN vekha.incident.name IS 'altered: an id came with other bytes; refused: PostgreSQL took a submission not even alone; invitation used: once more.';
COMMENT ON COLUMN vekha.incident.agent IS 'Whose messages.';
COMMENT ON COLUMN vekha.incident.first_at IS 'When it began; anew after a week without.';
COMMENT ON COLUMN vekha.incident.last_at IS 'When it happened last.';
COMMENT ON COLUMN vekha.incident.times IS 'How often since first_at; not more than once a minute is counted of what a daemon sees.';
COMMENT ON COLUMN vekha.incident.about IS 'The last submission; null: none.';

CREATE FUNCTION vekha.note_incident(name text, agent integer, about text, at timestamptz)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    INSERT INTO vekha.incident AS i (name, agent, first_at, last_at, about)
    VALUES (note_incident.name, note_incident.agent, note_incident.at, note_incident.at, note_incident.about)
    ON CONFLICT (name, agent) DO UPDATE
    SET first_at = CASE WHEN i.last_at > excluded.last_at - interval '7 days' THEN i.first_at ELSE excluded.first_at END,
        times = CASE WHEN i.last_at > excluded.last_at - interval '7 days' THEN i.times + 1 ELSE 1 END,
        last_at = greatest(i.last_at, excluded.last_at), about = excluded.about
$$;

COMMENT ON FUNCTION vekha.note_incident(text, integer, text, timestamptz) IS 'Notes that something happened to the messages of an agent.';

CREATE OR REPLACE FUNCTION vekha.enrol_key(agent integer, by_key text, new_key text, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    most CONSTANT integer := 100; -- of one agent, ever
    asker vekha.agent_key;
    standing vekha.agent_key;
BEGIN
    PERFORM FROM vekha.agent a WHERE a.id = enrol_key.agent AND a.revoked_at IS NULL FOR UPDATE;
    SELECT k.* INTO asker FROM vekha.agent_key k WHERE FOUND AND k.public_key = by_key AND k.agent = enrol_key.agent AND k.revoked_at IS NULL;
    SELECT k.* INTO standing FROM vekha.agent_key k WHERE k.public_key = new_key;
    CASE
        WHEN asker.public_key IS NULL THEN RETURN 'revoked';
        WHEN asker.taken_by = new_key THEN RETURN 'enrolled';
        WHEN asker.taken_by IS NOT NULL THEN
            PERFORM vekha.note_incident('invitation used', enrol_key.agent, NULL, at);
            RETURN 'used';
        WHEN asker.invites_until < at THEN RETURN 'over';
        WHEN standing.agent = enrol_key.agent AND standing.revoked_at IS NULL AND standing.invites_until IS NULL
             AND asker.invites_until IS NULL THEN RETURN 'enrolled';
        WHEN standing.public_key IS NOT NULL THEN RETURN 'taken';
        WHEN (SELECT count(*) FROM vekha.agent_key k WHERE k.agent = enrol_key.agent) >= most THEN RETURN 'many';
        ELSE
            -- later than what it succeeds, whatever two clocks say
            INSERT INTO vekha.agent_key (public_key, agent, added_at)
            SELECT new_key, enrol_key.agent, greatest(at, max(k.added_at) + interval '1 microsecond')
            FROM vekha.agent_key k WHERE k.agent = enrol_key.agent;
            UPDATE vekha.agent_key k SET taken_by = new_key WHERE k.public_key = by_key AND k.invites_until IS NOT NULL;
            PERFORM vekha.catalogue_changed();
            RETURN 'enrolled';
    END CASE;
END
$$;

-- --- what is looked at ---

-- What vekhactl doctor asks, and whoever looks for the operator asks the same.  A row is an answer: level null where all is well; detail
-- is what the sentence in daemon/model/finding.c has a place for; an organisation is named where it is not the centre's own.

-- Cheap enough for every minute: by small tables and partial indexes, counted up to a limit.
CREATE INDEX outbox_dead ON vekha.outbox (dead_at) WHERE dead_at IS NOT NULL AND sent_at IS NULL;

CREATE FUNCTION vekha.examine_often(at timestamptz)
RETURNS TABLE (name text, subject text, organisation integer, level vekha.alert_level, detail text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    incidents constant text[] := '{altered,refused,invitation used}';
    waits timestamptz;
BEGIN
    RETURN QUERY
    SELECT 'partitions', '', NULL::integer,
           CASE WHEN y.last_year > extract(year FROM at) THEN NULL ELSE 'lagging'::vekha.alert_level END, y.last_year::text
    FROM vekha.catalogue_years() y;

    RETURN QUERY
    SELECT 'strays', '', NULL::integer, CASE WHEN count(*) > 0 THEN 'at_risk'::vekha.alert_level END, count(*)::text
    FROM vekha.submission_default s
    WHERE s.received_at > at - interval '30 days';

    waits := least((SELECT s.received_at FROM vekha.submission s WHERE s.pending ORDER BY s.number LIMIT 1),
                   (SELECT min(r.queued_at) FROM vekha.reassessment r), (SELECT min(q.queued_at) FROM vekha.reporting_queue q));
    RETURN QUERY
    SELECT 'backlog', '', NULL::integer,
           CASE WHEN waits <= at - interval '1 hour' THEN 'lagging'::vekha.alert_level
                WHEN waits <= at - interval '1 minute' THEN 'at_risk' END,
           (b.submissions + b.series)::text
    FROM vekha.backlog(100000) b;

    -- Routes, and messages of routes that are gone.
    RETURN QUERY
    SELECT 'channels', '', NULL::integer, CASE WHEN count(*) > 0 THEN 'at_risk'::vekha.alert_level END,
           coalesce(string_agg(u.channel || ' (' || u.what || ')', ', ' ORDER BY u.channel), '')
    FROM (
        SELECT w.channel, string_agg(w.what, ', ' ORDER BY w.what) AS what
        FROM (
            SELECT v.channel, r.code::text AS what
            FROM vekha.route_version v JOIN vekha.route r ON r.id = v.route
            WHERE v.superseded_at = 'infinity' AND v.valid_to = 'infinity' AND NOT v.dropped
            UNION
            SELECT DISTINCT o.channel, '…'
            FROM vekha.outbox o
            WHERE o.sent_at IS NULL AND o.dead_at IS NULL AND NOT o.waits AND o.created_at <= at - interval '10 minutes'
              AND NOT EXISTS (SELECT FROM vekha.route_version v WHERE v.channel = o.channel AND v.superseded_at = 'infinity'
                                AND v.valid_to = 'infinity' AND NOT v.dropped)
        ) w
        WHERE NOT EXISTS (SELECT FROM vekha.channel c WHERE c.name = w.channel AND c.served_at > at - interval '10 minutes')
        GROUP BY w.channel
    ) u;

    RETURN QUERY
    SELECT 'letters', '', NULL::integer, CASE WHEN count(*) > 0 THEN 'at_risk'::vekha.alert_level END, count(*)::text
    FROM (SELECT FROM vekha.outbox o WHERE o.dead_at > at - interval '30 days' AND o.sent_at IS NULL LIMIT 100000) d;

    RETURN QUERY
    SELECT i.name, i.agent::text, a.organisation, CASE i.name WHEN 'altered' THEN 'at_risk' ELSE 'lagging' END::vekha.alert_level,
           format('%s (%s), %s%s', i.agent, o.code, i.times, ': ' || i.about)
    FROM vekha.incident i
    JOIN vekha.agent a ON a.id = i.agent
    JOIN vekha.organisation o ON o.id = a.organisation
    WHERE a.revoked_at IS NULL AND i.last_at > at - interval '7 days';

    RETURN QUERY
    SELECT n.name, '', NULL::integer, NULL::vekha.alert_level, '0'
    FROM unnest(incidents) n(name)
    WHERE NOT EXISTS (SELECT FROM vekha.incident i JOIN vekha.agent a ON a.id = i.agent
                      WHERE i.name = n.name AND a.revoked_at IS NULL AND i.last_at > at - interval '7 days');
END
$$;

COMMENT ON FUNCTION vekha.examine_often(timestamptz) IS 'How the centre is, as far as it can be told at once.';

CREATE FUNCTION vekha.examine_seldom(at timestamptz)
RETURNS TABLE (name text, subject text, organisation integer, level vekha.alert_level, detail text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT 'time zones', '', NULL::integer, CASE WHEN count(*) > 0 THEN 'at_risk'::vekha.alert_level END,
           coalesce(string_agg(DISTINCT v.time_zone, ', '), '')
    FROM vekha.organisation_version v
    WHERE v.superseded_at = 'infinity' AND v.time_zone NOT IN (SELECT z.name FROM pg_timezone_names z);

    -- Superusers are members of everything; what was granted counts.
    RETURN QUERY
    SELECT 'roles', '', NULL::integer, CASE WHEN count(*) > 0 THEN 'at_risk'::vekha.alert_level END,
           coalesce(string_agg(w.role || ': ' || w.why, '; ' ORDER BY w.role), '')
    FROM (
        SELECT r.rolname::text AS role, 'superuser' AS why
        FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
        WHERE n.nspname = 'vekha' AND r.rolsuper
        UNION ALL
        SELECT r.rolname::text, CASE WHEN r.rolsuper THEN 'superuser' ELSE 'CREATEROLE, CREATEDB' END
        FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
        WHERE m.roleid = 'vekha_daemon'::regrole AND (r.rolsuper OR r.rolcreaterole OR r.rolcreatedb)
        UNION ALL
        SELECT r.rolname::text, 'vekha_admin'
        FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
        WHERE m.roleid = 'vekha_daemon'::regrole AND NOT r.rolsuper AND pg_has_role(r.oid, 'vekha_admin', 'MEMBER')
    ) w;

    -- The years of the deadlines of the next two months: a calendar knows a year if it has a day of it.
    RETURN QUERY
    SELECT 'workdays', '', NULL::integer, CASE WHEN count(*) > 0 THEN 'at_risk'::vekha.alert_level END,
           coalesce(string_agg(m.code || ' ' || m.year, ', ' ORDER BY m.code, m.year), '')
    FROM (
        SELECT DISTINCT w.code::text AS code, extract(year FROM t.day)::integer AS year
        FROM vekha.duty_version v
        JOIN vekha.workdays w ON w.id = v.workdays
        CROSS JOIN (VALUES (at), (at + interval '2 months')) t(day)
        WHERE v.superseded_at = 'infinity' AND v.starts <= t.day AND (v.ends IS NULL OR v.ends >= t.day - interval '1 year')
          AND NOT EXISTS (SELECT FROM vekha.workdays_version c
                          JOIN vekha.workday d ON d.workdays_version = c.id
                          WHERE c.workdays = w.id AND c.superseded_at = 'infinity'
                            AND extract(year FROM d.day) = extract(year FROM t.day))
    ) m;

    RETURN QUERY
    SELECT 'invitations', '', NULL::integer, CASE WHEN count(*) > 0 THEN 'info'::vekha.alert_level END,
           count(*) || coalesce(': ' || string_agg(i.code, ', ' ORDER BY i.place) FILTER (WHERE i.place <= 20), '')
    FROM (
        SELECT o.code, row_number() OVER (ORDER BY o.code) AS place
        FROM vekha.agent_key k
        JOIN vekha.agent a ON a.id = k.agent
        JOIN vekha.organisation o ON o.id = a.organisation
        WHERE k.invites_until < at AND k.taken_by IS NULL AND k.revoked_at IS NULL AND a.revoked_at IS NULL
    ) i;

    -- Of an organisation that is told to be silent, nothing more.
    RETURN QUERY
    SELECT 'silent agents', '', NULL::integer, CASE WHEN count(*) > 0 THEN 'info'::vekha.alert_level END,
           count(*) || coalesce(': ' || string_agg(s.id || ' (' || s.code || ')', ', ' ORDER BY s.id) FILTER (WHERE s.place <= 20), '')
    FROM (
        SELECT a.id, o.code, row_number() OVER (ORDER BY a.id) AS place
        FROM vekha.agent a
        JOIN vekha.organisation o ON o.id = a.organisation
        WHERE a.revoked_at IS NULL AND NOT a.desk AND a.enrolled_at < at - interval '45 days'
          AND EXISTS (SELECT FROM vekha.agent_key k WHERE k.agent = a.id AND k.revoked_at IS NULL AND k.invites_until IS NULL)
          AND NOT EXISTS (SELECT FROM vekha.alert l WHERE l.organisation = a.organisation AND l.kind = 'silent' AND l.closed_at IS NULL)
          AND a.id NOT IN (SELECT DISTINCT u.agent FROM vekha.submission u WHERE u.received_at > at - interval '45 days')
    ) s;
END
$$;

COMMENT ON FUNCTION vekha.examine_seldom(timestamptz) IS 'How the centre is, in what costs more to be told and changes slowly.';

-- Where PostgreSQL keeps its data is told to few; beside it they are mostly where Debian has them.
CREATE FUNCTION vekha.data_folder()
RETURNS text
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT CASE WHEN inet_server_addr() IS NULL
                THEN coalesce((SELECT s.setting FROM pg_settings s WHERE s.name = 'data_directory'), '/var/lib/postgresql') END
$$;

COMMENT ON FUNCTION vekha.data_folder() IS 'The folder of the database for a program on the same machine; null: it is on another.';

-- The clock of the database beside that of whoever asks, whose is `at`: clock is what the server shows them, for functions read none.
CREATE FUNCTION vekha.examine_clock(at timestamptz, clock timestamptz)
RETURNS TABLE (name text, subject text, organisation integer, level vekha.alert_level, detail text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    SELECT 'clock', '', NULL::integer, CASE WHEN abs(d.seconds) >= 5 THEN 'at_risk'::vekha.alert_level END, d.seconds::text
    FROM (SELECT CASE WHEN c.replay THEN 0 ELSE round(extract(epoch FROM clock - at)) END AS seconds FROM vekha.centre c) d
$$;

COMMENT ON FUNCTION vekha.examine_clock(timestamptz, timestamptz) IS
    'By how many seconds the database''s clock is ahead of that of whoever asks; 0 where time is played.';

CREATE FUNCTION vekha.schema_number()
RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
AS $$
BEGIN
    IF to_regclass('public.vekha_migration') IS NULL THEN
        RETURN NULL; -- not made by vekhactl
    END IF;
    RETURN (SELECT max(m.number) FROM public.vekha_migration m);
END
$$;

COMMENT ON FUNCTION vekha.schema_number() IS 'The number of the newest migration that is here.';

-- --- what stands ---

CREATE TABLE vekha.finding (
    finding text PRIMARY KEY CHECK (length(finding) BETWEEN 1 AND 200),
    name text NOT NULL,
    observer text NOT NULL,
    organisation integer REFERENCES vekha.organisation,
    level vekha.alert_level,
    since timestamptz NOT NULL,
    detail text NOT NULL,
    seen_at timestamptz NOT NULL
);

COMMENT ON TABLE vekha.finding IS 'How the centre was when it was last looked at. Derived: what is deleted is found again.';
COMMENT ON COLUMN vekha.finding.finding IS 'Key: the name, and after a colon whose it is, if there may be several.';
COMMENT ON COLUMN vekha.finding.name IS 'The question, a row of daemon/model/finding.c.';
COMMENT ON COLUMN vekha.finding.observer IS 'The daemon that sees it of itself and its machine; empty: it is of the database.';
COMMENT ON COLUMN vekha.finding.organisation IS 'Whom its alert is about; null: there is no organisation yet.';
COMMENT ON COLUMN vekha.finding.level IS 'How grave it is; null: all is well.';
COMMENT ON COLUMN vekha.finding.since IS 'Since when the level is this one.';
COMMENT ON COLUMN vekha.finding.detail IS 'For the place in its sentence.';
COMMENT ON COLUMN vekha.finding.seen_at IS 'When somebody looked last.';

CREATE TABLE vekha.look (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    often_at timestamptz NOT NULL DEFAULT '-infinity',
    seldom_at timestamptz NOT NULL DEFAULT '-infinity'
);

INSERT INTO vekha.look DEFAULT VALUES;

COMMENT ON TABLE vekha.look IS 'When the centre was looked at: one row.';
COMMENT ON COLUMN vekha.look.only_row IS 'Always true; keeps the table at one row.';
COMMENT ON COLUMN vekha.look.often_at IS 'What is looked at every minute.';
COMMENT ON COLUMN vekha.look.seldom_at IS 'What is looked at every six hours.';

-- The centre's own findings stand with the first organisation that is under no other.
CREATE FUNCTION vekha.root_organisation()
RETURNS integer
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT min(v.organisation) FROM vekha.organisation_version v
    WHERE v.superseded_at = 'infinity' AND v.valid_to = 'infinity' AND v.parent IS NULL
$$;

COMMENT ON FUNCTION vekha.root_organisation() IS 'The first organisation that is under no other; null: there is none.';

CREATE FUNCTION vekha.see_finding(
    at timestamptz, observer text, name text, subject text, organisation integer, level vekha.alert_level, detail text)
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = vekha, pg_temp
AS $$
    INSERT INTO vekha.finding AS f (finding, name, observer, organisation, level, since, detail, seen_at)
    VALUES (concat_ws(':', name, nullif(subject, '')), name, observer, coalesce(organisation, vekha.root_organisation()), level, at,
            left(regexp_replace(coalesce(detail, ''), '[\u0001-\u001f\u007f-\u009f]', '?', 'g'), 1000), at)
    ON CONFLICT (finding) DO UPDATE
    SET organisation = excluded.organisation, level = excluded.level, detail = excluded.detail, seen_at = excluded.seen_at,
        since = CASE WHEN f.level IS NOT DISTINCT FROM excluded.level THEN least(f.since, excluded.since) ELSE excluded.since END
$$;

COMMENT ON FUNCTION vekha.see_finding(timestamptz, text, text, text, integer, vekha.alert_level, text) IS 'A step of look().';

-- Notes what a daemon, MACHINE:PORT, sees of itself, each its own (names, levels, details), of its machine, and by its clock; and once a minute, for whichever daemon comes
-- first, how the centre is.  To that one it gives all findings whose alert is not as they are: since is how many seconds the level lasts,
-- stands the level of the open alert.  Another that is at it just now holds up nobody.
CREATE FUNCTION vekha.look(at timestamptz, clock timestamptz, observer text, schema integer, names text[], levels vekha.alert_level[], details text[])
RETURNS TABLE (finding text, name text, level vekha.alert_level, stands vekha.alert_level, since bigint, detail text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    present integer := coalesce(vekha.schema_number(), schema);
    turn vekha.look;
    seldom boolean;
    seen text[] := '{}';
    f record;
BEGIN
    IF length(observer) NOT BETWEEN 1 AND 100 OR cardinality(names) > 20 THEN
        RAISE EXCEPTION 'not a daemon that looks: %', left(observer, 100) USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM vekha.see_finding(at, observer, o.name, o.subject, NULL, o.level, o.subject || ': ' || o.detail)
    FROM (SELECT u.*, CASE u.name WHEN 'disk' THEN regexp_replace(observer, ':[0-9]*$', '') ELSE observer END AS subject
          FROM unnest(names, levels, details) u(name, level, detail)) o
    UNION ALL
    SELECT vekha.see_finding(at, observer, c.name, observer, NULL, c.level, observer || ': ' || c.detail) FROM vekha.examine_clock(at, clock) c
    UNION ALL
    SELECT vekha.see_finding(at, observer, 'old daemon', observer, NULL, CASE WHEN present > schema THEN 'at_risk'::vekha.alert_level END,
                             format('%s: %s < %s', observer, schema, present));

    IF NOT pg_try_advisory_xact_lock(7, 0) THEN
        RETURN;
    END IF;
    SELECT l.* INTO turn FROM vekha.look l;
    IF turn.often_at > at - interval '50 seconds' AND turn.often_at <= at + interval '50 seconds' THEN
        RETURN;
    END IF;
    seldom := turn.seldom_at <= at - interval '6 hours' OR turn.seldom_at > at;
    UPDATE vekha.look l SET often_at = at, seldom_at = CASE WHEN seldom THEN at ELSE l.seldom_at END;

    FOR f IN SELECT * FROM vekha.examine_often(at) UNION ALL SELECT e.* FROM vekha.examine_seldom(at) e WHERE seldom LOOP
        PERFORM vekha.see_finding(at, '', f.name, f.subject, f.organisation, f.level, f.detail);
        seen := seen || f.name;
    END LOOP;
    -- What nobody sees any more is over: an agent that was shut out, a daemon that is gone.
    UPDATE vekha.finding o SET level = NULL, since = at, detail = CASE WHEN o.observer = '' THEN '0' ELSE o.detail END
    WHERE o.level IS NOT NULL
      AND CASE WHEN o.observer = '' THEN o.name = ANY (seen) AND o.seen_at <> at ELSE o.seen_at <= at - interval '10 minutes' END;
    DELETE FROM vekha.finding o
    WHERE o.level IS NULL AND o.seen_at < at - interval '1 day' AND o.since < at - interval '1 day'
      AND NOT EXISTS (SELECT FROM vekha.alert a WHERE a.finding = o.finding AND a.closed_at IS NULL);

    RETURN QUERY
    SELECT o.finding, o.name, o.level, a.level, extract(epoch FROM at - o.since)::bigint, o.detail
    FROM vekha.finding o
    LEFT JOIN vekha.alert a ON a.finding = o.finding AND a.closed_at IS NULL
    WHERE o.level IS DISTINCT FROM a.level AND o.organisation IS NOT NULL
    ORDER BY o.level DESC NULLS LAST, o.finding
    LIMIT 200;
END
$$;

COMMENT ON FUNCTION vekha.look(timestamptz, timestamptz, text, integer, text[], vekha.alert_level[], text[]) IS
    'Looks how the centre is, one daemon at a time; returns the findings whose alert is not as they are.';

-- Moves the alerts of findings: one element each, to_levels null closes.  Letters are as in vekha.write_transitions().  An alert stays with
-- the organisation that it was opened for.  One that another daemon has moved already is left as it is.
CREATE FUNCTION vekha.move_findings(
    at timestamptz, findings text[], events text[], to_levels vekha.alert_level[], explanations_ru text[], explanations_en text[],
    l_transition integer[], l_audience vekha.audience[], l_language text[], l_subject text[], l_body text[])
RETURNS TABLE (moved bigint, mentions bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    whose integer[];
    n integer := cardinality(findings);
BEGIN
    PERFORM pg_advisory_xact_lock(7, 0);
    whose := ARRAY(
        SELECT coalesce((SELECT a.organisation FROM vekha.alert a WHERE a.finding = u.finding AND a.closed_at IS NULL),
                        (SELECT f.organisation FROM vekha.finding f WHERE f.finding = u.finding), vekha.root_organisation())
        FROM unnest(findings) WITH ORDINALITY u(finding, ord)
        ORDER BY u.ord);
    RETURN QUERY
    SELECT count(*), coalesce(sum(m.mentions), 0)::bigint
    FROM vekha.move_alerts(at, whose, NULL, array_fill('operator'::vekha.alert_kind, ARRAY[n]), events, to_levels, NULL, NULL, NULL, NULL, NULL, NULL,
                           NULL, explanations_ru, explanations_en, NULL, l_transition, l_audience, l_language, l_subject, l_body, findings) m;
END
$$;

COMMENT ON FUNCTION vekha.move_findings(timestamptz, text[], text[], vekha.alert_level[], text[], text[], integer[], vekha.audience[], text[],
    text[], text[]) IS 'Moves the alerts of findings; returns how many were moved, and how many people are to hear of it.';

REVOKE ALL ON FUNCTION vekha.move_alerts, vekha.note_incident, vekha.examine_often, vekha.examine_seldom, vekha.data_folder,
    vekha.examine_clock, vekha.schema_number, vekha.root_organisation, vekha.see_finding, vekha.look, vekha.move_findings FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.note_incident, vekha.data_folder, vekha.look, vekha.move_findings TO vekha_daemon;
GRANT EXECUTE ON FUNCTION vekha.examine_often, vekha.examine_seldom, vekha.data_folder, vekha.examine_clock TO vekha_admin;
GRANT SELECT ON vekha.finding, vekha.incident, vekha.look TO vekha_admin;

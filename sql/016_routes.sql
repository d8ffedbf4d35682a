-- Who is told of what: routes, and the mentions that they make of the steps of alerts.
--
--     alert_transition ──route──► mention ──composed by a daemon──► outbox ──channel──► a person
--        a step                    "head@… is to hear of step 77,      one message: a letter about one step,
--                                   not before 8 o'clock"              or a digest of many
--
-- A mention waits while its organisation is silent or silenced, while the alert of a town names its schools, out of hours and in
-- school holidays.  What is over before anybody heard of it, nobody hears of.

CREATE TYPE vekha.audience AS ENUM ('centre', 'own');
COMMENT ON TYPE vekha.audience IS 'Whom a letter speaks to: those above an organisation, or the organisation itself.';

CREATE TYPE vekha.pace AS ENUM ('at_once', 'daily', 'weekly');
COMMENT ON TYPE vekha.pace IS 'How soon a route tells: at once, or in a digest.';

CREATE TYPE vekha.mention_reason AS ENUM ('step', 'reminder', 'escalation');
COMMENT ON TYPE vekha.mention_reason IS 'Why somebody is told: the alert moved; it stands unanswered; those before did not answer.';

-- --- routes ---

CREATE TABLE vekha.route (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code vekha.code NOT NULL UNIQUE
);

COMMENT ON TABLE vekha.route IS 'A route: who is told of which alerts; what it is stands in route_version.';
COMMENT ON COLUMN vekha.route.id IS 'Key inside the database.';
COMMENT ON COLUMN vekha.route.code IS 'Name in the programme file; never changes.';

CREATE TABLE vekha.route_version (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    route integer NOT NULL REFERENCES vekha.route,
    organisation integer NOT NULL REFERENCES vekha.organisation,
    projects integer[] NOT NULL DEFAULT '{}',
    kinds vekha.alert_kind[] NOT NULL CHECK (kinds <> '{}'),
    level vekha.alert_level NOT NULL,
    channel text NOT NULL CHECK (channel ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    recipient text NOT NULL CHECK (length(recipient) <= 254 AND recipient !~ '[\u0001-\u001f\u007f-\u009f]'),
    own boolean NOT NULL CHECK (NOT own OR recipient = ''),
    language text NOT NULL CHECK (language IN ('ru', 'en')),
    pace vekha.pace NOT NULL,
    opens time NOT NULL,
    closes time NOT NULL CHECK (closes > opens),
    days smallint[] NOT NULL CHECK (days <> '{}' AND days <@ '{1,2,3,4,5,6,7}'),
    workdays integer REFERENCES vekha.workdays,
    holidays_first vekha.day[] NOT NULL DEFAULT '{}',
    holidays_last vekha.day[] NOT NULL DEFAULT '{}' CHECK (cardinality(holidays_last) = cardinality(holidays_first)),
    remind_days smallint CHECK (remind_days BETWEEN 1 AND 365),
    unanswered_days smallint CHECK (unanswered_days BETWEEN 1 AND 365),
    dropped boolean NOT NULL DEFAULT false,
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date NOT NULL DEFAULT 'infinity' CHECK (valid_to > valid_from),
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    recorded_by text NOT NULL DEFAULT session_user,
    EXCLUDE USING gist (route WITH =, daterange(valid_from, valid_to) WITH &&, tstzrange(recorded_at, superseded_at) WITH &&)
);

CREATE INDEX route_version_organisation ON vekha.route_version (organisation)
    WHERE superseded_at = 'infinity' AND valid_to = 'infinity';

COMMENT ON TABLE vekha.route_version IS 'Who is told of which alerts, how and when, as it was believed for a while.';
COMMENT ON COLUMN vekha.route_version.id IS 'Key of the version.';
COMMENT ON COLUMN vekha.route_version.route IS 'Whose version this is.';
COMMENT ON COLUMN vekha.route_version.organisation IS 'Alerts of this organisation and all below it; its time zone counts.';
COMMENT ON COLUMN vekha.route_version.projects IS 'Only of these projects; empty: of all.';
COMMENT ON COLUMN vekha.route_version.kinds IS 'Only alerts of these kinds.';
COMMENT ON COLUMN vekha.route_version.level IS 'Only steps to this level or above, and back from there.';
COMMENT ON COLUMN vekha.route_version.channel IS 'email, or a channel that the daemons'' configuration names.';
COMMENT ON COLUMN vekha.route_version.recipient IS 'Address within the channel.';
COMMENT ON COLUMN vekha.route_version.own IS 'The recipient is the organisation that the alert is about, at its own address.';
COMMENT ON COLUMN vekha.route_version.language IS 'Of the letters: ru or en.';
COMMENT ON COLUMN vekha.route_version.pace IS 'At once, or in a digest.';
COMMENT ON COLUMN vekha.route_version.opens IS 'Nothing before this hour of the day; digests come then, but not before eight.';
COMMENT ON COLUMN vekha.route_version.closes IS 'Nothing from this hour on.';
COMMENT ON COLUMN vekha.route_version.days IS 'Days of the week, 1 is Monday.';
COMMENT ON COLUMN vekha.route_version.workdays IS 'Only on working days of this calendar; null: whatever the calendar.';
COMMENT ON COLUMN vekha.route_version.holidays_first IS 'First days of holidays, in which nothing comes.';
COMMENT ON COLUMN vekha.route_version.holidays_last IS 'Their last days.';
COMMENT ON COLUMN vekha.route_version.remind_days IS 'Days after which an alert that nobody took in hand is told again, and again; null: never.';
COMMENT ON COLUMN vekha.route_version.unanswered_days IS 'Hears only of alerts that nobody took in hand for as many days; null: of every step.';
COMMENT ON COLUMN vekha.route_version.dropped IS 'It leads nowhere any more.';
COMMENT ON COLUMN vekha.route_version.valid_from IS 'Always -infinity: a route speaks for all days.';
COMMENT ON COLUMN vekha.route_version.valid_to IS 'Always infinity.';
COMMENT ON COLUMN vekha.route_version.recorded_at IS 'From when the centre believed it.';
COMMENT ON COLUMN vekha.route_version.superseded_at IS 'Until when; infinity: believed now.';
COMMENT ON COLUMN vekha.route_version.recorded_by IS 'Database user who recorded it.';

-- holidays: pairs of a first and a last day.
CREATE FUNCTION vekha.put_route(
    code text, organisation_code text, project_codes text[], kinds vekha.alert_kind[], level vekha.alert_level, channel text,
    recipient text, language text, pace vekha.pace, opens time, closes time, days smallint[], workdays_code text,
    holidays_first date[], holidays_last date[], remind_days integer, unanswered_days integer, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
BEGIN
    RETURN vekha.put_version('route', vekha.ensure_code('route', code), jsonb_build_object(
        'organisation', vekha.id_of('organisation', organisation_code),
        'projects', ARRAY(SELECT DISTINCT vekha.id_of('project', c) FROM unnest(project_codes) c ORDER BY 1),
        'kinds', ARRAY(SELECT DISTINCT k FROM unnest(kinds) k ORDER BY k), 'level', level, 'channel', channel,
        'recipient', CASE WHEN recipient = 'own' THEN '' ELSE coalesce(recipient, '') END,
        'own', coalesce(recipient = 'own', false), 'language', language, 'pace', pace, 'opens', opens, 'closes', closes,
        'days', ARRAY(SELECT DISTINCT d FROM unnest(days) d ORDER BY d), 'workdays', vekha.id_of('workdays', workdays_code),
        'holidays_first', coalesce(holidays_first, '{}'), 'holidays_last', coalesce(holidays_last, '{}'),
        'remind_days', remind_days, 'unanswered_days', unanswered_days, 'dropped', false), '-infinity', at);
END
$$;

COMMENT ON FUNCTION vekha.put_route(text, text, text[], vekha.alert_kind[], vekha.alert_level, text, text, text, vekha.pace, time, time,
    smallint[], text, date[], date[], integer, integer, timestamptz) IS
    'Records who is told of which alerts; recipient "own" is the organisation itself; returns created, changed or same.';

CREATE FUNCTION vekha.drop_route(code text, at timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    facts jsonb;
BEGIN
    SELECT to_jsonb(v) || '{"dropped": true}' INTO facts
    FROM vekha.route r
    JOIN vekha.route_version v ON v.route = r.id AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
    WHERE r.code = drop_route.code AND NOT v.dropped;
    RETURN facts IS NOT NULL AND vekha.put_version('route', vekha.id_of('route', code), facts, '-infinity', at) = 'changed';
END
$$;

COMMENT ON FUNCTION vekha.drop_route(text, timestamptz) IS 'Nobody is told by this route any more; false: there is none.';

-- --- letters and mentions ---

CREATE TABLE vekha.letter (
    transition bigint NOT NULL REFERENCES vekha.alert_transition,
    audience vekha.audience NOT NULL,
    language text NOT NULL CHECK (language IN ('ru', 'en')),
    subject text NOT NULL CHECK (subject !~ '[\u0001-\u001f\u007f-\u009f]'),
    body text NOT NULL,
    PRIMARY KEY (transition, audience, language)
);

COMMENT ON TABLE vekha.letter IS 'What a letter about a step says; only those that somebody is to get.';
COMMENT ON COLUMN vekha.letter.transition IS 'The step.';
COMMENT ON COLUMN vekha.letter.audience IS 'Whom it speaks to.';
COMMENT ON COLUMN vekha.letter.language IS 'Its language.';
COMMENT ON COLUMN vekha.letter.subject IS 'One line.';
COMMENT ON COLUMN vekha.letter.body IS 'The text.';

ALTER TABLE vekha.alert_transition ADD COLUMN chart text;
COMMENT ON COLUMN vekha.alert_transition.chart IS 'What a picture of plan, fact and forecast is drawn from (daemon/model/chart.h).';

CREATE TABLE vekha.mention (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert bigint NOT NULL REFERENCES vekha.alert,
    transition bigint NOT NULL REFERENCES vekha.alert_transition,
    reason vekha.mention_reason NOT NULL,
    route integer NOT NULL REFERENCES vekha.route,
    channel text NOT NULL,
    recipient text NOT NULL,
    language text NOT NULL,
    audience vekha.audience NOT NULL,
    pace vekha.pace NOT NULL,
    level vekha.alert_level NOT NULL,
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    outbox bigint REFERENCES vekha.outbox,
    dropped_at timestamptz,
    CHECK (outbox IS NULL OR dropped_at IS NULL)
);

CREATE INDEX mention_due ON vekha.mention (due_at, id) WHERE outbox IS NULL AND dropped_at IS NULL;
CREATE INDEX mention_waiting ON vekha.mention (channel, recipient, created_at) WHERE outbox IS NULL AND dropped_at IS NULL;
CREATE INDEX mention_heard ON vekha.mention (alert, channel, recipient, id);
CREATE UNIQUE INDEX mention_once ON vekha.mention (transition, channel, recipient) WHERE reason = 'step';

COMMENT ON TABLE vekha.mention IS 'That somebody is to hear of a step of an alert, or heard of it, or need not any more.';
COMMENT ON COLUMN vekha.mention.id IS 'Running number.';
COMMENT ON COLUMN vekha.mention.alert IS 'The alert.';
COMMENT ON COLUMN vekha.mention.transition IS 'The step; of a reminder or escalation the last one.';
COMMENT ON COLUMN vekha.mention.reason IS 'Why.';
COMMENT ON COLUMN vekha.mention.route IS 'By which route.';
COMMENT ON COLUMN vekha.mention.channel IS 'How.';
COMMENT ON COLUMN vekha.mention.recipient IS 'Who.';
COMMENT ON COLUMN vekha.mention.language IS 'In which language.';
COMMENT ON COLUMN vekha.mention.audience IS 'Whom the letter speaks to.';
COMMENT ON COLUMN vekha.mention.pace IS 'Whether a letter of its own or a digest.';
COMMENT ON COLUMN vekha.mention.level IS 'Below this level the alert is none of theirs.';
COMMENT ON COLUMN vekha.mention.created_at IS 'Since when.';
COMMENT ON COLUMN vekha.mention.due_at IS 'Not before this time.';
COMMENT ON COLUMN vekha.mention.outbox IS 'The message that tells of it; null: none yet.';
COMMENT ON COLUMN vekha.mention.dropped_at IS 'Since when it is needless: the alert was over before it was told.';

ALTER TABLE vekha.alert ADD COLUMN look_at timestamptz;
UPDATE vekha.alert a SET look_at = a.changed_at WHERE a.closed_at IS NULL;
CREATE INDEX alert_look ON vekha.alert (look_at) WHERE closed_at IS NULL;
COMMENT ON COLUMN vekha.alert.look_at IS 'When it is looked at again, whether somebody is to be reminded: at midnight.';

-- A digest tells of many steps.
ALTER TABLE vekha.outbox ALTER COLUMN transition DROP NOT NULL;
COMMENT ON COLUMN vekha.outbox.transition IS 'The step of an alert that it tells of; null: a digest of many, see mention.';
ALTER TABLE vekha.outbox DROP CONSTRAINT outbox_transition_channel_recipient_key;
CREATE INDEX outbox_recipient ON vekha.outbox (channel, recipient, created_at);

-- --- who hears ---

CREATE FUNCTION vekha.lineage_of(organisation integer)
RETURNS integer[]
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    WITH RECURSIVE above AS (
        SELECT $1 AS organisation, 0 AS depth
        UNION ALL
        SELECT v.parent, a.depth + 1
        FROM above a
        JOIN vekha.organisation_version v
            ON v.organisation = a.organisation AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
        WHERE v.parent IS NOT NULL AND a.depth < 40 -- ends even if the tree were a ring
    )
    SELECT array_agg(a.organisation ORDER BY a.depth) FROM above a
$$;

COMMENT ON FUNCTION vekha.lineage_of(integer) IS 'An organisation and all above it, nearest first, as the tree is now.';

-- The first moment from `at` on at which a route may tell; null: not within two years.
CREATE FUNCTION vekha.route_opens(route vekha.route_version, at timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
AS $$
DECLARE
    zone text := coalesce(vekha.time_zone_of(route.organisation, at), 'UTC');
    first timestamp := at AT TIME ZONE zone;
    moment timestamp;
    day date;
BEGIN
    FOR n IN 0 .. 730 LOOP
        day := first::date + n;
        moment := greatest(first, day + route.opens);
        CONTINUE WHEN moment >= day + route.closes AND route.closes < '24:00'
            OR moment::date > day
            OR extract(isodow FROM day)::smallint <> ALL (route.days)
            OR EXISTS (SELECT FROM unnest(route.holidays_first, route.holidays_last) h(first, last) WHERE day BETWEEN h.first AND h.last)
            OR route.workdays IS NOT NULL AND NOT vekha.is_workday(route.workdays, day);
        RETURN moment AT TIME ZONE zone;
    END LOOP;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION vekha.route_opens(vekha.route_version, timestamptz) IS 'The first moment from then on at which a route may tell.';

CREATE FUNCTION vekha.is_workday(workdays integer, day date)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT coalesce((SELECT d.working
                     FROM vekha.workdays_version v
                     JOIN vekha.workday d ON d.workdays_version = v.id AND d.day = $2
                     WHERE v.workdays = $1 AND v.superseded_at = 'infinity'), extract(isodow FROM $2) <= 5)
$$;

COMMENT ON FUNCTION vekha.is_workday(integer, date) IS 'Whether a day is worked: Monday to Friday, but for what the calendar names.';

-- When a route tells of what happens at a moment: at once, or with its next digest, which comes as the day opens, but not before
-- eight, and if weekly on its first day of the week.
CREATE FUNCTION vekha.route_tells(route vekha.route_version, at timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
AS $$
DECLARE
    zone text := coalesce(vekha.time_zone_of(route.organisation, at), 'UTC');
    hour time := greatest(route.opens, least(time '08:00', route.closes - interval '1 minute'));
    day date := ((at AT TIME ZONE zone) + (time '24:00' - hour))::date; -- the first whose hour is still to come
BEGIN
    IF route.pace = 'weekly' THEN
        day := day + mod(8 - extract(isodow FROM day)::integer, 7);
    END IF;
    RETURN vekha.route_opens(route, CASE route.pace WHEN 'at_once' THEN at ELSE (day + hour) AT TIME ZONE zone END);
END
$$;

COMMENT ON FUNCTION vekha.route_tells(vekha.route_version, timestamptz) IS 'When a route tells of what happens at a moment.';

-- Routes whose organisation, projects and kinds fit an alert, and its recipient there; null: it has no address.  The kinds overdue and
-- silent are one alert in two stages: a route of silent ones hears of the later stage.
CREATE FUNCTION vekha.routes_of(organisation integer, indicator integer, kind vekha.alert_kind)
RETURNS TABLE (route vekha.route_version, code text, recipient text, audience vekha.audience, level vekha.alert_level)
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    lineage integer[] := vekha.lineage_of(organisation);
    project integer := (SELECT v.project FROM vekha.indicator_version v
                        WHERE v.indicator = routes_of.indicator AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity');
    reports boolean := kind IN ('overdue', 'silent');
BEGIN
    RETURN QUERY
    SELECT v, r.code::text,
           CASE WHEN v.own THEN (SELECT o.email::text FROM vekha.organisation_version o
                                 WHERE o.organisation = routes_of.organisation AND o.superseded_at = 'infinity'
                                   AND o.valid_to = 'infinity')
                ELSE v.recipient END,
           CASE WHEN v.own THEN 'own'::vekha.audience ELSE 'centre' END,
           CASE WHEN reports AND 'overdue' <> ALL (v.kinds) THEN greatest(v.level, 'lagging') ELSE v.level END
    FROM vekha.route_version v
    JOIN vekha.route r ON r.id = v.route
    WHERE v.organisation = ANY (lineage) AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity' AND NOT v.dropped
      AND (kind = ANY (v.kinds) OR reports AND v.kinds && '{overdue,silent}')
      AND (v.projects = '{}' OR project = ANY (v.projects));
END
$$;

COMMENT ON FUNCTION vekha.routes_of(integer, integer, vekha.alert_kind) IS
    'The routes that an alert of this kind and series may take, and to whom.';

-- --- steps of alerts ---

CREATE FUNCTION vekha.next_midnight(organisation integer, at timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT ((at AT TIME ZONE z.zone)::date + 1)::timestamp AT TIME ZONE z.zone
    FROM (SELECT coalesce(vekha.time_zone_of(organisation, at), 'UTC') AS zone) z
$$;

COMMENT ON FUNCTION vekha.next_midnight(integer, timestamptz) IS 'When the next day of an organisation begins.';

DROP FUNCTION vekha.write_transitions(
    timestamptz, text, integer[], integer[], vekha.alert_kind[], text[], vekha.alert_level[], uuid[], date[], vekha.status[],
    numeric[], numeric[], integer[], integer[], text[], text[], integer[], text[], text[], text[], text[]);

-- Moves alerts, and notes who is to hear of it.
--
-- The first arrays have one element per transition (one per pair and kind in a call): to_levels is the level that follows, NULL
-- closes the alert.  The open alert of (kind, organisation, indicator) is found here, overdue and silent being one: none and a level
-- opens one, none and NULL does nothing, a level that stands already does nothing, so a repeated call writes nothing.
-- The l_ arrays have one element per letter that could be sent: l_transition is the 1-based index of its transition in the arrays
-- before.  Kept are those that a mention asks for; `{alert}` in them becomes the alert's id.
-- Returns the transitions that were written: ord is the index in the arrays.  The caller holds lock_series.
CREATE FUNCTION vekha.write_transitions(
    at timestamptz, organisations integer[], indicators integer[], kinds vekha.alert_kind[], events text[],
    to_levels vekha.alert_level[], submissions uuid[], as_ofs date[], statuses vekha.status[], facts numeric[],
    plan_ats numeric[], plans integer[], rule_set_versions integer[], explanations_ru text[], explanations_en text[], charts text[],
    l_transition integer[], l_audience vekha.audience[], l_language text[], l_subject text[], l_body text[])
RETURNS TABLE (ord integer, alert bigint, transition bigint, mentions integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
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
                    plans, rule_set_versions, explanations_ru, explanations_en, charts) WITH ORDINALITY
             u(organisation, indicator, kind, event, to_level, submission, as_of, status, fact, plan_at, plan,
               rule_set_version, explanation_ru, explanation_en, chart, ord)
    LOOP
        SELECT a.* INTO open_alert
        FROM vekha.alert a
        WHERE (a.kind = step.kind OR (a.kind = ANY (reports) AND step.kind = ANY (reports)))
          AND a.organisation = step.organisation AND a.closed_at IS NULL
          AND (a.indicator = step.indicator OR (a.indicator IS NULL AND step.indicator IS NULL));
        CONTINUE WHEN open_alert.level IS NOT DISTINCT FROM step.to_level;

        IF open_alert.id IS NULL THEN
            INSERT INTO vekha.alert (kind, organisation, indicator, level, opened_at, changed_at, look_at)
            VALUES (step.kind, step.organisation, step.indicator, step.to_level, write_transitions.at, write_transitions.at,
                    vekha.next_midnight(step.organisation, write_transitions.at))
            RETURNING id INTO alert;
        ELSE
            UPDATE vekha.alert a
            SET kind = CASE WHEN step.to_level IS NULL THEN a.kind ELSE step.kind END,
                level = coalesce(step.to_level, a.level),
                changed_at = greatest(a.opened_at, write_transitions.at),
                closed_at = CASE WHEN step.to_level IS NULL THEN greatest(a.opened_at, write_transitions.at) END
            WHERE a.id = open_alert.id;
            alert := open_alert.id;
        END IF;

        INSERT INTO vekha.alert_transition (alert, at, event, from_level, to_level, submission, as_of, status, fact, plan_at,
                                            plan, rule_set_version, explanation_ru, explanation_en, chart)
        VALUES (alert, write_transitions.at, step.event, open_alert.level, step.to_level, step.submission, step.as_of,
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
               m.ord, m.alert, m.step, r.route, r.recipient, r.audience, r.level, vekha.route_tells(r.route, write_transitions.at) AS due_at
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
               (h.route).pace, h.level, write_transitions.at, coalesce(h.due_at, 'infinity')
        FROM heard h
        ORDER BY h.step
        RETURNING transition
    )
    SELECT m.ord, m.alert, m.step, coalesce(c.n, 0)::integer
    FROM moved m LEFT JOIN (SELECT w.transition, count(*) AS n FROM mentioned w GROUP BY w.transition) c ON c.transition = m.step;
END
$$;

COMMENT ON FUNCTION vekha.write_transitions(timestamptz, integer[], integer[], vekha.alert_kind[], text[], vekha.alert_level[], uuid[],
    date[], vekha.status[], numeric[], numeric[], integer[], integer[], text[], text[], text[], integer[], vekha.audience[], text[],
    text[], text[]) IS 'Moves alerts and notes who is to hear of it; returns what was moved.';

-- --- what is told when ---

-- An alert is in hand while the measure that somebody named for it has time; the latest word counts.
CREATE FUNCTION vekha.in_hand(alert bigint)
RETURNS SETOF vekha.action
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT c.* FROM vekha.action c WHERE c.alert = $1 AND c.kind = 'acknowledge' ORDER BY c.id DESC LIMIT 1
$$;

COMMENT ON FUNCTION vekha.in_hand(bigint) IS 'The latest word that somebody took an alert in hand, though its time may be over.';

-- Why a mention cannot be told yet; null: it can.  A school that is silent is not also told to lag, and the lag of a sum, which names its
-- contributors, stands for theirs; both only for who hears of that.
CREATE FUNCTION vekha.mention_waits(mention vekha.mention, now timestamptz)
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
    IF vekha.is_silenced(a.organisation, a.indicator, now) THEN
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
    IF EXISTS (SELECT FROM vekha.alert s
               JOIN vekha.mention m ON m.alert = s.id AND m.channel = mention.channel AND m.recipient = mention.recipient
               JOIN vekha.organisation_version o
                   ON o.organisation = s.organisation AND o.superseded_at = 'infinity' AND o.valid_to = 'infinity'
               JOIN vekha.indicator_version i
                   ON i.indicator = s.indicator AND i.superseded_at = 'infinity' AND i.valid_to = 'infinity' AND o.kind = ANY (i.rolled)
               WHERE s.organisation = ANY (above) AND s.indicator = a.indicator AND s.kind = a.kind AND s.closed_at IS NULL
                 AND s.level >= a.level AND m.dropped_at IS NULL)
    THEN
        RETURN 'above';
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION vekha.mention_waits(vekha.mention, timestamptz) IS
    'Why a mention cannot be told yet: silenced, silent, sum or above; null: it can.';

-- Whether there is nothing left to tell: the alert is below what concerns them, and they never heard of it; a later step of it waits;
-- or somebody has answered.
CREATE FUNCTION vekha.mention_is_over(mention vekha.mention, now timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
    a vekha.alert;
    heard boolean := EXISTS (SELECT FROM vekha.mention m WHERE m.alert = mention.alert AND m.channel = mention.channel
                               AND m.recipient = mention.recipient AND m.outbox IS NOT NULL);
    stands boolean;
BEGIN
    SELECT o.* INTO a FROM vekha.alert o WHERE o.id = mention.alert;
    stands := a.closed_at IS NULL AND a.level >= mention.level;
    IF mention.reason <> 'step' THEN
        RETURN NOT stands OR EXISTS (SELECT FROM vekha.in_hand(a.id) c WHERE c.until >= vekha.today_of(a.organisation, now, NULL));
    END IF;
    RETURN NOT stands AND NOT heard
        OR EXISTS (SELECT FROM vekha.mention m
                   WHERE m.alert = mention.alert AND m.channel = mention.channel AND m.recipient = mention.recipient
                     AND m.id > mention.id AND m.reason = 'step' AND m.outbox IS NULL AND m.dropped_at IS NULL);
END
$$;

COMMENT ON FUNCTION vekha.mention_is_over(vekha.mention, timestamptz) IS 'Whether there is nothing left to tell.';

-- What is to be told now, as letters or digests.  A recipient gets a letter for each step as long as there are few at a time and in an
-- hour; more make a digest, one an hour.  What no figure led to may be a wave, and waits until all is assessed and nothing came for two
-- seconds, but not longer than a quarter of an hour.  What cannot be told yet is looked at again later; what is over is dropped.  One
-- daemon at a time composes: another is given nothing.
--
-- Rows of one message follow each other and have one number.  A digest has rows for its first hundred mentions, gravest first; ids of
-- its first row are all its mentions.  The texts of reminders and escalations are those of the alert as it stands.
CREATE FUNCTION vekha.due_mentions(now timestamptz, letters_at_once integer, letters_an_hour integer)
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
                   (SELECT count(*) FROM vekha.outbox o
                    WHERE o.channel = r.channel AND o.recipient = r.recipient AND o.transition IS NOT NULL
                      AND o.created_at > due_mentions.now - interval '1 hour') AS letters,
                   (SELECT max(o.created_at) FROM vekha.outbox o
                    WHERE o.channel = r.channel AND o.recipient = r.recipient AND o.transition IS NULL
                      AND o.created_at > due_mentions.now - interval '1 hour') AS digest_at
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
           h.text, h.until::date, h.by_whom
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

COMMENT ON FUNCTION vekha.due_mentions(timestamptz, integer, integer) IS 'What is to be told now, as letters or digests.';

CREATE FUNCTION vekha.json_time(at timestamptz)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;

COMMENT ON FUNCTION vekha.json_time(timestamptz) IS 'A moment as RFC 3339 writes it, in UTC.';

-- One step for programs that read messages: see docs/administrator.md.
CREATE FUNCTION vekha.step_facts(transition bigint, reason vekha.mention_reason)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT jsonb_build_object(
        'step', t.id, 'event', CASE reason WHEN 'step' THEN t.event ELSE reason::text END, 'at', vekha.json_time(t.at),
        'alert', jsonb_build_object('id', a.id, 'kind', a.kind, 'level', CASE WHEN a.closed_at IS NULL THEN a.level END,
                                    'opened_at', vekha.json_time(a.opened_at), 'closed_at', vekha.json_time(a.closed_at)),
        'org', o.code, 'org_name', ov.name, 'indicator', i.code, 'indicator_name', iv.name, 'project', p.code,
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
$$;

COMMENT ON FUNCTION vekha.step_facts(bigint, vekha.mention_reason) IS 'One step of an alert as JSON.';

-- Puts messages into the outbox; mentions are the ids that each tells of, as an array's text.  One whose mentions were told or dropped
-- meanwhile is left out.  A letter's id is <alert.step.mention@host>, its thread that of the first message of the alert to its
-- recipient; a digest's is <digest.mention@host>.
CREATE FUNCTION vekha.post_messages(
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
    posted integer := 0;
BEGIN
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
        WITH posted AS (
            INSERT INTO vekha.outbox (transition, channel, recipient, message_id, thread_id, subject, body, created_at,
                                      next_attempt_at, language, chart, facts)
            SELECT CASE WHEN NOT message.digest THEN t.id END, first.channel, first.recipient, own, coalesce(thread, own),
                   message.subject, message.body, post_messages.now, post_messages.now, first.language,
                   CASE WHEN NOT message.digest THEN t.chart END,
                   jsonb_build_object('schema', 1, 'more', greatest(cardinality(free) - 100, 0), 'steps', (
                       SELECT jsonb_agg(vekha.step_facts(m.transition, m.reason) ORDER BY m.id)
                       FROM vekha.mention m WHERE m.id = ANY (free[:100])))
            FROM vekha.alert_transition t
            WHERE t.id = first.transition
            RETURNING id
        )
        UPDATE vekha.mention m SET outbox = p.id FROM posted p WHERE m.id = ANY (free);
        posted := posted + 1;
    END LOOP;
    RETURN posted;
END
$$;

COMMENT ON FUNCTION vekha.post_messages(timestamptz, text, text[], boolean[], text[], text[]) IS
    'Puts messages about mentions into the outbox; returns how many.';

-- Whether something that is due waits to be composed: a wave that goes on.
CREATE FUNCTION vekha.mentions_wait(now timestamptz)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET enable_seqscan = off
AS $$
    SELECT EXISTS (SELECT FROM vekha.mention m WHERE m.outbox IS NULL AND m.dropped_at IS NULL AND m.due_at <= now)
$$;

COMMENT ON FUNCTION vekha.mentions_wait(timestamptz) IS 'Whether something that is due waits to be composed.';

-- Looks at alerts as a day of theirs begins, a number of them: one that was in hand until yesterday comes back as a step; one that nobody
-- answers is told again, and to those who come next.  Returns how many were looked at.
CREATE FUNCTION vekha.look_after(now timestamptz, max_alerts integer)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    a vekha.alert;
    today date;
    measure vekha.action;
    step vekha.alert_transition;
    since timestamptz; -- nobody has answered
    looked integer := 0;
BEGIN
    FOR a IN
        SELECT o.* FROM vekha.alert o
        WHERE o.closed_at IS NULL AND o.look_at <= look_after.now
        ORDER BY o.look_at LIMIT max_alerts
        FOR UPDATE SKIP LOCKED
    LOOP
        looked := looked + 1;
        UPDATE vekha.alert o SET look_at = vekha.next_midnight(a.organisation, look_after.now) WHERE o.id = a.id;
        today := vekha.today_of(a.organisation, now, NULL);
        SELECT c.* INTO measure FROM vekha.in_hand(a.id) c;
        CONTINUE WHEN measure.until >= today;
        SELECT t.* INTO step FROM vekha.alert_transition t WHERE t.alert = a.id ORDER BY t.id DESC LIMIT 1;
        IF measure.id IS NOT NULL AND NOT EXISTS (
            SELECT FROM vekha.alert_transition t WHERE t.alert = a.id AND t.event = 'returns' AND t.at > measure.at)
        THEN
            step := vekha.come_back(a, step, now);
        END IF;
        since := greatest(a.opened_at, (measure.until + 1)::timestamptz);
        INSERT INTO vekha.mention (alert, transition, reason, route, channel, recipient, language, audience, pace, level, created_at,
                                   due_at)
        SELECT a.id, step.id, CASE WHEN (r.route).unanswered_days IS NULL THEN 'reminder' ELSE 'escalation' END::vekha.mention_reason,
               (r.route).route, (r.route).channel, r.recipient, (r.route).language, r.audience, (r.route).pace, r.level, look_after.now,
               coalesce(vekha.route_tells(r.route, look_after.now), 'infinity')
        FROM vekha.routes_of(a.organisation, a.indicator, a.kind) r
        LEFT JOIN LATERAL (
            SELECT max(m.created_at) AS at FROM vekha.mention m
            WHERE m.alert = a.id AND m.channel = (r.route).channel AND m.recipient = r.recipient AND m.dropped_at IS NULL
              AND m.created_at >= since
        ) told ON true
        WHERE a.level >= r.level AND r.recipient IS NOT NULL
          AND CASE WHEN told.at IS NOT NULL THEN told.at + make_interval(days => (r.route).remind_days) <= look_after.now
                   ELSE since + make_interval(days => (r.route).unanswered_days) <= look_after.now END;
    END LOOP;
    RETURN looked;
END
$$;

COMMENT ON FUNCTION vekha.look_after(timestamptz, integer) IS
    'Brings back alerts whose measure had its time, reminds of those that nobody answers; returns how many were looked at.';

-- The step of an alert whose measure had its time: its level stays, its numbers are those of today.
CREATE FUNCTION vekha.come_back(a vekha.alert, last vekha.alert_transition, now timestamptz)
RETURNS vekha.alert_transition
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    step vekha.alert_transition;
BEGIN
    INSERT INTO vekha.alert_transition (alert, at, event, from_level, to_level, as_of, status, fact, plan_at, plan, rule_set_version,
                                        explanation_ru, explanation_en, chart)
    SELECT a.id, come_back.now, 'returns', a.level, a.level, s.as_of, s.status, s.fact, s.plan_at, s.plan, s.rule_set_version,
           s.explanation_ru, s.explanation_en, last.chart
    FROM vekha.assessment s
    WHERE s.organisation = a.organisation AND s.indicator = a.indicator AND s.status IS NOT NULL
    UNION ALL
    SELECT a.id, come_back.now, 'returns', a.level, a.level, last.as_of, last.status, last.fact, last.plan_at, last.plan,
           last.rule_set_version, last.explanation_ru, last.explanation_en, last.chart
    LIMIT 1
    RETURNING * INTO step;
    INSERT INTO vekha.mention (alert, transition, reason, route, channel, recipient, language, audience, pace, level, created_at, due_at)
    SELECT DISTINCT ON ((r.route).channel, r.recipient)
           a.id, step.id, 'step'::vekha.mention_reason, (r.route).route, (r.route).channel, r.recipient, (r.route).language, r.audience,
           (r.route).pace, r.level, come_back.now, coalesce(vekha.route_tells(r.route, come_back.now), 'infinity') AS due_at
    FROM vekha.routes_of(a.organisation, a.indicator, a.kind) r
    WHERE a.level >= r.level AND (r.route).unanswered_days IS NULL AND r.recipient IS NOT NULL
    ORDER BY (r.route).channel, r.recipient, due_at;
    RETURN step;
END
$$;

COMMENT ON FUNCTION vekha.come_back(vekha.alert, vekha.alert_transition, timestamptz) IS
    'Writes the step of an alert whose measure had its time, and who is to hear of it.';

-- --- for people ---

-- Every route and whether it would tell of an alert of this level: verdict is tells, or the first thing that does not fit: organisation,
-- project, kind, level, address, unanswered (it tells after as many days).  waits: what would hold it up now, as mention_waits says.
CREATE FUNCTION vekha.route_test(organisation_code text, indicator_code text, kind vekha.alert_kind, level vekha.alert_level, now timestamptz)
RETURNS TABLE (code text, channel text, recipient text, language text, pace vekha.pace, verdict text, tells_at timestamptz,
               unanswered_days smallint, silenced boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    whose integer := vekha.id_of('organisation', organisation_code);
    what integer := vekha.id_of('indicator', indicator_code);
    lineage integer[] := vekha.lineage_of(whose);
    its_project integer := (SELECT v.project FROM vekha.indicator_version v
                        WHERE v.indicator = what AND v.superseded_at = 'infinity'
                          AND v.valid_to = 'infinity');
BEGIN
    RETURN QUERY
    SELECT x.code::text, n.channel, coalesce(r.recipient, CASE WHEN n.own THEN 'own' ELSE n.recipient END), n.language, n.pace,
           CASE WHEN n.organisation <> ALL (lineage) THEN 'organisation'
                WHEN n.projects <> '{}' AND coalesce(its_project <> ALL (n.projects), true) THEN 'project'
                WHEN r.route IS NULL THEN 'kind'
                WHEN route_test.level < r.level THEN 'level'
                WHEN r.recipient IS NULL THEN 'address'
                WHEN n.unanswered_days IS NOT NULL THEN 'unanswered'
                ELSE 'tells' END,
           vekha.route_tells(n, now), n.unanswered_days, vekha.is_silenced(whose, what, now)
    FROM vekha.route x
    JOIN vekha.route_version n ON n.route = x.id AND n.superseded_at = 'infinity' AND n.valid_to = 'infinity' AND NOT n.dropped
    LEFT JOIN vekha.routes_of(whose, what, route_test.kind) r ON (r.route).id = n.id
    ORDER BY x.code;
END
$$;

COMMENT ON FUNCTION vekha.route_test(text, text, vekha.alert_kind, vekha.alert_level, timestamptz) IS
    'Every route and whether it would tell of such an alert, or why not.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vekha FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.write_transitions, vekha.due_mentions, vekha.post_messages, vekha.mentions_wait,
    vekha.look_after TO vekha_daemon;
GRANT EXECUTE ON FUNCTION vekha.put_route, vekha.drop_route, vekha.route_test, vekha.in_hand TO vekha_admin;
GRANT SELECT ON vekha.route, vekha.route_version, vekha.letter, vekha.mention TO vekha_admin;

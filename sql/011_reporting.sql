-- Reporting: who owes which reports by when, and who is late or silent.  Duties and working-day calendars are catalogue; how an
-- organisation stands with its reports is derived, as assessments are.

CREATE TYPE vekha.freshness AS ENUM ('reported', 'due', 'overdue', 'silent');
COMMENT ON TYPE vekha.freshness IS 'Whether the reports that are owed have come, see docs/model.md; from best to worst.';

CREATE DOMAIN vekha.email AS text
    CHECK (octet_length(VALUE) <= 254 AND VALUE ~ '^[^@[:space:][:cntrl:]<>",;]+@[^@[:space:][:cntrl:]<>",;]+$');
COMMENT ON DOMAIN vekha.email IS 'An address that letters go to.';

-- --- calendars and duties ---

CREATE TABLE vekha.workdays (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code vekha.code NOT NULL UNIQUE
);

COMMENT ON TABLE vekha.workdays IS 'A working-day calendar; its days stand in workday.';
COMMENT ON COLUMN vekha.workdays.id IS 'Key inside the database.';
COMMENT ON COLUMN vekha.workdays.code IS 'Name in the programme file; never changes.';

CREATE TABLE vekha.workdays_version (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workdays integer NOT NULL REFERENCES vekha.workdays,
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    recorded_by text NOT NULL DEFAULT session_user,
    EXCLUDE USING gist (workdays WITH =, tstzrange(recorded_at, superseded_at) WITH &&)
);

COMMENT ON TABLE vekha.workdays_version IS 'A working-day calendar as it was believed for a while.';
COMMENT ON COLUMN vekha.workdays_version.id IS 'Key of the version.';
COMMENT ON COLUMN vekha.workdays_version.workdays IS 'Whose version this is.';
COMMENT ON COLUMN vekha.workdays_version.recorded_at IS 'From when the centre believed it.';
COMMENT ON COLUMN vekha.workdays_version.superseded_at IS 'Until when; infinity: believed now.';
COMMENT ON COLUMN vekha.workdays_version.recorded_by IS 'Database user who recorded it.';

CREATE TABLE vekha.workday (
    workdays_version integer NOT NULL REFERENCES vekha.workdays_version,
    day vekha.day NOT NULL,
    working boolean NOT NULL,
    PRIMARY KEY (workdays_version, day)
);

COMMENT ON TABLE vekha.workday IS 'The days of a calendar that differ from Monday to Friday.';
COMMENT ON COLUMN vekha.workday.workdays_version IS 'Whose day this is.';
COMMENT ON COLUMN vekha.workday.day IS 'The day.';
COMMENT ON COLUMN vekha.workday.working IS 'Whether it is worked.';

CREATE TABLE vekha.duty (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code vekha.code NOT NULL UNIQUE
);

COMMENT ON TABLE vekha.duty IS 'A duty to report; what it is stands in duty_version.';
COMMENT ON COLUMN vekha.duty.id IS 'Key inside the database.';
COMMENT ON COLUMN vekha.duty.code IS 'Name in the programme file; never changes.';

CREATE TABLE vekha.duty_version (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    duty integer NOT NULL REFERENCES vekha.duty,
    kinds vekha.organisation_kind[] NOT NULL,
    every smallint NOT NULL CHECK (every IN (1, 3, 6, 12)),
    due_workday smallint NOT NULL CHECK (due_workday BETWEEN 1 AND 250),
    remind_workdays smallint CHECK (remind_workdays BETWEEN 1 AND due_workday - 1),
    close_workday smallint CHECK (close_workday BETWEEN due_workday + 1 AND 250),
    starts vekha.day NOT NULL,
    ends vekha.day CHECK (ends >= starts),
    workdays integer NOT NULL REFERENCES vekha.workdays,
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    recorded_by text NOT NULL DEFAULT session_user,
    EXCLUDE USING gist (duty WITH =, tstzrange(recorded_at, superseded_at) WITH &&)
);

COMMENT ON TABLE vekha.duty_version IS 'Who owes which reports by when, as it was believed for a while.';
COMMENT ON COLUMN vekha.duty_version.id IS 'Key of the version.';
COMMENT ON COLUMN vekha.duty_version.duty IS 'Whose version this is.';
COMMENT ON COLUMN vekha.duty_version.kinds IS 'Kinds of organisations that owe; others may be named in duty_organisation.';
COMMENT ON COLUMN vekha.duty_version.every IS 'Months of a period; periods end with the months it divides.';
COMMENT ON COLUMN vekha.duty_version.due_workday IS 'The working day after the period that is the last in time.';
COMMENT ON COLUMN vekha.duty_version.remind_workdays IS 'So many working days before it a reminder is sent; null: none is.';
COMMENT ON COLUMN vekha.duty_version.close_workday IS 'From that working day after the period on figures need a reason; null: never.';
COMMENT ON COLUMN vekha.duty_version.starts IS 'Periods that end earlier are not owed.';
COMMENT ON COLUMN vekha.duty_version.ends IS 'Periods that end later are not owed; null: it goes on.';
COMMENT ON COLUMN vekha.duty_version.workdays IS 'The calendar of its working days.';
COMMENT ON COLUMN vekha.duty_version.recorded_at IS 'From when the centre believed it.';
COMMENT ON COLUMN vekha.duty_version.superseded_at IS 'Until when; infinity: believed now.';
COMMENT ON COLUMN vekha.duty_version.recorded_by IS 'Database user who recorded it.';

CREATE TABLE vekha.duty_indicator (
    duty_version integer NOT NULL REFERENCES vekha.duty_version,
    indicator integer NOT NULL REFERENCES vekha.indicator,
    PRIMARY KEY (duty_version, indicator)
);

COMMENT ON TABLE vekha.duty_indicator IS 'What is to be reported.';
COMMENT ON COLUMN vekha.duty_indicator.duty_version IS 'The duty.';
COMMENT ON COLUMN vekha.duty_indicator.indicator IS 'The indicator.';

CREATE TABLE vekha.duty_organisation (
    duty_version integer NOT NULL REFERENCES vekha.duty_version,
    organisation integer NOT NULL REFERENCES vekha.organisation,
    PRIMARY KEY (duty_version, organisation)
);

COMMENT ON TABLE vekha.duty_organisation IS 'Organisations that owe whatever their kind.';
COMMENT ON COLUMN vekha.duty_organisation.duty_version IS 'The duty.';
COMMENT ON COLUMN vekha.duty_organisation.organisation IS 'The organisation.';

-- A daemon keeps the book in memory; the tag says in one word whether that is still the one that stands.
CREATE TABLE vekha.duty_book_tag (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    tag uuid NOT NULL
);

COMMENT ON TABLE vekha.duty_book_tag IS 'Another tag for each change of duties and calendars: one row.';
COMMENT ON COLUMN vekha.duty_book_tag.only_row IS 'Always true; keeps the table at one row.';
COMMENT ON COLUMN vekha.duty_book_tag.tag IS 'Says nothing but whether something changed.';

INSERT INTO vekha.duty_book_tag (tag) VALUES (gen_random_uuid());

ALTER TABLE vekha.organisation_version ADD COLUMN email vekha.email;
COMMENT ON COLUMN vekha.organisation_version.email IS 'Where reminders of its reports go; null: nowhere.';

-- --- how organisations stand ---

CREATE TABLE vekha.reporting (
    organisation integer PRIMARY KEY REFERENCES vekha.organisation,
    state vekha.freshness,
    due_on date,
    reported integer[] NOT NULL,
    due integer[] NOT NULL,
    overdue integer[] NOT NULL,
    silent integer[] NOT NULL,
    reassess_on date,
    assessed_at timestamptz NOT NULL
);

CREATE INDEX reporting_reassess ON vekha.reporting (reassess_on) WHERE reassess_on IS NOT NULL;

COMMENT ON TABLE vekha.reporting IS 'How each organisation stands with the reports it owes: derived from figures and duties by the model.';
COMMENT ON COLUMN vekha.reporting.organisation IS 'Who owes.';
COMMENT ON COLUMN vekha.reporting.state IS 'The worst of its indicators; null: nothing has been owed yet.';
COMMENT ON COLUMN vekha.reporting.due_on IS 'The earliest deadline of those in that state; null: nothing is missing.';
COMMENT ON COLUMN vekha.reporting.reported IS 'Indicators reported as owed.';
COMMENT ON COLUMN vekha.reporting.due IS 'Indicators missing, the deadline to come.';
COMMENT ON COLUMN vekha.reporting.overdue IS 'Indicators missing, the deadline past.';
COMMENT ON COLUMN vekha.reporting.silent IS 'Indicators missing, the deadline past by more than one reporting step.';
COMMENT ON COLUMN vekha.reporting.reassess_on IS 'The next day on which time alone may change it; null: none.';
COMMENT ON COLUMN vekha.reporting.assessed_at IS 'When it last changed.';

CREATE TABLE vekha.reporting_queue (
    organisation integer PRIMARY KEY REFERENCES vekha.organisation,
    queued_at timestamptz NOT NULL
);

COMMENT ON TABLE vekha.reporting_queue IS 'Organisations whose reporting is to be assessed anew because the catalogue changed.';
COMMENT ON COLUMN vekha.reporting_queue.organisation IS 'Which.';
COMMENT ON COLUMN vekha.reporting_queue.queued_at IS 'Since when it waits.';

-- By the organisation first: by the kind first the whole index may be read for one series, which costs as much as its other
-- uses as long as the planner takes the table for empty.
DROP INDEX vekha.alert_one_open;
CREATE UNIQUE INDEX alert_one_open ON vekha.alert (organisation, indicator, kind) NULLS NOT DISTINCT WHERE closed_at IS NULL;

-- One alert for both kinds: it is overdue first and silent later.
CREATE UNIQUE INDEX alert_one_of_reporting ON vekha.alert (organisation)
    WHERE closed_at IS NULL AND kind IN ('overdue', 'silent');

-- A step of such an alert is led to by no status of a series.
ALTER TABLE vekha.alert_transition ALTER COLUMN status DROP NOT NULL;
COMMENT ON COLUMN vekha.alert_transition.status IS 'The status that led to it; null: reports that did not come, or came, did.';
COMMENT ON COLUMN vekha.alert_transition.as_of IS 'The day at which plan and fact were compared; of reports that are missing the earliest deadline.';

-- --- the book of duties ---

-- One line is one fact; fields are divided by TAB, null is \N (daemon/model/duty.h):
--
--     workdays      id code
--     day           day working                    (any number, by day)
--     duty          id code workdays-id every due-workday remind-workdays close-workday starts ends
--     indicator     id                             (any number, by id)
--     kind          kind                           (any number)
--     organisation  id                             (any number, by id)
CREATE FUNCTION vekha.duty_book(known_at timestamptz)
RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET datestyle = 'ISO, YMD'
AS $$
    WITH calendar AS MATERIALIZED (
        SELECT w.id, w.code, v.id AS version
        FROM vekha.workdays w
        JOIN vekha.workdays_version v ON v.workdays = w.id AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
    ), duty AS MATERIALIZED (
        SELECT d.code, v.*
        FROM vekha.duty d
        JOIN vekha.duty_version v ON v.duty = d.id AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
    )
    SELECT l.line
    FROM (
        SELECT 1 AS part, c.id AS owner, 1 AS section, NULL::integer AS id, NULL::date AS day, vekha.line('workdays', c.id::text, c.code) AS line
        FROM calendar c
        UNION ALL
        SELECT 1, c.id, 2, NULL, w.day, vekha.line('day', w.day::text, w.working::text)
        FROM calendar c JOIN vekha.workday w ON w.workdays_version = c.version
        UNION ALL
        SELECT 2, d.duty, 1, NULL, NULL,
               vekha.line('duty', d.duty::text, d.code, d.workdays::text, d.every::text, d.due_workday::text,
                          d.remind_workdays::text, d.close_workday::text, d.starts::text, d.ends::text)
        FROM duty d
        UNION ALL
        SELECT 2, d.duty, 2, i.indicator, NULL, vekha.line('indicator', i.indicator::text)
        FROM duty d JOIN vekha.duty_indicator i ON i.duty_version = d.id
        UNION ALL
        SELECT 2, d.duty, 3, NULL, NULL, vekha.line('kind', k.kind::text)
        FROM duty d CROSS JOIN LATERAL unnest(d.kinds) k(kind)
        UNION ALL
        SELECT 2, d.duty, 4, o.organisation, NULL, vekha.line('organisation', o.organisation::text)
        FROM duty d JOIN vekha.duty_organisation o ON o.duty_version = d.id
    ) l
    ORDER BY l.part, l.owner, l.section, l.id, l.day, l.line
$$;

COMMENT ON FUNCTION vekha.duty_book(timestamptz) IS
    'All duties and working-day calendars as lines for the model (daemon/model/duty.h), as believed at known_at; null: now.';

CREATE FUNCTION vekha.duty_book_unless(known_tag uuid)
RETURNS TABLE (tag uuid, book text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    SELECT t.tag, CASE WHEN t.tag IS DISTINCT FROM known_tag THEN
               (SELECT coalesce(string_agg(b.line, E'\n' ORDER BY b.ord), '') FROM vekha.duty_book(NULL) WITH ORDINALITY b(line, ord))
           END
    FROM vekha.duty_book_tag t
$$;

COMMENT ON FUNCTION vekha.duty_book_unless(uuid) IS
    'The book of duties in force as one text, or null if its tag is the one known already; and its tag.';

-- --- what an organisation's reporting is judged from ---

-- Per organisation, in the order of the array (daemon/model/reporting.h):
--
--     organisation  id code name name-en kind opened closed email today changes-on
--     series        indicator-id code name name-en kind counting     (what a duty is about, by indicator)
--     answer        period as-of state                               (figures in force, but not withdrawn)
--
-- An organisation that was not known on its day has no lines, nor has an indicator that is added up there.  Of what is not counted per
-- period, only figures of the last month can reach furthest, so the others stay away; as do those of years before the duty, but for
-- a milestone, which may be done for good.  changes-on is the next day from which another version of the organisation or an
-- indicator speaks.
CREATE FUNCTION vekha.reporting_input(organisations integer[], now timestamptz, as_of date, known_at timestamptz)
RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET datestyle = 'ISO, YMD'
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_memoize = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH debtor AS MATERIALIZED (
        SELECT u.ord, u.organisation, u.today, o.code, v.name, v.name_en, v.kind, v.opened, v.closed, v.email, v.valid_to
        FROM (
            SELECT a.organisation, a.ord,
                   vekha.today_of(a.organisation, reporting_input.now, reporting_input.as_of) AS today
            FROM unnest(organisations) WITH ORDINALITY a(organisation, ord)
        ) u
        JOIN vekha.organisation o ON o.id = u.organisation
        JOIN vekha.organisation_version v
            ON v.organisation = u.organisation AND v.valid_from <= u.today AND u.today < v.valid_to
            AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
    ), duty AS MATERIALIZED (
        SELECT v.id, v.kinds, v.starts
        FROM vekha.duty_version v
        WHERE vekha.believed(v.recorded_at, v.superseded_at, known_at)
    ), owed AS MATERIALIZED (
        SELECT b.organisation, i.indicator, min(d.starts) AS since
        FROM debtor b
        JOIN duty d ON b.kind = ANY (d.kinds)
            OR EXISTS (SELECT FROM vekha.duty_organisation n WHERE n.duty_version = d.id AND n.organisation = b.organisation)
        JOIN vekha.duty_indicator i ON i.duty_version = d.id
        GROUP BY b.organisation, b.ord, i.indicator
    ), series AS MATERIALIZED (
        SELECT b.ord, b.organisation, b.today, w.indicator, i.code, v.name, v.name_en, v.kind, v.counting, v.valid_to,
               v.kind = 'flow' AND v.counting = 'per_period' AS per_period,
               extract(year FROM CASE WHEN v.kind = 'milestone' THEN '1900-01-01' ELSE w.since END)::integer AS from_year
        FROM owed w
        JOIN debtor b ON b.organisation = w.organisation
        JOIN vekha.indicator i ON i.id = w.indicator
        JOIN vekha.indicator_version v
            ON v.indicator = w.indicator AND v.valid_from <= b.today AND b.today < v.valid_to
            AND vekha.believed(v.recorded_at, v.superseded_at, known_at) AND b.kind <> ALL (v.rolled)
    ), wanted AS MATERIALIZED ( -- one scan of an organisation's figures, whatever it owes
        SELECT s.ord, s.organisation, s.today, min(s.from_year) * 1000 AS from_period,
               (extract(year FROM s.today)::integer + 1) * 1000 AS to_period, min(s.valid_to) AS valid_to,
               array_agg(s.indicator) AS indicators,
               coalesce(array_agg(s.indicator) FILTER (WHERE s.per_period), '{}') AS per_period
        FROM series s
        GROUP BY s.ord, s.organisation, s.today
    ), figure AS (
        SELECT w.ord, f.indicator, f.period, f.as_of, f.state, f.indicator = ANY (w.per_period) AS per_period
        FROM wanted w
        JOIN vekha.figure f
            ON f.organisation = w.organisation AND f.period >= w.from_period AND f.period < w.to_period
        WHERE f.indicator = ANY (w.indicators) AND f.as_of <= w.today AND f.state <> 'withdrawn'
          AND (known_at IS NULL OR f.recorded_at <= known_at)
        UNION ALL
        SELECT w.ord, h.indicator, h.period, h.as_of, h.state, h.indicator = ANY (w.per_period)
        FROM wanted w
        JOIN vekha.figure_history h
            ON h.organisation = w.organisation AND h.period >= w.from_period AND h.period < w.to_period
        WHERE known_at IS NOT NULL
          AND h.indicator = ANY (w.indicators) AND h.as_of <= w.today AND h.state <> 'withdrawn'
          AND h.recorded_at <= known_at AND known_at < h.superseded_at
    ), answer AS (
        SELECT f.*, max(f.as_of) OVER (PARTITION BY f.ord, f.indicator) AS latest
        FROM figure f
    )
    SELECT l.line
    FROM (
        SELECT b.ord, 0 AS indicator, 1 AS section, NULL::integer AS period,
               vekha.line('organisation', b.organisation::text, b.code, b.name, b.name_en, b.kind::text, b.opened::text,
                          b.closed::text, b.email, b.today::text, nullif(least(b.valid_to, w.valid_to), 'infinity')::text) AS line
        FROM debtor b
        LEFT JOIN wanted w ON w.ord = b.ord
        UNION ALL
        SELECT s.ord, s.indicator, 2, NULL,
               vekha.line('series', s.indicator::text, s.code, s.name, s.name_en, s.kind::text, s.counting::text)
        FROM series s
        UNION ALL
        SELECT a.ord, a.indicator, 3, a.period, vekha.line('answer', a.period::text, a.as_of::text, a.state::text)
        FROM answer a
        WHERE a.per_period OR a.state IN ('not_applicable', 'done') OR a.as_of >= date_trunc('month', a.latest)
    ) l
    ORDER BY l.ord, l.indicator, l.section, l.period;
END
$$;

COMMENT ON FUNCTION vekha.reporting_input(integer[], timestamptz, date, timestamptz) IS
    'What these organisations owe and have reported as lines for the model (daemon/model/reporting.h): on a day, as known at a moment; nulls: now.';

-- What `vekhactl status` shows: the series of series_known, and those that are owed and of which nothing has come yet.
CREATE FUNCTION vekha.shown_series(project_code text, indicator_code text, organisation_code text, now timestamptz, as_of date,
                                   known_at timestamptz)
RETURNS TABLE (organisation integer, indicator integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    latest date := least(as_of, (now AT TIME ZONE 'UTC')::date + 1); -- somewhere it is tomorrow already
BEGIN
    RETURN QUERY
    WITH counted AS MATERIALIZED (
        SELECT i.id, i.code, p.code AS project_code, v.rolled
        FROM vekha.indicator i
        JOIN vekha.indicator_version v
            ON v.indicator = i.id AND v.valid_from <= latest AND latest < v.valid_to
            AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
        JOIN vekha.project p ON p.id = v.project
    ), owed AS (
        SELECT b.organisation, w.indicator
        FROM vekha.duty_version d
        JOIN vekha.duty_indicator w ON w.duty_version = d.id
        JOIN counted i ON i.id = w.indicator
        CROSS JOIN vekha.organisations_below(shown_series.organisation_code, latest, known_at) b
        JOIN vekha.organisation_version v
            ON v.organisation = b.organisation AND v.valid_from <= latest AND latest < v.valid_to
            AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
        WHERE vekha.believed(d.recorded_at, d.superseded_at, known_at) AND d.starts <= latest
          AND (v.kind = ANY (d.kinds)
               OR EXISTS (SELECT FROM vekha.duty_organisation n WHERE n.duty_version = d.id AND n.organisation = b.organisation))
          AND v.kind <> ALL (i.rolled) AND (v.opened IS NULL OR v.opened <= latest) AND (v.closed IS NULL OR latest <= v.closed)
          AND (shown_series.indicator_code IS NULL OR i.code = shown_series.indicator_code)
          AND (shown_series.project_code IS NULL OR i.project_code = shown_series.project_code)
    ), shown AS (
        SELECT s.organisation, s.indicator
        FROM vekha.series_known(shown_series.project_code, shown_series.indicator_code, shown_series.organisation_code,
                                shown_series.now, shown_series.as_of, known_at) s
        UNION
        SELECT w.organisation, w.indicator FROM owed w
    )
    SELECT s.organisation, s.indicator
    FROM shown s
    JOIN vekha.organisation o ON o.id = s.organisation
    JOIN counted i ON i.id = s.indicator
    ORDER BY i.project_code, i.code, o.code;
END
$$;

COMMENT ON FUNCTION vekha.shown_series(text, text, text, timestamptz, date, timestamptz) IS
    'The series of series_known, and those that are owed though nothing has come of them yet; nulls: all.';

-- --- what the monitor does ---

-- Queues organisations that owe, or did so until now; null: all of them.  DO UPDATE, not DO NOTHING: it locks a row that waits
-- already, so that no daemon takes it before this transaction's change can be seen.
CREATE FUNCTION vekha.queue_reporting(organisations integer[], at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    queued integer;
BEGIN
    INSERT INTO vekha.reporting_queue (organisation, queued_at)
    SELECT s.organisation, at
    FROM (
        SELECT r.organisation FROM vekha.reporting r
        UNION
        SELECT v.organisation
        FROM vekha.duty_version d
        JOIN vekha.organisation_version v
            ON v.superseded_at = 'infinity'
            AND (v.kind = ANY (d.kinds)
                 OR EXISTS (SELECT FROM vekha.duty_organisation n
                            WHERE n.duty_version = d.id AND n.organisation = v.organisation))
        WHERE d.superseded_at = 'infinity'
    ) s
    WHERE organisations IS NULL OR s.organisation = ANY (organisations)
    ORDER BY s.organisation
    ON CONFLICT (organisation) DO UPDATE SET queued_at = excluded.queued_at;
    GET DIAGNOSTICS queued = ROW_COUNT;
    RETURN queued;
END
$$;

COMMENT ON FUNCTION vekha.queue_reporting(integer[], timestamptz) IS
    'Queues the reporting of these organisations (null: all that owe) to be assessed anew; returns how many.';

-- Whatever records a version of an organisation or an indicator: kinds, opening days, addresses and names are part of reporting.
CREATE FUNCTION vekha.reporting_is_touched()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = vekha, pg_temp
AS $$
BEGIN
    IF TG_TABLE_NAME = 'organisation_version' THEN
        PERFORM vekha.queue_reporting(ARRAY[NEW.organisation], NEW.recorded_at);
    ELSIF EXISTS (SELECT FROM vekha.duty_indicator i WHERE i.indicator = NEW.indicator) THEN
        PERFORM vekha.queue_reporting(NULL, NEW.recorded_at);
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION vekha.reporting_is_touched() IS 'Trigger: queues the reporting that a new version of the catalogue may change.';

CREATE TRIGGER reporting_is_touched AFTER INSERT ON vekha.organisation_version
    FOR EACH ROW EXECUTE FUNCTION vekha.reporting_is_touched();
CREATE TRIGGER reporting_is_touched AFTER INSERT ON vekha.indicator_version
    FOR EACH ROW EXECUTE FUNCTION vekha.reporting_is_touched();

-- Takes organisations out of the queue and, with a time, claims those whose reassess_on has come where they are, as claim_due does
-- with series.  The indicator is 0: an organisation's reporting goes through a round of the monitor as one more of its series.
CREATE FUNCTION vekha.claim_reporting(now timestamptz, max_organisations integer)
RETURNS TABLE (organisation integer, indicator integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    claimed integer;
    due record;
BEGIN
    RETURN QUERY
    DELETE FROM vekha.reporting_queue r
    WHERE r.ctid = ANY (ARRAY( -- made once: a subquery to join with may be run for each row, and claims as many each time
        SELECT q.ctid
        FROM vekha.reporting_queue q
        ORDER BY q.queued_at, q.organisation
        LIMIT max_organisations
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING r.organisation, 0;
    GET DIAGNOSTICS claimed = ROW_COUNT;
    IF now IS NULL THEN
        RETURN;
    END IF;
    FOR due IN
        SELECT r.organisation
        FROM vekha.reporting r
        WHERE r.reassess_on <= (claim_reporting.now AT TIME ZONE 'UTC')::date + 1 -- the day begins up to 14 h before UTC's
          AND r.reassess_on <= (claim_reporting.now AT TIME ZONE vekha.time_zone_of(r.organisation, claim_reporting.now))::date
        ORDER BY r.reassess_on, r.organisation
    LOOP
        EXIT WHEN claimed >= max_organisations;
        CONTINUE WHEN NOT pg_try_advisory_xact_lock(3, due.organisation);
        organisation := due.organisation;
        indicator := 0;
        claimed := claimed + 1;
        RETURN NEXT;
    END LOOP;
END
$$;

COMMENT ON FUNCTION vekha.claim_reporting(timestamptz, integer) IS
    'Claims organisations whose reporting the catalogue changed or, with a time, whose reassess_on has come; indicator is 0.';

-- As before; besides, the overdue or silent alert of an organisation, whose indicator is 0.
CREATE OR REPLACE FUNCTION vekha.standing_alerts(organisations integer[], indicators integer[])
RETURNS TABLE (organisation integer, indicator integer, kind vekha.alert_kind, level vekha.alert_level, plan_starts date)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT a.organisation, a.indicator, a.kind, a.level, t.starts
    FROM unnest(organisations, indicators) u(organisation, indicator)
    CROSS JOIN LATERAL ( -- OFFSET: series by series, though the planner may take the table for empty and read it whole
        SELECT o.* FROM vekha.alert o
        WHERE o.organisation = u.organisation AND o.indicator = u.indicator AND o.closed_at IS NULL
          AND o.kind IN ('lag', 'milestone')
        OFFSET 0
    ) a
    LEFT JOIN LATERAL (
        SELECT (SELECT p.starts::date FROM vekha.plan p WHERE p.id = s.plan) AS starts
        FROM vekha.alert_transition s WHERE s.alert = a.id ORDER BY s.id DESC LIMIT 1
    ) t ON true
    UNION ALL
    SELECT a.organisation, 0, a.kind, a.level, NULL
    FROM unnest(organisations, indicators) u(organisation, indicator)
    CROSS JOIN LATERAL (
        SELECT o.* FROM vekha.alert o
        WHERE o.organisation = u.organisation AND o.closed_at IS NULL AND o.kind IN ('overdue', 'silent')
        OFFSET 0
    ) a
    WHERE u.indicator = 0;
END
$$;

COMMENT ON FUNCTION vekha.standing_alerts(integer[], integer[]) IS
    'Open lag and milestone alerts of these pairs, and since when the plan runs that they are about; overdue and silent ones of those with indicator 0.';

-- One element per organisation; the lists of indicators are their ids divided by blanks.  kept false: nothing is owed by it, now or
-- later.  A row that stands like this already is left alone, assessed_at too.  Returns how many rows were written.  The caller
-- holds lock_series.
CREATE FUNCTION vekha.write_reporting(
    assessed_at timestamptz, organisations integer[], kept boolean[], states vekha.freshness[], due_ons date[], reported text[],
    due text[], overdue text[], silent text[], reassess_ons date[])
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    deleted integer;
    written integer;
BEGIN
    DELETE FROM vekha.reporting r
    USING unnest(organisations, kept) u(organisation, kept)
    WHERE r.organisation = u.organisation AND NOT u.kept;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    INSERT INTO vekha.reporting AS r (organisation, state, due_on, reported, due, overdue, silent, reassess_on, assessed_at)
    SELECT u.organisation, u.state, u.due_on, string_to_array(u.reported, ' ')::integer[], string_to_array(u.due, ' ')::integer[],
           string_to_array(u.overdue, ' ')::integer[], string_to_array(u.silent, ' ')::integer[], u.reassess_on,
           write_reporting.assessed_at
    FROM unnest(organisations, kept, states, due_ons, reported, due, overdue, silent, reassess_ons)
         u(organisation, kept, state, due_on, reported, due, overdue, silent, reassess_on)
    WHERE u.kept
    ON CONFLICT (organisation) DO UPDATE SET
        state = excluded.state, due_on = excluded.due_on, reported = excluded.reported, due = excluded.due,
        overdue = excluded.overdue, silent = excluded.silent, reassess_on = excluded.reassess_on,
        assessed_at = excluded.assessed_at
    WHERE (r.state, r.due_on, r.reported, r.due, r.overdue, r.silent, r.reassess_on)
          IS DISTINCT FROM
          (excluded.state, excluded.due_on, excluded.reported, excluded.due, excluded.overdue, excluded.silent,
           excluded.reassess_on);
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN deleted + written;
END
$$;

COMMENT ON FUNCTION vekha.write_reporting(timestamptz, integer[], boolean[], vekha.freshness[], date[], text[], text[], text[], text[],
    date[]) IS 'Writes how organisations stand with their reports where that differs from what stands; returns how many.';

-- What is due is claimed in order without a sort of all that is.
DROP INDEX vekha.outbox_due;
CREATE INDEX outbox_due ON vekha.outbox (next_attempt_at, id) WHERE sent_at IS NULL AND dead_at IS NULL;

-- As before; besides, the alerts overdue and silent of an organisation are one, whose kind moves with its level.  statuses may be
-- null.
CREATE OR REPLACE FUNCTION vekha.write_transitions(
    at timestamptz, host text, organisations integer[], indicators integer[], kinds vekha.alert_kind[], events text[],
    to_levels vekha.alert_level[], submissions uuid[], as_ofs date[], statuses vekha.status[], facts numeric[],
    plan_ats numeric[], plans integer[], rule_set_versions integer[], explanations_ru text[], explanations_en text[],
    m_transition integer[], m_channel text[], m_recipient text[], m_subject text[], m_body text[])
RETURNS TABLE (ord integer, alert bigint, transition bigint, messages integer)
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
    ords integer[] := '{}'; -- of the transitions that were written, with their alerts and ids
    alerts bigint[] := '{}';
    steps bigint[] := '{}';
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
        WHERE (a.kind = step.kind OR (a.kind = ANY (reports) AND step.kind = ANY (reports)))
          AND a.organisation = step.organisation AND a.closed_at IS NULL
          AND (a.indicator = step.indicator OR (a.indicator IS NULL AND step.indicator IS NULL));
        CONTINUE WHEN open_alert.level IS NOT DISTINCT FROM step.to_level;

        IF open_alert.id IS NULL THEN
            INSERT INTO vekha.alert (kind, organisation, indicator, level, opened_at, changed_at)
            VALUES (step.kind, step.organisation, step.indicator, step.to_level, write_transitions.at, write_transitions.at)
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
                                            plan, rule_set_version, explanation_ru, explanation_en)
        VALUES (alert, write_transitions.at, step.event, open_alert.level, step.to_level, step.submission, step.as_of,
                step.status, step.fact, step.plan_at, step.plan, nullif(step.rule_set_version, 0),
                step.explanation_ru, step.explanation_en)
        RETURNING id INTO transition;

        ords := ords || step.ord;
        alerts := alerts || alert;
        steps := steps || transition;
    END LOOP;

    RETURN QUERY
    WITH moved AS MATERIALIZED (
        SELECT m.ord, m.alert, m.step
        FROM unnest(ords, alerts, steps) m(ord, alert, step)
    ), written AS (
        INSERT INTO vekha.outbox (transition, channel, recipient, message_id, thread_id, subject, body, created_at,
                                  next_attempt_at)
        SELECT w.step, w.channel, w.recipient, i.message_id,
               coalesce((SELECT f.message_id
                         FROM (SELECT t.id FROM vekha.alert_transition t WHERE t.alert = w.alert OFFSET 0) t
                         CROSS JOIN LATERAL (
                             SELECT o.message_id FROM vekha.outbox o
                             WHERE o.transition = t.id AND o.channel = w.channel AND o.recipient = w.recipient
                             OFFSET 0
                         ) f
                         ORDER BY t.id LIMIT 1), i.message_id),
               replace(w.subject, '{alert}', w.alert::text), replace(w.body, '{alert}', w.alert::text),
               write_transitions.at, write_transitions.at
        FROM (
            SELECT moved.*, u.channel, u.recipient, u.subject, u.body,
                   row_number() OVER (PARTITION BY moved.step ORDER BY u.position) AS n
            FROM unnest(m_transition, m_channel, m_recipient, m_subject, m_body) WITH ORDINALITY
                 u(transition, channel, recipient, subject, body, position)
            JOIN moved ON moved.ord = u.transition
        ) w
        CROSS JOIN LATERAL (SELECT format('<%s.%s.%s@%s>', w.alert, w.step, w.n, host) AS message_id) i
        WHERE NOT vekha.is_silenced(organisations[w.ord], indicators[w.ord], write_transitions.at)
        RETURNING transition
    )
    SELECT m.ord, m.alert, m.step, coalesce(c.n, 0)::integer
    FROM moved m LEFT JOIN (SELECT w.transition, count(*) AS n FROM written w GROUP BY w.transition) c ON c.transition = m.step;
END
$$;

-- Rebuilding throws all away: sums are then made after all that they are made of.
CREATE OR REPLACE FUNCTION vekha.rebuild_assessments(at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    queued integer;
BEGIN
    SELECT vekha.queue_series(array_agg(s.organisation), array_agg(s.indicator), at) INTO queued
    FROM (
        SELECT k.organisation, k.indicator FROM vekha.series_known(NULL, NULL, NULL, at, NULL, NULL) k
        UNION
        SELECT a.organisation, a.indicator FROM vekha.assessment a
    ) s;
    PERFORM vekha.queue_reporting(NULL, at);
    -- after the queues, for which no daemon ever waits; before the rows, for which one would wait while we wait for it
    PERFORM vekha.lock_series((SELECT array_agg(o.id) FROM vekha.organisation o));
    DELETE FROM vekha.assessment;
    DELETE FROM vekha.reporting;
    PERFORM vekha.catalogue_changed();
    RETURN queued;
END
$$;

COMMENT ON FUNCTION vekha.rebuild_assessments(timestamptz) IS
    'Throws all assessments away, and how organisations stand with their reports, and queues both to be made anew; returns how many series.';

-- --- recording ---

CREATE FUNCTION vekha.duties_changed(at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
BEGIN
    UPDATE vekha.duty_book_tag t SET tag = gen_random_uuid();
    PERFORM vekha.queue_reporting(NULL, at);
    PERFORM vekha.catalogue_changed();
END
$$;

COMMENT ON FUNCTION vekha.duties_changed(timestamptz) IS 'A step of put_duty and put_workdays: makes the change known.';

-- The days that differ from Monday to Friday, all of them: what is missing does so no more.
CREATE FUNCTION vekha.put_workdays(code text, days date[], working boolean[], at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    calendar integer := vekha.ensure_code('workdays', code);
    standing vekha.workdays_version;
    recorded timestamptz := at;
    version integer;
BEGIN
    PERFORM vekha.open_write(at);
    SELECT v.* INTO standing FROM vekha.workdays_version v WHERE v.workdays = calendar AND v.superseded_at = 'infinity';
    IF standing.id IS NOT NULL THEN
        IF NOT EXISTS (
            SELECT FROM (SELECT w.day, w.working FROM vekha.workday w WHERE w.workdays_version = standing.id) old
            FULL JOIN unnest(put_workdays.days, put_workdays.working) new(day, working) ON new.day = old.day
            WHERE new.working IS DISTINCT FROM old.working
        ) THEN
            RETURN 'same';
        END IF;
        recorded := greatest(at, standing.recorded_at + interval '1 microsecond');
        UPDATE vekha.workdays_version v SET superseded_at = recorded WHERE v.id = standing.id;
    END IF;
    INSERT INTO vekha.workdays_version (workdays, recorded_at) VALUES (calendar, recorded) RETURNING id INTO version;
    INSERT INTO vekha.workday (workdays_version, day, working)
    SELECT version, n.day, n.working FROM unnest(put_workdays.days, put_workdays.working) n(day, working);
    PERFORM vekha.duties_changed(at);
    RETURN CASE WHEN standing.id IS NULL THEN 'created' ELSE 'changed' END;
END
$$;

COMMENT ON FUNCTION vekha.put_workdays(text, date[], boolean[], timestamptz) IS
    'Records a working-day calendar by the days that differ from Monday to Friday; returns created, changed or same.';

CREATE FUNCTION vekha.put_duty(code text, indicator_codes text[], kinds vekha.organisation_kind[], organisation_codes text[],
                               every integer, due_workday integer, remind_workdays integer, close_workday integer, starts date,
                               ends date, workdays_code text, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    duty_id integer := vekha.ensure_code('duty', code);
    calendar integer := vekha.id_of('workdays', workdays_code);
    whose vekha.organisation_kind[] := ARRAY(SELECT DISTINCT k FROM unnest(kinds) k ORDER BY k);
    indicators integer[] := ARRAY(SELECT DISTINCT vekha.id_of('indicator', c) FROM unnest(indicator_codes) c ORDER BY 1);
    organisations integer[] := ARRAY(SELECT DISTINCT vekha.id_of('organisation', c) FROM unnest(organisation_codes) c ORDER BY 1);
    standing vekha.duty_version;
    recorded timestamptz := at;
    version integer;
BEGIN
    IF indicators = '{}' OR (whose = '{}' AND organisations = '{}') THEN
        RAISE EXCEPTION 'duty "%" is about nothing, or nobody''s', code
            USING ERRCODE = 'check_violation', HINT = 'Give it an indicator, and kinds or organisations.';
    END IF;
    PERFORM vekha.open_write(at);
    SELECT v.* INTO standing FROM vekha.duty_version v WHERE v.duty = duty_id AND v.superseded_at = 'infinity';
    IF standing.id IS NOT NULL THEN
        IF (standing.kinds, standing.every, standing.due_workday, standing.workdays) = (whose, every, due_workday, calendar)
           AND (standing.remind_workdays, standing.close_workday, standing.starts, standing.ends)
               IS NOT DISTINCT FROM (remind_workdays, close_workday, starts, ends)
           AND ARRAY(SELECT i.indicator FROM vekha.duty_indicator i WHERE i.duty_version = standing.id ORDER BY 1) = indicators
           AND ARRAY(SELECT o.organisation FROM vekha.duty_organisation o WHERE o.duty_version = standing.id ORDER BY 1) = organisations
        THEN
            RETURN 'same';
        END IF;
        recorded := greatest(at, standing.recorded_at + interval '1 microsecond');
        UPDATE vekha.duty_version v SET superseded_at = recorded WHERE v.id = standing.id;
    END IF;
    INSERT INTO vekha.duty_version (duty, kinds, every, due_workday, remind_workdays, close_workday, starts, ends, workdays, recorded_at)
    VALUES (duty_id, whose, every, due_workday, remind_workdays, close_workday, starts, ends, calendar, recorded)
    RETURNING id INTO version;
    INSERT INTO vekha.duty_indicator (duty_version, indicator) SELECT version, i FROM unnest(indicators) i;
    INSERT INTO vekha.duty_organisation (duty_version, organisation) SELECT version, o FROM unnest(organisations) o;
    PERFORM vekha.duties_changed(at);
    RETURN CASE WHEN standing.id IS NULL THEN 'created' ELSE 'changed' END;
END
$$;

COMMENT ON FUNCTION vekha.put_duty(text, text[], vekha.organisation_kind[], text[], integer, integer, integer, integer, date, date, text,
    timestamptz) IS 'Records who owes which reports by when; returns created, changed or same.';

CREATE FUNCTION vekha.put_organisation(code text, name text, name_en text, kind vekha.organisation_kind, parent_code text,
                                       time_zone text, opened date, closed date, email text, valid_from date, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    parent_id integer := vekha.id_of('organisation', parent_code);
    organisation_id integer := vekha.ensure_code('organisation', code);
    parents integer[]; -- whose sums it goes out of and into
    result text;
BEGIN
    IF EXISTS (SELECT FROM vekha.organisations_below(code, '2999-12-31', NULL) b WHERE b.organisation = parent_id) THEN
        RAISE EXCEPTION 'organisation "%" cannot be below "%", which is itself below it', code, parent_code
            USING ERRCODE = 'check_violation', HINT = 'Give it a parent outside of its own branch.';
    END IF;
    SELECT array_agg(v.parent) || parent_id INTO parents
    FROM vekha.organisation_version v WHERE v.organisation = organisation_id AND v.superseded_at = 'infinity';
    result := vekha.put_version('organisation', organisation_id, jsonb_build_object(
        'name', name, 'name_en', name_en, 'kind', kind, 'parent', parent_id, 'time_zone', time_zone, 'opened', opened,
        'closed', closed, 'email', email), coalesce(valid_from, '-infinity'), at);
    IF result <> 'same' THEN
        -- those right below too: what kind of organisation is above them decides whether they are added up
        PERFORM vekha.queue_reassessment(organisation_id || ARRAY(
            SELECT v.organisation FROM vekha.organisation_version v
            WHERE v.parent = organisation_id AND v.superseded_at = 'infinity'), NULL, at);
        PERFORM vekha.queue_sums(array_agg(p.id), array_agg(a.indicator), at)
        FROM vekha.assessment a CROSS JOIN unnest(parents) p(id) WHERE a.organisation = organisation_id;
        PERFORM vekha.catalogue_changed();
    END IF;
    RETURN result;
END
$$;

COMMENT ON FUNCTION vekha.put_organisation(text, text, text, vekha.organisation_kind, text, text, date, date, text, date, timestamptz) IS
    'Records what an organisation is from valid_from on (null: for all days); returns created, changed or same.';

-- For programs that know of no address: the one that stands is kept.
CREATE OR REPLACE FUNCTION vekha.put_organisation(code text, name text, name_en text, kind vekha.organisation_kind, parent_code text,
                                                  time_zone text, opened date, closed date, valid_from date, at timestamptz)
RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    SELECT vekha.put_organisation(code, name, name_en, kind, parent_code, time_zone, opened, closed,
        (SELECT v.email
         FROM vekha.organisation o
         JOIN vekha.organisation_version v
             ON v.organisation = o.id AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
         WHERE o.code = $1), valid_from, at)
$$;

COMMENT ON FUNCTION vekha.put_organisation(text, text, text, vekha.organisation_kind, text, text, date, date, date, timestamptz) IS
    'The same without an address, which stays as it is; for programs of before there was one.';

-- --- what people read ---

CREATE OR REPLACE VIEW report.status AS
SELECT o.code AS org, o.name AS org_name, i.code AS indicator, i.name AS indicator_name, i.project, i.unit, a.status, a.as_of,
       a.target, a.plan_at, a.fact, a.n, a.of_value AS "of", a.gap, a.progress, a.attainment, a.needed_pace, a.pace,
       a.forecast, a.forecast_sd, a.probability, p.shape, r.code AS rule, rv.version AS rule_version,
       p.version AS plan_version, a.explanation_ru, a.explanation_en, a.assessed_at, a.fact_high, a.contributors,
       a.contradictions,
       CASE
           WHEN a.indicator = ANY (w.silent) THEN 'silent'
           WHEN a.indicator = ANY (w.overdue) THEN 'overdue'
           WHEN a.indicator = ANY (w.due) THEN 'due'
           WHEN a.indicator = ANY (w.reported) THEN 'reported'
       END::vekha.freshness AS freshness
FROM vekha.assessment a
JOIN report.organisations o ON o.id = a.organisation
JOIN report.indicators i ON i.id = a.indicator
LEFT JOIN vekha.plan p ON p.id = a.plan
LEFT JOIN vekha.rule_set_version rv ON rv.id = a.rule_set_version
LEFT JOIN vekha.rule_set r ON r.id = rv.rule_set
LEFT JOIN vekha.reporting w ON w.organisation = a.organisation;

COMMENT ON COLUMN report.status.freshness IS 'Whether the reports that are owed have come; null: none is owed.';

CREATE VIEW report.reporting AS
SELECT o.code AS org, o.name AS org_name, r.state, r.due_on, c.reported, c.due, c.overdue, c.silent, r.assessed_at
FROM vekha.reporting r
JOIN report.organisations o ON o.id = r.organisation
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(i.code::text ORDER BY i.code) FILTER (WHERE i.id = ANY (r.reported)), '{}') AS reported,
           coalesce(array_agg(i.code::text ORDER BY i.code) FILTER (WHERE i.id = ANY (r.due)), '{}') AS due,
           coalesce(array_agg(i.code::text ORDER BY i.code) FILTER (WHERE i.id = ANY (r.overdue)), '{}') AS overdue,
           coalesce(array_agg(i.code::text ORDER BY i.code) FILTER (WHERE i.id = ANY (r.silent)), '{}') AS silent
    FROM vekha.indicator i
    WHERE i.id = ANY (r.reported || r.due || r.overdue || r.silent)
) c;

COMMENT ON VIEW report.reporting IS 'How every organisation stands with the reports it owes.';
COMMENT ON COLUMN report.reporting.org IS 'Code of the organisation.';
COMMENT ON COLUMN report.reporting.org_name IS 'Its name.';
COMMENT ON COLUMN report.reporting.state IS 'The worst of its indicators; null: nothing has been owed yet.';
COMMENT ON COLUMN report.reporting.due_on IS 'The earliest deadline of those in that state.';
COMMENT ON COLUMN report.reporting.reported IS 'Codes of the indicators reported as owed.';
COMMENT ON COLUMN report.reporting.due IS 'Codes of those missing, the deadline to come.';
COMMENT ON COLUMN report.reporting.overdue IS 'Codes of those missing, the deadline past.';
COMMENT ON COLUMN report.reporting.silent IS 'Codes of those missing for more than one reporting step.';
COMMENT ON COLUMN report.reporting.assessed_at IS 'When it last changed.';

-- --- rights ---

REVOKE ALL ON ALL TABLES IN SCHEMA vekha, report FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vekha FROM PUBLIC;

GRANT EXECUTE ON FUNCTION vekha.duty_book_unless, vekha.claim_reporting, vekha.write_reporting TO vekha_daemon;
GRANT EXECUTE ON FUNCTION vekha.reporting_input TO vekha_daemon, vekha_admin;
GRANT EXECUTE ON FUNCTION
    vekha.duty_book, vekha.shown_series, vekha.put_workdays, vekha.put_duty,
    vekha.put_organisation(text, text, text, vekha.organisation_kind, text, text, date, date, text, date, timestamptz)
    TO vekha_admin;
GRANT SELECT ON
    vekha.workdays, vekha.workdays_version, vekha.workday, vekha.duty, vekha.duty_version, vekha.duty_indicator,
    vekha.duty_organisation, vekha.duty_book_tag, vekha.reporting, vekha.reporting_queue
    TO vekha_admin;
GRANT SELECT ON report.reporting TO vekha_admin, vekha_report;

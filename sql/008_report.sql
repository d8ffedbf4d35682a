-- What people, Grafana and BI read: stable names, codes instead of ids, periods as text.  Names are those believed now.

CREATE FUNCTION vekha.period_text(period integer)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT CASE
        WHEN part = 0 THEN year::text
        WHEN part BETWEEN 1 AND 12 THEN year || '-' || lpad(part::text, 2, '0')
        WHEN part BETWEEN 21 AND 24 THEN year || '-Q' || part - 20
        WHEN part BETWEEN 31 AND 32 THEN year || '-H' || part - 30
        WHEN part = 39 THEN year || '-9M'
        WHEN part BETWEEN 101 AND 466 THEN to_char(make_date(year, 1, 1) + (part - 101), 'YYYY-MM-DD')
    END
    FROM (SELECT period / 1000 AS year, period % 1000 AS part) p
$$;

COMMENT ON FUNCTION vekha.period_text(integer) IS 'A period as people write it: 2020-09, 2020-Q3, 2020-H1, 2020-9M, 2020, 2020-09-25.';

CREATE FUNCTION vekha.verdict_text(verdict smallint)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT (ARRAY['accepted', 'warning', 'unchanged', 'replaced', 'outdated', 'rejected'])[verdict / 100] $$;

COMMENT ON FUNCTION vekha.verdict_text(smallint) IS 'The verdict in verdict * 100 + reason.';

-- The names that stand last among those believed now.
CREATE VIEW report.organisations AS
SELECT o.id, o.code, v.name, v.name_en, v.kind, p.code AS parent, v.time_zone, v.opened, v.closed
FROM vekha.organisation o
JOIN vekha.organisation_version v
    ON v.organisation = o.id AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
LEFT JOIN vekha.organisation p ON p.id = v.parent;

COMMENT ON VIEW report.organisations IS 'Organisations as they are believed to be.';
COMMENT ON COLUMN report.organisations.id IS 'Key inside the database.';
COMMENT ON COLUMN report.organisations.code IS 'Name in files, commands and messages.';
COMMENT ON COLUMN report.organisations.name IS 'Name, in Russian.';
COMMENT ON COLUMN report.organisations.name_en IS 'Name, in English.';
COMMENT ON COLUMN report.organisations.kind IS 'What kind of body it is.';
COMMENT ON COLUMN report.organisations.parent IS 'Code of the organisation above.';
COMMENT ON COLUMN report.organisations.time_zone IS 'IANA name.';
COMMENT ON COLUMN report.organisations.opened IS 'First day on which it works.';
COMMENT ON COLUMN report.organisations.closed IS 'Last day on which it works.';

CREATE VIEW report.indicators AS
SELECT i.id, i.code, v.name, v.name_en, p.code AS project, v.kind, v.direction, v.unit, v.unit_en, v.counting, v.method
FROM vekha.indicator i
JOIN vekha.indicator_version v
    ON v.indicator = i.id AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
JOIN vekha.project p ON p.id = v.project;

COMMENT ON VIEW report.indicators IS 'Indicators as they are believed to be.';
COMMENT ON COLUMN report.indicators.id IS 'Key inside the database.';
COMMENT ON COLUMN report.indicators.code IS 'Name in files, commands and messages.';
COMMENT ON COLUMN report.indicators.name IS 'Name, in Russian.';
COMMENT ON COLUMN report.indicators.name_en IS 'Name, in English.';
COMMENT ON COLUMN report.indicators.project IS 'Code of its project.';
COMMENT ON COLUMN report.indicators.kind IS 'flow, level, share or milestone.';
COMMENT ON COLUMN report.indicators.direction IS 'Whether more or less is better.';
COMMENT ON COLUMN report.indicators.unit IS 'Unit, in Russian.';
COMMENT ON COLUMN report.indicators.unit_en IS 'Unit, in English.';
COMMENT ON COLUMN report.indicators.counting IS 'How a flow is reported.';
COMMENT ON COLUMN report.indicators.method IS 'How it is counted where a figure does not say.';

CREATE VIEW report.status AS
SELECT o.code AS org, o.name AS org_name, i.code AS indicator, i.name AS indicator_name, i.project, i.unit, a.status, a.as_of,
       a.target, a.plan_at, a.fact, a.n, a.of_value AS "of", a.gap, a.progress, a.attainment, a.needed_pace, a.pace,
       a.forecast, a.forecast_sd, a.probability, p.shape, r.code AS rule, rv.version AS rule_version,
       p.version AS plan_version, a.explanation_ru, a.explanation_en, a.assessed_at
FROM vekha.assessment a
JOIN report.organisations o ON o.id = a.organisation
JOIN report.indicators i ON i.id = a.indicator
LEFT JOIN vekha.plan p ON p.id = a.plan
LEFT JOIN vekha.rule_set_version rv ON rv.id = a.rule_set_version
LEFT JOIN vekha.rule_set r ON r.id = rv.rule_set;

COMMENT ON VIEW report.status IS 'How every series stands now.';
COMMENT ON COLUMN report.status.org IS 'Code of the organisation.';
COMMENT ON COLUMN report.status.org_name IS 'Its name.';
COMMENT ON COLUMN report.status.indicator IS 'Code of the indicator.';
COMMENT ON COLUMN report.status.indicator_name IS 'Its name.';
COMMENT ON COLUMN report.status.project IS 'Code of its project.';
COMMENT ON COLUMN report.status.unit IS 'Its unit.';
COMMENT ON COLUMN report.status.status IS 'The verdict.';
COMMENT ON COLUMN report.status.as_of IS 'The day at which plan and fact are compared.';
COMMENT ON COLUMN report.status.target IS 'T.';
COMMENT ON COLUMN report.status.plan_at IS 'E: what the plan asks for on as_of.';
COMMENT ON COLUMN report.status.fact IS 'A, in units; a share in per cent.';
COMMENT ON COLUMN report.status.n IS 'n of a share.';
COMMENT ON COLUMN report.status."of" IS 'N of a share.';
COMMENT ON COLUMN report.status.gap IS 'G, in units; positive is behind.';
COMMENT ON COLUMN report.status.progress IS 'R.';
COMMENT ON COLUMN report.status.attainment IS 'U, for official reports.';
COMMENT ON COLUMN report.status.needed_pace IS 'Units a month needed from now on.';
COMMENT ON COLUMN report.status.pace IS 'Units a month so far.';
COMMENT ON COLUMN report.status.forecast IS 'F, for the plan''s last day.';
COMMENT ON COLUMN report.status.forecast_sd IS 'Its standard deviation.';
COMMENT ON COLUMN report.status.probability IS 'P of reaching the target.';
COMMENT ON COLUMN report.status.shape IS 'How the plan''s growth is spread.';
COMMENT ON COLUMN report.status.rule IS 'Code of the rule set.';
COMMENT ON COLUMN report.status.rule_version IS 'Its version.';
COMMENT ON COLUMN report.status.plan_version IS 'The plan''s version.';
COMMENT ON COLUMN report.status.explanation_ru IS 'The verdict in words, Russian.';
COMMENT ON COLUMN report.status.explanation_en IS 'The verdict in words, English.';
COMMENT ON COLUMN report.status.assessed_at IS 'When it last changed.';

CREATE VIEW report.figures AS
SELECT o.code AS org, o.name AS org_name, i.code AS indicator, i.name AS indicator_name, i.project, i.unit,
       vekha.period_text(f.period) AS period, f.as_of, f.state, f.value, f.of_value AS "of", f.expected, f.method, f.note,
       f.composed_at, f.recorded_at, f.confirmed_at, f.submission, f.line
FROM vekha.figure f
JOIN report.organisations o ON o.id = f.organisation
JOIN report.indicators i ON i.id = f.indicator;

COMMENT ON VIEW report.figures IS 'The figures in force.';
COMMENT ON COLUMN report.figures.org IS 'Code of the organisation.';
COMMENT ON COLUMN report.figures.org_name IS 'Its name.';
COMMENT ON COLUMN report.figures.indicator IS 'Code of the indicator.';
COMMENT ON COLUMN report.figures.indicator_name IS 'Its name.';
COMMENT ON COLUMN report.figures.project IS 'Code of its project.';
COMMENT ON COLUMN report.figures.unit IS 'Its unit.';
COMMENT ON COLUMN report.figures.period IS 'The time it reports, as people write it.';
COMMENT ON COLUMN report.figures.as_of IS 'The day at whose end it holds.';
COMMENT ON COLUMN report.figures.state IS 'A value, or why there is none.';
COMMENT ON COLUMN report.figures.value IS 'The value, digit for digit as reported.';
COMMENT ON COLUMN report.figures."of" IS 'N of a share.';
COMMENT ON COLUMN report.figures.expected IS 'When a milestone is expected.';
COMMENT ON COLUMN report.figures.method IS 'How it was counted.';
COMMENT ON COLUMN report.figures.note IS 'The sender''s note.';
COMMENT ON COLUMN report.figures.composed_at IS 'When it was composed.';
COMMENT ON COLUMN report.figures.recorded_at IS 'From when the centre knew it.';
COMMENT ON COLUMN report.figures.confirmed_at IS 'When the latest identical version was composed.';
COMMENT ON COLUMN report.figures.submission IS 'The submission that brought it.';
COMMENT ON COLUMN report.figures.line IS 'Its place in the submission.';

CREATE VIEW report.alerts AS
SELECT a.id, a.kind, o.code AS org, o.name AS org_name, i.code AS indicator, i.name AS indicator_name, i.project, a.level,
       a.opened_at, a.changed_at, a.closed_at, t.event, t.status, t.as_of, t.fact, t.plan_at, t.explanation_ru,
       t.explanation_en, k.text AS measure, k.until AS measure_until, k.by_whom AS acknowledged_by, k.at AS acknowledged_at
FROM vekha.alert a
JOIN report.organisations o ON o.id = a.organisation
LEFT JOIN report.indicators i ON i.id = a.indicator
LEFT JOIN LATERAL (
    SELECT s.* FROM vekha.alert_transition s WHERE s.alert = a.id ORDER BY s.id DESC LIMIT 1
) t ON true
LEFT JOIN LATERAL (
    SELECT c.* FROM vekha.action c WHERE c.alert = a.id AND c.kind = 'acknowledge' ORDER BY c.id DESC LIMIT 1
) k ON true;

COMMENT ON VIEW report.alerts IS 'Alerts, open and closed, with their last step and who took them in hand.';
COMMENT ON COLUMN report.alerts.id IS 'Number, for people and commands.';
COMMENT ON COLUMN report.alerts.kind IS 'What it is about.';
COMMENT ON COLUMN report.alerts.org IS 'Code of the organisation.';
COMMENT ON COLUMN report.alerts.org_name IS 'Its name.';
COMMENT ON COLUMN report.alerts.indicator IS 'Code of the indicator; null: the organisation as a whole.';
COMMENT ON COLUMN report.alerts.indicator_name IS 'Its name.';
COMMENT ON COLUMN report.alerts.project IS 'Code of its project.';
COMMENT ON COLUMN report.alerts.level IS 'How grave it is, or was when it closed.';
COMMENT ON COLUMN report.alerts.opened_at IS 'Since when.';
COMMENT ON COLUMN report.alerts.changed_at IS 'When it last changed.';
COMMENT ON COLUMN report.alerts.closed_at IS 'Until when; null: open.';
COMMENT ON COLUMN report.alerts.event IS 'Its last step.';
COMMENT ON COLUMN report.alerts.status IS 'The status that led to the last step.';
COMMENT ON COLUMN report.alerts.as_of IS 'The day at which plan and fact were compared.';
COMMENT ON COLUMN report.alerts.fact IS 'A at the last step.';
COMMENT ON COLUMN report.alerts.plan_at IS 'E at the last step.';
COMMENT ON COLUMN report.alerts.explanation_ru IS 'The verdict in words, Russian.';
COMMENT ON COLUMN report.alerts.explanation_en IS 'The verdict in words, English.';
COMMENT ON COLUMN report.alerts.measure IS 'The measure taken; null: nobody took it in hand.';
COMMENT ON COLUMN report.alerts.measure_until IS 'By when.';
COMMENT ON COLUMN report.alerts.acknowledged_by IS 'Who took it in hand.';
COMMENT ON COLUMN report.alerts.acknowledged_at IS 'When.';

CREATE VIEW report.submissions AS
SELECT s.id, s.number, s.agent, o.code AS org, o.name AS org_name, s.door, s.author, s.composed_at, s.received_at,
       cardinality(s.verdicts) AS figures, v.accepted, v.warnings, v.unchanged, v.replaced, v.outdated, v.rejected,
       NOT s.pending AS assessed
FROM vekha.submission s
LEFT JOIN vekha.agent g ON g.id = s.agent
LEFT JOIN report.organisations o ON o.id = g.organisation
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE x / 100 = 1) AS accepted, count(*) FILTER (WHERE x / 100 = 2) AS warnings,
           count(*) FILTER (WHERE x / 100 = 3) AS unchanged, count(*) FILTER (WHERE x / 100 = 4) AS replaced,
           count(*) FILTER (WHERE x / 100 = 5) AS outdated, count(*) FILTER (WHERE x / 100 = 6) AS rejected
    FROM unnest(s.verdicts) x
) v;

COMMENT ON VIEW report.submissions IS 'What came in, from whom, and what was answered.';
COMMENT ON COLUMN report.submissions.id IS 'UUIDv7, made where it was composed.';
COMMENT ON COLUMN report.submissions.number IS 'Running number, for people.';
COMMENT ON COLUMN report.submissions.agent IS 'The agent whose key sent it.';
COMMENT ON COLUMN report.submissions.org IS 'Code of the agent''s organisation.';
COMMENT ON COLUMN report.submissions.org_name IS 'Its name.';
COMMENT ON COLUMN report.submissions.door IS 'The way it came in.';
COMMENT ON COLUMN report.submissions.author IS 'Who typed it.';
COMMENT ON COLUMN report.submissions.composed_at IS 'When it was composed, by the sender''s clock.';
COMMENT ON COLUMN report.submissions.received_at IS 'When the centre received it.';
COMMENT ON COLUMN report.submissions.figures IS 'How many figures it has.';
COMMENT ON COLUMN report.submissions.accepted IS 'How many of them were accepted.';
COMMENT ON COLUMN report.submissions.warnings IS 'How many were stored with a warning.';
COMMENT ON COLUMN report.submissions.unchanged IS 'How many stood already.';
COMMENT ON COLUMN report.submissions.replaced IS 'How many replaced an earlier version.';
COMMENT ON COLUMN report.submissions.outdated IS 'How many were older than what stands.';
COMMENT ON COLUMN report.submissions.rejected IS 'How many were not stored.';
COMMENT ON COLUMN report.submissions.assessed IS 'Whether what it changed was assessed.';

-- Every version of a series' figures, as the centre knew them at a moment.  A version that was outdated when it came is one too.
CREATE FUNCTION vekha.figure_versions(organisation_code text, indicator_code text, known_at timestamptz)
RETURNS TABLE (period text, as_of date, state vekha.figure_state, value numeric, "of" numeric, expected date, method text,
               note text, composed_at timestamptz, recorded_at timestamptz, superseded_at timestamptz, in_force boolean,
               confirmed_at timestamptz, submission uuid, number bigint, line smallint, agent integer, door vekha.door,
               author text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
    SELECT vekha.period_text(v.period), v.as_of, v.state, v.value, v.of_value, v.expected, v.method, v.note, v.composed_at,
           v.recorded_at, CASE WHEN v.superseded_at <= k.moment THEN v.superseded_at END, v.superseded_at > k.moment,
           v.confirmed_at, v.submission, s.number, v.line, s.agent, s.door, s.author
    FROM (SELECT coalesce(known_at, timestamptz '294000-01-01 00:00Z') AS moment) k
    CROSS JOIN (
        SELECT f.organisation, f.indicator, f.period, f.as_of, f.state, f.value, f.of_value, f.expected, f.method, f.note,
               f.composed_at, f.recorded_at, f.confirmed_at, f.submission, f.line, 'infinity'::timestamptz AS superseded_at
        FROM vekha.figure f
        UNION ALL
        SELECT h.organisation, h.indicator, h.period, h.as_of, h.state, h.value, h.of_value, h.expected, h.method, h.note,
               h.composed_at, h.recorded_at, h.confirmed_at, h.submission, h.line, h.superseded_at
        FROM vekha.figure_history h
    ) v
    LEFT JOIN vekha.submission s ON s.id = v.submission
    WHERE v.organisation = vekha.id_of('organisation', organisation_code)
      AND v.indicator = vekha.id_of('indicator', indicator_code)
      AND v.recorded_at <= k.moment
    ORDER BY v.period, v.composed_at, v.submission
$$;

COMMENT ON FUNCTION vekha.figure_versions(text, text, timestamptz) IS
    'Every version of a series'' figures that the centre knew at a moment (null: now), by period and time of composing.';

-- The catalogue: organisations, projects, indicators, rules, plans and agents.
--
-- What can change is kept as versions in two times: valid_from..valid_to says for which days a version speaks,
-- recorded_at..superseded_at says from when until when the centre believed it.  Nothing is updated but superseded_at.

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

CREATE SCHEMA vekha;
CREATE SCHEMA report;

COMMENT ON SCHEMA vekha IS 'Figures, catalogue, assessments and alerts. Programs go through its functions.';
COMMENT ON SCHEMA report IS 'Stable views for people, Grafana and BI.';

CREATE TYPE vekha.organisation_kind AS ENUM ('department', 'school', 'kindergarten', 'extra', 'guardianship', 'other');
CREATE TYPE vekha.indicator_kind AS ENUM ('flow', 'level', 'share', 'milestone');
CREATE TYPE vekha.direction AS ENUM ('up', 'down');
CREATE TYPE vekha.counting AS ENUM ('per_period', 'year_to_date');
CREATE TYPE vekha.plan_shape AS ENUM ('linear', 'points', 'season', 'terms');
CREATE TYPE vekha.due_precision AS ENUM ('day', 'month', 'window', 'unknown');

COMMENT ON TYPE vekha.organisation_kind IS 'What an organisation is; extra is additional education.';
COMMENT ON TYPE vekha.indicator_kind IS 'flow: events since the plan''s start; level: a stock at a date; share: n of N; milestone: done or not.';
COMMENT ON TYPE vekha.direction IS 'up: more is better; down: less is better, a flow is then a cap.';
COMMENT ON TYPE vekha.counting IS 'How a flow is reported: each period by itself, or since the year''s start.';
COMMENT ON TYPE vekha.plan_shape IS 'How a plan''s growth is spread over its time.';
COMMENT ON TYPE vekha.due_precision IS 'How exactly a milestone''s date is known.';

-- A series travels to the model as lines of fields divided by TAB, so no text in it holds a control character.
CREATE DOMAIN vekha.code AS text CHECK (VALUE ~ '^[a-z0-9][a-z0-9._-]{0,63}$');
CREATE DOMAIN vekha.title AS text
    CHECK (length(VALUE) BETWEEN 1 AND 200 AND VALUE !~ '[\u0001-\u001f\u007f-\u009f]');
CREATE DOMAIN vekha.unit AS text
    CHECK (length(VALUE) BETWEEN 1 AND 40 AND VALUE !~ '[\u0001-\u001f\u007f-\u009f]');
CREATE DOMAIN vekha.basis AS text
    CHECK (length(VALUE) BETWEEN 1 AND 400 AND VALUE !~ '[\u0001-\u001f\u007f-\u009f]');
CREATE DOMAIN vekha.method AS text
    CHECK (octet_length(VALUE) BETWEEN 1 AND 64 AND VALUE !~ '[\u0001-\u001f\u007f-\u009f]');
CREATE DOMAIN vekha.day AS date CHECK (VALUE BETWEEN '1900-01-01' AND '2999-12-31');
CREATE DOMAIN vekha.decimal AS numeric
    CHECK (abs(VALUE) < 1e18 AND scale(VALUE) <= 6
           AND abs(VALUE) < ('{1e18,1e17,1e16,1e15,1e14,1e13,1e12}'::numeric[])[scale(VALUE) + 1]);

COMMENT ON DOMAIN vekha.code IS 'A name for programs and files: small latin letters, digits, . _ and -.';
COMMENT ON DOMAIN vekha.title IS 'A name for people: one line.';
COMMENT ON DOMAIN vekha.unit IS 'A unit of measurement: one line.';
COMMENT ON DOMAIN vekha.basis IS 'The document that a plan stands in: one line.';
COMMENT ON DOMAIN vekha.method IS 'How a value is counted: one line of at most 64 bytes.';
COMMENT ON DOMAIN vekha.day IS 'A calendar day that every program can hold.';
COMMENT ON DOMAIN vekha.decimal IS 'An exact decimal: at most 18 digits, at most 6 of them after the point; the scale is kept.';

CREATE TABLE vekha.centre (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    endpoint text CHECK (length(endpoint) BETWEEN 1 AND 200),
    public_key text CHECK (length(public_key) = 40),
    replay boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);

COMMENT ON TABLE vekha.centre IS 'This centre: one row.';
COMMENT ON COLUMN vekha.centre.only_row IS 'Always true; keeps the table at one row.';
COMMENT ON COLUMN vekha.centre.endpoint IS 'ZeroMQ endpoint that the schools connect to.';
COMMENT ON COLUMN vekha.centre.public_key IS 'The centre''s CURVE public key, Z85.';
COMMENT ON COLUMN vekha.centre.replay IS 'True if programs may be run with --now against this database.';
COMMENT ON COLUMN vekha.centre.created_at IS 'When the centre was set up.';

CREATE TABLE vekha.organisation (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code vekha.code NOT NULL UNIQUE
);

COMMENT ON TABLE vekha.organisation IS 'A department, school or other body that reports or is reported on; what it is stands in organisation_version.';
COMMENT ON COLUMN vekha.organisation.id IS 'Key inside the database.';
COMMENT ON COLUMN vekha.organisation.code IS 'Name in files, commands and messages; never changes.';

CREATE TABLE vekha.organisation_version (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation integer NOT NULL REFERENCES vekha.organisation,
    name vekha.title NOT NULL,
    name_en vekha.title,
    kind vekha.organisation_kind NOT NULL,
    parent integer REFERENCES vekha.organisation CHECK (parent <> organisation),
    time_zone text NOT NULL CHECK (timestamptz '2000-01-01 00:00Z' AT TIME ZONE time_zone IS NOT NULL),
    opened vekha.day,
    closed vekha.day CHECK (closed >= opened),
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date NOT NULL DEFAULT 'infinity' CHECK (valid_to > valid_from),
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    recorded_by text NOT NULL DEFAULT session_user,
    EXCLUDE USING gist (organisation WITH =, daterange(valid_from, valid_to) WITH &&,
                        tstzrange(recorded_at, superseded_at) WITH &&)
);

CREATE INDEX organisation_version_organisation ON vekha.organisation_version (organisation, valid_from);
CREATE INDEX organisation_version_parent ON vekha.organisation_version (parent) WHERE superseded_at = 'infinity';

COMMENT ON TABLE vekha.organisation_version IS 'What an organisation is, in two times.';
COMMENT ON COLUMN vekha.organisation_version.id IS 'Key of the version.';
COMMENT ON COLUMN vekha.organisation_version.organisation IS 'Whose version this is.';
COMMENT ON COLUMN vekha.organisation_version.name IS 'Name, in Russian.';
COMMENT ON COLUMN vekha.organisation_version.name_en IS 'Name, in English; null: the Russian one.';
COMMENT ON COLUMN vekha.organisation_version.kind IS 'What kind of body it is.';
COMMENT ON COLUMN vekha.organisation_version.parent IS 'The organisation above; null at the top.';
COMMENT ON COLUMN vekha.organisation_version.time_zone IS 'IANA name; the organisation''s day ends at its midnight.';
COMMENT ON COLUMN vekha.organisation_version.opened IS 'First day on which it works; null: unknown.';
COMMENT ON COLUMN vekha.organisation_version.closed IS 'Last day on which it works; null: open.';
COMMENT ON COLUMN vekha.organisation_version.valid_from IS 'First day the version speaks for.';
COMMENT ON COLUMN vekha.organisation_version.valid_to IS 'The day after the last the version speaks for.';
COMMENT ON COLUMN vekha.organisation_version.recorded_at IS 'From when the centre believed it.';
COMMENT ON COLUMN vekha.organisation_version.superseded_at IS 'Until when; infinity: believed now.';
COMMENT ON COLUMN vekha.organisation_version.recorded_by IS 'Database user who recorded it.';

CREATE TABLE vekha.project (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code vekha.code NOT NULL UNIQUE
);

COMMENT ON TABLE vekha.project IS 'A project of the programme; what it is stands in project_version.';
COMMENT ON COLUMN vekha.project.id IS 'Key inside the database.';
COMMENT ON COLUMN vekha.project.code IS 'Name in files and commands; never changes.';

CREATE TABLE vekha.project_version (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project integer NOT NULL REFERENCES vekha.project,
    name vekha.title NOT NULL,
    name_en vekha.title,
    starts vekha.day,
    ends vekha.day CHECK (ends >= starts),
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date NOT NULL DEFAULT 'infinity' CHECK (valid_to > valid_from),
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    recorded_by text NOT NULL DEFAULT session_user,
    EXCLUDE USING gist (project WITH =, daterange(valid_from, valid_to) WITH &&,
                        tstzrange(recorded_at, superseded_at) WITH &&)
);

CREATE INDEX project_version_project ON vekha.project_version (project, valid_from);

COMMENT ON TABLE vekha.project_version IS 'What a project is, in two times.';
COMMENT ON COLUMN vekha.project_version.id IS 'Key of the version.';
COMMENT ON COLUMN vekha.project_version.project IS 'Whose version this is.';
COMMENT ON COLUMN vekha.project_version.name IS 'Name, in Russian.';
COMMENT ON COLUMN vekha.project_version.name_en IS 'Name, in English; null: the Russian one.';
COMMENT ON COLUMN vekha.project_version.starts IS 'First day of the project; null: unknown.';
COMMENT ON COLUMN vekha.project_version.ends IS 'Last day of the project; null: unknown.';
COMMENT ON COLUMN vekha.project_version.valid_from IS 'First day the version speaks for.';
COMMENT ON COLUMN vekha.project_version.valid_to IS 'The day after the last the version speaks for.';
COMMENT ON COLUMN vekha.project_version.recorded_at IS 'From when the centre believed it.';
COMMENT ON COLUMN vekha.project_version.superseded_at IS 'Until when; infinity: believed now.';
COMMENT ON COLUMN vekha.project_version.recorded_by IS 'Database user who recorded it.';

CREATE TABLE vekha.rule_set (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code vekha.code NOT NULL UNIQUE
);

COMMENT ON TABLE vekha.rule_set IS 'A set of constants of the lag model, used by any number of indicators.';
COMMENT ON COLUMN vekha.rule_set.id IS 'Key inside the database.';
COMMENT ON COLUMN vekha.rule_set.code IS 'Name in the programme file; never changes.';

CREATE TABLE vekha.rule_set_version (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule_set integer NOT NULL REFERENCES vekha.rule_set,
    version integer NOT NULL CHECK (version > 0),
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    recorded_by text NOT NULL DEFAULT session_user,
    UNIQUE (rule_set, version),
    EXCLUDE USING gist (rule_set WITH =, tstzrange(recorded_at, superseded_at) WITH &&)
);

COMMENT ON TABLE vekha.rule_set_version IS 'A rule set as it was believed for a while; every assessment names one.';
COMMENT ON COLUMN vekha.rule_set_version.id IS 'Key of the version.';
COMMENT ON COLUMN vekha.rule_set_version.rule_set IS 'Whose version this is.';
COMMENT ON COLUMN vekha.rule_set_version.version IS 'Running number within the rule set, from 1.';
COMMENT ON COLUMN vekha.rule_set_version.recorded_at IS 'From when the centre used it.';
COMMENT ON COLUMN vekha.rule_set_version.superseded_at IS 'Until when; infinity: used now.';
COMMENT ON COLUMN vekha.rule_set_version.recorded_by IS 'Database user who recorded it.';

CREATE TABLE vekha.rule_constant (
    rule_set_version integer NOT NULL REFERENCES vekha.rule_set_version,
    name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,63}$'),
    value vekha.decimal NOT NULL CHECK (value >= 0),
    PRIMARY KEY (rule_set_version, name)
);

COMMENT ON TABLE vekha.rule_constant IS 'The constants of a rule set version that differ from the defaults of the model.';
COMMENT ON COLUMN vekha.rule_constant.rule_set_version IS 'Whose constant this is.';
COMMENT ON COLUMN vekha.rule_constant.name IS 'Name of the constant, as in the programme file.';
COMMENT ON COLUMN vekha.rule_constant.value IS 'Its value.';

CREATE TABLE vekha.indicator (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code vekha.code NOT NULL UNIQUE
);

COMMENT ON TABLE vekha.indicator IS 'Something that is counted; what and how stands in indicator_version.';
COMMENT ON COLUMN vekha.indicator.id IS 'Key inside the database.';
COMMENT ON COLUMN vekha.indicator.code IS 'Name in files, commands and messages; never changes.';

CREATE TABLE vekha.indicator_version (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    indicator integer NOT NULL REFERENCES vekha.indicator,
    name vekha.title NOT NULL,
    name_en vekha.title,
    project integer NOT NULL REFERENCES vekha.project,
    kind vekha.indicator_kind NOT NULL,
    direction vekha.direction NOT NULL DEFAULT 'up',
    unit vekha.unit NOT NULL,
    unit_en vekha.unit,
    whole boolean NOT NULL DEFAULT true,
    counting vekha.counting NOT NULL DEFAULT 'year_to_date',
    step_months smallint NOT NULL DEFAULT 1 CHECK (step_months BETWEEN 1 AND 12),
    method vekha.method,
    rule_set integer NOT NULL REFERENCES vekha.rule_set,
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date NOT NULL DEFAULT 'infinity' CHECK (valid_to > valid_from),
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    recorded_by text NOT NULL DEFAULT session_user,
    EXCLUDE USING gist (indicator WITH =, daterange(valid_from, valid_to) WITH &&,
                        tstzrange(recorded_at, superseded_at) WITH &&)
);

CREATE INDEX indicator_version_indicator ON vekha.indicator_version (indicator, valid_from);

COMMENT ON TABLE vekha.indicator_version IS 'What an indicator counts and how, in two times.';
COMMENT ON COLUMN vekha.indicator_version.id IS 'Key of the version.';
COMMENT ON COLUMN vekha.indicator_version.indicator IS 'Whose version this is.';
COMMENT ON COLUMN vekha.indicator_version.name IS 'Name, in Russian.';
COMMENT ON COLUMN vekha.indicator_version.name_en IS 'Name, in English; null: the Russian one.';
COMMENT ON COLUMN vekha.indicator_version.project IS 'The project it belongs to.';
COMMENT ON COLUMN vekha.indicator_version.kind IS 'flow, level, share or milestone.';
COMMENT ON COLUMN vekha.indicator_version.direction IS 'Whether more or less is better.';
COMMENT ON COLUMN vekha.indicator_version.unit IS 'Unit, in Russian.';
COMMENT ON COLUMN vekha.indicator_version.unit_en IS 'Unit, in English; null: the Russian one.';
COMMENT ON COLUMN vekha.indicator_version.whole IS 'True where only whole numbers make sense: people, things.';
COMMENT ON COLUMN vekha.indicator_version.counting IS 'How a flow is reported.';
COMMENT ON COLUMN vekha.indicator_version.step_months IS 'Months between two reports.';
COMMENT ON COLUMN vekha.indicator_version.method IS 'How it is counted where a figure does not say; null: unnamed.';
COMMENT ON COLUMN vekha.indicator_version.rule_set IS 'The constants it is judged by.';
COMMENT ON COLUMN vekha.indicator_version.valid_from IS 'First day the version speaks for.';
COMMENT ON COLUMN vekha.indicator_version.valid_to IS 'The day after the last the version speaks for.';
COMMENT ON COLUMN vekha.indicator_version.recorded_at IS 'From when the centre believed it.';
COMMENT ON COLUMN vekha.indicator_version.superseded_at IS 'Until when; infinity: believed now.';
COMMENT ON COLUMN vekha.indicator_version.recorded_by IS 'Database user who recorded it.';

-- A plan version is never changed: a revision is a new version, in force from valid_from on.
CREATE TABLE vekha.plan (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation integer NOT NULL REFERENCES vekha.organisation,
    indicator integer NOT NULL REFERENCES vekha.indicator,
    version integer NOT NULL CHECK (version > 0),
    basis vekha.basis NOT NULL,
    starts vekha.day NOT NULL,
    ends vekha.day NOT NULL CHECK (ends >= starts),
    shape vekha.plan_shape NOT NULL DEFAULT 'linear',
    shape_from vekha.code CHECK (shape_from IS NULL OR shape IN ('season', 'terms')),
    base vekha.decimal,
    base_on vekha.day,
    base_method vekha.method,
    target vekha.decimal,
    of_value vekha.decimal CHECK (of_value >= 0),
    due_from vekha.day,
    due_to vekha.day CHECK (due_to >= due_from),
    due_precision vekha.due_precision,
    event boolean NOT NULL DEFAULT false,
    valid_from vekha.day NOT NULL,
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    recorded_by text NOT NULL DEFAULT session_user,
    UNIQUE (organisation, indicator, version),
    CHECK (base IS NOT NULL OR num_nonnulls(base_on, base_method) = 0),
    CHECK (num_nonnulls(due_from, due_to)
           = CASE WHEN coalesce(due_precision, 'unknown') = 'unknown' THEN 0 ELSE 2 END),
    CHECK (due_precision <> 'day' OR due_from = due_to)
);

CREATE INDEX plan_indicator ON vekha.plan (indicator);

COMMENT ON TABLE vekha.plan IS 'What an organisation is to reach with an indicator, by version.';
COMMENT ON COLUMN vekha.plan.id IS 'Key of the version.';
COMMENT ON COLUMN vekha.plan.organisation IS 'Whose plan this is.';
COMMENT ON COLUMN vekha.plan.indicator IS 'What is planned.';
COMMENT ON COLUMN vekha.plan.version IS 'Running number within the series, from 1.';
COMMENT ON COLUMN vekha.plan.basis IS 'The document that sets the plan.';
COMMENT ON COLUMN vekha.plan.starts IS 'First day (t0).';
COMMENT ON COLUMN vekha.plan.ends IS 'Last day (t1).';
COMMENT ON COLUMN vekha.plan.shape IS 'How the growth is spread.';
COMMENT ON COLUMN vekha.plan.shape_from IS 'The season or calendar of the programme that its knots or terms were taken from.';
COMMENT ON COLUMN vekha.plan.base IS 'Value to start from (B); a flow has none.';
COMMENT ON COLUMN vekha.plan.base_on IS 'As-of date of the base.';
COMMENT ON COLUMN vekha.plan.base_method IS 'How the base was counted.';
COMMENT ON COLUMN vekha.plan.target IS 'Value to reach (T); a share in per cent; of a milestone the planned quantity.';
COMMENT ON COLUMN vekha.plan.of_value IS 'Planned N of a share.';
COMMENT ON COLUMN vekha.plan.due_from IS 'First day a milestone may fall on.';
COMMENT ON COLUMN vekha.plan.due_to IS 'The day a milestone is due.';
COMMENT ON COLUMN vekha.plan.due_precision IS 'How exactly the date is known; null: no milestone.';
COMMENT ON COLUMN vekha.plan.event IS 'True: happens on its day and is not late but unconfirmed.';
COMMENT ON COLUMN vekha.plan.valid_from IS 'First day on which this version is in force.';
COMMENT ON COLUMN vekha.plan.recorded_at IS 'From when the centre knew it.';
COMMENT ON COLUMN vekha.plan.superseded_at IS 'Until when it was believed; infinity: now.';
COMMENT ON COLUMN vekha.plan.recorded_by IS 'Database user who recorded it.';

CREATE TABLE vekha.plan_point (
    plan integer NOT NULL REFERENCES vekha.plan,
    at vekha.day NOT NULL,
    value vekha.decimal NOT NULL,
    PRIMARY KEY (plan, at)
);

COMMENT ON TABLE vekha.plan_point IS 'Approved points of a plan with shape points.';
COMMENT ON COLUMN vekha.plan_point.plan IS 'The plan version.';
COMMENT ON COLUMN vekha.plan_point.at IS 'The day at whose end the value is to be reached.';
COMMENT ON COLUMN vekha.plan_point.value IS 'The value to be reached.';

-- What season and calendar said when the plan was approved: they may change later, an approved plan does not.
CREATE TABLE vekha.plan_knot (
    plan integer NOT NULL REFERENCES vekha.plan,
    month smallint NOT NULL CHECK (month BETWEEN 0 AND 12),
    share vekha.decimal NOT NULL CHECK (share BETWEEN 0 AND 1),
    PRIMARY KEY (plan, month),
    CHECK (month <> 0 OR share = 0),
    CHECK (month <> 12 OR share = 1)
);

COMMENT ON TABLE vekha.plan_knot IS 'Seasonal curve of a plan with shape season: thirteen rows.';
COMMENT ON COLUMN vekha.plan_knot.plan IS 'The plan version.';
COMMENT ON COLUMN vekha.plan_knot.month IS 'Months since the plan''s begin.';
COMMENT ON COLUMN vekha.plan_knot.share IS 'Share of the way to be gone by then.';

CREATE TABLE vekha.plan_term (
    plan integer NOT NULL REFERENCES vekha.plan,
    first vekha.day NOT NULL,
    last vekha.day NOT NULL CHECK (last >= first),
    PRIMARY KEY (plan, first),
    EXCLUDE USING gist (plan WITH =, daterange(first, last, '[]') WITH &&)
);

COMMENT ON TABLE vekha.plan_term IS 'School terms within a plan with shape terms.';
COMMENT ON COLUMN vekha.plan_term.plan IS 'The plan version.';
COMMENT ON COLUMN vekha.plan_term.first IS 'First day of the term, or of the plan.';
COMMENT ON COLUMN vekha.plan_term.last IS 'Last day of the term, or of the plan.';

CREATE TABLE vekha.agent (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation integer NOT NULL REFERENCES vekha.organisation,
    enrolled_at timestamptz NOT NULL,
    enrolled_by text NOT NULL,
    revoked_at timestamptz CHECK (revoked_at >= enrolled_at),
    revoked_by text,
    CHECK (num_nonnulls(revoked_at, revoked_by) <> 1)
);

COMMENT ON TABLE vekha.agent IS 'A school-side program with its own key; it reports for its organisation and those below.';
COMMENT ON COLUMN vekha.agent.id IS 'Key inside the database.';
COMMENT ON COLUMN vekha.agent.organisation IS 'The organisation it belongs to.';
COMMENT ON COLUMN vekha.agent.enrolled_at IS 'When it was enrolled.';
COMMENT ON COLUMN vekha.agent.enrolled_by IS 'Database user who enrolled it.';
COMMENT ON COLUMN vekha.agent.revoked_at IS 'When it was shut out; null: it may send.';
COMMENT ON COLUMN vekha.agent.revoked_by IS 'Database user who shut it out.';

CREATE TABLE vekha.agent_key (
    public_key text PRIMARY KEY CHECK (length(public_key) = 40),
    agent integer NOT NULL REFERENCES vekha.agent,
    added_at timestamptz NOT NULL,
    revoked_at timestamptz CHECK (revoked_at >= added_at)
);

CREATE INDEX agent_key_agent ON vekha.agent_key (agent);

COMMENT ON TABLE vekha.agent_key IS 'CURVE keys of agents; a key is never used for two.';
COMMENT ON COLUMN vekha.agent_key.public_key IS 'Public key, Z85.';
COMMENT ON COLUMN vekha.agent_key.agent IS 'Whose key this is.';
COMMENT ON COLUMN vekha.agent_key.added_at IS 'When it was added.';
COMMENT ON COLUMN vekha.agent_key.revoked_at IS 'When it was taken back; null: in force.';

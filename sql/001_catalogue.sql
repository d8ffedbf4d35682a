-- The catalogue: organisations, projects, indicators, rules, plans and agents.
--
-- What can change is kept as versions in two times: valid_from..valid_to says for which days a version speaks,
-- recorded_at..superseded_at says from when until when the centre believed it.  Nothing is updated but superseded_at.

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

CREATE SCHEMA vekha;
CREATE SCHEMA report;

CREATE TYPE vekha.organisation_kind AS ENUM ('department', 'school', 'kindergarten', 'extra', 'guardianship', 'other');
CREATE TYPE vekha.indicator_kind AS ENUM ('flow', 'level', 'share', 'milestone');
CREATE TYPE vekha.direction AS ENUM ('up', 'down');
CREATE TYPE vekha.counting AS ENUM ('per_period', 'year_to_date');
CREATE TYPE vekha.plan_shape AS ENUM ('linear', 'points', 'season', 'terms');
CREATE TYPE vekha.due_precision AS ENUM ('day', 'month', 'window', 'unknown');

CREATE TABLE vekha.centre (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    endpoint text,
    public_key text CHECK (length(public_key) = 40),
    replay boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);

CREATE TABLE vekha.organisation (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9._-]{0,63}$')
);

CREATE TABLE vekha.organisation_version (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation integer NOT NULL REFERENCES vekha.organisation,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_en text CHECK (length(name_en) BETWEEN 1 AND 200),
    kind vekha.organisation_kind NOT NULL,
    parent integer REFERENCES vekha.organisation CHECK (parent <> organisation),
    time_zone text NOT NULL,
    opened date,
    closed date CHECK (closed >= opened),
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date NOT NULL DEFAULT 'infinity' CHECK (valid_to > valid_from),
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    EXCLUDE USING gist (organisation WITH =, daterange(valid_from, valid_to) WITH &&,
                        tstzrange(recorded_at, superseded_at) WITH &&)
);

CREATE TABLE vekha.project (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9._-]{0,63}$')
);

CREATE TABLE vekha.project_version (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project integer NOT NULL REFERENCES vekha.project,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_en text CHECK (length(name_en) BETWEEN 1 AND 200),
    starts date,
    ends date CHECK (ends >= starts),
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date NOT NULL DEFAULT 'infinity' CHECK (valid_to > valid_from),
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    EXCLUDE USING gist (project WITH =, daterange(valid_from, valid_to) WITH &&,
                        tstzrange(recorded_at, superseded_at) WITH &&)
);

CREATE TABLE vekha.rule_set (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9._-]{0,63}$')
);

CREATE TABLE vekha.rule_set_version (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule_set integer NOT NULL REFERENCES vekha.rule_set,
    version integer NOT NULL CHECK (version > 0),
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    UNIQUE (rule_set, version),
    EXCLUDE USING gist (rule_set WITH =, tstzrange(recorded_at, superseded_at) WITH &&)
);

-- Only constants that differ from the defaults of the model are rows.
CREATE TABLE vekha.rule_constant (
    rule_set_version integer NOT NULL REFERENCES vekha.rule_set_version,
    name text NOT NULL,
    value numeric NOT NULL,
    PRIMARY KEY (rule_set_version, name)
);

CREATE TABLE vekha.indicator (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9._-]{0,63}$')
);

CREATE TABLE vekha.indicator_version (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    indicator integer NOT NULL REFERENCES vekha.indicator,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_en text CHECK (length(name_en) BETWEEN 1 AND 200),
    project integer NOT NULL REFERENCES vekha.project,
    kind vekha.indicator_kind NOT NULL,
    direction vekha.direction NOT NULL DEFAULT 'up',
    unit text NOT NULL CHECK (length(unit) BETWEEN 1 AND 40),
    unit_en text CHECK (length(unit_en) BETWEEN 1 AND 40),
    whole boolean NOT NULL DEFAULT true,
    counting vekha.counting NOT NULL DEFAULT 'year_to_date',
    step_months smallint NOT NULL DEFAULT 1 CHECK (step_months BETWEEN 1 AND 12),
    method text CHECK (length(method) BETWEEN 1 AND 64),
    rule_set integer NOT NULL REFERENCES vekha.rule_set,
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date NOT NULL DEFAULT 'infinity' CHECK (valid_to > valid_from),
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    EXCLUDE USING gist (indicator WITH =, daterange(valid_from, valid_to) WITH &&,
                        tstzrange(recorded_at, superseded_at) WITH &&)
);

-- A plan version is never changed: a revision is a new version, in force from valid_from on.
CREATE TABLE vekha.plan (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation integer NOT NULL REFERENCES vekha.organisation,
    indicator integer NOT NULL REFERENCES vekha.indicator,
    version integer NOT NULL CHECK (version > 0),
    basis text NOT NULL CHECK (length(basis) BETWEEN 1 AND 400),
    starts date NOT NULL,
    ends date NOT NULL CHECK (ends >= starts),
    shape vekha.plan_shape NOT NULL DEFAULT 'linear',
    base numeric,
    base_on date,
    base_method text,
    target numeric,
    of_value numeric CHECK (of_value >= 0),
    due_from date,
    due_to date CHECK (due_to >= due_from),
    due_precision vekha.due_precision,
    event boolean NOT NULL DEFAULT false,
    valid_from date NOT NULL,
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz NOT NULL DEFAULT 'infinity' CHECK (superseded_at > recorded_at),
    UNIQUE (organisation, indicator, version)
);

CREATE TABLE vekha.plan_point (
    plan integer NOT NULL REFERENCES vekha.plan,
    at date NOT NULL,
    value numeric NOT NULL,
    PRIMARY KEY (plan, at)
);

CREATE TABLE vekha.agent (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation integer NOT NULL REFERENCES vekha.organisation,
    enrolled_at timestamptz NOT NULL,
    enrolled_by text NOT NULL,
    revoked_at timestamptz CHECK (revoked_at >= enrolled_at),
    revoked_by text
);

CREATE TABLE vekha.agent_key (
    public_key text PRIMARY KEY CHECK (length(public_key) = 40),
    agent integer NOT NULL REFERENCES vekha.agent,
    added_at timestamptz NOT NULL,
    revoked_at timestamptz
);

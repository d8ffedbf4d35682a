-- Figures: what the schools report.  figure holds the version in force; a replaced or outdated one is in figure_history.

CREATE TYPE vekha.figure_state AS ENUM
    ('value', 'not_applicable', 'no_data', 'withdrawn', 'not_done', 'in_progress', 'done');
CREATE TYPE vekha.door AS ENUM ('wire', 'import', 'web', 'control');

CREATE SEQUENCE vekha.submission_number;

-- Partitioned by the id's own time (a UUIDv7 sorts by it), so that an id stays unique for ever.
CREATE TABLE vekha.submission (
    id uuid PRIMARY KEY,
    number bigint NOT NULL DEFAULT nextval('vekha.submission_number'),
    agent integer NOT NULL,
    door vekha.door NOT NULL,
    author text,
    composed_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    verdicts smallint[] NOT NULL,
    texts text[],
    series integer[] NOT NULL,
    pending boolean NOT NULL DEFAULT true
) PARTITION BY RANGE (id);

CREATE INDEX submission_pending ON vekha.submission (number) WHERE pending;

CREATE TABLE vekha.figure (
    organisation integer NOT NULL,
    period integer NOT NULL,
    indicator integer NOT NULL,
    as_of date NOT NULL,
    state vekha.figure_state NOT NULL,
    value numeric,
    of_value numeric,
    expected date,
    method text,
    note text,
    composed_at timestamptz NOT NULL,
    submission uuid NOT NULL,
    line smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    confirmed_by uuid,
    PRIMARY KEY (organisation, period, indicator)
) PARTITION BY RANGE (period);

CREATE TABLE vekha.figure_history (
    organisation integer NOT NULL,
    period integer NOT NULL,
    indicator integer NOT NULL,
    as_of date NOT NULL,
    state vekha.figure_state NOT NULL,
    value numeric,
    of_value numeric,
    expected date,
    method text,
    note text,
    composed_at timestamptz NOT NULL,
    submission uuid NOT NULL,
    line smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    confirmed_by uuid,
    superseded_at timestamptz NOT NULL,
    superseded_by uuid NOT NULL,
    PRIMARY KEY (organisation, period, indicator, submission)
) PARTITION BY RANGE (period);

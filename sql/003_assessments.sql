-- Assessments and alerts.  Assessments are derived: they may be deleted at any time and are rebuilt identically.

CREATE TYPE vekha.status AS ENUM
    ('not_started', 'no_plan', 'undetermined', 'on_track', 'at_risk', 'lagging', 'achieved', 'missed');
CREATE TYPE vekha.alert_kind AS ENUM ('lag', 'overdue', 'silent', 'milestone', 'operator');
CREATE TYPE vekha.alert_level AS ENUM ('info', 'at_risk', 'lagging');
CREATE TYPE vekha.action_kind AS ENUM ('acknowledge', 'silence', 'note');

CREATE TABLE vekha.assessment (
    organisation integer NOT NULL REFERENCES vekha.organisation,
    indicator integer NOT NULL REFERENCES vekha.indicator,
    status vekha.status NOT NULL,
    as_of date,
    fact numeric,
    n numeric,
    of_value numeric,
    target numeric,
    plan_at numeric,
    gap numeric,
    progress numeric,
    attainment numeric,
    needed_pace numeric,
    pace numeric,
    forecast numeric,
    forecast_sd numeric,
    probability numeric,
    plan integer REFERENCES vekha.plan,
    rule_set_version integer REFERENCES vekha.rule_set_version,
    explanation_ru text NOT NULL,
    explanation_en text NOT NULL,
    reassess_on date,
    assessed_at timestamptz NOT NULL,
    PRIMARY KEY (organisation, indicator)
);

CREATE INDEX assessment_reassess ON vekha.assessment (reassess_on) WHERE reassess_on IS NOT NULL;

-- Series to assess anew because the catalogue changed; figures queue themselves by submission.pending.
CREATE TABLE vekha.reassessment (
    organisation integer NOT NULL REFERENCES vekha.organisation,
    indicator integer NOT NULL REFERENCES vekha.indicator,
    queued_at timestamptz NOT NULL,
    PRIMARY KEY (organisation, indicator)
);

CREATE TABLE vekha.alert (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind vekha.alert_kind NOT NULL,
    organisation integer NOT NULL REFERENCES vekha.organisation,
    indicator integer REFERENCES vekha.indicator,
    level vekha.alert_level NOT NULL,
    opened_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL CHECK (changed_at >= opened_at),
    closed_at timestamptz CHECK (closed_at >= opened_at)
);

CREATE UNIQUE INDEX alert_one_open ON vekha.alert (kind, organisation, indicator) NULLS NOT DISTINCT
    WHERE closed_at IS NULL;

-- Every step of an alert with the arithmetic of that moment.
CREATE TABLE vekha.alert_transition (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert bigint NOT NULL REFERENCES vekha.alert,
    at timestamptz NOT NULL,
    event text NOT NULL,
    from_level vekha.alert_level,
    to_level vekha.alert_level,
    submission uuid,
    as_of date,
    status vekha.status NOT NULL,
    fact numeric,
    plan_at numeric,
    plan integer REFERENCES vekha.plan,
    rule_set_version integer REFERENCES vekha.rule_set_version,
    explanation_ru text NOT NULL,
    explanation_en text NOT NULL
);

CREATE INDEX alert_transition_alert ON vekha.alert_transition (alert, id);

-- What people did.  Clients insert through functions; only the daemon changes an alert.
CREATE TABLE vekha.action (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind vekha.action_kind NOT NULL,
    alert bigint REFERENCES vekha.alert,
    organisation integer REFERENCES vekha.organisation,
    indicator integer REFERENCES vekha.indicator,
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 1000),
    until date,
    by_whom text NOT NULL,
    at timestamptz NOT NULL,
    CHECK (num_nonnulls(alert, organisation) = 1)
);

-- Messages to people, written in the transaction of the transition that they tell of.
CREATE TABLE vekha.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transition bigint NOT NULL REFERENCES vekha.alert_transition,
    channel text NOT NULL,
    recipient text NOT NULL,
    message_id text NOT NULL UNIQUE,
    thread_id text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    leased_until timestamptz,
    sent_at timestamptz,
    dead_at timestamptz,
    last_error text,
    UNIQUE (transition, channel, recipient)
);

CREATE INDEX outbox_due ON vekha.outbox (next_attempt_at) WHERE sent_at IS NULL AND dead_at IS NULL;

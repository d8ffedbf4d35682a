-- Assessments and alerts.  Assessments are derived: they may be deleted at any time and are rebuilt identically.

CREATE TYPE vekha.status AS ENUM
    ('not_started', 'no_plan', 'undetermined', 'on_track', 'at_risk', 'lagging', 'achieved', 'missed');
CREATE TYPE vekha.alert_kind AS ENUM ('lag', 'overdue', 'silent', 'milestone', 'operator');
CREATE TYPE vekha.alert_level AS ENUM ('info', 'at_risk', 'lagging');
CREATE TYPE vekha.action_kind AS ENUM ('acknowledge', 'silence', 'note');

COMMENT ON TYPE vekha.status IS 'How a series stands, see docs/model.md.';
COMMENT ON TYPE vekha.alert_kind IS 'What an alert is about.';
COMMENT ON TYPE vekha.alert_level IS 'How grave an open alert is.';
COMMENT ON TYPE vekha.action_kind IS 'What a person did.';

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

COMMENT ON TABLE vekha.assessment IS 'How each series stands now: derived from figures, plans and rules by the model.';
COMMENT ON COLUMN vekha.assessment.organisation IS 'Whose series this is.';
COMMENT ON COLUMN vekha.assessment.indicator IS 'What is counted.';
COMMENT ON COLUMN vekha.assessment.status IS 'The verdict.';
COMMENT ON COLUMN vekha.assessment.as_of IS 'The day at which plan and fact are compared (t*); null without a figure.';
COMMENT ON COLUMN vekha.assessment.fact IS 'A, in units; a share in per cent.';
COMMENT ON COLUMN vekha.assessment.n IS 'n of a share''s last figure.';
COMMENT ON COLUMN vekha.assessment.of_value IS 'N of a share''s last figure.';
COMMENT ON COLUMN vekha.assessment.target IS 'T.';
COMMENT ON COLUMN vekha.assessment.plan_at IS 'E: what the plan asks for on as_of.';
COMMENT ON COLUMN vekha.assessment.gap IS 'G, in units; positive is behind.';
COMMENT ON COLUMN vekha.assessment.progress IS 'R.';
COMMENT ON COLUMN vekha.assessment.attainment IS 'U, for official reports.';
COMMENT ON COLUMN vekha.assessment.needed_pace IS 'Units a month needed from now on.';
COMMENT ON COLUMN vekha.assessment.pace IS 'Units a month so far.';
COMMENT ON COLUMN vekha.assessment.forecast IS 'F, for the plan''s last day.';
COMMENT ON COLUMN vekha.assessment.forecast_sd IS 'Its standard deviation.';
COMMENT ON COLUMN vekha.assessment.probability IS 'P of reaching the target.';
COMMENT ON COLUMN vekha.assessment.plan IS 'The plan version it was made with.';
COMMENT ON COLUMN vekha.assessment.rule_set_version IS 'The rules it was made with; null: the program''s defaults.';
COMMENT ON COLUMN vekha.assessment.explanation_ru IS 'The verdict in words with its arithmetic, Russian.';
COMMENT ON COLUMN vekha.assessment.explanation_en IS 'The same in English.';
COMMENT ON COLUMN vekha.assessment.reassess_on IS 'The next day on which time alone may change it; null: none.';
COMMENT ON COLUMN vekha.assessment.assessed_at IS 'When it last changed.';

-- Series to assess anew because the catalogue changed; figures queue themselves by submission.pending.
CREATE TABLE vekha.reassessment (
    organisation integer NOT NULL REFERENCES vekha.organisation,
    indicator integer NOT NULL REFERENCES vekha.indicator,
    queued_at timestamptz NOT NULL,
    PRIMARY KEY (organisation, indicator)
);

COMMENT ON TABLE vekha.reassessment IS 'Series to be assessed anew because the catalogue changed.';
COMMENT ON COLUMN vekha.reassessment.organisation IS 'Whose series.';
COMMENT ON COLUMN vekha.reassessment.indicator IS 'Which series.';
COMMENT ON COLUMN vekha.reassessment.queued_at IS 'Since when it waits.';

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

CREATE INDEX alert_series ON vekha.alert (organisation, indicator);

COMMENT ON TABLE vekha.alert IS 'Alerts, open and closed. Only the daemon changes them.';
COMMENT ON COLUMN vekha.alert.id IS 'Number, for people and commands.';
COMMENT ON COLUMN vekha.alert.kind IS 'What it is about.';
COMMENT ON COLUMN vekha.alert.organisation IS 'Whom it is about.';
COMMENT ON COLUMN vekha.alert.indicator IS 'What it is about; null: the organisation as a whole.';
COMMENT ON COLUMN vekha.alert.level IS 'How grave it is, or was when it closed.';
COMMENT ON COLUMN vekha.alert.opened_at IS 'Since when.';
COMMENT ON COLUMN vekha.alert.changed_at IS 'When it last changed.';
COMMENT ON COLUMN vekha.alert.closed_at IS 'Until when; null: open.';

-- Every step of an alert with the arithmetic of that moment.
CREATE TABLE vekha.alert_transition (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert bigint NOT NULL REFERENCES vekha.alert,
    at timestamptz NOT NULL,
    event text NOT NULL CHECK (event ~ '^[a-z_]{1,32}$'),
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

COMMENT ON TABLE vekha.alert_transition IS 'Every step of an alert, with the numbers of that moment. Rows are never changed.';
COMMENT ON COLUMN vekha.alert_transition.id IS 'Running number.';
COMMENT ON COLUMN vekha.alert_transition.alert IS 'Whose step this is.';
COMMENT ON COLUMN vekha.alert_transition.at IS 'When.';
COMMENT ON COLUMN vekha.alert_transition.event IS 'What happened: opens, rises, falls, closes.';
COMMENT ON COLUMN vekha.alert_transition.from_level IS 'Level before; null: it was not open.';
COMMENT ON COLUMN vekha.alert_transition.to_level IS 'Level after; null: closed.';
COMMENT ON COLUMN vekha.alert_transition.submission IS 'The submission that led to it; null: time or the catalogue did.';
COMMENT ON COLUMN vekha.alert_transition.as_of IS 'The day at which plan and fact were compared.';
COMMENT ON COLUMN vekha.alert_transition.status IS 'The status that led to it.';
COMMENT ON COLUMN vekha.alert_transition.fact IS 'A.';
COMMENT ON COLUMN vekha.alert_transition.plan_at IS 'E.';
COMMENT ON COLUMN vekha.alert_transition.plan IS 'The plan version.';
COMMENT ON COLUMN vekha.alert_transition.rule_set_version IS 'The rules; null: the program''s defaults.';
COMMENT ON COLUMN vekha.alert_transition.explanation_ru IS 'The verdict in words, Russian.';
COMMENT ON COLUMN vekha.alert_transition.explanation_en IS 'The same in English.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vekha.alert_transition
    FOR EACH ROW EXECUTE FUNCTION vekha.refuse_change();

-- What people did.  Clients insert through functions; only the daemon changes an alert.
CREATE TABLE vekha.action (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind vekha.action_kind NOT NULL,
    alert bigint REFERENCES vekha.alert,
    organisation integer REFERENCES vekha.organisation,
    indicator integer REFERENCES vekha.indicator,
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 1000),
    until vekha.day,
    by_whom text NOT NULL,
    at timestamptz NOT NULL,
    CHECK (num_nonnulls(alert, organisation) = 1),
    CHECK (kind = 'note' OR until IS NOT NULL)
);

CREATE INDEX action_alert ON vekha.action (alert);
CREATE INDEX action_silence ON vekha.action (organisation, indicator) WHERE kind = 'silence';

COMMENT ON TABLE vekha.action IS 'What people did about alerts and series. Rows are never changed.';
COMMENT ON COLUMN vekha.action.id IS 'Running number.';
COMMENT ON COLUMN vekha.action.kind IS 'What was done.';
COMMENT ON COLUMN vekha.action.alert IS 'The alert that was acknowledged or noted on.';
COMMENT ON COLUMN vekha.action.organisation IS 'The organisation that was silenced or noted on.';
COMMENT ON COLUMN vekha.action.indicator IS 'Only this indicator of it; null: all.';
COMMENT ON COLUMN vekha.action.text IS 'The measure taken, or the reason.';
COMMENT ON COLUMN vekha.action.until IS 'By when, or until when.';
COMMENT ON COLUMN vekha.action.by_whom IS 'Database user who did it.';
COMMENT ON COLUMN vekha.action.at IS 'When.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vekha.action
    FOR EACH ROW EXECUTE FUNCTION vekha.refuse_change();

-- Messages to people, written in the transaction of the transition that they tell of.  A line break in a subject or
-- recipient could forge a header.
CREATE TABLE vekha.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transition bigint NOT NULL REFERENCES vekha.alert_transition,
    channel text NOT NULL,
    recipient text NOT NULL CHECK (recipient !~ '[\u0001-\u001f\u007f-\u009f]'),
    message_id text NOT NULL UNIQUE,
    thread_id text NOT NULL,
    subject text NOT NULL CHECK (subject !~ '[\u0001-\u001f\u007f-\u009f]'),
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    leased_until timestamptz,
    sent_at timestamptz,
    dead_at timestamptz,
    last_error text,
    UNIQUE (transition, channel, recipient)
);

CREATE INDEX outbox_due ON vekha.outbox (next_attempt_at) WHERE sent_at IS NULL AND dead_at IS NULL;

COMMENT ON TABLE vekha.outbox IS 'Messages to people: waiting, sent and dead.';
COMMENT ON COLUMN vekha.outbox.id IS 'Running number.';
COMMENT ON COLUMN vekha.outbox.transition IS 'The step of an alert that it tells of.';
COMMENT ON COLUMN vekha.outbox.channel IS 'The configured way it goes out.';
COMMENT ON COLUMN vekha.outbox.recipient IS 'Address within the channel.';
COMMENT ON COLUMN vekha.outbox.message_id IS 'Stays the same however often it is sent: <alert.transition.n@host>.';
COMMENT ON COLUMN vekha.outbox.thread_id IS 'The same for all messages of an alert: <alert@host>.';
COMMENT ON COLUMN vekha.outbox.subject IS 'One line.';
COMMENT ON COLUMN vekha.outbox.body IS 'The text.';
COMMENT ON COLUMN vekha.outbox.created_at IS 'When it was written.';
COMMENT ON COLUMN vekha.outbox.next_attempt_at IS 'Not before this time.';
COMMENT ON COLUMN vekha.outbox.attempts IS 'How often sending was begun.';
COMMENT ON COLUMN vekha.outbox.leased_until IS 'A sender has it until then.';
COMMENT ON COLUMN vekha.outbox.sent_at IS 'When the receiver took it.';
COMMENT ON COLUMN vekha.outbox.dead_at IS 'When it was given up.';
COMMENT ON COLUMN vekha.outbox.last_error IS 'What the last failure was.';

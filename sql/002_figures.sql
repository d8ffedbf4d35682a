-- Figures: what the schools report.  figure holds the version in force; a replaced or outdated one is in figure_history.

CREATE TYPE vekha.figure_state AS ENUM
    ('value', 'not_applicable', 'no_data', 'withdrawn', 'not_done', 'in_progress', 'done');
CREATE TYPE vekha.door AS ENUM ('wire', 'import', 'web', 'control');

COMMENT ON TYPE vekha.figure_state IS 'What a figure says: a value, or why there is none; the last three are a milestone''s.';
COMMENT ON TYPE vekha.door IS 'The way a submission came in.';

CREATE SEQUENCE vekha.submission_number;

COMMENT ON SEQUENCE vekha.submission_number IS 'Running numbers of receipts, for people; may have holes.';

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
CREATE INDEX submission_received ON vekha.submission USING brin (received_at);

COMMENT ON TABLE vekha.submission IS 'What came in one message: who, when, and what was answered. A repeat gets the same answer.';
COMMENT ON COLUMN vekha.submission.id IS 'UUIDv7, made where the submission was composed.';
COMMENT ON COLUMN vekha.submission.number IS 'Running number, for people.';
COMMENT ON COLUMN vekha.submission.agent IS 'The agent whose key sent it.';
COMMENT ON COLUMN vekha.submission.door IS 'The way it came in.';
COMMENT ON COLUMN vekha.submission.author IS 'Who typed it, as the school names them.';
COMMENT ON COLUMN vekha.submission.composed_at IS 'When it was composed, by the sender''s clock, as sent.';
COMMENT ON COLUMN vekha.submission.received_at IS 'When the centre received it.';
COMMENT ON COLUMN vekha.submission.sha256 IS 'Of the received bytes: the same id with other bytes is refused.';
COMMENT ON COLUMN vekha.submission.verdicts IS 'Per figure, in its order: verdict * 100 + reason.';
COMMENT ON COLUMN vekha.submission.texts IS 'Per figure, in its order: the answer''s text; null where there is none.';
COMMENT ON COLUMN vekha.submission.series IS 'What it changed: organisation, indicator, organisation, indicator, ...; a pair may repeat.';
COMMENT ON COLUMN vekha.submission.pending IS 'True: the changed series are to be assessed.';

-- period is year * 1000 + part: 0 the year, 1..12 a month, 21..24 a quarter, 31..32 a half-year, 39 nine months,
-- 101..466 a day.  as_of lies in the period, and so in the year of the partition: a reader who knows the days knows the partitions.
CREATE TABLE vekha.figure (
    organisation integer NOT NULL,
    period integer NOT NULL CHECK (period % 1000 <= 12 OR period % 1000 IN (21, 22, 23, 24, 31, 32, 39)
                                   OR period % 1000 BETWEEN 101 AND 466),
    indicator integer NOT NULL,
    as_of vekha.day NOT NULL,
    state vekha.figure_state NOT NULL,
    value vekha.decimal,
    of_value vekha.decimal CHECK (of_value >= 0),
    expected vekha.day,
    method vekha.method,
    note text CHECK (octet_length(note) <= 1000),
    composed_at timestamptz NOT NULL,
    submission uuid NOT NULL,
    line smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    confirmed_at timestamptz CHECK (confirmed_at >= composed_at),
    confirmed_by uuid,
    PRIMARY KEY (organisation, period, indicator),
    CHECK (CASE WHEN state = 'value' THEN value IS NOT NULL
                WHEN state IN ('not_applicable', 'no_data', 'withdrawn') THEN num_nonnulls(value, of_value) = 0
                ELSE true END),
    CHECK (num_nonnulls(confirmed_at, confirmed_by) <> 1),
    CHECK (as_of BETWEEN make_date(period / 1000, 1, 1) AND make_date(period / 1000, 12, 31))
) PARTITION BY RANGE (period);

COMMENT ON TABLE vekha.figure IS 'The figure in force of each organisation, period and indicator: the one composed (or confirmed) last.';
COMMENT ON COLUMN vekha.figure.organisation IS 'Whom the figure is about.';
COMMENT ON COLUMN vekha.figure.period IS 'The time it reports: year * 1000 + part, see vekha.period_text().';
COMMENT ON COLUMN vekha.figure.indicator IS 'What it counts.';
COMMENT ON COLUMN vekha.figure.as_of IS 'The day at whose end it holds.';
COMMENT ON COLUMN vekha.figure.state IS 'A value, or why there is none; or how a milestone stands.';
COMMENT ON COLUMN vekha.figure.value IS 'The value, digit for digit as reported.';
COMMENT ON COLUMN vekha.figure.of_value IS 'N of a share.';
COMMENT ON COLUMN vekha.figure.expected IS 'When a milestone is expected.';
COMMENT ON COLUMN vekha.figure.method IS 'How it was counted; null: as the indicator says.';
COMMENT ON COLUMN vekha.figure.note IS 'The sender''s note.';
COMMENT ON COLUMN vekha.figure.composed_at IS 'When it was composed, not later than received.';
COMMENT ON COLUMN vekha.figure.submission IS 'The submission that brought it.';
COMMENT ON COLUMN vekha.figure.line IS 'Its place in the submission.';
COMMENT ON COLUMN vekha.figure.recorded_at IS 'From when the centre knew it.';
COMMENT ON COLUMN vekha.figure.confirmed_at IS 'When the latest identical version was composed; null: none came.';
COMMENT ON COLUMN vekha.figure.confirmed_by IS 'The submission that confirmed it.';

CREATE TABLE vekha.figure_history (
    organisation integer NOT NULL,
    period integer NOT NULL CHECK (period % 1000 <= 12 OR period % 1000 IN (21, 22, 23, 24, 31, 32, 39)
                                   OR period % 1000 BETWEEN 101 AND 466),
    indicator integer NOT NULL,
    as_of vekha.day NOT NULL,
    state vekha.figure_state NOT NULL,
    value vekha.decimal,
    of_value vekha.decimal CHECK (of_value >= 0),
    expected vekha.day,
    method vekha.method,
    note text CHECK (octet_length(note) <= 1000),
    composed_at timestamptz NOT NULL,
    submission uuid NOT NULL,
    line smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    confirmed_at timestamptz CHECK (confirmed_at >= composed_at),
    confirmed_by uuid,
    superseded_at timestamptz NOT NULL CHECK (superseded_at >= recorded_at),
    superseded_by uuid NOT NULL CHECK (superseded_by <> submission),
    PRIMARY KEY (organisation, period, indicator, submission),
    CHECK (CASE WHEN state = 'value' THEN value IS NOT NULL
                WHEN state IN ('not_applicable', 'no_data', 'withdrawn') THEN num_nonnulls(value, of_value) = 0
                ELSE true END),
    CHECK (num_nonnulls(confirmed_at, confirmed_by) <> 1),
    CHECK (as_of BETWEEN make_date(period / 1000, 1, 1) AND make_date(period / 1000, 12, 31))
) PARTITION BY RANGE (period);

COMMENT ON TABLE vekha.figure_history IS 'Versions that are not in force: replaced, or outdated when they came. Rows are never changed.';
COMMENT ON COLUMN vekha.figure_history.organisation IS 'Whom the figure is about.';
COMMENT ON COLUMN vekha.figure_history.period IS 'The time it reports.';
COMMENT ON COLUMN vekha.figure_history.indicator IS 'What it counts.';
COMMENT ON COLUMN vekha.figure_history.as_of IS 'The day at whose end it holds.';
COMMENT ON COLUMN vekha.figure_history.state IS 'A value, or why there is none; or how a milestone stands.';
COMMENT ON COLUMN vekha.figure_history.value IS 'The value, digit for digit as reported.';
COMMENT ON COLUMN vekha.figure_history.of_value IS 'N of a share.';
COMMENT ON COLUMN vekha.figure_history.expected IS 'When a milestone is expected.';
COMMENT ON COLUMN vekha.figure_history.method IS 'How it was counted; null: as the indicator says.';
COMMENT ON COLUMN vekha.figure_history.note IS 'The sender''s note.';
COMMENT ON COLUMN vekha.figure_history.composed_at IS 'When it was composed, not later than received.';
COMMENT ON COLUMN vekha.figure_history.submission IS 'The submission that brought it.';
COMMENT ON COLUMN vekha.figure_history.line IS 'Its place in the submission.';
COMMENT ON COLUMN vekha.figure_history.recorded_at IS 'From when the centre knew it.';
COMMENT ON COLUMN vekha.figure_history.confirmed_at IS 'When the latest identical version was composed while it was in force.';
COMMENT ON COLUMN vekha.figure_history.confirmed_by IS 'The submission that confirmed it.';
COMMENT ON COLUMN vekha.figure_history.superseded_at IS 'Until when it was in force; equal to recorded_at: it never was.';
COMMENT ON COLUMN vekha.figure_history.superseded_by IS 'The submission that was in force instead.';

CREATE FUNCTION vekha.refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = vekha, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'A correction is a new row.';
END
$$;

COMMENT ON FUNCTION vekha.refuse_change() IS 'Trigger of tables whose rows are never changed or deleted.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vekha.figure_history
    FOR EACH ROW EXECUTE FUNCTION vekha.refuse_change();

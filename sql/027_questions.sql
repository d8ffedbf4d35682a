-- Questions back: what people at the centre ask a school about one figure, «уточните».
--
-- A question is answered by the first of
--
--     a correction   a figure of the same organisation, indicator and period that was composed after it and came into force
--     a note         a reply that the school sent
--
-- or is closed by whoever asked.  Which of them came is derived from figures, replies and closings whenever somebody looks: ingest
-- knows nothing of questions.

CREATE TABLE vekha.question (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation integer NOT NULL REFERENCES vekha.organisation,
    indicator integer NOT NULL REFERENCES vekha.indicator,
    period integer NOT NULL CHECK (period % 1000 <= 12 OR period % 1000 IN (21, 22, 23, 24, 31, 32, 39)
                                   OR period % 1000 BETWEEN 101 AND 466),
    text vekha.prose NOT NULL CHECK (octet_length(text) <= 1000),
    author vekha.title CHECK (octet_length(author) <= 200),
    by_whom text NOT NULL,
    at timestamptz NOT NULL
);

CREATE INDEX question_organisation ON vekha.question (organisation, id);

COMMENT ON TABLE vekha.question IS 'What people at the centre ask a school about a figure. Rows are never changed.';
COMMENT ON COLUMN vekha.question.id IS 'Number, for people and commands.';
COMMENT ON COLUMN vekha.question.organisation IS 'Whose figure it is about.';
COMMENT ON COLUMN vekha.question.indicator IS 'Which indicator.';
COMMENT ON COLUMN vekha.question.period IS 'Of what time: year * 1000 + part, see vekha.period_text().';
COMMENT ON COLUMN vekha.question.text IS 'What is asked.';
COMMENT ON COLUMN vekha.question.author IS 'Who asks, as the centre names them to the school.';
COMMENT ON COLUMN vekha.question.by_whom IS 'Database user who asked.';
COMMENT ON COLUMN vekha.question.at IS 'When.';

CREATE TABLE vekha.question_closing (
    question bigint PRIMARY KEY REFERENCES vekha.question,
    by_whom text NOT NULL,
    at timestamptz NOT NULL
);

COMMENT ON TABLE vekha.question_closing IS 'Questions that need no answer any more. Rows are never changed.';
COMMENT ON COLUMN vekha.question_closing.question IS 'The question.';
COMMENT ON COLUMN vekha.question_closing.by_whom IS 'Database user who closed it.';
COMMENT ON COLUMN vekha.question_closing.at IS 'When.';

CREATE TABLE vekha.reply (
    id uuid PRIMARY KEY,
    number bigint NOT NULL DEFAULT nextval('vekha.submission_number'),
    question bigint REFERENCES vekha.question,
    agent integer NOT NULL REFERENCES vekha.agent,
    author vekha.title CHECK (octet_length(author) <= 200),
    text vekha.prose CHECK (octet_length(text) <= 1000),
    composed_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    verdict smallint NOT NULL,
    CHECK ((verdict / 100 = 6) = (text IS NULL)),
    CHECK (question IS NOT NULL OR verdict / 100 = 6)
);

CREATE INDEX reply_question ON vekha.reply (question) WHERE text IS NOT NULL;

COMMENT ON TABLE vekha.reply IS 'Notes that schools sent in answer to questions. A repeat gets the same receipt. Rows are never changed.';
COMMENT ON COLUMN vekha.reply.id IS 'UUIDv7, made where it was composed.';
COMMENT ON COLUMN vekha.reply.number IS 'Running number, for people: in one row with those of submissions.';
COMMENT ON COLUMN vekha.reply.question IS 'The question; null: the agent has none of the number that it gave.';
COMMENT ON COLUMN vekha.reply.agent IS 'The agent whose key sent it.';
COMMENT ON COLUMN vekha.reply.author IS 'Who typed it, as the school names them.';
COMMENT ON COLUMN vekha.reply.text IS 'What the school says; null: rejected, and kept for the receipt alone.';
COMMENT ON COLUMN vekha.reply.composed_at IS 'When it was composed, by the sender''s clock.';
COMMENT ON COLUMN vekha.reply.received_at IS 'When the centre received it.';
COMMENT ON COLUMN vekha.reply.sha256 IS 'Of the received bytes: the same id with other bytes is refused.';
COMMENT ON COLUMN vekha.reply.verdict IS 'Verdict * 100 + reason.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vekha.question FOR EACH ROW EXECUTE FUNCTION vekha.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vekha.question_closing FOR EACH ROW EXECUTE FUNCTION vekha.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vekha.reply FOR EACH ROW EXECUTE FUNCTION vekha.refuse_change();

-- What settled each question.  An identical figure sent again confirms the old one and is no correction; one that was outdated when
-- it came never was in force.
CREATE VIEW vekha.question_outcome AS
SELECT q.id, q.organisation, q.indicator, q.period, a.how, a.at, a.author, a.text, a.submission, a.state, a.value, a.of_value
FROM vekha.question q
LEFT JOIN LATERAL (
    SELECT 'note' AS how, r.received_at AS at, r.author::text AS author, r.text::text AS text, r.id AS submission,
           NULL::vekha.figure_state AS state, NULL::numeric AS value, NULL::numeric AS of_value
    FROM vekha.reply r
    WHERE r.question = q.id AND r.text IS NOT NULL
    UNION ALL
    SELECT 'closed', c.at, c.by_whom, NULL, NULL, NULL, NULL, NULL
    FROM vekha.question_closing c
    WHERE c.question = q.id
    UNION ALL
    SELECT 'correction', f.recorded_at, NULL, f.note, f.submission, f.state, f.value, f.of_value
    FROM vekha.figure f
    WHERE f.organisation = q.organisation AND f.period = q.period AND f.indicator = q.indicator AND f.composed_at > q.at
    UNION ALL
    SELECT 'correction', h.recorded_at, NULL, h.note, h.submission, h.state, h.value, h.of_value
    FROM vekha.figure_history h
    WHERE h.organisation = q.organisation AND h.period = q.period AND h.indicator = q.indicator AND h.composed_at > q.at
      AND h.superseded_at > h.recorded_at
    ORDER BY 2, 1
    LIMIT 1
) a ON true;

COMMENT ON VIEW vekha.question_outcome IS 'What settled each question first, if anything did.';
COMMENT ON COLUMN vekha.question_outcome.id IS 'The question.';
COMMENT ON COLUMN vekha.question_outcome.organisation IS 'Whose figure it is about.';
COMMENT ON COLUMN vekha.question_outcome.indicator IS 'Which indicator.';
COMMENT ON COLUMN vekha.question_outcome.period IS 'Of what time.';
COMMENT ON COLUMN vekha.question_outcome.how IS 'note, correction or closed; null: the question is open.';
COMMENT ON COLUMN vekha.question_outcome.at IS 'When.';
COMMENT ON COLUMN vekha.question_outcome.author IS 'Who wrote the note, or closed the question.';
COMMENT ON COLUMN vekha.question_outcome.text IS 'The note, or the note of the figure.';
COMMENT ON COLUMN vekha.question_outcome.submission IS 'What brought it.';
COMMENT ON COLUMN vekha.question_outcome.state IS 'The corrected figure: a value, or why there is none.';
COMMENT ON COLUMN vekha.question_outcome.value IS 'The corrected value.';
COMMENT ON COLUMN vekha.question_outcome.of_value IS 'N of a share.';

-- --- what people at the centre do ---

CREATE FUNCTION vekha.ask_question(organisation_code text, indicator_code text, period integer, "text" text, author text, at timestamptz)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    most CONSTANT integer := 50; -- open ones of an organisation
    whose integer := vekha.id_of('organisation', organisation_code);
    question_id bigint;
BEGIN
    IF (SELECT count(*) FROM vekha.question_outcome o WHERE o.organisation = whose AND o.how IS NULL) >= most THEN
        RAISE EXCEPTION '% questions of % are open', most, organisation_code
            USING ERRCODE = 'program_limit_exceeded', HINT = 'Close those that need no answer any more.';
    END IF;
    INSERT INTO vekha.question (organisation, indicator, period, text, author, by_whom, at)
    VALUES (whose, vekha.id_of('indicator', indicator_code), ask_question.period, ask_question."text", ask_question.author,
            session_user, ask_question.at)
    RETURNING id INTO question_id;
    RETURN question_id;
END
$$;

COMMENT ON FUNCTION vekha.ask_question(text, text, integer, text, text, timestamptz) IS
    'Asks an organisation about the figure of an indicator and a period; the number of the question.';

CREATE FUNCTION vekha.close_question(question bigint, at timestamptz)
RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    WITH closed AS (
        INSERT INTO vekha.question_closing (question, by_whom, at)
        SELECT o.id, session_user, close_question.at FROM vekha.question_outcome o WHERE o.id = close_question.question AND o.how IS NULL
        ON CONFLICT DO NOTHING
        RETURNING question
    )
    SELECT EXISTS (SELECT FROM closed)
$$;

COMMENT ON FUNCTION vekha.close_question(bigint, timestamptz) IS 'Closes an open question; false: there is none of that number.';

-- --- what schools are asked, and say ---

-- The open questions to an organisation and those below it, with what is in force.  By the indexes of the branch and of questions.
CREATE FUNCTION vekha.open_questions(agent_organisation integer, after bigint, max_questions integer, now timestamptz)
RETURNS TABLE (question bigint, organisation text, indicator text, indicator_name text, indicator_name_en text, period text,
               "text" text, author text, asked_at timestamptz, state text, value numeric, "of" numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    today date := (now AT TIME ZONE 'UTC')::date;
BEGIN
    RETURN QUERY
    SELECT q.id, o.code::text, i.code::text, v.name::text, v.name_en::text, vekha.period_text(q.period), q.text::text, q.author::text,
           q.at, f.state::text, f.value::numeric, f.of_value::numeric
    FROM vekha.branch_after(agent_organisation, 1, today) b(organisation)
    JOIN vekha.question q ON q.organisation = b.organisation AND q.id > after
    JOIN vekha.question_outcome u ON u.id = q.id AND u.how IS NULL
    JOIN vekha.organisation o ON o.id = q.organisation
    JOIN vekha.indicator i ON i.id = q.indicator
    LEFT JOIN vekha.indicator_version v
        ON v.indicator = i.id AND v.superseded_at = 'infinity' AND v.valid_from <= today AND today < v.valid_to
    LEFT JOIN vekha.figure f
        ON f.organisation = q.organisation AND f.period = q.period AND f.indicator = q.indicator AND f.state <> 'withdrawn'
    ORDER BY q.id
    LIMIT max_questions;
END
$$;

COMMENT ON FUNCTION vekha.open_questions(integer, bigint, integer, timestamptz) IS
    'The open questions to an organisation and those below it after a number, in their order, with the figures asked about.';

-- Keeps a reply and says what became of it; the same again gets the same answer.  Notes may be added to a question that is answered
-- already, but not without end, and not to one that was closed.
CREATE FUNCTION vekha.take_reply(id uuid, agent integer, agent_organisation integer, question bigint, author text, "text" text,
                                 composed_at timestamptz, sha256 bytea, at timestamptz)
RETURNS TABLE (outcome text, number bigint, received_at timestamptz, verdict smallint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    most CONSTANT integer := 20; -- notes to one question
    accepted CONSTANT smallint := 100;
    unknown CONSTANT smallint := 640;
    settled CONSTANT smallint := 641;
    asked bigint;
    judged smallint := accepted;
    stored integer;
BEGIN
    -- two notes to one question wait for each other
    SELECT q.id INTO asked
    FROM vekha.question q
    WHERE q.id = take_reply.question
      AND q.organisation IN (SELECT * FROM vekha.branch_after(agent_organisation, 1, (take_reply.at AT TIME ZONE 'UTC')::date))
    FOR NO KEY UPDATE;
    IF asked IS NULL THEN
        judged := unknown;
    ELSIF EXISTS (SELECT FROM vekha.question_closing c WHERE c.question = asked)
          OR (SELECT count(*) FROM vekha.reply r WHERE r.question = asked AND r.text IS NOT NULL) >= most THEN
        judged := settled;
    END IF;
    INSERT INTO vekha.reply (id, question, agent, author, text, composed_at, received_at, sha256, verdict)
    SELECT take_reply.id, asked, take_reply.agent, take_reply.author, CASE WHEN judged = accepted THEN take_reply."text" END,
           take_reply.composed_at, take_reply.at, take_reply.sha256, judged
    WHERE NOT EXISTS (SELECT FROM vekha.reply r WHERE r.id = take_reply.id)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS stored = ROW_COUNT;
    RETURN QUERY
    SELECT CASE WHEN stored = 1 THEN 'stored' WHEN r.sha256 = take_reply.sha256 AND r.agent = take_reply.agent THEN 'repeat' ELSE 'altered' END,
           r.number, r.received_at, r.verdict
    FROM vekha.reply r WHERE r.id = take_reply.id;
END
$$;

COMMENT ON FUNCTION vekha.take_reply(uuid, integer, integer, bigint, text, text, timestamptz, bytea, timestamptz) IS
    'Keeps what an agent replies to a question, once; returns stored, repeat or altered, and what its receipt says.';

-- --- what people read ---

CREATE VIEW report.questions AS
SELECT q.id, o.code AS org, o.name AS org_name, i.code AS indicator, i.name AS indicator_name, i.project,
       vekha.period_text(q.period) AS period, q.text, q.author, q.by_whom, q.at AS asked_at,
       CASE u.how WHEN 'closed' THEN 'closed' WHEN 'note' THEN 'answered' WHEN 'correction' THEN 'answered' ELSE 'open' END AS state,
       u.how AS settled_how, u.at AS settled_at, u.author AS settled_by, u.text AS answer, u.state AS answer_state, u.value AS answer_value,
       u.of_value AS answer_of, u.submission AS answer_submission
FROM vekha.question q
JOIN vekha.question_outcome u ON u.id = q.id
JOIN report.organisations o ON o.id = q.organisation
JOIN report.indicators i ON i.id = q.indicator;

COMMENT ON VIEW report.questions IS 'What schools were asked about their figures, and what came of it.';
COMMENT ON COLUMN report.questions.id IS 'Number, for people and commands.';
COMMENT ON COLUMN report.questions.org IS 'Code of the organisation.';
COMMENT ON COLUMN report.questions.org_name IS 'Its name.';
COMMENT ON COLUMN report.questions.indicator IS 'Code of the indicator.';
COMMENT ON COLUMN report.questions.indicator_name IS 'Its name.';
COMMENT ON COLUMN report.questions.project IS 'Code of its project.';
COMMENT ON COLUMN report.questions.period IS 'The time it is about, as people write it.';
COMMENT ON COLUMN report.questions.text IS 'What is asked.';
COMMENT ON COLUMN report.questions.author IS 'Who asks, as the school is told.';
COMMENT ON COLUMN report.questions.by_whom IS 'Database user who asked.';
COMMENT ON COLUMN report.questions.asked_at IS 'When.';
COMMENT ON COLUMN report.questions.state IS 'open, answered or closed.';
COMMENT ON COLUMN report.questions.settled_how IS 'note, correction or closed; null: it is open.';
COMMENT ON COLUMN report.questions.settled_at IS 'When it was answered or closed.';
COMMENT ON COLUMN report.questions.settled_by IS 'Who wrote the note, or closed it.';
COMMENT ON COLUMN report.questions.answer IS 'The note, or the note of the corrected figure.';
COMMENT ON COLUMN report.questions.answer_state IS 'The corrected figure: a value, or why there is none.';
COMMENT ON COLUMN report.questions.answer_value IS 'The corrected value.';
COMMENT ON COLUMN report.questions.answer_of IS 'N of a share.';
COMMENT ON COLUMN report.questions.answer_submission IS 'The submission or reply that answered it.';

-- What `vekhactl queries` shows: the questions to an organisation and those below it (null: to all).
CREATE FUNCTION vekha.questions_of(organisation_code text, "all" boolean, now timestamptz)
RETURNS SETOF report.questions
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    SELECT q.*
    FROM report.questions q
    WHERE (questions_of."all" OR q.state = 'open')
      AND (organisation_code IS NULL OR q.org IN (
          SELECT o.code
          FROM vekha.organisations_below(organisation_code, (questions_of.now AT TIME ZONE 'UTC')::date, NULL) b
          JOIN vekha.organisation o ON o.id = b.organisation))
    ORDER BY q.id
$$;

COMMENT ON FUNCTION vekha.questions_of(text, boolean, timestamptz) IS
    'The questions to an organisation and those below it (null: to all), the settled ones too or only the open.';

-- --- who may what ---

REVOKE ALL ON FUNCTION vekha.ask_question, vekha.close_question, vekha.questions_of, vekha.open_questions, vekha.take_reply FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.ask_question, vekha.close_question, vekha.questions_of TO vekha_admin;
GRANT EXECUTE ON FUNCTION vekha.open_questions, vekha.take_reply TO vekha_daemon;
GRANT SELECT ON vekha.question, vekha.question_closing, vekha.reply TO vekha_admin;
GRANT SELECT ON report.questions TO vekha_admin, vekha_report;

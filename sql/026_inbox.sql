-- Figures that people at the centre bring in for an organisation that telephones.
--
-- They are packed as a school's program would send them and pass the same rules, in a daemon: until one has taken them they wait here, so
-- nothing is lost while none runs.  A daemon that takes one twice stores it once, by its id.  Whoever brought it in is recorded; for the
-- tables they come from an agent of the organisation that has no key, its desk.

ALTER TABLE vekha.agent ADD COLUMN desk boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX agent_desk ON vekha.agent (organisation) WHERE desk;

COMMENT ON COLUMN vekha.agent.desk IS 'True: no program at the school, but what people at the centre bring in for it.';

CREATE TABLE vekha.inbox (
    id uuid PRIMARY KEY,
    agent integer NOT NULL REFERENCES vekha.agent,
    message bytea NOT NULL CHECK (octet_length(message) <= 65536),
    by_whom text NOT NULL,
    at timestamptz NOT NULL,
    answered_at timestamptz,
    refusal text,
    CHECK (refusal IS NULL OR answered_at IS NOT NULL)
);

CREATE INDEX inbox_waiting ON vekha.inbox (at, id) WHERE answered_at IS NULL;

COMMENT ON TABLE vekha.inbox IS 'Submissions that were brought in at the centre.';
COMMENT ON COLUMN vekha.inbox.id IS 'The submission''s.';
COMMENT ON COLUMN vekha.inbox.agent IS 'The desk of the organisation it is for.';
COMMENT ON COLUMN vekha.inbox.message IS 'Packed as it would travel.';
COMMENT ON COLUMN vekha.inbox.by_whom IS 'Database user who brought it in.';
COMMENT ON COLUMN vekha.inbox.at IS 'When.';
COMMENT ON COLUMN vekha.inbox.answered_at IS 'When a daemon was done with it; null: it waits.';
COMMENT ON COLUMN vekha.inbox.refusal IS 'Why it is no submission at all; null: its receipt says what became of it.';

CREATE FUNCTION vekha.bring_in(organisation_code text, id uuid, message bytea, at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    most CONSTANT integer := 1000; -- that wait
    whose integer := vekha.id_of('organisation', organisation_code);
    desk_id integer;
BEGIN
    IF (SELECT count(*) FROM (SELECT FROM vekha.inbox i WHERE i.answered_at IS NULL LIMIT most) w) = most THEN
        RAISE EXCEPTION '% submissions wait to be taken', most USING ERRCODE = 'program_limit_exceeded', HINT = 'Start vekhad.';
    END IF;
    INSERT INTO vekha.agent (organisation, enrolled_at, enrolled_by, desk) VALUES (whose, bring_in.at, session_user, true)
    ON CONFLICT (organisation) WHERE desk DO NOTHING;
    SELECT a.id INTO STRICT desk_id FROM vekha.agent a WHERE a.organisation = whose AND a.desk;
    INSERT INTO vekha.inbox (id, agent, message, by_whom, at) VALUES (bring_in.id, desk_id, bring_in.message, session_user, bring_in.at);
    PERFORM pg_notify('vekha_inbox', '');
END
$$;

COMMENT ON FUNCTION vekha.bring_in(text, uuid, bytea, timestamptz) IS 'Leaves a submission for an organisation to be taken by a daemon.';

CREATE FUNCTION vekha.read_inbox(max_submissions integer)
RETURNS TABLE (id uuid, agent integer, organisation integer, message bytea)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET enable_seqscan = off
AS $$
    SELECT i.id, i.agent, a.organisation, i.message
    FROM vekha.inbox i JOIN vekha.agent a ON a.id = i.agent
    WHERE i.answered_at IS NULL ORDER BY i.at, i.id LIMIT max_submissions
$$;

COMMENT ON FUNCTION vekha.read_inbox(integer) IS 'What waits to be taken, oldest first.';

CREATE FUNCTION vekha.answer_inbox(id uuid, refusal text, at timestamptz)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    UPDATE vekha.inbox i SET answered_at = answer_inbox.at, refusal = answer_inbox.refusal
    WHERE i.id = answer_inbox.id AND i.answered_at IS NULL
$$;

COMMENT ON FUNCTION vekha.answer_inbox(uuid, text, timestamptz) IS 'Notes that a submission was taken, or why it is none.';

REVOKE ALL ON FUNCTION vekha.bring_in, vekha.read_inbox, vekha.answer_inbox FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.bring_in TO vekha_admin;
GRANT EXECUTE ON FUNCTION vekha.read_inbox, vekha.answer_inbox TO vekha_daemon;
GRANT SELECT ON vekha.inbox TO vekha_admin;

-- Invitations: keys that may enrol another key and nothing else, once; and computers that change their key.
--
-- An invitation is a secret in a letter; here is only the public key that it makes.  The computer that has it makes a pair of its own and
-- asks for the public half to be let in: one transaction lets that in and marks the invitation as taken.  Asked again with the same key the
-- answer is the same, for an answer may be lost.  The first message that comes with a new key revokes what the agent had before it, the
-- invitation too.

ALTER TABLE vekha.agent_key
    ADD COLUMN invites_until timestamptz,
    ADD COLUMN taken_by text REFERENCES vekha.agent_key,
    ADD CHECK (taken_by IS NULL OR invites_until IS NOT NULL);

COMMENT ON COLUMN vekha.agent_key.invites_until IS 'Until when this key may enrol another, which is all that it may; null: it speaks for its agent.';
COMMENT ON COLUMN vekha.agent_key.taken_by IS 'The key that was enrolled by this invitation; null: none was, or this is none.';

-- Daemons of before there were invitations are not told of them: they would take one for a key that speaks.
CREATE OR REPLACE FUNCTION vekha.catalogue_agents()
RETURNS TABLE (agent integer, organisation integer, public_key text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    SELECT a.id, a.organisation, k.public_key
    FROM vekha.agent a
    JOIN vekha.agent_key k ON k.agent = a.id
    WHERE a.revoked_at IS NULL AND k.revoked_at IS NULL AND k.invites_until IS NULL
    ORDER BY a.id, k.added_at
$$;

CREATE FUNCTION vekha.catalogue_keys()
RETURNS TABLE (agent integer, organisation integer, public_key text, invites boolean, succeeds boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    SELECT a.id, a.organisation, k.public_key, k.invites_until IS NOT NULL,
           k.invites_until IS NULL AND k.added_at > min(k.added_at) OVER (PARTITION BY a.id)
    FROM vekha.agent a
    JOIN vekha.agent_key k ON k.agent = a.id
    WHERE a.revoked_at IS NULL AND k.revoked_at IS NULL
    ORDER BY a.id, k.added_at
$$;

COMMENT ON FUNCTION vekha.catalogue_keys() IS
    'Keys in force and whose they are; invites: may only enrol another; succeeds: the agent has older ones, which its first message revokes.';

CREATE FUNCTION vekha.invite_agent(organisation_code text, public_key text, until timestamptz, at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    agent_id integer;
BEGIN
    INSERT INTO vekha.agent (organisation, enrolled_at, enrolled_by)
    VALUES (vekha.id_of('organisation', organisation_code), at, session_user)
    RETURNING id INTO agent_id;
    INSERT INTO vekha.agent_key (public_key, agent, added_at, invites_until) VALUES (invite_agent.public_key, agent_id, at, until);
    PERFORM vekha.catalogue_changed();
    RETURN agent_id;
END
$$;

COMMENT ON FUNCTION vekha.invite_agent(text, text, timestamptz, timestamptz) IS
    'Makes an agent of an organisation whose computer will enrol its own key by this one, until a moment; returns the agent''s id.';

-- What comes of it: enrolled, revoked (the key that asks is not in force), used (the invitation, by another key), over (its time is), taken
-- (the new key belongs to somebody, or did) or many (the agent had too many keys).
CREATE FUNCTION vekha.enrol_key(agent integer, by_key text, new_key text, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    most CONSTANT integer := 100; -- of one agent, ever
    asker vekha.agent_key;
    standing vekha.agent_key;
BEGIN
    PERFORM FROM vekha.agent a WHERE a.id = enrol_key.agent AND a.revoked_at IS NULL FOR UPDATE;
    SELECT k.* INTO asker FROM vekha.agent_key k WHERE FOUND AND k.public_key = by_key AND k.agent = enrol_key.agent AND k.revoked_at IS NULL;
    SELECT k.* INTO standing FROM vekha.agent_key k WHERE k.public_key = new_key;
    CASE
        WHEN asker.public_key IS NULL THEN RETURN 'revoked';
        WHEN asker.taken_by = new_key THEN RETURN 'enrolled';
        WHEN asker.taken_by IS NOT NULL THEN RETURN 'used';
        WHEN asker.invites_until < at THEN RETURN 'over';
        WHEN standing.agent = enrol_key.agent AND standing.revoked_at IS NULL AND standing.invites_until IS NULL
             AND asker.invites_until IS NULL THEN RETURN 'enrolled';
        WHEN standing.public_key IS NOT NULL THEN RETURN 'taken';
        WHEN (SELECT count(*) FROM vekha.agent_key k WHERE k.agent = enrol_key.agent) >= most THEN RETURN 'many';
        ELSE
            -- later than what it succeeds, whatever two clocks say
            INSERT INTO vekha.agent_key (public_key, agent, added_at)
            SELECT new_key, enrol_key.agent, greatest(at, max(k.added_at) + interval '1 microsecond')
            FROM vekha.agent_key k WHERE k.agent = enrol_key.agent;
            UPDATE vekha.agent_key k SET taken_by = new_key WHERE k.public_key = by_key AND k.invites_until IS NOT NULL;
            PERFORM vekha.catalogue_changed();
            RETURN 'enrolled';
    END CASE;
END
$$;

COMMENT ON FUNCTION vekha.enrol_key(integer, text, text, timestamptz) IS
    'Lets another key of an agent in, as one that is in force asks; returns what came of it.';

CREATE FUNCTION vekha.retire_keys(agent integer, public_key text, at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    retired integer;
BEGIN
    PERFORM FROM vekha.agent a WHERE a.id = retire_keys.agent FOR UPDATE;
    UPDATE vekha.agent_key k SET revoked_at = greatest(at, k.added_at)
    FROM vekha.agent_key n
    WHERE n.public_key = retire_keys.public_key AND n.agent = retire_keys.agent AND n.revoked_at IS NULL AND n.invites_until IS NULL
      AND k.agent = n.agent AND k.added_at < n.added_at AND k.revoked_at IS NULL;
    GET DIAGNOSTICS retired = ROW_COUNT;
    IF retired > 0 THEN
        PERFORM vekha.catalogue_changed();
    END IF;
    RETURN retired;
END
$$;

COMMENT ON FUNCTION vekha.retire_keys(integer, text, timestamptz) IS
    'Revokes what an agent had before this key, since this one is in use; returns how many keys.';

REVOKE ALL ON FUNCTION vekha.catalogue_keys, vekha.invite_agent, vekha.enrol_key, vekha.retire_keys FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.catalogue_keys, vekha.enrol_key, vekha.retire_keys TO vekha_daemon;
GRANT EXECUTE ON FUNCTION vekha.invite_agent TO vekha_admin;

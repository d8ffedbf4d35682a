-- The feed: every step of an alert, in an order that can be read on from any place without a hole.
--
-- Numbers of a sequence are given before the commit, so a step with a smaller id may appear after one with a greater id has been
-- read.  Positions are given afterwards: steps that are committed wait in feed_waiting, and place_feed() gives them the next
-- positions, one transaction at a time.  So positions are dense, and whoever sees position n can see all before it.
--
--     alert_transition ──trigger──► feed_waiting ──place_feed()──► feed ──read_feed(after)──► readers
--      ids in any order              committed                      1 2 3 4 …

CREATE TABLE vekha.feed_waiting (
    transition bigint PRIMARY KEY REFERENCES vekha.alert_transition,
    kind vekha.alert_kind NOT NULL
);

COMMENT ON TABLE vekha.feed_waiting IS 'Steps that have no position in the feed yet.';
COMMENT ON COLUMN vekha.feed_waiting.transition IS 'The step.';
COMMENT ON COLUMN vekha.feed_waiting.kind IS 'What its alert was about at that step; an alert of reports may change that.';

CREATE TABLE vekha.feed (
    position bigint PRIMARY KEY CHECK (position > 0),
    transition bigint NOT NULL UNIQUE REFERENCES vekha.alert_transition,
    kind vekha.alert_kind NOT NULL,
    above integer[] NOT NULL
);

COMMENT ON TABLE vekha.feed IS 'The steps in the order in which everybody is given them. Rows are never changed.';
COMMENT ON COLUMN vekha.feed.position IS '1, 2, 3 …: none is left out, and none appears after a greater one.';
COMMENT ON COLUMN vekha.feed.transition IS 'The step.';
COMMENT ON COLUMN vekha.feed.kind IS 'What its alert was about at that step.';
COMMENT ON COLUMN vekha.feed.above IS 'The organisation it is about and all above it on the day of the step: who may read it.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vekha.feed
    FOR EACH ROW EXECUTE FUNCTION vekha.refuse_change();

-- The longest way up that is followed: a circle, which put_organisation() does not let in, must not hang the feed.
CREATE FUNCTION vekha.organisations_above(organisation integer, day date)
RETURNS integer[]
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
    WITH RECURSIVE up AS (
        SELECT organisations_above.organisation AS id, 0 AS height
        UNION ALL
        SELECT v.parent, up.height + 1
        FROM up
        JOIN vekha.organisation_version v
            ON v.organisation = up.id AND v.superseded_at = 'infinity' AND v.valid_from <= day AND day < v.valid_to
        WHERE v.parent IS NOT NULL AND up.height < 32
    )
    SELECT array_agg(up.id ORDER BY up.height) FROM up
$$;

COMMENT ON FUNCTION vekha.organisations_above(integer, date) IS
    'An organisation and all above it on a day as believed now, from below.';

CREATE FUNCTION vekha.feed_steps()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
BEGIN
    INSERT INTO vekha.feed_waiting (transition, kind)
    SELECT s.id, a.kind FROM steps s JOIN vekha.alert a ON a.id = s.alert;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION vekha.feed_steps() IS 'Trigger: steps that were written are to get a position.';

CREATE TRIGGER feed AFTER INSERT ON vekha.alert_transition
    REFERENCING NEW TABLE AS steps
    FOR EACH STATEMENT EXECUTE FUNCTION vekha.feed_steps();

-- Gives at most max_steps waiting steps the next positions and tells who listens.  The lock is held until the commit, so the
-- next to place sees these, and positions become visible in their order.  Cheap where nothing waits.
CREATE FUNCTION vekha.place_feed(max_steps integer, OUT placed integer, OUT newest bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
BEGIN
    placed := 0;
    IF EXISTS (SELECT FROM vekha.feed_waiting) THEN
        PERFORM pg_advisory_xact_lock(5, 0);
        WITH taken AS (
            DELETE FROM vekha.feed_waiting w
            WHERE w.transition = ANY (ARRAY(SELECT q.transition FROM vekha.feed_waiting q ORDER BY q.transition LIMIT max_steps))
            RETURNING w.transition, w.kind
        )
        INSERT INTO vekha.feed (position, transition, kind, above)
        SELECT (SELECT coalesce(max(f.position), 0) FROM vekha.feed f) + row_number() OVER (ORDER BY t.transition),
               t.transition, t.kind, vekha.organisations_above(a.organisation, (s.at AT TIME ZONE 'UTC')::date)
        FROM taken t
        JOIN vekha.alert_transition s ON s.id = t.transition
        JOIN vekha.alert a ON a.id = s.alert;
        GET DIAGNOSTICS placed = ROW_COUNT;
        IF placed > 0 THEN
            PERFORM pg_notify('vekha_feed', '');
        END IF;
    END IF;
    SELECT coalesce(max(f.position), 0) INTO newest FROM vekha.feed f;
END
$$;

COMMENT ON FUNCTION vekha.place_feed(integer) IS
    'Gives waiting steps the next positions of the feed: how many, and the greatest position there is.';

CREATE FUNCTION vekha.feed_moment(at_position bigint)
RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
    SELECT s.at FROM vekha.feed f JOIN vekha.alert_transition s ON s.id = f.transition WHERE f.position = at_position
$$;

COMMENT ON FUNCTION vekha.feed_moment(bigint) IS 'When the step at a position of the feed was made; null: there is none.';

-- Reads on after a position: at most max_steps steps about these organisations and all below them (null: about all), out of the
-- next 1024 positions.  Every row, and there is always one, says up to which position everything was given (`through`) and
-- the greatest there is (`newest`); the other columns are null where nothing was found.  A reader of a small part of a long
-- feed goes on from `through`.  The moments of the steps at `after` and `through`, whoever they are about, tell a reader whether
-- the feed is still the one that he knew: a database that was restored from an older copy gives positions anew.
CREATE FUNCTION vekha.read_feed(after bigint, max_steps integer, organisations integer[])
RETURNS TABLE (through bigint, newest bigint, after_at timestamptz, through_at timestamptz, above integer[], "position" bigint, step bigint, at timestamptz, event text,
               alert bigint, kind vekha.alert_kind, from_level vekha.alert_level, to_level vekha.alert_level,
               opened_at timestamptz, closed_at timestamptz, organisation text, organisation_name text,
               organisation_name_en text, indicator text, indicator_name text, indicator_name_en text, project text,
               status vekha.status, as_of date, fact numeric, plan_at numeric, explanation_ru text, explanation_en text,
               submission uuid)
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
    last bigint := (SELECT coalesce(max(f.position), 0) FROM vekha.feed f);
    found vekha.feed[] := ARRAY(
        SELECT f
        FROM vekha.feed f
        WHERE f.position > after AND f.position <= after + 1024 AND (organisations IS NULL OR f.above && organisations)
        ORDER BY f.position
        LIMIT max_steps);
    looked_at bigint := CASE WHEN cardinality(found) = max_steps THEN (found[max_steps]).position
                           ELSE least(after + 1024, last) END;
BEGIN
    RETURN QUERY
    SELECT looked_at, last, vekha.feed_moment(after), vekha.feed_moment(looked_at), f.above, f.position, s.id, s.at, s.event, s.alert, f.kind, s.from_level, s.to_level,
           a.opened_at, CASE WHEN s.to_level IS NULL THEN greatest(a.opened_at, s.at) END,
           o.code::text, ov.name::text, ov.name_en::text, i.code::text, iv.name::text, iv.name_en::text, p.code::text,
           s.status, s.as_of, s.fact, s.plan_at, s.explanation_ru, s.explanation_en, s.submission
    FROM (SELECT 1) one
    LEFT JOIN unnest(found) f ON true
    LEFT JOIN vekha.alert_transition s ON s.id = f.transition
    LEFT JOIN vekha.alert a ON a.id = s.alert
    LEFT JOIN vekha.organisation o ON o.id = a.organisation
    LEFT JOIN vekha.organisation_version ov
        ON ov.organisation = a.organisation AND ov.superseded_at = 'infinity'
        AND ov.valid_from <= (s.at AT TIME ZONE 'UTC')::date AND (s.at AT TIME ZONE 'UTC')::date < ov.valid_to
    LEFT JOIN vekha.indicator i ON i.id = a.indicator
    LEFT JOIN vekha.indicator_version iv
        ON iv.indicator = a.indicator AND iv.superseded_at = 'infinity'
        AND iv.valid_from <= (s.at AT TIME ZONE 'UTC')::date AND (s.at AT TIME ZONE 'UTC')::date < iv.valid_to
    LEFT JOIN vekha.project p ON p.id = iv.project
    ORDER BY f.position;
END
$$;

COMMENT ON FUNCTION vekha.read_feed(bigint, integer, integer[]) IS
    'Steps of alerts after a position of the feed, of these organisations and all below them (null: of all).';

-- What happened before there was a feed comes first.
INSERT INTO vekha.feed (position, transition, kind, above)
SELECT row_number() OVER (ORDER BY t.id), t.id, a.kind,
       vekha.organisations_above(a.organisation, (t.at AT TIME ZONE 'UTC')::date)
FROM vekha.alert_transition t JOIN vekha.alert a ON a.id = t.alert;

REVOKE ALL ON FUNCTION vekha.organisations_above, vekha.feed_steps, vekha.feed_moment, vekha.place_feed, vekha.read_feed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.place_feed, vekha.read_feed TO vekha_daemon, vekha_admin;
GRANT SELECT ON vekha.feed, vekha.feed_waiting TO vekha_admin;

-- What vekhactl needs: recording the catalogue, enrolling agents, what people do about alerts.  And how the daemon loads the
-- catalogue into memory.
--
-- Who did it is session_user, the user who logged in: the functions run with their owner's rights.

-- Daemons listen on vekha_catalogue and load the catalogue anew when this transaction commits.
CREATE FUNCTION vekha.catalogue_changed()
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$ SELECT pg_notify('vekha_catalogue', '') $$;

COMMENT ON FUNCTION vekha.catalogue_changed() IS 'Tells all daemons to load the catalogue anew.';

-- --- the catalogue in memory ---

CREATE FUNCTION vekha.catalogue_centre()
RETURNS TABLE (endpoint text, public_key text, replay boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$ SELECT c.endpoint, c.public_key, c.replay FROM vekha.centre c $$;

COMMENT ON FUNCTION vekha.catalogue_centre() IS 'What this centre is; no row before it is set up.';

CREATE FUNCTION vekha.catalogue_organisations(now timestamptz)
RETURNS TABLE (id integer, code text, name text, parent integer, kind vekha.organisation_kind, utc_offset_s integer,
               opened date, closed date, name_en text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    SELECT o.id, o.code, v.name, v.parent, v.kind,
           extract(epoch FROM (now AT TIME ZONE v.time_zone) - (now AT TIME ZONE 'UTC'))::integer,
           v.opened, v.closed, v.name_en
    FROM vekha.organisation o
    JOIN vekha.organisation_version v
        ON v.organisation = o.id AND v.superseded_at = 'infinity'
        AND v.valid_from <= (now AT TIME ZONE 'UTC')::date AND (now AT TIME ZONE 'UTC')::date < v.valid_to
    ORDER BY o.id
$$;

COMMENT ON FUNCTION vekha.catalogue_organisations(timestamptz) IS 'Organisations as they are now, with their offset from UTC in seconds.';

CREATE FUNCTION vekha.catalogue_indicators(now timestamptz)
RETURNS TABLE (id integer, code text, kind vekha.indicator_kind, whole boolean, method text, direction vekha.direction,
               counting vekha.counting, step_months smallint, name text, name_en text, unit text, unit_en text, project text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    SELECT i.id, i.code, v.kind, v.whole, v.method, v.direction, v.counting, v.step_months, v.name, v.name_en, v.unit,
           v.unit_en, p.code
    FROM vekha.indicator i
    JOIN vekha.indicator_version v
        ON v.indicator = i.id AND v.superseded_at = 'infinity'
        AND v.valid_from <= (now AT TIME ZONE 'UTC')::date AND (now AT TIME ZONE 'UTC')::date < v.valid_to
    JOIN vekha.project p ON p.id = v.project
    ORDER BY i.id
$$;

COMMENT ON FUNCTION vekha.catalogue_indicators(timestamptz) IS 'Indicators as they are now.';

CREATE FUNCTION vekha.catalogue_agents()
RETURNS TABLE (agent integer, organisation integer, public_key text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    SELECT a.id, a.organisation, k.public_key
    FROM vekha.agent a
    JOIN vekha.agent_key k ON k.agent = a.id
    WHERE a.revoked_at IS NULL AND k.revoked_at IS NULL
    ORDER BY a.id, k.added_at
$$;

COMMENT ON FUNCTION vekha.catalogue_agents() IS 'Keys in force and whose they are.';

CREATE FUNCTION vekha.catalogue_years()
RETURNS TABLE (first_year integer, last_year integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    SELECT min(y.year), max(y.year)
    FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    CROSS JOIN LATERAL (SELECT substring(c.relname FROM '[0-9]{4}$')::integer AS year) y
    WHERE i.inhparent = 'vekha.figure'::regclass
$$;

COMMENT ON FUNCTION vekha.catalogue_years() IS 'The first and the last year for which figures can be stored.';

-- --- recording the catalogue ---

-- Queues series to be assessed anew.  DO UPDATE, not DO NOTHING: it locks a row that waits already, so that no daemon takes it
-- before this transaction's change can be seen.
CREATE FUNCTION vekha.queue_reassessment(organisations integer[], indicators integer[], at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_custom_plan -- one series or all: one plan cannot be right for both
AS $$
#variable_conflict use_column
DECLARE
    queued integer;
BEGIN
    INSERT INTO vekha.reassessment (organisation, indicator, queued_at)
    SELECT s.organisation, s.indicator, at
    FROM (
        SELECT p.organisation, p.indicator FROM vekha.plan p
        WHERE (organisations IS NULL OR p.organisation = ANY (organisations))
          AND (indicators IS NULL OR p.indicator = ANY (indicators))
        UNION
        SELECT a.organisation, a.indicator FROM vekha.assessment a
        WHERE (organisations IS NULL OR a.organisation = ANY (organisations))
          AND (indicators IS NULL OR a.indicator = ANY (indicators))
    ) s
    ORDER BY s.organisation, s.indicator
    ON CONFLICT (organisation, indicator) DO UPDATE SET queued_at = excluded.queued_at;
    GET DIAGNOSTICS queued = ROW_COUNT;
    RETURN queued;
END
$$;

COMMENT ON FUNCTION vekha.queue_reassessment(integer[], integer[], timestamptz) IS
    'Queues the planned or assessed series of these organisations and indicators (null: all) to be assessed anew.';

-- The id behind a code; null for null.
CREATE FUNCTION vekha.id_of(kind text, code text)
RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
AS $$
DECLARE
    id integer;
BEGIN
    IF code IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT id FROM vekha.%I WHERE code = $1', kind) INTO id USING code;
    IF id IS NULL THEN
        RAISE EXCEPTION 'there is no % "%"', replace(kind, '_', ' '), code
            USING ERRCODE = 'no_data_found', HINT = 'Record it first, or mend its code.';
    END IF;
    RETURN id;
END
$$;

COMMENT ON FUNCTION vekha.id_of(text, text) IS 'The id of an organisation, project, indicator or rule_set by its code.';

CREATE FUNCTION vekha.ensure_code(kind text, code text)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
DECLARE
    id integer;
BEGIN
    EXECUTE format('SELECT id FROM vekha.%I WHERE code = $1 FOR NO KEY UPDATE', kind) INTO id USING code;
    IF id IS NULL THEN
        EXECUTE format('INSERT INTO vekha.%I (code) VALUES ($1) RETURNING id', kind) INTO id USING code;
    END IF;
    RETURN id;
END
$$;

COMMENT ON FUNCTION vekha.ensure_code(text, text) IS
    'The id of an organisation, project, indicator or rule_set, made if new; locked until the transaction ends.';

-- Records a version of an organisation, project or indicator, for all three in one way: `facts` are the columns that say
-- something.  Versions that speak for days from valid_from on are superseded; what they said of earlier days is recorded again.
CREATE FUNCTION vekha.put_version(kind text, key integer, facts jsonb, valid_from date, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
DECLARE
    administrative text[] := ARRAY['id', 'valid_from', 'valid_to', 'recorded_at', 'superseded_at', 'recorded_by'];
    name text := kind || '_version';
    columns text;
    standing jsonb;
    recorded timestamptz;
    known boolean;
    old_id integer;
BEGIN
    PERFORM vekha.open_write(at);
    facts := facts || jsonb_build_object(kind, key);
    EXECUTE format('SELECT to_jsonb(v) - $1 FROM vekha.%I v WHERE v.%I = $2 AND v.superseded_at = ''infinity'' '
                   'AND v.valid_from <= $3 AND v.valid_to = ''infinity''', name, kind)
        INTO standing USING administrative, key, valid_from;
    EXECUTE format('SELECT to_jsonb(v) - $1 FROM jsonb_populate_record(NULL::vekha.%I, $2) v', name)
        INTO facts USING administrative, facts;
    IF standing = facts THEN
        RETURN 'same';
    END IF;

    -- a version is believed for some time at least, whatever two clocks say
    EXECUTE format('SELECT max(v.recorded_at) FROM vekha.%I v WHERE v.%I = $1', name, kind) INTO recorded USING key;
    known := recorded IS NOT NULL;
    recorded := greatest(at, recorded + interval '1 microsecond');
    SELECT string_agg(quote_ident(k), ', ' ORDER BY k) INTO columns FROM jsonb_object_keys(facts) k;
    FOR old_id IN EXECUTE format('UPDATE vekha.%I v SET superseded_at = $1 WHERE v.%I = $2 AND v.superseded_at = ''infinity'' '
                                 'AND v.valid_to > $3 RETURNING v.id', name, kind) USING recorded, key, valid_from
    LOOP
        EXECUTE format('INSERT INTO vekha.%1$I (%2$s, valid_from, valid_to, recorded_at) '
                       'SELECT %2$s, v.valid_from, $1, $2 FROM vekha.%1$I v WHERE v.id = $3 AND v.valid_from < $1',
                       name, columns) USING valid_from, recorded, old_id;
    END LOOP;
    EXECUTE format('INSERT INTO vekha.%1$I (%2$s, valid_from, recorded_at) '
                   'SELECT %2$s, $1, $2 FROM jsonb_populate_record(NULL::vekha.%1$I, $3)', name, columns)
        USING valid_from, recorded, facts;
    RETURN CASE WHEN known THEN 'changed' ELSE 'created' END;
END
$$;

COMMENT ON FUNCTION vekha.put_version(text, integer, jsonb, date, timestamptz) IS
    'Records a version of an organisation, project or indicator unless the same stands; a step of the put_ functions.';

CREATE FUNCTION vekha.put_organisation(code text, name text, name_en text, kind vekha.organisation_kind, parent_code text,
                                       time_zone text, opened date, closed date, valid_from date, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    parent_id integer := vekha.id_of('organisation', parent_code);
    organisation_id integer := vekha.ensure_code('organisation', code);
    result text;
BEGIN
    IF EXISTS (SELECT FROM vekha.organisations_below(code, '2999-12-31', NULL) b WHERE b.organisation = parent_id) THEN
        RAISE EXCEPTION 'organisation "%" cannot be below "%", which is itself below it', code, parent_code
            USING ERRCODE = 'check_violation', HINT = 'Give it a parent outside of its own branch.';
    END IF;
    result := vekha.put_version('organisation', organisation_id, jsonb_build_object(
        'name', name, 'name_en', name_en, 'kind', kind, 'parent', parent_id, 'time_zone', time_zone, 'opened', opened,
        'closed', closed), coalesce(valid_from, '-infinity'), at);
    IF result <> 'same' THEN
        PERFORM vekha.queue_reassessment(ARRAY[organisation_id], NULL, at);
        PERFORM vekha.catalogue_changed();
    END IF;
    RETURN result;
END
$$;

COMMENT ON FUNCTION vekha.put_organisation(text, text, text, vekha.organisation_kind, text, text, date, date, date, timestamptz) IS
    'Records what an organisation is from valid_from on (null: for all days); returns created, changed or same.';

CREATE FUNCTION vekha.put_project(code text, name text, name_en text, starts date, ends date, valid_from date, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    project_id integer := vekha.ensure_code('project', code);
    result text;
BEGIN
    result := vekha.put_version('project', project_id, jsonb_build_object(
        'name', name, 'name_en', name_en, 'starts', starts, 'ends', ends), coalesce(valid_from, '-infinity'), at);
    IF result <> 'same' THEN
        PERFORM vekha.queue_reassessment(NULL, (SELECT coalesce(array_agg(DISTINCT v.indicator), '{}')
                                                FROM vekha.indicator_version v
                                                WHERE v.project = project_id AND v.superseded_at = 'infinity'), at);
        PERFORM vekha.catalogue_changed();
    END IF;
    RETURN result;
END
$$;

COMMENT ON FUNCTION vekha.put_project(text, text, text, date, date, date, timestamptz) IS
    'Records what a project is from valid_from on (null: for all days); returns created, changed or same.';

CREATE FUNCTION vekha.put_indicator(code text, name text, name_en text, project_code text, kind vekha.indicator_kind,
                                    direction vekha.direction, unit text, unit_en text, whole boolean,
                                    counting vekha.counting, step_months integer, method text, rule_set_code text,
                                    valid_from date, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    indicator_id integer := vekha.ensure_code('indicator', code);
    result text;
BEGIN
    result := vekha.put_version('indicator', indicator_id, jsonb_build_object(
        'name', name, 'name_en', name_en, 'project', vekha.id_of('project', project_code), 'kind', kind,
        'direction', coalesce(direction, 'up'), 'unit', unit, 'unit_en', unit_en, 'whole', coalesce(whole, true),
        'counting', coalesce(counting, 'year_to_date'), 'step_months', coalesce(step_months, 1), 'method', method,
        'rule_set', vekha.id_of('rule_set', rule_set_code)), coalesce(valid_from, '-infinity'), at);
    IF result <> 'same' THEN
        PERFORM vekha.queue_reassessment(NULL, ARRAY[indicator_id], at);
        PERFORM vekha.catalogue_changed();
    END IF;
    RETURN result;
END
$$;

COMMENT ON FUNCTION vekha.put_indicator(text, text, text, text, vekha.indicator_kind, vekha.direction, text, text, boolean,
    vekha.counting, integer, text, text, date, timestamptz) IS
    'Records what an indicator is from valid_from on (null: for all days); returns created, changed or same.';

-- names and constants: what differs from the model's defaults; empty: nothing does.
CREATE FUNCTION vekha.put_rule_set(code text, names text[], constants numeric[], at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    set_id integer := vekha.ensure_code('rule_set', code);
    standing vekha.rule_set_version;
    recorded timestamptz := at;
    version_id integer;
BEGIN
    PERFORM vekha.open_write(at);
    SELECT v.* INTO standing FROM vekha.rule_set_version v WHERE v.rule_set = set_id AND v.superseded_at = 'infinity';
    IF standing.id IS NOT NULL THEN
        IF NOT EXISTS (
            SELECT FROM (SELECT c.name, c.value FROM vekha.rule_constant c WHERE c.rule_set_version = standing.id) old
            FULL JOIN unnest(names, constants) new(name, value) ON new.name = old.name
            WHERE new.value IS DISTINCT FROM old.value
        ) THEN
            RETURN 'same';
        END IF;
        recorded := greatest(at, standing.recorded_at + interval '1 microsecond');
        UPDATE vekha.rule_set_version v SET superseded_at = recorded WHERE v.id = standing.id;
    END IF;
    INSERT INTO vekha.rule_set_version (rule_set, version, recorded_at)
    VALUES (set_id, coalesce(standing.version, 0) + 1, recorded)
    RETURNING id INTO version_id;
    INSERT INTO vekha.rule_constant (rule_set_version, name, value)
    SELECT version_id, n.name, n.value FROM unnest(names, constants) n(name, value);
    PERFORM vekha.queue_reassessment(NULL, (SELECT coalesce(array_agg(DISTINCT v.indicator), '{}')
                                            FROM vekha.indicator_version v
                                            WHERE v.rule_set = set_id AND v.superseded_at = 'infinity'), at);
    PERFORM vekha.catalogue_changed();
    RETURN CASE WHEN standing.id IS NULL THEN 'created' ELSE 'changed' END;
END
$$;

COMMENT ON FUNCTION vekha.put_rule_set(text, text[], numeric[], timestamptz) IS
    'Records a rule set''s constants as its next version; returns created, changed or same.';

-- What a plan's shape needs besides its name, kept with the version: thirteen knots of a season, or the terms within the plan.
CREATE FUNCTION vekha.keep_shape(plan_id integer, knots numeric[], terms_first date[], terms_last date[])
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    kept vekha.plan;
BEGIN
    SELECT p.* INTO kept FROM vekha.plan p WHERE p.id = plan_id;
    IF (kept.shape = 'season') <> (cardinality(knots) > 0) OR (kept.shape = 'terms') <> (cardinality(terms_first) > 0) THEN
        RAISE EXCEPTION 'a plan of the shape % takes other knots and terms', kept.shape
            USING ERRCODE = 'check_violation', HINT = 'Give knots to season, terms to terms, and nothing to the others.';
    END IF;
    INSERT INTO vekha.plan_knot (plan, month, share)
    SELECT plan_id, n.ord - 1, n.share FROM unnest(knots) WITH ORDINALITY n(share, ord);
    INSERT INTO vekha.plan_term (plan, first, last)
    SELECT plan_id, n.first, n.last FROM unnest(terms_first, terms_last) n(first, last);
    IF cardinality(knots) NOT IN (0, 13)
       OR EXISTS (SELECT FROM vekha.plan_knot k JOIN vekha.plan_knot l ON l.plan = k.plan AND l.month = k.month + 1
                  WHERE k.plan = plan_id AND l.share < k.share) THEN
        RAISE EXCEPTION 'the knots of a season are thirteen shares that never fall' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM vekha.plan_term t
               WHERE t.plan = plan_id AND (t.first <= coalesce(kept.base_on, kept.starts - 1) OR t.last > kept.ends)) THEN
        RAISE EXCEPTION 'a term is not within its plan' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

COMMENT ON FUNCTION vekha.keep_shape(integer, numeric[], date[], date[]) IS
    'Keeps the knots or terms of a plan version, or refuses what does not suit its shape.';

-- A plan is known by its series, its first day and valid_from.  Null valid_from: the newest version for that first day; one that
-- differs from it is a revision, in force from the day it is recorded; the first is in force from its own first day, or from now
-- if that is earlier.  A version with the same valid_from is a correction and supersedes the wrong one; else both are kept
-- and each is in force in its time.  Knots and terms are what season and calendar say today: they go into a new version, and make
-- none, so that an approved plan keeps those it was approved with.
CREATE FUNCTION vekha.put_plan(organisation_code text, indicator_code text, basis text, starts date, ends date,
                               shape vekha.plan_shape, base numeric, base_on date, base_method text, target numeric,
                               of_value numeric, due_from date, due_to date, due_precision vekha.due_precision,
                               event boolean, valid_from date, points_at date[], points_value numeric[], at timestamptz,
                               shape_from text DEFAULT NULL, knots numeric[] DEFAULT '{}', terms_first date[] DEFAULT '{}',
                               terms_last date[] DEFAULT '{}')
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    who integer := vekha.id_of('organisation', organisation_code);
    what integer := vekha.id_of('indicator', indicator_code);
    today date := vekha.today_of(who, at, NULL);
    standing vekha.plan;
    wanted vekha.plan;
    known boolean;
    plan_id integer;
BEGIN
    PERFORM vekha.open_write(at);
    PERFORM FROM vekha.indicator i WHERE i.id = what FOR NO KEY UPDATE; -- two cannot take one version number
    SELECT p.* INTO standing
    FROM vekha.plan p
    WHERE p.organisation = who AND p.indicator = what AND p.superseded_at = 'infinity' AND p.starts = put_plan.starts
      AND (put_plan.valid_from IS NULL OR p.valid_from = put_plan.valid_from)
    ORDER BY p.version DESC
    LIMIT 1;

    wanted := standing;
    wanted.basis := basis;
    wanted.starts := starts;
    wanted.ends := ends;
    wanted.shape := coalesce(shape, 'linear');
    wanted.shape_from := shape_from;
    wanted.base := base;
    wanted.base_on := base_on;
    wanted.base_method := base_method;
    wanted.target := target;
    wanted.of_value := of_value;
    wanted.due_from := due_from;
    wanted.due_to := due_to;
    wanted.due_precision := due_precision;
    wanted.event := coalesce(event, false);
    IF standing.id IS NOT NULL AND to_jsonb(wanted) = to_jsonb(standing) AND NOT EXISTS (
        SELECT FROM (SELECT pt.at, pt.value FROM vekha.plan_point pt WHERE pt.plan = standing.id) old
        FULL JOIN unnest(points_at, points_value) new(at, value) ON new.at = old.at
        WHERE new.value IS DISTINCT FROM old.value
    ) THEN
        RETURN 'same';
    END IF;

    known := EXISTS (SELECT FROM vekha.plan p WHERE p.organisation = who AND p.indicator = what AND p.starts = put_plan.starts);
    wanted.valid_from := coalesce(valid_from, CASE WHEN known THEN today ELSE least(starts, today) END);
    wanted.recorded_at := greatest(at, standing.recorded_at + interval '1 microsecond');
    IF standing.valid_from = wanted.valid_from THEN
        UPDATE vekha.plan p SET superseded_at = wanted.recorded_at WHERE p.id = standing.id;
    END IF;
    INSERT INTO vekha.plan (organisation, indicator, version, basis, starts, ends, shape, shape_from, base, base_on, base_method,
                            target, of_value, due_from, due_to, due_precision, event, valid_from, recorded_at)
    SELECT who, what, 1 + coalesce((SELECT max(p.version) FROM vekha.plan p
                                    WHERE p.organisation = who AND p.indicator = what), 0),
           wanted.basis, wanted.starts, wanted.ends, wanted.shape, wanted.shape_from, wanted.base, wanted.base_on,
           wanted.base_method, wanted.target, wanted.of_value, wanted.due_from, wanted.due_to, wanted.due_precision, wanted.event,
           wanted.valid_from, wanted.recorded_at
    RETURNING id INTO plan_id;
    INSERT INTO vekha.plan_point (plan, at, value)
    SELECT plan_id, n.at, n.value FROM unnest(points_at, points_value) n(at, value);
    PERFORM vekha.keep_shape(plan_id, coalesce(knots, '{}'), coalesce(terms_first, '{}'), coalesce(terms_last, '{}'));
    PERFORM vekha.queue_reassessment(ARRAY[who], ARRAY[what], put_plan.at);
    PERFORM vekha.catalogue_changed();
    RETURN CASE WHEN known THEN 'changed' ELSE 'created' END;
END
$$;

COMMENT ON FUNCTION vekha.put_plan(text, text, text, date, date, vekha.plan_shape, numeric, date, text, numeric, numeric, date,
    date, vekha.due_precision, boolean, date, date[], numeric[], timestamptz, text, numeric[], date[], date[]) IS
    'Records a plan as the next version of its series unless the same stands; returns created, changed or same.';

-- Assessments are derived: they may be thrown away at any time, and the daemon makes the same ones again.
CREATE FUNCTION vekha.rebuild_assessments(at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    queued integer := vekha.queue_reassessment(NULL, NULL, at);
BEGIN
    -- after the queue, for which no daemon ever waits; before the rows, for which one would wait while we wait for it
    PERFORM vekha.lock_series((SELECT array_agg(o.id) FROM vekha.organisation o));
    DELETE FROM vekha.assessment;
    PERFORM vekha.catalogue_changed();
    RETURN queued;
END
$$;

COMMENT ON FUNCTION vekha.rebuild_assessments(timestamptz) IS
    'Throws all assessments away and queues their series to be assessed anew; returns how many.';

-- --- agents ---

CREATE FUNCTION vekha.enrol_agent(organisation_code text, public_key text, at timestamptz)
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
    INSERT INTO vekha.agent_key (public_key, agent, added_at) VALUES (enrol_agent.public_key, agent_id, at);
    PERFORM vekha.catalogue_changed();
    RETURN agent_id;
END
$$;

COMMENT ON FUNCTION vekha.enrol_agent(text, text, timestamptz) IS
    'Lets a new agent with this key report for an organisation and those below it; returns the agent''s id.';

CREATE FUNCTION vekha.revoke_agent(id integer, at timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
BEGIN
    UPDATE vekha.agent a SET revoked_at = greatest(at, a.enrolled_at), revoked_by = session_user
    WHERE a.id = revoke_agent.id AND a.revoked_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE vekha.agent_key k SET revoked_at = greatest(at, k.added_at)
    WHERE k.agent = revoke_agent.id AND k.revoked_at IS NULL;
    PERFORM vekha.catalogue_changed();
    RETURN true;
END
$$;

COMMENT ON FUNCTION vekha.revoke_agent(integer, timestamptz) IS 'Shuts an agent out for good; false: there is none, or it was out already.';

-- --- what people do ---

CREATE FUNCTION vekha.acknowledge(alert bigint, measure text, until date, at timestamptz)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    action_id bigint;
BEGIN
    PERFORM FROM vekha.alert a WHERE a.id = acknowledge.alert AND a.closed_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no open alert %', alert USING ERRCODE = 'no_data_found';
    END IF;
    INSERT INTO vekha.action (kind, alert, text, until, by_whom, at)
    VALUES ('acknowledge', acknowledge.alert, measure, acknowledge.until, session_user, acknowledge.at)
    RETURNING id INTO action_id;
    RETURN action_id;
END
$$;

COMMENT ON FUNCTION vekha.acknowledge(bigint, text, date, timestamptz) IS
    'Records that someone took an open alert in hand, with what measure and by when.';

CREATE FUNCTION vekha.silence(organisation_code text, indicator_code text, until date, reason text, at timestamptz)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    action_id bigint;
BEGIN
    INSERT INTO vekha.action (kind, organisation, indicator, text, until, by_whom, at)
    VALUES ('silence', vekha.id_of('organisation', organisation_code), vekha.id_of('indicator', indicator_code), reason,
            silence.until, session_user, silence.at)
    RETURNING id INTO action_id;
    RETURN action_id;
END
$$;

COMMENT ON FUNCTION vekha.silence(text, text, date, text, timestamptz) IS
    'Records that messages about an organisation (indicator null), or one indicator of it, are not wanted until a day.';

-- --- the centre ---

CREATE FUNCTION vekha.put_centre(endpoint text, public_key text, replay boolean, at timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    standing vekha.centre;
BEGIN
    SELECT c.* INTO standing FROM vekha.centre c FOR UPDATE;
    IF standing.only_row IS NULL THEN
        INSERT INTO vekha.centre (endpoint, public_key, replay, created_at)
        VALUES (endpoint, public_key, coalesce(replay, false), at);
        RETURN 'created';
    END IF;
    UPDATE vekha.centre c
    SET endpoint = coalesce(put_centre.endpoint, c.endpoint), public_key = coalesce(put_centre.public_key, c.public_key),
        replay = coalesce(put_centre.replay, c.replay)
    WHERE (c.endpoint, c.public_key, c.replay)
          IS DISTINCT FROM (coalesce(put_centre.endpoint, c.endpoint), coalesce(put_centre.public_key, c.public_key),
                            coalesce(put_centre.replay, c.replay));
    RETURN CASE WHEN FOUND THEN 'changed' ELSE 'same' END;
END
$$;

COMMENT ON FUNCTION vekha.put_centre(text, text, boolean, timestamptz) IS
    'Records what this centre is; null leaves as it is; returns created, changed or same.';

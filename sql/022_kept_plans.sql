-- Plans that are kept.  A function in SQL that cannot be drawn into its caller's query is planned anew by every statement that calls it,
-- one in PL/pgSQL once for each connection.  Those here are called for each step of an alert, between the receipt of a figure and the
-- message that it lags, and their planning took longer than their work.  What they say is what they said.

-- Over all years of figures: planned for each pair of parameters until now.
ALTER FUNCTION vekha.corrections(uuid[], integer[], integer[]) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION vekha.corrections(uuid[], integer[], integer[]) SET enable_seqscan = off;

CREATE OR REPLACE FUNCTION vekha.is_silenced(organisation integer, indicator integer, at timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN (
        SELECT EXISTS (
            SELECT FROM (
                SELECT DISTINCT ON (a.indicator) a.until
                FROM vekha.action a
                WHERE a.kind = 'silence' AND a.organisation = $1 AND (a.indicator IS NULL OR a.indicator = $2) AND a.at <= $3
                ORDER BY a.indicator, a.id DESC
            ) latest
            WHERE latest.until >= vekha.today_of($1, $3, NULL)
        )
    );
END
$$;

CREATE OR REPLACE FUNCTION vekha.lineage_of(organisation integer)
RETURNS integer[]
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN (
        WITH RECURSIVE above AS (
            SELECT $1 AS organisation, 0 AS depth
            UNION ALL
            SELECT v.parent, a.depth + 1
            FROM above a
            JOIN vekha.organisation_version v
                ON v.organisation = a.organisation AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'
            WHERE v.parent IS NOT NULL AND a.depth < 40 -- ends even if the tree were a ring
        )
        SELECT array_agg(a.organisation ORDER BY a.depth) FROM above a
    );
END
$$;

CREATE OR REPLACE FUNCTION vekha.in_hand(alert bigint)
RETURNS SETOF vekha.action
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.* FROM vekha.action c WHERE c.alert = $1 AND c.kind = 'acknowledge' ORDER BY c.id DESC LIMIT 1;
END
$$;

CREATE OR REPLACE FUNCTION vekha.step_facts(transition bigint, reason vekha.mention_reason)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'step', t.id, 'event', CASE reason WHEN 'step' THEN t.event ELSE reason::text END, 'at', vekha.json_time(t.at),
            'alert', jsonb_build_object('id', a.id, 'kind', a.kind, 'level', CASE WHEN a.closed_at IS NULL THEN a.level END,
                                        'opened_at', vekha.json_time(a.opened_at), 'closed_at', vekha.json_time(a.closed_at)),
            'org', o.code, 'org_name', ov.name, 'indicator', i.code, 'indicator_name', iv.name, 'project', p.code,
            'status', t.status, 'as_of', t.as_of, 'fact', t.fact::text, 'plan_at', t.plan_at::text,
            'explanation', jsonb_build_object('ru', t.explanation_ru, 'en', t.explanation_en))
        FROM vekha.alert_transition t
        JOIN vekha.alert a ON a.id = t.alert
        JOIN vekha.organisation o ON o.id = a.organisation
        LEFT JOIN vekha.organisation_version ov
            ON ov.organisation = o.id AND ov.superseded_at = 'infinity' AND ov.valid_to = 'infinity'
        LEFT JOIN vekha.indicator i ON i.id = a.indicator
        LEFT JOIN vekha.indicator_version iv
            ON iv.indicator = i.id AND iv.superseded_at = 'infinity' AND iv.valid_to = 'infinity'
        LEFT JOIN vekha.project p ON p.id = iv.project
        WHERE t.id = $1
    );
END
$$;

CREATE OR REPLACE FUNCTION vekha.organisations_above(organisation integer, day date)
RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN (
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
    );
END
$$;

CREATE OR REPLACE FUNCTION vekha.messages_before(mentions bigint[])
RETURNS SETOF bigint
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT o.id
    FROM vekha.outbox o
    WHERE o.id = ANY (ARRAY(
        SELECT DISTINCT (SELECT max(p.outbox) FROM vekha.mention p
                         WHERE p.alert = m.alert AND p.channel = m.channel AND p.recipient = m.recipient)
        FROM vekha.mention m WHERE m.id = ANY (mentions)))
      AND o.sent_at IS NULL AND o.dead_at IS NULL
    ORDER BY o.id FOR UPDATE;
END
$$;

CREATE OR REPLACE FUNCTION vekha.told_lately(channel text, recipient text, now timestamptz, OUT letters bigint, OUT digest_at timestamptz)
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
BEGIN
    SELECT count(*) FILTER (WHERE NOT o.digest), max(o.created_at) FILTER (WHERE o.digest) INTO letters, digest_at
    FROM vekha.outbox o
    WHERE o.channel = told_lately.channel AND o.recipient = told_lately.recipient AND o.created_at > told_lately.now - interval '1 hour';
END
$$;

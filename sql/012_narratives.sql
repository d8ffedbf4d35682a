-- Narratives: how a project of an organisation stands, in prose.  narrative holds the version in force; a replaced or outdated
-- one is in narrative_history.  They come in with the figures, by one ingest, and are versioned by the same rule.

CREATE DOMAIN vekha.prose AS text
    CHECK (octet_length(VALUE) BETWEEN 1 AND 8000 AND VALUE !~ '[\u0001-\u0009\u000b-\u001f\u007f-\u009f]');

COMMENT ON DOMAIN vekha.prose IS 'What people write, in one line or several: at most 8000 bytes.';

-- as_of does not travel: whoever writes while the period still runs describes the day on which he writes.
CREATE TABLE vekha.narrative (
    organisation integer NOT NULL,
    project integer NOT NULL,
    period integer NOT NULL CHECK (period % 1000 <= 12 OR period % 1000 IN (21, 22, 23, 24, 31, 32, 39)
                                   OR period % 1000 BETWEEN 101 AND 466),
    as_of vekha.day NOT NULL,
    text vekha.prose,
    cause vekha.prose CHECK (octet_length(cause) <= 4000),
    measure vekha.prose CHECK (octet_length(measure) <= 4000),
    next_step vekha.prose CHECK (octet_length(next_step) <= 4000),
    answerable vekha.title CHECK (octet_length(answerable) <= 200),
    composed_at timestamptz NOT NULL,
    submission uuid NOT NULL,
    line smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    confirmed_at timestamptz CHECK (confirmed_at >= composed_at),
    confirmed_by uuid,
    PRIMARY KEY (organisation, project, period),
    CHECK (text IS NOT NULL OR num_nonnulls(cause, measure, next_step, answerable) = 0),
    CHECK (num_nonnulls(confirmed_at, confirmed_by) <> 1),
    CHECK (as_of BETWEEN make_date(period / 1000, 1, 1) AND make_date(period / 1000, 12, 31))
);

COMMENT ON TABLE vekha.narrative IS 'The narrative in force of each organisation, project and period: the one composed (or confirmed) last.';
COMMENT ON COLUMN vekha.narrative.organisation IS 'Whom the narrative is about.';
COMMENT ON COLUMN vekha.narrative.project IS 'The project it is about.';
COMMENT ON COLUMN vekha.narrative.period IS 'The time it reports: year * 1000 + part, see vekha.period_text().';
COMMENT ON COLUMN vekha.narrative.as_of IS 'The day it describes: the period''s last, or the day it was composed if that was earlier.';
COMMENT ON COLUMN vekha.narrative.text IS 'How things stand; null: withdrawn.';
COMMENT ON COLUMN vekha.narrative.cause IS 'Why.';
COMMENT ON COLUMN vekha.narrative.measure IS 'What is done about it.';
COMMENT ON COLUMN vekha.narrative.next_step IS 'What comes next.';
COMMENT ON COLUMN vekha.narrative.answerable IS 'Who answers for it: a post.';
COMMENT ON COLUMN vekha.narrative.composed_at IS 'When it was composed, not later than received.';
COMMENT ON COLUMN vekha.narrative.submission IS 'The submission that brought it.';
COMMENT ON COLUMN vekha.narrative.line IS 'Its place among the narratives of the submission.';
COMMENT ON COLUMN vekha.narrative.recorded_at IS 'From when the centre knew it.';
COMMENT ON COLUMN vekha.narrative.confirmed_at IS 'When the latest identical version was composed; null: none came.';
COMMENT ON COLUMN vekha.narrative.confirmed_by IS 'The submission that confirmed it.';

CREATE TABLE vekha.narrative_history (
    LIKE vekha.narrative INCLUDING CONSTRAINTS INCLUDING COMMENTS,
    superseded_at timestamptz NOT NULL CHECK (superseded_at >= recorded_at),
    superseded_by uuid NOT NULL CHECK (superseded_by <> submission),
    PRIMARY KEY (organisation, project, period, submission)
);

COMMENT ON TABLE vekha.narrative_history IS 'Narratives that are not in force: replaced, or outdated when they came. Rows are never changed.';
COMMENT ON COLUMN vekha.narrative_history.confirmed_at IS 'When the latest identical version was composed while it was in force.';
COMMENT ON COLUMN vekha.narrative_history.superseded_at IS 'Until when it was in force; equal to recorded_at: it never was.';
COMMENT ON COLUMN vekha.narrative_history.superseded_by IS 'The submission that was in force instead.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vekha.narrative_history
    FOR EACH ROW EXECUTE FUNCTION vekha.refuse_change();

ALTER TABLE vekha.submission ADD COLUMN narrative_verdicts smallint[], ADD COLUMN narrative_texts text[];

-- Partitions get a column of their parent, but not what is said of it.
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT 'vekha.submission'::regclass UNION SELECT inhrelid FROM pg_inherits WHERE inhparent = 'vekha.submission'::regclass
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.narrative_verdicts IS %L', part,
                       'Per narrative, in its order: verdict * 100 + reason; null: it had none.');
        EXECUTE format('COMMENT ON COLUMN %s.narrative_texts IS %L', part,
                       'Per narrative, in its order: the answer''s text; null where there is none.');
    END LOOP;
END
$$;

-- --- the catalogue in memory ---

CREATE FUNCTION vekha.catalogue_projects(now timestamptz)
RETURNS TABLE (id integer, code text, name text, name_en text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
    SELECT p.id, p.code, v.name, v.name_en
    FROM vekha.project p
    JOIN vekha.project_version v
        ON v.project = p.id AND v.superseded_at = 'infinity'
        AND v.valid_from <= (now AT TIME ZONE 'UTC')::date AND (now AT TIME ZONE 'UTC')::date < v.valid_to
    ORDER BY p.id
$$;

COMMENT ON FUNCTION vekha.catalogue_projects(timestamptz) IS 'Projects as they are now.';

-- --- ingest ---

-- Judges and writes the narratives of a group, by the rules of ingest, which calls it under its locks and settings.  fresh: per
-- submission, that its id was never seen; the narratives of the others are passed over.
CREATE FUNCTION vekha.ingest_narratives(
    at timestamptz, ids uuid[], composed_at timestamptz[], fresh boolean[], n_submission integer[], n_line smallint[],
    n_organisation integer[], n_project integer[], n_period integer[], n_as_of date[], n_text text[], n_cause text[],
    n_measure text[], n_next_step text[], n_answerable text[], n_verdict smallint[], n_told text[])
RETURNS TABLE (ord integer, line smallint, verdict smallint, told text)
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH incoming AS MATERIALIZED (
        SELECT n.ord, ids[n.ord] AS submission, later.composed_at, n.line, n.organisation, n.project, n.period, n.as_of, n.text,
               n.cause, n.measure, n.next_step, n.answerable, n.given, n.told,
               CASE
                   WHEN n.given / 100 = 6 THEN n.given
                   WHEN s.organisation IS NOT NULL
                       AND (s.text, s.cause, s.measure, s.next_step, s.answerable)
                           IS NOT DISTINCT FROM (n.text, n.cause, n.measure, n.next_step, n.answerable)
                       THEN 300
                   WHEN n.given >= 900 THEN n.given - 300
                   WHEN s.organisation IS NULL THEN CASE n.given WHEN 0 THEN 100 ELSE n.given END
                   WHEN later.than_standing THEN CASE n.given WHEN 0 THEN 400 ELSE n.given END
                   ELSE 500
               END::smallint AS verdict,
               later.than_standing, s AS standing
        FROM unnest(n_submission, n_line, n_organisation, n_project, n_period, n_as_of, n_text, n_cause, n_measure, n_next_step,
                    n_answerable, n_verdict, n_told)
             n(ord, line, organisation, project, period, as_of, text, cause, measure, next_step, answerable, given, told)
        LEFT JOIN vekha.narrative s
            ON s.organisation = n.organisation AND s.project = n.project AND s.period = n.period AND n.given / 100 <> 6
        CROSS JOIN LATERAL (
            SELECT c.composed_at, (c.composed_at, ids[n.ord])
                   > (coalesce(s.confirmed_at, s.composed_at), coalesce(s.confirmed_by, s.submission)) AS than_standing
            FROM (SELECT least(ingest_narratives.composed_at[n.ord], at) AS composed_at) c
        ) later
        WHERE fresh[n.ord]
    ), judged AS NOT MATERIALIZED (
        SELECT i.*, i.verdict / 100 IN (1, 2, 4) AS changed, i.verdict / 100 = 3 AND i.than_standing AS confirms
        FROM incoming i
    ), history AS (
        INSERT INTO vekha.narrative_history (organisation, project, period, as_of, text, cause, measure, next_step, answerable,
                                             composed_at, submission, line, recorded_at, confirmed_at, confirmed_by,
                                             superseded_at, superseded_by)
        SELECT j.organisation, j.project, j.period, (j.standing).as_of, (j.standing).text, (j.standing).cause,
               (j.standing).measure, (j.standing).next_step, (j.standing).answerable, (j.standing).composed_at,
               (j.standing).submission, (j.standing).line, (j.standing).recorded_at, (j.standing).confirmed_at,
               (j.standing).confirmed_by, greatest(at, (j.standing).recorded_at), j.submission
        FROM judged j WHERE j.changed AND (j.standing).organisation IS NOT NULL
        UNION ALL
        SELECT j.organisation, j.project, j.period, j.as_of, j.text, j.cause, j.measure, j.next_step, j.answerable, j.composed_at,
               j.submission, j.line, at, NULL, NULL, at, (j.standing).submission
        FROM judged j WHERE j.verdict / 100 = 5
    ), in_force AS (
        INSERT INTO vekha.narrative (organisation, project, period, as_of, text, cause, measure, next_step, answerable,
                                     composed_at, submission, line, recorded_at, confirmed_at, confirmed_by)
        SELECT j.organisation, j.project, j.period, CASE WHEN j.confirms THEN (j.standing).as_of ELSE j.as_of END, j.text, j.cause,
               j.measure, j.next_step, j.answerable,
               CASE WHEN j.confirms THEN (j.standing).composed_at ELSE j.composed_at END,
               CASE WHEN j.confirms THEN (j.standing).submission ELSE j.submission END,
               CASE WHEN j.confirms THEN (j.standing).line ELSE j.line END,
               CASE WHEN j.confirms THEN (j.standing).recorded_at ELSE greatest(at, (j.standing).recorded_at) END,
               CASE WHEN j.confirms THEN j.composed_at END,
               CASE WHEN j.confirms THEN j.submission END
        FROM judged j
        WHERE j.changed OR j.confirms
        ON CONFLICT (organisation, project, period) DO UPDATE SET
            as_of = excluded.as_of, text = excluded.text, cause = excluded.cause, measure = excluded.measure,
            next_step = excluded.next_step, answerable = excluded.answerable, composed_at = excluded.composed_at,
            submission = excluded.submission, line = excluded.line, recorded_at = excluded.recorded_at,
            confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by
    )
    SELECT j.ord, j.line, j.verdict,
           CASE WHEN j.given IN (0, j.verdict, j.verdict + 300) THEN j.told END -- the text of a warning goes with it
    FROM judged j;
END
$$;

COMMENT ON FUNCTION vekha.ingest_narratives(timestamptz, uuid[], timestamptz[], boolean[], integer[], smallint[], integer[],
    integer[], integer[], date[], text[], text[], text[], text[], text[], smallint[], text[]) IS
    'A step of ingest: stores the narratives of a group and says what became of each.';

-- Stores a group of submissions and says what became of each.  Call it once in a transaction, READ COMMITTED.
--
--     ids, agents, doors, authors, composed_at, sha256      one element per submission
--     f_*                                                   one element per figure; f_submission is a 1-based index into ids
--     n_*                                                   one element per narrative, in the same way; n_text null: withdrawn
--     f_verdict, n_verdict                                  0: judged here; 6xx: rejected, kept for the receipt alone;
--                                                           2xx: a warning, which an accepted or replaced one keeps;
--                                                           9xx: rejected for reason xx, with the text given, unless exactly
--                                                           the same stands: that is unchanged, and confirmed, like any other
--
-- The caller sees to it that no id, no (organisation, period, indicator) and no (organisation, project, period) comes twice in one
-- call.
--
-- In force is the figure with the greatest (composed_at, submission), where an identical later version counts as a
-- confirmation of the earlier: so the order of arrival never matters.  The same holds for narratives.
--
--     accepted   nothing stood                                    -> figure
--     unchanged  the same stands                                  -> nothing, or if newer: figure.confirmed_*
--     replaced   another stands, composed earlier                 -> figure; what stood -> figure_history
--     outdated   another stands, composed or confirmed later      -> figure_history
--
-- Locks first: (1, organisation % 64) in ascending order.  Then nobody else writes these figures and narratives, and the
-- statements that judge and write see, by their fresh snapshots, all that was committed before.
--
-- enable_*: with few rows a hash join over whole tables looks cheap, and a cached plan would keep it when they have grown.
--
-- The function of the same name without narratives, of 004_ingest.sql, stays for daemons of the version before, which may work
-- beside those of this one; a later migration drops it.
CREATE FUNCTION vekha.ingest(
    at timestamptz, ids uuid[], agents integer[], doors vekha.door[], authors text[], composed_at timestamptz[],
    sha256 bytea[], f_submission integer[], f_line smallint[], f_organisation integer[], f_period integer[],
    f_indicator integer[], f_as_of date[], f_state vekha.figure_state[], f_value numeric[], f_of numeric[],
    f_expected date[], f_method text[], f_note text[], f_verdict smallint[], f_text text[],
    n_submission integer[], n_line smallint[], n_organisation integer[], n_project integer[], n_period integer[],
    n_as_of date[], n_text text[], n_cause text[], n_measure text[], n_next_step text[], n_answerable text[],
    n_verdict smallint[], n_told text[])
RETURNS TABLE (ord integer, outcome text, number bigint, received_at timestamptz, verdicts smallint[], texts text[],
               series integer[], narrative_verdicts smallint[], narrative_texts text[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_memoize = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    bucket integer;
    fresh boolean[]; -- per submission: its id was never seen
    n_fresh integer;
    n_stored integer;
    t_ord integer[]; -- what became of the narratives, one element for each
    t_line smallint[];
    t_verdict smallint[];
    t_told text[];
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'figures are stored in read committed transactions, this one is %', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM vekha.open_write(at);
    -- A daemon refuses a revoked key by itself, but the catalogue in its memory may be behind.
    IF EXISTS (SELECT FROM unnest(agents) u(id) JOIN vekha.agent a ON a.id = u.id WHERE a.revoked_at IS NOT NULL) THEN
        RAISE EXCEPTION 'one of these agents was revoked' USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    FOR bucket IN
        SELECT DISTINCT o % 64 FROM unnest(f_organisation || n_organisation, f_verdict || n_verdict) l(o, verdict)
        WHERE verdict / 100 <> 6 ORDER BY 1
    LOOP
        PERFORM pg_advisory_xact_lock(1, bucket);
    END LOOP;

    SELECT array_agg(s.id IS NULL ORDER BY i.ord), count(*) FILTER (WHERE s.id IS NULL) INTO fresh, n_fresh
    FROM unnest(ids) WITH ORDINALITY i(id, ord)
    LEFT JOIN vekha.submission s ON s.id = i.id;

    IF n_fresh < cardinality(ids) THEN
        RETURN QUERY
        SELECT i.ord::integer, k.outcome, r.number, r.received_at, r.verdicts, r.texts, r.series, r.narrative_verdicts,
               r.narrative_texts
        FROM unnest(ids, agents, sha256) WITH ORDINALITY i(id, agent, sha256, ord)
        JOIN vekha.submission s ON s.id = i.id
        CROSS JOIN LATERAL (
            SELECT CASE
                       WHEN s.sha256 <> i.sha256 THEN 'altered'
                       -- A school with a new key may ask again for what it sent with the old one.
                       WHEN s.agent = i.agent OR EXISTS (
                           SELECT FROM vekha.agent sent JOIN vekha.agent asks ON asks.organisation = sent.organisation
                           WHERE sent.id = s.agent AND asks.id = i.agent) THEN 'repeat'
                       ELSE 'altered'
                   END AS outcome
        ) k
        LEFT JOIN LATERAL (SELECT s.*) r ON k.outcome = 'repeat'
        WHERE NOT fresh[i.ord];
    END IF;
    IF n_fresh = 0 THEN
        RETURN;
    END IF;

    IF cardinality(n_submission) > 0 THEN -- most have none, and pay nothing
        SELECT array_agg(n.ord), array_agg(n.line), array_agg(n.verdict), array_agg(n.told)
        INTO t_ord, t_line, t_verdict, t_told
        FROM vekha.ingest_narratives(at, ids, composed_at, fresh, n_submission, n_line, n_organisation, n_project, n_period, n_as_of,
                                     n_text, n_cause, n_measure, n_next_step, n_answerable, n_verdict, n_told) n;
    END IF;

    RETURN QUERY
    WITH incoming AS MATERIALIZED (
        SELECT f.submission AS ord, ids[f.submission] AS submission, least(ingest.composed_at[f.submission], at) AS composed_at,
               f.line, f.organisation, f.period, f.indicator, f.as_of, f.state, f.value, f.of_value, f.expected, f.method,
               f.note, f.verdict AS given, f.text AS given_text,
               CASE
                   WHEN f.verdict / 100 = 6 THEN f.verdict
                   WHEN (s.as_of, s.state) = (f.as_of, f.state)
                       AND (s.value, scale(s.value), s.of_value, scale(s.of_value), s.expected, s.method, s.note)
                           IS NOT DISTINCT FROM
                           (f.value, scale(f.value), f.of_value, scale(f.of_value), f.expected, f.method, f.note)
                       THEN 300
                   WHEN f.verdict >= 900 THEN f.verdict - 300
                   WHEN s.organisation IS NULL THEN CASE f.verdict WHEN 0 THEN 100 ELSE f.verdict END
                   WHEN later.than_standing THEN CASE f.verdict WHEN 0 THEN 400 ELSE f.verdict END
                   ELSE 500
               END::smallint AS verdict,
               later.than_standing, s.organisation IS NOT NULL AS stands,
               s.as_of AS s_as_of, s.state AS s_state, s.value AS s_value, s.of_value AS s_of_value,
               s.expected AS s_expected, s.method AS s_method, s.note AS s_note, s.composed_at AS s_composed_at,
               s.submission AS s_submission, s.line AS s_line, s.recorded_at AS s_recorded_at,
               s.confirmed_at AS s_confirmed_at, s.confirmed_by AS s_confirmed_by
        FROM unnest(f_submission, f_line, f_organisation, f_period, f_indicator, f_as_of, f_state, f_value, f_of,
                    f_expected, f_method, f_note, f_verdict, f_text)
             f(submission, line, organisation, period, indicator, as_of, state, value, of_value, expected, method, note,
               verdict, text)
        LEFT JOIN vekha.figure s
            ON s.organisation = f.organisation AND s.period = f.period AND s.indicator = f.indicator AND f.verdict / 100 <> 6
        CROSS JOIN LATERAL (
            SELECT (least(ingest.composed_at[f.submission], at), ids[f.submission])
                   > (coalesce(s.confirmed_at, s.composed_at), coalesce(s.confirmed_by, s.submission)) AS than_standing
        ) later
        WHERE fresh[f.submission]
    ), judged AS NOT MATERIALIZED (
        SELECT i.*, i.verdict / 100 IN (1, 2, 4) AS changed, i.verdict / 100 = 3 AND i.than_standing AS confirms,
               CASE WHEN i.given IN (0, i.verdict, i.verdict + 300) THEN i.given_text END AS text -- that of a warning goes with it
        FROM incoming i
    ), answer AS MATERIALIZED (
        SELECT a.ord, nextval('vekha.submission_number') AS number, a.verdicts, a.texts, a.narrative_verdicts, a.narrative_texts,
               coalesce((SELECT array_agg(e) FROM unnest(a.pairs) e), '{}') AS series
        FROM (
            SELECT l.ord,
                   coalesce(array_agg(l.verdict) FILTER (WHERE NOT l.prose), '{}') AS verdicts,
                   CASE WHEN count(l.text) FILTER (WHERE NOT l.prose) > 0
                        THEN array_agg(l.text) FILTER (WHERE NOT l.prose) END AS texts,
                   array_agg(ARRAY[l.organisation, l.indicator]) FILTER (WHERE l.changed) AS pairs,
                   array_agg(l.verdict) FILTER (WHERE l.prose) AS narrative_verdicts,
                   CASE WHEN count(l.text) FILTER (WHERE l.prose) > 0
                        THEN array_agg(l.text) FILTER (WHERE l.prose) END AS narrative_texts
            FROM (
                SELECT j.ord, j.line, j.verdict, j.text, j.organisation, j.indicator, j.changed, false AS prose FROM judged j
                UNION ALL
                SELECT t.ord, t.line, t.verdict, t.told, NULL, NULL, false, true
                FROM unnest(t_ord, t_line, t_verdict, t_told) t(ord, line, verdict, told)
                ORDER BY ord, line
            ) l
            GROUP BY l.ord
        ) a
    ), stored AS (
        INSERT INTO vekha.submission (id, number, agent, door, author, composed_at, received_at, sha256, verdicts, texts,
                                      series, pending, narrative_verdicts, narrative_texts)
        SELECT ids[a.ord], a.number, agents[a.ord], doors[a.ord], authors[a.ord], ingest.composed_at[a.ord], at, sha256[a.ord],
               a.verdicts, a.texts, a.series, a.series <> '{}', a.narrative_verdicts, a.narrative_texts
        FROM answer a
        ORDER BY ids[a.ord] -- so that two groups that share ids wait for each other in one order
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    ), history AS (
        INSERT INTO vekha.figure_history (organisation, period, indicator, as_of, state, value, of_value, expected, method,
                                          note, composed_at, submission, line, recorded_at, confirmed_at, confirmed_by,
                                          superseded_at, superseded_by)
        SELECT j.organisation, j.period, j.indicator, j.s_as_of, j.s_state, j.s_value, j.s_of_value, j.s_expected,
               j.s_method, j.s_note, j.s_composed_at, j.s_submission, j.s_line, j.s_recorded_at, j.s_confirmed_at,
               j.s_confirmed_by, greatest(at, j.s_recorded_at), j.submission
        FROM judged j WHERE j.changed AND j.stands
        UNION ALL
        SELECT j.organisation, j.period, j.indicator, j.as_of, j.state, j.value, j.of_value, j.expected, j.method, j.note,
               j.composed_at, j.submission, j.line, at, NULL, NULL, at, j.s_submission
        FROM judged j WHERE j.verdict / 100 = 5
    ), in_force AS (
        INSERT INTO vekha.figure (organisation, period, indicator, as_of, state, value, of_value, expected, method, note,
                                  composed_at, submission, line, recorded_at, confirmed_at, confirmed_by)
        SELECT j.organisation, j.period, j.indicator, j.as_of, j.state, j.value, j.of_value, j.expected, j.method, j.note,
               CASE WHEN j.confirms THEN j.s_composed_at ELSE j.composed_at END,
               CASE WHEN j.confirms THEN j.s_submission ELSE j.submission END,
               CASE WHEN j.confirms THEN j.s_line ELSE j.line END,
               CASE WHEN j.confirms THEN j.s_recorded_at ELSE greatest(at, j.s_recorded_at) END,
               CASE WHEN j.confirms THEN j.composed_at END,
               CASE WHEN j.confirms THEN j.submission END
        FROM judged j
        WHERE j.changed OR j.confirms
        ON CONFLICT (organisation, period, indicator) DO UPDATE SET
            as_of = excluded.as_of, state = excluded.state, value = excluded.value, of_value = excluded.of_value,
            expected = excluded.expected, method = excluded.method, note = excluded.note,
            composed_at = excluded.composed_at, submission = excluded.submission, line = excluded.line,
            recorded_at = excluded.recorded_at, confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by
    )
    SELECT a.ord, 'stored', a.number, at, a.verdicts, a.texts, a.series, a.narrative_verdicts, a.narrative_texts
    FROM answer a
    WHERE (SELECT count(*) FROM stored) = n_fresh
    ORDER BY a.ord;

    GET DIAGNOSTICS n_stored = ROW_COUNT;
    IF n_stored = n_fresh THEN
        RETURN;
    ELSIF (SELECT count(DISTINCT l.submission) FROM unnest(f_submission || n_submission) l(submission)
           WHERE fresh[l.submission]) < n_fresh THEN
        RAISE EXCEPTION 'a submission has neither figures nor narratives' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RAISE EXCEPTION 'one of these submissions came over another connection at the same moment'
        USING ERRCODE = 'serialization_failure', HINT = 'Send the group again.';
END
$$;

COMMENT ON FUNCTION vekha.ingest(timestamptz, uuid[], integer[], vekha.door[], text[], timestamptz[], bytea[], integer[],
    smallint[], integer[], integer[], integer[], date[], vekha.figure_state[], numeric[], numeric[], date[], text[], text[],
    smallint[], text[], integer[], smallint[], integer[], integer[], integer[], date[], text[], text[], text[], text[], text[],
    smallint[], text[]) IS
    'Stores a group of submissions and judges their figures and narratives; returns for each stored, repeat or altered, and the receipt.';

-- --- what people read ---

-- What `vekhactl narratives` and `status` show: every narrative up to a day (as_of), as the centre knew it at a moment
-- (known_at).  newest marks the one that speaks for its organisation and project: that of the latest day, not withdrawn; of two
-- periods that end on one day, the one composed last.
CREATE FUNCTION vekha.narratives_of(project_code text, organisation_code text, now timestamptz, as_of date, known_at timestamptz)
RETURNS TABLE (project text, project_name text, project_name_en text, org text, org_name text, org_name_en text, period text,
               day date, "text" text, cause text, measure text, next_step text, answerable text, composed_at timestamptz,
               recorded_at timestamptz, confirmed_at timestamptz, submission uuid, author text, newest boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    latest date := least(as_of, (now AT TIME ZONE 'UTC')::date + 1); -- somewhere it is tomorrow already
BEGIN
    RETURN QUERY
    WITH chosen AS MATERIALIZED (
        SELECT o.id, o.code, v.name, v.name_en, vekha.today_of(o.id, narratives_of.now, narratives_of.as_of) AS today
        FROM vekha.organisations_below(organisation_code, latest, known_at) b
        JOIN vekha.organisation o ON o.id = b.organisation
        JOIN vekha.organisation_version v
            ON v.organisation = o.id AND v.valid_from <= latest AND latest < v.valid_to
            AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
    ), known AS (
        SELECT n.organisation, n.project, n.period, n.as_of, n.text, n.cause, n.measure, n.next_step, n.answerable, n.composed_at,
               n.recorded_at, n.confirmed_at, n.submission
        FROM vekha.narrative n
        WHERE known_at IS NULL OR n.recorded_at <= known_at
        UNION ALL
        SELECT h.organisation, h.project, h.period, h.as_of, h.text, h.cause, h.measure, h.next_step, h.answerable, h.composed_at,
               h.recorded_at, h.confirmed_at, h.submission
        FROM vekha.narrative_history h
        WHERE known_at IS NOT NULL AND h.recorded_at <= known_at AND known_at < h.superseded_at
    )
    SELECT p.code::text, v.name::text, v.name_en::text, c.code::text, c.name::text, c.name_en::text, vekha.period_text(k.period),
           k.as_of::date, k.text::text, k.cause::text, k.measure::text, k.next_step::text, k.answerable::text, k.composed_at,
           k.recorded_at, k.confirmed_at, k.submission, s.author,
           k.text IS NOT NULL AND row_number() OVER (PARTITION BY k.organisation, k.project, k.text IS NULL
                                                     ORDER BY k.as_of DESC, k.composed_at DESC, k.submission DESC) = 1
    FROM known k
    JOIN chosen c ON c.id = k.organisation AND k.as_of <= c.today
    JOIN vekha.project p ON p.id = k.project AND (project_code IS NULL OR p.code = project_code)
    LEFT JOIN vekha.project_version v
        ON v.project = p.id AND v.valid_from <= c.today AND c.today < v.valid_to
        AND vekha.believed(v.recorded_at, v.superseded_at, known_at)
    LEFT JOIN vekha.submission s ON s.id = k.submission
    ORDER BY p.code, c.code, k.as_of DESC, k.composed_at DESC, k.submission DESC;
END
$$;

COMMENT ON FUNCTION vekha.narratives_of(text, text, timestamptz, date, timestamptz) IS
    'The narratives of a project and an organisation with all below it (nulls: all), on a day, as known at a moment; nulls: now.';

-- Every version of an organisation's narratives on a project, as the centre knew them at a moment.
CREATE FUNCTION vekha.narrative_versions(organisation_code text, project_code text, known_at timestamptz)
RETURNS TABLE (period text, as_of date, "text" text, cause text, measure text, next_step text, answerable text,
               composed_at timestamptz, recorded_at timestamptz, superseded_at timestamptz, in_force boolean,
               confirmed_at timestamptz, submission uuid, number bigint, line smallint, agent integer, door vekha.door,
               author text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET jit = off
AS $$
    SELECT vekha.period_text(v.period), v.as_of, v.text, v.cause, v.measure, v.next_step, v.answerable, v.composed_at,
           v.recorded_at, CASE WHEN v.superseded_at <= k.moment THEN v.superseded_at END, v.superseded_at > k.moment,
           v.confirmed_at, v.submission, s.number, v.line, s.agent, s.door, s.author
    FROM (SELECT coalesce(known_at, timestamptz '294000-01-01 00:00Z') AS moment) k
    CROSS JOIN (
        SELECT n.organisation, n.project, n.period, n.as_of, n.text, n.cause, n.measure, n.next_step, n.answerable, n.composed_at,
               n.recorded_at, n.confirmed_at, n.submission, n.line, 'infinity'::timestamptz AS superseded_at
        FROM vekha.narrative n
        UNION ALL
        SELECT h.organisation, h.project, h.period, h.as_of, h.text, h.cause, h.measure, h.next_step, h.answerable, h.composed_at,
               h.recorded_at, h.confirmed_at, h.submission, h.line, h.superseded_at
        FROM vekha.narrative_history h
    ) v
    LEFT JOIN vekha.submission s ON s.id = v.submission
    WHERE v.organisation = vekha.id_of('organisation', organisation_code)
      AND v.project = vekha.id_of('project', project_code)
      AND v.recorded_at <= k.moment
    ORDER BY v.as_of, v.period, v.composed_at, v.submission
$$;

COMMENT ON FUNCTION vekha.narrative_versions(text, text, timestamptz) IS
    'Every version of an organisation''s narratives on a project that the centre knew at a moment (null: now).';

CREATE VIEW report.narratives AS
SELECT o.code AS org, o.name AS org_name, p.code AS project, v.name AS project_name, vekha.period_text(n.period) AS period, n.as_of,
       n.text IS NULL AS withdrawn, n.text, n.cause, n.measure, n.next_step, n.answerable, n.composed_at, n.recorded_at,
       n.confirmed_at, n.submission, n.line
FROM vekha.narrative n
JOIN report.organisations o ON o.id = n.organisation
JOIN vekha.project p ON p.id = n.project
JOIN vekha.project_version v ON v.project = p.id AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity';

COMMENT ON VIEW report.narratives IS 'The narratives in force: how projects stand, in prose.';
COMMENT ON COLUMN report.narratives.org IS 'Code of the organisation.';
COMMENT ON COLUMN report.narratives.org_name IS 'Its name.';
COMMENT ON COLUMN report.narratives.project IS 'Code of the project.';
COMMENT ON COLUMN report.narratives.project_name IS 'Its name.';
COMMENT ON COLUMN report.narratives.period IS 'The time it reports, as people write it.';
COMMENT ON COLUMN report.narratives.as_of IS 'The day it describes.';
COMMENT ON COLUMN report.narratives.withdrawn IS 'Whether it was taken back; it then has no texts.';
COMMENT ON COLUMN report.narratives.text IS 'How things stand.';
COMMENT ON COLUMN report.narratives.cause IS 'Why.';
COMMENT ON COLUMN report.narratives.measure IS 'What is done about it.';
COMMENT ON COLUMN report.narratives.next_step IS 'What comes next.';
COMMENT ON COLUMN report.narratives.answerable IS 'Who answers for it: a post.';
COMMENT ON COLUMN report.narratives.composed_at IS 'When it was composed.';
COMMENT ON COLUMN report.narratives.recorded_at IS 'From when the centre knew it.';
COMMENT ON COLUMN report.narratives.confirmed_at IS 'When the latest identical version was composed.';
COMMENT ON COLUMN report.narratives.submission IS 'The submission that brought it.';
COMMENT ON COLUMN report.narratives.line IS 'Its place among the narratives of the submission.';

-- As in 008_report.sql, and two columns more.
CREATE OR REPLACE VIEW report.submissions AS
SELECT s.id, s.number, s.agent, o.code AS org, o.name AS org_name, s.door, s.author, s.composed_at, s.received_at,
       cardinality(s.verdicts) AS figures, v.accepted, v.warnings, v.unchanged, v.replaced, v.outdated, v.rejected,
       NOT s.pending AS assessed, coalesce(cardinality(s.narrative_verdicts), 0) AS narratives,
       (SELECT count(*) FROM unnest(s.narrative_verdicts) x WHERE x / 100 = 6) AS narratives_rejected
FROM vekha.submission s
LEFT JOIN vekha.agent g ON g.id = s.agent
LEFT JOIN report.organisations o ON o.id = g.organisation
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE x / 100 = 1) AS accepted, count(*) FILTER (WHERE x / 100 = 2) AS warnings,
           count(*) FILTER (WHERE x / 100 = 3) AS unchanged, count(*) FILTER (WHERE x / 100 = 4) AS replaced,
           count(*) FILTER (WHERE x / 100 = 5) AS outdated, count(*) FILTER (WHERE x / 100 = 6) AS rejected
    FROM unnest(s.verdicts) x
) v;

COMMENT ON COLUMN report.submissions.narratives IS 'How many narratives it has.';
COMMENT ON COLUMN report.submissions.narratives_rejected IS 'How many of them were not stored.';

-- --- who may what ---

REVOKE ALL ON FUNCTION
    vekha.catalogue_projects, vekha.ingest_narratives, vekha.narratives_of, vekha.narrative_versions,
    vekha.ingest(timestamptz, uuid[], integer[], vekha.door[], text[], timestamptz[], bytea[], integer[], smallint[],
                 integer[], integer[], integer[], date[], vekha.figure_state[], numeric[], numeric[], date[], text[], text[],
                 smallint[], text[], integer[], smallint[], integer[], integer[], integer[], date[], text[], text[], text[],
                 text[], text[], smallint[], text[])
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    vekha.catalogue_projects,
    vekha.ingest(timestamptz, uuid[], integer[], vekha.door[], text[], timestamptz[], bytea[], integer[], smallint[],
                 integer[], integer[], integer[], date[], vekha.figure_state[], numeric[], numeric[], date[], text[], text[],
                 smallint[], text[], integer[], smallint[], integer[], integer[], integer[], date[], text[], text[], text[],
                 text[], text[], smallint[], text[])
    TO vekha_daemon, vekha_admin;
GRANT EXECUTE ON FUNCTION vekha.narratives_of, vekha.narrative_versions TO vekha_admin;
GRANT SELECT ON vekha.narrative, vekha.narrative_history TO vekha_admin;
GRANT SELECT ON report.narratives TO vekha_admin, vekha_report;

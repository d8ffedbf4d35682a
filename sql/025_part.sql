-- The part of the catalogue that an agent needs, page by page.
--
-- What a school is to report, by when, what was planned and what it reported last, so that it can look at a figure before it is sent.
-- Lines as the model reads them: fields divided by TAB, null is \N.  Groups of lines, in the order of (owner, item):
--
--     owner 0: what is the same for all
--         centre        first-year last-year
--         agent         organisation-id
--         project       id code name name-en
--         indicator     id code name name-en project-code kind direction unit unit-en whole counting step-months method
--         book          a line of the book of duties (daemon/model/duty.h), its own fields
--     owner: an organisation, its own and each below it
--         organisation  id code name name-en kind parent utc-offset-s opened closed                              (item 0)
--         series        organisation-id indicator-id owed                    (item: the indicator; then what belongs to it)
--         plan, point, knot, term                                            (as of daemon/model/input.h)
--         figure        period as-of state value of expected method          (the newest three of this year and the last)
--         answer        period as-of state                                   (as of daemon/model/reporting.h)
--
-- An organisation has the series that are planned, owed, or were reported since the year before.

-- An organisation and those below it that come after `after`, as they are on a day.  By the index of parents: it costs what is below.
CREATE FUNCTION vekha.branch_after(organisation integer, after integer, today date)
RETURNS SETOF integer
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
    WITH RECURSIVE below AS (
        SELECT branch_after.organisation AS id
        UNION -- not UNION ALL: ends even if the tree were a ring
        SELECT v.organisation
        FROM below b
        JOIN vekha.organisation_version v
            ON v.parent = b.id AND v.superseded_at = 'infinity' AND v.valid_from <= today AND today < v.valid_to
    )
    SELECT b.id FROM below b WHERE b.id >= after ORDER BY b.id;
END
$$;
COMMENT ON FUNCTION vekha.branch_after(integer, integer, date) IS
    'An organisation and those below it, by id from `after` on, as they are on a day.';

-- The lines that are the same for all, each an item of its own.
CREATE FUNCTION vekha.part_head(agent_organisation integer, now timestamptz)
RETURNS TABLE (item integer, lines text)
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
SET datestyle = 'ISO, YMD'
AS $$
    SELECT (row_number() OVER (ORDER BY h.section, h.ord))::integer, h.line
    FROM (
        SELECT 1 AS section, 0::bigint AS ord, vekha.line('centre', y.first_year::text, y.last_year::text) AS line
        FROM vekha.catalogue_years() y
        UNION ALL
        SELECT 2, 0, vekha.line('agent', agent_organisation::text)
        UNION ALL
        SELECT 3, p.id, vekha.line('project', p.id::text, p.code, p.name, p.name_en)
        FROM vekha.catalogue_projects(now) p
        UNION ALL
        SELECT 4, i.id, vekha.line('indicator', i.id::text, i.code, i.name, i.name_en, i.project, i.kind::text, i.direction::text,
                                   i.unit, i.unit_en, i.whole::text, i.counting::text, i.step_months::text, i.method)
        FROM vekha.catalogue_indicators(now) i
        UNION ALL
        SELECT 5, b.ord, vekha.line('book', b.line)
        FROM vekha.duty_book(NULL) WITH ORDINALITY b(line, ord)
    ) h
$$;
COMMENT ON FUNCTION vekha.part_head(integer, timestamptz) IS 'The lines of a part that are the same for all organisations.';

-- An organisation's own line (item 0) and those of its series (item: the indicator).
CREATE FUNCTION vekha.part_of(organisation integer, now timestamptz)
RETURNS TABLE (item integer, lines text)
LANGUAGE plpgsql STABLE
SET search_path = vekha, pg_temp
SET datestyle = 'ISO, YMD'
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    day date := vekha.today_of(organisation, part_of.now, NULL);
    first_period integer := (extract(year FROM day)::integer - 1) * 1000;
    after_period integer := (extract(year FROM day)::integer + 1) * 1000;
BEGIN
    RETURN QUERY
    SELECT 0, vekha.line('organisation', o.id::text, o.code, v.name, v.name_en, v.kind::text, v.parent::text,
                         extract(epoch FROM (part_of.now AT TIME ZONE v.time_zone) - (part_of.now AT TIME ZONE 'UTC'))::integer::text,
                         v.opened::text, v.closed::text)
    FROM vekha.organisation o
    JOIN vekha.organisation_version v
        ON v.organisation = o.id AND v.superseded_at = 'infinity' AND v.valid_from <= day AND day < v.valid_to
    WHERE o.id = part_of.organisation;

    RETURN QUERY
    WITH told AS MATERIALIZED ( -- what is owed, and the answers that were given
        SELECT r.ord, r.line, max(r.ord) FILTER (WHERE r.line LIKE E'series\t%') OVER (ORDER BY r.ord) AS series_at
        FROM vekha.reporting_input(ARRAY[part_of.organisation], part_of.now, NULL, NULL) WITH ORDINALITY r(line, ord)
    ), owed AS MATERIALIZED (
        SELECT split_part(s.line, E'\t', 2)::integer AS indicator, t.ord, t.line
        FROM told s
        JOIN told t ON t.series_at = s.ord
        WHERE s.line LIKE E'series\t%'
    ), figure AS MATERIALIZED (
        SELECT f.*, row_number() OVER (PARTITION BY f.indicator ORDER BY f.as_of DESC, f.period DESC) AS age
        FROM vekha.figure f
        WHERE f.organisation = part_of.organisation AND f.period >= first_period AND f.period < after_period
          AND f.state <> 'withdrawn'
    ), series AS MATERIALIZED (
        SELECT l.indicator FROM vekha.plan l
        WHERE l.organisation = part_of.organisation AND l.superseded_at = 'infinity' AND l.valid_from <= day
        UNION
        SELECT w.indicator FROM owed w
        UNION
        SELECT f.indicator FROM figure f
    ), planned AS MATERIALIZED (
        SELECT p.* FROM series s
        CROSS JOIN LATERAL vekha.plan_for(part_of.organisation, s.indicator, day, NULL) p
    )
    SELECT l.indicator, string_agg(l.line, E'\n' ORDER BY l.section, l.place)
    FROM (
        SELECT s.indicator, 1 AS section, 0::bigint AS place,
               vekha.line('series', part_of.organisation::text, s.indicator::text,
                          EXISTS (SELECT FROM owed w WHERE w.indicator = s.indicator)::text) AS line
        FROM series s
        UNION ALL
        SELECT p.indicator, 2, 0,
               vekha.line('plan', p.id::text, p.version::text, p.basis, p.starts::text, p.ends::text, p.shape::text, p.base::text,
                          p.base_on::text, p.base_method, p.target::text, p.of_value::text, p.due_from::text, p.due_to::text,
                          p.due_precision::text, p.event::text, p.valid_from::text)
        FROM planned p
        UNION ALL
        SELECT p.indicator, 3, t.at - date '1900-01-01', vekha.line('point', t.at::text, t.value::text)
        FROM planned p JOIN vekha.plan_point t ON t.plan = p.id
        UNION ALL
        SELECT p.indicator, 4, k.month, vekha.line('knot', k.month::text, k.share::text)
        FROM planned p JOIN vekha.plan_knot k ON k.plan = p.id
        UNION ALL
        SELECT p.indicator, 5, t.first - date '1900-01-01', vekha.line('term', t.first::text, t.last::text)
        FROM planned p JOIN vekha.plan_term t ON t.plan = p.id
        UNION ALL
        SELECT f.indicator, 6, f.age, vekha.line('figure', f.period::text, f.as_of::text, f.state::text, f.value::text,
                                                 f.of_value::text, f.expected::text, f.method)
        FROM figure f
        WHERE f.age <= 3
        UNION ALL
        SELECT w.indicator, 7, w.ord, w.line
        FROM owed w
        WHERE w.line LIKE E'answer\t%'
    ) l
    GROUP BY l.indicator
    ORDER BY l.indicator;
END
$$;
COMMENT ON FUNCTION vekha.part_of(integer, timestamptz) IS
    'An organisation and its series as lines: plan, last figures, answers to what is owed.';

-- Groups of lines after (owner, item), until there are max_bytes of them: a page of the part of the agent of an organisation.
CREATE FUNCTION vekha.part_page(agent_organisation integer, after_owner integer, after_item integer, now timestamptz, max_bytes integer)
RETURNS TABLE (owner integer, item integer, lines text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    bytes integer := 0;
    body integer;
    grp record;
BEGIN
    IF after_owner = 0 THEN
        FOR grp IN
            SELECT h.item, h.lines FROM vekha.part_head(agent_organisation, part_page.now) h WHERE h.item > after_item ORDER BY h.item
        LOOP
            owner := 0;
            item := grp.item;
            lines := grp.lines;
            RETURN NEXT;
            bytes := bytes + octet_length(lines);
            IF bytes > max_bytes THEN
                RETURN;
            END IF;
        END LOOP;
    END IF;
    FOR body IN
        SELECT * FROM vekha.branch_after(agent_organisation, greatest(after_owner, 1), (part_page.now AT TIME ZONE 'UTC')::date)
    LOOP
        FOR grp IN
            SELECT p.item, p.lines FROM vekha.part_of(body, part_page.now) p
            WHERE body > after_owner OR p.item > after_item
            ORDER BY p.item
        LOOP
            owner := body;
            item := grp.item;
            lines := grp.lines;
            RETURN NEXT;
            bytes := bytes + octet_length(lines);
        END LOOP;
        IF bytes > max_bytes THEN
            RETURN;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vekha.part_page(integer, integer, integer, timestamptz, integer) IS
    'A page of the part of the catalogue that an agent needs: groups of lines after (owner, item).';

REVOKE ALL ON FUNCTION vekha.branch_after, vekha.part_head, vekha.part_of, vekha.part_page FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.part_page TO vekha_daemon;

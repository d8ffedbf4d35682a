-- A limit is looked at only where there is something that it limits.
--
-- Before, a figure of an indicator that limits another queued that other one of the same organisation, whether or not it has a plan or a
-- figure there: a verdict on nothing was written, which no rebuilding would write.

CREATE OR REPLACE FUNCTION vekha.queue_dependents(organisations integer[], indicators integer[], at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = vekha, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    deepest CONSTANT smallint := 100; -- before any sum
    queued integer;
BEGIN
    INSERT INTO vekha.follower (organisation, indicator, depth, queued_at)
    SELECT d.organisation, d.indicator, deepest, at
    FROM (
        SELECT p.organisation, p.indicator
        FROM unnest(organisations, indicators) s(organisation, indicator)
        JOIN vekha.plan_predecessor b ON b.organisation = s.organisation AND b.indicator = s.indicator
        JOIN vekha.plan p ON p.id = b.plan AND p.superseded_at = 'infinity'
        UNION
        SELECT s.organisation, iv.indicator
        FROM vekha.indicator_version iv
        JOIN unnest(organisations, indicators) s(organisation, indicator) ON s.indicator = ANY (iv.at_most)
        JOIN vekha.assessment a ON a.organisation = s.organisation AND a.indicator = iv.indicator
        WHERE iv.at_most <> '{}' AND iv.superseded_at = 'infinity' AND iv.valid_to = 'infinity'
    ) d;
    GET DIAGNOSTICS queued = ROW_COUNT;
    RETURN queued;
END
$$;

-- The verdicts on nothing that are there.
DELETE FROM vekha.assessment a
WHERE a.plan IS NULL AND a.course IS NULL
  AND EXISTS (SELECT FROM vekha.indicator_version iv WHERE iv.indicator = a.indicator AND iv.at_most <> '{}')
  AND NOT EXISTS (SELECT FROM vekha.plan p WHERE p.organisation = a.organisation AND p.indicator = a.indicator)
  AND NOT EXISTS (SELECT FROM vekha.figure f WHERE f.organisation = a.organisation AND f.indicator = a.indicator);

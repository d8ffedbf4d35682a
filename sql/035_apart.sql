-- Two who assess different organisations do not wait for each other.
--
-- Before, a lock was one of 1 024 that all organisations shared: of two rounds of 20 schools every third waited for the other, and one that
-- makes the sums of 200 towns waited for all.  Locks are in two ranks now, taken in this order, each rank ascending, so that nobody deadlocks:
--
--     2, organisation % 1024     shared with others by whoever locks few organisations; alone by whoever locks many
--     9, organisation            alone, by whoever locks few
--
-- so that who locks all organisations of a country still holds 1 024 locks at most, and who locks few 512.
CREATE OR REPLACE FUNCTION vekha.lock_series(organisations integer[])
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = vekha, pg_temp
AS $$
DECLARE
    few CONSTANT integer := 256;
    all_of_them integer[] := ARRAY(SELECT DISTINCT o FROM unnest(organisations) o WHERE o IS NOT NULL ORDER BY 1);
    key integer;
BEGIN
    FOR key IN SELECT DISTINCT o % 1024 FROM unnest(all_of_them) o ORDER BY 1 LOOP
        IF cardinality(all_of_them) <= few THEN
            PERFORM pg_advisory_xact_lock_shared(2, key);
        ELSE
            PERFORM pg_advisory_xact_lock(2, key);
        END IF;
    END LOOP;
    IF cardinality(all_of_them) <= few THEN
        FOREACH key IN ARRAY all_of_them LOOP
            PERFORM pg_advisory_xact_lock(9, key);
        END LOOP;
    END IF;
END
$$;

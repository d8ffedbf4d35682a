-- How much waits for assessment, for who watches the daemon.

-- Submissions and series that wait, each counted up to a limit: what it costs does not grow with the backlog.
CREATE FUNCTION vekha.backlog(up_to integer, OUT submissions bigint, OUT series bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = vekha, pg_temp
SET enable_seqscan = off
AS $$
    SELECT (SELECT count(*) FROM (SELECT FROM vekha.submission s WHERE s.pending LIMIT up_to) p),
           (SELECT count(*) FROM (SELECT FROM vekha.reassessment LIMIT up_to) r)
           + (SELECT count(*) FROM (SELECT FROM vekha.follower LIMIT up_to) f)
           + (SELECT count(*) FROM (SELECT FROM vekha.reporting_queue LIMIT up_to) q)
$$;

COMMENT ON FUNCTION vekha.backlog(integer) IS 'Submissions and series that wait for assessment, each counted up to a limit.';

REVOKE ALL ON FUNCTION vekha.backlog FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vekha.backlog TO vekha_daemon;

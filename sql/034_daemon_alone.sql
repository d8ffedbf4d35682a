-- What comes in says of itself who sent it and by which door, and ingest() believes it: so it is the daemon's alone, which knows.  What an
-- administrator brings in goes through the inbox (026_inbox.sql), which records under whose name.

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'vekha'::regnamespace AND p.proname = 'ingest' LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM vekha_admin', f);
    END LOOP;
END
$$;

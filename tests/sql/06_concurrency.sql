-- Two sessions at once.  What they write is committed, so it goes to the second database, which only this file uses.
\c vekha_again
SELECT plan(38);
\ir include/fixture.psql

CREATE FUNCTION pg_temp.remote(name text, command text) RETURNS text LANGUAGE sql AS
    $$ SELECT string_agg(r.line, ';') FROM dblink($1, $2) r(line text) $$;

-- The text of a call of ingest for one figure, to be sent elsewhere.
CREATE FUNCTION pg_temp.call(n integer, composed timestamptz, value numeric, org integer, bytes text DEFAULT 'x') RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT outcome || coalesce('' '' || verdicts[1], '''') FROM vekha.ingest(''2020-10-05Z'', ARRAY[%1$L::uuid], ''{1}'', '
                  '''{wire}'', ''{NULL}'', ARRAY[%2$L::timestamptz], ARRAY[sha256(%5$L)], ''{1}'', ''{0}'', ''{%4$s}'', ''{2020009}'', '
                  '''{1}'', ''{2020-09-30}'', ''{value}'', ''{%3$s}'', ''{NULL}'', ''{NULL}'', ''{NULL}'', ''{NULL}'', ''{0}'', ''{NULL}'')',
                  pg_temp.id(n), composed, value, org, bytes)
$$;

-- Whether a session waits for a lock, when it had time to.  The condition is looked at until it holds.
CREATE PROCEDURE pg_temp.wait_until_blocked(name text) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 2000 LOOP
        EXIT WHEN EXISTS (SELECT FROM pg_stat_activity a WHERE a.application_name = name AND a.wait_event_type = 'Lock');
        PERFORM pg_sleep(0.005);
        PERFORM pg_stat_clear_snapshot();
    END LOOP;
END
$$;

SELECT is(dblink_connect(name, format('host=%s dbname=%s user=%s application_name=%s options=-cstatement_timeout=10s', current_setting('unix_socket_directories'),
                                      current_database(), current_user, name)), 'OK', 'session ' || name)
FROM (VALUES ('one'), ('two')) s(name);

-- --- the same key: the second waits, then judges by what the first wrote ---
SELECT dblink_exec('one', 'BEGIN');
SELECT is(pg_temp.remote('one', pg_temp.call(9001, '2020-10-01 09:00Z', 1, 64001)), 'stored 100', 'one stores');
SELECT is(dblink_send_query('two', pg_temp.call(9002, '2020-10-01 10:00Z', 2, 64001)), 1, 'two sends another version');
CALL pg_temp.wait_until_blocked('two');
SELECT is(dblink_is_busy('two'), 1, 'and waits');
SELECT dblink_exec('one', 'COMMIT');
SELECT is((SELECT line FROM dblink_get_result('two') r(line text)), 'stored 400', 'then replaces what it could not see before');
SELECT is_empty($$SELECT * FROM dblink_get_result('two') r(line text)$$, 'and is done');
SELECT results_eq('SELECT value::numeric FROM vekha.figure WHERE organisation = 64001', 'VALUES (2::numeric)', 'the later is in force');
SELECT results_eq('SELECT value::numeric FROM vekha.figure_history WHERE organisation = 64001', 'VALUES (1::numeric)', 'none is lost');

-- --- other organisations do not wait ---
SELECT dblink_exec('one', 'BEGIN');
SELECT is(pg_temp.remote('one', pg_temp.call(9003, '2020-10-01 09:00Z', 1, 64002)), 'stored 100', 'one holds an organisation');
SELECT is(pg_temp.remote('two', pg_temp.call(9004, '2020-10-01 09:00Z', 1, 64003)), 'stored 100', 'two stores for another');
SELECT dblink_exec('one', 'ROLLBACK');

-- --- the same submission over two connections, for which no lock of an organisation helps ---
SELECT dblink_exec('one', 'BEGIN');
SELECT is(pg_temp.remote('one', pg_temp.call(9005, '2020-10-01 09:00Z', 1, 64004)), 'stored 100', 'one stores a submission');
SELECT dblink_send_query('two', pg_temp.call(9005, '2020-10-01 09:00Z', 1, 64005, 'altered'));
CALL pg_temp.wait_until_blocked('two');
SELECT dblink_exec('one', 'COMMIT');
SELECT throws_ok($$SELECT * FROM dblink_get_result('two') r(line text)$$, '40001', NULL, 'two is told to try again');
SELECT * FROM dblink_get_result('two', false) r(line text);
SELECT is(pg_temp.remote('two', pg_temp.call(9005, '2020-10-01 09:00Z', 1, 64005, 'altered')), 'altered', 'and is answered then');
SELECT is(pg_temp.remote('two', pg_temp.call(9005, '2020-10-01 09:00Z', 1, 64004)), 'repeat 100', 'as is a repeat');
SELECT is_empty('SELECT FROM vekha.figure WHERE organisation = 64005', 'nothing of the altered one is stored');

-- --- a transaction that could not see what was committed while it waited ---
SELECT dblink_exec('one', 'BEGIN ISOLATION LEVEL REPEATABLE READ');
SELECT throws_ok(format('SELECT pg_temp.remote(''one'', %L)', pg_temp.call(9006, '2020-10-01Z', 1, 64006)), '25000', NULL,
                 'ingest refuses a snapshot of the past');
SELECT dblink_exec('one', 'ROLLBACK');

-- --- known_at ends before the oldest open write ---
CREATE FUNCTION pg_temp.settled(now timestamptz) RETURNS timestamptz LANGUAGE sql AS $$ SELECT vekha.settled_until(now) $$;
SELECT is(pg_temp.settled('2020-10-09Z'), '2020-10-09Z'::timestamptz - interval '2 s', 'all but the last seconds is settled');
SELECT dblink_exec('one', 'BEGIN');
SELECT is(pg_temp.remote('one', pg_temp.call(9007, '2020-10-01Z', 1, 64007)), 'stored 100', 'one writes, for October 5th');
SELECT is(pg_temp.settled('2020-10-09Z'), '2020-10-05Z'::timestamptz - interval '1 us', 'and nothing later is settled');
SELECT dblink_exec('one', 'ROLLBACK');
SELECT is(pg_temp.settled('2020-10-09Z'), '2020-10-09Z'::timestamptz - interval '2 s', 'until it has ended');

-- --- claims ---
SELECT dblink_exec('one', 'BEGIN');
SELECT is(pg_temp.remote('one', 'SELECT id::text FROM vekha.claim_pending(1)'), pg_temp.id(9001)::text, 'one claims the oldest');
SELECT is(pg_temp.remote('two', 'SELECT id::text FROM vekha.claim_pending(1)'), pg_temp.id(9002)::text, 'two claims the next');
SELECT is(pg_temp.remote('one', format('SELECT vekha.finish_pending(ARRAY[%L::uuid])::text', pg_temp.id(9001))), '1', 'one is done');
SELECT dblink_exec('one', 'ROLLBACK');
SELECT is(pg_temp.remote('two', 'SELECT id::text FROM vekha.claim_pending(1)'), pg_temp.id(9001)::text,
          'what dies half way is claimed again');

-- --- whoever assesses an organisation is alone ---
SELECT dblink_exec('one', 'BEGIN');
SELECT is(pg_temp.remote('one', $$SELECT vekha.lock_series('{7,3,7}')::text$$), '', 'one locks');
SELECT dblink_send_query('two', $$SELECT vekha.lock_series('{3}')::text$$);
CALL pg_temp.wait_until_blocked('two');
SELECT is(dblink_is_busy('two'), 1, 'two waits');
SELECT dblink_exec('one', 'COMMIT');
SELECT is((SELECT count(*) FROM dblink_get_result('two') r(line text)), 1::bigint, 'until one is done');
SELECT count(*) FROM dblink_get_result('two') r(line text);

SELECT dblink_exec('one', 'BEGIN');
SELECT is(pg_temp.remote('one', $$SELECT vekha.lock_series('{3}')::text$$), '', 'one locks');
SELECT is(pg_temp.remote('two', $$SELECT vekha.lock_series('{1027}')::text$$), '', 'two waits for no other organisation, though their bucket is the same');
SELECT dblink_send_query('two', $$SELECT vekha.lock_series(array_agg(o)) FROM generate_series(1000, 1300) o$$);
CALL pg_temp.wait_until_blocked('two');
SELECT is(dblink_is_busy('two'), 1, 'who locks many waits for who locks few of the same buckets');
SELECT dblink_exec('one', 'COMMIT');
SELECT is((SELECT count(*) FROM dblink_get_result('two') r(line text)), 1::bigint, 'until one is done');
SELECT count(*) FROM dblink_get_result('two') r(line text);

SELECT dblink_exec('one', 'BEGIN');
SELECT is(pg_temp.remote('one', $$SELECT vekha.lock_series(array_agg(o))::text FROM generate_series(1, 40000) o$$), '', 'one locks a whole country');
SELECT cmp_ok((SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), '<=', 1024::bigint, 'by no more locks than there are buckets');
SELECT dblink_send_query('two', $$SELECT vekha.lock_series('{3}')::text$$);
CALL pg_temp.wait_until_blocked('two');
SELECT is(dblink_is_busy('two'), 1, 'who locks few waits for who locks many');
SELECT dblink_exec('one', 'COMMIT');
SELECT is((SELECT count(*) FROM dblink_get_result('two') r(line text)), 1::bigint, 'until one is done');
SELECT count(*) FROM dblink_get_result('two') r(line text);

-- --- partitions made by two at once ---
SELECT dblink_exec('one', 'BEGIN');
SELECT is(pg_temp.remote('one', 'SELECT vekha.ensure_partitions(2040, 2041)::text'), '6', 'one makes partitions');
SELECT dblink_send_query('two', 'SELECT vekha.ensure_partitions(2040, 2042)::text');
CALL pg_temp.wait_until_blocked('two');
SELECT dblink_exec('one', 'COMMIT');
SELECT is((SELECT line FROM dblink_get_result('two') r(line text)), '3', 'two makes those that are missing then');

SELECT dblink_disconnect(name) FROM (VALUES ('one'), ('two')) s(name);
SELECT * FROM finish();

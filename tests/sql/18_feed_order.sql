-- The feed under two sessions at once.  What they write is committed, so it goes to the second database.
\c vekha_again
SELECT plan(11);
\ir include/fixture.psql
CREATE FUNCTION pg_temp.remote(name text, command text) RETURNS text LANGUAGE sql AS
    $$ SELECT string_agg(r.line, ';') FROM dblink($1, $2) r(line text) $$;
CREATE PROCEDURE pg_temp.wait_until_blocked(name text) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 2000 LOOP
        EXIT WHEN EXISTS (SELECT FROM pg_stat_activity a WHERE a.application_name = name AND a.wait_event_type = 'Lock');
        PERFORM pg_sleep(0.005);
        PERFORM pg_stat_clear_snapshot();
    END LOOP;
END
$$;
CREATE FUNCTION pg_temp.write(n text) RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO vekha.alert_transition (alert, at, event, to_level, explanation_ru, explanation_en) '
                  'SELECT min(id), ''2020-10-01Z'', ''step_%s'', ''info'', ''x'', ''x'' FROM vekha.alert RETURNING id::text', n)
$$;
CREATE FUNCTION pg_temp.events() RETURNS text LANGUAGE sql AS
    $$ SELECT string_agg(r.event, ' ' ORDER BY r.position) FROM vekha.read_feed(0, 100, NULL) r $$;
INSERT INTO vekha.alert (kind, organisation, level, opened_at, changed_at)
VALUES ('silent', pg_temp.org('school-3'), 'info', '2020-10-01Z', '2020-10-01Z');

SELECT is(dblink_connect(name, format('host=%s dbname=%s user=%s application_name=%s options=-cstatement_timeout=10s', current_setting('unix_socket_directories'),
                                      current_database(), current_user, name)), 'OK', 'session ' || name)
FROM (VALUES ('feed_one'), ('feed_two')) s(name);

-- --- two writers: the later id is committed first ---
SELECT dblink_exec('feed_one', 'BEGIN');
CREATE TEMP TABLE wrote AS SELECT pg_temp.remote('feed_one', pg_temp.write('a'))::bigint AS one;
SELECT cmp_ok(pg_temp.remote('feed_two', pg_temp.write('b'))::bigint, '>', (SELECT one FROM wrote), 'two takes the later id and commits first');
SELECT results_eq('SELECT * FROM vekha.place_feed(10)', 'VALUES (1, 1::bigint)', 'what is committed is placed');
SELECT is(pg_temp.events(), 'step_b', 'and read');
SELECT dblink_exec('feed_one', 'COMMIT');
SELECT results_eq('SELECT * FROM vekha.place_feed(10)', 'VALUES (1, 2::bigint)', 'the other comes behind it');
SELECT is(pg_temp.events(), 'step_b step_a', 'so nobody who has read the first misses it');

-- --- two who place at once ---
SELECT pg_temp.remote('feed_one', pg_temp.write('c'));
SELECT dblink_exec('feed_one', 'BEGIN');
SELECT is(pg_temp.remote('feed_one', 'SELECT newest::text FROM vekha.place_feed(10)'), '3', 'one places');
SELECT pg_temp.remote('feed_two', pg_temp.write('d'));
SELECT dblink_send_query('feed_two', 'SELECT placed || '' '' || newest FROM vekha.place_feed(10)');
CALL pg_temp.wait_until_blocked('feed_two');
SELECT is(pg_temp.events(), 'step_b step_a', 'nobody sees a position before all below it are committed');
SELECT dblink_exec('feed_one', 'COMMIT');
SELECT is((SELECT line FROM dblink_get_result('feed_two') r(line text)), '1 4', 'two waits and goes on behind it');
SELECT is(pg_temp.events(), 'step_b step_a step_c step_d', 'each has its place once');
SELECT dblink_disconnect(name) FROM (VALUES ('feed_one'), ('feed_two')) s(name);
SELECT * FROM finish();

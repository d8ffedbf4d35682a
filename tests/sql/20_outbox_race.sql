-- The two messages that a third waits for end at the same moment.  What is written is committed, so it goes to the second database.
\c vekha_again
SELECT plan(6);
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
CREATE TEMP TABLE m AS
WITH posted AS (
    INSERT INTO vekha.outbox (channel, recipient, message_id, thread_id, subject, body, created_at, next_attempt_at, waits)
    SELECT 'order', 'r', format('<order.%s@h>', n), '<t@h>', 's', 'b', '2020-10-03Z', '2020-10-03Z', n = 3 FROM generate_series(1, 3) n
    RETURNING id
) SELECT array_agg(id ORDER BY id) AS ids FROM posted;
INSERT INTO vekha.outbox_order SELECT ids[n], ids[3] FROM m, generate_series(1, 2) n;
SELECT is(dblink_connect(name, format('host=%s dbname=%s user=%s application_name=%s options=-cstatement_timeout=10s', current_setting('unix_socket_directories'),
                                      current_database(), current_user, name)), 'OK', 'session ' || name)
FROM (VALUES ('order_one'), ('order_two')) s(name);
SELECT dblink_exec('order_one', 'BEGIN');
SELECT is(pg_temp.remote('order_one', format('SELECT vekha.outbox_sent(%s, ''2020-10-03Z'')::text', ids[1])), 'true', 'one is delivered, not yet committed') FROM m;
SELECT dblink_send_query('order_two', format('SELECT vekha.outbox_sent(%s, ''2020-10-03Z'')::text', ids[2])) FROM m;
CALL pg_temp.wait_until_blocked('order_two');
SELECT ok((SELECT waits FROM vekha.outbox o, m WHERE o.id = ids[3]), 'the third waits');
SELECT dblink_exec('order_one', 'COMMIT');
SELECT is((SELECT string_agg(line, ';') FROM dblink_get_result('order_two') r(line text)), 'true', 'the other is delivered after it');
SELECT ok(NOT (SELECT waits FROM vekha.outbox o, m WHERE o.id = ids[3]), 'and the third waits no longer');
DELETE FROM vekha.outbox WHERE channel = 'order';
SELECT dblink_disconnect(name) FROM (VALUES ('order_one'), ('order_two')) s(name);
SELECT * FROM finish();

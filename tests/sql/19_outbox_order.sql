-- What is told of one alert reaches a receiver in its order, whatever is tried again; and a claim costs the same however much waits.
BEGIN;
SELECT plan(21);
\ir include/fixture.psql
SELECT vekha.put_organisation('school-4', 'Школа № 4', NULL, 'school', 'uo', 'Asia/Krasnoyarsk', NULL, NULL, NULL, NULL, '2020-01-01 00:00Z');
DELETE FROM vekha.reassessment;
DELETE FROM vekha.reporting_queue;
DELETE FROM vekha.follower;
CREATE FUNCTION pg_temp.route(code text, recipient text) RETURNS text LANGUAGE sql AS $$
    SELECT vekha.put_route(code, 'uo', '{}', '{lag}', 'lagging', 'hook', recipient, 'ru', 'at_once', '00:00', '24:00', '{1,2,3,4,5,6,7}', NULL,
                           NULL, NULL, NULL, NULL, '2020-02-01Z')
$$;
CREATE FUNCTION pg_temp.move(org text, level vekha.alert_level, at timestamptz) RETURNS integer LANGUAGE sql AS $$
    SELECT w.mentions FROM vekha.write_transitions(at, ARRAY[pg_temp.org(org)], ARRAY[pg_temp.ind('consultations')], '{lag}',
        ARRAY[CASE WHEN level IS NULL THEN 'closes' ELSE 'opens' END], ARRAY[level], ARRAY[pg_temp.id(1)], '{2020-09-30}', '{lagging}', '{130}',
        '{150}', '{NULL}', '{0}', '{x}', '{x}', '{NULL}', '{1}', '{centre}', '{ru}', '{s}', '{b}') w
$$;
CREATE FUNCTION pg_temp.post(at timestamptz, at_once integer DEFAULT 3) RETURNS integer LANGUAGE sql AS $$
    SELECT vekha.post_messages(at, 'h', array_agg(d.ids::text), array_agg(d.digest), array_agg('s'::text), array_agg('b'::text))
    FROM vekha.due_mentions(at, at_once, 6) d WHERE d.ids IS NOT NULL
$$;
-- What is claimed: "a s3 opens", or how many steps a digest has.
CREATE FUNCTION pg_temp.claim(at timestamptz) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT c.recipient || ' ' || CASE WHEN c.message_id LIKE '<digest%' THEN 'digest of ' || jsonb_array_length(c.facts->'steps')
                                      ELSE (c.facts->'steps'->0->>'org') || ' ' || (c.facts->'steps'->0->>'event') END
    FROM vekha.claim_outbox(at, 'hook', 10, '1 minute') c ORDER BY 1
$$;
CREATE FUNCTION pg_temp.message(who text, which integer) RETURNS bigint LANGUAGE sql AS $$
    SELECT o.id FROM vekha.outbox o WHERE o.recipient = who ORDER BY o.id OFFSET which - 1 LIMIT 1
$$;
SELECT pg_temp.route('a', 'a');
SELECT pg_temp.route('b', 'b');

-- --- a letter waits for the one before it ---
SELECT pg_temp.move('school-3', 'lagging', '2020-10-01 00:00Z');
SELECT is(pg_temp.post('2020-10-01 00:00Z'), 2, 'an alert opens');
SELECT pg_temp.move('school-3', NULL, '2020-10-01 00:01Z');
SELECT is(pg_temp.post('2020-10-01 00:01Z'), 2, 'and closes, before anybody took that');
SELECT results_eq($$SELECT * FROM pg_temp.claim('2020-10-01 00:01Z')$$, $$VALUES ('a school-3 opens'), ('b school-3 opens')$$, 'what comes first is claimed');
SELECT vekha.outbox_failed(pg_temp.message('a', 1), '2020-10-01 00:01Z', '2020-10-01 00:05Z', 'later', false);
SELECT ok(vekha.outbox_sent(pg_temp.message('b', 1), '2020-10-01 00:01Z'), 'one of them is delivered');
SELECT results_eq($$SELECT * FROM pg_temp.claim('2020-10-01 00:02Z')$$, $$VALUES ('b school-3 closes')$$, 'then the next comes, but not to the other');
SELECT results_eq($$SELECT * FROM pg_temp.claim('2020-10-01 00:05Z')$$, $$VALUES ('a school-3 opens'), ('b school-3 closes')$$,
                  'to whom the first comes again');
SELECT ok(vekha.outbox_failed(pg_temp.message('a', 1), '2020-10-01 00:05Z', NULL, 'never', true), 'until it is given up');
SELECT results_eq($$SELECT * FROM pg_temp.claim('2020-10-01 00:05Z')$$, $$VALUES ('a school-3 closes')$$, 'which the next does not suffer for');
SELECT is((SELECT count(*) FROM vekha.outbox_order), 0::bigint, 'nothing of it is kept');
SELECT ok(NOT vekha.outbox_sent(pg_temp.message('b', 1), '2020-10-01 00:06Z'), 'delivered once');
UPDATE vekha.outbox SET sent_at = '2020-10-01 00:07Z', dead_at = NULL WHERE sent_at IS NULL;

-- --- a digest waits for all that it goes on from ---
SELECT pg_temp.move(o, 'lagging', '2020-10-02 00:00Z') FROM unnest('{school-3,school-4}'::text[]) o;
SELECT pg_temp.post('2020-10-02 00:00Z');
SELECT pg_temp.move(o, NULL, '2020-10-02 00:01Z') FROM unnest('{school-3,school-4}'::text[]) o;
SELECT is(pg_temp.post('2020-10-02 00:01Z', at_once => 1), 2, 'two alerts close in one digest');
SELECT results_eq($$SELECT * FROM pg_temp.claim('2020-10-02 00:01Z') c WHERE c LIKE 'a%'$$, $$VALUES ('a school-3 opens'), ('a school-4 opens')$$,
                  'which waits for both letters');
SELECT vekha.outbox_sent(pg_temp.message('a', 3), '2020-10-02 00:01:30Z');
SELECT is_empty($$SELECT * FROM pg_temp.claim('2020-10-02 00:01:30Z') c WHERE c LIKE 'a%'$$, 'for one');
SELECT vekha.outbox_sent(pg_temp.message('a', 4), '2020-10-02 00:02Z');
SELECT results_eq($$SELECT * FROM pg_temp.claim('2020-10-02 00:02Z') c WHERE c LIKE 'a%'$$, $$VALUES ('a digest of 2')$$, 'and the other');
SELECT pg_temp.move('school-3', 'lagging', '2020-10-02 02:00Z');
SELECT pg_temp.post('2020-10-02 02:00Z');
SELECT results_eq($$SELECT * FROM pg_temp.claim('2020-10-02 02:00Z') c WHERE c LIKE 'a%'$$, $$VALUES ('a digest of 2'), ('a school-3 opens')$$,
                  'another alert waits for nobody');
SELECT pg_temp.move('school-3', NULL, '2020-10-02 02:01Z');
SELECT pg_temp.post('2020-10-02 02:01Z');
SELECT results_eq($$SELECT before, after FROM vekha.outbox_order WHERE after = pg_temp.message('a', 7)$$,
                  $$SELECT pg_temp.message('a', 6), pg_temp.message('a', 7)$$, 'and its end for itself alone');
SELECT is((SELECT count(*) FROM vekha.outbox_order WHERE after <= before), 0::bigint, 'nothing waits for what comes later');

-- --- what it costs ---
UPDATE vekha.mention SET outbox = NULL;
DELETE FROM vekha.outbox;
INSERT INTO vekha.outbox (channel, recipient, message_id, thread_id, subject, body, created_at, next_attempt_at, waits)
SELECT 'hook', 'r' || n % 1000, format('<%s@h>', n), '<t@h>', 's', 'b', '2020-10-03Z', '2020-10-03Z', n % 1000 <> 0
FROM generate_series(1, 100000) n;
ANALYZE vekha.outbox;
CREATE FUNCTION pg_temp.cost(query text) RETURNS TABLE (index_used text, blocks bigint) LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT json) ' || query INTO plan;
    RETURN QUERY SELECT jsonb_path_query_first(plan, '$.**."Index Name"') #>> '{}',
                        (plan->0->'Plan'->>'Shared Hit Blocks')::bigint + (plan->0->'Plan'->>'Shared Read Blocks')::bigint;
END
$$;
SELECT results_eq($$SELECT index_used, blocks < 100 FROM pg_temp.cost($q$
    SELECT q.id FROM vekha.outbox q
    WHERE q.channel = 'hook' AND q.sent_at IS NULL AND q.dead_at IS NULL AND NOT q.waits AND q.next_attempt_at <= '2020-10-04Z'
      AND (q.leased_until IS NULL OR q.leased_until <= '2020-10-04Z')
    ORDER BY q.next_attempt_at, q.id LIMIT 8 FOR UPDATE SKIP LOCKED$q$)$$,
    $$VALUES ('outbox_due', true)$$, 'of a hundred thousand, those that wait are not even looked at');
SELECT is((SELECT blocks < 400 FROM pg_temp.cost($$SELECT * FROM vekha.claim_outbox('2020-10-04Z', 'hook', 8, '1 minute')$$)), true, 'nor in a claim');
INSERT INTO vekha.outbox_order SELECT o.id, o.id + 1 FROM vekha.outbox o WHERE o.message_id ~ '^<(1000|[1-9]0000)@';
SELECT is((SELECT blocks < 400 FROM pg_temp.cost($$SELECT vekha.outbox_sent(o.id, '2020-10-04Z') FROM vekha.outbox o
                                                   WHERE o.message_id = '<1000@h>'$$)), true, 'nor by what is delivered');
SELECT is((SELECT waits FROM vekha.outbox WHERE message_id = '<1001@h>'), false, 'which lets the next go');

SELECT * FROM finish();
ROLLBACK;

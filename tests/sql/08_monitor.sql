-- The monitor's functions: queues, assessments, alerts and messages.  Claims of two daemons at once are in 06_concurrency.
BEGIN;
SELECT plan(59);
\ir include/fixture.psql
CREATE TEMP TABLE key AS SELECT pg_temp.org('school-3') AS org, pg_temp.ind('consultations') AS ind, pg_temp.org('uo') AS above;

-- --- pending ---
SELECT is(pg_temp.send(1, '2020-10-01Z', 130), 'stored 100', 'a figure');
SELECT is(pg_temp.send(2, '2020-10-02Z', 130), 'stored 300', 'confirmed');
SELECT is(pg_temp.send(3, '2020-10-03Z', 140, received => '2020-10-05 00:01Z'), 'stored 400', 'and replaced');
SELECT results_eq('SELECT id, agent, series FROM vekha.claim_pending(10)',
                  'SELECT pg_temp.id(n), 1, ARRAY[org, ind] FROM key, unnest(ARRAY[1, 3]) n', 'what changed something, oldest first');
SELECT results_eq('SELECT corrects FROM vekha.claim_pending(10)', 'VALUES (false), (true)', 'and whether it may have replaced something');
SELECT is((SELECT count(*) FROM vekha.claim_pending(1)), 1::bigint, 'as many as wanted');
SELECT is(vekha.finish_pending(ARRAY[pg_temp.id(1), pg_temp.id(2), pg_temp.id(3)]), 2, 'they are done');
SELECT is(vekha.finish_pending(ARRAY[pg_temp.id(1)]), 0, 'once');
SELECT is_empty('SELECT * FROM vekha.claim_pending(10)', 'nothing is left');

SELECT results_eq('SELECT submissions, series FROM vekha.backlog(10)', 'SELECT 0::bigint, count(*) FROM vekha.reassessment', 'what waits is counted');
SELECT results_eq('SELECT submissions, series FROM vekha.backlog(0)', 'VALUES (0::bigint, 0::bigint)', 'up to a limit');

-- --- what was corrected ---
CREATE FUNCTION pg_temp.corrections(n integer) RETURNS TABLE (what text) LANGUAGE sql AS $$
    SELECT concat_ws(' ', period, old_state, old_value, new_state, new_value, author, sender, sender_en)
    FROM key, vekha.corrections(ARRAY[pg_temp.id(n)], ARRAY[org], ARRAY[ind])
$$;
SELECT vekha.enrol_agent('uo', repeat('u', 40), '2020-02-01Z') AS agent \gset
UPDATE vekha.submission SET agent = :agent WHERE id = pg_temp.id(3);
SELECT is_empty('SELECT * FROM pg_temp.corrections(1)', 'the first figure corrects nothing');
SELECT is_empty('SELECT * FROM pg_temp.corrections(2)', 'nor does the same again');
SELECT results_eq('SELECT * FROM pg_temp.corrections(3)',
                  $$VALUES ('2020009 value 130 value 140 Секретарь Управление образования Education department')$$,
                  'what it was, what it is, and who says so');

-- --- the catalogue changed ---
SELECT results_eq('SELECT * FROM vekha.claim_reassessment(10)', 'SELECT org, ind FROM key', 'a new plan is to be assessed');
SELECT is_empty('SELECT * FROM vekha.claim_reassessment(10)', 'once');

-- --- assessments ---
CREATE FUNCTION pg_temp.assess(status vekha.status, fact numeric, reassess_on date, at timestamptz, ind text DEFAULT 'consultations')
RETURNS integer LANGUAGE sql AS $$
    SELECT vekha.write_assessments(at, ARRAY[pg_temp.org('school-3')], ARRAY[pg_temp.ind(ind)], ARRAY[status], '{2020-09-30}', ARRAY[fact],
        '{NULL}', '{NULL}', '{200}', '{150}', '{20}', '{0.8667}', '{0.8667}', '{23.33}', '{14.44}', '{174.7}', '{17.1}', '{0.0740}',
        ARRAY[(SELECT max(id) FROM vekha.plan)], '{0}', '{Отстаёт}', '{Lagging}', ARRAY[reassess_on])
$$;
SELECT is(pg_temp.assess('lagging', 130, '2020-10-11', '2020-10-05Z'), 1, 'an assessment is written');
SELECT is(pg_temp.assess('lagging', 130, '2020-10-11', '2020-10-06Z'), 0, 'the same again is not');
SELECT is(pg_temp.assess('lagging', 131, '2020-10-11', '2020-10-07Z'), 1, 'another is');
SELECT results_eq('SELECT fact, rule_set_version, assessed_at FROM vekha.assessment',
                  $$VALUES (131::numeric, NULL::integer, '2020-10-07Z'::timestamptz)$$, 'and stands; rules 0 are the defaults');
SELECT is(pg_temp.assess('no_plan', 1, NULL, '2020-10-07Z', 'devices'), 1, 'time changes nothing here');
SELECT is_empty($$SELECT * FROM vekha.claim_due('2020-10-10 16:59:59Z', 10)$$, 'before midnight there nothing is due');
SELECT is_empty($$SELECT * FROM vekha.claim_due('2020-10-10 17:00Z', 0)$$, 'no more than wanted');
SELECT results_eq($$SELECT * FROM vekha.claim_due('2020-10-10 17:00Z', 10)$$, 'SELECT org, ind FROM key', 'from midnight there on it is');
SELECT lives_ok($$SELECT vekha.lock_series('{3,1,NULL,1025}')$$, 'organisations are locked');

-- --- alerts ---
SELECT vekha.put_route('head', 'uo', '{}', '{lag}', 'lagging', 'email', 'head@uo.example', 'ru', 'at_once', '00:00', '24:00',
                       '{1,2,3,4,5,6,7}', NULL, NULL, NULL, NULL, NULL, '2020-02-01Z');
CREATE FUNCTION pg_temp.move(event text, to_level vekha.alert_level, at timestamptz, status vekha.status DEFAULT 'lagging')
RETURNS TABLE (ord integer, alert bigint, transition bigint, mentions integer) LANGUAGE sql AS $$
    SELECT * FROM vekha.write_transitions(at, ARRAY[pg_temp.org('school-3')], ARRAY[pg_temp.ind('consultations')], '{lag}',
        ARRAY[event], ARRAY[to_level], ARRAY[pg_temp.id(3)], '{2020-09-30}', ARRAY[status], '{130}', '{150}',
        ARRAY[(SELECT max(id) FROM vekha.plan)], '{0}', '{Отстаёт}', '{Lagging}', '{NULL}', '{1,1,1}', '{centre,centre,own}', '{ru,en,ru}',
        ARRAY['Веха {alert}: отстаёт', 'Lags', 'Свои'], ARRAY['vekhactl ack {alert}', 'b', 'b'])
$$;
SELECT results_eq($$SELECT ord, mentions FROM pg_temp.move('opens', 'at_risk', '2020-10-05Z', 'at_risk')$$, 'VALUES (1, 0)', 'an alert opens in silence');
CREATE TEMP TABLE opened AS SELECT id FROM vekha.alert;
SELECT results_eq($$SELECT alert, kind, level, opened_at FROM key, vekha.open_alerts(ARRAY[org, above], ARRAY[ind, ind])$$,
                  $$SELECT id, 'lag'::vekha.alert_kind, 'at_risk'::vekha.alert_level, '2020-10-05Z'::timestamptz FROM opened$$, 'and is open');
SELECT is_empty($$SELECT * FROM pg_temp.move('opens', 'at_risk', '2020-10-06Z')$$, 'the same level again is nothing');
SELECT results_eq($$SELECT alert, mentions FROM pg_temp.move('rises', 'lagging', '2020-10-07Z', 'lagging')$$, 'SELECT id, 1 FROM opened',
                  'it rises and people are to hear of it');
SELECT results_eq($$SELECT from_level, to_level, event, at FROM vekha.alert_transition ORDER BY id$$,
    $$VALUES (NULL::vekha.alert_level, 'at_risk'::vekha.alert_level, 'opens', '2020-10-05Z'::timestamptz),
             ('at_risk', 'lagging', 'rises', '2020-10-07Z')$$, 'each step is kept');
SELECT results_eq($$SELECT audience, language, subject, body FROM vekha.letter$$,
    $$SELECT 'centre'::vekha.audience, 'ru', format('Веха %s: отстаёт', id), format('vekhactl ack %s', id) FROM opened$$,
    'and the letter that somebody is to get, with the alert''s number in it');
SELECT is((SELECT count(*) FROM pg_temp.move('closes', NULL, '2020-11-01Z', 'on_track')), 1::bigint, 'it closes');
SELECT is_empty($$SELECT * FROM pg_temp.move('closes', NULL, '2020-11-02Z', 'on_track')$$, 'once');
SELECT is_empty('SELECT * FROM key, vekha.open_alerts(ARRAY[org], ARRAY[ind])', 'and is not open');
SELECT results_eq('SELECT level, closed_at FROM vekha.alert', $$VALUES ('lagging'::vekha.alert_level, '2020-11-01Z'::timestamptz)$$, 'its last level is kept');
SELECT is((SELECT count(*) FROM pg_temp.move('opens', 'lagging', '2020-11-03Z')), 1::bigint, 'a new lag');
SELECT isnt((SELECT max(id) FROM vekha.alert), (SELECT id FROM opened), 'is a new alert');
SELECT throws_ok('UPDATE vekha.alert_transition SET event = event', '23001', NULL, 'steps are not changed');
SELECT throws_ok($$
    INSERT INTO vekha.alert (kind, organisation, indicator, level, opened_at, changed_at)
    SELECT 'lag', org, ind, 'lagging', '2020-11-03Z', '2020-11-03Z' FROM key
$$, '23505', NULL, 'one open alert for one thing');

-- --- what people do ---
SELECT ok(vekha.acknowledge((SELECT max(id) FROM vekha.alert), 'Дополнительный приём', '2020-12-01', '2020-11-04Z') > 0, 'taken in hand');
SELECT throws_ok(format($$SELECT vekha.acknowledge(%s, 'x', '2020-12-01', '2020-11-04Z')$$, id), 'P0002', NULL, 'a closed alert is not') FROM opened;
SELECT ok(vekha.silence('school-3', 'consultations', '2020-11-10', 'Карантин', '2020-11-05 00:00Z') > 0, 'silenced');
SELECT ok(vekha.silence('school-3', NULL, '2021-12-31', 'Ремонт', '2020-11-11Z') > 0, 'the whole school is silenced');
SELECT ok((SELECT vekha.is_silenced(org, ind, '2020-11-12Z') FROM key), 'so are its series');
SELECT ok(vekha.silence('school-3', NULL, '2020-11-01', 'Ремонт окончен', '2020-11-12Z') > 0, 'and no more');
SELECT ok((SELECT NOT vekha.is_silenced(org, ind, '2020-11-12Z') FROM key), 'from then on');
SELECT is((SELECT string_agg(DISTINCT by_whom, ',') FROM vekha.action), session_user::text, 'who did it is kept');

-- --- all over again ---
SELECT is(vekha.rebuild_assessments('2020-11-20Z'), 2, 'all series are queued');
SELECT results_eq('SELECT count(*) FROM vekha.assessment', 'VALUES (0::bigint)', 'and no assessment is left');

-- --- the outbox ---
INSERT INTO vekha.outbox (transition, channel, recipient, message_id, thread_id, subject, body, created_at, next_attempt_at)
SELECT (SELECT max(id) FROM vekha.alert_transition), 'email', r, r, r, 's', 'b', '2020-10-07Z', '2020-10-07Z'
FROM unnest(ARRAY['head@uo.example', 'deputy@uo.example']) r;
SELECT is_empty($$SELECT * FROM vekha.claim_outbox('2020-10-06Z', 'email', 10, '1 minute')$$, 'not before its time');
CREATE TEMP TABLE leased AS SELECT * FROM vekha.claim_outbox('2020-10-07 00:00Z', 'email', 10, '1 minute');
SELECT results_eq('SELECT attempts, count(*) FROM leased GROUP BY 1', 'VALUES (1, 2::bigint)', 'messages are leased');
SELECT is_empty($$SELECT * FROM vekha.claim_outbox('2020-10-07 00:00:59Z', 'email', 10, '1 minute')$$, 'to one sender');
SELECT is((SELECT count(*) FROM vekha.claim_outbox('2020-10-07 00:01Z', 'email', 10, '1 minute')), 2::bigint, 'until the lease is over');
SELECT results_eq($$
    SELECT vekha.outbox_sent(min(id), '2020-10-07 00:01Z'), vekha.outbox_sent(min(id), '2020-10-07 00:01Z'),
           vekha.outbox_failed(max(id), '2020-10-07 00:01Z', '2020-10-07 01:00Z', 'no route', false),
           vekha.outbox_failed(min(id), '2020-10-07 00:01Z', '2020-10-07 01:00Z', 'late', true)
    FROM leased
$$, 'VALUES (true, false, true, false)', 'sent once; failed');
SELECT results_eq($$
    SELECT (SELECT count(*) FROM vekha.claim_outbox('2020-10-07 00:59Z', 'email', 10, '1 minute')),
           (SELECT count(*) FROM vekha.claim_outbox('2020-10-07 01:00Z', 'email', 10, '1 minute')),
           (SELECT vekha.outbox_failed(max(id), '2020-10-07 01:00Z', NULL, 'no such user', true) FROM leased),
           (SELECT count(*) FROM vekha.claim_outbox('2021-10-07 01:00Z', 'email', 10, '1 minute')),
           (SELECT vekha.outbox_retry(max(id), '2021-10-07Z') FROM leased),
           (SELECT count(*) FROM vekha.claim_outbox('2021-10-07Z', 'email', 10, '1 minute'))
$$, 'VALUES (0::bigint, 1::bigint, true, 0::bigint, true, 1::bigint)', 'again later, then given up, then given another life');

-- --- claims take no more than they are asked for, though the planner takes the tables for empty ---
DELETE FROM vekha.reassessment;
DELETE FROM vekha.outbox;
DELETE FROM vekha.reporting_queue;
DELETE FROM vekha.follower;
ANALYZE vekha.reassessment, vekha.outbox, vekha.reporting_queue, vekha.follower;
DISCARD PLANS;
INSERT INTO vekha.organisation (code) SELECT 'o' || i FROM generate_series(1, 50) i;
CREATE TEMP TABLE many AS SELECT id AS org, (SELECT ind FROM key) AS ind FROM vekha.organisation WHERE code LIKE 'o__';
INSERT INTO vekha.reassessment SELECT org, ind, '2020-11-04Z' FROM many;
INSERT INTO vekha.reporting_queue SELECT org, '2020-11-04Z' FROM many;
INSERT INTO vekha.follower (organisation, indicator, depth, queued_at) SELECT org, ind, 2, '2020-11-04Z' FROM many;
INSERT INTO vekha.outbox (transition, channel, recipient, message_id, thread_id, subject, body, created_at, next_attempt_at)
SELECT (SELECT max(id) FROM vekha.alert_transition), 'email', org || '@uo.example', org, org, 's', 'b', '2020-11-04Z', '2020-11-04Z'
FROM many;
SELECT is((SELECT count(*) FROM vekha.claim_outbox('2020-11-05Z', 'email', 8, '1 minute')), 8::bigint, 'of letters');
SELECT is((SELECT count(*) FROM vekha.claim_reassessment(8)), 8::bigint, 'of series');
SELECT is((SELECT count(*) FROM vekha.claim_reporting(NULL, 8)), 8::bigint, 'of organisations that report');
SELECT is((SELECT count(*) FROM vekha.claim_followers(8)), 8::bigint, 'of sums');

SELECT * FROM finish();
ROLLBACK;

-- Who hears of what, when: routes, mentions, calm, what comes back.  Moments are UTC; the organisations live in Krasnoyarsk, seven hours
-- ahead.
BEGIN;
SELECT plan(56);
\ir include/fixture.psql
SELECT vekha.put_organisation('school-4', 'Школа № 4', 'School 4', 'school', 'uo', 'Asia/Krasnoyarsk', NULL, NULL, 'office@s4.example', NULL,
                              '2020-01-01 00:00Z');
SELECT vekha.put_project('digital', 'Цифровая среда', NULL, NULL, NULL, NULL, '2020-01-01 00:00Z');
SELECT vekha.put_workdays('ru', '{2020-11-04,2020-11-07}', '{false,true}', '2020-01-01 00:00Z');
DELETE FROM vekha.reassessment;
DELETE FROM vekha.reporting_queue;
DELETE FROM vekha.follower;

-- A route to head@ at once, all day, unless said otherwise.
CREATE FUNCTION pg_temp.route(code text, org text DEFAULT 'uo', projects text[] DEFAULT '{}', kinds vekha.alert_kind[] DEFAULT '{lag}',
                              level vekha.alert_level DEFAULT 'lagging', recipient text DEFAULT 'head@uo.example', pace vekha.pace DEFAULT 'at_once',
                              opens time DEFAULT '00:00', closes time DEFAULT '24:00', days smallint[] DEFAULT '{1,2,3,4,5,6,7}',
                              workdays text DEFAULT NULL, first date[] DEFAULT NULL, last date[] DEFAULT NULL, remind integer DEFAULT NULL,
                              unanswered integer DEFAULT NULL, channel text DEFAULT 'email', at timestamptz DEFAULT '2020-02-01Z')
RETURNS text LANGUAGE sql AS $$
    SELECT vekha.put_route(code, org, projects, kinds, level, channel, recipient, 'ru', pace, opens, closes, days, workdays, first, last, remind,
                           unanswered, at)
$$;
CREATE FUNCTION pg_temp.opens(code text, at timestamptz) RETURNS timestamptz LANGUAGE sql AS $$
    SELECT vekha.route_tells(v, at) FROM vekha.route r JOIN vekha.route_version v ON v.route = r.id AND v.superseded_at = 'infinity'
    WHERE r.code = $1
$$;
CREATE FUNCTION pg_temp.move(org text, ind text, level vekha.alert_level, at timestamptz, kind vekha.alert_kind DEFAULT 'lag', submission uuid DEFAULT pg_temp.id(1))
RETURNS integer LANGUAGE sql AS $$
    SELECT coalesce((SELECT w.mentions FROM vekha.write_transitions(at, ARRAY[pg_temp.org(org)], ARRAY[pg_temp.ind(ind)], ARRAY[kind],
        '{moves}', ARRAY[level], ARRAY[submission], '{2020-09-30}', '{lagging}', '{130}', '{150}', '{NULL}', '{0}', ARRAY[org || ' отстаёт'],
        ARRAY[org || ' lags'], '{NULL}', '{1,1}', '{centre,own}', '{ru,ru}', ARRAY[org || ' {alert}', 'own'], ARRAY['b', 'b']) w), -1)
$$;
-- What is due then: "letter head@… school-3/consultations step", a digest with how many; and posts it.
CREATE FUNCTION pg_temp.compose(at timestamptz) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    d record;
BEGIN
    CREATE TEMP TABLE due AS SELECT * FROM vekha.due_mentions(at, 3, 6);
    PERFORM vekha.post_messages(at, 'centre.example', array_agg(ids::text), array_agg(digest), array_agg('s'::text), array_agg('b'::text))
    FROM due WHERE ids IS NOT NULL;
    FOR d IN SELECT * FROM due ORDER BY message LOOP
        CONTINUE WHEN d.ids IS NULL;
        RETURN NEXT CASE WHEN d.digest THEN format('digest %s %s of %s', d.recipient, d.closed_total, d.total)
                         ELSE format('letter %s %s %s', d.recipient, concat_ws('/', d.organisation_code, d.indicator_code), d.reason) END;
    END LOOP;
    DROP TABLE due;
END
$$;

-- --- hours and days ---
SELECT is(pg_temp.route('a'), 'created', 'a route');
SELECT is(pg_temp.route('a'), 'same', 'the same again');
SELECT is(pg_temp.opens('a', '2020-10-05 20:00Z'), '2020-10-05 20:00Z', 'at once is at once');
SELECT is(pg_temp.route('a', opens => '08:00', closes => '18:00'), 'changed', 'with office hours');
SELECT is(pg_temp.opens('a', '2020-10-05 03:00Z'), '2020-10-05 03:00Z', 'within them at once');
SELECT is(pg_temp.opens('a', '2020-10-05 10:59Z'), '2020-10-05 10:59Z', 'to the last minute');
SELECT is(pg_temp.opens('a', '2020-10-05 11:00Z'), '2020-10-06 01:00Z', 'then the next morning');
SELECT is(pg_temp.opens('a', '2020-10-05 00:59Z'), '2020-10-05 01:00Z', 'or this one');
SELECT pg_temp.route('a', opens => '08:00', closes => '18:00', days => '{1,2,3,4,5}');
SELECT is(pg_temp.opens('a', '2020-10-09 12:00Z'), '2020-10-12 01:00Z', 'from Friday evening on Monday');
SELECT pg_temp.route('a', workdays => 'ru');
SELECT is(pg_temp.opens('a', '2020-11-03 17:00Z'), '2020-11-04 17:00Z', 'not on a holiday');
SELECT is(pg_temp.opens('a', '2020-11-07 05:00Z'), '2020-11-07 05:00Z', 'but on a Saturday that is worked');
SELECT pg_temp.route('a', first => '{2020-10-26}', last => '{2020-11-04}');
SELECT is(pg_temp.opens('a', '2020-10-25 17:00Z'), '2020-11-04 17:00Z', 'not in the school holidays');
SELECT pg_temp.route('a', pace => 'daily');
SELECT is(pg_temp.opens('a', '2020-10-05 00:59Z'), '2020-10-05 01:00Z', 'a daily digest comes at eight');
SELECT is(pg_temp.opens('a', '2020-10-05 01:00:01Z'), '2020-10-06 01:00Z', 'what is later comes the next day');
SELECT pg_temp.route('a', pace => 'weekly');
SELECT is(pg_temp.opens('a', '2020-10-05 00:59Z'), '2020-10-05 01:00Z', 'a weekly one on Monday');
SELECT is(pg_temp.opens('a', '2020-10-05 02:00Z'), '2020-10-12 01:00Z', 'or the next');
SELECT ok(vekha.drop_route('a', '2020-02-02Z'), 'a route that leads nowhere any more');
SELECT ok(NOT vekha.drop_route('a', '2020-02-03Z'), 'once');

-- --- who hears ---
SELECT is(pg_temp.move('school-3', 'consultations', 'lagging', '2020-10-01 00:00Z'), 0, 'without a route nobody');
SELECT is(pg_temp.move('school-3', 'consultations', NULL, '2020-10-01 00:01Z'), 0, 'hears');
SELECT pg_temp.route('head');
SELECT pg_temp.route('digital', projects => '{digital}', recipient => 'digital@uo.example');
SELECT pg_temp.route('four', org => 'school-4', recipient => 'four@uo.example', level => 'at_risk');
SELECT pg_temp.route('own', recipient => 'own', kinds => '{lag,overdue}', level => 'info');
SELECT pg_temp.route('chief', recipient => 'chief@uo.example', unanswered => 5);
SELECT results_eq($$SELECT code, verdict, recipient FROM vekha.route_test('school-3', 'consultations', 'lag', 'lagging', '2020-10-05Z')$$,
    $$VALUES ('chief', 'unanswered', 'chief@uo.example'), ('digital', 'project', 'digital@uo.example'), ('four', 'organisation', 'four@uo.example'),
             ('head', 'tells', 'head@uo.example'), ('own', 'address', 'own')$$, 'each route says whether it tells, or why not');
SELECT results_eq($$SELECT code, verdict, recipient FROM vekha.route_test('school-4', 'consultations', 'lag', 'at_risk', '2020-10-05Z')
                    WHERE verdict <> 'project'$$,
    $$VALUES ('chief', 'level', 'chief@uo.example'), ('four', 'tells', 'four@uo.example'), ('head', 'level', 'head@uo.example'),
             ('own', 'tells', 'office@s4.example')$$, 'of another school and a lower level');
SELECT is(pg_temp.move('school-4', 'consultations', 'at_risk', '2020-10-05 00:00Z'), 2, 'as many hear of a risk');
SELECT is(pg_temp.move('school-4', 'consultations', 'lagging', '2020-10-05 00:01Z'), 3, 'and of a lag');

-- --- letters, and what is over before it is told ---
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-05 00:02Z')$$,
    $$VALUES ('letter four@uo.example school-4/consultations step'), ('letter head@uo.example school-4/consultations step'),
             ('letter office@s4.example school-4/consultations step')$$, 'a letter each, about the last step');
SELECT is_empty($$SELECT * FROM pg_temp.compose('2020-10-05 00:03Z')$$, 'once');
SELECT is((SELECT count(*) FROM vekha.mention WHERE dropped_at IS NOT NULL), 2::bigint, 'what a later step made needless was dropped');
SELECT results_eq($$SELECT DISTINCT message_id = thread_id, transition IS NULL, facts->'steps'->0->>'org' FROM vekha.outbox$$,
                  $$VALUES (true, false, 'school-4')$$, 'each begins a thread, and has its facts');
SELECT pg_temp.move('school-4', 'consultations', NULL, '2020-10-06 00:00Z');
SELECT is((SELECT count(*) FROM pg_temp.compose('2020-10-06 00:01Z')), 3::bigint, 'the end is told');
SELECT is((SELECT count(DISTINCT thread_id) FROM vekha.outbox WHERE recipient = 'head@uo.example'), 1::bigint, 'in the same thread');
SELECT pg_temp.move('school-3', 'consultations', 'lagging', '2020-10-06 01:00Z');
SELECT pg_temp.move('school-3', 'consultations', NULL, '2020-10-06 01:01Z');
SELECT is_empty($$SELECT * FROM pg_temp.compose('2020-10-06 01:02Z')$$, 'what is over before it was told is not told');

-- --- silences, silent schools, sums ---
SELECT vekha.silence('school-3', 'consultations', '2020-10-10', 'Карантин', '2020-10-07 00:00Z');
SELECT pg_temp.move('school-3', 'consultations', 'lagging', '2020-10-07 01:00Z');
SELECT is_empty($$SELECT * FROM pg_temp.compose('2020-10-10 16:59Z')$$, 'while silenced nobody is told');
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-10 17:00Z')$$, $$VALUES ('letter head@uo.example school-3/consultations step')$$,
                  'afterwards, as it still lags');
SELECT pg_temp.route('silent', kinds => '{silent}');
SELECT pg_temp.move('school-4', NULL, 'lagging', '2020-10-11 00:00Z', 'silent');
SELECT pg_temp.move('school-4', 'consultations', 'lagging', '2020-10-11 00:00Z');
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-11 00:01Z') c WHERE c LIKE '%head@%'$$, $$VALUES ('letter head@uo.example school-4 step')$$,
                  'a school that is silent does not also lag');
SELECT pg_temp.move('school-4', NULL, NULL, '2020-10-11 01:00Z', 'silent');
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-11 01:02Z') c WHERE c LIKE '%head@%'$$,
    $$VALUES ('letter head@uo.example school-4/consultations step'), ('letter head@uo.example school-4 step')$$, 'until it reports');
UPDATE vekha.indicator_version SET rolled = '{department}' WHERE indicator = pg_temp.ind('coverage');
SELECT pg_temp.move('uo', 'coverage', 'lagging', '2020-10-12 00:00Z');
SELECT pg_temp.move('school-3', 'coverage', 'lagging', '2020-10-12 00:00Z');
SELECT pg_temp.move('school-4', 'coverage', 'lagging', '2020-10-12 00:00Z');
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-12 00:01Z') c WHERE c LIKE '%head@%'$$, $$VALUES ('letter head@uo.example uo/coverage step')$$,
                  'the lag of a town stands for its schools');
SELECT pg_temp.move('uo', 'coverage', NULL, '2020-10-12 02:00Z');
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-12 02:02Z') c WHERE c LIKE '%head@%'$$,
    $$VALUES ('letter head@uo.example school-3/coverage step'), ('letter head@uo.example school-4/coverage step'),
             ('letter head@uo.example uo/coverage step')$$, 'until it is over, and they still lag');

-- --- calm ---
SELECT pg_temp.move(o, i, NULL, '2020-10-20 00:00Z') FROM unnest('{uo,school-3,school-4}'::text[]) o, unnest('{consultations,coverage}'::text[]) i;
SELECT count(*) FROM pg_temp.compose('2020-10-20 00:01Z');
SELECT pg_temp.move(o, i, 'lagging', '2020-10-21 00:00Z') FROM unnest('{school-3,school-4}'::text[]) o, unnest('{consultations,devices}'::text[]) i;
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-21 00:01Z') c WHERE c LIKE '%head@%'$$, $$VALUES ('digest head@uo.example 0 of 4')$$,
                  'many at a time make a digest');
SELECT results_eq($$SELECT transition, message_id = thread_id, jsonb_array_length(facts->'steps') FROM vekha.outbox
                    WHERE recipient = 'head@uo.example' ORDER BY id DESC LIMIT 1$$, 'VALUES (NULL::bigint, true, 4)', 'one message for all');
SELECT pg_temp.move(o, i, NULL, '2020-10-21 00:05Z') FROM unnest('{school-3,school-4}'::text[]) o, unnest('{consultations,devices}'::text[]) i;
SELECT is_empty($$SELECT * FROM pg_temp.compose('2020-10-21 00:06Z') c WHERE c LIKE '%head@%'$$, 'the next within the hour waits');
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-21 01:01Z') c WHERE c LIKE '%head@%'$$, $$VALUES ('digest head@uo.example 4 of 4')$$, 'and comes');
SELECT pg_temp.move('school-3', 'consultations', 'lagging', '2020-10-22 00:00:00Z', submission => NULL);
SELECT is_empty($$SELECT * FROM pg_temp.compose('2020-10-22 00:00:01Z')$$, 'what no figure led to may be the beginning of a wave');
SELECT ok(vekha.mentions_wait('2020-10-22 00:00:01Z'), 'it waits');
SELECT is((SELECT count(*) FROM pg_temp.compose('2020-10-22 00:00:03Z')), 1::bigint, 'until all is quiet');
SELECT ok(NOT vekha.mentions_wait('2020-10-22 00:00:03Z'), 'then nothing does');
INSERT INTO vekha.reassessment SELECT pg_temp.org('school-4'), pg_temp.ind('devices'), '2020-10-22Z';
SELECT pg_temp.move('school-4', 'consultations', 'lagging', '2020-10-22 00:01:00Z', submission => NULL);
SELECT is_empty($$SELECT * FROM pg_temp.compose('2020-10-22 00:15:59Z')$$, 'while more is to be assessed it waits');
SELECT is((SELECT count(*) FROM pg_temp.compose('2020-10-22 00:16:00Z')), 3::bigint, 'but not for ever');
DELETE FROM vekha.reassessment;

-- --- in hand, reminders, escalation ---
CREATE FUNCTION pg_temp.alert(org text) RETURNS bigint LANGUAGE sql AS $$
    SELECT a.id FROM vekha.alert a WHERE a.organisation = pg_temp.org($1) AND a.closed_at IS NULL
$$;
SELECT pg_temp.route('head', remind => 7);
SELECT is(vekha.look_after('2020-10-22 16:59Z', 10), 0, 'alerts are looked after at midnight');
SELECT is(vekha.look_after('2020-10-22 17:00Z', 10), 2, 'there');
SELECT vekha.acknowledge(pg_temp.alert('school-4'), 'Две группы', '2020-10-30', '2020-10-23Z');
SELECT is(vekha.look_after('2020-10-28 17:00Z', 10), 2, 'a week later');
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-28 17:01Z')$$,
    $$VALUES ('letter chief@uo.example school-3/consultations escalation')$$, 'what nobody took in hand is passed on');
SELECT vekha.look_after('2020-10-29 17:00Z', 10);
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-29 17:01Z')$$,
    $$VALUES ('letter head@uo.example school-3/consultations reminder')$$, 'and those who heard are reminded after a week');
SELECT vekha.look_after('2020-10-30 17:00Z', 10);
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-30 17:01Z')$$,
    $$VALUES ('letter four@uo.example school-4/consultations step'), ('letter head@uo.example school-4/consultations step'),
             ('letter office@s4.example school-4/consultations step')$$,
    'what was in hand comes back when its time is over');
SELECT results_eq($$SELECT event, from_level, to_level FROM vekha.alert_transition WHERE alert = pg_temp.alert('school-4') ORDER BY id DESC LIMIT 1$$,
    $$VALUES ('returns', 'lagging'::vekha.alert_level, 'lagging'::vekha.alert_level)$$, 'which is a step');
SELECT vekha.look_after('2020-10-31 17:00Z', 10);
SELECT is_empty($$SELECT * FROM pg_temp.compose('2020-10-31 17:01Z')$$, 'once');
SELECT vekha.look_after('2020-11-05 17:00Z', 10);
SELECT vekha.acknowledge(pg_temp.alert('school-3'), 'Приём по субботам', '2020-12-30', '2020-11-05 17:00Z');
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-11-05 17:01Z')$$, $$VALUES ('letter chief@uo.example school-4/consultations escalation')$$,
                  'who answers meanwhile is not reminded');

SELECT * FROM finish();
ROLLBACK;

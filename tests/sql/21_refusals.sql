-- Who hears of what was not taken of a submission, when, and how calmly.
BEGIN;
SELECT plan(22);
\ir include/fixture.psql
SELECT vekha.put_organisation('school-4', 'Школа № 4', 'School 4', 'school', 'uo', 'Asia/Krasnoyarsk', NULL, NULL, 'office@s4.example', NULL,
                              '2020-01-01 00:00Z');
SELECT vekha.enrol_agent('school-4', repeat('k', 40), '2020-01-01 00:00Z');
CREATE FUNCTION pg_temp.agent() RETURNS integer LANGUAGE sql AS
    $$ SELECT a.id FROM vekha.agent a WHERE a.organisation = pg_temp.org('school-4') $$;
CREATE FUNCTION pg_temp.route(code text, recipient text, org text DEFAULT 'uo', kinds vekha.alert_kind[] DEFAULT '{refusal}', pace vekha.pace DEFAULT 'at_once',
                              projects text[] DEFAULT '{}', unanswered integer DEFAULT NULL, language text DEFAULT 'ru') RETURNS text LANGUAGE sql AS $$
    SELECT vekha.put_route(code, org, projects, kinds, 'lagging', 'email', recipient, language, pace, '00:00', '24:00', '{1,2,3,4,5,6,7}', NULL,
                           NULL, NULL, NULL, unanswered, '2020-02-01Z')
$$;
-- A submission of which one figure was rejected, for a reason.
CREATE FUNCTION pg_temp.refuse(n integer, at timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.send(n, at, -1, org => pg_temp.org('school-4'), verdict => 616, txt => 'причина ' || n, received => at, agent => pg_temp.agent())
$$;
-- What is due then, each with its refusals and first reason; and posts it.
CREATE FUNCTION pg_temp.compose(at timestamptz) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE due AS SELECT d.*, row_number() OVER () AS place FROM vekha.due_refusals(at, 3, 6) d;
    PERFORM vekha.post_refusals(at, 'h', array_agg(ids::text), array_agg(digest), array_agg('s'::text), array_agg('b'::text))
    FROM due WHERE ids IS NOT NULL;
    RETURN QUERY SELECT concat_ws(' ', CASE WHEN digest THEN 'digest of ' || total ELSE 'letter' END, language, organisation_name, refused || '/' || lines, line, why)
                 FROM due WHERE ids IS NOT NULL ORDER BY place;
    DROP TABLE due;
END
$$;

-- --- who hears ---
SELECT is(pg_temp.refuse(1, '2020-10-01 00:00Z'), 'stored 616', 'a figure is rejected');
SELECT is(pg_temp.send(2, '2020-10-01 00:00Z', 10, agent => pg_temp.agent()), 'stored 100', 'another is taken');
SELECT is(vekha.note_refusals('2020-10-01 00:00Z', 10), 1, 'the first is looked at');
SELECT is(vekha.note_refusals('2020-10-01 00:00Z', 10), 0, 'once');
SELECT is((SELECT count(*) FROM vekha.refusal), 0::bigint, 'without a route nobody hears');
SELECT pg_temp.route('own', 'own');
SELECT pg_temp.route('head', 'head@uo.example', kinds => '{lag,refusal}', pace => 'daily', language => 'en');
SELECT pg_temp.route('other', 'other@uo.example', org => 'school-3');
SELECT pg_temp.route('lags', 'lags@uo.example', kinds => '{lag,overdue,silent}');
SELECT pg_temp.route('families', 'families@uo.example', projects => '{family}');
SELECT pg_temp.route('chief', 'chief@uo.example', unanswered => 3);
SELECT pg_temp.route('again', 'office@s4.example');
SELECT pg_temp.refuse(3, '2020-10-01 00:10Z');
SELECT is(vekha.note_refusals('2020-10-01 00:10Z', 10), 1, 'what comes now');
SELECT results_eq($$SELECT recipient, due_at FROM vekha.refusal ORDER BY recipient$$,
    $$VALUES ('head@uo.example', '2020-10-01 01:00Z'::timestamptz), ('office@s4.example', '2020-10-01 00:10Z')$$, 'each hears once, by the route that says so');
SELECT is(pg_temp.refuse(3, '2020-10-01 00:11Z'), 'repeat 616', 'a repeat');
SELECT is(vekha.note_refusals('2020-10-01 00:11Z', 10), 0, 'is no news');
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-01 00:11Z')$$, $$VALUES ('letter ru Школа № 4 1/1 1 причина 3')$$, 'a letter says what and why');
SELECT is_empty($$SELECT * FROM pg_temp.compose('2020-10-01 00:12Z')$$, 'once');
SELECT results_eq($$SELECT message_id ~ '^<refusal[.][0-9]+@h>$', thread_id = message_id, digest, facts->'refusals'->0->>'org', facts->'refusals'->0->'reasons'
                    FROM vekha.outbox$$,
    $$VALUES (true, true, false, 'school-4', '[{"line": 1, "text": "причина 3"}]'::jsonb)$$, 'as a message of its own');

-- --- calm ---
SELECT pg_temp.refuse(n, '2020-10-01 00:20Z') FROM generate_series(4, 7) n;
SELECT is(vekha.note_refusals('2020-10-01 00:20Z', 3), 3, 'a number of them at a time');
SELECT is(vekha.note_refusals('2020-10-01 00:20Z', 3), 1, 'and the rest');
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-01 00:20Z')$$, $$VALUES ('digest of 4 ru Школа № 4 1/1 1 причина 4')$$, 'many make a digest');
SELECT pg_temp.refuse(n, '2020-10-01 00:30Z') FROM generate_series(8, 11) n;
SELECT vekha.note_refusals('2020-10-01 00:30Z', 10);
SELECT is_empty($$SELECT * FROM pg_temp.compose('2020-10-01 00:30Z')$$, 'the next within the hour waits');
SELECT is((SELECT count(*) FROM pg_temp.compose('2020-10-01 01:19Z') c WHERE c LIKE '% ru %'), 0::bigint, 'to its end');
SELECT results_eq($$SELECT * FROM pg_temp.compose('2020-10-01 01:20Z')$$, $$VALUES ('digest of 4 ru Школа № 4 1/1 1 причина 8')$$, 'and comes');
SELECT results_eq($$SELECT digest, (facts->>'more')::integer, jsonb_array_length(facts->'refusals') FROM vekha.outbox
                    WHERE recipient = 'head@uo.example'$$, $$VALUES (true, 0, 9)$$, 'who wants a digest a day has one');
SELECT results_eq($$SELECT * FROM vekha.told_lately('email', 'office@s4.example', '2020-10-01 01:20Z')$$,
    $$VALUES (0::bigint, '2020-10-01 01:20Z'::timestamptz)$$, 'letters and digests of the last hour');
SELECT is((SELECT letters FROM vekha.told_lately('email', 'office@s4.example', '2020-10-01 00:40Z')), 1::bigint, 'of whatever kind');

-- --- what it costs ---
SELECT ok((SELECT bool_and(pg_get_expr(i.indpred, i.indrelid) LIKE '%refusals_noted%') FROM pg_index i
           WHERE i.indexrelid = 'vekha.submission_refused'::regclass), 'the index has only what is to be looked at');
SELECT * FROM finish();
ROLLBACK;

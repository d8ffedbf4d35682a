-- The short way of ingest, for what is all new, ends as the long way would: also where it turns out late that something stood.
BEGIN;
SELECT plan(14);
\ir include/fixture.psql

-- Sends a group: of each line its submission, place, month of 2020, value and verdict.  Answers "ord outcome verdicts".
CREATE FUNCTION pg_temp.post(ns integer[], s integer[], l integer[], months integer[], vals numeric[], verdicts integer[],
                             received timestamptz DEFAULT '2020-10-05 00:00Z', bytes text DEFAULT 'bytes')
RETURNS SETOF text LANGUAGE sql VOLATILE AS $$
    SELECT concat_ws(' ', r.ord, r.outcome, r.verdicts)
    FROM vekha.ingest(received, ARRAY(SELECT pg_temp.id(n) FROM unnest(ns) n), array_fill(1, ARRAY[cardinality(ns)]),
                      array_fill('wire'::vekha.door, ARRAY[cardinality(ns)]), '{}',
                      array_fill(received - interval '1 hour', ARRAY[cardinality(ns)]),
                      array_fill(sha256(bytes::bytea), ARRAY[cardinality(ns)]), s, l::smallint[],
                      array_fill(pg_temp.org('school-3'), ARRAY[cardinality(s)]), ARRAY(SELECT 2020000 + m FROM unnest(months) m),
                      array_fill(pg_temp.ind('consultations'), ARRAY[cardinality(s)]),
                      ARRAY(SELECT (make_date(2020, m, 1) + interval '1 month - 1 day')::date FROM unnest(months) m),
                      array_fill('value'::vekha.figure_state, ARRAY[cardinality(s)]), vals, '{}', '{}', '{}', '{}',
                      verdicts::smallint[], '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}') r
$$;
CREATE FUNCTION pg_temp.standing() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(f.period % 1000 || ':' || f.value, ' ' ORDER BY f.period) FROM vekha.figure f
$$;

SELECT results_eq($$SELECT * FROM pg_temp.post('{1,2}', '{1,1,2,2}', '{1,2,1,2}', '{1,2,3,4}', '{10,20,30,40}', '{0,251,622,0}')$$,
                  $$VALUES ('1 stored {100,251}'), ('2 stored {622,100}')$$, 'new figures, a warning and a rejected one');
SELECT is(pg_temp.standing(), '1:10 2:20 4:40', 'are stored but for that');
SELECT results_eq('SELECT series, pending, verdicts FROM vekha.submission WHERE id = pg_temp.id(2)',
                  $$SELECT ARRAY[pg_temp.org('school-3'), pg_temp.ind('consultations')], true, '{622,100}'::smallint[]$$,
                  'and the rest waits to be assessed');
SELECT is((SELECT count(*) FROM vekha.submission s JOIN vekha.figure f ON f.submission = s.id
           WHERE f.line = CASE f.period % 1000 WHEN 1 THEN 1 ELSE 2 END AND f.recorded_at = s.received_at), 3::bigint,
          'each with its place and time');
SELECT results_eq($$SELECT * FROM pg_temp.post('{3,4}', '{1,1,2}', '{1,2,1}', '{5,2,6}', '{50,21,60}', '{0,0,0}', '2020-10-06Z')$$,
                  $$VALUES ('1 stored {100,400}'), ('2 stored {100}')$$, 'the second figure of one stands: it is replaced');
SELECT is(pg_temp.standing(), '1:10 2:21 4:40 5:50 6:60', 'and its neighbours are stored once');
SELECT is((SELECT count(*) FROM vekha.figure_history), 1::bigint, 'one version went to the history');
SELECT results_eq($$SELECT * FROM pg_temp.post('{3,5}', '{1,1,2}', '{1,2,1}', '{5,2,7}', '{50,21,70}', '{0,0,0}', '2020-10-07Z')$$,
                  $$VALUES ('1 repeat {100,400}'), ('2 stored {100}')$$, 'one is a repeat, one is new');
SELECT results_eq($$SELECT * FROM pg_temp.post('{3,6}', '{1,2}', '{1,1}', '{8,9}', '{80,90}', '{0,0}', '2020-10-07Z', 'others')$$,
                  $$VALUES ('1 altered'), ('2 stored {100}')$$, 'a known id with other bytes and new figures is altered');
SELECT is(pg_temp.standing(), '1:10 2:21 4:40 5:50 6:60 7:70 9:90', 'and stores nothing');
SELECT results_eq($$SELECT * FROM pg_temp.post('{7}', '{1}', '{1}', '{9}', '{90}', '{923}', '2020-10-08Z')$$,
                  $$VALUES ('1 stored {300}')$$, 'what would be rejected is not if the same stands');
SELECT results_eq($$SELECT * FROM pg_temp.post('{8}', '{1,1}', '{1,2}', '{10,9}', '{1,90}', '{0,923}', '2020-10-08Z')$$,
                  $$VALUES ('1 stored {100,300}')$$, 'whichever place it has');
SELECT results_eq($$SELECT * FROM pg_temp.post('{9}', '{1,1}', '{1,2}', '{11,12}', '{1,2}', '{0,923}', '2020-10-08Z')$$,
                  $$VALUES ('1 stored {100,623}')$$, 'and is where nothing stands');
SELECT is((SELECT count(*) FROM vekha.submission), 9::bigint, 'one row for each submission');

SELECT * FROM finish();
ROLLBACK;

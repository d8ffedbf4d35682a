-- What becomes of a figure: each verdict, repeats, altered submissions, what is written and what is not.
BEGIN;
SELECT plan(56);
\ir include/fixture.psql

-- --- verdicts ---
SELECT is(pg_temp.send(1, '2020-10-01 08:00Z', 130), 'stored 100', 'nothing stood: accepted');
SELECT is(pg_temp.send(2, '2020-10-01 07:00Z', 130), 'stored 300', 'the same, composed earlier: unchanged');
SELECT is((SELECT confirmed_at FROM vekha.figure), NULL, 'and confirms nothing');
SELECT is(pg_temp.send(3, '2020-10-01 10:00Z', 130), 'stored 300', 'the same, composed later: unchanged');
SELECT results_eq('SELECT confirmed_at, confirmed_by, submission FROM vekha.figure',
                  $$VALUES ('2020-10-01 10:00Z'::timestamptz, pg_temp.id(3), pg_temp.id(1))$$, 'and confirms what stands');
SELECT is(pg_temp.send(4, '2020-10-01 09:00Z', 131), 'stored 500', 'another, older than the confirmation: outdated');
SELECT results_eq('SELECT value::numeric, recorded_at = superseded_at, superseded_by FROM vekha.figure_history',
                  $$VALUES (131::numeric, true, pg_temp.id(1))$$, 'and goes to the history at once');
SELECT is(pg_temp.send(5, '2020-10-02 08:00Z', 132, received => '2020-10-06 00:00Z'), 'stored 400', 'another, later: replaced');
SELECT results_eq('SELECT value::numeric, submission, recorded_at, confirmed_at FROM vekha.figure',
                  $$VALUES (132::numeric, pg_temp.id(5), '2020-10-06 00:00Z'::timestamptz, NULL::timestamptz)$$, 'and in force');
SELECT results_eq($$SELECT value::numeric, recorded_at, confirmed_by, superseded_at, superseded_by FROM vekha.figure_history
                    WHERE submission = pg_temp.id(1)$$,
                  $$VALUES (130::numeric, '2020-10-05 00:00Z'::timestamptz, pg_temp.id(3), '2020-10-06 00:00Z'::timestamptz,
                            pg_temp.id(5))$$, 'what stood is in the history');
SELECT is(pg_temp.send(6, '2020-10-03 08:00Z', 132.0), 'stored 400', 'another scale is another figure');
SELECT is((SELECT value::text FROM vekha.figure), '132.0', 'kept digit for digit');
SELECT is(pg_temp.send(7, '2020-10-03 09:00Z', 132.0, note => 'уточнено'), 'stored 400', 'so is another note');
SELECT is(pg_temp.send(8, '2020-10-03 10:00Z', 132.0, as_of => '2020-09-29', note => 'уточнено'), 'stored 400', 'another as-of date');
SELECT is(pg_temp.send(9, '2020-10-03 11:00Z', NULL, state => 'withdrawn'), 'stored 400', 'a figure is withdrawn');
SELECT is(pg_temp.send(10, '2020-10-03 12:00Z', NULL, state => 'withdrawn'), 'stored 300', 'once');
SELECT is(pg_temp.send(11, '2020-10-03 13:00Z', 0), 'stored 400', 'and zero is a value');
SELECT is(pg_temp.send(12, '2020-10-03 14:00Z', NULL, state => 'no_data'), 'stored 400', 'no data is not zero');
SELECT is(pg_temp.send(13, '2020-10-03 15:00Z', NULL, state => 'not_applicable'), 'stored 400', 'not applicable is not no data');

-- --- equal and impossible times ---
SELECT is(pg_temp.send(21, '2020-10-01 08:00Z', 5, period => 2020008, as_of => '2020-08-31'), 'stored 100', 'composed at a moment');
SELECT is(pg_temp.send(20, '2020-10-01 08:00Z', 6, period => 2020008, as_of => '2020-08-31'), 'stored 500', 'the greater id wins');
SELECT is(pg_temp.send(22, '2020-10-01 08:00Z', 7, period => 2020008, as_of => '2020-08-31'), 'stored 400', 'either way');
SELECT is(pg_temp.send(23, '2099-01-01 00:00Z', 8, period => 2020008, as_of => '2020-08-31', received => '2020-10-07Z'),
          'stored 400', 'a clock that is ahead');
SELECT is((SELECT composed_at FROM vekha.figure WHERE period = 2020008), '2020-10-07 00:00Z', 'counts until the receipt only');
SELECT is((SELECT composed_at FROM vekha.submission WHERE id = pg_temp.id(23)), '2099-01-01 00:00Z', 'but is kept as sent');
SELECT is(pg_temp.send(24, '2020-10-07 00:00:01Z', 9, period => 2020008, as_of => '2020-08-31', received => '2020-10-08Z'),
          'stored 400', 'so that the next figure counts');
SELECT is(pg_temp.send(25, '2020-10-07 00:00:02Z', 10, period => 2020008, as_of => '2020-08-31', received => '2020-10-07 12:00Z'),
          'stored 400', 'a daemon whose clock is behind');
SELECT is((SELECT recorded_at FROM vekha.figure WHERE period = 2020008), '2020-10-08 00:00Z',
          'records no earlier than what it replaces');

-- --- warnings and rejections ---
SELECT is(pg_temp.send(30, '2020-10-01Z', 1, period => 2020007, as_of => '2020-07-31', verdict => 251, txt => 'давно'),
          'stored 251', 'a warning is stored');
SELECT results_eq('SELECT verdicts, texts, series, pending FROM vekha.submission WHERE id = pg_temp.id(30)',
                  $$SELECT '{251}'::smallint[], '{давно}'::text[], ARRAY[pg_temp.org('school-3'), pg_temp.ind('consultations')], true$$,
                  'with its text, to be assessed');
SELECT is(pg_temp.send(31, '2020-10-02Z', 2, period => 2020007, as_of => '2020-07-31', verdict => 251), 'stored 251',
          'and kept where it replaces');
SELECT is(pg_temp.send(32, '2020-10-03Z', 2, period => 2020007, as_of => '2020-07-31', verdict => 251, txt => 'давно'), 'stored 300',
          'but not where nothing changes');
SELECT is(pg_temp.send(33, '2020-09-03Z', 3, period => 2020007, as_of => '2020-07-31', verdict => 251), 'stored 500',
          'nor where it comes too late');
SELECT is(pg_temp.send(34, '2020-10-03Z', 4, period => 2020006, as_of => '2020-06-30', verdict => 604, txt => 'нет такого'),
          'stored 604', 'a rejected figure has its receipt');
SELECT is_empty('SELECT FROM vekha.figure WHERE period = 2020006', 'and is not stored');
SELECT is((SELECT texts FROM vekha.submission WHERE id = pg_temp.id(32)), NULL, 'nor is its text');
SELECT results_eq('SELECT series, pending FROM vekha.submission WHERE id IN (pg_temp.id(32), pg_temp.id(33), pg_temp.id(34))',
                  $$SELECT '{}'::integer[], false FROM generate_series(1, 3)$$, 'what changes nothing is not assessed');
SELECT is(pg_temp.send(35, '2020-10-03Z', 4, org => NULL, ind => NULL, period => NULL, as_of => NULL, verdict => 601), 'stored 601',
          'a rejected figure may lack everything');
SELECT throws_ok($$SELECT pg_temp.send(36, '2020-10-03Z', NULL, period => 2020005)$$, '23514', NULL, 'a value is not absent');
SELECT throws_ok($$SELECT pg_temp.send(37, '2020-10-03Z', 1, state => 'withdrawn', period => 2020005)$$, '23514', NULL, 'no value where there is none');
SELECT throws_ok($$SELECT pg_temp.send(39, '2020-10-03Z', 1, period => 2019009)$$, '23514', NULL, 'a day in another year than the period');
SELECT throws_ok($$SELECT pg_temp.send(38, '2020-10-03Z', 1, period => 2036001, as_of => '2036-01-31')$$, '23514', NULL, 'a year without a partition');

-- --- repeats ---
CREATE TEMP TABLE before AS SELECT * FROM vekha.submission;
SELECT is(pg_temp.send(5, '2020-10-02 08:00Z', 132, received => '2020-11-01Z'), 'repeat 400', 'a repeat has the same verdict');
SELECT results_eq($$
    SELECT r.number, r.received_at, r.verdicts, r.texts, r.series
    FROM vekha.ingest('2020-12-01Z', ARRAY[pg_temp.id(30)], '{1}', '{wire}', '{x}', '{2020-10-01Z}',
                      ARRAY[sha256('bytes of 30')], '{1}', '{0}', '{1}', '{2020007}', '{1}', '{2020-07-31}', '{value}', '{1}',
                      '{null}', '{null}', '{null}', '{null}', '{0}', '{null}') r
$$, 'SELECT number, received_at, verdicts, texts, series FROM before WHERE id = pg_temp.id(30)', 'the very same receipt');
SELECT is(pg_temp.send(5, '2020-10-02 08:00Z', 132, bytes => 'other'), 'altered', 'the same id with other bytes is altered');
SELECT is(pg_temp.send(5, '2020-10-02 08:00Z', 132, agent => 2), 'altered', 'so is another agent''s');
SELECT set_eq('SELECT * FROM vekha.submission', 'SELECT * FROM before', 'nothing of this is written');

CREATE TEMP TABLE keys AS
SELECT vekha.enrol_agent('school-3', repeat('o', 40), '2020-01-01Z') AS old, vekha.enrol_agent('school-3', repeat('n', 40), '2020-01-01Z') AS new,
       vekha.enrol_agent('uo', repeat('u', 40), '2020-01-01Z') AS above;
SELECT is(pg_temp.send(70, '2020-10-02Z', 7, period => 2020011, as_of => '2020-11-30', agent => old), 'stored 100', 'a figure by the old key') FROM keys;
SELECT is(pg_temp.send(70, '2020-10-02Z', 7, period => 2020011, as_of => '2020-11-30', agent => new), 'repeat 100',
          'a new key of the same organisation gets the same receipt') FROM keys;
SELECT is(pg_temp.send(70, '2020-10-02Z', 7, period => 2020011, as_of => '2020-11-30', agent => above), 'altered',
          'another organisation''s does not') FROM keys;

-- --- groups ---
CREATE TEMP TABLE answer AS
SELECT * FROM vekha.ingest('2020-10-09Z', ARRAY[pg_temp.id(40), pg_temp.id(5), pg_temp.id(41)], '{1,2,1}', '{wire,wire,import}',
    '{NULL,NULL,"завуч"}', '{2020-10-08Z,2020-10-08Z,2020-10-08Z}', ARRAY[sha256('a'), sha256('b'), sha256('c')],
    '{1,3,1,2,3}', '{0,1,1,0,0}', '{1,1,2,1,2}', '{2020001,2020002,2020001,2020003,2020002}', '{1,1,1,1,1}',
    '{2020-01-31,2020-02-29,2020-01-31,2020-03-31,2020-02-29}', '{value,value,value,value,value}', '{1,2,3,4,5}',
    '{null,null,null,null,null}', '{null,null,null,null,null}', '{null,null,null,null,null}', '{null,null,null,null,null}',
    '{0,0,622,0,0}', '{null,null,"плохо",null,null}');
SELECT results_eq('SELECT ord, outcome, verdicts, texts, series FROM answer ORDER BY ord', $$
    VALUES (1, 'stored', '{100,622}'::smallint[], '{NULL,"плохо"}'::text[], '{1,1}'::integer[]),
           (2, 'altered', NULL, NULL, NULL),
           (3, 'stored', '{100,100}', NULL, '{2,1,1,1}')
$$, 'a group is answered one by one, each in its own order');
SELECT is((SELECT count(*) FROM vekha.figure WHERE submission IN (pg_temp.id(40), pg_temp.id(41))), 3::bigint,
          'exactly one row per figure stored');
SELECT is((SELECT count(*) FROM vekha.submission WHERE id IN (pg_temp.id(40), pg_temp.id(41))), 2::bigint, 'and per submission');
SELECT throws_ok($$SELECT * FROM vekha.ingest('2020-10-09Z', ARRAY[pg_temp.id(50)], '{1}', '{wire}', '{x}', '{2020-10-01Z}',
    ARRAY[sha256('x')], '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')$$,
    '22023', NULL, 'a submission without figures is refused');

-- --- revoked agents ---
CREATE TEMP TABLE shut_out AS SELECT vekha.enrol_agent('school-3', repeat('k', 40), '2020-01-01Z') AS agent;
SELECT is(pg_temp.send(50, '2020-10-03Z', 1, period => 2020003, as_of => '2020-03-31', agent => agent), 'stored 100', 'an agent stores')
FROM shut_out;
SELECT vekha.revoke_agent(agent, '2020-02-01Z') FROM shut_out;
SELECT throws_ok(format($$SELECT pg_temp.send(51, '2020-10-03Z', 2, period => 2020003, as_of => '2020-03-31', agent => %s)$$, agent),
                 '28000', NULL, 'and no more once it is revoked') FROM shut_out;

SELECT * FROM finish();
ROLLBACK;

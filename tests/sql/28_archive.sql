-- Archiving: whole years leave for files and come back; receipts stay; nothing of them is owed or judged.
BEGIN;
SELECT plan(47);
\ir include/fixture.psql

-- Ids of the year 2018, and submissions that bear them.
CREATE FUNCTION pg_temp.old(n integer) RETURNS uuid LANGUAGE sql AS
    $$ SELECT ('01620000-' || lpad(to_hex(n), 4, '0') || '-7000-8000-000000000000')::uuid $$;
CREATE FUNCTION pg_temp.send_old(n integer, value numeric, period integer, as_of date, ind text DEFAULT 'consultations',
                                 received timestamptz DEFAULT '2018-06-05Z', bytes text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT r.outcome || coalesce(' ' || r.verdicts[1], '') || ' ' || coalesce(r.received_at::date::text, '')
    FROM vekha.ingest(received, ARRAY[pg_temp.old(n)], '{1}', '{wire}', '{Секретарь}', ARRAY[timestamptz '2018-06-01Z' + n * interval '1 hour'],
                      ARRAY[sha256(coalesce(bytes, 'old ' || n)::bytea)], '{1}', '{0}', ARRAY[pg_temp.org('school-3')], ARRAY[period],
                      ARRAY[pg_temp.ind(ind)], ARRAY[as_of], '{value}', ARRAY[value], '{NULL}', '{NULL}', '{NULL}', '{x}', '{0}', '{NULL}',
                      '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}') r
$$;
SELECT vekha.put_plan('school-3', 'coverage', 'Приказ 0', '2018-01-01', '2018-12-31', 'linear', 0, '2018-01-01', NULL, 10, NULL, NULL, NULL,
                      NULL, false, NULL, '{}', '{}', '2018-01-01Z');
SELECT is(pg_temp.send_old(1, 5, 2018005, '2018-05-31'), 'stored 100 2018-06-05', 'a figure of 2018');
SELECT is(pg_temp.send_old(2, 6, 2018005, '2018-05-31'), 'stored 400 2018-06-05', 'corrected');
SELECT is(pg_temp.send_old(3, 7, 2019001, '2019-01-31', received => '2019-02-01Z'), 'stored 100 2019-02-01', 'one of 2019 under an id of 2018');
SELECT is(pg_temp.send(1, '2020-10-01Z', 130), 'stored 100', 'and one of 2020');
CREATE TEMP TABLE before AS SELECT * FROM vekha.submission;
CREATE TEMP TABLE figures_before AS SELECT * FROM vekha.figure;
CREATE TEMP TABLE versions_before AS SELECT * FROM vekha.figure_history;

-- --- what stands in the way ---
CREATE FUNCTION pg_temp.obstacles(before integer, now timestamptz) RETURNS text LANGUAGE sql AS
    $$ SELECT string_agg(o.what, ' ' ORDER BY o.what) FROM vekha.archive_obstacles(before, now) o $$;
SELECT is(pg_temp.obstacles(2019, '2020-10-10Z'), 'waiting', 'what waits to be assessed');
SELECT vekha.finish_pending(ARRAY(SELECT id FROM vekha.submission));
UPDATE before SET pending = false;
DELETE FROM vekha.reassessment;
DELETE FROM vekha.reporting_queue;
SELECT is(pg_temp.obstacles(2019, '2020-10-10Z'), NULL, 'nothing else');
SELECT is(pg_temp.obstacles(2020, '2020-10-10Z'), 'young', 'a year of less than 400 days ago');
SELECT is(pg_temp.obstacles(2020, '2021-02-03Z'), 'young', 'until they are over');
SELECT is(pg_temp.obstacles(2020, '2021-02-04 00:00Z'), NULL, 'and then no more');
SELECT is(o.example, '2019', 'the year that could be taken is named') FROM vekha.archive_obstacles(2021, '2020-10-10Z') o;
SELECT vekha.ask_question('school-3', 'consultations', 2018005, 'Почему?', NULL, '2018-06-01 01:30Z');
SELECT is(how, 'correction', 'a question that a correction has settled') FROM vekha.question_outcome;
CREATE TEMP TABLE outcome AS SELECT * FROM vekha.question_outcome;
SELECT vekha.ask_question('school-3', 'consultations', 2018007, 'А в июле?', NULL, '2018-08-01Z');
SELECT is(pg_temp.obstacles(2019, '2020-10-10Z'), 'question', 'an open one');
SELECT throws_ok($$SELECT vekha.archive_take(2019, '/x', sha256('x'), 3, 1, '2020-10-10Z')$$, '55000', NULL, 'nor is anything taken then');
SELECT vekha.close_question(max(id), '2020-10-01Z') FROM vekha.question;

-- --- taking ---
SELECT results_eq('SELECT part, sorting FROM vekha.archive_parts(2019)', $$VALUES ('figure_2018', 'organisation, period, indicator'),
                  ('figure_history_2018', 'organisation, period, indicator, submission'), ('submission_2018', 'id')$$, 'what there is to take');
SELECT is(vekha.archived_before(), 0, 'nothing is archived');
SELECT is(vekha.archive_begin(2019, '2020-10-10Z'), 2, 'the series of figures and of plans are queued');
SELECT lives_ok($$SELECT vekha.archive_take(2019, '/archive/before-2019', sha256('x'), 3, 6, '2020-10-10Z')$$, 'taken');
SELECT is(vekha.archived_before(), 2019, 'a year is archived');
SELECT results_eq('SELECT first_year, before_year, by_whom = session_user, dropped_at, restored_at FROM vekha.archive',
                  $$VALUES (2018, 2019, true, NULL::timestamptz, NULL::timestamptz)$$, 'who did it is recorded');
SELECT set_eq('SELECT * FROM vekha.figure', 'SELECT * FROM figures_before WHERE period >= 2019000', 'its figures are gone');
SELECT is_empty('SELECT FROM vekha.figure_history', 'and their versions');
SELECT is((SELECT count(*) FROM vekha.figure_2018_archived) + (SELECT count(*) FROM vekha.figure_history_2018_archived), 2::bigint, 'detached, not yet dropped');
SELECT results_eq('SELECT * FROM vekha.catalogue_years()', 'VALUES (2019, 2035)', 'figures of it are out of range');
SELECT is(vekha.ensure_partitions(2017, 2020), 0, 'and no partition is made of it again');
SELECT throws_ok($$SELECT pg_temp.send_old(9, 1, 2018006, '2018-06-30')$$, '23514', NULL, 'whoever does not know is refused');
SELECT is(pg_temp.send_old(1, 5, 2018005, '2018-05-31'), 'repeat 100 2018-06-05', 'a repeat gets its receipt');
SELECT is(pg_temp.send_old(2, 5, 2018005, '2018-05-31', bytes => 'others'), 'altered ', 'other bytes are told');
SELECT is(pg_temp.send_old(10, 1, 2020006, '2020-06-30', received => '2020-10-10Z'), 'stored 100 2020-10-10', 'a new one under an id of 2018 is stored');
SELECT set_eq('SELECT id, number, agent, received_at, sha256, verdicts, texts FROM vekha.submission WHERE id <> pg_temp.old(10)',
              'SELECT id, number, agent, received_at, sha256, verdicts, texts FROM before', 'every receipt stands');
SELECT results_eq('SELECT author, series FROM vekha.submission WHERE id <= pg_temp.old(3) ORDER BY id',
                  $$VALUES (NULL::text, '{}'::integer[]), (NULL, '{}'), ('Секретарь', ARRAY[pg_temp.org('school-3'), pg_temp.ind('consultations')])$$,
                  'who typed it only of versions that stay');
SELECT set_eq('SELECT * FROM vekha.question_outcome WHERE how = ''correction''', 'SELECT * FROM outcome', 'a settled question stays so');
SELECT results_eq('SELECT i.code::text, p.archived FROM vekha.plan p JOIN vekha.indicator i ON i.id = p.indicator ORDER BY 1',
                  $$VALUES ('consultations', false), ('coverage', true)$$, 'the plan that ended is archived');
SELECT is_empty($$SELECT FROM vekha.plan_for(pg_temp.org('school-3'), pg_temp.ind('coverage'), '2020-10-10', NULL)$$, 'and judges nothing');
SAVEPOINT taken;
SELECT is(vekha.archive_drop(max(id), '2020-10-11Z'), 3, 'what was detached can be dropped') FROM vekha.archive;
SELECT is_empty($$SELECT FROM pg_class WHERE relname ~ '_archived$' AND relkind = 'r'$$, 'and is gone');
ROLLBACK TO taken;

-- --- and back ---
CREATE TEMP TABLE taken AS SELECT max(id) AS id FROM vekha.archive;
SELECT vekha.archive_begin(2019, '2020-10-12Z');
SELECT vekha.archive_new_part(p || '_2018_restored', p) FROM unnest('{figure,figure_history,submission}'::text[]) p;
INSERT INTO vekha.figure_2018_restored SELECT * FROM vekha.figure_2018_archived;
INSERT INTO vekha.figure_history_2018_restored SELECT * FROM vekha.figure_history_2018_archived;
INSERT INTO vekha.submission_2018_restored SELECT * FROM vekha.submission_2018_archived;
SELECT lives_ok('SELECT vekha.archive_give_back(id, ''2020-10-12Z'') FROM taken', 'given back');
SELECT is(vekha.archived_before(), 0, 'nothing is archived any more');
SELECT set_eq('SELECT * FROM vekha.figure WHERE submission <> pg_temp.old(10)', 'SELECT * FROM figures_before', 'every figure stands');
SELECT set_eq('SELECT * FROM vekha.figure_history', 'SELECT * FROM versions_before', 'every version');
SELECT set_eq('SELECT * FROM vekha.submission WHERE id <> pg_temp.old(10)', 'SELECT * FROM before', 'every submission, as it was');
SELECT is((SELECT author FROM vekha.submission WHERE id = pg_temp.old(10)), 'Секретарь', 'and what came meanwhile');
SELECT is((SELECT count(*) FROM vekha.plan WHERE archived), 0::bigint, 'plans judge again');
SELECT is_empty('SELECT FROM vekha.archived_correction', 'corrections are read from figures again');
SELECT is((SELECT count(*) FROM pg_class WHERE relname ~ '_(archived|restored|thin)$' AND relkind = 'r'), 0::bigint, 'nothing is left over');
SELECT throws_ok('UPDATE vekha.figure_history SET value = 1', '23001', NULL, 'history is not changed, as before');
SELECT is(pg_temp.send_old(4, 8, 2018005, '2018-05-31', received => '2020-10-13Z'), 'stored 400 2020-10-13', 'a correction is taken again');
SELECT throws_ok('SELECT vekha.archive_give_back(id, ''2020-10-12Z'') FROM taken', '55000', NULL, 'nothing is given back twice');
SELECT * FROM finish();
ROLLBACK;

-- Duties and calendars, what an organisation's reporting is judged from, and its one alert.
BEGIN;
SELECT plan(68);
\ir include/fixture.psql
CREATE TEMP TABLE key AS SELECT pg_temp.org('school-3') AS org, pg_temp.ind('consultations') AS ind, pg_temp.org('uo') AS above;
SELECT vekha.put_indicator('lessons', 'Занятия', 'Lessons', 'family', 'flow', 'up', 'занятий', NULL, true, 'per_period', 1, NULL, 'usual',
                           NULL, '2020-01-01Z');

-- --- nothing costs anything while there is no duty ---
SELECT is_empty('SELECT * FROM vekha.duty_book(NULL)', 'the book is empty at first');
SELECT is_empty('SELECT * FROM vekha.reporting_queue', 'and nobody waits');
SELECT is((SELECT book FROM vekha.duty_book_unless(NULL)), '', 'as one text');
SELECT is((SELECT book FROM vekha.duty_book_unless((SELECT tag FROM vekha.duty_book_tag))), NULL, 'that need not be read again');

-- --- calendars ---
SELECT is(vekha.put_workdays('ru', '{2020-11-04,2021-02-20}', '{f,t}', '2020-02-01Z'), 'created', 'a calendar');
SELECT is(vekha.put_workdays('ru', '{2021-02-20,2020-11-04}', '{t,f}', '2020-02-02Z'), 'same', 'the same in another order');
SELECT is(vekha.put_workdays('ru', '{2020-11-04,2021-02-20,2020-11-03}', '{f,t,f}', '2020-03-01Z'), 'changed', 'one more day');
SELECT is(vekha.put_workdays('ru', '{2020-11-04}', '{f}', '2020-04-01Z'), 'changed', 'two days less');
SELECT results_eq('SELECT * FROM vekha.duty_book(NULL)', $$
    SELECT format(E'workdays\t%s\tru', id) FROM vekha.workdays UNION ALL SELECT E'day\t2020-11-04\tfalse'
$$, 'the book has it');
SELECT is((SELECT count(*) FROM vekha.duty_book('2020-03-15Z')), 4::bigint, 'and knows what was believed before');
SELECT is_empty($$SELECT * FROM vekha.duty_book('2020-01-15Z')$$, 'and what was not yet');
SELECT throws_ok($$SELECT vekha.put_workdays('ru', '{2020-11-04,2020-11-04}', '{f,t}', '2020-04-02Z')$$, '23505', NULL, 'a day is one thing');

-- --- duties ---
CREATE FUNCTION pg_temp.duty(indicators text[], kinds vekha.organisation_kind[], at timestamptz, organisations text[] DEFAULT '{}',
                             due integer DEFAULT 6, remind integer DEFAULT 2, close integer DEFAULT 20, code text DEFAULT 'monthly')
RETURNS text LANGUAGE sql AS $$
    SELECT vekha.put_duty(code, indicators, kinds, organisations, 1, due, remind, close, '2020-09-01', NULL, 'ru', at)
$$;
CREATE TEMP TABLE tags AS SELECT tag FROM vekha.duty_book_tag;
SELECT is(pg_temp.duty('{lessons,consultations}', '{school}', '2020-05-01Z'), 'created', 'a duty');
SELECT is(pg_temp.duty('{consultations,lessons}', '{school,school}', '2020-05-02Z'), 'same', 'the same in another order');
SELECT isnt_empty('SELECT book FROM tags, vekha.duty_book_unless(tag) WHERE book IS NOT NULL', 'the book is another now');
SELECT results_eq('SELECT line FROM vekha.duty_book(NULL) b(line) WHERE line !~ ''^(workdays|day)''', $$
    SELECT line FROM key, (SELECT id AS calendar FROM vekha.workdays) w, (SELECT id AS duty FROM vekha.duty) d,
        LATERAL (VALUES (format(E'duty\t%s\tmonthly\t%s\t1\t6\t2\t20\t2020-09-01\t\\N', duty, calendar)), (format(E'indicator\t%s', ind)),
                        (format(E'indicator\t%s', pg_temp.ind('lessons'))), (E'kind\tschool')) l(line)
$$, 'with all it says');
SELECT results_eq('SELECT organisation FROM vekha.reporting_queue', 'SELECT org FROM key', 'whom it concerns is to be assessed');
SELECT results_eq($$SELECT * FROM vekha.claim_reporting(NULL, 10)$$, 'SELECT org, 0 FROM key', 'and is claimed');
SELECT is_empty($$SELECT * FROM vekha.claim_reporting(NULL, 10)$$, 'once');
SELECT is(pg_temp.duty('{lessons,consultations}', '{school}', '2020-06-01Z', '{uo}'), 'changed', 'the department owes, too');
SELECT results_eq('SELECT organisation FROM vekha.reporting_queue ORDER BY 1', 'SELECT unnest(ARRAY[org, above]) FROM key ORDER BY 1', 'both are to be assessed');
SELECT is((SELECT count(*) FROM vekha.duty_book('2020-05-15Z') b(line) WHERE line ~ '^organisation'), 0::bigint, 'it did not before');
SELECT is(pg_temp.duty('{consultations,lessons}', '{school}', '2020-06-02Z'), 'changed', 'and does no more');
SELECT throws_ok($$SELECT pg_temp.duty('{}', '{school}', '2020-07-01Z')$$, '23514', NULL, 'of nothing');
SELECT throws_ok($$SELECT pg_temp.duty('{lessons}', '{}', '2020-07-01Z')$$, '23514', NULL, 'of nobody');
SELECT throws_ok($$SELECT pg_temp.duty('{nothing}', '{school}', '2020-07-01Z')$$, 'P0002', NULL, 'of what is not counted');
SELECT throws_ok($$SELECT pg_temp.duty('{lessons}', '{school}', '2020-07-01Z', remind => 6)$$, '23514', NULL, 'a reminder before the period is over');
SELECT throws_ok($$SELECT pg_temp.duty('{lessons}', '{school}', '2020-07-01Z', close => 6)$$, '23514', NULL, 'closed on the due day');
SELECT throws_ok($$SELECT vekha.put_duty('d', '{lessons}', '{school}', '{}', 2, 6, NULL, NULL, '2020-01-01', NULL, 'ru', '2020-07-01Z')$$, '23514', NULL, 'every other month');

-- --- the catalogue touches reporting ---
DELETE FROM vekha.reporting_queue;
SELECT vekha.put_organisation('school-3', 'Школа № 3', NULL, 'school', 'uo', 'Asia/Krasnoyarsk', '2019-09-01', NULL, 's3@uo.example', NULL, '2020-07-01Z');
SELECT results_eq('SELECT organisation FROM vekha.reporting_queue', 'SELECT org FROM key', 'an organisation that changed');
SELECT is(vekha.put_organisation('school-3', 'Школа № 3', NULL, 'school', 'uo', 'Asia/Krasnoyarsk', '2019-09-01', NULL, NULL, '2020-07-02Z'), 'same',
          'a program that knows no addresses keeps them');
DELETE FROM vekha.reporting_queue;
SELECT vekha.put_organisation('uo', 'Управление', NULL, 'department', NULL, 'Asia/Krasnoyarsk', NULL, NULL, NULL, '2020-07-01Z');
SELECT is_empty('SELECT * FROM vekha.reporting_queue', 'not one that owes nothing');
SELECT vekha.put_indicator('coverage', 'Охват', NULL, 'family', 'share', 'up', '%', NULL, false, NULL, 4, 'register', 'usual', NULL, '2020-07-01Z');
SELECT is_empty('SELECT * FROM vekha.reporting_queue', 'nor an indicator that nobody owes');
SELECT vekha.put_indicator('lessons', 'Уроки', NULL, 'family', 'flow', 'up', 'уроков', NULL, true, 'per_period', 1, NULL, 'usual', NULL, '2020-07-03Z');
SELECT results_eq('SELECT organisation FROM vekha.reporting_queue', 'SELECT org FROM key', 'but one that is owed');
SELECT throws_ok($$SELECT vekha.put_organisation('uo', 'У', NULL, 'department', NULL, 'UTC', NULL, NULL, E'a@b\nBcc: c@d', NULL, '2020-07-04Z')$$,
                 '23514', NULL, 'an address is one line');

-- --- what is judged ---
SELECT pg_temp.send(1, '2020-09-05Z', 100, period => 2020008, as_of => '2020-08-31', received => '2020-09-05Z');
SELECT pg_temp.send(2, '2020-10-05Z', 130, received => '2020-10-05Z');
SELECT pg_temp.send(3, '2020-10-05Z', 3, period => 2020009, ind => pg_temp.ind('lessons'), received => '2020-10-05Z');
SELECT pg_temp.send(4, '2020-11-05Z', NULL, state => 'withdrawn', received => '2020-11-05Z');
CREATE FUNCTION pg_temp.input(as_of date, known_at timestamptz) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT replace(replace(l, pg_temp.ind('consultations')::text || E'\tconsultations', E'1\tconsultations'), pg_temp.ind('lessons')::text || E'\tlessons', E'2\tlessons')
    FROM vekha.reporting_input(ARRAY[pg_temp.org('school-3')], '2020-12-01Z', as_of, known_at) l
$$;
SELECT results_eq($$SELECT pg_temp.input('2020-10-10', '2020-10-10Z')$$, $$
    SELECT l FROM key, LATERAL (VALUES
        (format(E'organisation\t%s\tschool-3\tШкола № 3\t\\N\tschool\t2019-09-01\t\\N\ts3@uo.example\t2020-10-10\t\\N', org)),
        (E'series\t1\tconsultations\tКонсультации родителям\tConsultations for parents\tflow\tyear_to_date'),
        (E'answer\t2020009\t2020-09-30\tvalue'),
        (E'series\t2\tlessons\tУроки\t\\N\tflow\tper_period'),
        (E'answer\t2020009\t2020-09-30\tvalue')) v(l)
$$, 'as it was known: of what is counted through the year the last month only');
SELECT set_eq($$SELECT l FROM pg_temp.input(NULL, NULL) l WHERE l ~ '^answer'$$,
              $$VALUES (E'answer\t2020008\t2020-08-31\tvalue'), (E'answer\t2020009\t2020-09-30\tvalue')$$, 'what is withdrawn is no answer');
SELECT is((SELECT count(*) FROM pg_temp.input('2020-09-01', NULL) l WHERE l ~ '^answer'), 1::bigint, 'nor is what is still to come');
SELECT results_eq($$SELECT split_part(l, E'\t', 1) FROM vekha.reporting_input(ARRAY[(SELECT above FROM key)], '2020-12-01Z', NULL, NULL) l$$,
                  $$VALUES ('organisation')$$, 'who owes nothing is named all the same');
SELECT is_empty($$SELECT * FROM vekha.reporting_input('{999999}', '2020-12-01Z', NULL, NULL)$$, 'who is unknown is not');
SELECT is_empty($$SELECT * FROM pg_temp.input(NULL, '2020-04-15Z') l WHERE l ~ '^series'$$, 'before there was a duty nothing was owed');

-- --- what is shown ---
SELECT results_eq($$SELECT organisation, indicator FROM vekha.shown_series(NULL, NULL, NULL, '2020-12-01Z', '2020-09-04', '2020-09-04Z')$$,
                  $$SELECT org, i FROM key, unnest(ARRAY[ind, pg_temp.ind('lessons')]) i$$, 'what is owed, though nothing has come of it');
SELECT results_eq($$SELECT indicator FROM vekha.shown_series('family', 'lessons', 'uo', '2020-12-01Z', '2020-09-04', '2020-09-04Z')$$,
                  $$SELECT pg_temp.ind('lessons')$$, 'of a project, an indicator and an organisation with all below it');
SELECT is_empty($$SELECT * FROM vekha.shown_series(NULL, 'lessons', NULL, '2020-12-01Z', '2020-08-31', NULL)$$, 'not before the duty');

-- --- a sum ---
SELECT vekha.put_indicator('lessons', 'Уроки', NULL, 'family', 'flow', 'up', 'уроков', NULL, true, 'per_period', 1, NULL, 'usual', NULL,
                           '2020-12-01Z', '{school}');
SELECT results_eq($$SELECT split_part(l, E'\t', 3) FROM pg_temp.input(NULL, NULL) l WHERE l ~ '^series'$$, $$VALUES ('consultations')$$,
                  'what is added up at an organisation it does not owe');

-- --- what stands ---
CREATE FUNCTION pg_temp.write(kept boolean, state vekha.freshness, overdue text, at timestamptz, reassess_on date DEFAULT '2020-10-09')
RETURNS integer LANGUAGE sql AS $$
    SELECT vekha.write_reporting(at, ARRAY[pg_temp.org('school-3')], ARRAY[kept], ARRAY[state], '{2020-10-08}', '{""}', '{""}', ARRAY[overdue], '{""}',
                                 ARRAY[reassess_on])
$$;
SELECT is(pg_temp.write(true, 'overdue', (SELECT ind::text FROM key), '2020-10-05Z'), 1, 'written');
SELECT is(pg_temp.write(true, 'overdue', (SELECT ind::text FROM key), '2020-10-06Z'), 0, 'the same again is not');
SELECT results_eq('SELECT state, reported, overdue, assessed_at FROM vekha.reporting',
                  $$SELECT 'overdue'::vekha.freshness, '{}'::integer[], ARRAY[ind], '2020-10-05Z'::timestamptz FROM key$$, 'stands');
SELECT results_eq('SELECT org::text, state, due_on, overdue, silent FROM report.reporting',
                  $$VALUES ('school-3', 'overdue'::vekha.freshness, '2020-10-08'::date, '{consultations}'::text[], '{}'::text[])$$, 'and is shown');
DELETE FROM vekha.reporting_queue;
SELECT is_empty($$SELECT * FROM vekha.claim_reporting('2020-10-08 16:59:59Z', 10)$$, 'before midnight there it is not due');
SELECT is_empty($$SELECT * FROM vekha.claim_reporting('2020-10-08 17:00Z', 0)$$, 'no more than wanted');
SELECT results_eq($$SELECT * FROM vekha.claim_reporting('2020-10-08 17:00Z', 10)$$, 'SELECT org, 0 FROM key', 'from midnight there on it is');
SELECT is(pg_temp.write(true, 'overdue', '', '2020-10-06Z', NULL), 1, 'time changes nothing more');
SELECT is_empty($$SELECT * FROM vekha.claim_reporting('2029-10-08Z', 10)$$, 'so it is never due');
SELECT vekha.rebuild_assessments('2020-11-20Z');
SELECT is_empty('SELECT * FROM vekha.reporting', 'it may be thrown away');
SELECT results_eq('SELECT organisation FROM vekha.reporting_queue', 'SELECT org FROM key', 'and is made anew');
SELECT is(pg_temp.write(true, 'overdue', '', '2020-10-06Z'), 1, 'written again');
SELECT is(pg_temp.write(false, NULL, '', '2020-10-07Z'), 1, 'who owes nothing more');
SELECT is_empty('SELECT * FROM vekha.reporting', 'has no row');

-- --- the one alert ---
SELECT vekha.put_route('own', 'uo', '{}', '{overdue}', 'info', 'email', 'own', 'ru', 'at_once', '00:00', '24:00', '{1,2,3,4,5,6,7}', NULL,
                       NULL, NULL, NULL, NULL, '2020-02-01Z');
SELECT vekha.put_route('head', 'uo', '{}', '{silent}', 'info', 'email', 'head@uo.example', 'ru', 'at_once', '00:00', '24:00',
                       '{1,2,3,4,5,6,7}', NULL, NULL, NULL, NULL, NULL, '2020-02-01Z');
CREATE FUNCTION pg_temp.move(kind vekha.alert_kind, level vekha.alert_level, at timestamptz)
RETURNS TABLE (ord integer, alert bigint, transition bigint, mentions integer) LANGUAGE sql AS $$
    SELECT * FROM vekha.write_transitions(at, ARRAY[pg_temp.org('school-3')], '{NULL}', ARRAY[kind], '{moves}', ARRAY[level],
        '{NULL}', '{2020-10-08}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{Не сдано}', '{Missing}', '{NULL}', '{1,1}', '{own,centre}',
        '{ru,ru}', '{Срок,Молчит}', ARRAY['{alert}', 'b'])
$$;
SELECT is((SELECT mentions FROM pg_temp.move('overdue', 'info', '2020-10-06Z')), 1, 'a reminder, for the school');
SELECT is((SELECT mentions FROM pg_temp.move('overdue', 'at_risk', '2020-10-09Z')), 1, 'overdue');
SELECT is((SELECT mentions FROM pg_temp.move('silent', 'lagging', '2020-11-09Z')), 2, 'silent, for the head too');
SELECT is_empty($$SELECT * FROM pg_temp.move('silent', 'lagging', '2020-11-10Z')$$, 'the same again is nothing');
SELECT results_eq('SELECT organisation, indicator, kind, level FROM key, vekha.standing_alerts(ARRAY[org, org], ARRAY[0, ind])',
                  $$SELECT org, 0, 'silent'::vekha.alert_kind, 'lagging'::vekha.alert_level FROM key$$, 'are one alert');
SELECT throws_ok($$INSERT INTO vekha.alert (kind, organisation, level, opened_at, changed_at)
                   SELECT 'overdue', org, 'info', '2020-11-10Z', '2020-11-10Z' FROM key$$, '23505', NULL, 'and never two');
SELECT results_eq($$SELECT mentions FROM pg_temp.move('overdue', 'at_risk', '2020-11-12Z')$$, 'VALUES (2)', 'it falls');
SELECT results_eq($$SELECT alert FROM pg_temp.move('overdue', NULL, '2020-11-12Z')$$, 'SELECT id FROM vekha.alert', 'and closes');
SELECT results_eq('SELECT kind, level, closed_at FROM vekha.alert', $$VALUES ('overdue'::vekha.alert_kind, 'at_risk'::vekha.alert_level, '2020-11-12Z'::timestamptz)$$,
                  'keeping what it was last');

SELECT * FROM finish();
ROLLBACK;

-- Sums over the tree, what follows what, and the catalogue that says so.
BEGIN;
SELECT plan(42);
\ir include/fixture.psql

SELECT vekha.put_organisation('school-4', 'Школа № 4', NULL, 'school', 'uo', 'Asia/Krasnoyarsk', NULL, NULL, NULL, '2020-01-01 00:00Z');
SELECT vekha.put_organisation('region', 'Край', NULL, 'department', NULL, 'Asia/Krasnoyarsk', NULL, NULL, NULL, '2020-01-01 00:00Z');
SELECT vekha.put_organisation('uo', 'Управление образования', 'Education department', 'department', 'region', 'Asia/Krasnoyarsk', NULL,
                              NULL, NULL, '2020-01-01 00:00Z');
SELECT is(vekha.depth_of(pg_temp.org(o)), d, o || ' has so many above it') FROM (VALUES ('region', 0), ('uo', 1), ('school-3', 2)) x(o, d);

-- --- an indicator that is rolled ---
SELECT is(vekha.put_indicator('consultations', 'Консультации родителям', 'Consultations for parents', 'family', 'flow', 'up',
                              'консультаций', NULL, true, 'year_to_date', 1, NULL, 'usual', NULL, '2020-02-01 00:00Z',
                              '{department}', 9, '{coverage}'), 'changed', 'rolled at departments, years from September');
SELECT is(vekha.put_indicator('consultations', 'Консультации родителям', 'Consultations for parents', 'family', 'flow', 'up',
                              'консультаций', NULL, true, 'year_to_date', 1, NULL, 'usual', NULL, '2020-03-01 00:00Z',
                              '{department,department}', 9, '{coverage}'), 'same', 'again');
SELECT throws_ok($$SELECT vekha.put_indicator('x', 'X', NULL, 'family', 'flow', 'up', 'x', NULL, true, NULL, 1, NULL, 'usual', NULL,
                                              '2020-02-01Z', '{palace}')$$, '22P02', NULL, 'a kind that there is not');

CREATE FUNCTION pg_temp.lines(org text, ind text, now timestamptz, kept boolean DEFAULT true) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT replace(l, E'\t', '|')
    FROM vekha.series_input(ARRAY[pg_temp.org(org)], ARRAY[pg_temp.ind(ind)], now, NULL, NULL, kept) s
    CROSS JOIN LATERAL string_to_table(s, E'\n') l
$$;
DELETE FROM vekha.reassessment;
SELECT is(split_part((SELECT l FROM pg_temp.lines(o, 'consultations', '2020-10-10Z') l WHERE l LIKE 'series|%'), '|', 22)
          || split_part((SELECT l FROM pg_temp.lines(o, 'consultations', '2020-10-10Z') l WHERE l LIKE 'series|%'), '|', 23)
          || split_part((SELECT l FROM pg_temp.lines(o, 'consultations', '2020-10-10Z') l WHERE l LIKE 'series|%'), '|', 24), want,
          o || ': year, rolled, rolls up')
FROM (VALUES ('region', '9truefalse'), ('uo', '9truetrue'), ('school-3', '9falsetrue')) x(o, want);

-- --- who follows ---
DELETE FROM vekha.follower;
CREATE FUNCTION pg_temp.write(org text, ind text, fact numeric, course text, at timestamptz DEFAULT '2020-10-10Z',
                              status vekha.status DEFAULT 'on_track', plans text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT w.written || ' ' || w.queued
    FROM vekha.write_assessments(at, ARRAY[pg_temp.org(org)], ARRAY[pg_temp.ind(ind)], ARRAY[status], '{2020-09-30}', ARRAY[fact],
        '{NULL}', '{NULL}', '{NULL}', '{200}', '{150}', '{20}', '{0.9}', '{0.9}', '{1}', '{1}', '{NULL}', '{NULL}', '{NULL}',
        '{NULL}', '{0}', '{ru}', '{en}', '{NULL}', '{NULL}', '{0}', ARRAY[course], ARRAY[plans]) w
$$;
CREATE FUNCTION pg_temp.queue() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(o.code || '/' || i.code || '@' || f.depth, ' ' ORDER BY f.id)
    FROM vekha.follower f JOIN vekha.organisation o ON o.id = f.organisation JOIN vekha.indicator i ON i.id = f.indicator
$$;
SELECT is(pg_temp.write('school-3', 'consultations', 130, 'course'), '1 1', 'one written, its sum queued');
SELECT is(pg_temp.queue(), 'uo/consultations@1', 'which is right above');
SELECT is(pg_temp.write('school-3', 'consultations', 130, 'course'), '0 0', 'the same again queues nothing');
SELECT is(pg_temp.write('school-3', 'consultations', 131, NULL), '1 0', 'nor what is in no sum');
SELECT is(pg_temp.write('uo', 'consultations', 295, 'course'), '1 1', 'a sum is itself added up');
SELECT is(pg_temp.write('school-3', 'coverage', 40, NULL), '1 1', 'what cannot exceed it is looked at again');
SELECT is(pg_temp.queue(), 'uo/consultations@1 region/consultations@0 school-3/consultations@100', 'in the order of their changes');
SELECT results_eq($$SELECT o.code::text FROM vekha.claim_followers(1) f JOIN vekha.organisation o ON o.id = f.organisation$$,
                  $$VALUES ('school-3')$$, 'the deepest goes first');
SELECT is(pg_temp.queue(), 'uo/consultations@1 region/consultations@0', 'and is then gone');
INSERT INTO vekha.follower (organisation, indicator, depth, queued_at) SELECT organisation, indicator, depth, queued_at FROM vekha.follower;
SELECT results_eq($$SELECT o.code::text FROM vekha.claim_followers(10) f JOIN vekha.organisation o ON o.id = f.organisation$$,
                  $$VALUES ('uo')$$, 'of one level each once, however often it is queued');
SELECT results_eq($$SELECT o.code::text FROM vekha.claim_followers(10) f JOIN vekha.organisation o ON o.id = f.organisation$$,
                  $$VALUES ('region')$$, 'then the level above');
SELECT is(pg_temp.queue(), NULL, 'and nothing is left');

SELECT is(pg_temp.write('school-3', 'consultations', 131, 'course', status => NULL), '1 0', 'of no status nothing is to stand');
SELECT is_empty($$SELECT FROM vekha.assessment WHERE organisation = pg_temp.org('school-3') AND indicator = pg_temp.ind('consultations')$$,
                'and nothing stands');

-- --- children as lines ---
SELECT pg_temp.write('school-3', 'consultations', 130, E'course\tt\tt\t\\N\t0\t0\t0\t0\npart\t1', plans => format('{%s}', (SELECT min(id) FROM vekha.plan)));
SELECT results_eq($$SELECT l FROM pg_temp.lines('uo', 'consultations', '2020-10-10Z') l WHERE l ~ '^(curve|child|course|part)'$$,
    $$SELECT unnest(ARRAY[format('curve|%s|2020-01-01|2020-12-31|linear|\N', (SELECT min(id) FROM vekha.plan)),
                          format('child|%s|school-3|Школа № 3|\N|on_track|2020-09-30|20', pg_temp.org('school-3')),
                          'course|t|t|\N|0|0|0|0', 'part|1'])$$, 'the shape of its plan, then the child with its course');
SELECT is_empty($$SELECT l FROM pg_temp.lines('uo', 'consultations', '2020-10-10Z', false) l WHERE l ~ '^(curve|child)'$$,
                'not if whoever asks adds up himself');
UPDATE vekha.assessment SET course = NULL WHERE organisation = pg_temp.org('school-3');
SELECT is_empty($$SELECT l FROM pg_temp.lines('uo', 'consultations', '2020-10-10Z') l WHERE l LIKE 'child%'$$, 'none without a course');
SELECT vekha.queue_reassessment(ARRAY[pg_temp.org('school-3')], NULL, '2020-10-10Z');
SELECT is_empty($$SELECT pg_temp.lines('uo', 'consultations', '2020-10-10Z')$$, 'a sum waits for a child that gets its course anew');
SELECT isnt_empty($$SELECT pg_temp.lines('uo', 'consultations', '2020-10-10Z', false)$$, 'unless the sum is made from elsewhere');

-- --- an organisation that moves, and a kind that changes ---
DELETE FROM vekha.reassessment;
DELETE FROM vekha.follower;
SELECT vekha.put_organisation('other', 'Другое управление', NULL, 'department', NULL, 'Asia/Krasnoyarsk', NULL, NULL, NULL, '2020-01-01 00:00Z');
SELECT vekha.put_organisation('school-3', 'Школа № 3', NULL, 'school', 'other', 'Asia/Krasnoyarsk', NULL, NULL, NULL, '2020-10-11 00:00Z');
SELECT is((SELECT string_agg(x, ' ' ORDER BY x) FROM unnest(string_to_array(pg_temp.queue(), ' ')) x),
          'other/consultations@0 uo/consultations@1', 'both sums are made anew');
DELETE FROM vekha.reassessment;
SELECT vekha.put_organisation('other', 'Другое управление', NULL, 'school', NULL, 'Asia/Krasnoyarsk', NULL, NULL, NULL, '2020-10-12 00:00Z');
SELECT isnt_empty($$SELECT FROM vekha.reassessment WHERE organisation = pg_temp.org('school-3')$$,
                  'those below are asked whether they are still added up');

-- --- what comes first ---
SELECT is(vekha.put_plan('school-4', 'devices', 'Контракт', '2020-01-01', '2020-12-31', NULL, NULL, NULL, NULL, NULL, NULL, '2020-10-01',
                         '2020-11-30', 'window', false, NULL, '{}', '{}', '2020-01-01Z', predecessors => '{school-4/contract,uo/contract}'),
          'created', 'a milestone that waits for two others');
SELECT is(vekha.put_plan('school-4', 'devices', 'Контракт', '2020-01-01', '2020-12-31', NULL, NULL, NULL, NULL, NULL, NULL, '2020-10-01',
                         '2020-11-30', 'window', false, NULL, '{}', '{}', '2020-01-02Z', predecessors => '{uo/contract,school-4/contract}'),
          'same', 'in any order');
SELECT is(vekha.put_plan('school-4', 'devices', 'Контракт', '2020-01-01', '2020-12-31', NULL, NULL, NULL, NULL, NULL, NULL, '2020-10-01',
                         '2020-11-30', 'window', false, NULL, '{}', '{}', '2020-01-03Z', predecessors => '{uo/contract}'),
          'changed', 'or for one');
SELECT vekha.put_indicator('contract', 'Контракт заключён', NULL, 'family', 'milestone', 'up', 'шт.', NULL, true, NULL, 1, NULL, 'usual', NULL,
                           '2020-01-01 00:00Z');
SELECT results_eq($$SELECT l FROM pg_temp.lines('school-4', 'devices', '2020-10-10Z') l WHERE l LIKE 'before%'$$,
                  $$VALUES ('before|Управление образования|Education department|Контракт заключён|\N|\N|\N|\N')$$, 'of which nothing is known yet');
SELECT pg_temp.send(1, '2020-10-01Z', NULL, org => pg_temp.org('uo'), ind => pg_temp.ind('contract'), state => 'in_progress', as_of => '2020-09-29');
SELECT pg_temp.send(2, '2020-10-02Z', NULL, org => pg_temp.org('uo'), ind => pg_temp.ind('contract'), state => 'done', period => 2020000,
                    as_of => '2020-10-01');
SELECT pg_temp.send(3, '2020-10-03Z', NULL, org => pg_temp.org('uo'), ind => pg_temp.ind('contract'), state => 'no_data', period => 2020010,
                    as_of => '2020-10-03');
SELECT results_eq($$SELECT split_part(l, '|', 6) FROM pg_temp.lines('school-4', 'devices', '2020-10-10Z') l WHERE l LIKE 'before%'$$,
                  $$VALUES ('done')$$, 'the last that was said of it');
DELETE FROM vekha.follower;
SELECT is(pg_temp.write('uo', 'contract', NULL, NULL), '1 1', 'when that changes');
SELECT is(pg_temp.queue(), 'school-4/devices@100', 'the milestone is looked at again');

-- --- what it cannot exceed ---
SELECT pg_temp.send(4, '2020-10-04Z', 40, ind => pg_temp.ind('coverage'), of_value => 60, note => 'зачисления');
SELECT results_eq($$SELECT l FROM pg_temp.lines('school-3', 'consultations', '2020-10-10Z') l WHERE l LIKE 'limit%'$$,
                  $$VALUES ('limit|Охват дополнительным образованием|\N|2020009|2020-09-30|40')$$, 'the other indicator''s figures');

-- --- alerts and the plan they are about ---
SELECT vekha.write_transitions('2020-10-10Z', ARRAY[pg_temp.org('school-3')], ARRAY[pg_temp.ind('consultations')], '{lag}', '{opens}',
    '{lagging}', '{NULL}', '{2020-09-30}', '{lagging}', '{130}', '{150}', ARRAY[(SELECT min(id) FROM vekha.plan)], '{0}', '{ru}', '{en}',
    '{NULL}', '{}', '{}', '{}', '{}', '{}');
SELECT results_eq($$SELECT kind::text, level::text, plan_starts FROM vekha.standing_alerts(
                        ARRAY[pg_temp.org('school-4'), pg_temp.org('school-3')], ARRAY[pg_temp.ind('devices'), pg_temp.ind('consultations')])$$,
                  $$VALUES ('lag', 'lagging', '2020-01-01'::date)$$, 'what stands, and since when its plan runs');

-- --- which series there are ---
SELECT vekha.put_organisation('school-3', 'Школа № 3', NULL, 'school', 'uo', 'Asia/Krasnoyarsk', NULL, NULL, NULL, '2020-10-13 00:00Z');
PREPARE known AS
SELECT o.code::text, i.code::text, k.rolled, p.code::text, k.depth FROM vekha.series_known($1, $2, $3, $4, $5, NULL) WITH ORDINALITY
    k(org, ind, rolled, parent, depth, ord)
JOIN vekha.organisation o ON o.id = k.org JOIN vekha.indicator i ON i.id = k.ind LEFT JOIN vekha.organisation p ON p.id = k.parent ORDER BY k.ord;
SELECT results_eq('EXECUTE known (NULL, ''consultations'', NULL, ''2020-12-30Z'', NULL)',
    $$VALUES ('region', 'consultations', true, NULL, 0), ('school-3', 'consultations', false, 'uo', 2), ('uo', 'consultations', true, 'region', 1)$$,
    'sums above a plan or figure, and what they are made of');
SELECT results_eq('EXECUTE known (NULL, ''consultations'', ''uo'', ''2020-12-30Z'', NULL)',
    $$VALUES ('school-3', 'consultations', false, 'uo', 2), ('uo', 'consultations', true, 'region', 1)$$, 'of a branch, not above it');
SELECT results_eq($$SELECT o.code::text FROM vekha.series_below(ARRAY[pg_temp.org('uo'), pg_temp.org('school-4')],
                        ARRAY[pg_temp.ind('consultations'), pg_temp.ind('devices')], '2020-12-30Z', NULL, NULL) b
                    JOIN vekha.organisation o ON o.id = b.organisation ORDER BY 1$$, $$VALUES ('school-3'), ('uo')$$, 'below the sums among some');

SELECT * FROM finish();
ROLLBACK;

-- The catalogue: what a row may say, versions in two times, agents.
BEGIN;
SELECT plan(88);
\ir include/fixture.psql

-- --- texts ---
SELECT lives_ok(format('SELECT %L::vekha.code', code), 'a code may be ' || code)
FROM (VALUES ('a'), ('school-3'), ('0.9_x')) c(code);
SELECT throws_ok(format('SELECT %L::vekha.code', code), '23514', NULL, 'a code may not be "' || code || '"')
FROM (VALUES (''), ('Школа'), ('A'), ('-a'), ('a b'), (repeat('a', 65))) c(code);
SELECT throws_ok(format('SELECT %L::vekha.%s', text, domain), '23514', NULL, domain || ' holds no control characters')
FROM (VALUES ('title', E'a\tb'), ('title', E'a\nb'), ('unit', E'\r'), ('basis', E'a\u0085b'), ('method', E'a\u007f')) t(domain, text);
SELECT throws_ok(format('SELECT repeat(''ж'', %s)::vekha.%s', n, domain), '23514', NULL, domain || ' has a limit')
FROM (VALUES ('title', 201), ('unit', 41), ('basis', 401), ('method', 33)) t(domain, n);
SELECT lives_ok(format('SELECT repeat(''ж'', %s)::vekha.%s', n, domain), domain || ' reaches its limit')
FROM (VALUES ('title', 200), ('unit', 40), ('basis', 400), ('method', 32)) t(domain, n);

-- --- decimals and days ---
SELECT throws_ok(format('SELECT %L::vekha.decimal', d), '23514', NULL, d || ' is no decimal of ours')
FROM (VALUES ('0.0000001'), ('1000000000000000000'), ('1234567890123.123456'), ('NaN'), ('Infinity'), ('-Infinity')) x(d);
SELECT is((d::vekha.decimal)::text, d, d || ' stays digit for digit')
FROM (VALUES ('3580418.00'), ('-0.50'), ('999999999999999999'), ('123456789012.123456')) x(d);
SELECT throws_ok($$SELECT 'infinity'::vekha.day$$, '23514', NULL, 'a day is not infinite');

-- --- two times ---
SELECT throws_ok($$
    INSERT INTO vekha.organisation_version (organisation, name, kind, time_zone, recorded_at)
    VALUES (pg_temp.org('school-3'), 'Другая', 'school', 'UTC', '2021-01-01 00:00Z')
$$, '23P01', NULL, 'two versions cannot both be believed for one day');
SELECT lives_ok($$
    INSERT INTO vekha.organisation_version (organisation, name, kind, time_zone, recorded_at, superseded_at)
    VALUES (pg_temp.org('school-3'), 'Раньше', 'school', 'UTC', '2019-01-01 00:00Z', '2020-01-01 00:00Z')
$$, 'what was believed before stands beside');
SELECT throws_ok($$
    INSERT INTO vekha.organisation_version (organisation, name, kind, time_zone, recorded_at, superseded_at)
    VALUES (pg_temp.org('uo'), 'x', 'school', 'Europe/Bogotol', '2019-01-01 00:00Z', '2019-02-01 00:00Z')
$$, '22023', NULL, 'a time zone exists');
SELECT throws_ok($$
    INSERT INTO vekha.rule_set_version (rule_set, version, recorded_at) SELECT id, 2, '2021-01-01 00:00Z' FROM vekha.rule_set
$$, '23P01', NULL, 'one version of a rule set at a time');

DELETE FROM vekha.reassessment;
SELECT is(vekha.put_organisation('school-3', 'Школа № 3', NULL, 'school', 'uo', 'Asia/Krasnoyarsk', NULL, NULL, NULL,
                                 '2020-05-01 00:00Z'), 'same', 'recording the same again changes nothing');
SELECT is_empty('SELECT * FROM vekha.reassessment', 'and queues nothing');
SELECT is(vekha.put_organisation('school-3', 'Гимназия', NULL, 'school', 'uo', 'Asia/Krasnoyarsk', NULL, NULL, '2020-09-01',
                                 '2020-06-01 00:00Z'), 'changed', 'a new name from a day on');
SELECT results_eq($$SELECT organisation, indicator FROM vekha.reassessment$$,
                  $$SELECT pg_temp.org('school-3'), pg_temp.ind('consultations')$$, 'queues its series');
SELECT results_eq($$
    SELECT v.name::text, v.valid_from, v.valid_to, v.recorded_at, v.superseded_at
    FROM vekha.organisation_version v
    WHERE v.organisation = pg_temp.org('school-3') AND v.recorded_at >= '2020-01-01 00:00Z' ORDER BY v.recorded_at, v.valid_from
$$, $$
    VALUES ('Школа № 3', '-infinity'::date, 'infinity'::date, '2020-01-01 00:00Z'::timestamptz, '2020-06-01 00:00Z'::timestamptz),
           ('Школа № 3', '-infinity', '2020-09-01', '2020-06-01 00:00Z', 'infinity'),
           ('Гимназия', '2020-09-01', 'infinity', '2020-06-01 00:00Z', 'infinity')
$$, 'what is said of earlier days stays, and what was believed before is kept');
SELECT is(vekha.put_organisation('school-3', 'Школа № 3', NULL, 'school', 'uo', 'Asia/Krasnoyarsk', NULL, NULL, NULL,
                                 '2020-05-01 00:00Z'), 'changed', 'a correction for all days, by a clock that is behind');
SELECT is((SELECT count(*) FROM vekha.organisation_version v
           WHERE v.organisation = pg_temp.org('school-3') AND v.superseded_at = 'infinity'), 1::bigint, 'leaves one belief');
SELECT throws_ok($$SELECT vekha.put_organisation('uo', 'У', NULL, 'department', 'school-3', 'UTC', NULL, NULL, NULL, '2021-01-01Z')$$,
                 '23514', NULL, 'nothing is below itself');
SELECT throws_ok($$SELECT vekha.put_organisation('x', 'X', NULL, 'school', 'nobody', 'UTC', NULL, NULL, NULL, '2021-01-01Z')$$,
                 'P0002', NULL, 'a parent exists');

SELECT vekha.put_project('renamed', 'А', NULL, NULL, NULL, NULL, '2020-01-01Z'),
       vekha.put_project('renamed', 'Б', NULL, NULL, NULL, '2020-09-01', '2020-02-01Z'),
       vekha.put_project('renamed', 'В', NULL, NULL, NULL, '2021-01-01', '2020-03-01Z');
SELECT results_eq($$
    SELECT v.name::text, v.valid_from, v.valid_to, v.recorded_at
    FROM vekha.project_version v JOIN vekha.project p ON p.id = v.project
    WHERE p.code = 'renamed' AND v.superseded_at = 'infinity' ORDER BY v.valid_from
$$, $$
    VALUES ('А', '-infinity'::date, '2020-09-01'::date, '2020-02-01Z'::timestamptz),
           ('Б', '2020-09-01', '2021-01-01', '2020-03-01Z'), ('В', '2021-01-01', 'infinity', '2020-03-01Z')
$$, 'each version has its days, and what is not touched is not recorded again');

-- --- rules and plans ---
SELECT is(vekha.put_rule_set('usual', '{}', '{}', '2020-05-01 00:00Z'), 'same', 'the same rules');
SELECT is(vekha.put_rule_set('usual', '{early_share}', '{0.20}', '2020-05-01 00:00Z'), 'changed', 'other rules');
SELECT results_eq($$SELECT version, superseded_at FROM vekha.rule_set_version ORDER BY version$$,
                  $$VALUES (1, '2020-05-01 00:00Z'::timestamptz), (2, 'infinity')$$, 'are the next version');
PREPARE plan_200 AS SELECT vekha.put_plan('school-3', 'consultations', 'Приказ 1', '2020-01-01', '2020-12-31', 'linear', NULL, NULL,
    NULL, $1, NULL, NULL, NULL, NULL, false, $2, '{2020-06-30}', ARRAY[$3]::numeric[], $4);
SELECT results_eq($$EXECUTE plan_200 (200, NULL, 90, '2020-03-01Z')$$, $$VALUES ('changed')$$, 'other points make a revision');
SELECT results_eq($$EXECUTE plan_200 (200.00, NULL, 90.0, '2020-03-02Z')$$, $$VALUES ('same')$$, 'which stands, however written');
SELECT results_eq($$EXECUTE plan_200 (210, '2020-07-01', 90, '2020-03-03Z')$$, $$VALUES ('changed')$$, 'a revision to come');
SELECT results_eq($$EXECUTE plan_200 (220, '2020-07-01', 90, '2020-03-04Z')$$, $$VALUES ('changed')$$, 'and its correction');
SELECT results_eq($$
    SELECT version, target::numeric, valid_from::date, superseded_at FROM vekha.plan ORDER BY version
$$, $$
    VALUES (1, 200::numeric, '2020-01-01'::date, 'infinity'::timestamptz), (2, 200, '2020-03-01', 'infinity'),
           (3, 210, '2020-07-01', '2020-03-04 00:00Z'), (4, 220, '2020-07-01', 'infinity')
$$, 'no version is lost; only the wrong one is no longer believed');
SELECT results_eq(format($$SELECT version FROM vekha.plan_for(pg_temp.org('school-3'), pg_temp.ind('consultations'), %L, %L)$$, day, known),
                  format('VALUES (%s)', version), 'plan for ' || day || coalesce(' as known ' || known, ''))
FROM (VALUES ('2020-02-29', NULL, 1), ('2020-06-30', NULL, 2), ('2020-07-01', NULL, 4), ('2020-07-01', '2020-03-03 12:00Z', 3),
             ('2020-07-01', '2020-02-01 00:00Z', 1), ('2021-03-01', NULL, 4)) c(day, known, version);

-- --- what a shape needs, kept with the version ---
PREPARE shaped AS SELECT vekha.put_plan('uo', 'consultations', $1, '2021-01-01', '2021-12-31', $2::vekha.plan_shape, NULL, NULL, NULL,
    $3, NULL, NULL, NULL, NULL, false, NULL, '{}', '{}', '2021-01-10Z', $4, $5::numeric[], $6::date[], $7::date[]);
CREATE FUNCTION pg_temp.kept() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT p.version || ' ' || p.shape_from || ' ' || coalesce(
        (SELECT string_agg(k.share::text, ' ' ORDER BY k.month) FROM vekha.plan_knot k WHERE k.plan = p.id),
        (SELECT string_agg(t.first || '..' || t.last, ' ' ORDER BY t.first) FROM vekha.plan_term t WHERE t.plan = p.id))
    FROM vekha.plan p WHERE p.organisation = pg_temp.org('uo') AND p.superseded_at = 'infinity' ORDER BY p.version
$$;
SELECT throws_ok(format('EXECUTE shaped (''Приказ'', %L, 100, %L, %L, %L, %L)', shape, origin, knots, firsts, lasts), code, NULL, what)
FROM (VALUES
    ('season', 'usual', '{}', '{}', '{}', '23514', 'a season has knots'),
    ('season', 'usual', '{0,0.1,0.2,0.3,0.4,0.5,0.5,0.5,0.5,0.6,0.7,1}', '{}', '{}', '23514', 'thirteen of them, not twelve'),
    ('season', 'usual', '{0,0.1,0.2,0.3,0.4,0.5,0.5,0.5,0.5,0.6,0.7,0.9,1,1}', '{}', '{}', '23514', 'nor fourteen'),
    ('season', 'usual', '{0,0.1,0.2,0.3,0.4,0.5,0.49,0.5,0.5,0.6,0.7,0.9,1}', '{}', '{}', '23514', 'which never fall'),
    ('season', 'usual', '{0.1,0.1,0.2,0.3,0.4,0.5,0.5,0.5,0.5,0.6,0.7,0.9,1}', '{}', '{}', '23514', 'begin with 0'),
    ('season', 'usual', '{0,0.1,0.2,0.3,0.4,0.5,0.5,0.5,0.5,0.6,0.7,0.9,0.99}', '{}', '{}', '23514', 'and end with 1'),
    ('linear', NULL, '{0,0.1,0.2,0.3,0.4,0.5,0.5,0.5,0.5,0.6,0.7,0.9,1}', '{}', '{}', '23514', 'an even plan has no knots'),
    ('linear', 'usual', '{}', '{}', '{}', '23514', 'and is taken from nothing'),
    ('terms', 'school', '{}', '{}', '{}', '23514', 'terms are some'),
    ('terms', 'school', '{}', '{2021-01-11}', '{2021-01-10}', '23514', 'that end after they begin'),
    ('terms', 'school', '{}', '{2021-01-11,2021-03-01}', '{2021-03-01,2021-05-30}', '23P01', 'apart from each other'),
    ('terms', 'school', '{}', '{2020-12-31}', '{2021-03-01}', '23514', 'within the plan'),
    ('terms', 'school', '{}', '{2021-09-01}', '{2022-01-01}', '23514', 'up to its end')
) c(shape, origin, knots, firsts, lasts, code, what);
EXECUTE shaped ('Приказ', 'season', 100, 'usual', '{0,0.1,0.2,0.3,0.4,0.5,0.5,0.5,0.5,0.6,0.7,0.9,1}', '{}', '{}');
SELECT results_eq($$EXECUTE shaped ('Приказ', 'season', 100, 'usual', '{0,0,0,0,0,0,0,0,0,0,0,0.5,1}', '{}', '{}')$$, $$VALUES ('same')$$,
                  'a season that was changed is no revision of an approved plan');
SELECT results_eq('SELECT pg_temp.kept()', $$VALUES ('1 usual 0 0.1 0.2 0.3 0.4 0.5 0.5 0.5 0.5 0.6 0.7 0.9 1')$$, 'which keeps its knots');
SELECT results_eq($$EXECUTE shaped ('Приказ 2', 'terms', 100, 'school', '{}', '{2021-01-11,2021-04-01}', '{2021-03-21,2021-05-30}')$$,
                  $$VALUES ('changed')$$, 'a revision');
SELECT results_eq($$EXECUTE shaped ('Приказ 2', 'terms', 100, 'school', '{}', '{2021-01-12}', '{2021-03-21}')$$, $$VALUES ('same')$$,
                  'keeps its terms');
SELECT results_eq('SELECT pg_temp.kept()', $$VALUES ('1 usual 0 0.1 0.2 0.3 0.4 0.5 0.5 0.5 0.5 0.6 0.7 0.9 1'),
                  ('2 school 2021-01-11..2021-03-21 2021-04-01..2021-05-30')$$, 'and each version has its own');

-- --- agents ---
CREATE TEMP TABLE enrolled AS SELECT vekha.enrol_agent('school-3', repeat('k', 40), '2020-02-01Z') AS id;
SELECT results_eq($$SELECT a.organisation, a.public_key FROM vekha.catalogue_agents() a JOIN enrolled e ON e.id = a.agent$$,
                  $$SELECT pg_temp.org('school-3'), repeat('k', 40)$$, 'an enrolled agent is in the catalogue');
SELECT throws_ok($$SELECT vekha.enrol_agent('uo', repeat('k', 40), '2020-02-01Z')$$, '23505', NULL, 'no key is used for two');
SELECT ok((SELECT vekha.revoke_agent(id, '2020-02-02Z') FROM enrolled), 'an agent is revoked');
SELECT ok(NOT (SELECT vekha.revoke_agent(id, '2020-02-03Z') FROM enrolled), 'once');
SELECT is_empty('SELECT * FROM vekha.catalogue_agents()', 'and is in the catalogue no more');
SELECT is((SELECT revoked_by FROM vekha.agent), session_user::text, 'who did it is kept');

-- --- in memory ---
SELECT results_eq($$SELECT code, parent IS NULL, utc_offset_s FROM vekha.catalogue_organisations('2020-10-01Z') ORDER BY code$$,
                  $$VALUES ('school-3', false, 25200), ('uo', true, 25200)$$, 'organisations with their offset');
SELECT results_eq($$SELECT code, kind, whole, method FROM vekha.catalogue_indicators('2020-10-01Z') ORDER BY code$$,
                  $$VALUES ('consultations', 'flow'::vekha.indicator_kind, true, NULL), ('coverage', 'share', false, 'register'),
                           ('devices', 'milestone', true, NULL)$$, 'indicators');
SELECT results_eq('SELECT * FROM vekha.catalogue_years()', 'VALUES (2018, 2035)', 'years with partitions');

SELECT * FROM finish();
ROLLBACK;

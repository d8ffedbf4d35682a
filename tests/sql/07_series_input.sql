-- The one loader: the lines of the seed's worked example, on any day, as known at any moment.
BEGIN;
SELECT plan(41);
\ir include/fixture.psql

-- Consultations: 80 by June, 130 by September, corrected to 165 on 8 October.  Synthetic but for the 165 of 200.
SELECT pg_temp.send(1, '2020-07-01 03:00Z', 80, period => 2020006, as_of => '2020-06-30', received => '2020-07-01 03:00:01Z');
SELECT pg_temp.send(2, '2020-10-01 03:00Z', 130, received => '2020-10-01 03:00:01.25Z');
SELECT pg_temp.send(3, '2020-10-08 03:00Z', 165, received => '2020-10-08 03:00:01Z', method => 'журнал');
SELECT pg_temp.send(4, '2020-10-02 03:00Z', 140, received => '2020-10-09 03:00:01Z');
SELECT pg_temp.send(5, '2020-01-01 03:00Z', 190, period => 2019000, as_of => '2019-12-31', received => '2020-01-01 03:00:01Z');

CREATE FUNCTION pg_temp.lines(indicator text, now timestamptz, as_of date DEFAULT NULL, known_at timestamptz DEFAULT NULL,
                              org text DEFAULT 'school-3')
RETURNS SETOF text LANGUAGE sql AS $$
    SELECT replace(l, E'\t', '|')
    FROM vekha.series_input(ARRAY[pg_temp.org(org)], ARRAY[pg_temp.ind(indicator)], now, as_of, known_at, false) s
    CROSS JOIN LATERAL string_to_table(s, E'\n') l
$$;
CREATE FUNCTION pg_temp.figures(now timestamptz, as_of date DEFAULT NULL, known_at timestamptz DEFAULT NULL) RETURNS text
LANGUAGE sql AS $$
    SELECT string_agg(split_part(l, '|', 2) || '=' || split_part(l, '|', 5), ' ')
    FROM pg_temp.lines('consultations', now, as_of, known_at) l WHERE l LIKE 'figure|%'
$$;

CREATE TEMP TABLE key AS
SELECT pg_temp.org('school-3') AS org, pg_temp.ind('consultations') AS ind, (SELECT id FROM vekha.rule_set_version) AS rules,
       (SELECT id FROM vekha.plan) AS plan;
SELECT results_eq($$SELECT pg_temp.lines('consultations', '2020-10-10 00:00Z')$$, $$
    SELECT unnest(ARRAY[
        format('series|%s|%s|school-3|Школа № 3|\N|consultations|Консультации родителям|Consultations for parents|family|flow|up|'
               'консультаций|\N|true|year_to_date|1|\N|2020-10-10|2019-01-01|2021-02-01|1|false|false', org, ind),
        format('rules|%s|usual|1', rules),
        format('plan|%s|1|Приказ 1|2020-01-01|2020-12-31|linear|\N|\N|\N|200|\N|\N|\N|\N|false|2020-01-01', plan),
        format('figure|2020006|2020-06-30|value|80|\N|\N|\N|2020-07-01T03:00:00.000000Z|2020-07-01T03:00:01.000000Z|%s', pg_temp.id(1)),
        format('figure|2020009|2020-09-30|value|165|\N|\N|журнал|2020-10-08T03:00:00.000000Z|2020-10-08T03:00:01.000000Z|%s',
               pg_temp.id(3))]) FROM key
$$, 'a series line by line; last year''s figure is not of this plan');

-- --- in two times ---
SELECT is(pg_temp.figures('2020-10-10Z'), '2020006=80 2020009=165', 'now');
SELECT is(pg_temp.figures('2020-10-10Z', '2020-09-29'), '2020006=80', 'as of a day before the figure''s');
SELECT is(pg_temp.figures('2020-10-10Z', NULL, '2020-10-07Z'), '2020006=80 2020009=130', 'as known before the correction');
SELECT is(pg_temp.figures('2020-10-10Z', NULL, '2020-10-08 03:00:01Z'), '2020006=80 2020009=165', 'at the moment of the correction');
SELECT is(pg_temp.figures('2020-10-10Z', NULL, '2020-10-08 03:00:00.999999Z'), '2020006=80 2020009=130', 'just before it');
SELECT is(pg_temp.figures('2020-10-10Z', NULL, '2020-10-09 03:00:01Z'), '2020006=80 2020009=165', 'what was outdated never stood');
SELECT is(pg_temp.figures('2020-10-10Z', '2020-06-30', '2020-07-02Z'), '2020006=80', 'both times');
SELECT is(pg_temp.figures('2020-10-10Z', NULL, '2020-06-30Z'), NULL, 'before anything came');
SELECT is_empty($$SELECT pg_temp.lines('consultations', '2020-10-10Z', NULL, '2019-12-31Z')$$, 'before the indicator was known');
SELECT is_empty($$SELECT pg_temp.lines('consultations', '2020-10-10Z', NULL, NULL, 'nobody')$$, 'an organisation that is none');

-- --- today is the organisation's own ---
SELECT is(split_part((SELECT pg_temp.lines('consultations', t) LIMIT 1), '|', 19), d, 'at ' || t || ' it is ' || d)
FROM (VALUES ('2020-09-30 16:59:59Z'::timestamptz, '2020-09-30'), ('2020-09-30 17:00Z', '2020-10-01')) x(t, d);
SELECT is(pg_temp.figures('2020-09-29 16:59Z'), '2020006=80', 'a figure of a day to come is not seen');

-- --- plans ---
SELECT is(vekha.put_plan('school-3', 'consultations', 'Приказ 2', '2021-01-01', '2021-12-31', 'points', NULL, NULL, NULL, 220, NULL,
                         NULL, NULL, NULL, false, '2020-11-01', '{2021-06-30,2021-03-31}', '{100.5,40}', '2020-10-15Z'),
          'created', 'next year''s plan');
SELECT is((SELECT count(*) FROM pg_temp.lines('consultations', '2020-12-31Z') l WHERE l LIKE 'point|%'), 0::bigint, 'waits');
SELECT is(split_part((SELECT pg_temp.lines('consultations', t) LIMIT 1), '|', 21), d, 'at ' || t || ' the next change is on ' || d)
FROM (VALUES ('2020-10-30Z'::timestamptz, '2020-11-01'), ('2020-11-02Z', '2021-01-01'), ('2021-01-02Z', '2021-02-01'),
             ('2021-02-02Z', '2022-02-01'), ('2022-02-02Z', '\N')) x(t, d);
SELECT is((SELECT split_part(l, '|', 3) FROM pg_temp.lines('consultations', t) l WHERE l LIKE 'plan|%'), v,
          'at ' || t || ' the plan of version ' || v || ' speaks')
FROM (VALUES ('2020-12-31 17:00Z'::timestamptz, '1'), ('2021-01-31 16:59Z', '1'), ('2021-01-31 17:00Z', '2')) x(t, v);
SELECT results_eq($$SELECT l FROM pg_temp.lines('consultations', '2021-01-31 17:00Z') l WHERE l NOT LIKE 'series|%' AND l NOT LIKE 'rules|%'$$,
    $$SELECT unnest(ARRAY[format('plan|%s|2|Приказ 2|2021-01-01|2021-12-31|points|\N|\N|\N|220|\N|\N|\N|\N|false|2020-11-01', max(id)),
                          'point|2021-03-31|40', 'point|2021-06-30|100.5']) FROM vekha.plan$$,
    'until the old one is closed, points in order, and has no figures yet');
SELECT is((SELECT split_part(l, '|', 3) FROM pg_temp.lines('consultations', '2021-06-01Z', NULL, '2020-10-14Z') l
           WHERE l LIKE 'plan|%'), '1', 'before it was known the old one stands');

-- --- a share begins with its base; a series without a plan has all ---
SELECT vekha.put_plan('school-3', 'coverage', 'Приказ 3', '2021-01-01', '2024-12-31', 'linear', 41.7, '2020-09-25', 'register', 75, 3600,
                      NULL, NULL, NULL, false, '2020-12-01', '{}', '{}', '2020-10-15Z');
SELECT pg_temp.send(10, '2020-09-26Z', 1501, ind => pg_temp.ind('coverage'), of_value => 3600, as_of => '2020-09-24', received => '2020-09-26Z');
SELECT pg_temp.send(11, '2020-12-26Z', 1548.0, ind => pg_temp.ind('coverage'), of_value => 3600, period => 2020012, as_of => '2020-12-25',
                    received => '2020-12-26Z');
SELECT results_eq($$SELECT split_part(l, '|', 5) || ' of ' || split_part(l, '|', 6) FROM pg_temp.lines('coverage', '2020-12-30Z') l
                    WHERE l LIKE 'figure|%'$$, $$VALUES ('1548.0 of 3600')$$, 'figures since the base, digit for digit');
SELECT is((SELECT count(*) FROM pg_temp.lines('coverage', '2020-12-30Z', NULL, '2020-09-25Z') l WHERE l LIKE 'figure|%'), 0::bigint,
          'none as known then');
SELECT is((SELECT count(*) FROM pg_temp.lines('coverage', '2020-11-30Z') l WHERE l LIKE 'figure|%'), 1::bigint, 'all without a plan');

-- --- rules ---
SELECT is(vekha.put_rule_set('usual', '{early_share,flow_prior}', '{0.20,0.1}', '2020-11-01Z'), 'changed', 'other rules');
SELECT results_eq($$SELECT l FROM pg_temp.lines('consultations', '2020-11-02Z') l WHERE l LIKE 'rule|%'$$,
                  $$VALUES ('rule|early_share|0.20'), ('rule|flow_prior|0.1')$$, 'are given by name');
SELECT is_empty($$SELECT l FROM pg_temp.lines('consultations', '2020-11-02Z', NULL, '2020-10-31Z') l WHERE l LIKE 'rule|%'$$,
                'and not before they were known');

-- --- several series ---
SELECT results_eq($$
    SELECT split_part(l, E'\t', 7)
    FROM vekha.series_input(ARRAY[pg_temp.org('school-3'), pg_temp.org('uo'), pg_temp.org('school-3')],
                                ARRAY[pg_temp.ind('coverage'), pg_temp.ind('coverage'), pg_temp.ind('consultations')], '2020-11-02Z', NULL, NULL, false) l
    WHERE l LIKE 'series%'
$$, $$VALUES ('coverage'), ('coverage'), ('consultations')$$, 'in the order asked for');

-- --- what status shows ---
PREPARE series AS
SELECT o.code::text, i.code::text FROM vekha.status_series($1, $2, $3, $4, $5, $6) WITH ORDINALITY s(org, ind, ord)
JOIN vekha.organisation o ON o.id = s.org JOIN vekha.indicator i ON i.id = s.ind ORDER BY s.ord;
SELECT pg_temp.send(12, '2020-10-01Z', 4, org => pg_temp.org('uo'), ind => pg_temp.ind('devices'), state => 'in_progress');
SELECT results_eq('EXECUTE series (NULL, NULL, NULL, ''2020-12-30Z'', NULL, NULL)',
                  $$VALUES ('school-3', 'consultations'), ('school-3', 'coverage'), ('uo', 'devices')$$, 'with a plan or a figure');
SELECT results_eq('EXECUTE series (''family'', ''devices'', ''uo'', ''2020-12-30Z'', NULL, NULL)', $$VALUES ('uo', 'devices')$$, 'some');
SELECT results_eq('EXECUTE series (NULL, ''coverage'', ''uo'', ''2020-12-30Z'', NULL, NULL)', $$VALUES ('school-3', 'coverage')$$, 'and all below');
SELECT is_empty('EXECUTE series (NULL, ''devices'', ''school-3'', ''2020-12-30Z'', NULL, NULL)', 'not above');
SELECT results_eq('EXECUTE series (NULL, NULL, NULL, ''2020-12-30Z'', NULL, ''2020-07-02Z'')', $$VALUES ('school-3', 'consultations')$$,
                  'as known at a moment');
SELECT results_eq('EXECUTE series (NULL, NULL, NULL, ''2020-12-30Z'', ''2020-09-24'', NULL)',
                  $$VALUES ('school-3', 'consultations'), ('school-3', 'coverage')$$, 'as of a day');

-- --- seasons and terms ---
SELECT vekha.put_plan('uo', 'consultations', 'Приказ', '2021-01-01', '2021-12-31', 'season', NULL, NULL, NULL, 100, NULL, NULL, NULL,
                      NULL, false, NULL, '{}', '{}', '2020-11-01Z', 'usual', '{0,0.1,0.2,0.3,0.4,0.5,0.5,0.5,0.5,0.6,0.7,0.90,1}');
SELECT results_eq($$SELECT string_agg(substr(l, 6), ' ') FROM pg_temp.lines('consultations', '2021-01-02Z', NULL, NULL, 'uo') l WHERE l LIKE 'knot|%'$$,
                  $$VALUES ('0|0 1|0.1 2|0.2 3|0.3 4|0.4 5|0.5 6|0.5 7|0.5 8|0.5 9|0.6 10|0.7 11|0.90 12|1')$$, 'knots in order');
SELECT vekha.put_plan('uo', 'consultations', 'Приказ', '2022-01-01', '2022-12-31', 'terms', NULL, NULL, NULL, 100, NULL, NULL, NULL,
                      NULL, false, NULL, '{}', '{}', '2020-11-01Z', 'school', '{}', '{2022-09-01,2022-01-10}', '{2022-12-28,2022-05-30}');
SELECT results_eq($$SELECT l FROM pg_temp.lines('consultations', '2022-02-02Z', NULL, NULL, 'uo') l WHERE l ~ '^(term|knot)'$$,
                  $$VALUES ('term|2022-01-10|2022-05-30'), ('term|2022-09-01|2022-12-28')$$, 'terms in order');

SELECT * FROM finish();
ROLLBACK;

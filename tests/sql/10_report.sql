-- What people read.
BEGIN;
SELECT plan(19);
\ir include/fixture.psql

SELECT is(vekha.period_text(p), t, p || ' is ' || t)
FROM (VALUES (2020000, '2020'), (2020009, '2020-09'), (2020012, '2020-12'), (2020021, '2020-Q1'), (2020032, '2020-H2'),
             (2020039, '2020-9M'), (2020369, '2020-09-25'), (2020466, '2020-12-31'), (2019465, '2019-12-31')) x(p, t);

SELECT vekha.enrol_agent('school-3', repeat('k', 40), '2020-02-01Z') AS agent \gset
SELECT pg_temp.send(1, '2020-10-01Z', 130, agent => :agent);
SELECT pg_temp.send(2, '2020-10-02Z', 140.00, agent => :agent, received => '2020-10-06Z', note => 'уточнено');
SELECT pg_temp.send(3, '2020-10-01 12:00Z', 135, agent => :agent, received => '2020-10-07Z');
SELECT pg_temp.send(4, '2020-10-03Z', 140.00, agent => :agent, received => '2020-10-08Z', note => 'уточнено');
SELECT results_eq('SELECT org::text, indicator::text, project::text, period, as_of::date, state, value::text, note, confirmed_at FROM report.figures',
    $$VALUES ('school-3', 'consultations', 'family', '2020-09', '2020-09-30'::date, 'value'::vekha.figure_state, '140.00', 'уточнено',
              '2020-10-03Z'::timestamptz)$$, 'the figure in force');
SELECT results_eq('SELECT org::text, door, figures, accepted, unchanged, replaced, outdated, rejected, assessed FROM report.submissions ORDER BY received_at',
    $$VALUES ('school-3', 'wire'::vekha.door, 1, 1::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, false),
             ('school-3', 'wire', 1, 0, 0, 1, 0, 0, false), ('school-3', 'wire', 1, 0, 0, 0, 1, 0, true),
             ('school-3', 'wire', 1, 0, 1, 0, 0, 0, true)$$, 'what came in and what was answered');

PREPARE versions AS SELECT value::text, superseded_at, in_force, author, door FROM vekha.figure_versions('school-3', 'consultations', $1);
SELECT results_eq('EXECUTE versions (NULL)', $$
    VALUES ('130', '2020-10-06Z'::timestamptz, false, 'Секретарь', 'wire'::vekha.door),
           ('135', '2020-10-07Z', false, 'Секретарь', 'wire'), ('140.00', NULL, true, 'Секретарь', 'wire')
$$, 'every version, who sent it and by which door');
SELECT results_eq($$EXECUTE versions ('2020-10-05 12:00Z')$$, $$VALUES ('130', NULL::timestamptz, true, 'Секретарь', 'wire'::vekha.door)$$,
                  'as known at a moment');
SELECT is_empty($$EXECUTE versions ('2020-10-04Z')$$, 'before that nothing');
SELECT throws_ok($$SELECT * FROM vekha.figure_versions('nobody', 'consultations', NULL)$$, 'P0002', NULL, 'of somebody who is none');

SELECT lives_ok($$
    SELECT vekha.write_assessments('2020-10-09Z', ARRAY[pg_temp.org('school-3')], ARRAY[pg_temp.ind('consultations')], '{lagging}',
        '{2020-09-30}', '{140}', '{NULL}', '{NULL}', '{200}', '{150}', '{10}', '{0.9333}', '{0.9333}', '{20}', '{15.56}', '{187}', '{18}',
        '{0.2}', ARRAY[(SELECT id FROM vekha.plan)], ARRAY[(SELECT id FROM vekha.rule_set_version)], '{Отстаёт}', '{Lagging}', '{NULL}')
$$, 'an assessment');
SELECT results_eq('SELECT org::text, indicator::text, status, gap, shape, rule::text, rule_version, plan_version FROM report.status',
    $$VALUES ('school-3', 'consultations', 'lagging'::vekha.status, 10::numeric, 'linear'::vekha.plan_shape, 'usual', 1, 1)$$, 'is shown');
SELECT vekha.write_transitions('2020-10-09Z', ARRAY[pg_temp.org('school-3')], ARRAY[pg_temp.ind('consultations')], '{lag}',
    '{opens}', '{lagging}', '{NULL}', '{2020-09-30}', '{lagging}', '{140}', '{150}', '{NULL}', '{NULL}', '{Отстаёт}', '{Lagging}', '{NULL}', '{}',
    '{}', '{}', '{}', '{}');
SELECT vekha.acknowledge((SELECT id FROM vekha.alert), 'Приём по субботам', '2020-12-01', '2020-10-10Z');
SELECT results_eq('SELECT kind, org::text, level, event, measure, acknowledged_by, closed_at FROM report.alerts', $$
    SELECT 'lag'::vekha.alert_kind, 'school-3', 'lagging'::vekha.alert_level, 'opens', 'Приём по субботам', session_user::text COLLATE "default",
           NULL::timestamptz
$$, 'an alert with its last step and who took it in hand');
SELECT is((SELECT count(*) FROM report.organisations), 2::bigint, 'organisations');

SELECT * FROM finish();
ROLLBACK;

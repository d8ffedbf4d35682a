-- The feed: positions, who sees what, how far a reading goes.  Writers at once are in 18_feed_order.
BEGIN;
SELECT plan(29);
\ir include/fixture.psql
SELECT vekha.put_organisation('school-4', 'Школа № 4', NULL, 'school', 'uo', 'Asia/Krasnoyarsk', NULL, NULL, NULL, '2020-01-01Z');
SELECT vekha.put_organisation('branch', 'Филиал', 'Branch', 'school', 'school-3', 'Asia/Krasnoyarsk', NULL, NULL, NULL, '2020-01-01Z');

-- A step of the lag of that organisation's consultations, as a round writes it.
CREATE FUNCTION pg_temp.step(org text, event text, to_level vekha.alert_level, at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    a vekha.alert;
    step bigint;
BEGIN
    SELECT * INTO a FROM vekha.alert x WHERE x.organisation = pg_temp.org(org) AND x.closed_at IS NULL;
    IF a.id IS NULL THEN
        INSERT INTO vekha.alert (kind, organisation, indicator, level, opened_at, changed_at)
        VALUES ('lag', pg_temp.org(org), pg_temp.ind('consultations'), to_level, at, at) RETURNING id INTO a.id;
    ELSE
        UPDATE vekha.alert x SET level = coalesce(to_level, x.level), changed_at = at, closed_at = CASE WHEN to_level IS NULL THEN at END
        WHERE x.id = a.id;
    END IF;
    INSERT INTO vekha.alert_transition (alert, at, event, from_level, to_level, as_of, status, fact, plan_at, explanation_ru, explanation_en)
    VALUES (a.id, at, event, a.level, to_level, '2020-09-30', 'lagging', 130.5, 150, 'Отстаёт', 'Lagging') RETURNING id INTO step;
    RETURN step;
END
$$;
CREATE FUNCTION pg_temp.read(after bigint, orgs text[] DEFAULT NULL, max_steps integer DEFAULT 10)
RETURNS TABLE (positions bigint[], through bigint, newest bigint) LANGUAGE sql AS $$
    SELECT array_agg(r.position ORDER BY r.position) FILTER (WHERE r.position IS NOT NULL), max(r.through), max(r.newest)
    FROM vekha.read_feed(after, max_steps, (SELECT array_agg(pg_temp.org(o)) FROM unnest(orgs) o)) r
$$;

SELECT results_eq('SELECT * FROM pg_temp.read(0)', 'VALUES (NULL::bigint[], 0::bigint, 0::bigint)', 'an empty feed');
SELECT results_eq('SELECT placed, newest FROM vekha.place_feed(10)', 'VALUES (0, 0::bigint)', 'nothing waits');

CREATE TEMP TABLE first AS SELECT pg_temp.step('school-3', 'opens', 'at_risk', '2020-10-01Z') AS id;
SELECT results_eq('SELECT transition, kind FROM vekha.feed_waiting', $$SELECT id, 'lag'::vekha.alert_kind FROM first$$, 'a step waits');
SELECT results_eq('SELECT * FROM pg_temp.read(0)', 'VALUES (NULL::bigint[], 0::bigint, 0::bigint)', 'and is not in the feed before it is placed');
SELECT results_eq('SELECT placed, newest FROM vekha.place_feed(10)', 'VALUES (1, 1::bigint)', 'it is placed');
SELECT is_empty('SELECT FROM vekha.feed_waiting', 'once');
SELECT results_eq($$
    SELECT through, newest, above, position, step, at, event, kind, from_level, to_level, opened_at, closed_at, organisation,
           organisation_name, organisation_name_en, indicator, indicator_name, indicator_name_en, project, status, as_of, fact,
           plan_at, explanation_ru, explanation_en, submission
    FROM vekha.read_feed(0, 10, NULL)$$, $$
    SELECT 1::bigint, 1::bigint, ARRAY[pg_temp.org('school-3'), pg_temp.org('uo')], 1::bigint, id, '2020-10-01Z'::timestamptz, 'opens',
           'lag'::vekha.alert_kind, NULL::vekha.alert_level, 'at_risk'::vekha.alert_level, '2020-10-01Z'::timestamptz, NULL::timestamptz,
           'school-3', 'Школа № 3', NULL, 'consultations', 'Консультации родителям', 'Consultations for parents', 'family',
           'lagging'::vekha.status, '2020-09-30'::date, 130.5, 150::numeric, 'Отстаёт', 'Lagging', NULL::uuid
    FROM first$$, 'and read with all that belongs to it');

SELECT pg_temp.step('school-4', 'opens', 'lagging', '2020-10-02Z');
SELECT pg_temp.step('branch', 'opens', 'lagging', '2020-10-03Z');
SELECT pg_temp.step('school-3', 'closes', NULL, '2020-10-04Z');
SELECT pg_temp.step('uo', 'opens', 'lagging', '2020-10-05Z');
SELECT results_eq('SELECT placed, newest FROM vekha.place_feed(3)', 'VALUES (3, 4::bigint)', 'as many as wanted');
SELECT results_eq('SELECT placed, newest FROM vekha.place_feed(3)', 'VALUES (1, 5::bigint)', 'then the rest');
SELECT ok(bool_and(f.transition > p.transition), 'in the order of their ids')
FROM vekha.feed f JOIN vekha.feed p ON p.position = f.position - 1;
SELECT results_eq('SELECT closed_at, from_level, to_level FROM vekha.read_feed(3, 1, NULL)',
                  $$VALUES ('2020-10-04Z'::timestamptz, 'at_risk'::vekha.alert_level, NULL::vekha.alert_level)$$, 'a step that closes');
SELECT results_eq('SELECT closed_at FROM vekha.read_feed(0, 1, NULL)', 'VALUES (NULL::timestamptz)', 'changes nothing of the step that opened');

SELECT results_eq('SELECT after_at, through_at FROM vekha.read_feed(1, 2, NULL) LIMIT 1',
                  $$VALUES ('2020-10-01Z'::timestamptz, '2020-10-03Z'::timestamptz)$$, 'the moments of both ends are told');
SELECT results_eq('SELECT after_at, through_at FROM vekha.read_feed(0, 9, ''{}'')', $$VALUES (NULL::timestamptz, '2020-10-05Z'::timestamptz)$$,
                  'even where nothing is given; the beginning has none');

-- --- who sees what ---
SELECT results_eq('SELECT * FROM pg_temp.read(0)', $$VALUES ('{1,2,3,4,5}'::bigint[], 5::bigint, 5::bigint)$$, 'the centre sees all');
SELECT results_eq($$SELECT * FROM pg_temp.read(0, '{uo}')$$, $$VALUES ('{1,2,3,4,5}'::bigint[], 5::bigint, 5::bigint)$$, 'so does who is above all');
SELECT results_eq($$SELECT * FROM pg_temp.read(0, '{school-3}')$$, $$VALUES ('{1,3,4}'::bigint[], 5::bigint, 5::bigint)$$, 'a school itself and its branch');
SELECT results_eq($$SELECT * FROM pg_temp.read(0, '{branch}')$$, $$VALUES ('{3}'::bigint[], 5::bigint, 5::bigint)$$, 'a branch itself');
SELECT results_eq($$SELECT * FROM pg_temp.read(0, '{branch,school-4}')$$, $$VALUES ('{2,3}'::bigint[], 5::bigint, 5::bigint)$$, 'several at once');
SELECT results_eq($$SELECT * FROM pg_temp.read(3, '{branch}')$$, 'VALUES (NULL::bigint[], 5::bigint, 5::bigint)', 'nothing after its last, up to the end');
SELECT vekha.put_organisation('school-4', 'Школа № 4', NULL, 'school', 'school-3', 'Asia/Krasnoyarsk', NULL, NULL, '2020-11-01', '2020-10-10Z');
SELECT pg_temp.step('school-4', 'closes', NULL, '2020-10-20Z');
SELECT pg_temp.step('school-4', 'opens', 'lagging', '2020-11-20Z');
SELECT results_eq('SELECT placed FROM vekha.place_feed(10)', 'VALUES (2)', 'a school comes under another');
SELECT results_eq($$SELECT * FROM pg_temp.read(4, '{school-3}')$$, $$VALUES ('{7}'::bigint[], 7::bigint, 7::bigint)$$, 'who sees it from that day on');

-- --- how far a reading goes ---
SELECT results_eq('SELECT * FROM pg_temp.read(0, NULL, 2)', $$VALUES ('{1,2}'::bigint[], 2::bigint, 7::bigint)$$, 'up to the last of a full answer');
SELECT results_eq($$SELECT * FROM pg_temp.read(0, '{school-3}', 2)$$, $$VALUES ('{1,3}'::bigint[], 3::bigint, 7::bigint)$$, 'those of others are passed over');
SELECT results_eq('SELECT * FROM pg_temp.read(9)', 'VALUES (NULL::bigint[], 7::bigint, 7::bigint)', 'a position that there is not');
INSERT INTO vekha.alert_transition (alert, at, event, to_level, explanation_ru, explanation_en)
SELECT (SELECT min(id) FROM vekha.alert), '2020-12-01Z', 'opens', 'info', 'x', 'x' FROM generate_series(1, 1100);
SELECT results_eq('SELECT placed, newest FROM vekha.place_feed(2000)', 'VALUES (1100, 1107::bigint)', 'many at once');
SELECT results_eq($$SELECT * FROM pg_temp.read(0, '{branch}', 1)$$, $$VALUES ('{3}'::bigint[], 3::bigint, 1107::bigint)$$, 'a long feed is read');
SELECT results_eq($$SELECT * FROM pg_temp.read(3, '{branch}')$$, 'VALUES (NULL::bigint[], 1027::bigint, 1107::bigint)', 'a thousand positions at a time');
SELECT throws_ok('UPDATE vekha.feed SET position = position + 1', '23001', NULL, 'positions are not changed');
SELECT * FROM finish();
ROLLBACK;

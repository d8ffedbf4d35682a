-- Narratives: each verdict, repeats, the order of arrival, what is shown; and what ingest makes of a verdict that is given.
BEGIN;
SELECT plan(76);
\ir include/fixture.psql
SELECT vekha.put_project('digital', 'Цифровая образовательная среда', 'Digital', '2019-01-01', NULL, NULL, '2020-01-01 00:00Z');
SELECT id AS digital FROM vekha.project WHERE code = 'digital' \gset

-- --- verdicts ---
SELECT is(pg_temp.tell(1, '2020-10-01 08:00Z', 'Начато', 'нет ставок'), 'stored 100', 'nothing stood: accepted');
SELECT is(pg_temp.tell(2, '2020-10-01 07:00Z', 'Начато', 'нет ставок'), 'stored 300', 'the same, composed earlier: unchanged');
SELECT is((SELECT confirmed_at FROM vekha.narrative), NULL, 'and confirms nothing');
SELECT is(pg_temp.tell(3, '2020-10-01 10:00Z', 'Начато', 'нет ставок', as_of => '2020-09-29'), 'stored 300', 'the same, composed later: unchanged');
SELECT results_eq('SELECT confirmed_at, confirmed_by, submission, as_of::date FROM vekha.narrative',
                  $$VALUES ('2020-10-01 10:00Z'::timestamptz, pg_temp.id(3), pg_temp.id(1), '2020-09-30'::date)$$,
                  'confirms what stands, which speaks of its own day');
SELECT is(pg_temp.tell(4, '2020-10-01 09:00Z', 'Ещё не начато'), 'stored 500', 'another, older than the confirmation: outdated');
SELECT results_eq('SELECT text::text, recorded_at = superseded_at, superseded_by FROM vekha.narrative_history',
                  $$VALUES ('Ещё не начато', true, pg_temp.id(1))$$, 'and goes to the history at once');
SELECT is(pg_temp.tell(5, '2020-10-02 08:00Z', 'Начато', 'нет ставок', 'приняты двое', 'набор групп', 'директор',
                       received => '2020-10-06 00:00Z'), 'stored 400', 'another in one of its texts, later: replaced');
SELECT results_eq('SELECT text::text, cause::text, measure::text, next_step::text, answerable::text, submission, recorded_at, confirmed_at FROM vekha.narrative',
                  $$VALUES ('Начато', 'нет ставок', 'приняты двое', 'набор групп', 'директор', pg_temp.id(5), '2020-10-06 00:00Z'::timestamptz,
                            NULL::timestamptz)$$, 'and in force');
SELECT results_eq($$SELECT text::text, cause::text, recorded_at, confirmed_by, superseded_at, superseded_by FROM vekha.narrative_history
                    WHERE submission = pg_temp.id(1)$$,
                  $$VALUES ('Начато', 'нет ставок', '2020-10-05 00:00Z'::timestamptz, pg_temp.id(3), '2020-10-06 00:00Z'::timestamptz,
                            pg_temp.id(5))$$, 'what stood is in the history');
SELECT is(pg_temp.tell(6, '2020-10-03 11:00Z', NULL), 'stored 400', 'a narrative is withdrawn');
SELECT is(pg_temp.tell(7, '2020-10-03 12:00Z', NULL), 'stored 300', 'once');
SELECT is(pg_temp.tell(8, '2020-10-03 13:00Z', 'Начато'), 'stored 400', 'and told again');
SELECT is(pg_temp.tell(9, '2020-10-03 13:00Z', 'Начато', project => :digital), 'stored 100', 'another project is another narrative');
SELECT is(pg_temp.tell(10, '2020-10-03 13:00Z', 'Начато', period => 2020039), 'stored 100', 'so is another period');
SELECT is(pg_temp.tell(11, '2020-10-03 13:00Z', NULL, period => 2020008, as_of => '2020-08-31'), 'stored 100',
          'what was never told can be withdrawn');
SELECT is(pg_temp.tell(12, '2099-01-01 00:00Z', 'Спешит', period => 2020007, as_of => '2020-07-31'), 'stored 100', 'a clock that is ahead');
SELECT is((SELECT composed_at FROM vekha.narrative WHERE period = 2020007), '2020-10-05 00:00Z', 'counts until the receipt only');
SELECT results_eq('SELECT verdicts, texts, series, pending, narrative_verdicts, narrative_texts FROM vekha.submission WHERE id = pg_temp.id(1)',
                  $$VALUES ('{}'::smallint[], NULL::text[], '{}'::integer[], false, '{100}'::smallint[], NULL::text[])$$,
                  'a submission without figures changes no series');
SELECT throws_ok('UPDATE vekha.narrative_history SET text = ''x''', '23001', NULL, 'the history is not changed');
SELECT throws_ok('DELETE FROM vekha.narrative_history', '23001', NULL, 'nor deleted');

-- --- warnings and rejections ---
SELECT is(pg_temp.tell(20, '2020-10-01Z', 'a', period => 2020001, as_of => '2020-01-31', verdict => 251, told => 'давно'), 'stored 251',
          'a warning is stored');
SELECT results_eq('SELECT narrative_texts, texts FROM vekha.submission WHERE id = pg_temp.id(20)', $$VALUES ('{давно}'::text[], NULL::text[])$$,
                  'with its text');
SELECT is(pg_temp.tell(21, '2020-10-02Z', 'a', period => 2020001, as_of => '2020-01-31', verdict => 251, told => 'давно'), 'stored 300',
          'but not where nothing changes');
SELECT is((SELECT narrative_texts FROM vekha.submission WHERE id = pg_temp.id(21)), NULL, 'nor is its text');
SELECT is(pg_temp.tell(22, '2020-10-03Z', NULL, org => NULL, project => NULL, period => NULL, as_of => NULL, verdict => 630, told => 'нет такого'),
          'stored 630', 'a rejected narrative may lack everything');
SELECT throws_ok($$SELECT pg_temp.tell(23, '2020-10-03Z', NULL, 'причина')$$, '23514', NULL, 'a withdrawn narrative has no texts');
SELECT throws_ok($$SELECT pg_temp.tell(24, '2020-10-03Z', '')$$, '23514', NULL, 'a text is not empty');
SELECT throws_ok($$SELECT pg_temp.tell(25, '2020-10-03Z', repeat('я', 4001))$$, '23514', NULL, 'nor too long');
SELECT throws_ok($$SELECT pg_temp.tell(26, '2020-10-03Z', 'a', repeat('я', 2001))$$, '23514', NULL, 'a cause is shorter');
SELECT throws_ok($$SELECT pg_temp.tell(27, '2020-10-03Z', E'a\tb')$$, '23514', NULL, 'without control characters');
SELECT throws_ok($$SELECT pg_temp.tell(28, '2020-10-03Z', 'a', answerable => E'a\nb')$$, '23514', NULL, 'a post stands in one line');
SELECT is(pg_temp.tell(29, '2020-10-03Z', E'a\nb', period => 2020002, as_of => '2020-02-29'), 'stored 100', 'a text in several');
SELECT throws_ok($$SELECT pg_temp.tell(30, '2020-10-03Z', 'a', as_of => '2019-12-31')$$, '23514', NULL, 'a day in another year than the period');

-- --- rejected, unless the same stands (9xx) ---
SELECT is(pg_temp.send(40, '2020-10-01Z', 5, period => 2020005, as_of => '2020-05-31'), 'stored 100', 'a figure stands');
SELECT is(pg_temp.send(41, '2020-10-02Z', 6, period => 2020005, as_of => '2020-05-31', verdict => 927, txt => 'закрыт'), 'stored 627',
          'another is rejected with the reason given');
SELECT results_eq('SELECT texts, series, pending FROM vekha.submission WHERE id = pg_temp.id(41)',
                  $$VALUES ('{закрыт}'::text[], '{}'::integer[], false)$$, 'and its text');
SELECT is(pg_temp.send(42, '2020-10-02Z', 5, period => 2020005, as_of => '2020-05-31', verdict => 927, txt => 'закрыт'), 'stored 300',
          'the same is unchanged');
SELECT results_eq('SELECT value::numeric, confirmed_by, (SELECT texts FROM vekha.submission WHERE id = confirmed_by) FROM vekha.figure WHERE period = 2020005',
                  $$VALUES (5::numeric, pg_temp.id(42), NULL::text[])$$, 'confirms what stands, and needs no text');
SELECT is(pg_temp.send(43, '2020-09-02Z', 5, period => 2020005, as_of => '2020-05-31', verdict => 927), 'stored 300', 'an older one, too');
SELECT is((SELECT confirmed_by FROM vekha.figure WHERE period = 2020005), pg_temp.id(42), 'but confirms nothing');
SELECT is(pg_temp.send(44, '2020-09-01Z', 7, period => 2020005, as_of => '2020-05-31', verdict => 927), 'stored 627',
          'another that comes too late is rejected, not outdated');
SELECT is(pg_temp.send(45, '2020-10-01Z', 7, period => 2020004, as_of => '2020-04-30', verdict => 927), 'stored 627', 'so is one where nothing stood');
SELECT is_empty('SELECT FROM vekha.figure WHERE period = 2020004 UNION ALL SELECT FROM vekha.figure_history WHERE period IN (2020004, 2020005)',
                'nothing of these is stored');
SELECT is(pg_temp.send(46, '2020-10-03Z', 5.0, period => 2020005, as_of => '2020-05-31', verdict => 927), 'stored 627', 'another scale is another figure');
SELECT is(pg_temp.send(41, '2020-10-02Z', 6, period => 2020005, as_of => '2020-05-31', verdict => 927), 'repeat 627', 'a repeat is told the same');
SELECT is(pg_temp.tell(47, '2020-10-05Z', 'Начато', verdict => 927, told => 'закрыт'), 'stored 300', 'the same holds for a narrative');
SELECT is(pg_temp.tell(48, '2020-10-06Z', 'Кончено', verdict => 927, told => 'закрыт'), 'stored 627', 'that is another');
SELECT is((SELECT narrative_texts FROM vekha.submission WHERE id = pg_temp.id(48)), '{закрыт}', 'with the text given');
SELECT is((SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = 1
           AND objid = (pg_temp.org('school-3') % 64)::oid), 1::bigint, 'the organisation is locked');

-- --- figures and narratives together, groups, repeats ---
CREATE FUNCTION pg_temp.both() RETURNS TABLE (ord integer, outcome text, verdicts smallint[], texts text[], series integer[],
                                              narrative_verdicts smallint[], narrative_texts text[], number bigint)
LANGUAGE sql AS $$
    SELECT r.ord, r.outcome, r.verdicts, r.texts, r.series, r.narrative_verdicts, r.narrative_texts, r.number
    FROM vekha.ingest('2020-10-09Z', ARRAY[pg_temp.id(50), pg_temp.id(1), pg_temp.id(51), pg_temp.id(52)], '{1,1,1,1}',
        '{wire,wire,wire,wire}', '{x,x,x,x}', '{2020-10-08Z,2020-10-08Z,2020-10-08Z,2020-10-08Z}',
        ARRAY[sha256('a'), sha256('other'), sha256('b'), sha256('c')],
        '{1,1,4}', '{1,2,1}', '{7,7,7}', '{2020001,2020002,2020003}', '{1,1,1}', '{2020-01-31,2020-02-29,2020-03-31}', '{value,value,value}',
        '{1,2,3}', '{null,null,null}', '{null,null,null}', '{null,null,null}', '{null,null,null}', '{0,622,0}', '{null,"плохо",null}',
        '{3,1,1,2}', '{1,1,2,1}', '{7,7,8,7}', '{1,1,1,1}', '{2020001,2020002,2020003,2020004}',
        '{2020-01-31,2020-02-29,2020-03-31,2020-04-30}', '{a,b,c,d}', '{null,null,null,null}', '{null,null,null,null}', '{null,null,null,null}',
        '{null,null,null,null}', '{0,0,621,0}', '{null,null,"дважды",null}') r
$$;
CREATE TEMP TABLE answer AS SELECT * FROM pg_temp.both();
SELECT results_eq('SELECT ord, outcome, verdicts, texts, series, narrative_verdicts, narrative_texts FROM answer ORDER BY ord', $$
    VALUES (1, 'stored', '{100,622}'::smallint[], '{NULL,"плохо"}'::text[], '{7,1}'::integer[], '{100,621}'::smallint[], '{NULL,"дважды"}'::text[]),
           (2, 'altered', NULL, NULL, NULL, NULL, NULL),
           (3, 'stored', '{}', NULL, '{}', '{100}', NULL),
           (4, 'stored', '{100}', NULL, '{7,1}', NULL, NULL)
$$, 'each is answered for its own figures and narratives, in its own order');
SELECT set_eq('SELECT period FROM vekha.narrative WHERE organisation IN (7, 8)', '{2020001,2020002}'::integer[],
              'nothing is stored of an altered one, nor of a rejected narrative');
SELECT set_eq('SELECT ord, verdicts, texts, series, narrative_verdicts, narrative_texts, number FROM pg_temp.both()',
              'SELECT ord, verdicts, texts, series, narrative_verdicts, narrative_texts, number FROM answer', 'a repeat gets the very same receipt');
SELECT set_eq('SELECT outcome FROM pg_temp.both()', '{repeat,altered}'::text[], 'and is known as one');
SELECT is(pg_temp.tell(5, '2020-10-02 08:00Z', 'Начато', bytes => 'other'), 'altered', 'other bytes are altered');
SELECT throws_ok($$SELECT * FROM vekha.ingest('2020-10-09Z', ARRAY[pg_temp.id(50), pg_temp.id(60)], '{1,1}', '{wire,wire}', '{x,x}',
    '{2020-10-01Z,2020-10-01Z}', ARRAY[sha256('a'), sha256('x')], '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
    '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')$$, '22023', NULL,
    'a submission with neither is refused');

-- --- a daemon of the version before, beside one of this ---
CREATE FUNCTION pg_temp.before(n integer, value numeric) RETURNS TABLE (outcome text, verdicts smallint[], number bigint) LANGUAGE sql AS $$
    SELECT r.outcome, r.verdicts, r.number
    FROM vekha.ingest('2020-10-09Z', ARRAY[pg_temp.id(n)], '{1}', '{wire}', '{x}', '{2020-10-08Z}', ARRAY[sha256(('bytes of ' || n)::bytea)],
                      '{1}', '{1}', '{7}', '{2020006}', ARRAY[pg_temp.ind('consultations')], '{2020-06-30}', '{value}', ARRAY[value], '{null}', '{null}', '{null}', '{null}',
                      '{0}', '{null}') r
$$;
SELECT results_eq('SELECT outcome, verdicts FROM pg_temp.before(70, 5)', $$VALUES ('stored', '{100}'::smallint[])$$, 'it stores by the function it knows');
SELECT is((SELECT narrative_verdicts FROM vekha.submission WHERE id = pg_temp.id(70)), NULL, 'without narratives');
SELECT is(pg_temp.send(71, '2020-10-08 01:00Z', 6, org => 7, period => 2020006, as_of => '2020-06-30', received => '2020-10-09Z'), 'stored 400', 'this one replaces that');
SELECT results_eq('SELECT outcome, verdicts FROM pg_temp.before(71, 6)', $$VALUES ('repeat', '{400}'::smallint[])$$, 'and that one knows what this stored');
SELECT is(pg_temp.send(70, '2020-10-08Z', 5, org => 7, period => 2020006), 'repeat 100', 'as this one knows what that did');

-- --- the order of arrival: all orders of four versions end in the same, as for figures (04_order.sql) ---
\ir include/order.psql
DO $$
DECLARE
    r record;
    place integer;
    step integer;
    n integer := 1000;
BEGIN
    FOR r IN SELECT * FROM run LOOP
        step := 0;
        FOREACH place IN ARRAY r.places LOOP
            n := n + 1;
            step := step + 1;
            PERFORM pg_temp.tell(n, '2020-10-01Z'::timestamptz + place * interval '1 hour', 'текст ' || nullif(r.contents[place], 0), org => r.org,
                                 received => '2020-10-05Z'::timestamptz + step * interval '1 minute');
        END LOOP;
    END LOOP;
END
$$;
CREATE TEMP TABLE outcome AS
SELECT r.contents, coalesce(right(f.text, 1), '0')::integer AS in_force, coalesce(f.confirmed_at, f.composed_at) AS stands_until,
       (SELECT array_agg(DISTINCT coalesce(right(v.text, 1), '0')::integer ORDER BY coalesce(right(v.text, 1), '0')::integer)
        FROM (SELECT h.text FROM vekha.narrative_history h WHERE h.organisation = r.org UNION ALL SELECT f.text) v) AS known,
       (SELECT count(*) FROM vekha.narrative_history h
        WHERE h.organisation = r.org AND h.superseded_at > h.recorded_at
          AND EXISTS (SELECT FROM (SELECT submission, recorded_at, superseded_at FROM vekha.narrative_history WHERE organisation = r.org
                                   UNION ALL SELECT f.submission, f.recorded_at, 'infinity') o
                      WHERE o.submission <> h.submission AND o.superseded_at > o.recorded_at
                        AND tstzrange(o.recorded_at, o.superseded_at) && tstzrange(h.recorded_at, h.superseded_at))) AS clashes
FROM run r
JOIN vekha.narrative f ON f.organisation = r.org;
SELECT is((SELECT count(*) FROM outcome), 10::bigint * 24, 'ten scenarios in 24 orders');
SELECT is_empty($$
    SELECT * FROM outcome WHERE (in_force, stands_until) IS DISTINCT FROM (contents[4], '2020-10-01Z'::timestamptz + interval '4 hours')
$$, 'the text composed last is in force, and stands until it was composed last');
SELECT is_empty('SELECT * FROM outcome WHERE known IS DISTINCT FROM (SELECT array_agg(DISTINCT c ORDER BY c) FROM unnest(contents) c)',
                'no text is lost');
SELECT is_empty('SELECT * FROM outcome WHERE clashes > 0', 'at no moment were two in force');

-- --- what is shown ---
PREPARE shown AS SELECT org || ' ' || project || ' ' || period || ' ' || coalesce(text, '-') || CASE WHEN newest THEN ' !' ELSE '' END
                 FROM vekha.narratives_of($1, $2, '2020-10-15Z', $3, $4);
SELECT results_eq($$EXECUTE shown ('digital', NULL, NULL, NULL)$$, $$VALUES ('school-3 digital 2020-09 Начато !')$$, 'of a project');
SELECT results_eq($$EXECUTE shown ('family', 'uo', NULL, NULL)$$, $$
    VALUES ('school-3 family 2020-9M Начато !'), ('school-3 family 2020-09 Начато'), ('school-3 family 2020-08 -'),
           ('school-3 family 2020-07 Спешит'), (E'school-3 family 2020-02 a\nb'), ('school-3 family 2020-01 a')
$$, 'of an organisation with all below it: the newest first, of one day what was composed last');
SELECT results_eq($$EXECUTE shown ('family', NULL, '2020-09-29', NULL)$$, $$
    VALUES ('school-3 family 2020-08 -'), ('school-3 family 2020-07 Спешит !'), (E'school-3 family 2020-02 a\nb'), ('school-3 family 2020-01 a')
$$, 'on a day: what is withdrawn does not speak');
SELECT set_has($$EXECUTE shown ('family', NULL, NULL, '2020-10-05 12:00Z')$$, $$VALUES ('school-3 family 2020-09 Начато')$$, 'as known at a moment');
SELECT is_empty($$EXECUTE shown (NULL, NULL, NULL, '2020-10-04Z')$$, 'before that nothing');
SELECT results_eq($$SELECT project_name, project_name_en, org_name, author, recorded_at
                    FROM vekha.narratives_of('digital', 'school-3', '2020-10-15Z', NULL, NULL)$$,
                  $$VALUES ('Цифровая образовательная среда', 'Digital', 'Школа № 3', 'Секретарь', '2020-10-05Z'::timestamptz)$$, 'with its names');

PREPARE versions AS SELECT text, superseded_at, in_force FROM vekha.narrative_versions('school-3', 'family', $1) WHERE period = '2020-09';
SELECT results_eq('EXECUTE versions (NULL)', $$
    VALUES ('Начато', '2020-10-06Z'::timestamptz, false), ('Ещё не начато', '2020-10-05Z', false), ('Начато', '2020-10-06Z', false),
           (NULL, '2020-10-06Z', false), ('Начато', NULL, true)
$$, 'every version');
SELECT results_eq($$EXECUTE versions ('2020-10-05 12:00Z')$$, $$
    VALUES ('Начато', NULL::timestamptz, true), ('Ещё не начато', '2020-10-05Z', false)
$$, 'as known at a moment');
SELECT throws_ok($$SELECT * FROM vekha.narrative_versions('school-3', 'nothing', NULL)$$, 'P0002', NULL, 'of a project that is none');
SELECT results_eq($$SELECT org::text, project::text, project_name::text, period, as_of::date, withdrawn, text::text FROM report.narratives WHERE period = '2020-08'$$,
                  $$VALUES ('school-3', 'family', 'Поддержка семей, имеющих детей', '2020-08', '2020-08-31'::date, true, NULL)$$, 'those in force');
SELECT results_eq($$SELECT figures, rejected, narratives, narratives_rejected FROM report.submissions WHERE id IN (pg_temp.id(50), pg_temp.id(70)) ORDER BY id$$,
                  $$VALUES (2, 1::bigint, 2, 1::bigint), (1, 0::bigint, 0, 0::bigint)$$, 'and how many came');

SELECT * FROM finish();
ROLLBACK;

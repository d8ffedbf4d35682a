-- Yearly partitions, and the history that is only ever added to.
BEGIN;
SELECT plan(21);
\ir include/fixture.psql

SELECT is(vekha.period_year(2020369), 2020, 'the year of a period');
SELECT is(vekha.ensure_partitions(2018, 2035), 0, 'making partitions again makes none');
SELECT results_eq('SELECT * FROM vekha.catalogue_years()', 'VALUES (2018, 2035)', 'years as migrated');
SELECT throws_ok(format('SELECT vekha.ensure_partitions(%s, %s)', a, b), '22023', NULL, 'not the years ' || a || ' to ' || b)
FROM (VALUES (2020, 2019), (1899, 1900), (2900, 3000), (1900, 2100)) y(a, b);

SELECT is(pg_temp.send(1, '2020-10-01Z', 130), 'stored 100', 'a figure');
SELECT is((SELECT tableoid::regclass::text FROM vekha.figure), 'vekha.figure_2020', 'lies in the year of its period');
SELECT is((SELECT tableoid::regclass::text FROM vekha.submission), 'vekha.submission_2020', 'its submission in the year of its id');
SELECT is(pg_temp.send(2, '2020-10-02Z', 131), 'stored 400', 'replaced');
SELECT is((SELECT tableoid::regclass::text FROM vekha.figure_history), 'vekha.figure_history_2020', 'so lies the version before');

-- --- an id from a clock that is years ahead ---
SELECT lives_ok($$
    INSERT INTO vekha.submission (id, agent, door, composed_at, received_at, sha256, verdicts, series)
    VALUES ('01d00000-0000-7000-8000-000000000000', 1, 'wire', '2033-01-01Z', '2020-01-01Z', sha256('a'), '{100}', '{}'),
           ('01f00000-0000-7000-8000-000000000000', 1, 'wire', '2037-07-01Z', '2020-01-01Z', sha256('a'), '{100}', '{}')
$$, 'any id is taken');
SELECT is((SELECT count(*) FROM vekha.submission_default), 1::bigint, 'one of a year without a partition in the default one');
SELECT is(vekha.ensure_partitions(2036, 2038), 9, 'which a new year');
SELECT is_empty('SELECT FROM vekha.submission_default', 'takes out');
SELECT is((SELECT tableoid::regclass::text FROM vekha.submission WHERE id >= '01e00000-0000-7000-8000-000000000000'),
          'vekha.submission_2037', 'and keeps');

-- --- append-only ---
SELECT throws_ok('UPDATE vekha.figure_history SET value = 1', '23001', NULL, 'history is not changed');
SELECT throws_ok('DELETE FROM vekha.figure_history_2020', '23001', NULL, 'nor deleted, by whatever name');
SELECT throws_ok($$
    INSERT INTO vekha.figure_history
    SELECT h.* FROM vekha.figure_history h
$$, '23505', NULL, 'nor written twice');

-- --- run-time pruning: a period at a time, not a plan for all years ---
CREATE FUNCTION pg_temp.partitions_read(query text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    line text;
    n integer := 0;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query LOOP
        n := n + (line ~ 'on figure_20' AND line !~ 'never executed')::integer;
    END LOOP;
    RETURN n;
END
$$;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SELECT is(pg_temp.partitions_read($$
    SELECT * FROM unnest('{1,2}'::integer[], '{2020009,2020010}'::integer[], '{1,1}'::integer[]) k(o, p, i)
    LEFT JOIN vekha.figure f ON f.organisation = k.o AND f.period = k.p AND f.indicator = k.i
$$), 1, 'a join by the key reads the partitions of its periods only');

SELECT * FROM finish();
ROLLBACK;

-- What holds for the schema as a whole.
BEGIN;
SELECT plan(9);

SELECT is_empty($$
    SELECT n.nspname || '.' || c.relname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('vekha', 'report') AND c.relkind IN ('r', 'p', 'v')
      AND coalesce(obj_description(c.oid, 'pg_class'), '') = ''
$$, 'every table and view says what it is');

SELECT is_empty($$
    SELECT n.nspname || '.' || c.relname || '.' || a.attname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname IN ('vekha', 'report') AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped
      AND coalesce(col_description(c.oid, a.attnum), '') = ''
$$, 'every column says what it is');

SELECT is_empty($$
    SELECT p.oid::regprocedure::text
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'vekha' AND coalesce(obj_description(p.oid, 'pg_proc'), '') = ''
$$, 'every function says what it does');

SELECT is_empty($$
    SELECT t.oid::regtype::text
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = 'vekha' AND t.typtype IN ('e', 'd') AND coalesce(obj_description(t.oid, 'pg_type'), '') = ''
$$, 'every type says what it is');

SELECT is_empty($$
    SELECT nspname FROM pg_namespace n
    WHERE nspname IN ('vekha', 'report') AND coalesce(obj_description(n.oid, 'pg_namespace'), '') = ''
$$, 'both schemas say what they are');

SELECT is_empty($$
    SELECT p.oid::regprocedure::text
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'vekha' AND p.prosrc ~* '\m(now\s*\(\s*\)|current_timestamp|current_date|localtimestamp|clock_timestamp)'
$$, 'no function reads the clock');

SELECT is_empty($$
    SELECT p.oid::regprocedure::text
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'vekha' AND p.prosecdef
      AND NOT coalesce(p.proconfig, '{}') @> ARRAY['search_path=vekha, pg_temp']
$$, 'every function with its owner''s rights fixes its search_path');

SELECT is_empty($$
    SELECT p.oid::regprocedure::text
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    WHERE n.nspname = 'vekha' AND a.grantee = 0
    UNION ALL
    SELECT c.oid::regclass::text
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a
    WHERE n.nspname IN ('vekha', 'report') AND a.grantee = 0
    UNION ALL
    SELECT n.nspname FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a
    WHERE n.nspname IN ('vekha', 'report') AND a.grantee = 0
$$, 'PUBLIC may do nothing');

SELECT is_empty($$
    SELECT c.conrelid::regclass || ' ' || pg_get_constraintdef(c.oid)
    FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
    WHERE n.nspname = 'vekha' AND NOT c.convalidated
$$, 'every constraint is in force');

SELECT * FROM finish();
ROLLBACK;

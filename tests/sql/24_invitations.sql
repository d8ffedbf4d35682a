-- Invitations and changes of keys: what comes of each question, asked once, again, late, by another, and by two at a time.
BEGIN;
SELECT plan(26);
\ir include/fixture.psql

CREATE TEMP TABLE invited AS
SELECT vekha.invite_agent('school-3', repeat('i', 40), '2020-10-15Z', '2020-10-01Z') AS id;
CREATE FUNCTION pg_temp.me() RETURNS integer LANGUAGE sql AS $$ SELECT id FROM invited $$;
CREATE FUNCTION pg_temp.key(letter text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT repeat(letter, 40) $$;
CREATE FUNCTION pg_temp.ask(by_key text, new_key text, at timestamptz DEFAULT '2020-10-02Z', agent integer DEFAULT pg_temp.me()) RETURNS text
LANGUAGE sql AS $$ SELECT vekha.enrol_key(agent, pg_temp.key(by_key), pg_temp.key(new_key), at) $$;
CREATE FUNCTION pg_temp.keys(whose integer DEFAULT pg_temp.me()) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(left(k.public_key, 1) || CASE WHEN k.invites THEN ':invites' WHEN k.succeeds THEN ':succeeds' ELSE '' END, ' '
                      ORDER BY k.public_key)
    FROM vekha.catalogue_keys() k WHERE k.agent = whose
$$;

SELECT is(pg_temp.keys(), 'i:invites', 'an invitation makes an agent whose key may enrol another');
SELECT is_empty('SELECT FROM vekha.catalogue_agents() WHERE agent = pg_temp.me()', 'and is not shown to daemons that would take it for one that speaks');
SELECT is((SELECT a.enrolled_by FROM vekha.agent a WHERE a.id = pg_temp.me()), session_user::text, 'who invited is recorded');

SELECT is(pg_temp.ask('x', 'a'), 'revoked', 'a key that nobody knows');
SELECT is(pg_temp.ask('i', 'a', agent => pg_temp.me() + 1), 'revoked', 'or of another agent, asks in vain');
SELECT is(pg_temp.ask('i', 'a', '2020-10-15 00:00:01Z'), 'over', 'so does an invitation whose time is over');
SELECT is(pg_temp.ask('i', 'i'), 'taken', 'it is no key for itself');
SELECT is(pg_temp.keys(), 'i:invites', 'nothing has come of these');

SELECT is(pg_temp.ask('i', 'a'), 'enrolled', 'in time it is taken');
SELECT is(pg_temp.keys(), 'a:succeeds i:invites', 'and both are in force');
SELECT is(pg_temp.ask('i', 'a', '2020-12-01Z'), 'enrolled', 'whoever did not hear the answer hears it again, even late');
SELECT is(pg_temp.ask('i', 'b'), 'used', 'another key has no place');
SELECT is(pg_temp.keys(), 'a:succeeds i:invites', 'nothing has come of that');

SELECT is(vekha.retire_keys(pg_temp.me(), pg_temp.key('i'), '2020-10-03Z'), 0, 'an invitation retires nothing');
SELECT is(vekha.retire_keys(pg_temp.me(), pg_temp.key('a'), '2020-10-03Z'), 1, 'the new key, once in use, retires the invitation');
SELECT is(pg_temp.keys(), 'a', 'and is alone');
SELECT is(vekha.retire_keys(pg_temp.me(), pg_temp.key('a'), '2020-10-03Z'), 0, 'once');
SELECT is(pg_temp.ask('i', 'c'), 'revoked', 'what is retired asks in vain');

-- --- a change of keys ---
SELECT is(pg_temp.ask('a', 'd', '2020-10-01Z'), 'enrolled', 'a key brings its successor, whatever the clocks say');
SELECT is(pg_temp.ask('a', 'd'), 'enrolled', 'the same again');
SELECT is(pg_temp.keys(), 'a d:succeeds', 'both are in force until the new one is used');
SELECT is(vekha.retire_keys(pg_temp.me(), pg_temp.key('d'), '2020-10-04Z'), 1, 'then the old one is retired');
SELECT is(pg_temp.ask('d', 'a'), 'taken', 'and never comes back');

-- --- too many, and revocation ---
SELECT pg_temp.ask('d', chr(200 + n)) FROM generate_series(1, 97) n;
SELECT is(pg_temp.ask('d', 'e'), 'many', 'a hundred keys are enough');
SELECT ok(vekha.revoke_agent(pg_temp.me(), '2020-10-05Z'), 'an agent is shut out');
SELECT is(pg_temp.ask('d', 'f') || coalesce(pg_temp.keys(), ''), 'revoked', 'with all its keys');

SELECT * FROM finish();
ROLLBACK;

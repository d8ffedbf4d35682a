-- What the centre's findings are called is no text of people: a key in which a name were erased would be another alert.
-- As in 030_erase.sql, but for the tables of 029_operator.sql.
CREATE OR REPLACE FUNCTION vekha.erase_places()
RETURNS TABLE (place text, relation regclass, col name, form text)
LANGUAGE sql STABLE
SET search_path = vekha, pg_temp
AS $$
    SELECT c.relname || '.' || a.attname, c.oid::regclass, a.attname,
           CASE WHEN a.attname = 'recipient' OR t.typname = 'email' THEN 'address'
                WHEN t.typname = 'jsonb' THEN 'json'
                WHEN t.typname = '_text' THEN 'texts' ELSE 'text' END
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type base ON base.oid = t.typbasetype
    WHERE (c.relnamespace = 'vekha'::regnamespace OR c.oid = to_regclass('public.vekha_migration'))
      AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND coalesce(base.typname, t.typname) IN ('text', 'varchar', 'bpchar', 'name', '_text', 'jsonb')
      AND t.typname <> 'code'
      AND c.relname || '.' || a.attname NOT IN ( -- names of things, keys, and what a program has made
          'agent_key.public_key', 'centre.public_key', 'centre.endpoint', 'channel.name', 'outbox.channel', 'outbox.message_id',
          'outbox.thread_id', 'outbox.language', 'letter.language', 'mention.channel', 'mention.language', 'refusal.channel',
          'refusal.language', 'route_version.channel', 'route_version.language', 'alert_transition.event',
          'organisation_version.time_zone', 'rule_constant.name', 'archive.folder', 'erasure_place.place', 'vekha_migration.name',
          'finding.finding', 'finding.name', 'finding.observer', 'incident.name', 'alert.finding',
          'vekha_migration.sha256')
    ORDER BY 1
$$;

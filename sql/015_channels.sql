ALTER TABLE vekha.outbox ADD COLUMN language text, ADD COLUMN chart text, ADD COLUMN facts jsonb;

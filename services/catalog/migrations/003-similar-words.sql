-- Tolerates typing errors in searches. The extension is trusted, so the database's owner may create
-- it; where it is not installed, search goes on without.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX products_name_trigrams ON products USING gin (name gin_trgm_ops);
EXCEPTION
  WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
    RAISE NOTICE 'pg_trgm is not available: search will not tolerate typing errors';
END
$$;

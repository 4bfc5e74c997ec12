-- Raised with every edit: two administrators who edit the same product notice each other.
ALTER TABLE products ADD COLUMN version integer NOT NULL DEFAULT 1;
CREATE INDEX products_stock ON products (stock, id);

-- Who changed what, for ever. The key makes a form that is sent twice one change.
CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL CHECK (action IN ('add', 'edit', 'restock')),
  product_id bigint NOT NULL,
  before jsonb,
  after jsonb NOT NULL,
  request_id text NOT NULL,
  idempotency_key text NOT NULL UNIQUE
);
CREATE INDEX audit_product ON audit (product_id, id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is only added to';
END
$$;
CREATE TRIGGER audit_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

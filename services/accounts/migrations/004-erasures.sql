-- Accounts that are deleted here and still have to be erased by the orders service. Nothing in it
-- says who that was.
CREATE TABLE erasures (
  account_id text PRIMARY KEY,
  deleted_at timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX erasures_due ON erasures (due_at);
CREATE INDEX erasures_bucket ON erasures (left(account_id, 3));

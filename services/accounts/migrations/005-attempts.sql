-- What was tried, by an e-mail, a device or a client: by its hash, after a bucket's prefix. A row
-- that may be forgotten means the same as none.
CREATE TABLE attempts (
  id text PRIMARY KEY,
  count integer NOT NULL,
  next_at timestamptz NOT NULL,
  forget_at timestamptz NOT NULL
);
CREATE INDEX attempts_forget ON attempts (forget_at);
CREATE INDEX attempts_bucket ON attempts (left(id, 3));

-- Finds the rows of one bucket, to move them to another shard.
CREATE INDEX accounts_bucket ON accounts (left(id, 3));

-- Carried by every session of the account: a higher one ends those before it.
ALTER TABLE accounts ADD COLUMN session_version integer NOT NULL DEFAULT 1;

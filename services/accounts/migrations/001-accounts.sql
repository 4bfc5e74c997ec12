CREATE TABLE accounts (
  -- Starts with the account's bucket: hash of the e-mail modulo 1,024.
  id text PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  password_hash text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

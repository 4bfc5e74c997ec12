-- Everything here belongs to one account, whose id carries its bucket: the tables can be split over
-- shards without a change.
CREATE TABLE cart_lines (
  account_id text NOT NULL,
  product_id bigint NOT NULL,
  quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 20),
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, product_id)
);

CREATE TABLE orders (
  id text PRIMARY KEY,
  account_id text NOT NULL,
  idempotency_key text NOT NULL,
  state text NOT NULL
    CHECK (state IN ('pending', 'reserved', 'compensating', 'confirmed', 'cancelled')),
  reason text,
  total_minor bigint NOT NULL CHECK (total_minor >= 0),
  currency text NOT NULL,
  address jsonb NOT NULL,
  lines jsonb NOT NULL,
  payment_reference text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (account_id, idempotency_key)
);
CREATE INDEX orders_history ON orders (account_id, created_at DESC, id DESC);

-- One row per unfinished order, written with it and deleted with its last change of state.
CREATE TABLE outbox (
  order_id text PRIMARY KEY REFERENCES orders,
  payment_token text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL
);
CREATE INDEX outbox_due ON outbox (due_at);

-- The simulated payment provider's own books, kept apart from the orders as a real one's would be.
CREATE TABLE simulated_payments (
  order_id text PRIMARY KEY,
  outcome text NOT NULL CHECK (outcome IN ('approved', 'declined', 'voided')),
  reference text NOT NULL,
  amount_minor bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

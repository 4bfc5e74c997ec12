-- Orders that their buyers cancelled, one row each: none is refunded twice. An unfinished row is due
-- as one of the outbox is. It is apart from the outbox, and the order stays `confirmed`, because the
-- release before this one takes any row of the outbox for a purchase and knows no other state.
CREATE TABLE refunds (
  order_id text PRIMARY KEY REFERENCES orders,
  requested_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz,
  CHECK ((finished_at IS NULL) = (due_at IS NOT NULL))
);
CREATE INDEX refunds_due ON refunds (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX refunds_bucket ON refunds (left(order_id, 3));

-- The simulated payment provider's books of what it gave back.
CREATE TABLE simulated_refunds (
  order_id text PRIMARY KEY,
  amount_minor bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX simulated_refunds_bucket ON simulated_refunds (left(order_id, 3));

-- Guests' carts that have come to a member's, so that one that is sent again is not added again.
CREATE TABLE cart_merges (
  account_id text NOT NULL,
  key text NOT NULL,
  merged_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, key)
);
CREATE INDEX cart_merges_bucket ON cart_merges (left(account_id, 3));

-- One row per order, kept for ever: it makes reserving and releasing idempotent, and a release that
-- overtakes its reservation leaves a row that refuses the late one.
CREATE TABLE reservations (
  order_id text PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('held', 'released')),
  created_at timestamptz NOT NULL DEFAULT now(),
  released_at timestamptz
);

CREATE TABLE reservation_lines (
  order_id text NOT NULL REFERENCES reservations,
  product_id bigint NOT NULL REFERENCES products,
  quantity integer NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (order_id, product_id)
);

-- Find the rows of one bucket, to move them to another shard.
CREATE INDEX cart_lines_bucket ON cart_lines (left(account_id, 3));
CREATE INDEX orders_bucket ON orders (left(id, 3));
CREATE INDEX outbox_bucket ON outbox (left(order_id, 3));
CREATE INDEX simulated_payments_bucket ON simulated_payments (left(order_id, 3));

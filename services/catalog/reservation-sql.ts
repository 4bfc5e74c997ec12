import type { Statement } from "../shared/database.ts";

export const INSERT_RESERVATION: Statement = {
  name: "insert-reservation",
  text: `INSERT INTO reservations (order_id, state) VALUES ($1, $2)
         ON CONFLICT (order_id) DO NOTHING RETURNING order_id`,
};

export const FIND_RESERVATION: Statement = {
  name: "find-reservation",
  text: "SELECT state FROM reservations WHERE order_id = $1 FOR UPDATE",
};

export const FIND_LINES: Statement = {
  name: "find-reservation-lines",
  text: "SELECT product_id, quantity FROM reservation_lines WHERE order_id = $1",
};

export const INSERT_LINES: Statement = {
  name: "insert-reservation-lines",
  text: `INSERT INTO reservation_lines (order_id, product_id, quantity)
         SELECT $1, * FROM unnest($2::bigint[], $3::integer[])`,
};

export const LOCK_PRODUCTS: Statement = {
  name: "lock-products",
  text: "SELECT id, name, stock FROM products WHERE id = ANY($1) ORDER BY id FOR UPDATE",
};

export const TAKE_STOCK: Statement = {
  name: "take-stock",
  text: `UPDATE products SET stock = stock - wanted.quantity
         FROM unnest($1::bigint[], $2::integer[]) AS wanted (id, quantity)
         WHERE products.id = wanted.id AND stock >= wanted.quantity RETURNING slug`,
};

export const MARK_RELEASED: Statement = {
  name: "mark-released",
  text: `UPDATE reservations SET state = 'released', released_at = now()
         WHERE order_id = $1 AND state = 'held' RETURNING order_id`,
};

export const LOCK_RESERVED_PRODUCTS: Statement = {
  name: "lock-reserved-products",
  text: `SELECT id FROM products
         WHERE id IN (SELECT product_id FROM reservation_lines WHERE order_id = $1)
         ORDER BY id FOR UPDATE`,
};

export const RETURN_STOCK: Statement = {
  name: "return-stock",
  text: `UPDATE products SET stock = stock + line.quantity
         FROM reservation_lines AS line
         WHERE line.order_id = $1 AND products.id = line.product_id
         RETURNING slug, line.quantity`,
};

export const COUNT_SOLD_OUT: Statement = {
  name: "count-sold-out",
  text: "SELECT count(*) AS count FROM products WHERE stock = 0",
};

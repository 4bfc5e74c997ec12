import { MAX_QUANTITY } from "../shared/contracts/limits.ts";
import type { Statement } from "../shared/database.ts";

// Microseconds as a number: JavaScript's dates would lose digits and skip orders between pages.
const EXACT = "(extract(epoch FROM created_at) * 1000000)::bigint";

export const INSERT_ORDER: Statement = {
  name: "insert-order",
  text: `INSERT INTO orders
           (id, account_id, idempotency_key, state, total_minor, currency, address, lines)
         VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7)
         ON CONFLICT (account_id, idempotency_key) DO NOTHING RETURNING id`,
};

export const TAKE_CART: Statement = {
  name: "take-cart",
  text: `DELETE FROM cart_lines USING unnest($2::bigint[], $3::integer[]) AS seen (id, quantity)
         WHERE account_id = $1 AND product_id = seen.id AND cart_lines.quantity = seen.quantity
         RETURNING product_id`,
};

export const INSERT_OUTBOX: Statement = {
  name: "insert-outbox",
  text: `INSERT INTO outbox (order_id, payment_token, due_at)
         VALUES ($1, $2, now() + make_interval(secs => $3))`,
};

export const DELETE_OUTBOX: Statement = {
  name: "delete-outbox",
  text: "DELETE FROM outbox WHERE order_id = $1",
};

const COLUMNS =
  "orders.*, refunds.requested_at AS refund_requested_at, refunds.finished_at AS refunded_at";
const ORDERS = "orders LEFT JOIN refunds ON refunds.order_id = orders.id";

export const FIND_BY_KEY: Statement = {
  name: "order-by-key",
  text: `SELECT ${COLUMNS} FROM ${ORDERS} WHERE account_id = $1 AND idempotency_key = $2`,
};

export const FIND_ORDER: Statement = {
  name: "order-by-id",
  text: `SELECT ${COLUMNS} FROM ${ORDERS} WHERE account_id = $1 AND id = $2`,
};

export const HISTORY: Statement = {
  name: "order-history",
  text: `SELECT ${COLUMNS}, ${EXACT} AS created_at_exact FROM ${ORDERS}
         WHERE account_id = $1 AND ($2::bigint IS NULL OR (${EXACT}, id) < ($2::bigint, $3::text))
         ORDER BY created_at DESC, id DESC LIMIT $4`,
};

export const FIND_UNFINISHED: Statement = {
  name: "unfinished-order",
  text: `SELECT orders.*, outbox.payment_token,
                extract(epoch FROM now() - orders.created_at) AS age_seconds
         FROM orders JOIN outbox ON outbox.order_id = orders.id WHERE orders.id = $1`,
};

export const ADVANCE: Statement = {
  name: "advance-order",
  text: `UPDATE orders SET state = $3, reason = coalesce($4, reason), updated_at = now()
         WHERE id = $1 AND state = $2 RETURNING id`,
};

export const CONFIRM: Statement = {
  name: "confirm-order",
  text: `UPDATE orders SET state = 'confirmed', payment_reference = $2, updated_at = now()
         WHERE id = $1 AND state = 'reserved' RETURNING total_minor, currency`,
};

export const CANCEL: Statement = {
  name: "cancel-order",
  text: `UPDATE orders SET state = 'cancelled', updated_at = now()
         WHERE id = $1 AND state = 'compensating' RETURNING reason`,
};

export const RESTORE_CART: Statement = {
  name: "restore-cart",
  text: `INSERT INTO cart_lines (account_id, product_id, quantity)
         SELECT account_id, (line->>'productId')::bigint, (line->>'quantity')::integer
         FROM orders, jsonb_array_elements(lines) AS line WHERE id = $1
         ON CONFLICT (account_id, product_id)
         DO UPDATE SET quantity = least(cart_lines.quantity + excluded.quantity, ${MAX_QUANTITY})`,
};

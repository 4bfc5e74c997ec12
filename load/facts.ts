/** Runs one SELECT in a database of a cluster. */
export type Query = (
  cluster: string,
  database: string,
  sql: string,
) => Promise<Record<string, unknown>[]>;

/** A database and the cluster that it is in. */
export interface DatabaseAddress {
  cluster: string;
  database: string;
}

/** Where the store keeps what a load changes. */
export interface StoreDatabases {
  catalog: DatabaseAddress;
  /** One for each shard. */
  orders: DatabaseAddress[];
}

/** An order as a database has it. */
export interface StoredOrder {
  cluster: string;
  id: string;
  accountId: string;
  idempotencyKey: string;
  state: string;
  totalMinor: number;
  /** Like `12x1 17x2`, ascending. */
  lines: string;
  /** Its buyer has cancelled it after it was confirmed. */
  refunded: boolean;
}

export interface StoredPayment {
  orderId: string;
  outcome: string;
  amountMinor: number;
}

export interface StoredRefund {
  orderId: string;
  amountMinor: number;
}

/** Units by product. */
export type Units = Map<number, number>;

const linesSql = `(SELECT string_agg(line->>'productId' || 'x' || (line->>'quantity'), ' '
  ORDER BY (line->>'productId')::bigint) FROM jsonb_array_elements(lines) AS line)`;

/** What the databases say, by questions that any of them can answer in a moment. */
export class StoreFacts {
  private readonly query: Query;
  private readonly databases: StoreDatabases;

  constructor(query: Query, databases: StoreDatabases) {
    this.query = query;
    this.databases = databases;
  }

  /** The databases' own clock. */
  async now(): Promise<string> {
    const [row] = await this.inCatalog("SELECT now()::text AS now");
    return String(row?.now);
  }

  async stock(): Promise<Units> {
    return unitsOf(await this.inCatalog("SELECT id AS product, stock AS units FROM products"));
  }

  /** Units in confirmed orders that were not refunded. */
  async sold(): Promise<Units> {
    const rows = await this.inEachShard(
      `SELECT (line->>'productId')::bigint AS product, sum((line->>'quantity')::integer) AS units
       FROM orders, jsonb_array_elements(lines) AS line
       WHERE state = 'confirmed' AND id NOT IN (SELECT order_id FROM refunds) GROUP BY 1`,
    );
    return unitsOf(rows);
  }

  /** Orders that are neither confirmed nor cancelled, refunds that are due, and work that is left. */
  async unfinished(): Promise<number> {
    const rows = await this.inEachShard(
      `SELECT (SELECT count(*) FROM outbox)
            + (SELECT count(*) FROM refunds WHERE finished_at IS NULL)
            + (SELECT count(*) FROM orders WHERE state NOT IN ('confirmed', 'cancelled')
               AND id NOT IN (SELECT order_id FROM outbox)) AS count`,
    );
    return rows.reduce((sum, row) => sum + Number(row.count), 0);
  }

  /** Orders made at or after a moment of {@link now}. */
  async ordersSince(moment: string): Promise<StoredOrder[]> {
    const rows = await this.inEachShard(
      `SELECT id, account_id, idempotency_key, state, total_minor, ${linesSql} AS lines,
              EXISTS (SELECT FROM refunds WHERE order_id = id) AS refunded
       FROM orders WHERE created_at >= ${literal(moment)}`,
    );
    return rows.map((row) => ({
      cluster: String(row.cluster),
      id: String(row.id),
      accountId: String(row.account_id),
      idempotencyKey: String(row.idempotency_key),
      state: String(row.state),
      totalMinor: Number(row.total_minor),
      lines: String(row.lines),
      refunded: row.refunded === true,
    }));
  }

  async paymentsSince(moment: string): Promise<StoredPayment[]> {
    const rows = await this.inEachShard(
      `SELECT order_id, outcome, amount_minor FROM simulated_payments
       WHERE created_at >= ${literal(moment)}`,
    );
    return rows.map((row) => ({
      orderId: String(row.order_id),
      outcome: String(row.outcome),
      amountMinor: Number(row.amount_minor),
    }));
  }

  async refundsSince(moment: string): Promise<StoredRefund[]> {
    const rows = await this.inEachShard(
      `SELECT order_id, amount_minor FROM simulated_refunds
       WHERE created_at >= ${literal(moment)}`,
    );
    return rows.map((row) => ({
      orderId: String(row.order_id),
      amountMinor: Number(row.amount_minor),
    }));
  }

  private inCatalog(sql: string): Promise<Record<string, unknown>[]> {
    const { cluster, database } = this.databases.catalog;
    return this.query(cluster, database, sql);
  }

  private async inEachShard(sql: string): Promise<Record<string, unknown>[]> {
    const answers = await Promise.all(
      this.databases.orders.map(async ({ cluster, database }) => {
        const rows = await this.query(cluster, database, sql);
        return rows.map((row) => ({ ...row, cluster }) as Record<string, unknown>);
      }),
    );
    return answers.flat();
  }
}

function unitsOf(rows: readonly Record<string, unknown>[]): Units {
  const units: Units = new Map();
  for (const row of rows) {
    const product = Number(row.product);
    units.set(product, (units.get(product) ?? 0) + Number(row.units));
  }
  return units;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

import { randomUUID } from "node:crypto";
import { bucketOfId } from "../shared/buckets.ts";
import { ApiError } from "../shared/errors.ts";
import type { ShardedDatabase } from "../shared/sharded-database.ts";
import { pause } from "../shared/wait.ts";
import type { Charge, PaymentOutcome, PaymentProvider } from "./payment.ts";

/** Card numbers with a declared outcome; every other valid number is approved. */
export const TEST_CARDS = {
  approved: "4242424242424242",
  declined: "4000000000000002",
  slow: "4000000000000077",
} as const;

const SLOW_MS = 2_000;

const RECORD = {
  name: "record-payment",
  text: `INSERT INTO simulated_payments (order_id, outcome, reference, amount_minor)
         VALUES ($1, $2, $3, $4) ON CONFLICT (order_id) DO NOTHING`,
};
const FIND = {
  name: "find-payment",
  text: "SELECT outcome, reference FROM simulated_payments WHERE order_id = $1",
};
const VOID = {
  name: "void-payment",
  text: `INSERT INTO simulated_payments (order_id, outcome, reference, amount_minor)
         VALUES ($1, 'voided', '', 0)
         ON CONFLICT (order_id) DO UPDATE SET outcome = 'voided'
         WHERE simulated_payments.outcome = 'approved'`,
};

/** Behaves as a provider that keeps books and honours idempotency; no money moves. */
export class SimulatedPayment implements PaymentProvider {
  readonly #database: ShardedDatabase;

  constructor(database: ShardedDatabase) {
    this.#database = database;
  }

  async tokenise(cardNumber: string): Promise<string> {
    const digits = cardNumber.replaceAll(" ", "");
    if (!/^\d{12,19}$/.test(digits) || !passesLuhn(digits)) {
      throw new ApiError(422, "invalid_card", "This card number is not valid");
    }
    if (digits === TEST_CARDS.declined) return "declined";
    return digits === TEST_CARDS.slow ? "slow" : "approved";
  }

  async charge({ orderId, amountMinor, token }: Charge): Promise<PaymentOutcome> {
    if (token === "slow") await pause(SLOW_MS);
    const outcome = token === "declined" ? "declined" : "approved";
    const books = this.#database.bucket(bucketOfId(orderId));
    await books.query(RECORD, [orderId, outcome, `sim-${randomUUID()}`, amountMinor]);
    const [payment] = await books.read(FIND, [orderId]);
    if (payment?.outcome === "approved") {
      return { approved: true, reference: String(payment.reference) };
    }
    return { approved: false, reason: payment?.outcome === "voided" ? "voided" : "declined" };
  }

  async void(orderId: string): Promise<void> {
    await this.#database.bucket(bucketOfId(orderId)).query(VOID, [orderId]);
  }
}

function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

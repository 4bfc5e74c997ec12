import { randomUUID } from "node:crypto";
import { bucketOfId } from "../shared/buckets.ts";
import { ApiError, UnavailableError } from "../shared/errors.ts";
import type { BucketDatabase, ShardedDatabase } from "../shared/sharded-database.ts";
import { pause } from "../shared/wait.ts";
import type { Charge, PaymentListener, PaymentOutcome, PaymentProvider } from "./payment.ts";

/** Card numbers with a declared outcome; every other valid number is approved. */
export const TEST_CARDS = {
  approved: "4242424242424242",
  declined: "4000000000000002",
  slow: "4000000000000077",
  timesOut: "4000000000000119",
  answersTwice: "4000000000000259",
} as const;

const SLOW_MS = 2_000;
/** For how long a provider's answer is waited for. */
const TIMEOUT_MS = 3_000;

const RECORD = {
  name: "record-payment",
  text: `INSERT INTO simulated_payments (order_id, outcome, reference, amount_minor)
         VALUES ($1, $2, $3, $4) ON CONFLICT (order_id) DO NOTHING RETURNING order_id`,
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

const REFUND = {
  name: "refund-payment",
  text: `INSERT INTO simulated_refunds (order_id, amount_minor)
         SELECT order_id, amount_minor FROM simulated_payments
         WHERE order_id = $1 AND outcome = 'approved'
         ON CONFLICT (order_id) DO NOTHING`,
};
const FIND_REFUND = {
  name: "find-refund",
  text: "SELECT amount_minor FROM simulated_refunds WHERE order_id = $1",
};

/** Behaves as a provider that keeps books and honours idempotency; no money moves. */
export class SimulatedPayment implements PaymentProvider {
  readonly #database: ShardedDatabase;
  #listener: PaymentListener | undefined;

  constructor(database: ShardedDatabase) {
    this.#database = database;
  }

  async tokenise(cardNumber: string): Promise<string> {
    const digits = cardNumber.replaceAll(" ", "");
    if (!/^\d{12,19}$/.test(digits) || !passesLuhn(digits)) {
      throw new ApiError(422, "invalid_card", "This card number is not valid");
    }
    const [token] = Object.entries(TEST_CARDS).find(([, number]) => number === digits) ?? [];
    return token ?? "approved";
  }

  async charge({ orderId, amountMinor, token }: Charge): Promise<PaymentOutcome> {
    if (token === "slow") await pause(SLOW_MS);
    const outcome = token === "declined" ? "declined" : "approved";
    const reference = `sim-${randomUUID()}`;
    const books = this.#of(orderId);
    const recorded = await books.query(RECORD, [orderId, outcome, reference, amountMinor]);
    if (token === "timesOut" && recorded.length > 0) {
      await pause(TIMEOUT_MS);
      throw new UnavailableError("The payment provider");
    }
    const answer = await this.#answer(orderId);
    if (token === "answersTwice") this.#listener?.(orderId, answer);
    return answer;
  }

  async void(orderId: string): Promise<void> {
    await this.#of(orderId).query(VOID, [orderId]);
  }

  async refund(orderId: string): Promise<void> {
    await this.#of(orderId).query(REFUND, [orderId]);
    const [refund] = await this.#of(orderId).read(FIND_REFUND, [orderId]);
    if (!refund) throw new Error(`nothing was charged for order ${orderId}`);
  }

  onAnswer(listener: PaymentListener): void {
    this.#listener = listener;
  }

  async #answer(orderId: string): Promise<PaymentOutcome> {
    const [payment] = await this.#of(orderId).read(FIND, [orderId]);
    if (payment?.outcome === "approved") {
      return { approved: true, reference: String(payment.reference) };
    }
    return { approved: false, reason: payment?.outcome === "voided" ? "voided" : "declined" };
  }

  #of(orderId: string): BucketDatabase {
    return this.#database.bucket(bucketOfId(orderId));
  }
}

function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

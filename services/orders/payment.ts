export interface Charge {
  /** Repeating a charge for the same order has the effect and the answer of the first. */
  orderId: string;
  amountMinor: number;
  currency: string;
  /** Stands for the card; as made by `tokenise`. */
  token: string;
}

export type PaymentOutcome =
  | { approved: true; reference: string }
  | { approved: false; reason: "declined" | "voided" };

export type PaymentListener = (orderId: string, outcome: PaymentOutcome) => void;

/** What the store needs of a payment provider. Any method may throw: the outcome is then unknown. */
export interface PaymentProvider {
  /**
   * Exchanges a card number, which is never stored or logged, for a token.
   * @throws ApiError `invalid_card` (422)
   */
  tokenise(cardNumber: string): Promise<string>;
  charge(charge: Charge): Promise<PaymentOutcome>;
  /** Undoes a charge, or refuses a later one, for the order. */
  void(orderId: string): Promise<void>;
  /** Gives back all that was charged for the order, once. */
  refund(orderId: string): Promise<void>;
  /** For what it says without being asked: later than it was waited for, or once more. */
  onAnswer(listener: PaymentListener): void;
}

import type { Static } from "typebox";
import Type from "typebox";
import { OrderId, ProductId, Quantity, ReservationLine, Slug } from "./catalog.ts";

export const Cart = Type.Object({ lines: Type.Array(ReservationLine) });
export type Cart = Static<typeof Cart>;

/** Chosen by the caller, one per guest's cart: repeating a merge is harmless. */
export const CartMergeKey = Type.String({ pattern: "^[\\w-]{16,64}$" });

/** 0 removes the line. */
export const CartQuantity = Type.Object({
  quantity: Type.Union([Quantity, Type.Literal(0)]),
});

export const Address = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 80, pattern: "\\S" }),
  street: Type.String({ minLength: 1, maxLength: 120, pattern: "\\S" }),
  postalCode: Type.String({ minLength: 1, maxLength: 16, pattern: "\\S" }),
  city: Type.String({ minLength: 1, maxLength: 80, pattern: "\\S" }),
  country: Type.String({ pattern: "^[A-Z]{2}$" }),
});
export type Address = Static<typeof Address>;

export const Checkout = Type.Object({
  /** Chosen by the caller, one per purchase that the buyer means: repeating it is harmless. */
  idempotencyKey: Type.String({ pattern: "^[\\w-]{16,64}$" }),
  /** What the buyer saw; if prices have changed since, nothing is bought. */
  expectedTotalMinor: Type.Integer({ minimum: 0 }),
  address: Address,
  cardNumber: Type.String({ pattern: "^[0-9 ]{12,23}$" }),
});
export type Checkout = Static<typeof Checkout>;

export const ORDER_STATES = [
  "pending",
  "reserved",
  "compensating",
  "confirmed",
  "cancelled",
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export const OrderLine = Type.Object({
  productId: ProductId,
  slug: Slug,
  name: Type.String(),
  image: Type.String(),
  unitPriceMinor: Type.Integer(),
  quantity: Quantity,
});
export type OrderLine = Static<typeof OrderLine>;

export const Order = Type.Object({
  id: OrderId,
  state: Type.Enum(ORDER_STATES),
  /** Why it was cancelled: out_of_stock, payment_declined or timed_out. */
  reason: Type.Union([Type.String(), Type.Null()]),
  totalMinor: Type.Integer(),
  currency: Type.String(),
  address: Address,
  lines: Type.Array(OrderLine),
  createdAt: Type.String(),
  /**
   * The buyer has cancelled the confirmed order. Apart from the state, whose values every release
   * has to know.
   */
  refund: Type.Optional(Type.Enum(["under_way", "done"] as const)),
  /** Of a confirmed order: until when its buyer can cancel it. */
  cancellableUntil: Type.Optional(Type.String()),
});
export type Order = Static<typeof Order>;

export const OrderPage = Type.Object({
  orders: Type.Array(Order),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});
export type OrderPage = Static<typeof OrderPage>;

import type { Static } from "typebox";
import Type from "typebox";

/** What stands in the way of erasing a person. */
export const UnfinishedOrders = Type.Object({ count: Type.Integer({ minimum: 0 }) });
export type UnfinishedOrders = Static<typeof UnfinishedOrders>;

/** Orders that are kept, and no longer say whose they were. */
export const Erased = Type.Object({ orders: Type.Integer({ minimum: 0 }) });
export type Erased = Static<typeof Erased>;

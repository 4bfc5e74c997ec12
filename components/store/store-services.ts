/** The services that are written for the store. */
export const storeServices = ["storefront", "catalog", "accounts", "orders"] as const;

/** Name of one of them. */
export type StoreServiceName = (typeof storeServices)[number];

/**
 * Cores that each replica of a service reserves, where it needs more than most: hashing passwords is the
 * only long work, and with no more weight than others accounts is what everybody waits for on a busy node.
 */
export const cpuReservations: Partial<Record<StoreServiceName, number>> = { accounts: 0.1 };

/** The storefront's forms that change nothing when the same request comes again, and are answered as then. */
export const repeatableForms = [
  "/register",
  "/sign-in",
  "/sign-out",
  "/language",
  "/cart/add",
  "/cart/update",
  "/checkout",
  "/orders/*/cancel",
];

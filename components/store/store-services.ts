/** The services that are written for the store. */
export const storeServices = ["storefront", "catalog", "accounts", "orders"] as const;

/** Name of one of them. */
export type StoreServiceName = (typeof storeServices)[number];

/**
 * What services need that need much, in cores a replica: a password takes some 50 ms to hash, and whoever
 * gets no more of a busy processor than those who need little is who all wait for.
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

/** The services that are written for the store. */
export const storeServices = ["storefront", "catalog", "accounts", "orders"] as const;

/** Name of one of them. */
export type StoreServiceName = (typeof storeServices)[number];

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

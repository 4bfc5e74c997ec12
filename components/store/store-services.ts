/** The services that are written for the store. */
export const storeServices = ["storefront", "catalog", "accounts", "orders"] as const;

/** Name of one of them. */
export type StoreServiceName = (typeof storeServices)[number];

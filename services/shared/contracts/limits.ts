// Apart from the schemas, so that pages and rules can know them without a schema library.

export const MAX_PAGE_SIZE = 48;
/** Pieces of one product in a cart or order. */
export const MAX_QUANTITY = 20;
/** Different products in a cart or order. */
export const MAX_LINES = 30;
export const MIN_PASSWORD_LENGTH = 10;
/** Pieces of one product that an administrator may put in at once. */
export const MAX_STOCK = 100_000;
/** A million, in the currency's smallest unit. */
export const MAX_PRICE_MINOR = 100_000_000;

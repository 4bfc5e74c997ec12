// Apart from the schemas, so that pages and rules can know them without a schema library.

export const MAX_PAGE_SIZE = 48;
/** Pieces of one product in a cart or order. */
export const MAX_QUANTITY = 20;
/** Different products in a cart or order. */
export const MAX_LINES = 30;
export const MIN_PASSWORD_LENGTH = 10;

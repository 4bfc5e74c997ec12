/** The part of an order's id that people read to each other. */
export function shortOrderId(id: string): string {
  return id.slice(-8).toUpperCase();
}

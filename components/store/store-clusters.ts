/** The database cluster of the catalogue. */
export const productsCluster = "products-db";

/** The database clusters that share accounts and orders. */
export function shardNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `shard-${index + 1}`);
}

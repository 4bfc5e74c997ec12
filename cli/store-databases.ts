import type { StoreDatabases } from "../load/facts.ts";
import type { StackService } from "./platform/platform.ts";
import { requiredService } from "./platform/platform.ts";

/**
 * Where the store's services keep their data, by their own settings.
 * @throws Error when the stack has no such service
 */
export function storeDatabases(services: StackService[]): StoreDatabases {
  const catalog = requiredService(services, "catalog").environment;
  const orders = requiredService(services, "orders").environment;
  const shards: { name: string; database: string }[] = orders.DATABASE_SHARDS
    ? JSON.parse(orders.DATABASE_SHARDS)
    : [{ name: orders.DATABASE_HOST, database: orders.DATABASE_NAME }];
  return {
    catalog: { cluster: catalog.DATABASE_HOST ?? "", database: catalog.DATABASE_NAME ?? "" },
    orders: shards.map(({ name, database }) => ({ cluster: name, database })),
  };
}

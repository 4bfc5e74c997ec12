import type { StoreDatabases } from "../load/facts.ts";
import type { StackService } from "./cluster-services.ts";

/**
 * Where the store's services keep their data, by their own settings.
 * @throws Error when the stack has no such service
 */
export function storeDatabases(services: StackService[]): StoreDatabases {
  const catalog = environmentOf(services, "catalog");
  const orders = environmentOf(services, "orders");
  const shards: { name: string; database: string }[] = orders.DATABASE_SHARDS
    ? JSON.parse(orders.DATABASE_SHARDS)
    : [{ name: orders.DATABASE_HOST, database: orders.DATABASE_NAME }];
  return {
    catalog: { cluster: catalog.DATABASE_HOST ?? "", database: catalog.DATABASE_NAME ?? "" },
    orders: shards.map(({ name, database }) => ({ cluster: name, database })),
  };
}

function environmentOf(services: StackService[], wanted: string): Record<string, string> {
  const service = services.find(({ name }) => name === wanted);
  if (!service) throw new Error(`the stack has no service ${wanted}: is it a store's?`);
  return service.environment;
}

import { runShardCommand } from "../shared/shard-command.ts";

await runShardCommand("orders", [
  { name: "cart_lines", id: "account_id" },
  { name: "cart_merges", id: "account_id" },
  { name: "orders", id: "id" },
  { name: "outbox", id: "order_id" },
  { name: "refunds", id: "order_id" },
  { name: "simulated_payments", id: "order_id" },
  { name: "simulated_refunds", id: "order_id" },
]);

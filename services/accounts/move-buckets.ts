import { runShardCommand } from "../shared/shard-command.ts";

await runShardCommand("accounts", [
  { name: "accounts", id: "id" },
  { name: "attempts", id: "id" },
  { name: "erasures", id: "account_id" },
]);

import { runShardCommand } from "../shared/shard-command.ts";

await runShardCommand("accounts", [{ name: "accounts", id: "id" }]);

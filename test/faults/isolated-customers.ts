import { Load } from "../../load/load.ts";
import { sleep } from "../support/sleep.ts";

/**
 * Customers on a node that is about to be cut off: run inside it with the store's address there, how
 * many seconds they come, and the file for the orders that they are promised.
 */
const [address = "", seconds = "0", ledgerFile = ""] = process.argv.slice(2);
const load = new Load({
  edges: [address],
  rate: 1,
  mix: { browse: 1, search: 0, purchase: 3 },
  seed: 99,
  ledgerFile,
  customers: 4,
});
await load.start();
console.log("begun");
await sleep(Number(seconds));
await load.stop();
await load.close();

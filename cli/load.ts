import { Command, InvalidArgumentError, Option } from "commander";
import { defaultMix, type Mix } from "../load/mix.ts";
import type { LoadOptions } from "./load-run.ts";
import { stackOption } from "./stack-option.ts";

/** `npm run load` */
export function loadCommand(): Command {
  return new Command("load")
    .description(
      "customers who browse, search and buy; then every order is compared with the books",
    )
    .addOption(stackOption())
    .option("-r, --rate <number>", "journeys that begin in each second", positive, 50)
    .option("-d, --duration <time>", "how long in seconds, or like 10m", duration, 60)
    .addOption(
      new Option("-m, --mix <list>", "share of each journey")
        .default(defaultMix, "browse=80,search=12,purchase=8")
        .argParser(mix),
    )
    .option("--seed <number>", "the same seed chooses the same journeys", positive, 1)
    .option("--address <url...>", "addresses of the store (default: all nodes of the cluster)")
    .option("--ledger <file>", "where acknowledged orders are written to, a line of JSON each")
    .addHelpText(
      "after",
      "\nExample: npm run load -- --stack ha --rate 20 --duration 2m --mix browse=80,search=12,purchase=8\n" +
        "Ends with 1 if a request failed, or an acknowledged order is lost, doubled or different, or\n" +
        "stock does not add up. Nobody else may buy or restock meanwhile. SIGINT ends it early.",
    )
    .action(async (options: LoadOptions) => {
      // Loaded when needed: other commands start sooner without it.
      process.exitCode = await (await import("./load-run.ts")).runLoad(options);
    });
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("give a number above 0.");
}

function duration(text: string): number {
  const [, count, unit] = /^(\d+)(s|m|h)?$/.exec(text) ?? [];
  const seconds = Number(count) * (unit === "h" ? 3600 : unit === "m" ? 60 : 1);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError("give a time like 60s, 10m or 1h.");
}

function mix(text: string): Mix {
  const shares = { browse: 0, search: 0, purchase: 0 };
  for (const part of text.split(",")) {
    const [, name, share] = /^(browse|search|purchase)=(\d+(?:\.\d+)?)$/.exec(part.trim()) ?? [];
    if (!name) throw new InvalidArgumentError("give shares like browse=80,search=12,purchase=8.");
    shares[name as keyof Mix] = Number(share);
  }
  if (Object.values(shares).some((share) => share > 0)) return shares;
  throw new InvalidArgumentError("give at least one share above 0.");
}

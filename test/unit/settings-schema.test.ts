import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { defaultOf, settingNames } from "../../settings.ts";
import { read } from "./support/settings.ts";

const root = join(__dirname, "..", "..");
const yaml = (file: string) => parse(readFileSync(join(root, file), "utf8"));

describe("the schema in Pulumi.yaml", () => {
  interface SchemaEntry {
    type?: string;
    description?: string;
    default?: unknown;
  }
  const schema: Record<string, SchemaEntry> = yaml("Pulumi.yaml").config;
  // Pulumi asks for a value of whatever is in the schema, so what can be left out can't be in it.
  const withDefault = settingNames.filter((setting) => defaultOf(setting) !== "");

  test("has every setting that has a default, and no other", () => {
    expect(Object.keys(schema).sort()).toEqual([...withDefault].sort());
  });

  test.each(withDefault)("%s: the same default, of the same type, and a description", (setting) => {
    expect(schema[setting]?.default).toStrictEqual(defaultOf(setting));
    expect(schema[setting]?.description).toMatch(/^[A-Z].{10,}\.$/s);
  });

  test("has no type: Pulumi would stop at the first wrong one, before we report them all", () => {
    for (const [setting, entry] of Object.entries(schema)) {
      expect([setting, entry.type]).toEqual([setting, undefined]);
    }
  });

  test("handed over by Pulumi, its defaults are a good configuration", () => {
    const values = Object.fromEntries(
      Object.entries(schema).map(([setting, { default: value }]) => [
        setting,
        typeof value === "object" ? JSON.stringify(value) : String(value),
      ]),
    );
    expect(read(values).problems).toEqual([]);
    expect(read(values).settings).toEqual(read({}).settings);
  });
});

test("docs/settings.md has every setting, and no other", () => {
  const text = readFileSync(join(root, "docs/settings.md"), "utf8");
  const [table = ""] = text.slice(text.indexOf("| setting ")).split("\n\n");
  const documented = [...table.matchAll(/^\| `(\w+)` /gm)].map(([, setting]) => setting);
  expect(documented.sort()).toEqual([...settingNames].sort());
});

test("docs/settings.md has every default", () => {
  const text = readFileSync(join(root, "docs/settings.md"), "utf8");
  for (const setting of settingNames.filter((name) => defaultOf(name) !== "")) {
    const [row = ""] = text.match(new RegExp(`^\\| \`${setting}\` .*$`, "m")) ?? [];
    const value = defaultOf(setting);
    const written = typeof value === "object" ? JSON.stringify(value) : String(value);
    expect(row.replaceAll('", "', '","').split(" | ").at(-1)).toContain(`\`${written}\``);
  }
});

test.each(["dev", "ha", "kubernetes"])("Pulumi.%s.yaml is a good configuration", (stack) => {
  const { config } = yaml(`Pulumi.${stack}.yaml`) as { config: Record<string, unknown> };
  const values = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.replace(/^ha-store:/, ""),
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );
  expect(read(values).problems).toEqual([]);
});

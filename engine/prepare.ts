import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { BuildFolder } from "./build-folder.ts";

/**
 * Copies a Terraform provider's module into the build folder and lets it export its constructor,
 * which lies in an `internal` package that nothing outside the module may import.
 */
export function exportProvider(module: string): (folder: BuildFolder) => Promise<void> {
  return async (folder) => {
    const copy = path.join(folder.path, "provider");
    await folder.run("cp", "-R", await folder.moduleFolder(module), copy);
    await folder.run("chmod", "-R", "u+w", copy); // the module cache is read-only
    await mkdir(path.join(copy, "exported"));
    await writeFile(path.join(copy, "exported", "exported.go"), exportedPackage(module));
    await folder.go("mod", "edit", `-replace=${module}=./provider`);
  };
}

/** Writes the `schema.json` that a provider embeds, with the program's own `schema` command. */
export async function generateSchema(folder: BuildFolder): Promise<void> {
  const command = path.join(folder.path, "schema-command");
  await folder.build("./schema", command);
  await folder.run(command, "schema", "--skip-docs", "--out", folder.path);
}

/** Copies what a provider embeds out of its module, and sets the schema's version. */
export function copySchema(from: {
  module: string;
  folder: string;
  version: string;
}): (folder: BuildFolder) => Promise<void> {
  return async (folder) => {
    const source = path.join(await folder.moduleFolder(from.module), from.folder);
    const schema = JSON.parse(await readFile(path.join(source, "schema.json"), "utf8")) as object;
    const versioned = JSON.stringify({ ...schema, version: from.version });
    await writeFile(path.join(folder.path, "schema.json"), versioned);
    const mapping = await readFile(path.join(source, "terraform-mapping.json"));
    await writeFile(path.join(folder.path, "terraform-mapping.json"), mapping);
  };
}

const exportedPackage = (module: string) => `package exported

import "${module}/internal/provider"

// New is the module's own constructor.
var New = provider.New
`;

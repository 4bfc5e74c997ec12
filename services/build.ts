import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { type BuildOptions, build } from "esbuild";

const SERVICES = ["storefront", "catalog", "accounts", "orders", "status", "autoscaler"] as const;
/** Those with pages, and the styles of these. */
const STYLES: Partial<Record<(typeof SERVICES)[number], string>> = {
  storefront: "store.css",
  status: "status.css",
};
/** Those with a second program beside their server. */
const SECOND_PROGRAMS: Partial<Record<(typeof SERVICES)[number], string>> = {
  accounts: "move-buckets",
  orders: "move-buckets",
  autoscaler: "executor",
};

// CommonJS dependencies inside an ES module bundle still call `require` for Node's built-ins.
const REQUIRE =
  'import{createRequire as __createRequire}from"node:module";' +
  "const require=__createRequire(import.meta.url);";

const FONT = "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";

type Files = Map<string, Uint8Array>;

/**
 * Bundles each service into `services/NAME/dist`. The same sources give the same bytes, and files
 * that have not changed are not touched, since images are addressed by this content.
 * @param root the project's folder
 */
export async function buildServices(root = process.cwd()): Promise<void> {
  await Promise.all(SERVICES.map((name) => buildService(root, name)));
}

async function buildService(root: string, name: (typeof SERVICES)[number]): Promise<void> {
  const folder = join(root, "services", name);
  const files: Files = new Map();
  const styles = STYLES[name];
  const main = `services/${name}/main.${styles ? "tsx" : "ts"}`;
  files.set("server.mjs", await bundle(root, main));
  files.set("tracing-sdk.mjs", await bundle(root, "services/shared/tracing-sdk.ts"));
  const second = SECOND_PROGRAMS[name];
  if (second) files.set(`${second}.mjs`, await bundle(root, `services/${name}/${second}.ts`));
  files.set("healthcheck", await readFile(join(root, "services/shared/healthcheck")));
  await addFolder(files, join(folder, "migrations"), (file) => `migrations/${file}`);
  if (styles) await addPublicFiles(files, root, folder, styles);
  await replaceFolder(join(folder, "dist"), files);
}

async function bundle(root: string, entry: string): Promise<Uint8Array> {
  return await runEsbuild(entry, {
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    banner: { js: REQUIRE },
    charset: "utf8",
    legalComments: "none",
    minifyWhitespace: true,
    minifySyntax: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    // Packages have the same paths in the bundle wherever they are, and so the same bytes.
    preserveSymlinks: true,
    // Optional accelerators, which are not installed.
    external: ["pg-native"],
  });
}

/** Public files get their content's hash in the name, so that browsers may keep them for ever. */
async function addPublicFiles(
  files: Files,
  root: string,
  service: string,
  styles: string,
): Promise<void> {
  const add = (file: string, content: Uint8Array) => {
    const name = hashedName(file, content);
    files.set(`public/${name}`, content);
    return name;
  };
  const font = add("inter.woff2", await readFile(join(root, FONT)));
  const css = Buffer.from(await bundleStyles(root, join(service, "styles", styles))).toString();
  add(styles, Buffer.from(css.replaceAll("/assets/inter.woff2", `/assets/${font}`)));
  const source = join(service, "public");
  for (const file of (await readdir(source)).sort()) add(file, await readFile(join(source, file)));
}

async function bundleStyles(root: string, entry: string): Promise<Uint8Array> {
  return await runEsbuild(entry, {
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    external: ["/assets/*"],
  });
}

async function runEsbuild(entry: string, options: BuildOptions): Promise<Uint8Array> {
  const result = await build({ ...options, write: false, outdir: "out", logLevel: "warning" });
  const [output] = result.outputFiles ?? [];
  if (output === undefined) throw new Error(`esbuild made no output for ${entry}`);
  return output.contents;
}

function hashedName(file: string, content: Uint8Array): string {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const extension = extname(file);
  return `${basename(file, extension)}.${hash}${extension}`;
}

async function addFolder(files: Files, folder: string, rename: (file: string) => string) {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.sort()) files.set(rename(name), await readFile(join(folder, name)));
}

async function replaceFolder(folder: string, files: Files): Promise<void> {
  const present = (await stat(folder).catch(() => undefined))
    ? await readdir(folder, { recursive: true, withFileTypes: true })
    : [];
  for (const entry of present) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !path.endsWith(".part") && !files.has(path.slice(folder.length + 1)))
      await rm(path);
  }
  for (const [name, content] of files) {
    const path = join(folder, name);
    const old = await readFile(path).catch(() => undefined);
    if (old?.equals(content)) continue;
    await mkdir(dirname(path), { recursive: true });
    // Whoever reads at the same time, another build's tests perhaps, sees the old or the new file.
    const unfinished = `${path}.${process.pid}.part`;
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  }
}

if (process.argv[1]?.endsWith("services/build.ts")) await buildServices();

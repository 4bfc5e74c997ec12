/**
 * Import this before anything that needs `@noble/curves`: the package has ES modules only, which jest
 * can't require without a flag. It is bundled as it is; the package itself runs, no stand-in.
 */
jest.mock("@noble/curves/nist.js", () => {
  const { buildSync } = jest.requireActual<typeof import("esbuild")>("esbuild");
  const { compileFunction } = jest.requireActual<typeof import("node:vm")>("node:vm");
  const { outputFiles } = buildSync({
    stdin: { contents: 'export * from "@noble/curves/nist.js"', resolveDir: process.cwd() },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    logLevel: "silent",
  });
  const bundle = { exports: {} };
  const parameters = ["module", "exports", "require"];
  compileFunction(outputFiles[0]?.text ?? "", parameters)(bundle, bundle.exports, require);
  return bundle.exports;
});

// Pulumi loads this file. It bundles `index.ts` and what it imports (packages stay outside) and runs
// the result, so that the program is never stale and starts in half the time that ts-node takes.
const Module = require("node:module");
const { join } = require("node:path");
const esbuild = require("esbuild");

const root = join(__dirname, "..");
const { outputFiles } = esbuild.buildSync({
  entryPoints: [join(root, "index.ts")],
  bundle: true,
  write: false,
  platform: "node",
  format: "cjs",
  packages: "external",
  sourcemap: "inline",
});

process.setSourceMapsEnabled(true);
const program = new Module(join(root, "index.cjs"), module);
program.paths = module.paths;
program._compile(outputFiles[0].text, program.filename ?? program.id);
module.exports = program.exports.default;

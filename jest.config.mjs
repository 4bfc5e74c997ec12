// Sources are ES modules with `.ts` imports; swc turns them into CommonJS for jest, types unchecked
// (`npm run typecheck` does that once, for all). So are packages that have ES modules only.
const esModulesOnly = "(@noble/|@kubernetes/client-node|openid-client|oauth4webapi|jose)";
const transform = {
  [`\\.tsx?$|/node_modules/${esModulesOnly}.+\\.js$`]: [
    "@swc/jest",
    {
      jsc: {
        parser: { syntax: "typescript", tsx: true },
        target: "es2023",
        transform: { react: { runtime: "automatic", importSource: "preact" } },
      },
      module: { type: "commonjs" },
    },
  ],
};

const project = (name, options = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform,
  transformIgnorePatterns: [`/node_modules/(?!${esModulesOnly})`],
  extensionsToTreatAsEsm: [],
  ...options,
});

export default {
  projects: [
    project("unit"),
    project("services"),
    project("stack"),
    project("e2e"),
    project("kubernetes"),
    project("faults"),
  ],
  testTimeout: 60_000,
};

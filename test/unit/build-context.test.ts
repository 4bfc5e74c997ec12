import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { hashBuildContext } from "../../components/orchestrator/build-context.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "build-context-"));
  put("Dockerfile", "FROM debian:trixie-slim\nCOPY . /app\n");
  put("app/main.ts", "start();\n");
  put("app/run", "#!/bin/sh\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, content: string | Uint8Array, below = folder): void {
  mkdirSync(dirname(join(below, path)), { recursive: true });
  writeFileSync(join(below, path), content);
}

function hashAfter(change: () => void): { before: string; after: string } {
  const before = hashBuildContext(folder);
  change();
  return { before, after: hashBuildContext(folder) };
}

test("a hash is short enough for a tag and made of hexadecimal digits", () => {
  expect(hashBuildContext(folder)).toMatch(/^[0-9a-f]{16}$/);
});

test("a folder without Dockerfile: the error names the folder and the way out", () => {
  rmSync(join(folder, "Dockerfile"));
  expect(() => hashBuildContext(folder)).toThrow(`${folder} has no Dockerfile`);
});

describe("the same hash", () => {
  test("when nothing changed", () => {
    const { before, after } = hashAfter(() => {});
    expect(after).toBe(before);
  });

  test("when files are only touched", () => {
    const { before, after } = hashAfter(() => utimesSync(join(folder, "app/main.ts"), 1, 1));
    expect(after).toBe(before);
  });

  test("in another checkout, whatever the order in which its files were made", () => {
    const copy = mkdtempSync(join(tmpdir(), "build-context-copy-"));
    cpSync(join(folder, "app/run"), join(copy, "app/run"));
    cpSync(join(folder, "app/main.ts"), join(copy, "app/main.ts"));
    cpSync(join(folder, "Dockerfile"), join(copy, "Dockerfile"));
    expect(hashBuildContext(copy)).toBe(hashBuildContext(folder));
    rmSync(copy, { recursive: true });
  });

  test("when an ignored file comes, changes or goes", () => {
    put(".dockerignore", "node_modules\n*.log\n");
    const { before, after } = hashAfter(() => {
      put("node_modules/left/index.js", "1");
      put("debug.log", "2");
    });
    expect(after).toBe(before);
  });
});

describe("another hash", () => {
  test.each([
    ["a byte of a file", () => put("app/main.ts", "start(); \n")],
    ["a byte of the Dockerfile", () => put("Dockerfile", "FROM debian:trixie-slim\nCOPY . /srv\n")],
    ["the executable bit", () => chmodSync(join(folder, "app/run"), 0o755)],
    ["a file's name", () => renameSync(join(folder, "app/run"), join(folder, "app/go"))],
    ["a file's folder", () => renameSync(join(folder, "app/run"), join(folder, "run"))],
    ["a new, empty file", () => put("app/empty", "")],
    ["a missing file", () => rmSync(join(folder, "app/run"))],
    ["a file whose name starts with a dot", () => put("app/.npmrc", "a=b")],
    ["what is ignored", () => put(".dockerignore", "app/run\n")],
  ])("after a change of %s", (_, change) => {
    const { before, after } = hashAfter(change);
    expect(after).not.toBe(before);
  });

  test("when a file that is excepted from what is ignored changes", () => {
    put(".dockerignore", "app/*\n!app/main.ts\n");
    const { before, after } = hashAfter(() => put("app/main.ts", "other"));
    expect(after).not.toBe(before);
  });

  test("when an ignored Dockerfile changes: it makes the image all the same", () => {
    put(".dockerignore", "Dockerfile\n");
    const { before, after } = hashAfter(() => put("Dockerfile", "FROM scratch\n"));
    expect(after).not.toBe(before);
  });

  // Docker sends links as links.
  test("when a symbolic link points elsewhere", () => {
    symlinkSync("main.ts", join(folder, "app/link"));
    const { before, after } = hashAfter(() => {
      rmSync(join(folder, "app/link"));
      symlinkSync("run", join(folder, "app/link"));
    });
    expect(after).not.toBe(before);
  });

  test("when a link takes the place of the file that it points to", () => {
    put("app/copy", "start();\n");
    const { before, after } = hashAfter(() => {
      rmSync(join(folder, "app/copy"));
      symlinkSync("main.ts", join(folder, "app/copy"));
    });
    expect(after).not.toBe(before);
  });

  test.each(["nowhere", "app", "."])("when a link to %j comes", (target) => {
    const { before, after } = hashAfter(() => symlinkSync(target, join(folder, "link")));
    expect(after).not.toBe(before);
  });

  // A content must not be taken for the next file's heading.
  test("when what was one file's content is two files", () => {
    put("a", "1\0a0\0false\x002");
    const { before, after } = hashAfter(() => {
      put("a", "1");
      put("a0", "2");
    });
    expect(after).not.toBe(before);
    rmSync(join(folder, "a0"));
    put("a", "12:a04:file1:2");
    expect(hashBuildContext(folder)).not.toBe(after);
  });
});

test("any file: equal contents give equal hashes, others give others", () => {
  const bytes = fc.uint8Array({ maxLength: 64 });
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      put("data", one);
      const first = hashBuildContext(folder);
      put("data", other);
      expect(hashBuildContext(folder) === first).toBe(Buffer.from(one).equals(Buffer.from(other)));
    }),
    { numRuns: 50 },
  );
});

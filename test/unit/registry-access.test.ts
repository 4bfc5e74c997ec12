import { isSecret } from "@pulumi/pulumi";
import { compare } from "bcryptjs";
import { RegistryAccess } from "../../components/delivery/registry-access.ts";
import {
  isSecret as isMarked,
  promiseOf,
  type Recording,
  recordResources,
} from "../support/pulumi-mocks.ts";
import { refusalOf } from "./support/refusal.ts";

let recording: Recording;
beforeEach(async () => {
  recording = await recordResources();
});

const address = "10.77.0.11:5000";
const password = "random:index/randomPassword:RandomPassword";

test("a generated password for a user, and the line that admits both", async () => {
  const access = new RegistryAccess("access", { address });
  expect(access.username).toBe("ha-store");
  expect(await promiseOf(access.password)).toHaveLength(32);
  const [user, hash = ""] = (await promiseOf(access.htpasswd)).trimEnd().split(":");
  expect(user).toBe("ha-store");
  expect(await compare(await promiseOf(access.password), hash)).toBe(true);
  expect(await compare("another", hash)).toBe(false);
});

test("the htpasswd line of a password is the same each time", async () => {
  const [one, other] = [
    new RegistryAccess("access", { address }),
    new RegistryAccess("access", { address }),
  ];
  expect(await promiseOf(one.htpasswd)).toBe(await promiseOf(other.htpasswd));
});

test("password and htpasswd line are secrets, also as outputs of the component", async () => {
  const access = new RegistryAccess("access", { address });
  await recording.settled();
  expect(await isSecret(access.password)).toBe(true);
  expect(await isSecret(access.htpasswd)).toBe(true);
  expect(await isSecret(access.address)).toBe(false);
  const outputs = recording.one("ha-store:index:RegistryAccess").outputs ?? {};
  expect(
    Object.keys(outputs)
      .filter((key) => isMarked(outputs[key]))
      .sort(),
  ).toEqual(["htpasswd", "password"]);
});

describe("several versions", () => {
  const admitted = async (versions: string[]) => {
    const access = new RegistryAccess("access", { address, username: "deploy", versions });
    const lines = (await promiseOf(access.htpasswd)).trimEnd().split("\n");
    return { access, lines };
  };

  test("all are admitted, each as a user of its own; the first is the one that is used", async () => {
    const { access, lines } = await admitted(["2", "1"]);
    expect(lines.map((line) => line.split(":")[0])).toEqual(["deploy", "deploy-2"]);
    expect(access.username).toBe("deploy-2");
    const hash = lines[1]?.split(":")[1] ?? "";
    expect(await compare(await promiseOf(access.password), hash)).toBe(true);
    await recording.settled();
    const made = recording.ofType(password).map(({ name, parent }) => [name, parent]);
    expect(made.sort()).toEqual([
      ["access-password", "access"],
      ["access-password-2", "access"],
    ]);
  });

  test("which one is used does not change who is admitted", async () => {
    expect((await admitted(["1", "2"])).lines).toEqual((await admitted(["2", "1"])).lines);
  });

  test("none: the error names the argument", () => {
    const refusal = refusalOf(() => new RegistryAccess("access", { address, versions: [] }));
    expect(refusal.propertyPath).toBe("versions");
  });
});

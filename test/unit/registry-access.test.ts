import { isSecret } from "@pulumi/pulumi";
import { compare } from "bcryptjs";
import { RegistryAccess } from "../../components/delivery/registry-access.ts";
import {
  isSecret as isMarked,
  promiseOf,
  type Recording,
  recordResources,
} from "../support/pulumi-mocks.ts";

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

test("another version is another password", async () => {
  new RegistryAccess("access", { address, username: "deploy", passwordVersion: "2" });
  await recording.settled();
  expect(recording.one(password)).toMatchObject({
    parent: "access",
    inputs: { keepers: { version: "2" } },
  });
});

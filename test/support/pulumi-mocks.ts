import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** A resource as the program asked the engine for it. */
export interface RecordedResource {
  type: string;
  name: string;
  /** Logical name of its parent. */
  parent: string | undefined;
  /** Its inputs; secrets are still marked as such, see {@link isSecret} and {@link withoutSecrets}. */
  inputs: Record<string, unknown>;
  /** What a component registered as its outputs, marked in the same way. */
  outputs: Record<string, unknown> | undefined;
  options: {
    /** Logical names of what it waits for, its own inputs' resources included. */
    dependsOn: string[];
    /** Logical name of the provider that was given explicitly. */
    provider: string | undefined;
    deleteBeforeReplace: boolean;
    retainOnDelete: boolean;
    secretOutputs: string[];
    ignoreChanges: string[];
    /** How many there are; they are not run. */
    transforms: number;
  };
}

/** Everything that was registered since it was made. */
export class Recording {
  readonly resources: RecordedResource[] = [];

  ofType(type: string): RecordedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** @throws Error when there is none or more than one. */
  one(type: string, name?: string): RecordedResource {
    const found = this.ofType(type).filter((it) => name === undefined || it.name === name);
    const [resource] = found;
    if (!resource || found.length > 1) {
      const all = this.resources.map((it) => `${it.type} ${it.name}`).join("\n");
      throw new Error(`${found.length} resources are ${type} ${name ?? ""}; there are\n${all}`);
    }
    return resource;
  }

  /** Waits until nothing more is being registered. */
  async settled(): Promise<this> {
    for (let quiet = 0, seen = -1; quiet < 3; seen = this.resources.length) {
      // Empties the queues of promises and of ticks, in which all registrations happen.
      for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
      quiet = this.resources.length === seen ? quiet + 1 : 0;
    }
    return this;
  }
}

/** What the last test left behind must not end up in the next one's recording. */
let current: Recording | undefined;

/** How the program is run. */
export interface RecordingOptions {
  /** A preview, in which no roll-out gate waits for a cluster. @default true */
  preview?: boolean;
  /** @default "ha-store" */
  project?: string;
  /** @default "test" */
  stack?: string;
  /** Resolves when the provider has made what it was asked for. @default at once */
  made?: (name: string) => Promise<unknown>;
}

/**
 * Puts a recording in the engine's place, with outputs as the providers would give them. Each call
 * starts afresh: call it before each test.
 */
export async function recordResources(options: RecordingOptions = {}): Promise<Recording> {
  await current?.settled();
  const recording = new Recording();
  current = recording;
  const byUrn = new Map<string, RecordedResource>();
  const pending = new Map<string, RegisterRequest>();
  const nameOf = (urn: string | undefined) => urn?.split("::").at(-1);

  await pulumi.runtime.setMocks(
    {
      call: () => ({}),
      newResource: async ({ type, name, inputs }) => {
        const request = pending.get(`${type} ${name}`);
        const secretOutputs = request?.getAdditionalsecretoutputsList() ?? [];
        recording.resources.push({
          type,
          name,
          parent: nameOf(request?.getParent() || undefined),
          inputs,
          outputs: undefined,
          options: {
            dependsOn: (request?.getDependenciesList() ?? []).map((urn) => nameOf(urn) ?? urn),
            provider: nameOf(request?.getProvider().replace(/::[^:]*$/, "") || undefined),
            deleteBeforeReplace: request?.getDeletebeforereplace() ?? false,
            retainOnDelete: request?.getRetainondelete() ?? false,
            secretOutputs,
            ignoreChanges: request?.getIgnorechangesList() ?? [],
            transforms: request?.getTransformsList().length ?? 0,
          },
        });
        await options.made?.(name);
        const id = `${name}-${digest(type).slice(0, 7)}`;
        return { id, state: marked({ ...inputs, ...computed(type, name, inputs) }, secretOutputs) };
      },
    },
    options.project ?? "ha-store",
    options.stack ?? "test",
    options.preview ?? true,
  );

  // The mocks are told neither parents nor options; the requests that they are made from say both.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request, callback) => {
    pending.set(`${request.getType()} ${request.getName()}`, request);
    await register(request, (error, response) => {
      const made = recording.resources.find(
        (it) => it.type === request.getType() && it.name === request.getName(),
      );
      if (response && made) byUrn.set(response.getUrn(), made);
      callback(error, response);
    });
  };
  monitor.registerResourceOutputs = (request, callback) => {
    const made = byUrn.get(request.getUrn());
    if (made) made.outputs = request.getOutputs()?.toJavaScript() as Record<string, unknown>;
    callback(null, {});
  };
  return recording;
}

/** The value of an output, or of what may be one. */
export function promiseOf<T>(input: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve, reject) => {
    const output = pulumi.output(input);
    // An apply's own failure is only told to the promise inside.
    (output as unknown as { promise(): Promise<pulumi.Unwrap<T>> }).promise().then(resolve, reject);
  });
}

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Whether a recorded input or output is marked as a secret. */
export function isSecret(value: unknown): value is { value: unknown } {
  return (
    typeof value === "object" && value !== null && Reflect.get(value, signature) === secretSignature
  );
}

/** A recorded value with every mark taken off. */
export function plain(value: unknown): unknown {
  return walk(value, (secret) => plain(secret.value));
}

/** A recorded value with every secret taken out. */
export function withoutSecrets(value: unknown): unknown {
  return walk(value, () => "[secret]");
}

function walk(value: unknown, onSecret: (secret: { value: unknown }) => unknown): unknown {
  if (isSecret(value)) return onSecret(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, onSecret));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, walk(item, onSecret)]),
  );
}

/** What a provider adds to the inputs. All of it is a function of type and name. */
function computed(type: string, name: string, inputs: Record<string, unknown>) {
  const autonamed = inputs.name ?? `${name}-${digest(type).slice(0, 7)}`;
  switch (type) {
    case "random:index/randomPassword:RandomPassword":
      return { result: digest(name).repeat(4).slice(0, Number(inputs.length)) };
    case "random:index/randomBytes:RandomBytes":
      return {
        hex: digest(name)
          .repeat(4)
          .slice(0, Number(inputs.length) * 2),
        base64: Buffer.from(digest(name), "hex").toString("base64"),
      };
    case "docker:index/remoteImage:RemoteImage":
      return { imageId: `sha256:${digest(JSON.stringify(inputs))}`, repoDigest: "" };
    case "docker:index/registryImage:RegistryImage":
      return { sha256Digest: `sha256:${digest(JSON.stringify(inputs.triggers))}` };
    default:
      if (type.startsWith("kubernetes:")) return namedObject(type, name, inputs);
      return type.startsWith("docker:index/") ? { name: autonamed } : {};
  }
}

/** The Kubernetes provider gives an object a name by itself where it has none. */
function namedObject(type: string, name: string, { metadata }: Record<string, unknown>) {
  return { metadata: { name: `${name}-${digest(type).slice(0, 8)}`, ...(metadata as object) } };
}

function marked(state: Record<string, unknown>, secretOutputs: string[]) {
  return Object.fromEntries(
    Object.entries(state).map(([key, value]) => [
      key,
      secretOutputs.includes(key) && !isSecret(value) ? pulumi.secret(value) : value,
    ]),
  );
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getDependenciesList(): string[];
  getDeletebeforereplace(): boolean;
  getRetainondelete(): boolean;
  getAdditionalsecretoutputsList(): string[];
  getIgnorechangesList(): string[];
  getTransformsList(): object[];
}

interface OutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): unknown } | undefined;
}

type Callback<T> = (error: unknown, response: T | undefined) => void;

interface Monitor {
  registerResource(
    request: RegisterRequest,
    callback: Callback<{ getUrn(): string }>,
  ): Promise<void>;
  registerResourceOutputs(request: OutputsRequest, callback: Callback<unknown>): void;
}

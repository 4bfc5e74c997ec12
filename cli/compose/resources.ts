/** The parts of a Pulumi deployment that become a Compose file, as they stand in a stack's export. */

export interface ExportedResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: unknown;
  outputs?: { name?: string };
}

export interface Deployment {
  /** Absent in a stack that was never brought up. */
  resources?: ExportedResource[];
}

export interface NetworkInputs {
  driver?: string;
  internal?: boolean;
  options?: Record<string, string>;
}

export interface FileInputs {
  /** Base64. */
  data: string;
}

export interface FileMount {
  fileName: string;
  fileUid?: string;
  fileGid?: string;
  fileMode?: number;
}

export interface UpdateInputs {
  parallelism: number;
  delay: string;
  monitor: string;
  maxFailureRatio: string;
  order: string;
  failureAction: string;
}

export interface ServiceInputs {
  name: string;
  labels?: { label: string; value: string }[];
  mode: { global?: boolean; replicated?: { replicas: number } };
  endpointSpec: {
    mode: string;
    ports?: { targetPort: number; publishedPort: number; protocol: string; publishMode: string }[];
  };
  updateConfig: UpdateInputs;
  rollbackConfig: UpdateInputs;
  taskSpec: {
    containerSpec: ContainerInputs;
    networksAdvanceds?: { id: string; aliases?: string[] }[];
    placement: { constraints?: string[]; prefs?: string[]; maxReplicas?: number };
    resources: { limits: AmountInputs; reservation: AmountInputs };
    restartPolicy: { condition: string; delay: string };
    logDriver: { name: string; options?: Record<string, string> };
  };
}

/** So much of a node. */
export interface AmountInputs {
  memoryBytes: number;
  nanoCpus?: number;
}

export interface ContainerInputs {
  image: string;
  commands?: string[];
  args?: string[];
  env?: Record<string, string>;
  user: string;
  readOnly: boolean;
  capDrops?: string[];
  stopGracePeriod: string;
  healthcheck?: {
    tests: string[];
    interval: string;
    timeout: string;
    retries: number;
    startPeriod: string;
  };
  secrets?: (FileMount & { secretName: string })[];
  configs?: (FileMount & { configName: string })[];
  mounts?: {
    type: string;
    source?: string;
    target: string;
    tmpfsOptions?: { sizeBytes: number; mode: number };
  }[];
}

/** How a revealed secret stands in an export: its plain text is JSON. */
interface RevealedSecret {
  plaintext: string;
}

/** The value with every revealed secret in it replaced by what it holds. */
export function withoutSecretMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecretMarks);
  if (typeof value !== "object" || value === null) return value;
  if (isRevealedSecret(value)) return JSON.parse(value.plaintext);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutSecretMarks(inner)]),
  );
}

function isRevealedSecret(value: object): value is RevealedSecret {
  return secretSignature in value && "plaintext" in value;
}

/** Source: pulumi/pulumi, sdk/go/common/resource/properties.go, `SigKey`. */
const secretSignature = "4dabf18193072939515e22adb298388d";

/** All resources of a type, with their inputs. */
export function resourcesOf<Inputs>(
  deployment: Deployment,
  type: string,
): (ExportedResource & { inputs: Inputs })[] {
  return (deployment.resources ?? []).filter(
    (resource): resource is ExportedResource & { inputs: Inputs } =>
      resource.type === type && resource.inputs !== undefined,
  );
}

/** The last part of a URN: the name that the program gave the resource. */
export function nameOf(resource: ExportedResource): string {
  return resource.urn.split("::").at(-1) ?? resource.urn;
}

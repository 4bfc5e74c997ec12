import type { types } from "@pulumi/kubernetes";
import * as core from "@pulumi/kubernetes/core/v1/index.js";
import * as networking from "@pulumi/kubernetes/networking/v1/index.js";
import * as scheduling from "@pulumi/kubernetes/scheduling/v1/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type ClusterContext, labelsOf, metadataOf, type Rank } from "./cluster-context.ts";
import { stackLabel } from "./names.ts";
import { allowDns, denyAll } from "./network-policies.ts";

/** How to sign in to a registry. */
export interface PullCredentials {
  /** `host[:port]` */
  server: string;
  username: string;
  password: pulumi.Input<string>;
}

/** What is needed before there can be a workload. */
export interface FoundationArgs
  extends Pick<ClusterContext, "prefix" | "storageClass" | "volumeGiB" | "exposure"> {
  namespace: string;
  /** Whether what belongs to no namespace is ours to make: the namespace itself, priority classes. */
  clusterScoped: boolean;
  /** Whether it is only written down: then nobody else can own it. */
  rendered: boolean;
  pull?: PullCredentials;
}

/** Makes it, and gives what workloads have to know of it. */
export function foundation(
  args: FoundationArgs,
  opts: pulumi.CustomResourceOptions,
): { context: ClusterContext; needed: pulumi.Resource[] } {
  const { prefix, storageClass, volumeGiB, exposure } = args;
  const bare = { prefix, storageClass, volumeGiB, exposure, serviceAccount: "" };
  const namespace = args.clusterScoped
    ? restrictedNamespace(args.namespace, prefix, opts).metadata.name
    : args.namespace;
  const context = { ...bare, namespace };
  const owned = args.rendered ? [] : [owner(context, opts)];
  const all = pulumi.mergeOptions(opts, { dependsOn: owned });
  const policies = Object.entries({ "deny-all": denyAll, "allow-dns": allowDns }).map(
    ([name, spec]) =>
      new networking.NetworkPolicy(name, { metadata: metadataOf(context, name), spec }, all),
  );
  const pullSecret = args.pull && pullSecretOf(context, args.pull, all).metadata.name;
  // Not the namespace's default one, to which somebody may give rights.
  const account = new core.ServiceAccount(
    "workload",
    {
      metadata: metadataOf(context, "workload"),
      automountServiceAccountToken: false,
    },
    all,
  );
  return {
    context: {
      ...context,
      serviceAccount: account.metadata.name,
      pullSecret,
      priorityClasses: args.clusterScoped ? priorityClasses(context, all) : undefined,
    },
    needed: policies,
  };
}

/**
 * Has everything fail before it is changed where another state brought the same stack up: all else the
 * API would let us write over, the databases' passwords with it.
 */
function owner(context: ClusterContext, opts: pulumi.CustomResourceOptions): core.ConfigMap {
  const state = new random.RandomId("state", { byteLength: 16 }, { parent: opts.parent });
  const { namespace } = context;
  return new core.ConfigMap(
    "owned-by-another-state",
    {
      // No annotation that has a conflict overlooked.
      metadata: { name: "owner", namespace, labels: labelsOf(context, "owner") },
      data: { state: state.hex },
    },
    opts,
  );
}

function restrictedNamespace(
  name: string,
  prefix: string,
  opts: pulumi.CustomResourceOptions,
): core.Namespace {
  const modes = ["enforce", "audit", "warn"];
  const security = modes.map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]);
  return new core.Namespace(
    "namespace",
    { metadata: { name, labels: { [stackLabel]: prefix, ...Object.fromEntries(security) } } },
    // With a namespace all its volumes would go.
    pulumi.mergeOptions(opts, { retainOnDelete: true }),
  );
}

function pullSecretOf(
  context: ClusterContext,
  { server, username, password }: PullCredentials,
  opts: pulumi.CustomResourceOptions,
): core.Secret {
  const auth = pulumi
    .output(password)
    .apply((value) => Buffer.from(`${username}:${value}`).toString("base64"));
  const content = pulumi.jsonStringify({ auths: { [server]: { username, password, auth } } });
  return new core.Secret(
    "registry-pull",
    {
      metadata: { namespace: context.namespace, labels: labelsOf(context, "registry-pull") },
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": encoded(content) },
      immutable: true,
    },
    opts,
  );
}

/** Base64, and a secret whatever it came as. */
export function encoded(content: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.secret(
    pulumi.output(content).apply((text) => Buffer.from(text, "utf8").toString("base64")),
  );
}

const priorities: Record<Rank, number> = { data: 1_000_000, serving: 900_000 };

function priorityClasses(
  { prefix }: ClusterContext,
  opts: pulumi.CustomResourceOptions,
): Record<Rank, pulumi.Output<string>> {
  const make = (rank: Rank) =>
    new scheduling.PriorityClass(
      `priority-${rank}`,
      {
        metadata: { name: `${prefix}-${rank}`, labels: { [stackLabel]: prefix } },
        value: priorities[rank],
        description: `Of ${prefix}: what ${rank === "data" ? "keeps data" : "serves"}.`,
      } satisfies types.input.scheduling.v1.PriorityClass,
      opts,
    ).metadata.name;
  return { data: make("data"), serving: make("serving") };
}

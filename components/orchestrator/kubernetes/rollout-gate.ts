import * as pulumi from "@pulumi/pulumi";
import { once } from "../once.ts";
import { resourceError } from "../resource-error.ts";
import { RolloutError } from "../rollout-error.ts";
import type { Workload } from "../specs.ts";
import type { Turn } from "../turn.ts";
import { ChangeWatch } from "./change-watch.ts";
import { type ClusterAccess, type ClusterApi, clusterApi, found, reasonOf } from "./cluster-api.ts";
import { specificationAnnotation } from "./names.ts";
import { type RolloutOptions, waitForRollout } from "./rollout.ts";
import type { RolloutTarget } from "./rollout-state.ts";

/** What can be held back. */
interface HeldTarget {
  kind: "Deployment" | "StatefulSet";
  name: string;
}

/**
 * The roll-out gate. The provider reports success once the cluster has *taken* an object; this waits, on
 * every `up`, until the workload *serves*, and fails the `up` otherwise. What is only rendered has
 * nothing to wait for.
 */
export class RolloutGate {
  private readonly api: () => Promise<ClusterApi>;
  private readonly watch: () => Promise<ChangeWatch>;
  private readonly namespace: string;
  private readonly open: boolean;

  /** @param rendered - Whether objects are only written to files. */
  constructor(access: ClusterAccess, namespace: string, rendered: boolean) {
    this.api = once(() => clusterApi(access));
    this.watch = once(async () => new ChangeWatch((await this.api()).watch, namespace));
    this.namespace = namespace;
    this.open = rendered || pulumi.runtime.isDryRun();
  }

  /** Resolves to the workload's resource once all its pods are of that specification and serve. */
  pass(
    resource: pulumi.CustomResource,
    target: Omit<RolloutTarget, "namespace">,
    specification: pulumi.Output<string>,
    timeoutSeconds = 300,
  ): Workload["ready"] {
    if (this.open) return pulumi.output<pulumi.Resource>(resource);
    return pulumi.all([specification, resource.id]).apply(async ([wanted]) => {
      await this.rollOut({
        target: { ...target, namespace: this.namespace },
        specification: wanted,
        timeoutSeconds,
        progress: (message) => void pulumi.log.info(message, resource, undefined, true),
      }).catch((error: Error) => {
        throw resourceError(failureOf(target, error), resource);
      });
      return resource as pulumi.Resource;
    });
  }

  private async rollOut(options: Omit<RolloutOptions, "changes">): Promise<void> {
    const [api, watch] = await Promise.all([this.api(), this.watch()]);
    await watch.during(options.target.name, (changes) =>
      waitForRollout(api, { ...options, changes }),
    );
  }

  /** The specification that a workload had before this run. */
  standing({ kind, name }: HeldTarget): Turn["standing"] {
    const { namespace } = this;
    const standing = async () => {
      if (this.open) return undefined;
      const { apps } = await this.api();
      const workload =
        kind === "Deployment"
          ? await found(apps.readNamespacedDeployment({ namespace, name }))
          : await found(apps.readNamespacedStatefulSet({ namespace, name }));
      const annotations = workload?.spec?.template.metadata?.annotations;
      return workload && (annotations?.[specificationAnnotation] ?? "");
    };
    return pulumi.output(standing());
  }
}

function failureOf({ kind, name }: Omit<RolloutTarget, "namespace">, error: Error): string {
  if (error instanceof RolloutError) return error.message;
  return `the cluster can't be asked whether ${kind} ${name} serves: ${reasonOf(error)}`;
}

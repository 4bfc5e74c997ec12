import { waitFor } from "../host/wait-for.ts";
import { clusterDns } from "./add-ons/dns.ts";
import { firewall } from "./add-ons/firewall.ts";
import type { Manifest } from "./add-ons/manifest.ts";
import { metrics } from "./add-ons/metrics.ts";
import { storage } from "./add-ons/storage.ts";
import type { ProgramImages } from "./images.ts";
import { kubectl } from "./kubectl.ts";

const namespace = "kube-system";

/** What the lab's programs outside the cluster may do in it, and its storage class. */
export const applyGrants = (): Promise<void> => apply([...storage(), ...firewall()]);

/** Deploys the cluster's name service and metrics; resolves when both serve. */
export async function deployAddOns(images: ProgramImages): Promise<void> {
  await apply([...clusterDns(images.coredns.name), ...metrics(images["metrics-server"].name)]);
  await serving("daemonset/coredns");
  await serving("deployment/metrics-server");
  const service = "apiservice/v1beta1.metrics.k8s.io";
  await kubectl(["wait", "--for=condition=Available", "--timeout=60s", service]);
}

async function apply(items: Manifest[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  // The API server takes requests a moment before it has made its own namespaces.
  await waitFor("the cluster to take the lab's add-ons", 30_000, async () => {
    await kubectl(["apply", "--server-side", "--force-conflicts", "--filename=-"], list);
    return true;
  });
}

async function serving(workload: string): Promise<void> {
  const status = ["rollout", "status", workload, "--timeout=120s"];
  await kubectl([`--namespace=${namespace}`, ...status]).catch(async (error: Error) => {
    const pods = await kubectl([`--namespace=${namespace}`, "get", "pods", "--output=wide"]);
    const events = await kubectl([`--namespace=${namespace}`, "events", "--types=Warning"]);
    throw new Error(`${error.message}\n${pods}\n${events}`);
  });
}

import type * as pulumi from "@pulumi/pulumi";
import type {
  ConfigFile,
  ConfigFileSpec,
  DaemonSpec,
  Image,
  ImageSpec,
  Member,
  Network,
  NetworkSpec,
  ReplicatedServiceSpec,
  Secret,
  SecretSpec,
  StatefulSetSpec,
  Workload,
} from "./specs.ts";

/**
 * Renders specs with the resources of Docker Swarm or Kubernetes. A component is given one and never
 * knows which.
 */
export interface Orchestrator {
  readonly kind: "swarm" | "kubernetes";
  /** Failure domains that replicas and members are spread over; empty where there is only one. */
  readonly zones: readonly string[];
  /** As the value of an environment variable: the name of the node that the container runs on. */
  readonly nodeName: string;
  /**
   * Host name that leads to every container of a workload, one address for each. It is given in full,
   * because some resolvers, such as HAProxy's, know no search domain.
   */
  replicasHost(dnsName: string): string;
  /** Host name, given in full, of a member of a stateful set. */
  memberHost(dnsName: string): string;
  /** What tells everything that it makes from the rest of the cluster. */
  readonly namespace: string;
  network(name: string, spec: NetworkSpec, opts: pulumi.CustomResourceOptions): Network;
  secret(name: string, spec: SecretSpec, opts: pulumi.CustomResourceOptions): Secret;
  configFile(name: string, spec: ConfigFileSpec, opts: pulumi.CustomResourceOptions): ConfigFile;
  image(name: string, spec: ImageSpec, opts: pulumi.CustomResourceOptions): Image;
  replicatedService(
    name: string,
    spec: ReplicatedServiceSpec,
    opts: pulumi.CustomResourceOptions,
  ): Workload;
  statefulSet(name: string, spec: StatefulSetSpec, opts: pulumi.CustomResourceOptions): Member[];
  daemon(name: string, spec: DaemonSpec, opts: pulumi.CustomResourceOptions): Workload;
}

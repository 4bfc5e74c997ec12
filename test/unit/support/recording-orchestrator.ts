import * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../../../components/orchestrator/orchestrator.ts";
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
} from "../../../components/orchestrator/specs.ts";

/** One request to an orchestrator. */
interface Request<T> {
  name: string;
  spec: T;
  parent: pulumi.Resource | undefined;
}

/** An orchestrator that only writes down what components ask it for. */
export class RecordingOrchestrator implements Orchestrator {
  readonly kind = "swarm";
  readonly zones: readonly string[];
  readonly nodeName = "<node>";
  readonly namespace = "<namespace>";
  readonly networks: Request<NetworkSpec>[] = [];
  readonly secrets: Request<SecretSpec>[] = [];
  readonly configFiles: Request<ConfigFileSpec>[] = [];
  readonly images: Request<ImageSpec>[] = [];
  readonly services: Request<ReplicatedServiceSpec>[] = [];
  readonly statefulSets: Request<StatefulSetSpec>[] = [];
  readonly daemons: Request<DaemonSpec>[] = [];

  constructor(zones: string[] = []) {
    this.zones = zones;
  }

  replicasHost(dnsName: string): string {
    return `tasks.${dnsName}`;
  }

  memberHost(dnsName: string): string {
    return dnsName;
  }

  network(name: string, spec: NetworkSpec, { parent }: pulumi.CustomResourceOptions): Network {
    this.networks.push({ name, spec, parent });
    return { id: pulumi.output(`${name}-network`) };
  }

  secret(name: string, spec: SecretSpec, { parent }: pulumi.CustomResourceOptions): Secret {
    this.secrets.push({ name, spec, parent });
    return file(name);
  }

  configFile(
    name: string,
    spec: ConfigFileSpec,
    { parent }: pulumi.CustomResourceOptions,
  ): ConfigFile {
    this.configFiles.push({ name, spec, parent });
    return file(name);
  }

  image(name: string, spec: ImageSpec, { parent }: pulumi.CustomResourceOptions): Image {
    this.images.push({ name, spec, parent });
    return { reference: pulumi.output(`registry/${name}@sha256:${"0".repeat(64)}`) };
  }

  replicatedService(
    name: string,
    spec: ReplicatedServiceSpec,
    { parent }: pulumi.CustomResourceOptions,
  ): Workload {
    this.services.push({ name, spec, parent });
    return workload(name, parent);
  }

  statefulSet(
    name: string,
    spec: StatefulSetSpec,
    { parent }: pulumi.CustomResourceOptions,
  ): Member[] {
    this.statefulSets.push({ name, spec, parent });
    return spec.members.map((member) => {
      const made = workload(member.name, parent);
      return { ...made, startedUp: made.ready.apply(() => `${member.name} started`) };
    });
  }

  daemon(name: string, spec: DaemonSpec, { parent }: pulumi.CustomResourceOptions): Workload {
    this.daemons.push({ name, spec, parent });
    return workload(name, parent);
  }
}

function file(name: string) {
  return { id: pulumi.output(`${name}-id`), name: pulumi.output(`${name}-1a2b3c4`) };
}

function workload(dnsName: string, parent: pulumi.Resource | undefined): Workload {
  const made = new pulumi.ComponentResource("test:index:Workload", dnsName, {}, { parent });
  return { dnsName, ready: pulumi.output<pulumi.Resource>(made) };
}

/** The only one. @throws Error when there is none or more than one. */
export function only<T>(list: T[]): T {
  const [first] = list;
  if (first === undefined || list.length > 1) throw new Error(`${list.length} instead of 1`);
  return first;
}

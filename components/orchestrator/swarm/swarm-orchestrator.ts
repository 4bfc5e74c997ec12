import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type Dockerode from "dockerode";
import { dockerImage } from "../docker-image.ts";
import { fingerprint } from "../fingerprint.ts";
import { once } from "../once.ts";
import type { Orchestrator } from "../orchestrator.ts";
import { resourceError } from "../resource-error.ts";
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
  WorkloadSpec,
} from "../specs.ts";
import { type Turn, Turns } from "../turn.ts";
import { engineApi } from "./engine-api.ts";
import { keepReplicas } from "./keep-replicas.ts";
import { memberShape } from "./member-shape.ts";
import { credentialsLabel, physicalName, stackLabel } from "./names.ts";
import { handOutCredentials } from "./pull-credentials.ts";
import { replicatedShape } from "./replicated-shape.ts";
import { waitForRollout } from "./rollout.ts";
import { type ClusterContext, type ServiceShape, serviceArgs } from "./service-args.ts";
import { standingSpecification } from "./standing.ts";
import { TaskWatch } from "./task-watch.ts";

/** A Swarm, and the registry that its nodes pull from. */
export interface SwarmOrchestratorArgs {
  /** A manager's Docker Engine: `unix://`, `tcp://` or `ssh://`. */
  host: string;
  /** Starts the name of every service and volume; a stack's names never meet another stack's. */
  prefix: string;
  /** Values of the node label `zone` that replicas and members are spread over. @default none */
  zones?: string[];
  /** The registry that images are pushed to and pulled from. */
  registry: RegistryCredentials;
  /** Architecture of the nodes, as Docker names it. @default that of this machine */
  architecture?: string;
}

/** How to sign in to a registry. */
export interface RegistryCredentials {
  /** `host:port` */
  address: string;
  username: string;
  password: pulumi.Input<string>;
  /** Whether it speaks plain HTTP. */
  insecure: boolean;
}

/** Renders specs with `@pulumi/docker` on a Docker Swarm. */
export class SwarmOrchestrator extends pulumi.ComponentResource implements Orchestrator {
  readonly kind = "swarm";
  readonly zones: readonly string[];
  /** Filled in by Swarm for each task. */
  readonly nodeName = "{{.Node.Hostname}}";
  readonly namespace: string;
  private readonly tasks: TaskWatch;
  private readonly turns = new Turns();
  private readonly api: () => Promise<Dockerode>;
  private readonly context: ClusterContext;
  private readonly provider: docker.Provider;

  constructor(name: string, args: SwarmOrchestratorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ha-store:index:SwarmOrchestrator", name, {}, opts);
    this.api = once(() => engineApi(args.host));
    this.tasks = new TaskWatch(this.api, args.prefix);
    this.zones = args.zones ?? [];
    this.namespace = args.prefix;
    this.context = {
      prefix: args.prefix,
      platform: {
        os: "linux",
        architecture: args.architecture ?? (process.arch === "x64" ? "amd64" : process.arch),
      },
    };
    const credentials = this.credentials(args.registry);
    this.provider = new docker.Provider(
      `${name}-provider`,
      {
        host: args.host,
        // Our own check before anything is registered says more than the provider's ping.
        disableDockerDaemonCheck: true,
        registryAuth: [
          {
            address: `${args.registry.insecure ? "http" : "https"}://${args.registry.address}`,
            username: args.registry.username,
            password: pulumi.secret(credentials.password),
          },
        ],
      },
      { parent: this },
    );
    const given = { label: credentialsLabel, value: credentials.hash };
    new docker.ServiceConfig(
      "registry-credentials",
      { data: base64(credentials.hash), labels: [...this.labels(), given] },
      this.withProvider({ parent: this }),
    );
    this.registerOutputs({ zones: this.zones });
  }

  replicasHost(dnsName: string): string {
    return `tasks.${dnsName}`;
  }

  memberHost(dnsName: string): string {
    return dnsName;
  }

  network(name: string, spec: NetworkSpec, opts: pulumi.CustomResourceOptions): Network {
    return new docker.Network(
      name,
      {
        driver: "overlay",
        internal: spec.internal,
        options: spec.encrypted ? { encrypted: "" } : undefined,
        labels: this.labels(),
      },
      // Docker adds the number of the tunnel that it picked to the options.
      this.withProvider(
        pulumi.mergeOptions(opts, {
          ignoreChanges: ['options["com.docker.network.driver.overlay.vxlanid_list"]'],
        }),
      ),
    );
  }

  secret(name: string, spec: SecretSpec, opts: pulumi.CustomResourceOptions): Secret {
    return new docker.Secret(
      name,
      { data: pulumi.secret(base64(spec.content)), labels: this.labels() },
      this.withProvider(opts),
    );
  }

  configFile(name: string, spec: ConfigFileSpec, opts: pulumi.CustomResourceOptions): ConfigFile {
    return new docker.ServiceConfig(
      name,
      { data: base64(spec.content), labels: this.labels() },
      this.withProvider(opts),
    );
  }

  image(name: string, spec: ImageSpec, opts: pulumi.CustomResourceOptions): Image {
    return dockerImage(name, `${this.context.prefix}/${name}`, spec, this.withProvider(opts));
  }

  replicatedService(
    name: string,
    spec: ReplicatedServiceSpec,
    opts: pulumi.CustomResourceOptions,
  ): Workload {
    const scaled = spec.autoscaling && keepReplicas(this.api, spec.autoscaling);
    const options = pulumi.mergeOptions(opts, scaled);
    const turn = this.turns.ofService(this.standing(name), spec.rollOutAfter);
    return this.service(name, spec, options, replicatedShape(spec), turn).workload;
  }

  daemon(name: string, spec: DaemonSpec, opts: pulumi.CustomResourceOptions): Workload {
    // Two tasks can't hold the same port of a node.
    const order = (spec.ports ?? []).length > 0 ? "stop-first" : "start-first";
    return this.service(name, spec, opts, { mode: { global: true }, order }).workload;
  }

  statefulSet(name: string, spec: StatefulSetSpec, opts: pulumi.CustomResourceOptions): Member[] {
    return spec.members.map((member) => {
      const environment = { ...spec.environment, ...member.environment };
      const shape = memberShape(this.context.prefix, name, member, spec.volumePath);
      const turn = this.turns.ofMember(this.standing(member.name));
      const { workload, service } = this.service(
        member.name,
        { ...spec, environment },
        opts,
        { ...shape, found: spec.networks.length > 0 },
        turn,
      );
      return { ...workload, startedUp: this.turns.joined(turn, service, workload.ready) };
    });
  }

  private standing(name: string): Turn["standing"] {
    return standingSpecification(this.api, physicalName(this.context.prefix, name));
  }

  /** The password, when the services that are there have it, and what stands for it. */
  private credentials({ address, username, password }: RegistryCredentials) {
    const hash = fingerprint(password);
    const given = pulumi.all([password, hash]).apply(async ([password, hash]) => {
      const credentials = { username, password, serveraddress: address };
      if (!pulumi.runtime.isDryRun()) {
        await handOutCredentials(await this.api(), this.namespace, hash, credentials);
      }
      return password;
    });
    return { password: given, hash };
  }

  private service(
    name: string,
    spec: WorkloadSpec,
    opts: pulumi.CustomResourceOptions,
    shape: Pick<ServiceShape, "mode" | "order"> & Partial<ServiceShape>,
    turn?: Turn,
  ): { workload: Workload; service: docker.Service } {
    const serviceName = physicalName(this.context.prefix, name);
    const { args, specification } = serviceArgs(
      this.context,
      spec,
      {
        serviceName,
        dnsName: name,
        constraints: [],
        spread: [],
        volumes: [],
        ...shape,
      },
      turn,
    );
    const service = new docker.Service(
      name,
      args,
      // The name is an interface, so a replacement can't exist beside what it replaces.
      this.withProvider(pulumi.mergeOptions(opts, { deleteBeforeReplace: true })),
    );
    const ready = this.gate(service, args.name, specification, spec.rolloutTimeoutSeconds ?? 300);
    return { workload: { dnsName: name, ready }, service };
  }

  /**
   * The roll-out gate. The provider reports success once Swarm has *taken* a specification; this
   * waits until it *serves*, on every `up`, and fails the `up` otherwise. It watches from the start,
   * because the provider sits still for two seconds before it reports.
   */
  private gate(
    service: docker.Service,
    serviceName: string,
    specification: pulumi.Output<string>,
    timeoutSeconds: number,
  ): pulumi.Output<pulumi.Resource> {
    if (pulumi.runtime.isDryRun()) return pulumi.output<pulumi.Resource>(service);
    this.tasks.watch();
    let applied = false;
    service.id.apply(() => (applied = true));
    return specification.apply(async (wanted): Promise<pulumi.Resource> => {
      const api = await this.api();
      // A message about a resource that is not registered yet holds up all later ones, of any: one
      // that waits for its turn would keep the error to itself that it waits because of.
      const progress = (message: string) => {
        if (applied) void pulumi.log.info(message, service, undefined, true);
      };
      await waitForRollout(api, {
        serviceName,
        specification: wanted,
        applied: () => applied,
        abandoned: () => pulumi.log.hasErrors(),
        timeoutSeconds,
        progress,
        testimony: (serviceId) => this.tasks.reportOn(serviceId),
      })
        .catch((error: Error) => {
          throw resourceError(error.message, service);
        })
        .finally(() => this.tasks.release());
      return service;
    });
  }

  private labels(): { label: string; value: string }[] {
    return [{ label: stackLabel, value: this.context.prefix }];
  }

  private withProvider(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return pulumi.mergeOptions(opts, { provider: this.provider });
  }
}

function base64(content: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(content).apply((text) => Buffer.from(text, "utf8").toString("base64"));
}

import { databaseMembers } from "../../../cli/cluster-query.ts";
import { type StackService, stackServices } from "../../../cli/cluster-services.ts";
import { storeDatabases } from "../../../cli/store-databases.ts";
import type { Query } from "../../../load/facts.ts";
import { StoreFacts } from "../../../load/facts.ts";
import { eventually } from "../../support/command.ts";
import { containersOf, engineAt, execIn, labNodes, type Member } from "./containers.ts";

/** A member of a database cluster, as Patroni's REST API tells. */
export interface PatroniMember {
  name: string;
  role: string;
  state: string;
  timeline?: number;
}

const leaderRoles = ["leader", "standby_leader"];

/** The store's data layer on the lab: where its parts are, and whether they are whole. */
export class StoreCluster {
  readonly services: StackService[];
  readonly facts: StoreFacts;
  private readonly port: number;

  private constructor(services: StackService[]) {
    this.services = services;
    this.facts = new StoreFacts(this.query, storeDatabases(services));
    const edge = services.find(({ name }) => name === "edge-balancer");
    this.port = edge?.publishedPorts.find(({ target }) => target === 8080)?.published ?? 80;
  }

  /** @throws Error when the stack is not up on the lab */
  static async find(stack: string): Promise<StoreCluster> {
    const [node] = (await labNodes()).filter(({ state }) => state === "running");
    if (!node) throw new Error("no node of the lab is running");
    return new StoreCluster(await stackServices(engineAt(node), stack));
  }

  /** Names of the database clusters. */
  get clusters(): string[] {
    const names = databaseMembers(this.services).map(
      ({ environment }) => environment.CLUSTER ?? "",
    );
    return [...new Set(names)];
  }

  /** The cluster that every purchase needs. */
  get stockCluster(): string {
    return storeDatabases(this.services).catalog.cluster;
  }

  /** The store's address at each of these nodes, at all by default. */
  async edges(nodes?: readonly number[]): Promise<string[]> {
    return (await labNodes())
      .filter(({ number }) => nodes === undefined || nodes.includes(number))
      .map(({ address }) => `http://${address}:${this.port}`);
  }

  /** Containers of services whose environment fits. */
  async membersWhere(fits: (service: StackService) => boolean): Promise<Member[]> {
    return containersOf(this.services.filter(fits).map(({ physicalName }) => physicalName));
  }

  databaseMembers(cluster: string): Promise<Member[]> {
    return this.membersWhere(
      ({ environment }) => environment.CLUSTER === cluster && environment.MEMBER !== undefined,
    );
  }

  etcdMembers(): Promise<Member[]> {
    return this.membersWhere(({ environment }) =>
      Boolean(environment.MEMBERS && environment.MEMBER),
    );
  }

  cacheMembers(): Promise<Member[]> {
    return this.membersWhere(({ environment }) => /:6379$/.test(environment.CACHE_SELF ?? ""));
  }

  /** The container of a cluster's primary. @throws Error when no member knows of one */
  async primary(cluster: string): Promise<Member> {
    const members = await this.databaseMembers(cluster);
    const leader = (await this.patroni(members)).find(({ role }) => leaderRoles.includes(role));
    const member = members.find(({ service }) => leader && service.endsWith(`-${leader.name}`));
    if (!member) throw new Error(`${cluster} has no primary that can be found`);
    return member;
  }

  /** The container of the cache's primary. */
  async cachePrimary(): Promise<Member> {
    for (const member of await this.cacheMembers()) {
      const script = "source /usr/local/lib/cache-cluster.bash; ask $self ROLE | head -1";
      const role = await execIn(member.container, ["bash", "-c", script]).catch(() => "");
      if (role.trim() === "master") return member;
    }
    throw new Error("the cache has no primary that can be found");
  }

  /** What Patroni says of the cluster, by the first member that answers. */
  private async patroni(members: Member[]): Promise<PatroniMember[]> {
    for (const { container } of members) {
      const url = "http://127.0.0.1:8008/cluster";
      const answer = await execIn(container, ["curl", "-sf", "-m", "3", url]).catch(
        () => undefined,
      );
      if (answer) return JSON.parse(answer).members;
    }
    throw new Error(`none of ${members.map(({ service }) => service)} answers`);
  }

  private readonly query: Query = async (cluster, database, sql) => {
    const { container } = await this.primary(cluster);
    const select = `SELECT row_to_json(answer) FROM (${sql}) AS answer`;
    const psql = ["psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1"];
    const answer = await execIn(container, [...psql, "-d", database, "-c", select]);
    return answer.split("\n").flatMap((line) => (line ? [JSON.parse(line)] : []));
  };

  /** Waits until every part is there, knows its place, and answers. */
  async whole(seconds = 180): Promise<void> {
    let missing = "";
    try {
      await eventually("", seconds, async () => {
        missing = await this.whatIsMissing().catch((error: unknown) => String(error));
        return missing === "";
      });
    } catch {
      throw new Error(`the store is not whole again after ${seconds} s: ${missing}`);
    }
  }

  private async whatIsMissing(): Promise<string> {
    const off = (await labNodes()).filter(({ state }) => state !== "running");
    if (off.length > 0) return `node ${off.map(({ number }) => number)} is not running`;
    return (
      (await this.missingTasks()) ||
      (await this.missingMembers()) ||
      (await this.missingVotes()) ||
      (await this.missingEdges())
    );
  }

  private async missingTasks(): Promise<string> {
    const [node] = await labNodes();
    if (!node) return "the lab has no node";
    const names = this.services.map(({ physicalName }) => physicalName);
    const services = (await engineAt(node).listServices({ status: true })) as {
      Spec?: { Name?: string };
      ServiceStatus?: { RunningTasks: number; DesiredTasks: number };
    }[];
    const short = services.filter(({ Spec, ServiceStatus: status }) => {
      const ours = names.includes(Spec?.Name ?? "");
      return ours && status?.RunningTasks !== status?.DesiredTasks;
    });
    return short.map(({ Spec }) => `${Spec?.Name} is not complete`).join(", ");
  }

  private async missingMembers(): Promise<string> {
    for (const cluster of this.clusters) {
      const members = await this.databaseMembers(cluster);
      const seen = await this.patroni(members);
      const wanted = this.services.filter(({ environment }) => environment.CLUSTER === cluster);
      const leaders = seen.filter(({ role }) => leaderRoles.includes(role));
      const streaming = seen.filter(({ state }) => state === "streaming");
      const synchronous = seen.filter(({ role }) => /sync|quorum/.test(role));
      if (leaders.length !== 1) return `${cluster} has ${leaders.length} primaries`;
      const standbys = wanted.filter(({ environment }) => environment.MEMBER).length - 1;
      if (streaming.length !== standbys) return `${streaming.length} standbys of ${cluster} stream`;
      if (standbys > 0 && synchronous.length === 0) return `${cluster} has no synchronous standby`;
    }
    return "";
  }

  /** The cache's members and Sentinels agree, and so do etcd's. */
  private async missingVotes(): Promise<string> {
    for (const { service, container } of await this.etcdMembers()) {
      const healthy = await execIn(container, ["etcd-entrypoint", "etcdctl", "endpoint", "health"])
        .then(() => true)
        .catch(() => false);
      if (!healthy) return `${service} does not reach all of etcd`;
    }
    const [cache] = await this.cacheMembers();
    if (!cache) return "the cache has no member";
    const script = `source /usr/local/lib/cache-cluster.bash; CACHE_SELF=nobody:0
      each vote $CACHE_SENTINELS | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 }'
      each describe $CACHE_MEMBERS | awk '$1 == "master" { print $2 }'`;
    const answer = await execIn(cache.container, ["bash", "-c", script]);
    const sentinels = String(await this.sentinelCount());
    const replicas = String((await this.cacheMembers()).length - 1);
    return answer.trim().split("\n").join() === `${sentinels},${replicas}`
      ? ""
      : `the cache's votes and replicas are ${answer.trim().split("\n").join()}`;
  }

  private async sentinelCount(): Promise<number> {
    const [cache] = this.services.filter(({ environment }) => environment.CACHE_SELF);
    return String(cache?.environment.CACHE_SENTINELS ?? "").split(" ").length;
  }

  private async missingEdges(): Promise<string> {
    for (const edge of await this.edges()) {
      for (let request = 0; request < 3; request++) {
        const status = await fetch(`${edge}/products`, { signal: AbortSignal.timeout(3_000) }).then(
          async (response) => {
            await response.arrayBuffer();
            return response.status;
          },
          (error: unknown) => String(error),
        );
        if (status !== 200) return `${edge} answers ${status}`;
      }
    }
    return "";
  }
}

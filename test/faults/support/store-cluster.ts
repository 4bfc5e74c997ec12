import { databaseMembers } from "../../../cli/cluster-query.ts";
import type { StackService } from "../../../cli/platform/platform.ts";
import { storeDatabases } from "../../../cli/store-databases.ts";
import type { Query } from "../../../load/facts.ts";
import { StoreFacts } from "../../../load/facts.ts";
import type { Member, Site } from "./site.ts";

/** A member of a database cluster, as Patroni's REST API tells. */
export interface PatroniMember {
  name: string;
  role: string;
  state: string;
  timeline?: number;
}

export const isLeader = ({ role }: PatroniMember): boolean => role === "leader";

/** The store's data layer on the lab: where its parts are, and whether they are whole. */
export class StoreCluster {
  readonly site: Site;
  readonly services: StackService[];
  readonly facts: StoreFacts;
  private readonly port: number;

  private constructor(site: Site, services: StackService[]) {
    this.site = site;
    this.services = services;
    this.facts = new StoreFacts(this.query, storeDatabases(services));
    const edge = services.find(({ name }) => name === "edge-balancer");
    this.port = edge?.publishedPorts.find(({ target }) => target === 8080)?.published ?? 80;
  }

  /** @throws Error when the stack is not up on the lab */
  static async find(site: Site): Promise<StoreCluster> {
    return new StoreCluster(site, await site.platform.services());
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
  edges(numbers?: readonly number[]): string[] {
    return this.site.nodes
      .filter(({ number }) => numbers === undefined || numbers.includes(number))
      .map(({ address }) => this.edgeAt(address));
  }

  /** The store's address at any node. */
  edgeAt(address: string): string {
    return `http://${address}:${this.port}`;
  }

  /** Containers of services whose environment fits. */
  async membersWhere(fits: (service: StackService) => boolean): Promise<Member[]> {
    return this.site.containersOf(this.services.filter(fits));
  }

  databaseMembers(cluster: string): Promise<Member[]> {
    return this.membersWhere(
      ({ environment }) => environment.CLUSTER === cluster && environment.MEMBER !== undefined,
    );
  }

  /** Members that a database cluster should have. */
  memberNames(cluster: string): string[] {
    return databaseMembers(this.services)
      .filter(({ environment }) => environment.CLUSTER === cluster)
      .map(({ environment }) => environment.MEMBER ?? "");
  }

  get sentinelCount(): number {
    const [member] = this.services.filter(({ environment }) => environment.CACHE_SELF);
    return String(member?.environment.CACHE_SENTINELS ?? "").split(" ").length;
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
    const leader = (await this.patroni(members)).find(isLeader);
    const led = this.services.find(({ environment }) => environment.MEMBER === leader?.name);
    const member = members.find(({ service }) => service === led?.physicalName);
    if (!member) throw new Error(`${cluster} has no primary that can be found`);
    return member;
  }

  /** The container of the cache's primary. */
  async cachePrimary(): Promise<Member> {
    for (const member of await this.cacheMembers()) {
      const script = "source /usr/local/lib/cache-cluster.bash; ask $self ROLE | head -1";
      const role = await member.container.exec(["bash", "-c", script]).catch(() => "");
      if (role.trim() === "master") return member;
    }
    throw new Error("the cache has no primary that can be found");
  }

  /** What Patroni says of the cluster, by the first member that answers. */
  async patroni(members: Member[]): Promise<PatroniMember[]> {
    for (const { container } of members) {
      const url = "http://127.0.0.1:8008/cluster";
      const answer = await container.exec(["curl", "-sf", "-m", "3", url]).catch(() => undefined);
      if (answer) return JSON.parse(answer).members;
    }
    throw new Error(`none of ${members.map(({ service }) => service)} answers`);
  }

  /** Asks the primary of a cluster. */
  readonly query: Query = async (cluster, database, sql) => {
    const { container } = await this.primary(cluster);
    const select = `SELECT row_to_json(answer) FROM (${sql}) AS answer`;
    const psql = ["psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1"];
    const answer = await container.exec([...psql, "-d", database, "-c", select]);
    return answer.split("\n").flatMap((line) => (line ? [JSON.parse(line)] : []));
  };
}

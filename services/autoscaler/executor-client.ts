import { randomUUID } from "node:crypto";
import { contract, type Peer } from "../shared/peer.ts";
import { type ScalableService, ScalableServices, Scale } from "./contract.ts";

const servicesAnswer = contract(ScalableServices);
const scaleAnswer = contract(Scale);

/** What the executor is asked for. */
export class ExecutorClient {
  readonly #peer: Peer;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** @throws UnavailableError if the executor can't tell. */
  async services(): Promise<ScalableService[]> {
    const request = { path: "/services", requestId: randomUUID() };
    const { services } = await this.#peer.call(servicesAnswer, request);
    return services;
  }

  /** @throws ApiError if the executor refuses it, 409 while the service is being changed. */
  async scale(name: string, replicas: number): Promise<void> {
    await this.#peer.call(scaleAnswer, {
      method: "PUT",
      path: `/services/${name}/replicas`,
      body: { replicas },
      requestId: randomUUID(),
      // Its own call of the engine may take that long.
      timeoutMilliseconds: 12_000,
    });
  }
}

import { Erased, UnfinishedOrders } from "../shared/contracts/erasure.ts";
import { contract, type Peer } from "../shared/peer.ts";

const unfinishedOrders = contract(UnfinishedOrders);
const erased = contract(Erased);

/** What the orders service keeps of a person. */
export class CustomerRecords {
  readonly #orders: Peer;

  constructor(orders: Peer) {
    this.#orders = orders;
  }

  async unfinishedOrders(accountId: string, requestId: string): Promise<number> {
    const path = `/accounts/${accountId}/unfinished-orders`;
    return (await this.#orders.call(unfinishedOrders, { path, requestId })).count;
  }

  /** @throws ApiError `orders_unfinished` (409) */
  async erase(accountId: string, requestId: string): Promise<void> {
    await this.#orders.call(erased, {
      method: "POST",
      path: `/accounts/${accountId}/erasure`,
      requestId,
      idempotent: true,
    });
  }
}

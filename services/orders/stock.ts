import {
  type Product,
  ProductBatch,
  Reservation,
  type ReservationLine,
} from "../shared/contracts/catalog.ts";
import { contract, type Peer } from "../shared/peer.ts";

const batch = contract(ProductBatch);
const reservation = contract(Reservation);

/** The catalog, as orders see it. */
export class Stock {
  readonly #catalog: Peer;

  constructor(catalog: Peer) {
    this.#catalog = catalog;
  }

  async products(ids: readonly number[], requestId: string): Promise<Map<number, Product>> {
    const { products } = await this.#catalog.call(batch, {
      path: "/product-batch",
      query: { ids: ids.join(",") },
      requestId,
    });
    return new Map(products.map((product) => [product.id, product]));
  }

  async reserve(orderId: string, lines: readonly ReservationLine[], requestId: string) {
    await this.#catalog.call(reservation, {
      method: "POST",
      path: "/reservations",
      body: { orderId, lines },
      requestId,
      idempotent: true,
    });
  }

  async release(orderId: string, requestId: string): Promise<void> {
    await this.#catalog.call(reservation, {
      method: "POST",
      path: `/reservations/${orderId}/release`,
      requestId,
      idempotent: true,
    });
  }
}

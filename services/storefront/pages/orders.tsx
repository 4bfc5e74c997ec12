import type { Order } from "../../shared/contracts/orders.ts";
import { Pages } from "./browse.tsx";
import { COUNTRIES } from "./checkout.tsx";
import { formatDate, shortOrderId } from "./format.ts";
import { CheckIcon } from "./icons.tsx";
import { Price } from "./parts.tsx";

const REASONS: Record<string, string> = {
  out_of_stock: "something in it sold out before we could set it aside",
  payment_declined: "the payment was declined",
  timed_out: "it could not be completed in time",
};

export function OrderStatus({ order }: { order: Order }) {
  if (order.state === "confirmed") return <span class="stock">Confirmed</span>;
  if (order.state === "cancelled") return <span class="stock none">Cancelled</span>;
  return <span class="stock few">Being processed</span>;
}

export function OrdersPage({
  orders,
  next,
}: {
  orders: readonly Order[];
  next?: string | undefined;
}) {
  if (orders.length === 0) {
    return (
      <section class="empty">
        <h1>No orders yet</h1>
        <p>What you buy will be listed here.</p>
        <p>
          <a class="button" href="/products">
            Browse everything
          </a>
        </p>
      </section>
    );
  }
  return (
    <section aria-labelledby="title">
      <h1 id="title">Your orders</h1>
      <ul class="lines">
        {orders.map((order) => (
          <li class="line order" key={order.id}>
            <div class="thumbs">
              {order.lines.slice(0, 3).map((line) => (
                <img key={line.productId} src={line.image} alt="" width="72" height="72" />
              ))}
            </div>
            <div>
              <h2>
                <a href={`/orders/${order.id}`}>Order {shortOrderId(order.id)}</a>
              </h2>
              <p class="quiet">
                {formatDate(order.createdAt)} · {pieces(order)}
              </p>
              <OrderStatus order={order} />
            </div>
            <Price minor={order.totalMinor} currency={order.currency} />
          </li>
        ))}
      </ul>
      <Pages first={undefined} next={next} />
    </section>
  );
}

export function OrderPage({ order }: { order: Order }) {
  const { address } = order;
  return (
    <section class="split" aria-labelledby="title">
      <div>
        <OrderHeading order={order} />
        <ul class="lines">
          {order.lines.map((line) => (
            <li class="line" key={line.productId}>
              <img src={line.image} alt="" width="96" height="96" />
              <div>
                <h2>
                  <a href={`/product/${line.slug}`}>{line.name}</a>
                </h2>
                <p class="quiet">
                  {line.quantity} × <Price minor={line.unitPriceMinor} currency={order.currency} />
                </p>
              </div>
              <Price minor={line.unitPriceMinor * line.quantity} currency={order.currency} />
            </li>
          ))}
        </ul>
      </div>
      <aside class="summary" aria-label="Summary">
        <h2>Order {shortOrderId(order.id)}</h2>
        <dl class="totals">
          <dt>Date</dt>
          <dd>{formatDate(order.createdAt)}</dd>
          <dt>Status</dt>
          <dd>
            <OrderStatus order={order} />
          </dd>
          <dt class="total">Total</dt>
          <dd class="total">
            <Price minor={order.totalMinor} currency={order.currency} />
          </dd>
        </dl>
        <h3>Delivery to</h3>
        <address>
          {address.name}
          <br />
          {address.street}
          <br />
          {address.postalCode} {address.city}
          <br />
          {Object.entries(COUNTRIES).find(([code]) => code === address.country)?.[1] ??
            address.country}
        </address>
        <p>
          <a href="/orders">All your orders</a>
        </p>
      </aside>
    </section>
  );
}

function OrderHeading({ order }: { order: Order }) {
  if (order.state === "confirmed") {
    return (
      <div class="outcome good">
        <CheckIcon />
        <div>
          <h1 id="title">Thank you, your order is confirmed</h1>
          <p>We'll pack it with care. You can come back to this page at any time.</p>
        </div>
      </div>
    );
  }
  if (order.state === "cancelled") {
    return (
      <div class="outcome bad">
        <div>
          <h1 id="title">This order was cancelled</h1>
          <p>
            Because {REASONS[order.reason ?? ""] ?? "it could not be completed"}. Nothing was
            charged, and everything is back in <a href="/cart">your cart</a>.
          </p>
        </div>
      </div>
    );
  }
  return (
    <div class="outcome">
      <div>
        <h1 id="title">Your order is being processed</h1>
        <p>
          It is safe with us and will be completed by itself.{" "}
          <a href={`/orders/${order.id}`}>Look again</a> in a few seconds.
        </p>
      </div>
    </div>
  );
}

function pieces(order: Order): string {
  const count = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  return count === 1 ? "1 piece" : `${count} pieces`;
}

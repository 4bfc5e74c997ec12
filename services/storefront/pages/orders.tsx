import type { Order } from "../../shared/contracts/orders.ts";
import { useLanguage } from "../language/context.ts";
import type { Texts } from "../language/language.ts";
import { Pages } from "./browse.tsx";
import { CheckIcon } from "./icons.tsx";
import { shortOrderId } from "./order-id.ts";
import { CsrfField, Empty, Price } from "./parts.tsx";

export function OrderStatus({ order }: { order: Order }) {
  const texts = useLanguage().texts.orders;
  if (order.refund === "done") return <span class="stock none">{texts.refunded}</span>;
  if (order.refund === "under_way") return <span class="stock few">{texts.refunding}</span>;
  if (order.state === "confirmed") return <span class="stock">{texts.confirmed}</span>;
  if (order.state === "cancelled") return <span class="stock none">{texts.cancelled}</span>;
  return <span class="stock few">{texts.underWay}</span>;
}

export function OrdersPage({
  orders,
  next,
}: {
  orders: readonly Order[];
  next?: string | undefined;
}) {
  const language = useLanguage();
  const { texts } = language;
  if (orders.length === 0) {
    return (
      <Empty title={texts.orders.none} text={texts.orders.noneHint}>
        <a class="button" href="/products">
          {texts.browseEverything}
        </a>
      </Empty>
    );
  }
  return (
    <section aria-labelledby="title">
      <h1 id="title">{texts.orders.title}</h1>
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
                <a href={`/orders/${order.id}`}>
                  {texts.orders.orderNumber(shortOrderId(order.id))}
                </a>
              </h2>
              <p class="quiet">
                {language.date(order.createdAt)} · {texts.cart.pieces(pieces(order))}
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

export interface OrderPageProps {
  order: Order;
  /** Names of products in the visitor's language, by id; others are shown as they were bought. */
  names: ReadonlyMap<number, string>;
  csrf: string;
}

export function OrderPage({ order, names, csrf }: OrderPageProps) {
  const language = useLanguage();
  const { cart, orders: texts } = language.texts;
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
                  <a href={`/product/${line.slug}`}>{names.get(line.productId) ?? line.name}</a>
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
      <aside class="summary" aria-label={cart.summary}>
        <h2>{texts.orderNumber(shortOrderId(order.id))}</h2>
        <dl class="totals">
          <dt>{texts.date}</dt>
          <dd>{language.date(order.createdAt)}</dd>
          <dt>{texts.status}</dt>
          <dd>
            <OrderStatus order={order} />
          </dd>
          <dt class="total">{texts.total}</dt>
          <dd class="total">
            <Price minor={order.totalMinor} currency={order.currency} />
          </dd>
          {order.refund === "done" && <dt class="total">{texts.refunded}</dt>}
          {order.refund === "done" && (
            <dd class="total">
              <Price minor={order.totalMinor} currency={order.currency} />
            </dd>
          )}
        </dl>
        <h3>{texts.deliveryTo}</h3>
        <address>
          {address.name}
          <br />
          {address.street}
          <br />
          {address.postalCode} {address.city}
          <br />
          {language.country(address.country)}
        </address>
        <Cancellation order={order} csrf={csrf} />
        <p>
          <a href="/orders">{texts.all}</a>
        </p>
      </aside>
    </section>
  );
}

/** Two steps, because it can't be undone. */
function Cancellation({ order, csrf }: { order: Order; csrf: string }) {
  const language = useLanguage();
  const texts = language.texts.orders;
  if (!order.cancellableUntil || Date.parse(order.cancellableUntil) < Date.now()) return null;
  const amount = language.money(order.totalMinor, order.currency);
  return (
    <details class="cancellation">
      <summary>{texts.cancel}</summary>
      <form class="stack" action={`/orders/${order.id}/cancel`} method="post">
        <CsrfField token={csrf} />
        <p>{texts.cancelText(amount, language.moment(order.cancellableUntil))}</p>
        <button class="secondary wide" type="submit">
          {texts.cancelButton}
        </button>
      </form>
    </details>
  );
}

function OrderHeading({ order }: { order: Order }) {
  const language = useLanguage();
  const texts = language.texts.orders;
  if (order.refund === "done") {
    return (
      <div class="outcome returned">
        <div>
          <h1 id="title">{texts.refundedTitle}</h1>
          <p>{texts.refundedText(language.money(order.totalMinor, order.currency))}</p>
        </div>
      </div>
    );
  }
  if (order.refund === "under_way") {
    return (
      <div class="outcome">
        <div>
          <h1 id="title">{texts.refundingTitle}</h1>
          <p>
            {texts.refundingText} <a href={`/orders/${order.id}`}>{texts.lookAgain}</a>
          </p>
        </div>
      </div>
    );
  }
  if (order.state === "confirmed") {
    return (
      <div class="outcome good">
        <CheckIcon />
        <div>
          <h1 id="title">{texts.confirmedTitle}</h1>
          <p>{texts.confirmedText}</p>
        </div>
      </div>
    );
  }
  if (order.state === "cancelled") {
    return (
      <div class="outcome bad">
        <div>
          <h1 id="title">{texts.cancelledTitle}</h1>
          <p>
            {texts.cancelledText(cancellationReason(order, texts))}{" "}
            <a href="/cart">{texts.toCart}</a>
          </p>
        </div>
      </div>
    );
  }
  return (
    <div class="outcome">
      <div>
        <h1 id="title">{texts.underWayTitle}</h1>
        <p>
          {texts.underWayText} <a href={`/orders/${order.id}`}>{texts.lookAgain}</a>
        </p>
      </div>
    </div>
  );
}

function cancellationReason({ reason }: Order, { reasons }: Texts["orders"]): string {
  const known = (Object.keys(reasons) as (keyof typeof reasons)[]).find((key) => key === reason);
  return reasons[known ?? "other"];
}

function pieces(order: Order): number {
  return order.lines.reduce((sum, line) => sum + line.quantity, 0);
}

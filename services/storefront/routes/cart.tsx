import { MAX_QUANTITY } from "../../shared/contracts/limits.ts";
import { ApiError } from "../../shared/errors.ts";
import type { Server } from "../../shared/server.ts";
import { addForm, addPage, type Exchange } from "../exchange.tsx";
import { CartPage } from "../pages/cart.tsx";
import { type PricedCart, priceCart } from "../priced-cart.ts";
import type { Storefront } from "../storefront.ts";

export function addCartRoutes(server: Server, store: Storefront): void {
  addPage(server, store, "/cart", async (exchange) => {
    const cart = await loadCart(exchange);
    const { title } = exchange.language.texts.cart;
    return await exchange.page({ title }, <CartPage cart={cart} csrf={exchange.csrf} />);
  });

  addForm(server, store, "/cart/add", async (exchange) => {
    const line = readLine(exchange, 1);
    // Only what exists gets in; its name tells the visitor what was added.
    const { locale, texts } = exchange.language;
    const [product] = await store.catalog.byIds([line.productId], locale, exchange.requestId);
    if (!product) throw new ApiError(404, "unknown_product", "There is no such product");
    const account = await exchange.member();
    if (account) await store.orders.addToCart(account.id, [line], exchange.requestId);
    else exchange.visitor.addToGuestCart(line.productId, line.quantity);
    exchange.visitor.notify(texts.product.added(product.name));
    return exchange.redirect("/cart");
  });

  addForm(server, store, "/cart/update", async (exchange) => {
    const removed = exchange.field("remove") !== "";
    const line = { ...readLine(exchange, 0), ...(removed ? { quantity: 0 } : {}) };
    const account = await exchange.member();
    if (account) await store.orders.setQuantity(account.id, line, exchange.requestId);
    else exchange.visitor.setGuestQuantity(line.productId, line.quantity);
    return exchange.redirect("/cart");
  });
}

/** @throws UnavailableError if the cart or its products can't be had right now */
export async function loadCart(exchange: Exchange): Promise<PricedCart> {
  const lines = await exchange.cartLines();
  const ids = lines.map((line) => line.productId);
  const { language, requestId, store } = exchange;
  return priceCart(lines, await store.catalog.byIds(ids, language.locale, requestId));
}

function readLine(exchange: Exchange, minimum: number) {
  const productId = Number(exchange.field("productId"));
  const quantity = Number(exchange.field("quantity") || minimum);
  const valid =
    Number.isSafeInteger(productId) &&
    productId > 0 &&
    Number.isInteger(quantity) &&
    quantity >= minimum;
  if (!valid) throw new ApiError(400, "invalid_line", "This is not a product and a quantity");
  return { productId, quantity: Math.min(quantity, MAX_QUANTITY) };
}

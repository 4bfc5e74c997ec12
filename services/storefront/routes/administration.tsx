import { randomUUID } from "node:crypto";
import type { FastifyReply } from "fastify";
import type { ManagedProduct } from "../../shared/contracts/administration.ts";
import { ApiError } from "../../shared/errors.ts";
import type { Server } from "../../shared/server.ts";
import { addForm, addPage, type Exchange } from "../exchange.tsx";
import { AuditPage } from "../pages/audit.tsx";
import { ManagePage } from "../pages/manage.tsx";
import { ProductFormPage } from "../pages/product-form.tsx";
import {
  EMPTY_FIELDS,
  fieldsOf,
  type ProductFields,
  readFields,
  toDraft,
} from "../product-form.ts";
import type { Storefront } from "../storefront.ts";
import { signInFirst } from "./orders.tsx";

const LOW_STOCK = 5;
const LIST = "/manage";
/** Answers for which the administrator can correct the form. */
const CORRECTABLE = new Set([400, 409, 422]);

type Handler = (exchange: Exchange, actor: string) => Promise<FastifyReply>;

/** Pages for administrators. To all other members they are not there. */
export function addAdministrationRoutes(server: Server, store: Storefront): void {
  const { administration } = store;
  const page = (path: string, handler: Handler) =>
    addPage(server, store, path, (exchange) => guard(exchange, handler));
  const form = (path: string, handler: Handler) =>
    addForm(server, store, path, (exchange) => guard(exchange, handler));

  page(LIST, async (exchange) => {
    const { requestId, language } = exchange;
    const [q, cursor, low] = [
      exchange.query("q").slice(0, 100),
      exchange.query("cursor"),
      exchange.query("low") === "yes",
    ];
    const found = await administration.list(
      {
        ...(q === "" ? {} : { q }),
        ...(cursor === "" ? {} : { cursor }),
        ...(low ? { maxStock: LOW_STOCK } : {}),
      },
      requestId,
    );
    return await exchange.page(
      { title: language.texts.manage.title },
      <ManagePage {...found} csrf={exchange.csrf} q={q} low={low} first={cursor === ""} />,
    );
  });

  page("/manage/audit", async (exchange) => {
    const cursor = exchange.query("cursor");
    const query = cursor === "" ? {} : { cursor };
    const found = await administration.audit(query, exchange.requestId);
    const title = exchange.language.texts.manage.audit;
    return await exchange.page({ title }, <AuditPage {...found} first={cursor === ""} />);
  });

  page("/manage/products/new", (exchange) => showForm(exchange, { fields: EMPTY_FIELDS }));

  page("/manage/products/:id", async (exchange) => {
    const product = await administration.find(productId(exchange), exchange.requestId);
    return await showForm(exchange, { product, fields: fieldsOf(product) });
  });

  form("/manage/products", async (exchange, actor) => {
    const fields = readFields((name) => exchange.field(name));
    const [draft, stock] = [toDraft(fields), Number(fields.stock)];
    const { manage } = exchange.language.texts;
    if (!draft) return await showForm(exchange, { fields, problem: manage.incomplete });
    const idempotencyKey = exchange.field("idempotencyKey");
    return await correctable(exchange, { fields }, async () => {
      const addition = { actor, idempotencyKey, product: draft, stock };
      return done(exchange, await administration.add(addition, exchange.requestId));
    });
  });

  form("/manage/products/:id", async (exchange, actor) => {
    const id = productId(exchange);
    const fields = readFields((name) => exchange.field(name));
    const product = await administration.find(id, exchange.requestId);
    const draft = toDraft(fields);
    const { manage } = exchange.language.texts;
    if (!draft) return await showForm(exchange, { product, fields, problem: manage.incomplete });
    const version = Number(exchange.field("version"));
    const edit = {
      actor,
      idempotencyKey: exchange.field("idempotencyKey"),
      version,
      product: draft,
    };
    // Whoever comes second sees what the first has made of it.
    const shown = version === product.version ? fields : fieldsOf(product);
    return await correctable(exchange, { product, fields: shown }, async () =>
      done(exchange, await administration.edit(id, edit, exchange.requestId)),
    );
  });

  form("/manage/products/:id/restock", async (exchange, actor) => {
    const restocking = {
      actor,
      idempotencyKey: exchange.field("idempotencyKey"),
      pieces: Number(exchange.field("pieces")),
    };
    const { language, requestId, visitor } = exchange;
    try {
      const product = await administration.restock(productId(exchange), restocking, requestId);
      const name = language.locale === "zh" ? product.nameZh : product.name;
      visitor.notify(language.texts.manage.restocked(name, language.number(product.stock)));
    } catch (error) {
      if (!isCorrectable(error)) throw error;
      visitor.notify(language.refusal(error));
    }
    return exchange.redirect(LIST);
  });
}

async function guard(exchange: Exchange, handler: Handler): Promise<FastifyReply> {
  const account = await exchange.member();
  if (!account) return signInFirst(exchange, LIST);
  const { administrators } = exchange.store;
  if (await administrators.includesAccount(account.id, exchange.requestId)) {
    return await handler(exchange, account.id);
  }
  throw new ApiError(404, "not_found", "There is nothing at this address");
}

interface FormState {
  product?: ManagedProduct;
  fields: ProductFields;
  problem?: string;
}

async function showForm(exchange: Exchange, { product, fields, problem }: FormState) {
  const { language, requestId, store } = exchange;
  const { manage } = language.texts;
  const name = language.locale === "zh" ? product?.nameZh : product?.name;
  const title = name === undefined ? manage.add : manage.edit(name);
  return await exchange.page(
    { title, status: problem === undefined ? 200 : 422 },
    <ProductFormPage
      title={title}
      product={product}
      fields={fields}
      problem={problem}
      categories={await store.menu.categories(language.locale, requestId)}
      csrf={exchange.csrf}
      idempotencyKey={exchange.field("idempotencyKey") || randomUUID()}
    />,
  );
}

async function correctable(
  exchange: Exchange,
  state: FormState,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (!isCorrectable(error)) throw error;
    const { language } = exchange;
    const { incomplete } = language.texts.manage;
    const problem = error.code === "invalid_request" ? incomplete : language.refusal(error);
    return await showForm(exchange, { ...state, problem });
  }
}

function isCorrectable(error: unknown): error is ApiError {
  return error instanceof ApiError && CORRECTABLE.has(error.status);
}

function done(exchange: Exchange, product: ManagedProduct): FastifyReply {
  const { language, visitor } = exchange;
  const name = language.locale === "zh" ? product.nameZh : product.name;
  visitor.notify(language.texts.manage.saved(name));
  return exchange.redirect(`/manage/products/${product.id}`);
}

function productId(exchange: Exchange): number {
  const id = Number(exchange.parameter("id"));
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new ApiError(404, "unknown_product", "There is no such product");
}

import type { Account } from "../../shared/contracts/accounts.ts";
import { ApiError } from "../../shared/errors.ts";
import type { Server } from "../../shared/server.ts";
import { addForm, addPage, type Exchange } from "../exchange.tsx";
import { localPath } from "../local-path.ts";
import { type AccountFormProps, RegisterPage, SignInPage } from "../pages/account.tsx";
import type { Storefront } from "../storefront.ts";

export function addAccountRoutes(server: Server, store: Storefront): void {
  addPage(server, store, "/sign-in", (exchange) => showSignIn(exchange, 200));
  addPage(server, store, "/register", (exchange) => showRegister(exchange, 200));

  addForm(server, store, "/sign-in", async (exchange) => {
    const credentials = {
      email: exchange.field("email"),
      password: exchange.rawField("password"),
    };
    try {
      await enter(exchange, await store.accounts.signIn(credentials, exchange.requestId));
    } catch (error) {
      return await showSignIn(exchange, refusalStatus(error), refusalMessage(exchange, error));
    }
    return exchange.redirect(localPath(exchange.field("next")));
  });

  addForm(server, store, "/register", async (exchange) => {
    const registration = {
      name: exchange.field("name"),
      email: exchange.field("email"),
      password: exchange.rawField("password"),
    };
    try {
      await enter(exchange, await store.accounts.register(registration, exchange.requestId));
    } catch (error) {
      return await showRegister(exchange, refusalStatus(error), refusalMessage(exchange, error));
    }
    exchange.visitor.notify(exchange.language.texts.account.welcome(registration.name));
    return exchange.redirect(localPath(exchange.field("next")));
  });

  addForm(server, store, "/sign-out", async (exchange) => {
    exchange.visitor.signOut();
    exchange.visitor.notify(exchange.language.texts.account.signedOut);
    return exchange.redirect("/");
  });
}

/** Signs in and takes the guest's cart along. */
async function enter(exchange: Exchange, account: Account): Promise<void> {
  const staff = exchange.store.administrators.includes(account.email);
  exchange.visitor.signIn({ ...account, ...(staff ? { staff } : {}) });
  try {
    await exchange.bringCart(account);
  } catch (error) {
    const { cartLeft, cartTooFull } = exchange.language.texts.account;
    const isFull = error instanceof ApiError && error.code === "cart_full";
    exchange.visitor.notify(isFull ? cartTooFull : cartLeft);
  }
}

function formProps(exchange: Exchange, problem: string | undefined): AccountFormProps {
  return {
    csrf: exchange.csrf,
    next: localPath(exchange.field("next") || exchange.query("next")),
    problem,
    values: { name: exchange.field("name"), email: exchange.field("email") },
  };
}

async function showSignIn(exchange: Exchange, status: number, problem?: string) {
  const body = <SignInPage {...formProps(exchange, problem)} />;
  return await exchange.page({ title: exchange.language.texts.account.signIn, status }, body);
}

async function showRegister(exchange: Exchange, status: number, problem?: string) {
  const body = <RegisterPage {...formProps(exchange, problem)} />;
  return await exchange.page({ title: exchange.language.texts.account.register, status }, body);
}

function refusalStatus(error: unknown): number {
  if (error instanceof ApiError && error.status < 500) return 422;
  throw error;
}

function refusalMessage({ language }: Exchange, error: unknown): string {
  return error instanceof ApiError ? language.refusal(error) : "";
}

import type { Account } from "../../shared/contracts/accounts.ts";
import { ApiError } from "../../shared/errors.ts";
import type { Server } from "../../shared/server.ts";
import { addForm, addPage, type Exchange } from "../exchange.tsx";
import { localPath } from "../local-path.ts";
import { type AccountFormProps, RegisterPage, SignInPage } from "../pages/account.tsx";
import { type Refusal, refusalOf } from "../refusal.ts";
import type { Storefront } from "../storefront.ts";

export function addAccountRoutes(server: Server, store: Storefront): void {
  addPage(server, store, "/sign-in", (exchange) => showSignIn(exchange));
  addPage(server, store, "/register", (exchange) => showRegister(exchange));

  addForm(server, store, "/sign-in", async (exchange) => {
    const credentials = {
      email: exchange.field("email"),
      password: exchange.rawField("password"),
      client: exchange.client,
    };
    try {
      const { requestId, caller } = exchange;
      await enter(exchange, await store.accounts.signIn(credentials, requestId, caller));
    } catch (error) {
      return await showSignIn(exchange, refusalOf(exchange, error));
    }
    return exchange.redirect(localPath(exchange.field("next")));
  });

  addForm(server, store, "/register", async (exchange) => {
    const registration = {
      name: exchange.field("name"),
      email: exchange.field("email"),
      password: exchange.rawField("password"),
      client: exchange.client,
    };
    try {
      const { requestId, caller } = exchange;
      await enter(exchange, await store.accounts.register(registration, requestId, caller));
    } catch (error) {
      return await showRegister(exchange, refusalOf(exchange, error));
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
  const version = account.sessionVersion;
  exchange.visitor.signIn({ ...account, ...(staff ? { staff } : {}), version });
  exchange.rememberDevice(account.id);
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

async function showSignIn(exchange: Exchange, refusal?: Refusal) {
  const body = <SignInPage {...formProps(exchange, refusal?.problem)} />;
  return await exchange.page({ title: exchange.language.texts.account.signIn, ...refusal }, body);
}

async function showRegister(exchange: Exchange, refusal?: Refusal) {
  const body = <RegisterPage {...formProps(exchange, refusal?.problem)} />;
  return await exchange.page({ title: exchange.language.texts.account.register, ...refusal }, body);
}

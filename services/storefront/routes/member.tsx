import type { FastifyReply } from "fastify";
import type { Account } from "../../shared/contracts/accounts.ts";
import { ApiError } from "../../shared/errors.ts";
import type { Server } from "../../shared/server.ts";
import { addForm, addPage, type Exchange } from "../exchange.tsx";
import { AccountPage, DeletionPage, type MemberForm } from "../pages/member.tsx";
import { type Refusal, refusalOf } from "../refusal.ts";
import type { Storefront } from "../storefront.ts";
import type { Member } from "../visitor.ts";
import { signInFirst } from "./orders.tsx";

const ACCOUNT = "/account";

type Handler = (exchange: Exchange, member: Member) => Promise<FastifyReply>;

/** What members see and change of their own account. Whose it is, the session says, and no form. */
export function addMemberRoutes(server: Server, store: Storefront): void {
  const { accounts } = store;
  const form = (path: string, handler: Handler) =>
    addForm(server, store, path, (exchange) => guard(exchange, handler));

  addPage(server, store, ACCOUNT, (exchange) => guard(exchange, (one, me) => showAccount(one, me)));
  addPage(server, store, "/account/deletion", (exchange) =>
    guard(exchange, (one) => showDeletion(one)),
  );

  form("/account/name", async (exchange, member) => {
    const { language, requestId, visitor } = exchange;
    try {
      const change = { name: exchange.field("name") };
      const { name } = await accounts.rename(member.id, change, requestId);
      visitor.confirm(name);
    } catch (error) {
      return await showAccount(exchange, member, "name", refusalOf(exchange, error));
    }
    visitor.notify(language.texts.account.renamed);
    return exchange.redirect(ACCOUNT);
  });

  form("/account/password", async (exchange, member) => {
    const { language, requestId, visitor } = exchange;
    try {
      const change = {
        currentPassword: exchange.rawField("currentPassword"),
        newPassword: exchange.rawField("newPassword"),
      };
      const changed = await accounts.changePassword(member.id, change, requestId);
      // The only session that goes on, as a new one.
      visitor.signIn({ ...member, version: changed.sessionVersion });
    } catch (error) {
      return await showAccount(exchange, member, "password", refusalOf(exchange, error));
    }
    visitor.notify(language.texts.account.passwordChanged);
    return exchange.redirect(ACCOUNT);
  });

  form("/account/deletion", async (exchange, member) => {
    const { deletion, deleted } = exchange.language.texts.account;
    if (exchange.field("confirm") !== "yes") {
      return await showDeletion(exchange, { status: 422, problem: deletion.unconfirmed });
    }
    // Whoever registers the freed address next would be an administrator.
    if (await store.administrators.includesAccount(member.id, exchange.requestId)) {
      return await showDeletion(exchange, { status: 422, problem: deletion.administrator });
    }
    try {
      const password = exchange.rawField("password");
      await accounts.delete(member.id, { password }, exchange.requestId);
    } catch (error) {
      // A first attempt of this very request may have done it, and its answer got lost.
      const done = error instanceof ApiError && error.code === "unknown_account";
      if (!done) return await showDeletion(exchange, refusalOf(exchange, error));
    }
    exchange.visitor.signOut();
    exchange.forgetDevice(member.id);
    exchange.visitor.notify(deleted);
    return exchange.redirect("/");
  });
}

async function guard(exchange: Exchange, handler: Handler): Promise<FastifyReply> {
  const member = await exchange.member();
  return member ? await handler(exchange, member) : signInFirst(exchange, ACCOUNT);
}

async function showAccount(
  exchange: Exchange,
  member: Member,
  form?: MemberForm,
  refusal?: Refusal,
): Promise<FastifyReply> {
  const account: Account = await exchange.store.accounts.find(member.id, exchange.requestId);
  const { title } = exchange.language.texts.account;
  return await exchange.page(
    { title, ...refusal },
    <AccountPage
      account={account}
      csrf={exchange.csrf}
      name={form === "name" ? exchange.field("name") : account.name}
      problem={form && refusal && { form, message: refusal.problem }}
    />,
  );
}

async function showDeletion(exchange: Exchange, refusal?: Refusal): Promise<FastifyReply> {
  const { title } = exchange.language.texts.account.deletion;
  const body = <DeletionPage csrf={exchange.csrf} problem={refusal?.problem} />;
  return await exchange.page({ title, ...refusal }, body);
}

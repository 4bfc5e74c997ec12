import Type from "typebox";
import { callerOf } from "../shared/caller.ts";
import {
  Account,
  AccountId,
  Credentials,
  DeletedAccount,
  Deletion,
  NameChange,
  PasswordChange,
  Registration,
} from "../shared/contracts/accounts.ts";
import { ApiError } from "../shared/errors.ts";
import type { Server } from "../shared/server.ts";
import type { AccountBook } from "./account-book.ts";

const OneAccount = Type.Object({ id: AccountId });

/** The accounts service's internal API. */
export function addRoutes(server: Server, accounts: AccountBook): void {
  server.post(
    "/accounts",
    { schema: { body: Registration, response: { 201: Account } } },
    async ({ body, id }, reply) => {
      reply.code(201);
      return await accounts.register(body, id, callerOf(reply));
    },
  );

  server.post(
    "/sign-ins",
    { schema: { body: Credentials, response: { 200: Account } } },
    async ({ body }, reply) => await accounts.signIn(body, callerOf(reply)),
  );

  server.get(
    "/accounts/:id",
    { schema: { params: OneAccount, response: { 200: Account } } },
    async (request) => {
      const account = await accounts.find(request.params.id);
      if (!account) throw new ApiError(404, "unknown_account", "There is no such account");
      return account;
    },
  );

  server.put(
    "/accounts/:id/name",
    { schema: { params: OneAccount, body: NameChange, response: { 200: Account } } },
    async ({ params, body }) => await accounts.rename(params.id, body),
  );

  server.put(
    "/accounts/:id/password",
    { schema: { params: OneAccount, body: PasswordChange, response: { 200: Account } } },
    async ({ params, body }) => await accounts.changePassword(params.id, body),
  );

  server.post(
    "/accounts/:id/deletion",
    { schema: { params: OneAccount, body: Deletion, response: { 200: DeletedAccount } } },
    async ({ params, body, id }) => await accounts.delete(params.id, body, id),
  );
}

import Type from "typebox";
import { Account, AccountId, Credentials, Registration } from "../shared/contracts/accounts.ts";
import { ApiError } from "../shared/errors.ts";
import type { Server } from "../shared/server.ts";
import type { AccountBook } from "./account-book.ts";

/** The accounts service's internal API. */
export function addRoutes(server: Server, accounts: AccountBook): void {
  server.post(
    "/accounts",
    { schema: { body: Registration, response: { 201: Account } } },
    async (request, reply) => {
      reply.code(201);
      return await accounts.register(request.body);
    },
  );

  server.post(
    "/sign-ins",
    { schema: { body: Credentials, response: { 200: Account } } },
    async (request) => await accounts.signIn(request.body),
  );

  server.get(
    "/accounts/:id",
    { schema: { params: Type.Object({ id: AccountId }), response: { 200: Account } } },
    async (request) => {
      const account = await accounts.find(request.params.id);
      if (!account) throw new ApiError(404, "unknown_account", "There is no such account");
      return account;
    },
  );
}

import Type from "typebox";
import { AccountId } from "../shared/contracts/accounts.ts";
import { Erased, UnfinishedOrders } from "../shared/contracts/erasure.ts";
import type { Server } from "../shared/server.ts";
import type { Erasure } from "./erasure.ts";

const OfAccount = Type.Object({ accountId: AccountId });

/** For the accounts service, when somebody leaves. */
export function addErasureRoutes(server: Server, erasure: Erasure): void {
  server.get(
    "/accounts/:accountId/unfinished-orders",
    { schema: { params: OfAccount, response: { 200: UnfinishedOrders } } },
    async ({ params }) => ({ count: await erasure.countUnfinished(params.accountId) }),
  );

  server.post(
    "/accounts/:accountId/erasure",
    { schema: { params: OfAccount, response: { 200: Erased } } },
    async ({ params }) => ({ orders: await erasure.erase(params.accountId) }),
  );
}

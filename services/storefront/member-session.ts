import { ApiError } from "../shared/errors.ts";
import type { AccountsClient } from "./peers/accounts.ts";
import type { Member, Visitor } from "./visitor.ts";

/**
 * A new password and a deletion end an account's sessions, but the cookies are with their owners. So
 * the accounts service is asked: with every request for something of the member's own (cart,
 * checkout, orders, account, administration), and on all other pages, which show no more than a name
 * and a number of pieces, when it last said so longer ago than this.
 */
const CONFIRM_AFTER_SECONDS = 5 * 60;
/**
 * While it does not answer, a session that it confirmed within this time goes on, so that people can
 * finish what they are buying; an ended one lasts no longer than that either.
 */
const TRUST_SECONDS = 15 * 60;

export function needsConfirmation(visitor: Visitor): boolean {
  return visitor.account !== undefined && !visitor.wasConfirmedWithin(CONFIRM_AFTER_SECONDS);
}

export function isTrusted(visitor: Visitor): boolean {
  return visitor.wasConfirmedWithin(TRUST_SECONDS);
}

/**
 * Whose session has ended becomes a guest; nobody does because of a failure.
 * @throws UnavailableError if the session can't be confirmed, and was not within the trusted time
 */
export async function confirmMember(
  visitor: Visitor,
  accounts: AccountsClient,
  requestId: string,
): Promise<Member | undefined> {
  const { account } = visitor;
  if (!account) return undefined;
  try {
    const { name, sessionVersion } = await accounts.find(account.id, requestId);
    if (visitor.isOf(sessionVersion)) {
      visitor.confirm(name);
      return visitor.account;
    }
  } catch (error) {
    const deleted = error instanceof ApiError && error.code === "unknown_account";
    if (!deleted && isTrusted(visitor)) return account;
    if (!deleted) throw error;
  }
  visitor.signOut();
  return undefined;
}

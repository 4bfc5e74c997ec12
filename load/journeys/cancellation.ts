import type { LedgerEntry } from "../ledger.ts";
import { allFormFields, type Page } from "../page.ts";
import type { Visitor } from "../visitor.ts";
import type { JourneyContext } from "./context.ts";
import { pause, persistently } from "./persistence.ts";

/**
 * Cancels a confirmed order and looks at it until the store says that it is refunded; nothing where
 * the store doesn't offer that.
 * @param page - Of the order.
 */
export async function changeMind(
  context: Pick<JourneyContext, "ledger" | "signal">,
  visitor: Visitor,
  page: Page,
  entry: LedgerEntry,
  deadline: number,
): Promise<void> {
  const address = `/orders/${entry.orderId}`;
  const action = `${address}/cancel`;
  if (allFormFields(page, action).length === 0) return;
  await persistently(context, deadline, () => visitor.send(page, action, {}, true));
  while (!isRefunded(await persistently(context, deadline, () => visitor.get(address)))) {
    if (context.signal.aborted) return;
    if (Date.now() > deadline) throw new Error("an order was cancelled, but not refunded in time");
    await pause(context.signal);
  }
  context.ledger.record({ ...entry, refunded: true });
}

/** In whatever language: the class of its heading. */
function isRefunded({ html }: Page): boolean {
  return html.includes('class="outcome returned"');
}

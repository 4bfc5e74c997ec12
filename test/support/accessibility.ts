import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

const standard = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export const desktop = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };
/** WCAG 1.4.10: nothing has to be scrolled sideways down to this width. */
export const narrowest = { width: 320, height: 640 };

/** How people look at a page. */
export const looks = (["light", "dark"] as const).flatMap((colorScheme) =>
  Object.entries({ desktop, phone }).map(([device, viewport]) => ({
    colorScheme,
    device,
    viewport,
  })),
);

/** What of the page is not as WCAG 2.2 AA wants it. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(standard)
    .setLegacyMode()
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ""}`),
  );
}

/** Width that the page takes, in pixels. */
export function pageWidth(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}

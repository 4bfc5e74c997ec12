import type { Browser } from "playwright-core";
import type { ScrapeTarget } from "../../components/observability/scrape-target.ts";
import { accessibilityViolations, looks, narrowest, pageWidth } from "../support/accessibility.ts";
import { launchBrowser } from "../support/browser.ts";
import { type Monitoring, startMonitoring } from "../support/monitoring.ts";
import { type ServiceName, type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const services: ServiceName[] = ["storefront", "catalog", "accounts", "orders"];

/** The status page in a real browser, over what Prometheus has from a store that runs. */
describe("the status page", () => {
  let store: Store;
  let monitoring: Monitoring;
  let browser: Browser;

  beforeAll(async () => {
    store = await startStore({ NODE_NAME: "node-a", RELEASE: "0123456789ab" });
    monitoring = await startMonitoring(services.map(targetOf));
    await until("Prometheus has seen the store", showsTheStore);
    browser = await launchBrowser();
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await monitoring?.stop();
    await store?.stop();
  }, 60_000);

  function targetOf(service: ServiceName): ScrapeTarget {
    const port = Number(new URL(store.services[service].url).port);
    return { job: "service", service, port, members: [{ name: "127.0.0.1", zone: "zone-1" }] };
  }

  async function showsTheStore() {
    return (await (await fetch(monitoring.url)).text()).includes(">storefront<");
  }

  test.each(looks)(
    "is accessible (WCAG 2.2 AA), $colorScheme, on a $device",
    async (options) => {
      const page = await (await browser.newContext(options)).newPage();
      await page.goto(`${monitoring.url}/?refresh=off`);
      expect(await page.getByText("storefront").count()).toBeGreaterThan(0);
      expect(await accessibilityViolations(page)).toEqual([]);
    },
    60_000,
  );

  test("nothing of it has to be scrolled sideways on the narrowest screen", async () => {
    const page = await (await browser.newContext({ viewport: narrowest })).newPage();
    await page.goto(`${monitoring.url}/?refresh=off`);
    expect(await pageWidth(page)).toBe(narrowest.width);
  });
});

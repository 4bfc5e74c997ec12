import { stringify } from "yaml";

/**
 * Configuration of Alertmanager. Alerts of one kind and service come together, a moment after the first;
 * what goes on is repeated, and what has passed is told as well.
 */
export function alertmanagerConfiguration(webhooks: readonly string[]): string {
  return stringify({
    route: {
      receiver: "webhooks",
      group_by: ["alertname", "service"],
      group_wait: "10s",
      group_interval: "1m",
      repeat_interval: "4h",
    },
    receivers: [
      {
        name: "webhooks",
        webhook_configs: webhooks.map((url) => ({ url, send_resolved: true })),
      },
    ],
  });
}

import type * as pulumi from "@pulumi/pulumi";

/** What an output failed with; nobody else is told, so that the failure does not end the process. */
export function reasonOf(output: pulumi.Output<unknown>): Promise<string | undefined> {
  const { isKnown, isSecret, promise } = output as unknown as {
    isKnown: Promise<boolean>;
    isSecret: Promise<boolean>;
    promise: () => Promise<unknown>;
  };
  return Promise.allSettled([promise(), isKnown, isSecret]).then(([settled]) =>
    settled.status === "rejected" ? (settled.reason as Error).message : undefined,
  );
}

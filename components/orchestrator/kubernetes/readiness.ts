/** A pod or a node, as far as its conditions go. */
interface Conditioned {
  status?: { conditions?: { type: string; status: string }[] };
}

/** Whether nobody has told it to go. */
export function isStaying({ metadata }: { metadata?: { deletionTimestamp?: unknown } }): boolean {
  return metadata?.deletionTimestamp === undefined;
}

/** Whether a pod may take traffic, or a node pods. */
export function isReady({ status }: Conditioned): boolean {
  return (
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false
  );
}

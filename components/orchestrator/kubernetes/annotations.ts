/** What the provider is not to wait for. */
export const unawaited = { annotations: { "pulumi.com/skipAwait": "true" } };

/**
 * Rules of kube-score that workloads break on purpose; docs/kubernetes.md has the reason of each.
 * Nothing else reads them.
 */
const exceptions = [
  "container-image-pull-policy",
  "container-security-context-user-group-id",
  "container-cpu-requests-equal-limits",
  "container-memory-requests-equal-limits",
  "container-resource-requests-equal-limits",
];

/**
 * Of a workload. Our own gate knows when it serves; the provider only waits until there is one, and,
 * unlike with `skipAwait`, until it is gone with its pods where another one is to have its name.
 */
export const workloadAnnotations = {
  annotations: {
    "pulumi.com/waitFor": "jsonpath={.metadata.uid}",
    "kube-score/ignore": exceptions.join(","),
  },
};

/** Metadata of what the provider is not to wait for: our gate knows better when a workload serves. */
export const unawaited = { annotations: { "pulumi.com/skipAwait": "true" } };

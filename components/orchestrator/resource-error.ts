import * as pulumi from "@pulumi/pulumi";

/**
 * An error that the CLI shows at the resource. Its message stays as it is: each property that the
 * error travels through would otherwise put its name before it.
 */
export function resourceError(message: string, resource: pulumi.Resource): pulumi.ResourceError {
  const error = new pulumi.ResourceError(message, resource, true);
  return Object.defineProperty(error, "message", { get: () => message, set: () => {} });
}

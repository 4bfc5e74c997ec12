import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { hashBuildContext } from "./build-context.ts";
import type { Image, ImageSpec } from "./specs.ts";

/**
 * An image that a Docker Engine builds and pushes, each when its content changes and never otherwise.
 *
 * @param path - Its name, without the registry.
 * @param opts - With the provider of the engine, which can sign in to the registry.
 */
export function dockerImage(
  name: string,
  path: string,
  spec: ImageSpec,
  opts: pulumi.CustomResourceOptions,
): Image {
  // The provider would rather delete before. Whatever has the image in its specification, which is then
  // not known, would have to go first, too: a Deployment with all its pods.
  const kept = pulumi.mergeOptions(opts, { deleteBeforeReplace: false });
  const hash = hashBuildContext(spec.context);
  const repository = spec.registry ? pulumi.interpolate`${spec.registry.address}/${path}` : path;
  const built = new docker.RemoteImage(
    `${name}-build`,
    {
      name: pulumi.interpolate`${repository}:${hash}`,
      // buildx would ignore the provider's host and build on this machine's engine.
      build: { context: spec.context, useLegacyBuilder: true, remove: true, forceRemove: true },
      triggers: { context: hash },
      keepLocally: true,
    },
    kept,
  );
  if (!spec.registry) return { reference: built.imageId.apply(() => `${path}:${hash}`) };
  // Not `dependsOn`: that would also wait for the provider, which sits still for two seconds after
  // it made the registry's service.
  const servedName = pulumi.all([built.name, spec.registry.ready]).apply(([tag]) => tag);
  const pushed = new docker.RegistryImage(
    `${name}-push`,
    { name: servedName, triggers: { imageId: built.imageId }, keepRemotely: true },
    kept,
  );
  return { reference: pulumi.interpolate`${repository}@${pushed.sha256Digest}` };
}

/** The name of an image that was pushed before, which its content decides. */
export function pushedImage(path: string, spec: ImageSpec): Image {
  const repository = spec.registry ? pulumi.interpolate`${spec.registry.address}/${path}` : path;
  return { reference: pulumi.interpolate`${repository}:${hashBuildContext(spec.context)}` };
}

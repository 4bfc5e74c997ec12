import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { ServiceImage } from "../delivery/service-image.ts";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { ImageRegistrySpec } from "../orchestrator/specs.ts";

const names = [
  "storefront",
  "catalog",
  "accounts",
  "orders",
  "etcd",
  "postgres",
  "valkey",
  "haproxy",
] as const;

/** Name of one of the store's images: the folder that it is built from. */
export type StoreImageName = (typeof names)[number];

/** Builds and pushes all of the store's images. */
export function storeImages(
  orchestrator: Orchestrator,
  registry: ImageRegistrySpec,
  folder: string,
  parent: pulumi.Resource,
): Record<StoreImageName, pulumi.Output<string>> {
  const reference = (name: string) =>
    new ServiceImage(name, { orchestrator, registry, context: join(folder, name) }, { parent })
      .reference;
  return Object.fromEntries(names.map((name) => [name, reference(name)])) as Record<
    StoreImageName,
    pulumi.Output<string>
  >;
}

import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { ServiceImage } from "../delivery/service-image.ts";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { ImageRegistrySpec } from "../orchestrator/specs.ts";

/** All of the store's images, without those of its monitoring. */
export const storeImageNames = [
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
export type StoreImageName = (typeof storeImageNames)[number];

/** Builds and pushes images, each from the folder of its name. */
export function imagesFrom<Name extends string>(
  folder: string,
  names: readonly Name[],
  { orchestrator, registry }: { orchestrator: Orchestrator; registry: ImageRegistrySpec },
  parent: pulumi.Resource,
): Record<Name, pulumi.Output<string>> {
  const reference = (name: string) =>
    new ServiceImage(name, { orchestrator, registry, context: join(folder, name) }, { parent })
      .reference;
  return Object.fromEntries(names.map((name) => [name, reference(name)])) as Record<
    Name,
    pulumi.Output<string>
  >;
}

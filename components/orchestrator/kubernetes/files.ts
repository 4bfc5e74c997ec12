import { basename } from "node:path";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadSpec } from "../specs.ts";
import { contentKey } from "./names.ts";

type Volume = types.input.core.v1.Volume;
type Mount = types.input.core.v1.VolumeMount;

/** Root owns what is mounted; the container's own group may read it. */
const readableByGroup = 0o440;

/** Volumes of a pod, and where the container has them. */
export interface Mounted {
  volumes: Volume[];
  mounts: Mount[];
}

/**
 * Secrets and configuration files, each at its own path. Both come in new objects when their content
 * changes, so it does not matter that a file mounted by itself is never updated.
 */
export function fileMounts({ secrets = [], configFiles = [] }: WorkloadSpec): Mounted[] {
  return [
    files(
      "secrets",
      secrets.map(({ path, secret: { name } }) => ({ path, source: itemOf("secret", name) })),
    ),
    files(
      "configuration",
      configFiles.map(({ path, configFile: { name } }) => ({
        path,
        source: itemOf("configMap", name),
      })),
    ),
  ];
}

/** Folders in memory, and an upper bound for each: they count as the container's memory. */
export function scratchMounts({ scratch = [] }: WorkloadSpec): Mounted {
  const named = scratch.map((mount, index) => ({ ...mount, name: `scratch-${index + 1}` }));
  return {
    volumes: named.map(({ name, sizeMiB = 16 }) => ({
      name,
      emptyDir: { medium: "Memory", sizeLimit: `${sizeMiB}Mi` },
    })),
    mounts: named.map(({ name, path }) => ({ name, mountPath: path })),
  };
}

type Source = (file: string) => types.input.core.v1.VolumeProjection;

function itemOf(kind: "secret" | "configMap", name: pulumi.Input<string>): Source {
  return (file) => ({ [kind]: { name, items: [{ key: contentKey, path: file }] } });
}

function files(name: string, list: { path: string; source: Source }[]): Mounted {
  if (list.length === 0) return { volumes: [], mounts: [] };
  const named = list.map((one, index) => ({ ...one, file: `${index + 1}-${basename(one.path)}` }));
  return {
    volumes: [
      {
        name,
        projected: {
          defaultMode: readableByGroup,
          sources: named.map(({ source, file }) => source(file)),
        },
      },
    ],
    mounts: named.map(({ path, file }) => ({
      name,
      mountPath: path,
      subPath: file,
      readOnly: true,
    })),
  };
}

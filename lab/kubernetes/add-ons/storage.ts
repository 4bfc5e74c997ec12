import { grant, type Manifest, user } from "./manifest.ts";

export const provisionerName = "ha-store.lab/local";

const read = ["get", "list", "watch"];

/** Volumes on the nodes' disks. A pod with one of them can only run where its volume is. */
export const storage = (): Manifest[] => [
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: "local",
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner: provisionerName,
    volumeBindingMode: "WaitForFirstConsumer",
    reclaimPolicy: "Delete",
  },
  ...grant("lab:volume-provisioner", user("volume-provisioner"), [
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: [...read, "create", "delete"] },
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: ["patch", "update"] },
    { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: [...read, "update", "patch"] },
    { apiGroups: [""], resources: ["nodes"], verbs: read },
    { apiGroups: [""], resources: ["events"], verbs: ["create", "patch", "update"] },
    { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: read },
  ]),
];

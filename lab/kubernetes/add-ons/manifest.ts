/** An object of the cluster, as `kubectl apply` takes it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string } & Record<string, unknown>;
  [field: string]: unknown;
}

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** One that may be granted something. */
export type Subject =
  | { kind: "User"; name: string; apiGroup: "rbac.authorization.k8s.io" }
  | { kind: "ServiceAccount"; name: string; namespace: string };

export const user = (name: string): Subject => ({
  kind: "User",
  name,
  apiGroup: "rbac.authorization.k8s.io",
});

/** Lets the subject do, everywhere, what the rules say. */
export const grant = (name: string, subject: Subject, rules: Rule[]): Manifest[] => [
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules },
  bind(name, subject, name),
];

/** Lets the subject do what a role of the cluster says. */
export const bind = (name: string, subject: Subject, role: string): Manifest => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
  subjects: [subject],
});

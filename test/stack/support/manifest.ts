/** An object of Kubernetes, of which only what rules look at is typed. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Labels };
  spec?: {
    replicas?: number;
    selector?: Record<string, string | Labels>;
    template?: { metadata: { labels: Labels }; spec: PodSpec };
    podSelector?: { matchLabels?: Labels };
    policyTypes?: string[];
    ports?: { targetPort?: number | string }[];
    type?: string;
    maxUnavailable?: number | string;
    minAvailable?: number | string;
    unhealthyPodEvictionPolicy?: string;
    minReplicas?: number;
    maxReplicas?: number;
    scaleTargetRef?: { kind: string; name: string };
  };
  data?: Record<string, string>;
  automountServiceAccountToken?: boolean;
}

export type Labels = Record<string, string>;

export interface PodSpec {
  serviceAccountName?: string;
  serviceAccount?: string;
  automountServiceAccountToken?: boolean;
  priorityClassName?: string;
  hostIPC?: boolean;
  hostPID?: boolean;
  hostNetwork?: boolean;
  securityContext?: SecurityContext & { sysctls?: object[] };
  affinity?: { podAntiAffinity?: object };
  topologySpreadConstraints?: object[];
  volumes?: { hostPath?: { path: string } }[];
  containers: Container[];
}

export interface Container {
  name: string;
  image: string;
  imagePullPolicy?: string;
  env?: { name: string; value?: string; valueFrom?: object }[];
  ports?: { containerPort: number; hostPort?: number; name?: string }[];
  resources?: { requests?: Labels; limits?: Labels };
  securityContext?: SecurityContext;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
}

export interface Probe {
  httpGet?: { port: number | string };
  tcpSocket?: { port: number | string };
}

export interface SecurityContext {
  runAsNonRoot?: boolean;
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  readOnlyRootFilesystem?: boolean;
  procMount?: string;
  seccompProfile?: { type: string };
  windowsOptions?: { hostProcess?: boolean };
  capabilities?: { add?: string[]; drop?: string[] };
}

/** By what labels it finds its pods: a Service has them bare. */
export function selectorOf({ spec }: Manifest): Labels {
  const { matchLabels, ...labels } = spec?.selector ?? {};
  return typeof matchLabels === "object" ? matchLabels : (labels as Labels);
}

/** Whether an object with these labels is what the selector selects. */
export function selects(selector: Labels | undefined, labels: Labels | undefined): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels?.[key] === value);
}

import type { Static } from "typebox";
import Type from "typebox";

const Replicas = Type.Integer({ minimum: 0, maximum: 10_000 });

/** Between which bounds a service is scaled, and what for: its label says it, as JSON. */
export const Autoscaling = Type.Object({
  minReplicas: Type.Integer({ minimum: 1 }),
  maxReplicas: Type.Integer({ minimum: 1 }),
  /** Of each replica. */
  requestsPerSecond: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  /** Of each replica. */
  cpuCores: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  stabilizationWindowSeconds: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Where each replica has its metrics. */
  metricsPort: Type.Integer({ minimum: 1, maximum: 65_535 }),
});
export type Autoscaling = Static<typeof Autoscaling>;

/** A service that may be scaled. */
export const ScalableService = Type.Object({
  /** Name that resolves, as `tasks.NAME`, to all of its replicas. */
  name: Type.String(),
  /** How many it should have now. */
  replicas: Replicas,
  /** Whether a roll-out is going on, or was left half-way. */
  changing: Type.Boolean(),
  autoscaling: Autoscaling,
});
export type ScalableService = Static<typeof ScalableService>;

/** What the executor answers to who decides. */
export const ScalableServices = Type.Object({ services: Type.Array(ScalableService) });

/** How many replicas a service is to have. */
export const Scale = Type.Object({ replicas: Replicas });

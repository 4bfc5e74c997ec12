/** What replicas do of one thing, and how much of it each should. */
export interface Load {
  /** Of each replica that told. */
  values: readonly number[];
  /** What one replica should have on average. */
  target: number;
}

/** As far from its target, a load is left as it is. */
export const tolerance = 0.1;

/**
 * How many replicas the load asks for, as Kubernetes' HorizontalPodAutoscaler computes it: as many as
 * bring the average to its target. A replica that tells nothing, as a new one, is taken for idle where
 * there are too few, and for one at its target where there are too many, so that what is not known never
 * makes a change greater. Source: Kubernetes, "Horizontal Pod Autoscaling", algorithm details.
 *
 * @returns undefined when no replica told.
 */
export function proposedReplicas(replicas: number, { values, target }: Load): number | undefined {
  if (values.length === 0) return undefined;
  const told = values.reduce((sum, value) => sum + value, 0);
  const ratio = told / (values.length * target);
  if (isNear(ratio)) return replicas;
  const silent = Math.max(0, replicas - values.length);
  const total = ratio < 1 ? told + silent * target : told;
  const careful = total / ((values.length + silent) * target);
  if (isNear(careful) || careful > 1 !== ratio > 1) return replicas;
  const wanted = Math.ceil(total / target);
  return ratio > 1 ? Math.max(wanted, replicas) : Math.min(wanted, replicas);
}

/** Of several loads, the one that asks for most counts. */
export function proposedForAll(replicas: number, loads: readonly Load[]): number | undefined {
  const proposals = loads.map((load) => proposedReplicas(replicas, load));
  const known = proposals.filter((proposal) => proposal !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

function isNear(ratio: number): boolean {
  return Math.abs(ratio - 1) <= tolerance;
}

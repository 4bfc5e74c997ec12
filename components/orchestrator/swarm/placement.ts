/** What the Engine API says of a node; only the fields that are read here. */
export interface Node {
  ID: string;
  Spec: { Availability: string; Labels: Record<string, string>; Role: string };
  Status: { State: string };
  Description: { Hostname: string };
}

/** Whether a service with these constraints can have a task on the node now. */
export function canTake(node: Node, constraints: string[]): boolean {
  return (
    node.Spec.Availability === "active" &&
    node.Status.State === "ready" &&
    constraints.every((constraint) => satisfies(node, constraint))
  );
}

/** Whether the node meets a placement constraint such as `node.labels.zone==zone-1`. */
function satisfies(node: Node, constraint: string): boolean {
  const match = /^\s*(\S+?)\s*(==|!=)\s*(\S+)\s*$/.exec(constraint);
  if (!match) return true;
  const [, key = "", operator, value] = match;
  const facts: Record<string, string | undefined> = {
    "node.id": node.ID,
    "node.hostname": node.Description.Hostname,
    "node.role": node.Spec.Role,
  };
  const label = key.startsWith("node.labels.") ? node.Spec.Labels[key.slice(12)] : facts[key];
  return (label === value) === (operator === "==");
}

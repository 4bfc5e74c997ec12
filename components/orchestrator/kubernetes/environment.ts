import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** As the value of a variable: the name of the node, which only the kubelet knows. */
export const nodeName = "$(spec.nodeName)";

/** A container's variables. */
export function environmentVariables(
  environment: Record<string, pulumi.Input<string>>,
): types.input.core.v1.EnvVar[] {
  return Object.entries(environment).map(([name, value]) =>
    value === nodeName
      ? { name, valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }
      : { name, value: pulumi.output(value).apply(escapeDollar) },
  );
}

/** Kubernetes substitutes `$(NAME)`; a dollar sign that is meant has to be doubled. */
export function escapeDollar(text: string): string {
  return text.replaceAll("$", "$$$$");
}

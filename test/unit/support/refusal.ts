import * as pulumi from "@pulumi/pulumi";

/** What a component refuses, and why. */
export interface Refusal {
  propertyPath: string;
  reason: string;
}

/** The `InputPropertyError` of a component that can't be made. @throws Error when it can. */
export function refusalOf(make: () => unknown): Refusal {
  try {
    make();
  } catch (error) {
    if (!(error instanceof pulumi.InputPropertyError)) throw error;
    const { propertyPath, reason } = error as unknown as Refusal;
    return { propertyPath, reason };
  }
  throw new Error("it was accepted");
}

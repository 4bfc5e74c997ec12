import { execa } from "execa";
import { clientCache, executable, kubeconfigFile, unproxied } from "./layout.ts";

/** Environment in which `kubectl` and other clients reach the lab's cluster. */
export const clientEnvironment = (): Record<string, string> => {
  const exceptions = [process.env.NO_PROXY, ...unproxied].filter(Boolean).join(",");
  return {
    KUBECONFIG: kubeconfigFile(),
    KUBECACHEDIR: clientCache(),
    NO_PROXY: exceptions,
    no_proxy: exceptions,
  };
};

/**
 * Runs the lab's own `kubectl` as the cluster's administrator; returns what it printed.
 * @param input what it reads from standard input
 * @throws with its error text
 */
export async function kubectl(args: string[], input?: string): Promise<string> {
  const result = await execa(executable("kubectl"), args, {
    env: clientEnvironment(),
    reject: false,
    ...(input === undefined ? { stdin: "ignore" } : { input }),
  });
  if (result.failed) {
    throw new Error(`kubectl ${args.join(" ")}: ${result.stderr || result.shortMessage}`);
  }
  return result.stdout;
}

/** Milliseconds between two questions of somebody who waits: each is a process of its own. */
export const pauseMs = 300;

/** Whether the API server takes requests. */
export const answersApi = async (): Promise<boolean> =>
  (await kubectl(["get", "--raw=/readyz", "--request-timeout=5s"])) === "ok";

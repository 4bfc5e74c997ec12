import { existsSync } from "node:fs";
import { swarmStatus, swarmUp } from "../lab/index.ts";
import { orchestratorOf } from "./stack-option.ts";
import { StackFiles } from "./workspace.ts";

const localSocket = "unix:///var/run/docker.sock";

/**
 * The Docker Engine that a stack is for: the one that its configuration or DOCKER_HOST names, else a
 * lab that runs, else the engine of this machine; `undefined` where there is none.
 */
export async function findDockerHost(files: StackFiles): Promise<string | undefined> {
  const configured = files.settings().dockerHost;
  if (typeof configured === "string") return configured;
  if (process.env.DOCKER_HOST) return process.env.DOCKER_HOST;
  const lab = await swarmStatus();
  if (lab) return firstNode(lab);
  return existsSync("/var/run/docker.sock") ? localSocket : undefined;
}

/**
 * The same, for a command that works on what is up.
 * @throws Error where there is no engine, or the stack is none of a Swarm
 */
export async function requiredDockerHost(stack: string): Promise<string> {
  const files = new StackFiles(stack);
  if (orchestratorOf(files) === "kubernetes") {
    throw new Error(`the stack ${stack} runs on Kubernetes, and this is about a Docker Swarm`);
  }
  const host = await findDockerHost(files);
  if (host) return host;
  throw new Error("there is no Docker Engine: `npm run up` brings the store up");
}

/** The same, but starts a lab where there is no engine. */
export async function ensureDockerHost(files: StackFiles): Promise<string> {
  const zones = zonesOf(files);
  const host = await findDockerHost(files);
  if (host && !(await isLab(host))) return host;
  console.log(`${host ? "using" : "no Docker Engine here: starting"} a lab of ${zones} host(s)`);
  const lab = await swarmUp({ nodes: zones, log: console.log });
  return firstNode(lab);
}

/**
 * The engine that builds images for a stack that runs elsewhere; none where they are there already.
 * @throws Error where one is needed and there is none
 */
export async function builderHost(files: StackFiles): Promise<string | undefined> {
  if (files.settings().images === "pushed") return undefined;
  const host = await findDockerHost(files);
  if (host) return host;
  throw new Error(
    "there is no Docker Engine to build images with: start one, name one with dockerHost, or push " +
      'the images elsewhere and set images to "pushed"',
  );
}

/**
 * The engine with which Pulumi works on a stack that is up; none where it needs none.
 * @throws Error where one is needed and there is none
 */
export async function runningStackHost(files: StackFiles): Promise<string | undefined> {
  return orchestratorOf(files) === "kubernetes"
    ? builderHost(files)
    : requiredDockerHost(files.stack);
}

/** A stack needs a host for each of its zones. */
function zonesOf(files: StackFiles): number {
  const { zones } = files.settings();
  const list: unknown = typeof zones === "string" ? JSON.parse(zones) : zones;
  return Array.isArray(list) && list.length > 0 ? list.length : 1;
}

async function isLab(host: string): Promise<boolean> {
  const lab = await swarmStatus();
  return lab?.nodes.some((node) => node.dockerHost === host) ?? false;
}

function firstNode(lab: { nodes: { dockerHost: string }[] }): string {
  const [first] = lab.nodes;
  if (!first) throw new Error("the lab has no node: `npm run lab -- swarm down` clears it away");
  return first.dockerHost;
}

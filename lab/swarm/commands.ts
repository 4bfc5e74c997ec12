import type { Command } from "commander";
import { labCommand } from "../commands.ts";
import { swarmDown } from "./down.ts";
import { swarmLab } from "./layout.ts";
import { node } from "./node.ts";
import { swarmStatus } from "./status.ts";
import { swarmUp } from "./up.ts";

/** `swarm ...`: the Docker Swarm lab. */
export const swarmCommand = (): Command =>
  labCommand({
    layout: swarmLab,
    description: "Docker Swarm of isolated hosts on this machine",
    execDescription: "run a command inside a host, on its Docker engine",
    up: swarmUp,
    down: swarmDown,
    status: swarmStatus,
    node,
    headings: ["NODE", "ADDRESS", "STATE", "ZONE", "SWARM", "DOCKER_HOST"],
    row: ({ name, address, state, zone, swarm, dockerHost }) => [
      name,
      address,
      state,
      zone,
      swarm ? `${swarm.role}, ${swarm.state}, ${swarm.availability}` : "unknown",
      dockerHost,
    ],
  });

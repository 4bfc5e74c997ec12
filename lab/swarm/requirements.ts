import type { Requirements } from "../host/requirements.ts";

export const swarmRequirements: Requirements = {
  packageOf: { dockerd: "docker.io", docker: "docker-cli" },
  kernelTrials: [
    [
      "VXLAN, which overlay networks are made of",
      "CONFIG_VXLAN",
      "ip link set lo up; ip link add name trial0 type vxlan id 77 dstport 4789 dev lo",
    ],
  ],
};

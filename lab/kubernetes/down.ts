import { removeLab } from "../host/remove.ts";
import { kubernetesLab } from "./layout.ts";

/**
 * Removes the lab with everything on it.
 * @throws when not root
 */
export const kubernetesDown = (args: { log?: (line: string) => void } = {}): Promise<void> =>
  removeLab(kubernetesLab, args);

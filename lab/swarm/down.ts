import { removeLab } from "../host/remove.ts";
import { swarmLab } from "./layout.ts";

/**
 * Removes the lab with everything on it.
 * @throws when not root
 */
export const swarmDown = (args: { log?: (line: string) => void } = {}): Promise<void> =>
  removeLab(swarmLab, args);

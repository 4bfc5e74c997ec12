/**
 * How `npm run render` tells the program where manifests are to be written. It is no setting, because it
 * says nothing of the stack.
 */
export const renderVariable = "HA_STORE_RENDER_TO";

/** The folder for manifests, where nothing is to be applied. */
export function renderFolder(): string | undefined {
  return process.env[renderVariable] || undefined;
}

import { type CommonSettings, readCommonSettings } from "../shared/common-settings.ts";
import { type Address, type Environment, SettingsReader } from "../shared/settings.ts";

/** Of the part that decides. */
export interface AutoscalerSettings extends CommonSettings {
  executorUrl: string;
  intervalSeconds: number;
  /** Who knows the replicas' names; none: whoever the system asks. */
  dnsServers: Address[];
}

/** Of the part that has the Docker socket. */
export interface ExecutorSettings extends CommonSettings {
  dockerSocket: string;
  /** Starts the names of the services that may be scaled, and is their label `ha-store.stack`. */
  namespace: string;
}

/** @throws SettingsError that names every setting at fault. */
export function readAutoscalerSettings(env: Environment): AutoscalerSettings {
  const reader = new SettingsReader(env);
  const settings = {
    ...readCommonSettings(reader),
    executorUrl: reader.origin("EXECUTOR_URL"),
    intervalSeconds: reader.integer("INTERVAL_SECONDS", { min: 1, max: 300 }, 15),
    dnsServers: reader.has("DNS_SERVERS") ? reader.addresses("DNS_SERVERS") : [],
  };
  reader.finish();
  return settings;
}

/** @throws SettingsError that names every setting at fault. */
export function readExecutorSettings(env: Environment): ExecutorSettings {
  const reader = new SettingsReader(env);
  const settings = {
    ...readCommonSettings(reader),
    dockerSocket: reader.string("DOCKER_SOCKET", "/run/docker.sock"),
    namespace: reader.string("NAMESPACE"),
  };
  reader.finish();
  return settings;
}

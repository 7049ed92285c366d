/** What a client may know of the configuration. Skein has no Codex configuration file; the values are those in force. */
import type { Models } from "../model/models.ts";
import { permissionProfiles } from "../thread/decide-settings.ts";
import type { Handlers } from "./handler.ts";

const descriptions: Readonly<Record<string, string>> = {
  ":read-only": "Commands read the workspace and change nothing.",
  ":workspace": "Commands read and write the workspace.",
  ":danger-full-access": "Commands use all of the thread's environment, never the host.",
};

export function configHandlers(
  models: Models,
): Handlers<"config/read" | "configRequirements/read" | "permissionProfile/list"> {
  return {
    "config/read": async ({ includeLayers }, { principal }) => {
      const { defaultModel, provider } = await models.offerFor(principal);
      const config = { model: defaultModel, model_provider: provider };
      return { config, origins: {}, layers: includeLayers === true ? [] : null };
    },
    "configRequirements/read": () => ({ requirements: null, supportsIndependentSpeedModes: false }),
    "permissionProfile/list": () => ({
      data: permissionProfiles.map((id) => ({ id, description: descriptions[id] ?? null, allowed: true })),
      nextCursor: null,
    }),
  };
}

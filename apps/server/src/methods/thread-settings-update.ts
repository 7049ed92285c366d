import { errors } from "@skein/protocol/errors";
import { sameSettings } from "../thread/decide-settings.ts";
import { actorOf } from "./acting.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";
import { findThread, hostOf, keyOf, type ThreadServices } from "./thread-services.ts";
import { changeTurnSettings } from "./thread-settings.ts";

export function threadSettingsUpdateHandlers(services: ThreadServices): Handlers<"thread/settings/update"> {
  return {
    "thread/settings/update": async ({ threadId, environments, ...requested }, call) => {
      if (environments) refuse(errors.unsupported("changing a thread's environments"));
      const key = keyOf(call.principal, threadId);
      const record = await findThread(services, key, errors.threadNotFound);
      if (record.archivedAtMs !== null) refuse(errors.threadArchived(key.threadId));
      const host = await hostOf(services, key, errors.threadNotFound);
      const settings = await changeTurnSettings(services, call, host.settings, requested);
      const event = { type: "settings.changed", settings, actor: actorOf(call) } as const;
      if (!sameSettings(settings, host.settings)) await host.append([event]);
      return {};
    },
  };
}

/** Carries out what another node has forwarded, as if its client were here. */
import { unknownOrigin } from "../../audit/actor.ts";
import type { ThreadKey } from "../../subscription/subscriptions.ts";
import { decideApproval } from "../answer-approval.ts";
import type { Effects } from "../effects.ts";
import type { Router } from "../router.ts";
import { putSettings } from "../thread-resume.ts";
import type { ThreadServices } from "../thread-services.ts";
import { farConnection } from "./far-connection.ts";
import type { Ask, Caller } from "./forwarded-request.ts";

export function performer(services: ThreadServices, router: Router) {
  return async (asking: Caller, thread: ThreadKey, ask: Ask, effects: Effects): Promise<unknown> => {
    // A node of an earlier build does not say where its client is.
    const caller = { ...asking, origin: asking.origin ?? unknownOrigin };
    switch (ask.type) {
      case "method":
        return router.perform(ask.method, ask.params, { connection: farConnection(caller), effects });
      case "settings":
        await putSettings(services, caller, thread, ask.settings);
        return {};
      case "approval":
        return decideApproval(services, caller, thread, ask.approvalId, ask.outcome);
    }
  };
}

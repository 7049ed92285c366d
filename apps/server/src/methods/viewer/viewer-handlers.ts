/**
 * All that a viewer of a shared thread can ask for. What is not here is not for viewers, whatever is added to the registry; what is here
 * answers with nothing that has not passed the redaction.
 */

import { errors } from "@skein/protocol/errors";
import type { ParamsOf } from "@skein/protocol/methods";
import { commentHandlers } from "../comment.ts";
import type { Handler, MethodCall } from "../handler.ts";
import { initializeHandlers } from "../initialize.ts";
import { presenceHandlers } from "../presence.ts";
import { refuse } from "../request-error.ts";
import { turnHandlers } from "../turn.ts";
import { readHandlers } from "./view-read.ts";
import { resumeView } from "./view-resume.ts";
import type { ViewServices } from "./view-services.ts";

type Methods =
  | "initialize"
  | "thread/resume"
  | "thread/read"
  | "thread/turns/list"
  | "thread/items/list"
  | "thread/unsubscribe"
  | "skein/thread/typing"
  | "skein/thread/comment/add"
  | "skein/thread/comment/delete"
  | "turn/start"
  | "turn/steer"
  | "turn/interrupt";

export type ViewerHandlers = { readonly [M in Methods]: Handler<M> };

export function viewerHandlers(services: ViewServices): ViewerHandlers {
  const turns = turnHandlers(services);
  return {
    // Where the server keeps its data is nothing to strangers.
    ...initializeHandlers("/", () => {}),
    "thread/resume": (params, call) => resumeView(services, params, call),
    ...readHandlers(services),
    ...presenceHandlers(services),
    ...commentHandlers(services),
    // Who may prompt, by a link that allows it, says something; how the agent works and where is not theirs to choose.
    "turn/start": ({ threadId, input, clientUserMessageId }, call) =>
      turns["turn/start"]({ threadId, input: wordsOf(input), clientUserMessageId }, call),
    "turn/steer": ({ threadId, input, expectedTurnId, clientUserMessageId }, call) =>
      turns["turn/steer"]({ threadId, input: wordsOf(input), expectedTurnId, clientUserMessageId }, call),
    "turn/interrupt": (params, call: MethodCall) => turns["turn/interrupt"](params, call),
  };
}

/** No pictures and no files: those are read out of the workspace. */
function wordsOf(input: ParamsOf<"turn/start">["input"]): ParamsOf<"turn/start">["input"] {
  if (input.some(({ type }) => type !== "text")) refuse(errors.unsupported("anything but text by a link"));
  return input;
}

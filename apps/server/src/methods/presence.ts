/** Who writes something in a thread. It is told to those who follow the thread, by the node that holds the connection. */
import { errors } from "@skein/protocol/errors";
import { mayComment } from "../identity/authorise.ts";
import type { Handlers } from "./handler.ts";
import { findThread, keyOf, type ThreadServices } from "./thread-services.ts";

export function presenceHandlers(services: ThreadServices): Handlers<"skein/thread/typing"> {
  return {
    "skein/thread/typing": async ({ threadId, typing }, { principal, connection, rights }) => {
      const key = keyOf(principal, threadId);
      // Whoever follows it was let in; others are told of threads that do not exist, and of theirs nobody hears.
      if (!connection.isSubscribedTo(key.threadId)) await findThread(services, key, errors.threadNotFound);
      else if (mayComment(principal, rights)) connection.types(key.threadId, typing);
      return {};
    },
  };
}

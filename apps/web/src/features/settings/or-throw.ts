import type { Reply } from "../../session/account-api.ts";
import { presentFailure } from "../sign-in/present-problem.ts";

/** The body, or a rejection in words. */
export function orThrow<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.body;
  throw new Error(presentFailure(reply.failure));
}

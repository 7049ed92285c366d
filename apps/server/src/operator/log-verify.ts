import { UnknownEventVersion } from "@skein/timeline/upcast";
import { createLogVerifier, type LogProblem } from "@skein/timeline/verify/verify-log";
import type { WithTenant } from "../database/with-tenant.ts";
import { readEvents } from "../log/read-events.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import type { OperatorCommand } from "./command.ts";
import { findThreads } from "./find-threads.ts";

const pageEvents = 1000;
const pageBounds = { maxBytes: 16 * 1024 * 1024, without: new Set<never>() };

export const logVerify: OperatorCommand = {
  name: "log verify",
  usage: "[--thread ID | --all]",
  summary: "reads logs from end to end and reports holes and impossible transitions; exit code 1 when there are any",
  options: { thread: { type: "string" }, all: { type: "boolean" } },
  words: 0,
  run: async ({ options, database, output }) => {
    let [threads, events, bad] = [0, 0, 0];
    for await (const thread of findThreads(database.owner, options.thread)) {
      const found = await verifyThread(database.withTenant, thread);
      threads += 1;
      events += found.events;
      if (found.problems.length > 0) bad += 1;
      for (const { seq, type, problem } of found.problems) {
        output.say(`thread ${thread.threadId}, event ${seq}${type === null ? "" : ` (${type})`}: ${problem}`);
      }
    }
    output.say(`${threads} threads, ${events} events: ${bad === 0 ? "in order" : `${bad} threads with problems`}.`);
    return bad === 0 ? 0 : 1;
  },
};

/** A thread that is deleted meanwhile has no problems. */
async function verifyThread(
  withTenant: WithTenant,
  { tenantId, threadId }: ThreadKey,
): Promise<{ readonly events: number; readonly problems: readonly LogProblem[] }> {
  const verifier = createLogVerifier();
  const problems: LogProblem[] = [];
  let [afterSeq, events] = [0, 0];
  try {
    for (;;) {
      const page = await withTenant(tenantId, (sql) => readEvents(sql, threadId, afterSeq, pageEvents, pageBounds));
      if (page === null) return { events, problems: [] };
      for (const event of page.events) problems.push(...verifier.add(event));
      events += page.events.length;
      afterSeq = page.events.at(-1)?.seq ?? afterSeq;
      if (!page.more) return { events, problems: [...problems, ...verifier.end(page.headSeq)] };
    }
  } catch (error) {
    if (!(error instanceof UnknownEventVersion)) throw error;
    return { events, problems: [...problems, { seq: error.seq, type: null, problem: error.message }] };
  }
}

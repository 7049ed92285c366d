import fc from "fast-check";
import { expect, test } from "vitest";
import type { ThreadEvent } from "../event.ts";
import { present } from "../present/present.ts";
import { arbitraryLog } from "../testing/arbitrary-log.ts";
import { threadId } from "../testing/fold.ts";
import { noOpenTexts, redactEvent } from "./redact-event.ts";
import type { RedactionRules } from "./redaction-rules.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 100);
const timeoutMs = 60_000;
const secret = "hunter2-Pa55";
const rules: RedactionRules = { values: [secret], workspaces: [] };

/** What a viewer is sent, one entry per notification. */
function viewed(log: readonly ThreadEvent[]) {
  let texts = noOpenTexts;
  return log.flatMap((event) => {
    const next = redactEvent(texts, event, rules);
    texts = next.texts;
    return next.event === null ? [] : present(threadId, next.event);
  });
}

/** Puts the secret into every text of the log; into chunks so that it lies across two of them. */
function plant(log: readonly ThreadEvent[]): readonly ThreadEvent[] {
  const halves = new Map<string, boolean>();
  return log.map((event) => {
    if (event.type === "item.chunk") {
      const isSecond = halves.get(event.itemId) ?? false;
      halves.set(event.itemId, !isSecond);
      return { ...event, text: isSecond ? `${secret.slice(5)} ${event.text}` : `${event.text} ${secret.slice(0, 5)}` };
    }
    const planted = (_: string, value: unknown) => (typeof value === "string" ? `${value} ${secret}` : value);
    const { type, seq, at, ...rest } = event;
    // Ids and kinds stay what they are; texts do not.
    const kept = new Set([
      "id",
      "turnId",
      "itemId",
      "type",
      "status",
      "kind",
      "phase",
      "source",
      "clientId",
      "commentId",
    ]);
    const copy = JSON.parse(JSON.stringify(rest), (key, value) => (kept.has(key) ? value : planted(key, value)));
    return { type, seq, at, ...copy } as ThreadEvent;
  });
}

test(
  "a secret that stands anywhere in a log, also across chunks, reaches no viewer",
  () => {
    const property = fc.property(arbitraryLog, (log) => {
      const sent = viewed(plant(log));
      for (const notification of sent) expect(JSON.stringify(notification)).not.toContain(secret);
      const deltas = new Map<string, string>();
      for (const { method, params } of sent) {
        if (!("delta" in params) || !("itemId" in params)) continue;
        const key = `${params.itemId} ${method}`;
        deltas.set(key, (deltas.get(key) ?? "") + params.delta);
      }
      for (const text of deltas.values()) expect(text).not.toContain(secret);
    });
    fc.assert(property, { numRuns });
  },
  timeoutMs,
);

const allowed = new Set([
  ...["turn/started", "turn/completed", "turn/plan/updated", "turn/diff/updated"],
  ...["item/started", "item/completed", "item/agentMessage/delta", "item/commandExecution/outputDelta"],
  ...["item/reasoning/summaryPartAdded", "item/reasoning/summaryTextDelta"],
  ...["skein/thread/comment/added", "skein/thread/comment/deleted"],
  ...["thread/name/updated", "thread/archived", "thread/unarchived"],
]);

test(
  "a viewer is sent nothing but what the list allows, and never who asked, how or with what settings",
  () => {
    const property = fc.property(arbitraryLog, (log) => {
      for (const { method, params } of viewed(log)) {
        expect(allowed).toContain(method);
        if ("comment" in params) expect(params.comment.author.userId).toBeNull();
        if (!("item" in params)) continue;
        const { item } = params;
        if (item.type === "userMessage") expect(item.clientId).toBeNull();
        if (item.type === "reasoning") expect(item.content).toEqual([]);
        if (item.type === "commandExecution") expect([item.processId, item.commandActions]).toEqual([null, []]);
      }
    });
    fc.assert(property, { numRuns });
  },
  timeoutMs,
);

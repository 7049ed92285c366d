/** A keyed message that an earlier owner has carried out meets a turn that runs: the turn goes on as if nothing had come. */
import type { CommandReceipt } from "@skein/core/ports";
import { Gate } from "@skein/core/testing/gate";
import { openGate } from "@skein/core/testing/open-gate";
import { evCompleted, evMessage } from "@skein/core/testing/response-events";
import { ScriptedModel } from "@skein/core/testing/scripted-model";
import { initialState } from "@skein/core/thread/evolve";
import { createProcessRegistry } from "@skein/core/tools/command/processes";
import { expect, test } from "vitest";
import { CommandRepeated } from "../log/append.ts";
import { findCommand } from "../log/commands.ts";
import { openTestLog } from "../log/open-test-log.ts";
import { readEvents } from "../log/read-events.ts";
import { makeThread, newThread } from "../log/testing.ts";
import { systemClock } from "../system-clock.ts";
import { ThreadHost } from "./thread-host.ts";
import { ThreadJournal } from "./thread-journal.ts";

const { database, tenant, log } = await openTestLog();

const { settings } = newThread();
const said = { input: { clientId: "one", content: [{ type: "text", text: "Hello", textElements: [] }] } } as const;

async function openHost(gate: Gate) {
  const { id: threadId, fence, headSeq, timeline } = await makeThread(database, tenant);
  const thread = { tenantId: tenant.tenantId, threadId };
  const owned = {
    thread,
    fence,
    headSeq,
    state: { ...initialState, seq: headSeq, settings },
    timeline,
    snapshotSeq: 0,
  };
  const journal = new ThreadJournal(owned, log, { committed: () => {} }, { holds: () => true, lost: () => {} });
  const ended = Promise.withResolvers<void>();
  const model = new ScriptedModel([[gate, ...evMessage("msg", "Done."), evCompleted()]]);
  const host = new ThreadHost(
    journal,
    {
      ...{ model, clock: systemClock, ids: { uuid: () => crypto.randomUUID() }, tools: [], timeZone: "UTC" },
      processes: createProcessRegistry(),
      modelInfo: (slug) => ({
        ...{ slug, contextWindow: null, supportsParallelToolCalls: true, supportsReasoningSummaries: true },
        defaultEffort: null,
      }),
      openEnvironment: async () => null,
      mayPrompt: async () => true,
      isCarriedOut: async (receipt) =>
        (await database.withTenant(tenant.tenantId, (sql) => findCommand(sql, receipt))) !== null,
      openGate: () => ({ ...openGate, pause: () => {}, settled: () => {}, close: () => {} }),
      turnFailed: (_, reason) => ended.reject(reason),
    },
    ended.resolve,
  );
  const receiptFor = (turnId: string): CommandReceipt => ({
    ...{ principal: "someone", scope: threadId, key: "one", method: "turn/start" },
    ...{ inputHash: "ab".repeat(32), result: { turnId } },
  });
  return { host, receiptFor, thread, ended: ended.promise };
}

test.each(["startTurn", "steer"] as const)("%s", async (way) => {
  const gate = new Gate();
  const { host, receiptFor, thread, ended } = await openHost(gate);
  const asked = { settings, actor: null, input: { ...said.input, clientId: null } };
  const turnId = await host.startTurn(asked);
  await gate.reached;
  await host.append([{ type: "thread.named", name: "by the earlier owner" }], [receiptFor("its turn")]);
  const repeated =
    way === "steer" ? host.steer(turnId, { ...said, receiptFor }) : host.startTurn({ ...asked, ...said, receiptFor });
  await expect(repeated).rejects.toThrow(CommandRepeated);
  gate.open();
  await ended;
  const page = await database.withTenant(thread.tenantId, (sql) => readEvents(sql, thread.threadId, 1, 100));
  expect(page?.events.at(-1)).toMatchObject({ type: "turn.completed", turnId, status: "completed" });
  const messages = page?.events.filter((event) => event.type === "item.completed" && event.item.type === "userMessage");
  expect(messages).toHaveLength(1);
});

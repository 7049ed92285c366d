/** The thread that most scenes show: one turn that has ended, and what the next one is made of. */
import type { ConnectionState } from "@skein/client/connection/state";
import type { TurnView } from "@skein/timeline/reduce/timeline";
import type { FakeSessionOptions } from "./fake-session.ts";
import {
  agentItem,
  commandItem,
  fileItem,
  fixtureTimeMs,
  reasoningItem,
  timelineOf,
  turnOf,
  userItem,
  viewOf,
} from "./items.ts";
import { answerText, patchDiff, subscriptionPatch, testOutput } from "./texts.ts";
import { threadOf } from "./threads.ts";

const live: ConnectionState = { type: "live", attempt: 0, sinceMs: 0, dueAtMs: Date.now() + 20_000, isChecked: false };

export const threads = [
  threadOf("thread-1", { name: "Fix flaky replay test", updatedAt: fixtureTimeMs / 1000 }),
  threadOf("thread-2", { name: "Add lease epoch to append", status: { type: "active", activeFlags: [] } }),
  threadOf("thread-3", {
    name: "Upgrade fastify",
    status: { type: "systemError" },
    updatedAt: fixtureTimeMs / 1000 - 4000,
  }),
  threadOf("thread-4", {
    name: "Virtualize the timeline",
    cwd: "/workspaces/web",
    updatedAt: fixtureTimeMs / 1000 - 9000,
  }),
  threadOf("thread-5", {
    preview: "Dark theme contrast pass, all screens",
    cwd: "/workspaces/web",
    updatedAt: fixtureTimeMs / 1000 - 99000,
  }),
];
export const waiting = threads.map((thread, at) =>
  at === 0 ? { ...thread, status: { type: "active" as const, activeFlags: ["waitingOnApproval" as const] } } : thread,
);

const plan = {
  explanation: "Found the race; fixing it where the snapshot is read.",
  steps: [
    { step: "Reproduce with a seeded fuzz run", status: "completed" as const },
    { step: "Make subscribe atomic with the snapshot", status: "completed" as const },
    { step: "Pin the failing seed", status: "completed" as const },
    { step: "Push and open a pull request", status: "inProgress" as const },
  ],
};

export const question = userItem("The replay test fails about 1 in 20 runs on CI. Find out why and fix it.");
export const work = [
  reasoningItem(["**Reading the replay test**\n\nThe test subscribes after it appends."]),
  commandItem({
    command: "/bin/bash -c 'cat src/replay.test.ts src/subscription.ts'",
    commandActions: [
      { type: "read", command: "cat", name: "replay.test.ts", path: "/workspaces/api/src/replay.test.ts" },
      { type: "read", command: "cat", name: "subscription.ts", path: "/workspaces/api/src/subscription.ts" },
    ],
    aggregatedOutput: 'import { it } from "vitest";\n',
    exitCode: 0,
    durationMs: 40,
  }),
  agentItem("The test subscribes *after* it appends, so when the notify arrives first the cursor skips one event.", {
    phase: "commentary",
  }),
  fileItem([subscriptionPatch]),
  commandItem({
    command: "/bin/bash -c 'pnpm vitest run packages/core/src/replay.test.ts'",
    aggregatedOutput: testOutput,
    exitCode: 0,
    durationMs: 2_400,
  }),
];
const usage = (totalTokens: number) => ({
  totalTokens,
  inputTokens: totalTokens,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
});
export const tokenUsage = { total: usage(182_000), last: usage(98_000), modelContextWindow: 258_000 };

export const finished = turnOf([question, ...work, agentItem(answerText)], { diff: patchDiff, plan });
export const running = (items: TurnView["items"], fields: Partial<TurnView> = {}): TurnView =>
  turnOf([], {
    id: "turn-2",
    status: "inProgress",
    durationMs: null,
    completedAt: null,
    startedAt: Date.now() / 1000 - 12,
    items,
    plan,
    ...fields,
  });
export const asked = viewOf(userItem("Now push the branch and open a pull request."));

export const base: FakeSessionOptions = { connection: live, threads, timeline: timelineOf([finished], { tokenUsage }) };

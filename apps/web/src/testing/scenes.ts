/** The states of the app that the fixtures page can show, by name. */
import type { EntryState, OutboxEntry } from "@skein/client/outbox/entry";
import type { Timeline } from "@skein/timeline/reduce/timeline";
import { askingScenes } from "./asking-scenes.ts";
import { asked, base, finished, question, running, tokenUsage, work } from "./example-thread.ts";
import type { FakeSessionOptions } from "./fake-session.ts";
import { agentItem, commandItem, fileItem, fixtureTimeMs, timelineOf, turnOf, viewOf } from "./items.ts";
import { shareScenes } from "./share-scenes.ts";
import { teamScenes } from "./team-scenes.ts";
import { answerText, patchDiff } from "./texts.ts";
import { littleLeft, nothingLeft, usageAnswers } from "./usage.ts";

function unsentEntry(id: number, text: string, state: EntryState): OutboxEntry {
  const [lane, key] = ["thread-1", `unsent-${id}`];
  const params = { threadId: lane, clientUserMessageId: key, input: [{ type: "text", text, text_elements: [] }] };
  const facts = { isPosted: true, bytes: text.length, isShown: false, deferrals: 0 };
  return { id, lane, key, method: "turn/start", params, ...facts, state };
}

const runnerAway = {
  message: "The workspace's runner build-2 is away (the connection was refused); the turn waits for it.",
  runner: { name: "build-2", state: "away" as const },
};
const push = commandItem({ command: "git push", status: "inProgress", startedAtMs: Date.now() - 70_000 });
const waitingTurn = running([asked, viewOf(push, true)], {
  startedAt: Date.now() / 1000 - 75,
  warnings: [
    {
      message: "/workspaces/api/AGENTS.md was left out: the project's instructions exceed 32768 bytes.",
      ...{ runner: null, reportedAtMs: fixtureTimeMs },
    },
    { ...runnerAway, reportedAtMs: Date.now() },
  ],
});
const pushed = agentItem("Pushed.", { startedAtMs: fixtureTimeMs + 10 });
const warnedTurn = turnOf([asked.item, commandItem({ command: "git push" }), pushed], {
  id: "turn-2",
  warnings: [
    { ...runnerAway, reportedAtMs: fixtureTimeMs },
    {
      message: "The workspace's runner build-2 is back.",
      ...{ runner: { name: "build-2", state: "back" }, reportedAtMs: fixtureTimeMs },
    },
  ],
});
const betweenTurns = {
  message:
    "A queued message could not be started: the workspace's runner build-2 is away (the connection was refused).",
  ...{ runner: null, reportedAtMs: fixtureTimeMs },
};

const streamingCommand = commandItem({
  command: "/bin/bash -c 'pnpm test'",
  status: "inProgress",
  startedAtMs: Date.now() - 4_000,
  aggregatedOutput: Array.from(
    { length: 12 },
    (_, n) => `\x1b[32m✓\x1b[0m packages/core/test-${n}.test.ts \x1b[2m(${n + 3} tests)\x1b[0m`,
  ).join("\n"),
});

const failure = {
  message: "The API key was refused (401).",
  codexErrorInfo: "unauthorized" as const,
  additionalDetails: "POST https://api.example/v1/responses\n401 Unauthorized",
  misalignment: null,
};

const longDiff = Array.from({ length: 300 }, (_, n) =>
  n % 7 === 0 ? `-const before${n} = ${n};\n+const after${n} = ${n};` : ` const same${n} = ${n};`,
).join("\n");

function streaming(change: (timeline: Timeline) => void): void {
  let length = 0;
  const timer = setInterval(() => {
    length += 12;
    const item = agentItem(answerText.slice(0, length), { id: "streaming" });
    const view = viewOf(item, length < answerText.length);
    change(timelineOf([finished, running([asked, viewOf(streamingCommand, true), view])], { tokenUsage }));
    if (length >= answerText.length) clearInterval(timer);
  }, 50);
}

const spentTurn = turnOf([asked.item], {
  id: "turn-2",
  status: "failed",
  error: {
    message: "Your team's usage limit is reached. It comes back at 2026-11-20T18:05:00.000Z.",
    codexErrorInfo: "usageLimitExceeded",
    additionalDetails: null,
    misalignment: null,
  },
});

export const scenes: Readonly<Record<string, FakeSessionOptions>> = {
  ...askingScenes,
  ...teamScenes,
  ...shareScenes,
  new: base,
  settings: base,
  activity: base,
  workspaces: base,
  network: base,
  usage: { ...base, person: { accounts: true }, answers: { ...usageAnswers, "account/rateLimits/read": littleLeft } },
  inline: {
    ...base,
    timeline: timelineOf([finished, running([asked], { plan: null })], { tokenUsage }),
    said: [{ method: "skein/turn/waiting", params: { threadId: "thread-1", turnId: "turn-2", ahead: 3 } }],
  },
  spent: {
    ...base,
    timeline: timelineOf([finished, spentTurn], { tokenUsage }),
    answers: { "account/rateLimits/read": nothingLeft },
  },
  finished: base,
  empty: { ...base, timeline: timelineOf([]) },
  streaming: {
    ...base,
    timeline: timelineOf([finished, running([asked, viewOf(streamingCommand, true)])], { tokenUsage }),
    play: streaming,
  },
  away: { ...base, timeline: timelineOf([finished, waitingTurn], { tokenUsage }) },
  warned: { ...base, timeline: timelineOf([finished, warnedTurn], { tokenUsage, warnings: [betweenTurns] }) },
  failed: {
    ...base,
    timeline: timelineOf([
      turnOf(
        [
          question,
          work[1]!,
          commandItem({
            command: "pnpm tset",
            status: "failed",
            exitCode: 127,
            durationMs: 12,
            aggregatedOutput: "sh: 1: pnpm tset: not found",
          }),
        ],
        {
          status: "failed",
          error: failure,
        },
      ),
    ]),
  },
  diff: {
    ...base,
    timeline: timelineOf([
      turnOf(
        [
          question,
          fileItem([
            {
              path: "/workspaces/api/src/generated/long.ts",
              kind: { type: "update", move_path: null },
              diff: `@@ -1,300 +1,300 @@\n${longDiff}\n`,
            },
          ]),
        ],
        {
          diff: patchDiff,
          status: "interrupted",
        },
      ),
    ]),
  },
  "saving-paused": {
    ...base,
    database: { state: "unavailable", reason: "unreachable", message: "the database does not answer" },
  },
  unsent: {
    ...base,
    connection: { type: "backoff", attempt: 3, dueAtMs: Date.now() + 8_000, reason: "closed" },
    outbox: [
      unsentEntry(1, "Use the second migration instead", { type: "failed", error: new Error("Server overloaded.") }),
      unsentEntry(2, "And run the tests again afterwards", { type: "waiting", notBeforeMs: 0 }),
    ],
  },
  "unsent-unsaved": {
    ...base,
    database: { state: "unavailable", reason: "unreachable", message: "the database does not answer" },
    outbox: [unsentEntry(1, "And run the tests again afterwards", { type: "waiting", notBeforeMs: 0 })],
  },
  "catching-up": { ...base, phase: { type: "catchingUp" } },
  offline: { ...base, connection: { type: "offline", attempt: 1, dueAtMs: Date.now() + 30_000 } },
  backoff: { ...base, connection: { type: "backoff", attempt: 3, dueAtMs: Date.now() + 8_000, reason: "closed" } },
};

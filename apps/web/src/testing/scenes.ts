/** The states that the fixtures page can show, by name. */
import type { ConnectionState } from "@skein/client/connection/state";
import type { EntryState, OutboxEntry } from "@skein/client/outbox/entry";
import type { Timeline, TurnView } from "@skein/timeline/reduce/timeline";
import { commandApproval, fileApproval, fixtureUserId, questionsAsked } from "./approvals.ts";
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
import { littleLeft, nothingLeft, usageAnswers } from "./usage.ts";

const live: ConnectionState = { type: "live", attempt: 0, sinceMs: 0, dueAtMs: Date.now() + 20_000, isChecked: false };

function unsentEntry(id: number, text: string, state: EntryState): OutboxEntry {
  const [lane, key] = ["thread-1", `unsent-${id}`];
  const params = { threadId: lane, clientUserMessageId: key, input: [{ type: "text", text, text_elements: [] }] };
  const facts = { isPosted: true, bytes: text.length, isShown: false, deferrals: 0 };
  return { id, lane, key, method: "turn/start", params, ...facts, state };
}

const threads = [
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
const waiting = threads.map((thread, at) =>
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

const question = userItem("The replay test fails about 1 in 20 runs on CI. Find out why and fix it.");
const work = [
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
const tokenUsage = { total: usage(182_000), last: usage(98_000), modelContextWindow: 258_000 };

export const finished = turnOf([question, ...work, agentItem(answerText)], { diff: patchDiff, plan });
const running = (items: TurnView["items"], fields: Partial<TurnView> = {}): TurnView =>
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
const asked = viewOf(userItem("Now push the branch and open a pull request."));

function approving(): Timeline {
  const command = commandApproval("git push origin fix/replay && echo \u202edone\u200b", { reason: "Needs network" });
  const turn = running([asked, viewOf(agentItem("All 41 tests pass over 200 seeds. Next I push the branch."))]);
  return timelineOf([finished, turn], { tokenUsage, pendingApprovals: [{ ...command, at: Date.now() - 12_000 }] });
}

function connecting(): Timeline {
  const command = "npm install left-pad";
  const network = commandApproval(command, {
    reason: "The command wants to connect to registry.npmjs.org, port 443",
    networkApprovalContext: { host: "registry.npmjs.org", protocol: "https" },
  });
  const install = commandItem({ command, status: "inProgress", startedAtMs: Date.now() - 9_000 });
  const turn = running([asked, viewOf(install, true)]);
  return timelineOf([finished, turn], { tokenUsage, pendingApprovals: [{ ...network, at: Date.now() - 6_000 }] });
}

function approvingFiles(): Timeline {
  const patch = fileItem(
    [subscriptionPatch, { path: "/workspaces/api/NOTES.md", kind: { type: "add" }, diff: "# Notes\n\nOne.\n" }],
    {
      id: "patch-2",
      status: "inProgress",
    },
  );
  const turn = running([asked, viewOf(patch, true)]);
  return timelineOf([finished, turn], {
    tokenUsage,
    pendingApprovals: [{ ...fileApproval("patch-2"), at: Date.now() - 2_000 }],
  });
}

const askedQuestions = [
  {
    ...{ id: "branch", header: "Branch", question: "Where should the fix go?", isOther: true, isSecret: false },
    options: [
      { label: "A branch of its own", description: "Opens a pull request against main; the release waits for review." },
      { label: "The release branch", description: "Ships with today's build." },
    ],
  },
  {
    ...{ id: "seed", header: "Seed", isOther: false, isSecret: false, options: null },
    question: "Which seed is to be pinned?",
  },
];

function questioned(): Timeline {
  const turn = running([asked, viewOf(agentItem("All 41 tests pass over 200 seeds. Two things only you can say."))]);
  const pending = { ...questionsAsked(askedQuestions), at: Date.now() - 3_000 };
  return timelineOf([finished, turn], { tokenUsage, pendingApprovals: [pending] });
}

const answeredTurn = turnOf(
  [asked.item, agentItem("Two things only you can say.", { phase: "commentary" }), agentItem("Pinned, and pushed.")],
  {
    id: "turn-2",
    questions: [
      {
        ...{
          itemId: "call-questions",
          questions: askedQuestions,
          askedAtMs: fixtureTimeMs,
          settledAtMs: fixtureTimeMs,
        },
        answers: { branch: { answers: ["A branch of its own"] } },
        answeredBy: { userId: fixtureUserId, clientName: "skein_web" },
      },
    ],
  },
);

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

export const base: FakeSessionOptions = { connection: live, threads, timeline: timelineOf([finished], { tokenUsage }) };

const bo = { userId: "bo", clientName: "skein_web", name: "Bo Andersen" };
const approvedPush = commandItem({ command: "/bin/bash -c 'git push origin last-day'", exitCode: 0, durationMs: 900 });
const sharedTurn = turnOf([userItem("Push it for review, please.", { author: bo }), approvedPush], {
  id: "turn-shared",
  status: "interrupted",
  startedAt: fixtureTimeMs / 1000 + 60,
  decisions: [{ itemId: approvedPush.id, decision: "accept", answeredBy: bo, decidedAtMs: fixtureTimeMs }],
});
const ada = { userId: fixtureUserId, name: "Ada Lovelace" };
const handOver = { seq: 90, at: fixtureTimeMs + 90_000, from: { userId: "bo", name: bo.name }, to: ada };
export const team = { accounts: true, role: "member" as const, ...ada };
export const said = [
  {
    ...{ id: "comment-1", turnId: "turn-1", at: fixtureTimeMs + 600_000 },
    text: "Nice find. Does the hub need the same change for threads that were forked?",
    author: { userId: "bo", name: bo.name, isViewer: false },
  },
  {
    ...{ id: "comment-2", turnId: "turn-1", at: fixtureTimeMs + 660_000 },
    text: "I saw this on our side too.\nThe seed above reproduces it.",
    author: { userId: null, name: "Grace Hopper", isViewer: true },
  },
  {
    ...{ id: "comment-3", turnId: "turn-1", at: fixtureTimeMs + 720_000 },
    text: "It does, I will ask for it.",
    author: { userId: fixtureUserId, name: ada.name, isViewer: false },
  },
];
const ofBo = threads.map((thread, at) => ({ ...thread, createdBy: at > 2 ? "bo" : fixtureUserId }));

export const scenes: Readonly<Record<string, FakeSessionOptions>> = {
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
  approval: { ...base, threads: waiting, timeline: approving() },
  host: { ...base, threads: waiting, timeline: connecting() },
  questions: { ...base, threads: waiting, timeline: questioned() },
  shared: {
    ...{ ...base, threads: ofBo, person: team },
    timeline: timelineOf([finished, sharedTurn], {
      tokenUsage,
      handOvers: [{ ...handOver, by: { userId: "bo", name: bo.name } }],
    }),
  },
  together: {
    ...base,
    timeline: timelineOf([{ ...finished, comments: said }], { tokenUsage }),
    person: team,
    people: [
      { who: fixtureUserId, kind: "member", name: "Ada Lovelace", count: 1, typing: false },
      { who: "bo", kind: "member", name: "Bo Andersen", count: 1, typing: true },
      { who: "cy", kind: "member", name: "Cyrus Okafor", count: 2, typing: false },
      { who: "grace", kind: "viewer", name: "Grace Hopper", count: 1, typing: false },
      { who: "viewers", kind: "viewer", count: 12, typing: false },
    ],
  },
  watched: { ...base, threads: waiting, timeline: approving(), person: team, rights: ["read"] },
  answered: { ...base, timeline: timelineOf([finished, answeredTurn], { tokenUsage }) },
  away: { ...base, timeline: timelineOf([finished, waitingTurn], { tokenUsage }) },
  warned: { ...base, timeline: timelineOf([finished, warnedTurn], { tokenUsage, warnings: [betweenTurns] }) },
  files: { ...base, threads: waiting, timeline: approvingFiles() },
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

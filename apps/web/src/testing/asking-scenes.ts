/** What the agent asks of people, as the fixtures page shows it. */
import type { Timeline } from "@skein/timeline/reduce/timeline";
import { commandApproval, fileApproval, fixtureUserId, questionsAsked } from "./approvals.ts";
import { asked, base, finished, running, tokenUsage, waiting } from "./example-thread.ts";
import type { FakeSessionOptions } from "./fake-session.ts";
import { agentItem, commandItem, fileItem, fixtureTimeMs, timelineOf, turnOf, viewOf } from "./items.ts";
import { subscriptionPatch } from "./texts.ts";

export function approving(): Timeline {
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

export const askingScenes: Readonly<Record<string, FakeSessionOptions>> = {
  approval: { ...base, threads: waiting, timeline: approving() },
  host: { ...base, threads: waiting, timeline: connecting() },
  questions: { ...base, threads: waiting, timeline: questioned() },
  files: { ...base, threads: waiting, timeline: approvingFiles() },
  answered: { ...base, timeline: timelineOf([finished, answeredTurn], { tokenUsage }) },
};

import type { ResultOf } from "@skein/protocol/methods";
import type { Member } from "@skein/protocol/methods/member";
import { fixtureUserId } from "./approvals.ts";
import { fixtureTimeMs } from "./items.ts";

function member(userId: string, name: string, role: Member["role"]): Member {
  const email = `${name.split(" ")[0]?.toLowerCase()}@example.org`;
  return { userId, name, email, role, joinedAt: fixtureTimeMs, isYou: userId === fixtureUserId };
}

/** What the fixtures' server says about itself. */
export const fixtureAnswers: {
  readonly "model/list": ResultOf<"model/list">;
  readonly "skein/workspace/list": ResultOf<"skein/workspace/list">;
  readonly "skein/workspace/read": ResultOf<"skein/workspace/read">;
  readonly "skein/server/info": ResultOf<"skein/server/info">;
  readonly "skein/token/list": ResultOf<"skein/token/list">;
  readonly "skein/modelCredential/list": ResultOf<"skein/modelCredential/list">;
  readonly "skein/gitCredential/list": ResultOf<"skein/gitCredential/list">;
  readonly "skein/audit/list": ResultOf<"skein/audit/list">;
  readonly "skein/network/policy/read": ResultOf<"skein/network/policy/read">;
  readonly "thread/queue/list": ResultOf<"thread/queue/list">;
  readonly "thread/name/set": ResultOf<"thread/name/set">;
  readonly "skein/thread/grant/list": ResultOf<"skein/thread/grant/list">;
  readonly "skein/thread/grant/set": ResultOf<"skein/thread/grant/set">;
  readonly "skein/thread/handOver": ResultOf<"skein/thread/handOver">;
  readonly "skein/member/list": ResultOf<"skein/member/list">;
} = {
  "model/list": {
    data: [
      {
        id: "demo",
        model: "demo",
        displayName: "Demo model",
        description: "Scripted",
        isDefault: true,
        hidden: false,
        supportedReasoningEfforts: [],
        defaultReasoningEffort: "medium",
        inputModalities: ["text"],
        supportsPersonality: false,
        additionalSpeedTiers: [],
        serviceTiers: [],
      },
    ],
    nextCursor: null,
  },
  "skein/network/policy/read": {
    mode: "ask",
    hosts: ["registry.npmjs.org", "*.githubusercontent.com", "git.example.org:8443"],
    updatedAt: fixtureTimeMs,
  },
  "skein/workspace/list": {
    data: [
      {
        ...{ id: "w1", name: "api", root: "/workspaces/api", origin: "created", createdAt: fixtureTimeMs },
        runner: { name: "laptop", absence: null },
        ...{ source: { type: "archive", fileName: "api.zip" }, state: { type: "ready" }, threads: 3, mayDelete: true },
        disk: { bytes: 48_200_000, files: 1_204, measuredAt: fixtureTimeMs },
      },
      {
        ...{ id: "w2", name: "web", root: "/workspaces/web", origin: "created", createdAt: fixtureTimeMs - 1 },
        runner: { name: "build", absence: "connect ECONNREFUSED" },
        ...{ source: { type: "empty" }, state: { type: "ready" }, threads: 2, mayDelete: true },
        disk: { bytes: 812_000, files: 31, measuredAt: fixtureTimeMs },
      },
      {
        ...{ id: "w3", name: "docs", root: "/workspaces/docs", origin: "created", createdAt: fixtureTimeMs + 3 },
        runner: { name: "laptop", absence: null },
        source: { type: "archive", fileName: "docs.tar.gz" },
        state: {
          type: "making",
          progress: { step: "receiving", bytes: 12_000_000, totalBytes: 40_000_000, files: 0 },
        },
        mayDelete: true,
      },
      {
        ...{
          id: "w5",
          name: "platform",
          root: "/workspaces/platform",
          origin: "created",
          createdAt: fixtureTimeMs + 4,
        },
        runner: { name: "laptop", absence: null },
        source: { type: "repository", url: "https://git.example.org/team/platform.git", branch: null, depth: null },
        state: {
          type: "making",
          progress: { step: "fetching", bytes: 21_400_000, totalBytes: null, files: 12, percent: 37 },
        },
        mayDelete: true,
      },
      {
        ...{ id: "w6", name: "site", root: "/workspaces/site", origin: "created", createdAt: fixtureTimeMs + 1 },
        runner: { name: "laptop", absence: null },
        source: { type: "repository", url: "https://git.example.org/team/site.git", branch: "next", depth: 1 },
        ...{ state: { type: "ready" }, threads: 1, mayDelete: true },
        disk: { bytes: 9_200_000, files: 310, measuredAt: fixtureTimeMs },
      },
      {
        ...{ id: "w4", name: "legacy", root: "/workspaces/legacy", origin: "created", createdAt: fixtureTimeMs + 2 },
        runner: { name: "laptop", absence: null },
        source: { type: "archive", fileName: "legacy.zip" },
        state: { type: "failed", message: '"../evil" leads out with "..": entries must stay in the workspace' },
        mayDelete: true,
      },
    ],
    quota: {
      usedBytes: 1_200_000_000,
      maxBytes: 53_687_091_200,
      workspaceMaxBytes: 10_737_418_240,
      workspaceMaxFiles: 1_000_000,
      uploadMaxBytes: 1_073_741_824,
    },
  },
  "skein/workspace/read": {
    workspace: {
      ...{ id: "w1", name: "api", root: "/workspaces/api", origin: "created", createdAt: fixtureTimeMs, threads: 3 },
    },
    threads: [
      { threadId: "thread-1", name: "Fix flaky replay test", preview: "", isAtWork: false },
      { threadId: "thread-2", name: "Add lease epoch to append", preview: "", isAtWork: true },
    ],
    quota: {
      usedBytes: 1_200_000_000,
      maxBytes: 53_687_091_200,
      workspaceMaxBytes: 10_737_418_240,
      workspaceMaxFiles: 1_000_000,
      uploadMaxBytes: 1_073_741_824,
    },
  },
  "skein/server/info": {
    version: "0.1.0",
    protocolVersion: "0.169",
    model: { kind: "demo", name: "demo" },
    isolation: "bubblewrap",
    principal: { name: "Ada Lovelace" },
  },
  "skein/token/list": {
    data: [
      {
        id: "k1",
        name: "terminal on my laptop",
        createdAt: fixtureTimeMs,
        lastUsedAt: fixtureTimeMs,
        expiresAt: null,
        scopes: ["read", "prompt"],
      },
    ],
  },
  "skein/modelCredential/list": {
    data: [
      {
        ...{ scope: "user", id: "c1", name: "my account", baseUrl: "https://models.example.org/v1", lastFour: "x7Qf" },
        ...{ models: ["gpt-6.1-sol", "gpt-6-luna"], updatedAt: fixtureTimeMs },
      },
    ],
    ...{ payer: "user", server: "demo", mayManageTenant: true },
  },
  "skein/gitCredential/list": {
    data: [
      {
        ...{
          id: "g1",
          scope: "user",
          name: "reading at work",
          host: "git.example.org",
          username: "ada",
          lastFour: "9d4k",
        },
        updatedAt: fixtureTimeMs,
      },
      {
        ...{
          id: "g2",
          scope: "tenant",
          name: "deploy token",
          host: "git.example.org",
          username: "oauth2",
          lastFour: "",
        },
        updatedAt: fixtureTimeMs,
      },
    ],
    mayManageTenant: true,
  },
  "skein/audit/list": {
    data: [
      auditLine("prompt.given", { client: "skein-web", as: "turn" }, "Ada Lovelace"),
      auditLine("approval.answered", { client: "skein-web", kind: "command", decision: "accept" }, "Ada Lovelace"),
      auditLine("credential.tested", { scope: "user", outcome: "wrongKey" }, "Grace Hopper", "192.0.2.7"),
      auditLine("signIn.refused", { reason: "wrongPassword" }, null, "203.0.113.9", "grace@example.org"),
      auditLine("signIn.accepted", { by: "password" }, "Ada Lovelace", "192.0.2.7"),
    ],
    nextCursor: "more",
  },
  "thread/queue/list": { data: [], nextCursor: null },
  "thread/name/set": {},
  "skein/thread/grant/list": {
    createdBy: { userId: fixtureUserId, name: "Ada Lovelace" },
    data: [
      {
        ...{ userId: "bo", name: "Bo Andersen", role: "member", level: "approve", grantedAt: fixtureTimeMs },
        grantedBy: { userId: fixtureUserId, name: "Ada Lovelace" },
      },
      {
        ...{ userId: "di", name: "Di Marchetti", role: "viewer", level: "prompt", grantedAt: fixtureTimeMs },
        grantedBy: null,
      },
    ],
  },
  "skein/thread/grant/set": {},
  "skein/thread/handOver": {},
  "skein/member/list": {
    data: [
      member(fixtureUserId, "Ada Lovelace", "owner"),
      member("bo", "Bo Andersen", "member"),
      member("cy", "Cy Twombly", "member"),
      member("di", "Di Marchetti", "viewer"),
    ],
  },
};

function auditLine(
  action: string,
  details: Record<string, unknown>,
  name: string | null,
  address: string | null = null,
  subject: string | null = null,
): ResultOf<"skein/audit/list">["data"][number] {
  return {
    ...{ id: `${action} ${name}`, at: fixtureTimeMs, action, details, address, subject },
    ...{ threadId: null, userAgent: null },
    actor: { type: name === null ? "nobody" : "user", id: name === null ? null : "u", name, credentialId: null },
  };
}

import type { ResultOf } from "@skein/protocol/methods";
import { fixtureTimeMs } from "./items.ts";

/** What the fixtures' server says about itself. */
export const fixtureAnswers: {
  readonly "model/list": ResultOf<"model/list">;
  readonly "skein/workspace/list": ResultOf<"skein/workspace/list">;
  readonly "skein/server/info": ResultOf<"skein/server/info">;
  readonly "skein/token/list": ResultOf<"skein/token/list">;
  readonly "thread/queue/list": ResultOf<"thread/queue/list">;
  readonly "thread/name/set": ResultOf<"thread/name/set">;
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
  "skein/workspace/list": {
    data: [
      {
        ...{ id: "w1", name: "api", root: "/workspaces/api", origin: "created", createdAt: fixtureTimeMs },
        runner: { name: "laptop", absence: null },
      },
      {
        ...{ id: "w2", name: "web", root: "/workspaces/web", origin: "created", createdAt: fixtureTimeMs - 1 },
        runner: { name: "build", absence: "connect ECONNREFUSED" },
      },
    ],
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
  "thread/queue/list": { data: [], nextCursor: null },
  "thread/name/set": {},
};

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fold } from "./testing/fold.ts";
import { type StoredEvent, UnknownEventVersion, upcast, versions } from "./upcast.ts";

/** Logs as earlier builds wrote them. A file that is here once never changes and must fold for ever. */
const corpus = new URL("../corpus/", import.meta.url);

function readLog(name: string): StoredEvent[] {
  return JSON.parse(readFileSync(new URL(name, corpus), "utf8"));
}

test.each(readdirSync(corpus))("%s folds", (name) => {
  const stored = readLog(name);
  const timeline = fold(stored.map(upcast));
  expect(timeline).toMatchObject({ seq: stored.length, activeTurnId: null, name: "Greeting", archived: false });
  expect(timeline.turns.map(({ id, status, items }) => [id, status, items.map(({ item }) => item.type)])).toEqual([
    ["turn-a", "completed", ["userMessage", "reasoning", "commandExecution", "fileChange", "agentMessage"]],
    ["turn-b", "failed", ["userMessage"]],
  ]);
  expect(timeline.turns[0]?.items[2]?.item).toMatchObject({ aggregatedOutput: "a\u0000b\n", exitCode: 0 });
  expect(timeline.turns[0]).toMatchObject({ plan: { explanation: "two steps" }, errors: [{ willRetry: true }] });
  expect(timeline.turns[1]?.error).toMatchObject({ codexErrorInfo: "usageLimitExceeded" });
});

test("the corpus holds every type of event in its current version", () => {
  const seen = readdirSync(corpus).flatMap((name) => readLog(name).map(({ type, version }) => `${type} ${version}`));
  const current = Object.entries(versions).map(([type, version]) => `${type} ${version}`);
  expect(current.filter((entry) => !seen.includes(entry))).toEqual([]);
});

const archived: StoredEvent = { seq: 7, type: "thread.archived", version: 1, payload: {}, at: 5 };

test("an event keeps its place and time", () => {
  expect(upcast(archived)).toEqual({ type: "thread.archived", seq: 7, at: 5 });
});

test.each([
  { ...archived, version: 2 },
  { ...archived, version: 0 },
  { ...archived, type: "thread.levitated" },
  { ...archived, type: "toString" },
])("type $type in version $version is refused by name", (stored) => {
  expect(() => upcast(stored)).toThrow(UnknownEventVersion);
  expect(() => upcast(stored)).toThrow(`event 7 has type "${stored.type}" in version ${stored.version}`);
});

test("a payload that is no object is refused", () => {
  expect(() => upcast({ ...archived, payload: null })).toThrow(TypeError);
});

test("a warning from before warnings said anything of runners says nothing of one", () => {
  const payload = { turnId: null, message: "nearly full" };
  const stored = { seq: 3, type: "warning.reported", version: 1, payload, at: 5 };
  expect(upcast(stored)).toEqual({ type: "warning.reported", seq: 3, at: 5, ...payload, runner: null });
});

/**
 * Every method across the border between tenants, and between people of one tenant: whoever is not meant to know of a thing is answered
 * as about one that nobody has, changes nothing of it, and gets no word of it. One test per row of `testing/method-rows.ts`.
 */
import { type MethodName, methods } from "@skein/protocol/methods";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { compareAnswers } from "./testing/compare-answers.ts";
import { type Ids, inventLike } from "./testing/ids.ts";
import { type Given, methodRows } from "./testing/method-rows.ts";
import { rowsOf } from "./testing/rows-of-tenant.ts";
import { startBorderServer } from "./testing/start-border-server.ts";
import { findLeaks, insiders, leave, outsiders, type Stranger } from "./testing/strangers.ts";
import { openVictim, type Victim } from "./testing/victim.ts";

/** A busy machine takes its time over a whole team with three threads, and over a row that makes workspaces. */
const patienceMs = 180_000;

let victim: Victim;
let stop: () => Promise<void>;

beforeAll(async () => {
  const server = await startBorderServer();
  victim = await openVictim(server);
  stop = async () => {
    await victim.close();
    await server.stop();
  };
}, patienceMs);

afterAll(() => stop());

const names = Object.keys(methods) as MethodName[];

test("every method has a row, and no row is left over", () => {
  expect(Object.keys(methodRows).toSorted()).toEqual(names.toSorted());
});

describe("a row uses every id that its method takes", () => {
  const ids = new Set(["threadId", "turnId", "itemId", "queuedSubmissionId", "processId", "tokenId", "invitationId"]);
  for (const name of names) {
    const { properties = {} } = z.toJSONSchema(methods[name].params, { io: "input", unrepresentable: "any" });
    const taken = Object.keys(properties).filter(
      (property) => ids.has(property) || /(user|workspace|link|session)Id$/i.test(property),
    );
    if (taken.length === 0) continue;
    test(name, () => {
      const given = new Proxy({} as Given, { get: (_, key) => String(key) });
      const used = new Set(methodRows[name].calls(given).flatMap((call) => Object.keys(call ?? {})));
      expect(taken.filter((property) => !used.has(property))).toEqual([]);
    });
  }
});

describe("strangers learn nothing and change nothing", () => {
  for (const name of names) {
    const row = methodRows[name];
    test(name, { timeout: patienceMs }, async () => {
      const strangers = await outsiders(victim);
      try {
        await expectNothing(strangers, name, { tenantId: victim.tenantId });
      } finally {
        leave(strangers);
      }
      if (row.hiddenFrom === "outsiders") return;
      const colleagues = await insiders(victim);
      try {
        const threadIds = victim.known.map(({ threadId }) => threadId);
        await expectNothing(colleagues, name, { tenantId: victim.tenantId, threadIds });
      } finally {
        leave(colleagues);
      }
    });
  }
});

async function expectNothing(strangers: readonly Stranger[], name: MethodName, whose: Parameters<typeof rowsOf>[1]) {
  const { server, owner, plain } = victim;
  const heard = [owner, plain].map(({ frames }) => frames.length);
  const before = await rowsOf(server, whose);
  // The same for all of them: people of one tenant find what the others have made.
  const inventions = victim.known.map(inventLike);
  for (const stranger of strangers) await tryEverything(stranger, name, inventions);
  // Whatever those who were asked said to anybody went out before this answer.
  for (const { client } of strangers) {
    if (client.socket.readyState === client.socket.OPEN) await client.ask("thread/loaded/list", {});
  }
  expect(await rowsOf(server, whose)).toEqual(before);
  expect([owner, plain].map(({ frames }, index) => frames.slice(heard[index]))).toEqual([[], []]);
  expect(findLeaks(strangers)).toEqual([]);
  expect(strangers.flatMap(({ client }) => client.complaints)).toEqual([]);
}

async function tryEverything({ who, client, ownThreadId }: Stranger, name: MethodName, inventions: readonly Ids[]) {
  const tried = new Set<string>();
  for (const [thread, stolen] of victim.known.entries()) {
    const invented = inventions[thread] as Ids;
    const given = (ids: Ids): Given => ({ ...ids, ownThreadId: ownThreadId ?? nobodys });
    for (const [index, call] of methodRows[name].calls(given(stolen)).entries()) {
      // The victim's threads have much in common.
      const isNew = tried.size < tried.add(JSON.stringify(call)).size;
      if (client.socket.readyState !== client.socket.OPEN) return;
      if (!isNew) continue;
      // What is refused for its form tells of nothing.
      methods[name].params.parse(call);
      const askAbout = (ids: Ids) => ({ method: name, params: methodRows[name].calls(given(ids))[index] });
      const answers = await compareAnswers(client, { stolen, invented }, askAbout);
      if (answers !== null) expect([who, name, answers[0]]).toEqual([who, name, answers[1]]);
      expect(client.frames.filter((frame) => JSON.stringify(frame).includes("Internal error"))).toEqual([]);
    }
  }
}

const nobodys = "01a1f919-2ccb-7b31-9e9c-38dd111e2607";

/**
 * Every notification across the border: the victim's clients are made to get it while strangers listen, who have asked for the thread
 * before and then hear nothing. One test per row of `testing/notification-rows.ts`.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type NotificationMethod, notifications } from "@skein/protocol/notifications";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { isAnswer, isNotification, type ServerFrame } from "../testing/frame.ts";
import { notificationRows, turnsPerMember } from "./testing/notification-rows.ts";
import type { Scene } from "./testing/scene.ts";
import { startBorderServer } from "./testing/start-border-server.ts";
import { findLeaks, insiders, leave, outsiders } from "./testing/strangers.ts";
import { openVictim, type Victim } from "./testing/victim.ts";

/** A busy machine takes its time over a whole team with three threads. */
const openingMs = 180_000;

let victim: Victim;
let stop: () => Promise<void>;

beforeAll(async () => {
  const server = await startBorderServer({ SKEIN_TURNS_PER_MEMBER: String(turnsPerMember) });
  victim = await openVictim(server);
  stop = async () => {
    await victim.close();
    await server.stop();
  };
}, openingMs);

afterAll(() => stop());

const names = Object.keys(notifications) as NotificationMethod[];

test("every notification has a row, and no row is left over", () => {
  expect(Object.keys(notificationRows).toSorted()).toEqual(names.toSorted());
});

describe("strangers hear nothing", () => {
  for (const name of names) {
    const row = notificationRows[name];
    switch (row.type) {
      case "provoked":
        test(name, async () => {
          const scene = await openScene();
          const strangers = [...(await outsiders(victim)), ...(row.isOfTenant ? [] : await insiders(victim))];
          try {
            for (const { client } of strangers) {
              expect((await client.ask("thread/resume", { threadId: scene.threadId })).error).toBeDefined();
            }
            const heard = strangers.map(({ client }) => client.frames.length);
            const from = scene[row.by].frames.length;
            await row.provoke(scene);
            await gotten(scene[row.by].frames.slice(from), name, () => scene[row.by].next((frame) => has(frame, name)));
            await scene.owner.request("thread/loaded/list", {});
            for (const { client } of strangers) await client.ask("thread/loaded/list", {});
            const since = strangers.flatMap(({ client }, index) => client.frames.slice(heard[index]));
            expect(since.filter((frame) => !isAnswer(frame))).toEqual([]);
            expect(findLeaks(strangers)).toEqual([]);
          } finally {
            leave(strangers);
          }
        });
        break;
      case "everybodys":
        test(`${name}, which is everybody's, names nothing of anybody's`, () => {
          expect(JSON.stringify(z.toJSONSchema(notifications[name]))).not.toMatch(/Id"|[nN]ame"|cwd"/);
        });
        break;
      case "neverSent":
        test(`${name} is never sent`, () => expect(sourcesThatName(name)).toEqual([]));
        break;
    }
  }
});

/** A thread of the victim's that nobody else knows, followed by both of its clients. */
async function openScene(): Promise<Scene> {
  const { server, tenantId, owner, plain } = victim;
  const { thread } = await owner.request("thread/start", {});
  await plain.request("thread/resume", { threadId: thread.id });
  return { server, tenantId, owner, plain, threadId: thread.id };
}

async function gotten(frames: readonly ServerFrame[], name: string, next: () => Promise<unknown>): Promise<void> {
  if (!frames.some((frame) => has(frame, name))) await next();
}

/** By itself or in a frame of a replay. */
function has(frame: ServerFrame, name: string): boolean {
  if (!isNotification(frame)) return false;
  const framed: readonly { readonly method: string }[] =
    frame.method === "skein/thread/events" ? frame.params.events : [];
  return frame.method === name || framed.some(({ method }) => method === name);
}

function sourcesThatName(method: string): readonly string[] {
  const root = join(import.meta.dirname, "../../../..");
  return globSync(["apps/server/src/**/*.ts", "packages/{core,timeline}/src/**/*.ts"], { cwd: root })
    .filter((path) => !/\.test\.ts$|\/testing\//.test(path))
    .filter((path) => readFileSync(join(root, path), "utf8").includes(`"${method}"`));
}

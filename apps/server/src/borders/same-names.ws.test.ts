/** Two tenants that call everything alike: each has its own. */
import { expect } from "vitest";
import { runTurn, startThread } from "../testing/conversation.ts";
import { prompt, runs, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import { addPerson, addTenant } from "./testing/people.ts";

test("equal ids of requests, under way at once: each gets its own answers, once", async ({ join, server }) => {
  const one = await join();
  const { secret } = await addPerson(server, await addTenant(server), "owner");
  const other = await join({ token: secret });
  const threads = [await startThread(one, {}), await startThread(other, {})];
  // Each client counts its requests from 1.
  const answers = await Promise.all(
    [one, other].map((client, index) =>
      Promise.all(Array.from({ length: 50 }, () => client.request("thread/read", { threadId: threads[index] }))),
    ),
  );
  for (const [index, given] of answers.entries()) {
    expect(given.map(({ thread }) => thread.id)).toEqual(Array.from({ length: 50 }, () => threads[index]));
  }
  for (const client of [one, other]) {
    const ids = client.frames.flatMap((frame) => ("result" in frame ? [frame.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
  }
});

test("equal keys for threads and messages give each tenant its own", async ({ join, server }) => {
  const one = await join();
  const { secret } = await addPerson(server, await addTenant(server), "owner");
  const other = await join({ token: secret });
  const keyed = { clientThreadId: "the same key" };
  const opened = [];
  for (const client of [one, other, one]) opened.push((await client.request("thread/start", keyed)).thread.id);
  expect(opened[2]).toBe(opened[0]);
  expect(opened[1]).not.toBe(opened[0]);
  const turns = [];
  for (const [index, client] of [one, other].entries()) {
    const input = prompt([says(`An answer for ${index}.`)]);
    const params = { threadId: opened[index], input, clientUserMessageId: "the same message" };
    turns.push((await client.request("turn/start", params)).turn.id);
    await client.notified("turn/completed");
  }
  expect(new Set(turns).size).toBe(2);
  expect(JSON.stringify(other.frames)).not.toContain("An answer for 0.");
});

test("a workspace of the same name is another directory", async ({ join, server }) => {
  const one = await join();
  const { secret } = await addPerson(server, await addTenant(server), "owner");
  const other = await join({ token: secret });
  const said = [];
  for (const client of [one, other]) {
    const { workspace } = await client.request("skein/workspace/create", { name: "same" });
    const threadId = await startThread(client, { cwd: workspace.root });
    await runTurn(client, threadId, [runs("ls; ls ..; echo here > mine.txt")], [says("Done.")]);
    const { item } = client
      .notifications("item/completed")
      .map(({ params }) => params)
      .find(({ item: { type } }) => type === "commandExecution");
    said.push([item.exitCode, item.aggregatedOutput]);
  }
  expect(said[1]).toEqual(said[0]);
  expect(said[1]?.[0]).toBe(0);
});

/** The typed client in Node, as programs use it. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Blocked } from "@skein/client/connection/blocked";
import { connect } from "@skein/client/node";
import { expect } from "vitest";
import { prompt, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";

const client = fileURLToPath(new URL("../../../../packages/client/", import.meta.url));
const clientInfo = { name: "program", version: "1" };
const addressOf = ({ app }: TestServer) => `${app.address.url.replace(/^http/, "ws")}/ws`;

test("the README's example does what it says", async ({ server }) => {
  const example = `${client}src/examples/ask.ts`;
  expect(await readFile(`${client}README.md`, "utf8")).toContain(await readFile(example, "utf8"));
  const text = prompt([says("Nothing ", "but you.")])[0]?.text ?? "";
  const env = { ...process.env, SKEIN_URL: addressOf(server), SKEIN_TOKEN: server.accessToken };
  const { stdout } = await promisify(execFile)(process.execPath, [example, text], { env });
  expect(stdout).toBe("Nothing but you.");
});

test("a wrong token is a reason to stop, and whoever waits is told", async ({ server }) => {
  const stranger = connect(addressOf(server), { token: "wrong", clientInfo });
  await Promise.all([
    expect(stranger.ready()).rejects.toMatchObject({ name: "Blocked", reason: "signedOut" }),
    expect(stranger.request("thread/start", { clientThreadId: "x" })).rejects.toThrow(Blocked),
    expect(stranger.thread("any").events().next()).rejects.toThrow(Blocked),
  ]);
  stranger.close();
});

test("a reader that lags gets every event all the same", async ({ server }) => {
  const program = connect(addressOf(server), { token: server.accessToken, clientInfo });
  const { thread, cursor } = await program.request("thread/start", { clientThreadId: crypto.randomUUID() });
  const lagging = program.thread(thread.id).events({ after: cursor, maxWaitingFrames: 1 });
  const attentive = program.thread(thread.id).events({ after: cursor });
  const script = Array.from({ length: 30 }, (_, index) => says(`part ${index}`));
  await program.thread(thread.id).startTurn({ input: prompt(script), clientUserMessageId: crypto.randomUUID() });
  const seqs = async (stream: typeof lagging) => {
    const heard: string[] = [];
    for await (const event of stream) {
      heard.push(`${"seq" in event ? event.seq : "reset"} ${event.method}`);
      if (event.method === "turn/completed") return heard;
    }
    return heard;
  };
  const expected = await seqs(attentive);
  expect(lagging.isFollowing).toBe(false);
  expect(await seqs(lagging)).toEqual(expected);
  program.close();
});

test("a kept cursor goes on where it was taken, in another client", async ({ server }) => {
  const options = { token: server.accessToken, clientInfo };
  const program = connect(addressOf(server), options);
  const { thread, cursor } = await program.request("thread/start", { clientThreadId: crypto.randomUUID() });
  const input = prompt(saysAround("place", "One. ", "Two."));
  await program.thread(thread.id).startTurn({ input, clientUserMessageId: crypto.randomUUID() });
  const all: { method: string; cursor: string | null }[] = [];
  for await (const { method, cursor: place } of program.thread(thread.id).events({ after: cursor })) {
    all.push({ method, cursor: place });
    if (method === "item/agentMessage/delta") server.model.releaseGate("place");
    if (method === "turn/completed") break;
  }
  program.close();
  const places = all.flatMap(({ cursor: place }, index) => (place === null ? [] : [{ place, index }]));
  expect(places.length).toBeGreaterThan(1);
  for (const { place, index } of places.slice(0, -1)) {
    const later = connect(addressOf(server), options);
    const rest: string[] = [];
    for await (const { method } of later.thread(thread.id).events({ after: place })) {
      rest.push(method);
      if (method === "turn/completed") break;
    }
    expect(rest).toEqual(all.slice(index + 1).map(({ method }) => method));
    later.close();
  }
});

test("a program that reads faster than it may gets all of it, later", async () => {
  const server = await startTestServer({ SKEIN_RATE_REQUESTS_PER_CONNECTION: "20/50" });
  const program = connect(addressOf(server), { token: server.accessToken, clientInfo });
  await program.ready();
  const pages = await Promise.all(Array.from({ length: 40 }, () => program.request("thread/loaded/list", {})));
  expect(pages.map(({ data }) => data)).toEqual(Array(40).fill([]));
  program.close();
  await server.stop();
});

test("a program for which there is no room waits, says why, and comes in when there is", async () => {
  const server = await startTestServer({ SKEIN_CONNECTIONS_PER_MEMBER: "1" });
  const options = { token: server.accessToken, clientInfo };
  const first = connect(addressOf(server), options);
  await first.ready();
  const second = connect(addressOf(server), options);
  const refused = new Promise<string>((resolve) => {
    second.state.subscribe(() => {
      const state = second.state.getSnapshot();
      if (state.type === "backoff") resolve(state.reason);
    });
  });
  expect(await refused).toBe("too many connections, try again later");
  first.close();
  await second.ready();
  second.close();
  await server.stop();
});

/** The real server and ours are asked the same about messages that wait, and say the same. */
import { expect, onTestFinished, test } from "vitest";
import { isNotification } from "../../apps/server/src/testing/frame.ts";
import { startTestServer } from "../../apps/server/src/testing/start-test-server.ts";
import type { TestClient } from "../../apps/server/src/testing/test-client.ts";
import { promptFor, type Step } from "../scripted-model/script.ts";
import { type ScriptedModel, startScriptedModel } from "../scripted-model/scripted-model.ts";
import { startCodexServer } from "./codex-server.ts";
import { connect } from "./connect.ts";

const prompt = (...steps: readonly Step[]) => [
  { type: "text", text: promptFor({ responses: [steps] }), text_elements: [] },
];
const gated = (name: string): Step => ({ type: "say", deltas: ["Begun ", { gate: name }, "and done."] });
const says = (text: string): Step => ({ type: "say", deltas: [text] });

/** What a client sees, with ids by the names that it gave; the model waits wherever time could decide. */
async function playQueue(client: TestClient, model: ScriptedModel): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const names = new Map<string, string>();
  const plain = (value: unknown) => {
    let text = JSON.stringify(value);
    for (const [id, name] of names) text = text.replaceAll(id, name);
    return JSON.parse(text) as unknown;
  };
  const { thread } = await client.request("thread/start", {});
  names.set(thread.id, "the thread");
  const ask = async (method: string, params: object = {}) => {
    const { result, error } = await client.ask(`thread/queue/${method}`, { threadId: thread.id, ...params });
    const { id } = result?.queuedSubmission ?? {};
    if (id !== undefined && !names.has(id)) names.set(id, `message ${names.size}`);
    seen.push([method, plain(error === undefined ? result : { code: error.code, message: error.message })]);
    return id as string;
  };
  const add = (key: string, ...steps: readonly Step[]) =>
    ask("add", { clientUserMessageId: key, input: prompt(...steps) });
  const turnEnds = async () => seen.push((await client.notified("turn/completed")).turn.status);
  const begin = async (gate: string) => {
    await client.request("turn/start", { threadId: thread.id, input: prompt(gated(gate)) });
    await model.gateReached(gate);
  };

  await ask("list");
  await begin("first");
  const [one, two, three] = [
    await add("one", says("1")),
    await add("two", says("2")),
    await add("three", gated("third")),
  ];
  await ask("list");
  await ask("list", { limit: 2 });
  await ask("list", { limit: 2, cursor: "2" });
  await ask("list", { limit: 0 });
  await ask("list", { cursor: "nonsense" });
  const metadata = { a: "b" };
  await ask("update", {
    queuedSubmissionId: two,
    input: prompt(says("2, edited")),
    responsesapiClientMetadata: metadata,
  });
  await ask("update", { queuedSubmissionId: two, input: prompt(says("2, again")), responsesapiClientMetadata: {} });
  await ask("update", { queuedSubmissionId: "none", input: prompt() });
  await ask("update", { queuedSubmissionId: two, input: [] });
  await ask("add", { clientUserMessageId: "empty", input: [] });
  for (const order of [[two], [two, two, one], [two, three, one, "none"], []]) {
    await ask("reorder", { queuedSubmissionIds: order });
  }
  await ask("reorder", { queuedSubmissionIds: [two, three, one] });
  await ask("list");
  for (let time = 0; time < 2; time += 1) await ask("delete", { queuedSubmissionId: one });
  await ask("start");
  await ask("start", { queuedSubmissionId: "none" });

  model.releaseGate("first");
  await turnEnds();
  await turnEnds();
  await model.gateReached("third");
  const four = await add("four", says("4"));
  await add("five", says("5"));
  await client.request("turn/interrupt", { threadId: thread.id, turnId: "" });
  await turnEnds();
  await add("six", says("6"));
  await ask("list");
  await client.ask("thread/queue/start", { threadId: thread.id, queuedSubmissionId: four });
  for (let turns = 0; turns < 3; turns += 1) await turnEnds();
  await ask("list");
  await ask("start");
  seen.push(saidIn(client));
  return seen;
}

/** The keys of messages, in the order in which turns took them. */
function saidIn(client: TestClient): readonly unknown[] {
  return client.frames
    .filter((frame) => isNotification(frame, "item/started"))
    .flatMap(({ params }) => (params.item.type === "userMessage" ? [params.item.clientId] : []));
}

test("messages that wait", async () => {
  const model = await startScriptedModel();
  onTestFinished(() => model.close());
  const codex = await startCodexServer(model.baseUrl);
  onTestFinished(() => codex.stop());
  const theirClient = await connect(codex.url);
  const theirs = await playQueue(theirClient, model);
  theirClient.socket.terminate();

  const server = await startTestServer();
  onTestFinished(() => server.stop());
  const ourClient = await connect(server.app.address.url.replace(/^http/, "ws"), {
    authorization: `Bearer ${server.accessToken}`,
  });
  const ours = await playQueue(ourClient, server.model);
  ourClient.socket.terminate();
  expect(ours).toEqual(theirs);
  expect(ourClient.complaints).toEqual([]);
  expect(ours.at(-1)).toEqual([null, "two", "three", "four", "five", "six"]);
});

import { connect } from "@skein/client/node";

const { SKEIN_URL = "ws://127.0.0.1:4500/ws", SKEIN_TOKEN = "" } = process.env;
const client = connect(SKEIN_URL, { token: SKEIN_TOKEN, clientInfo: { name: "ask", version: "1.0" } });

const { thread, cursor } = await client.request("thread/start", { clientThreadId: crypto.randomUUID() });
const asked = client.thread(thread.id);
const input = [{ type: "text" as const, text: process.argv[2] ?? "What is here?", text_elements: [] }];
await asked.startTurn({ input, clientUserMessageId: crypto.randomUUID() });

for await (const event of asked.events({ after: cursor })) {
  if (event.method === "item/agentMessage/delta") process.stdout.write(event.params.delta);
  if (event.method === "skein/approval/requested") {
    const { kind, requestId } = event.params;
    if (kind === "questions") asked.answerQuestions(requestId, {});
    else asked.answerApproval(requestId, "decline");
  }
  if (event.method === "skein/thread/reset") console.error(`events were skipped: ${event.reason}`);
  if (event.method === "turn/completed") break;
}
client.close();

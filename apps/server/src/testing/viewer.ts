/** Somebody who has nothing but the link of a shared thread. */
import { once } from "node:events";
import { WebSocket } from "ws";
import { isAnswer } from "./frame.ts";
import { helloOf } from "./server-test.ts";
import { TestClient } from "./test-client.ts";

/** `path`: as `skein/share/create` gives it; `headers`: what a browser sends besides. */
export async function openViewer(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestClient> {
  const token = path.split("#")[1] ?? "";
  const socket = new WebSocket(url.replace(/^http/, "ws"), ["skein", `skein.share.${token}`], { headers });
  const client = new TestClient(socket);
  await once(socket, "open");
  return client;
}

/** A viewer that has said hello. */
export async function joinAsViewer(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  presence = false,
): Promise<TestClient> {
  const client = await openViewer(url, path, headers);
  await client.request("initialize", helloOf({ replay: true, presence, name: "viewer" }));
  return client;
}

/** Everything that the client was ever sent, as text. */
export function allText(client: TestClient): string {
  return JSON.stringify(client.frames);
}

/** The events of all range frames so far. */
// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
export function framedEvents(client: TestClient): readonly any[] {
  return client.frames.flatMap((frame) =>
    isAnswer(frame) || frame.method !== "skein/thread/events" ? [] : frame.params.events,
  );
}

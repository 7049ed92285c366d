import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { textFrame, textOfFrame } from "./text-frame.ts";

/** Around the sizes at which the header changes. */
const sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 300_000];
const texts = sizes.map((bytes) => (bytes > 3 ? `ä€${"x".repeat(bytes - 5)}` : "x".repeat(bytes)));

test("a client reads what was written past the library, between what the library writes", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket, request) => {
    for (const text of texts) {
      request.socket.write(textFrame(text));
      socket.ping();
      socket.send("and the library's own");
    }
    socket.close(4000);
  });
  await once(server, "listening");
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const received: string[] = [];
  client.on("message", (data, isBinary) => received.push(isBinary ? "binary" : data.toString()));
  const [code] = await once(client, "close");
  server.close();
  expect(code).toBe(4000);
  expect(received).toEqual(texts.flatMap((text) => [text, "and the library's own"]));
  expect(texts.map((text) => textOfFrame(textFrame(text)))).toEqual(texts);
});

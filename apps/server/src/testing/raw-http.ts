/** Bytes as they are to a server, and all that it says until it closes; for what no well-behaved client sends. */
import { once } from "node:events";
import { connect } from "node:net";

/** Resolves when the server has closed, or as soon as `enough` of its answer is there. */
export async function sendRaw(url: string, bytes: string | Buffer, enough: (text: string) => boolean = () => false) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = "";
  const done = new Promise<void>((resolve) => {
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (enough(text)) resolve();
    });
    socket.on("close", () => resolve());
    socket.on("error", () => resolve());
  });
  await once(socket, "connect");
  socket.write(bytes);
  await done;
  socket.destroy();
  return text;
}

/** The status of each answer. */
export function statuses(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

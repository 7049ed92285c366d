import { EnvironmentFailure } from "@skein/core/ports";
import { expect, test } from "vitest";
import { maxHeaderBytes } from "../rpc/frame.ts";
import { RemoteSession } from "./remote-session.ts";

const command = { processId: "p", cwd: "/", env: {}, tty: null, policy: { type: "dangerFullAccess" as const } };

test("a command that is too large to be sent fails, and the session goes on", async () => {
  const ended: string[] = [];
  const session = new RemoteSession({
    id: "s",
    isolation: "none",
    maxKeptBytes: 64 * 1024 * 1024,
    ended: (reason) => void ended.push(reason),
  });
  const sent: Uint8Array[] = [];
  session.link.attach({ send: (message) => void sent.push(message) }, 0);
  const argv = ["echo", "x".repeat(maxHeaderBytes)];
  await expect(session.start({ threadId: "t", fence: 1, command: { ...command, argv } })).rejects.toThrow(
    EnvironmentFailure,
  );
  void session.start({ threadId: "t", fence: 1, command: { ...command, argv: ["echo"] } }).catch(() => {});
  expect(sent).toHaveLength(1);
  expect(ended).toEqual([]);
});

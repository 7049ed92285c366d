import { EnvironmentFailure } from "@skein/core/ports";
import { expect, test } from "vitest";
import { Link } from "../link/link.ts";
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

test("a command that has ended is not told to end", async () => {
  const maxKeptBytes = 1024 * 1024;
  const session = new RemoteSession({ id: "s", isolation: "none", maxKeptBytes, ended: () => {} });
  const asked: string[] = [];
  const runner: Link = new Link({
    maxKeptBytes,
    received: ({ header }) => {
      const { id, method } = header as { id: number; method: string };
      asked.push(method);
      if (method !== "process/start") return;
      runner.send({ id, result: {} });
      runner.send({ method: "process/exited", params: { process: 1, seq: 1, exitCode: 0, signal: null } });
    },
    broken: () => {},
  });
  runner.attach({ send: (message) => session.link.receive(message) }, 0);
  session.link.attach({ send: (message) => runner.receive(message) }, 0);
  const process = await session.start({ threadId: "t", fence: 1, command: { ...command, argv: ["true"] } });
  expect(await process.exit).toMatchObject({ exitCode: 0 });
  await process.kill();
  expect(asked).toEqual(["process/start"]);
});

/** A NATS server of its own for a test. It can be ended without a word and started again on the same port. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { locate, natsServer } from "../../../../../scripts/system-tools.ts";

export interface TestNats {
  readonly url: string;
  readonly port: number;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** It neither answers nor goes until `thaw`. */
  freeze(): void;
  thaw(): void;
}

const anyPort = -1;

/** Rejects where the machine has no nats-server, naming the package. */
export async function startNats(): Promise<TestNats> {
  const program = locate(natsServer.commands);
  if (program === null) {
    throw new Error(
      `nats-server was not found; install the package ${natsServer.package}, or use npm test, which does`,
    );
  }
  let running = await launch(program, anyPort);
  const { port } = running;
  const end = async () => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    kill: end,
    start: async () => {
      running = await launch(program, port);
    },
    freeze: () => running.child.kill("SIGSTOP"),
    thaw: () => running.child.kill("SIGCONT"),
  };
}

async function launch(program: string, port: number): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(program, ["-a", "127.0.0.1", "-p", String(port)], { stdio: ["ignore", "ignore", "pipe"] });
  const said: string[] = [];
  const lines = createInterface({ input: child.stderr });
  const ready = new Promise<number>((resolve) => {
    let listening = 0;
    lines.on("line", (line) => {
      said.push(line);
      listening = Number(/Listening for client connections on \S*:(\d+)/.exec(line)?.[1] ?? listening);
      if (line.includes("Server is ready")) resolve(listening);
    });
  });
  const ended = once(child, "exit").then(() => {
    throw new Error(`nats-server ended before it was ready:\n${said.join("\n")}`);
  });
  return { child, port: await Promise.race([ready, ended]) };
}

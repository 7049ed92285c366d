import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBubblewrap, SandboxBench } from "./sandbox-bench.ts";
import { commandSpec, OutputReader, run } from "./sandbox-command.ts";

const tty = { columns: 80, rows: 24 };

describe.skipIf(!hasBubblewrap)("commands in a terminal", () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await SandboxBench.open();
  });
  afterAll(() => bench?.close());

  test("what is typed is echoed and read", async () => {
    const environment = await bench.thread();
    const process = await environment.start(commandSpec(environment, 'read line; echo "got $line"', { tty }));
    const output = new OutputReader(process);
    await process.write(Buffer.from("hello\n"));
    expect(await output.rest()).toBe("hello\r\ngot hello\r\n");
    expect(await process.exit).toEqual({ exitCode: 0, signal: null });
  });

  test("it has the size that was asked for, and takes a new one", async () => {
    const environment = await bench.thread();
    const script = "stty size; trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.05; done";
    const process = await environment.start(commandSpec(environment, script, { tty }));
    const output = new OutputReader(process);
    await output.until((text) => text.includes("ready"));
    await process.resize(100, 40);
    expect(await output.rest()).toBe("24 80\r\nready\r\n40 100\r\n");
  });

  test("Ctrl-C and interrupt reach the program in the foreground, not its shell", async () => {
    const environment = await bench.thread();
    // Says that it is in the foreground before it waits.
    const wait = (word: string) => `sh -c 'echo $0; exec sleep 600' ${word}`;
    const line = `${wait("one")}; echo after $?; ${wait("two")}; echo again $?`;
    const process = await environment.start(commandSpec(environment, ["bash", "--norc", "-i"], { tty }));
    const output = new OutputReader(process);
    await process.write(Buffer.from(`trap : INT; ${line}; exit 4\n`));
    await output.until((text) => text.includes("one\r\n"));
    await process.write(Buffer.from("\x03"));
    await output.until((text) => text.includes("after 130\r\ntwo\r\n"));
    await process.interrupt();
    expect(await output.rest()).toContain("again 130");
    expect(await process.exit).toEqual({ exitCode: 4, signal: null });
  });

  test("kill ends it with its signal", async () => {
    const environment = await bench.thread();
    const process = await environment.start(commandSpec(environment, ["sleep", "600"], { tty }));
    await process.kill();
    expect(await process.exit).toEqual({ exitCode: null, signal: "SIGKILL" });
  });

  test("all of its output arrives", async () => {
    const { text, exitCode } = await run(await bench.thread(), "seq 1 20000", { tty });
    expect(exitCode).toBe(0);
    expect(text.split("\r\n")).toHaveLength(20_001);
  });

  test("it inherits its terminal and nothing else that can be read", async () => {
    const { text } = await run(await bench.thread(), "readlink /proc/self/fd/*", { tty });
    const targets = new Set(text.trimEnd().split("\r\n"));
    targets.delete("/dev/null");
    expect([...targets]).toEqual([expect.stringMatching("^/dev/pts/[0-9]+$")]);
  });
});

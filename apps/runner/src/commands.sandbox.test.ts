import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBubblewrap, SandboxBench } from "./sandbox-bench.ts";
import { commandSpec, finish, OutputReader, run } from "./sandbox-command.ts";

const size = { columns: 80, rows: 24 };

describe.skipIf(!hasBubblewrap)("commands", () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await SandboxBench.open({
      runnerLimits: { headBytes: 64 * 1024, tailBytes: 1024, maxOutputBytes: 32 * 1024 * 1024, wallTimeMs: 30_000 },
    });
  });
  afterAll(() => bench?.close());

  test("a command runs in its directory and reports its exit code", async () => {
    const environment = await bench.thread();
    const { text, exitCode, signal } = await run(environment, "mkdir sub && cd sub && pwd && exit 7");
    expect({ text, exitCode, signal }).toEqual({ text: `${environment.info.root}/sub\n`, exitCode: 7, signal: null });
    expect((await run(environment, ["pwd"], { cwd: `${environment.info.root}/sub` })).text).toBe(
      `${environment.info.root}/sub\n`,
    );
  });

  test("stdout and stderr keep their order, also when they are opened by name", async () => {
    const script = "for i in 1 2 3; do echo out$i; echo err$i >&2; echo named$i > /dev/stderr; done";
    const expected = [1, 2, 3].map((i) => `out${i}\nerr${i}\nnamed${i}\n`).join("");
    expect((await run(await bench.thread(), script)).text).toBe(expected);
  });

  test("bytes pass unchanged, NUL and invalid UTF-8 too", async () => {
    const { bytes } = await run(await bench.thread(), "printf '\\000\\377\\376a\\200\\n'");
    expect([...bytes]).toEqual([0, 255, 254, 97, 128, 10]);
  });

  test("a command that does not exist ends with 127, one that may not run with 126", async () => {
    const environment = await bench.thread();
    for (const tty of [null, size]) {
      const missing = await run(environment, ["no-such-command"], { tty });
      expect(missing).toMatchObject({ exitCode: 127, text: "no-such-command: command not found\n" });
    }
    await run(environment, "echo x > plain");
    expect((await run(environment, ["./plain"])).exitCode).toBe(126);
  });

  test("a directory that does not exist is named, and nothing was run", async () => {
    const environment = await bench.thread();
    const start = environment.start(commandSpec(environment, "true", { cwd: "/workspaces/none" }));
    await expect(start).rejects.toThrow("the directory /workspaces/none does not exist");
    await expect(start).rejects.toMatchObject({ name: "EnvironmentFailure" });
  });

  test("stdin is empty without a terminal, and typing says so", async () => {
    const environment = await bench.thread();
    expect(await run(environment, ["cat"])).toMatchObject({ exitCode: 0, text: "" });
    const process = await environment.start(commandSpec(environment, ["sleep", "60"]));
    await expect(process.write(Buffer.from("x"))).rejects.toThrow("no stdin");
    await process.kill();
    expect((await finish(process)).signal).toBe("SIGKILL");
  });

  test("a server left in the background answers the next command, and outlives writing to its old output", async () => {
    const environment = await bench.thread();
    const server =
      'const s = require("http").createServer((q, r) => { console.log("hit"); r.end("hello") });' +
      's.listen(0, "127.0.0.1", () => require("fs").writeFileSync("port", String(s.address().port)))';
    const started = await run(environment, `node -e '${server}' & until [ -s port ]; do sleep 0.05; done; echo up`);
    expect(started).toMatchObject({ text: "up\n", exitCode: 0 });
    const fetched =
      'fetch("http://127.0.0.1:" + require("fs").readFileSync("port")).then(r => r.text()).then(console.log)';
    for (let i = 0; i < 3; i++) {
      expect((await run(environment, ["node", "-e", fetched])).text).toBe("hello\n");
    }
  });

  test("all that a command wrote before its end arrives, though a survivor holds its output", async () => {
    const environment = await bench.thread();
    const { bytes } = await run(environment, "sleep 300 & head -c 60000 /dev/zero");
    expect(bytes).toHaveLength(60_000);
  });

  test("kill takes the whole tree, those in sessions of their own too", async () => {
    const environment = await bench.thread();
    const script = "setsid sleep 301 & (setsid sh -c 'sleep 302 & sleep 303' &) ; sleep 304 & echo ready; wait";
    const process = await environment.start(commandSpec(environment, script));
    const output = new OutputReader(process);
    await output.until((text) => text.includes("ready"));
    await process.kill();
    await output.rest();
    expect(await process.exit).toEqual({ exitCode: null, signal: "SIGKILL" });
    expect(
      (await run(environment, "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 30' || true")).text,
    ).toBe("1\n");
  });

  test("kill ends a command whose output nobody reads", async () => {
    const environment = await bench.thread();
    const process = await environment.start(commandSpec(environment, ["yes"]));
    await process.kill();
    expect(await process.exit).toEqual({ exitCode: null, signal: "SIGKILL" });
  });

  test("interrupt is a SIGINT that a command may answer", async () => {
    const environment = await bench.thread();
    const script = "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.05; done";
    const process = await environment.start(commandSpec(environment, script));
    const output = new OutputReader(process);
    await output.until((text) => text.includes("ready"));
    await process.interrupt();
    expect(await output.rest()).toContain("caught");
    expect(await process.exit).toEqual({ exitCode: 5, signal: null });
  });

  test("long output keeps its head and its tail, and says what is missing", async () => {
    const { text, exitCode } = await run(await bench.thread(), "seq 1 1000000");
    expect(exitCode).toBe(0);
    expect(text.startsWith("1\n2\n3\n")).toBe(true);
    expect(text.endsWith("999999\n1000000\n")).toBe(true);
    expect(text).toMatch(/\[skein: \d+ bytes of output omitted\]/);
    expect(text.length).toBeLessThan(300_000);
  });

  test("endless output ends the command at its cap", async () => {
    const { text, signal } = await run(await bench.thread(), ["yes"]);
    expect(signal).toBe("SIGKILL");
    expect(text).toContain("[skein: it was ended at 32 MiB of output (SKEIN_LIMIT_OUTPUT_MB). ");
  });

  test("a reader that waits holds the command back instead of filling memory", async () => {
    const environment = await bench.thread();
    const script = "for i in $(seq 1 60); do head -c 1000 /dev/zero; done; echo; echo done";
    const process = await environment.start(commandSpec(environment, script));
    const output = new OutputReader(process);
    expect((await output.rest()).endsWith("\ndone\n")).toBe(true);
    expect(output.text).toHaveLength(60 * 1000 + 6);
  });

  test("output has one reader", async () => {
    const environment = await bench.thread();
    const process = await environment.start(commandSpec(environment, ["true"]));
    await finish(process);
    await expect(finish(process)).rejects.toThrow("one reader");
  });

  test("a reader that leaves lets the command end", async () => {
    const environment = await bench.thread();
    const process = await environment.start(commandSpec(environment, "seq 1 20000; exit 3"));
    for await (const _ of process.output) break;
    expect(await process.exit).toEqual({ exitCode: 3, signal: null });
  });

  test("many commands at once do not mix", async () => {
    const environment = await bench.thread();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => run(environment, `for k in 1 2 3; do echo ${i}; sleep 0.01; done`)),
    );
    expect(outcomes.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}\n${i}\n${i}\n`));
  });

  test("above the limit of commands a further one is refused with a reason", async () => {
    const narrow = await SandboxBench.open({ runnerLimits: { maxCommands: 1 } });
    try {
      const environment = await narrow.thread();
      const first = await environment.start(commandSpec(environment, ["sleep", "60"]));
      await expect(run(environment, "true")).rejects.toThrow("1 commands are running already");
      await first.kill();
      await first.exit;
      expect((await run(environment, "true")).exitCode).toBe(0);
    } finally {
      await narrow.close();
    }
  });

  test("a command that runs too long is killed, and the output says so", async () => {
    const brief = await SandboxBench.open({ runnerLimits: { wallTimeMs: 2000 } });
    try {
      const { signal, text } = await run(await brief.thread(), "echo begun; sleep 600");
      expect(signal).toBe("SIGKILL");
      expect(text).toMatch(/^begun\n\n\[skein: it was ended after 2 s, .* \(SKEIN_LIMIT_SECONDS\)\]\n$/);
    } finally {
      await brief.close();
    }
  });
});

/** The server reads small files without a sandbox. A command that exchanges a directory for a link meanwhile must not lead it out. */
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { hasBubblewrap, SandboxBench } from "../sandbox-bench.ts";
import { commandSpec, OutputReader } from "../sandbox-command.ts";
import { secret } from "./false-host.ts";

const reads = Number(process.env.SKEIN_TEST_EXCHANGES ?? "1000");
/** The naive way loses every tenth time or so. */
const naiveReads = 200_000;
/** `renameat2` with RENAME_EXCHANGE, for ever. */
const exchanges = `perl -e 'print "begun\\n"; $| = 1; ($one, $other) = ("place", "link"); syscall(316, -100, $one, -100, $other, 2) while 1'`;

describe.skipIf(!hasBubblewrap || process.arch !== "x64")("a directory that a command exchanges for a link", () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await SandboxBench.open();
    writeFileSync(join(bench.directory, "key"), secret, { mode: 0o644 });
  });
  afterAll(() => bench?.close());

  async function race() {
    const environment = await bench.thread();
    const prepare = `mkdir place && echo harmless > place/key && ln -s ${bench.directory} link`;
    const process = await environment.start(commandSpec(environment, `${prepare} && exec ${exchanges}`));
    onTestFinished(() => process.kill());
    await new OutputReader(process).until((text) => text.includes("begun"));
    return environment;
  }

  test("never leads a read out of the workspace", async () => {
    const environment = await race();
    const seen = new Map<string, number>();
    for (let i = 0; i < reads; i++) {
      const bytes = await environment.readFile(`${environment.info.root}/place/key`, 1000).catch(() => null);
      const text = bytes === null ? "nothing" : Buffer.from(bytes).toString();
      seen.set(text, (seen.get(text) ?? 0) + 1);
    }
    expect([...seen.keys()].filter((text) => text !== "nothing")).toEqual(["harmless\n"]);
  });

  test("leads one out that looks first and opens then", async () => {
    const { workspace } = await race();
    const path = join(workspace.hostPath, "place/key");
    const read = () => {
      try {
        return realpathSync(path).startsWith(`${workspace.hostPath}/`) ? readFileSync(path, "utf8") : null;
      } catch {
        return null;
      }
    };
    let tries = 0;
    while (tries < naiveReads && read() !== secret) tries++;
    expect(tries).toBeLessThan(naiveReads);
  });
});

/**
 * Commands that take all they can get, started by a turn, over a socket. Each ends in an item that names the limit, of which
 * the model is told the same, and in the meantime another tenant's turns, commands and sockets go on.
 */
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completedItems, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { runs, says } from "../testing/prompts.ts";
import type { TestClient } from "../testing/test-client.ts";
import { startTwoTeams, type TwoTeams } from "../testing/two-teams.ts";

const limits = {
  // However slow the machine: what is tested is not who owns the threads.
  SKEIN_LEASE_SECONDS: "120",
  SKEIN_LIMIT_MEMORY_MB: "400",
  SKEIN_LIMIT_PROCESSES: "200",
  SKEIN_LIMIT_FILE_MB: "48",
  SKEIN_LIMIT_OPEN_FILES: "256",
  SKEIN_LIMIT_TMP_MB: "24",
  SKEIN_LIMIT_OUTPUT_MB: "64",
  SKEIN_LIMIT_WORKSPACE_MB: "128",
  SKEIN_LIMIT_WORKSPACE_FILES: "5000",
};

interface Bomb {
  readonly name: string;
  readonly script: string;
  /** What the item says at its end. */
  readonly says: RegExp;
}

const memory = /limit of 400 MiB|may take 400 MiB together.*SKEIN_LIMIT_MEMORY_MB/;
const processes = /went on starting processes at their limit of 200, .*SKEIN_LIMIT_PROCESSES/;
const perl = (program: string) => `exec perl -e '${program}'`;

const bombs: readonly Bomb[] = [
  { name: "forks without end", script: perl("fork while 1"), says: processes },
  { name: "forks by the shell", script: ":(){ :|:& };:; sleep 600", says: processes },
  { name: "fills its heap", script: perl('$x .= "a" x 1e7 while 1'), says: memory },
  {
    name: "fills heaps of several processes, each below the limit",
    // Which of them the kernel ends is its own choice; whoever waits for them ends them all with the first.
    script: perl(
      'for (1..3) { if ($p = fork) { push @p, $p } else { $x = "a" x 1.5e8; sleep 600; exit } } wait; kill 9, @p; exit 1',
    ),
    says: memory,
  },
  {
    name: "fills memory that is in no process",
    script: perl(
      '$n = "m"; for (1..50) { open my $f, ">&=", syscall(319, $n, 0) or die; push @f, $f; syswrite $f, "x" x 4e7 }',
    ),
    says: memory,
  },
  {
    name: "fills shared memory",
    script: perl(
      'for (1..50) { $id = shmget(0, 4e7, 0600) // die "$!\\n"; shmwrite($id, "x" x 4e7, 0, 4e7) } sleep 600',
    ),
    says: memory,
  },
  {
    name: "fills one file",
    script: "exec dd if=/dev/zero of=large bs=1M status=none",
    says: /a file may have at most 48 MiB \(SKEIN_LIMIT_FILE_MB\)/,
  },
  {
    name: "fills many files",
    script: "mkdir -p many; while :; do i=$((i+1)); head -c 8M /dev/zero > many/$i; done",
    says: /the workspace grew to .*, above its limit of 128 MiB, .*SKEIN_LIMIT_WORKSPACE_MB/,
  },
  {
    name: "makes 60,000 files",
    script: perl('mkdir "tiny"; for (1..60000) { open F, ">", "tiny/$_" or die } sleep 600'),
    says: /the workspace grew to \d+ files, above its limit of 5000, .*SKEIN_LIMIT_WORKSPACE_FILES/,
  },
  {
    name: "fills /tmp",
    script: "exec head -c 40M /dev/zero > /tmp/large",
    says: /No space left on device[\s\S]*limit of \/tmp .* 24 MiB each \(SKEIN_LIMIT_TMP_MB\)/,
  },
  {
    name: "prints without end",
    script: "exec yes",
    says: /it was ended at 64 MiB of output \(SKEIN_LIMIT_OUTPUT_MB\)/,
  },
  {
    name: "opens files without end",
    script: perl('while (1) { open my $f, "<", "/dev/null" or die "$!\\n"; push @f, $f }'),
    says: /Too many open files[\s\S]*limit of 256 open files per process \(SKEIN_LIMIT_OPEN_FILES\)/,
  },
];

/** More than the head, the tail, and what is released between them in the moments that a bomb lasts. */
const maxLoggedLength = 16 * 1024 * 1024;

describe.skipIf(!hasBubblewrap)("a command that takes all it can get", () => {
  let teams: TwoTeams;
  beforeAll(async () => {
    teams = await startTwoTeams(limits);
    await startWorkThatLasts(teams.other);
  });
  afterAll(() => teams?.stop());

  test.each(bombs)("$name, and ends by a limit with its name", async ({ script, says: expected }) => {
    const { one, other, server } = teams;
    const threadId = await startThread(one);
    const askedBefore = server.model.requests.length;
    const turnId = await startTurn(one, threadId, [runs(script, { yield_time_ms: 30_000 })], [says("I see.")]);
    const ofBomb = (params: CommandParams) => params.turnId === turnId && params.item.type === "commandExecution";
    await one.notified("item/started", ofBomb);
    await expectWork(other);
    const { item } = await one.notified("item/completed", ofBomb);
    expect(item).toMatchObject({ status: "failed", aggregatedOutput: expect.stringMatching(expected) });
    expect((await one.notified("turn/completed", ({ turn }) => turn.id === turnId)).turn.status).toBe("completed");
    expect(toldToModel(server.model.requests.slice(askedBefore))).toMatch(expected);
    expect(outputOf(one, item.id).length).toBeLessThan(maxLoggedLength);
    // The thread goes on, and can clear up what is in its way.
    await runTurn(one, threadId, [runs("rm -rf large many tiny && echo cleared")], [says("Done.")]);
    expect(lastCommands(one, 1)).toMatchObject([{ status: "completed", aggregatedOutput: "cleared\n" }]);
  });

  test("what leaves no room for a command is ended for the next one, which says so", async () => {
    const { one } = teams;
    const threadId = await startThread(one);
    const fills = perl(
      'for (1..250) { defined($p = fork) or syswrite(STDOUT, "full"), sleep 600; $p or exec "sleep", "600" }',
    );
    await startTurn(one, threadId, [runs(fills, { yield_time_ms: 250 })], [says("It runs.")]);
    // In either order.
    await Promise.all([
      one.notified("item/commandExecution/outputDelta", ({ delta }) => delta.includes("full")),
      one.notified("turn/completed", ({ threadId: of }) => of === threadId),
    ]);
    await runTurn(one, threadId, [runs("echo a")], [runs("echo b")], [says("Done.")]);
    const ended = {
      status: "failed",
      aggregatedOutput: expect.stringMatching(/had taken all 200 .*so they were ended/),
    };
    const [b, ...others] = [...lastCommands(one, 3)].reverse();
    expect(b).toMatchObject({ status: "completed", aggregatedOutput: "b\n" });
    expect(others).toMatchObject([ended, ended]);
  });

  test("a bomb that is left in the background is told to the command that runs meanwhile", async () => {
    const { one } = teams;
    const bomb = runs("(:(){ :|:& };:) & echo left");
    await runTurn(one, await startThread(one), [bomb], [runs("sleep 600", { yield_time_ms: 30_000 })], [says("Done.")]);
    const [left, next] = lastCommands(one, 2);
    expect(left).toMatchObject({ status: "completed" });
    expect(next).toMatchObject({
      status: "failed",
      aggregatedOutput: expect.stringMatching(/200.*\(SKEIN_LIMIT_PROCESSES\)/),
    });
  });

  test("of all this the other tenant has noticed nothing", async () => {
    const { other } = teams;
    const lasting = other.notified("item/completed", ({ item }) => isLasting(item));
    await runTurn(other, await startThread(other), [runs("touch finish")], [says("Now.")]);
    const { item } = await lasting;
    expect(item).toMatchObject({ status: "completed", aggregatedOutput: "begun\nunharmed\n" });
  });
});

describe.skipIf(!hasBubblewrap)("a command that takes too long", () => {
  let teams: TwoTeams;
  beforeAll(async () => {
    teams = await startTwoTeams({ SKEIN_LIMIT_SECONDS: "3" });
  });
  afterAll(() => teams?.stop());

  test.each(["while :; do :; done", "sleep 600"])("%s: ends by a limit with its name", async (script) => {
    const { one, other, server } = teams;
    const run = runs(script, { yield_time_ms: 30_000 });
    const turnId = await startTurn(one, await startThread(one), [run], [says("I see.")]);
    await expectWork(other);
    await one.notified("turn/completed", ({ turn }) => turn.id === turnId);
    const expected = /it was ended after 3 s, which is as long as a command may take \(SKEIN_LIMIT_SECONDS\)/;
    expect(lastCommands(one, 1)[0]).toMatchObject({
      status: "failed",
      aggregatedOutput: expect.stringMatching(expected),
    });
    expect(toldToModel(server.model.requests)).toMatch(expected);
  });
});

interface CommandItem {
  readonly type: string;
  readonly id: string;
  readonly command: string;
  readonly status: string;
  readonly aggregatedOutput: string | null;
}

interface ToolOutput {
  readonly type?: string;
  readonly output?: unknown;
}

interface CommandParams {
  readonly turnId: string;
  readonly item: CommandItem;
}

/** A command that goes on in the background of its thread until a file says that it may end. */
async function startWorkThatLasts(client: TestClient): Promise<void> {
  const waits = runs("echo begun; until [ -e finish ]; do sleep 0.2; done; echo unharmed", { yield_time_ms: 250 });
  await runTurn(client, await startThread(client), [waits], [says("It runs.")]);
}

const isLasting = ({ command }: Partial<CommandItem>) => command?.includes("unharmed") === true;

/** A turn with a command of the other tenant's, from its start to its end. */
async function expectWork(client: TestClient): Promise<void> {
  const turn = await runTurn(client, await startThread(client), [runs("seq 3 | tail -1")], [says("Counted.")]);
  expect(turn.status).toBe("completed");
  expect(lastCommands(client, 1)).toMatchObject([{ status: "completed", aggregatedOutput: "3\n" }]);
}

function lastCommands(client: TestClient, count: number): readonly CommandItem[] {
  const commands = completedItems(client) as readonly CommandItem[];
  return commands.filter(({ type }) => type === "commandExecution").slice(-count);
}

/** What the client was shown while the command ran. */
function outputOf(client: TestClient, itemId: string): string {
  const deltas = client.notifications("item/commandExecution/outputDelta").map(({ params }) => params);
  return deltas.flatMap((params) => (params.itemId === itemId ? [params.delta] : [])).join("");
}

/** The outputs of tools that the model was given. */
function toldToModel(requests: readonly { readonly body: { readonly input: readonly ToolOutput[] } }[]): string {
  const given = requests.flatMap(({ body }) => body.input);
  return given.flatMap(({ type, output }) => (type === "function_call_output" ? [output] : [])).join("\n");
}

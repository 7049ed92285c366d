import type { CommandReceipt } from "@skein/core/ports";
import { expect, test } from "vitest";
import type { Principal } from "../identity/principal.ts";
import { CommandRepeated } from "../log/append.ts";
import { type KeyedCommand, KeyedCommands } from "./keyed-commands.ts";

const principal: Principal = {
  ...{ tenantId: "tenant", userId: "user", role: "owner" as const, name: "Ada" },
  via: { type: "configuredToken" },
};

function command(change: Partial<KeyedCommand> = {}): KeyedCommand {
  return { principal, scope: "thread", key: "key", method: "turn/start", field: "key", input: "words", ...change };
}

/** `stored`: what the database has; a run commits by putting its receipt there. */
function setUp() {
  const stored: CommandReceipt[] = [];
  const commands = new KeyedCommands({
    receipt: async (_, { scope, principal: by, key }) =>
      stored.find((receipt) => receipt.scope === scope && receipt.principal === by && receipt.key === key) ?? null,
  });
  return { stored, commands };
}

test("a repeat that comes meanwhile waits for the first and gets its result", async () => {
  const { stored, commands } = setUp();
  const gate = Promise.withResolvers<void>();
  let runs = 0;
  const run = async (receiptFor: (result: string) => CommandReceipt) => {
    runs += 1;
    await gate.promise;
    stored.push(receiptFor(`result ${runs}`));
    return `result ${runs}`;
  };
  const asked = [commands.once(command(), run), commands.once(command(), run), commands.once(command(), run)];
  gate.resolve();
  const carried = await Promise.all(asked);
  expect(carried.map(({ result }) => result)).toEqual(["result 1", "result 1", "result 1"]);
  expect(carried.map(({ repeated }) => repeated)).toEqual([false, true, true]);
  expect(runs).toBe(1);
});

test("of those that waited for one that failed, the next is carried out and the others get its result", async () => {
  const { stored, commands } = setUp();
  let runs = 0;
  const run = async (receiptFor: (result: string) => CommandReceipt) => {
    runs += 1;
    if (runs === 1) throw new Error("refused");
    stored.push(receiptFor("second"));
    return "second";
  };
  const asked = [1, 2, 3].map(() => commands.once(command(), run));
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(runs).toBe(2);
});

test("a command that another node carried out meanwhile gives that node's result", async () => {
  const { stored, commands } = setUp();
  const run = async (receiptFor: (result: string) => CommandReceipt): Promise<string> => {
    stored.push(receiptFor("theirs"));
    throw new CommandRepeated("a command with this key was carried out before");
  };
  expect(await commands.once(command(), run)).toEqual({ result: "theirs", repeated: true });
});

test("other words under the key are refused, whatever the method", async () => {
  const { stored, commands } = setUp();
  const run = async (receiptFor: (result: string) => CommandReceipt) => {
    stored.push(receiptFor("result"));
    return "result";
  };
  await commands.once(command(), run);
  expect(await commands.once(command({ method: "turn/steer" }), run)).toEqual({ result: "result", repeated: true });
  await expect(commands.once(command({ input: "other words" }), run)).rejects.toThrow(/key was used before/);
});

test("keys of other people, threads and tenants are other keys, and long keys stay apart", async () => {
  const { stored, commands } = setUp();
  const run = async (receiptFor: (result: number) => CommandReceipt) => {
    const result = stored.length;
    stored.push(receiptFor(result));
    return result;
  };
  const long = "k".repeat(5_000);
  const others = [
    command(),
    command({ scope: "another thread" }),
    command({ principal: { ...principal, userId: "another" } }),
    command({ key: long }),
    command({ key: `${long}j` }),
  ];
  const carried = await Promise.all(others.map((other) => commands.once(other, run)));
  expect(carried.map(({ repeated }) => repeated)).toEqual(others.map(() => false));
  expect(Math.max(...stored.map(({ key }) => key.length))).toBeLessThan(300);
});

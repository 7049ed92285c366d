import type { ThreadItem } from "@skein/protocol/item";
import type { ReportedWarning } from "@skein/protocol/warning";
import type { TurnView } from "@skein/timeline/reduce/timeline";
import { describe, expect, it } from "vitest";
import { agentItem, commandItem, fileItem, reasoningItem, turnOf, userItem, viewOf } from "../../testing/items.ts";
import { deriveRows, emptyRowCache, type RowInput } from "./derive-rows.ts";
import { deriveTurnRows } from "./derive-turn-rows.ts";
import type { PersonsWord } from "./row.ts";
import { presentWork } from "./summarise-work.ts";

const noFolds = new Map<string, boolean>();
const work = [
  reasoningItem(["**Looking**"]),
  commandItem({
    command: "cat a.ts b.ts",
    commandActions: [
      { type: "read", command: "cat a.ts", name: "a.ts", path: "/w/a.ts" },
      { type: "read", command: "cat b.ts", name: "b.ts", path: "/w/b.ts" },
    ],
  }),
  commandItem({ command: "pnpm test" }),
  fileItem([{ path: "/w/a.ts", kind: { type: "add" }, diff: "x\n" }]),
];
const finished = [userItem("Fix it"), ...work, agentItem("Done.")];
const kinds = (rows: readonly { kind: string }[]) => rows.map(({ kind }) => kind);

describe("rows of a turn", () => {
  it("shows everything in order while the turn runs", () => {
    const rows = deriveTurnRows(turnOf(finished, { status: "inProgress" }), noFolds);
    expect(kinds(rows)).toEqual(["user", "reasoning", "command", "command", "files", "agent", "working"]);
  });

  it("folds the work of a completed turn and leaves the answer", () => {
    const rows = deriveTurnRows(turnOf(finished), noFolds);
    expect(kinds(rows)).toEqual(["user", "fold", "agent", "footer"]);
    expect(rows[1]).toMatchObject({ open: false, summary: { durationMs: 48_000, reads: 2, commands: 1, files: 1 } });
  });

  it("unfolds on request", () => {
    const [, fold] = deriveTurnRows(turnOf(finished), noFolds);
    const rows = deriveTurnRows(turnOf(finished), new Map([[fold!.key, true]]));
    expect(kinds(rows)).toEqual(["user", "fold", "reasoning", "command", "command", "files", "agent", "footer"]);
  });

  it("leaves the work of a failed turn open and says why it failed", () => {
    const error = { message: "No such model", codexErrorInfo: null, additionalDetails: null, misalignment: null };
    const rows = deriveTurnRows(turnOf([userItem("Fix it"), ...work], { status: "failed", error }), noFolds);
    expect(kinds(rows)).toEqual(["user", "fold", "reasoning", "command", "command", "files", "error", "footer"]);
    expect(rows[1]).toMatchObject({ open: true });
  });

  it("marks where a turn was stopped", () => {
    const rows = deriveTurnRows(turnOf([userItem("Fix it"), agentItem("I was")], { status: "interrupted" }), noFolds);
    expect(kinds(rows)).toEqual(["user", "agent", "divider", "footer"]);
  });

  it("splits the work at a message that steered it, and then gives no fold the whole duration", () => {
    const rows = deriveTurnRows(
      turnOf([userItem("Fix it"), work[1]!, userItem("Wait"), work[2]!, agentItem("Ok")]),
      noFolds,
    );
    expect(kinds(rows)).toEqual(["user", "fold", "user", "fold", "agent", "footer"]);
    expect(rows.map((row) => (row.kind === "fold" ? row.summary.durationMs : 0))).toEqual([0, null, 0, null, 0, 0]);
  });

  it("keeps work after the last message folded too", () => {
    const rows = deriveTurnRows(turnOf([userItem("Fix it"), agentItem("Trying"), work[2]!]), noFolds);
    expect(kinds(rows)).toEqual(["user", "agent", "fold", "footer"]);
  });

  it("has no row for an item without text", () => {
    const rows = deriveTurnRows(turnOf([agentItem(""), reasoningItem([""])], { status: "inProgress" }), noFolds);
    expect(kinds(rows)).toEqual(["working"]);
  });

  it("streams what is still open", () => {
    const turn = turnOf([], { status: "inProgress", items: [viewOf(agentItem("Hel"), true)] });
    expect(deriveTurnRows(turn, noFolds)[0]).toMatchObject({ kind: "agent", streaming: true });
  });

  it("says what is being retried until something arrives", () => {
    const error = { message: "Reconnecting 1/5", codexErrorInfo: null, additionalDetails: null, misalignment: null };
    const turn = turnOf([userItem("Go")], { status: "inProgress", errors: [{ error, willRetry: true }] });
    expect(deriveTurnRows(turn, noFolds).at(-1)).toMatchObject({ kind: "working", notice: "Reconnecting 1/5" });
    const going = { ...turn, items: [...turn.items, viewOf(agentItem("On"), true)] };
    expect(deriveTurnRows(going, noFolds).at(-1)).toMatchObject({ kind: "working", notice: null });
  });
});

describe("rows of a thread", () => {
  const first = turnOf(finished, { id: "turn-a" });
  const running = turnOf([userItem("More"), agentItem("Hel")], { id: "turn-b", status: "inProgress" });
  const input: RowInput = {
    ...{ turns: [first, running], folds: noFolds, unsent: [], warnings: [], handOvers: [] },
    asking: new Map(),
  };

  it("says between turns to whom the thread was handed over, and after the last what came since", () => {
    const later = turnOf(finished, { id: "turn-c", startedAt: first.startedAt! + 100 });
    const [ada, bo] = [
      { userId: "a", name: "Ada" },
      { userId: "b", name: "Bo" },
    ];
    const handed = (seq: number, seconds: number) => ({
      seq,
      at: (first.startedAt! + seconds) * 1000,
      from: ada,
      to: bo,
      by: ada,
    });
    const handOvers = [handed(1, -9), handed(7, 60), handed(9, 200)];
    const { rows } = deriveRows({ ...input, turns: [first, later], handOvers }, emptyRowCache);
    const dividers = rows.flatMap((row, at) =>
      row.kind === "divider" ? [[row.key, row.label, rows[at - 1]?.kind]] : [],
    );
    const words = "Ada handed this thread over to Bo";
    expect(dividers).toEqual([
      ["handOver:7", words, "footer"],
      ["handOver:9", words, "footer"],
    ]);
  });

  it("keeps the row objects of everything that did not change", () => {
    const before = deriveRows(input, emptyRowCache);
    const grown = { ...running, items: [running.items[0]!, viewOf(agentItem("Hel", { text: "Hello" }), true)] };
    const after = deriveRows({ ...input, turns: [first, grown] }, before.cache);
    const changed = after.rows.filter((row, at) => row !== before.rows[at]);
    expect(kinds(changed)).toEqual(["agent"]);
  });

  it("says when the turn waits for a person", () => {
    const command = commandItem({ id: "c", status: "inProgress" });
    const turns = [turnOf([command, commandItem({ id: "d" })], { status: "inProgress" })];
    const marks = (...asking: [string, PersonsWord][]) =>
      deriveRows({ ...input, turns, asking: new Map(asking) }, emptyRowCache).rows.map((row) =>
        row.kind === "working" ? row.waitsFor : row.kind === "command" && row.asking,
      );
    expect(marks(["c", "approval"])).toEqual([true, false, "approval"]);
    expect(marks(["a call", "answer"])).toEqual([false, false, "answer"]);
    expect(marks()).toEqual([false, false, null]);
  });

  it("puts settled questions where they were asked, and never folds them away", () => {
    const at = (item: ThreadItem, startedAtMs: number) => ({ ...viewOf(item), startedAtMs });
    const views = [
      at(userItem("Do"), 1),
      at(commandItem(), 2),
      at(commandItem({ id: "e" }), 5),
      at(agentItem("Ok"), 6),
    ];
    const settled = { itemId: "call", questions: [], answers: null, answeredBy: null, askedAtMs: 3, settledAtMs: 4 };
    const turn = turnOf([], { items: views, questions: [settled] });
    const rows = deriveRows({ ...input, turns: [turn] }, emptyRowCache).rows;
    expect(kinds(rows)).toEqual(["user", "fold", "questions", "fold", "agent", "footer"]);
  });

  const warned = (message: string, reportedAtMs: number, state: "away" | "back" | null = null): ReportedWarning => {
    return { message, reportedAtMs, runner: state === null ? null : { name: "build", state } };
  };

  it("puts warnings where they came, and folds away only what is over", () => {
    const at = (item: ThreadItem, startedAtMs: number) => ({ ...viewOf(item), startedAtMs });
    const items = [at(userItem("Do"), 1), at(commandItem(), 4), at(agentItem("Ok"), 8)];
    const warnings = [warned("cut", 2), warned("gone", 5, "away"), warned("here", 6, "back")];
    const rowsOf = (status: TurnView["status"], all = warnings) =>
      deriveRows({ ...input, turns: [turnOf([], { items, status, warnings: all })] }, emptyRowCache).rows;
    expect(kinds(rowsOf("inProgress"))).toEqual([
      ...["user", "warning", "command", "warning", "warning", "agent", "working"],
    ]);
    expect(kinds(rowsOf("completed"))).toEqual(["user", "warning", "fold", "agent", "footer"]);
    const rows = rowsOf("completed", [warned("gone", 2, "away"), warned("cut", 3), warned("here", 5, "back")]);
    expect(kinds(rows)).toEqual(["user", "warning", "warning", "fold", "agent", "footer"]);
    expect(rows[3]).toMatchObject({ summary: { durationMs: 48_000 } });
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  it("keeps the row of a warning when the turn goes on", () => {
    const turn = { ...running, warnings: [warned("cut", 0)] };
    const before = deriveRows({ ...input, turns: [turn] }, emptyRowCache);
    const after = deriveRows({ ...input, turns: [{ ...turn, asOf: 9 }] }, before.cache);
    expect(after.rows).toEqual(before.rows);
    expect(after.rows.every((row, index) => row === before.rows[index])).toBe(true);
  });

  it("says for which runner the turn waits, until it is back, and not while the model speaks", () => {
    const working = (warnings: readonly ReportedWarning[], spokenAtMs: number, ...later: ThreadItem[]) => {
      const items = [{ ...viewOf(agentItem("On")), startedAtMs: spokenAtMs }, ...later.map((item) => viewOf(item))];
      return deriveTurnRows(turnOf([], { items, warnings, status: "inProgress" }), noFolds).at(-1);
    };
    const away = warned("gone", 5, "away");
    expect(working([away], 4)).toMatchObject({ kind: "working", awayRunner: "build" });
    expect(working([away, warned("cut", 6)], 4)).toMatchObject({ awayRunner: "build" });
    expect(working([away, warned("here", 6, "back")], 4)).toMatchObject({ awayRunner: null });
    expect(working([away], 7)).toMatchObject({ awayRunner: null });
    expect(working([away], 7, userItem("Go on"))).toMatchObject({ awayRunner: null });
    expect(working([away], 7, commandItem())).toMatchObject({ awayRunner: "build" });
    expect(working([], 4)).toMatchObject({ awayRunner: null });
  });

  it("shows what was said between turns after them, before what is not sent", () => {
    const unsent = [{ clientId: "c1", text: "More", state: { type: "sending" as const } }];
    const rows = deriveRows({ ...input, turns: [first], warnings: [warned("no", 1)], unsent }, emptyRowCache).rows;
    expect(kinds(rows).slice(-3)).toEqual(["footer", "warning", "unsent"]);
  });

  it("has unique keys", () => {
    const keys = deriveRows(input, emptyRowCache).rows.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("divides days", () => {
    const nextDay = { ...running, startedAt: first.startedAt! + 86_400 };
    expect(kinds(deriveRows({ ...input, turns: [first, nextDay] }, emptyRowCache).rows)).toContain("day");
    expect(kinds(deriveRows(input, emptyRowCache).rows)).not.toContain("day");
  });

  it("shows an unsent message at the end until the log has it", () => {
    const unsent = [{ clientId: "c1", text: "More", state: { type: "sending" as const } }];
    expect(deriveRows({ ...input, unsent }, emptyRowCache).rows.at(-1)).toMatchObject({ kind: "unsent" });
    const arrived = turnOf([userItem("More", { clientId: "c1" })], { id: "turn-c" });
    const rows = deriveRows({ ...input, turns: [first, arrived], unsent }, emptyRowCache).rows;
    expect(kinds(rows)).not.toContain("unsent");
  });
});

describe("presentWork", () => {
  it.each([
    [{ durationMs: 48_000, reads: 6, commands: 3, files: 0 }, "Worked for 48 s · 6 files read, 3 commands"],
    [{ durationMs: null, reads: 1, commands: 1, files: 2 }, "Worked · 1 file read, 1 command, 2 files changed"],
    [{ durationMs: 900, reads: 0, commands: 0, files: 0 }, "Worked for 0.9 s"],
  ])("%j", (summary, text) => expect(presentWork(summary)).toBe(text));
});

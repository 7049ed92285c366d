import { expect, it } from "vitest";
import { agentItem, commandItem, turnOf, userItem } from "../../testing/items.ts";
import { countUnseen } from "./count-unseen.ts";
import { deriveTurnRows } from "./derive-turn-rows.ts";

const rows = (count: number) =>
  deriveTurnRows(
    turnOf(
      [userItem("Go"), commandItem({ command: "a" }), commandItem({ command: "b" }), agentItem("Done")].slice(0, count),
      {
        status: "inProgress",
      },
    ),
    new Map(),
  );

it("counts what came, but not the rows around it", () => {
  expect(countUnseen(rows(1), rows(1))).toBe(0);
  expect(countUnseen(rows(1), rows(3))).toBe(2);
});

it("counts an answer although the turn's other rows have folded away meanwhile", () => {
  const folded = deriveTurnRows(turnOf([userItem("Go"), commandItem({ command: "a" }), agentItem("Done")]), new Map());
  expect(countUnseen(rows(2), folded)).toBe(1);
});

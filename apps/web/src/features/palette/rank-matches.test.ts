import { expect, it } from "vitest";
import { rankMatches } from "./rank-matches.ts";

const entries = ["Settings", "Fix flaky replay test", "Replay after a drop", "Upgrade fastify"].map((label) => ({
  label,
}));
const ranked = (query: string) => rankMatches(entries, query).map(({ label }) => label);

it("keeps all entries, in order, without a query", () => {
  expect(ranked(" ")).toEqual(entries.map(({ label }) => label));
});

it("puts the start of a label before the start of a word before the middle", () => {
  expect(ranked("replay")).toEqual(["Replay after a drop", "Fix flaky replay test"]);
  expect(ranked("se")).toEqual(["Settings"]);
});

it("finds letters in order", () => {
  expect(ranked("upf")).toEqual(["Upgrade fastify"]);
  expect(ranked("zz")).toEqual([]);
});

import { closeSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { walkOpen } from "./walk-open.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "walk-"));
  mkdirSync(join(root, "a/b"), { recursive: true });
  writeFileSync(join(root, "a/b/file"), "content");
  symlinkSync("a", join(root, "link"));
});
afterEach(() => rmSync(root, { recursive: true }));

test("a path of plain directories opens", () => {
  const walk = walkOpen(root, ["a", "b", "file"]);
  if (walk.type !== "opened") throw new Error(walk.type);
  expect(readFileSync(`/proc/self/fd/${walk.descriptor}`, "utf8")).toBe("content");
  closeSync(walk.descriptor);
});

test("a link is refused wherever it stands", () => {
  expect(walkOpen(root, ["link"])).toEqual({ type: "refused", component: "link" });
  expect(walkOpen(root, ["link", "b"])).toEqual({ type: "refused", component: "link" });
});

test("what is missing and what lies below a file are told apart", () => {
  expect(walkOpen(root, ["a", "nothing", "more"])).toEqual({ type: "missing" });
  expect(walkOpen(root, ["a", "b", "file", "more"])).toEqual({ type: "refused", component: "more" });
});

test.each(["..", ".", "", "a/b", "a\0"])("%j is no component", (component) => {
  expect(() => walkOpen(root, [component])).toThrow(RangeError);
});

test("no descriptor stays open", () => {
  const count = () => readFileSync("/proc/self/status", "utf8").match(/FDSize:\s+(\d+)/)?.[1];
  const before = count();
  for (let i = 0; i < 2000; i++) {
    walkOpen(root, ["link", "b"]);
    walkOpen(root, ["a", "nothing"]);
    expect(() => walkOpen(root, ["a", ".."])).toThrow();
  }
  expect(count()).toBe(before);
});

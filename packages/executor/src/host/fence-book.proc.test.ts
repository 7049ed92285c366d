import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FenceBook } from "./fence-book.ts";

let directory: string;
let book: FenceBook;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "skein-fences-"));
  book = new FenceBook(directory);
});
afterEach(() => {
  book.close();
  rmSync(directory, { recursive: true, force: true });
});

test("admits an owner again and a later one, never an earlier one, and each thread by itself", () => {
  expect(book.admit("t", 3)).toBe(true);
  expect(book.admit("t", 3)).toBe(true);
  expect(book.admit("t", 2)).toBe(false);
  expect(book.admit("t", 4)).toBe(true);
  expect(book.admit("t", 3)).toBe(false);
  expect(book.admit("other", 1)).toBe(true);
});

test("remembers after a restart, and forgets what no lease can be as old as", () => {
  const day = 24 * 60 * 60 * 1000;
  book.admit("old", 7, 0);
  book.admit("recent", 7, 6 * day);
  book.close();
  book = new FenceBook(directory, 8 * day);
  expect(book.admit("recent", 6)).toBe(false);
  expect(book.admit("old", 6)).toBe(true);
});

test("has one holder per directory", () => {
  expect(() => new FenceBook(directory)).toThrow(`another runner is using the data directory ${directory}`);
});

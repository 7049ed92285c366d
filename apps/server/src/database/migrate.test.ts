import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { decidePending, keepingIndexes, readMigrations } from "./migrate.ts";

const known = ["0000_a", "0001_b", "0002_c"].map((name) => ({ name, sha256: `hash of ${name}` }));

test("what the database lacks is pending, in order", () => {
  expect(decidePending(known, [])).toEqual(known);
  expect(decidePending(known, known.slice(0, 1))).toEqual(known.slice(1));
  expect(decidePending(known, known)).toEqual([]);
});

test("a database that a newer version has migrated is refused", () => {
  expect(() => decidePending(known.slice(0, 2), known)).toThrow(/newer version of Skein \(0002_c\)/);
});

test("a database whose migrations were others is refused", () => {
  const other = [{ name: "0000_a", sha256: "another hash" }];
  expect(() => decidePending(known, other)).toThrow(/0000_a is not the one/);
});

test("every index that a migration makes may be there already", async () => {
  const texts = (await readMigrations()).map(({ text }) => keepingIndexes(text)).join("\n");
  const indexes = texts.match(/CREATE (UNIQUE )?INDEX.*/g) ?? [];
  expect(indexes.length).toBeGreaterThan(20);
  expect(indexes.filter((statement) => !/INDEX IF NOT EXISTS /.test(statement))).toEqual([]);
});

test("a migration that databases have applied stays as it was, to the byte", async () => {
  const sealed: Record<string, string> = JSON.parse(
    await readFile(new URL("../../../../migrations/sealed.json", import.meta.url), "utf8"),
  );
  const hashes = (await readMigrations()).map(({ name, sha256 }) => [name, sha256]);
  expect(Object.fromEntries(hashes)).toMatchObject(sealed);
  // Nothing comes before them either.
  expect(hashes.slice(0, Object.keys(sealed).length).map(([name]) => name)).toEqual(Object.keys(sealed));
});

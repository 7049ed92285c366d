import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { deriveJsonSchema } from "./json-schema.ts";
import { PROTOCOL_VERSION } from "./version.ts";

const folder = new URL("../schema/", import.meta.url);
const written = readFileSync(new URL("protocol.json", folder), "utf8");
const history: { version: string; sha256: string; change: string }[] = JSON.parse(
  readFileSync(new URL("history.json", folder), "utf8"),
);

test("the schema that is checked in is the one the registries give (write it with `pnpm --filter @skein/protocol schema`)", () => {
  expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(deriveJsonSchema())));
});

test("a changed schema has a new version and a line in history.json that says what changed", () => {
  const latest = history.at(-1);
  expect(latest?.version).toBe(PROTOCOL_VERSION);
  expect(latest?.sha256).toBe(createHash("sha256").update(written).digest("hex"));
  expect(history.map(({ version }) => version)).toEqual(history.map((_, index) => String(index + 1)));
  expect(history.every(({ change }) => change.length > 0)).toBe(true);
});

test("every reference leads somewhere", () => {
  const { $defs } = JSON.parse(written) as { $defs: Record<string, unknown> };
  const references = [...written.matchAll(/"\$ref": "#\/\$defs\/([^"]+)"/g)].map(([, name]) => name);
  expect(references.length).toBeGreaterThan(100);
  expect(references.filter((name) => !Object.hasOwn($defs, name ?? ""))).toEqual([]);
});

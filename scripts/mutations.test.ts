import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mutations } from "./mutations.ts";
import { repositoryRoot } from "./repository.ts";

test.each(mutations)("$name: the code is still there, once", ({ file, original, mutant }) => {
  const code = readFileSync(join(repositoryRoot, file), "utf8");
  expect(code.split(original)).toHaveLength(2);
  expect(mutant).not.toBe(original);
});

/** Holds every source file against the import rules of `layers.ts`. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { areas, findViolations } from "./layers.ts";
import { repositoryRoot } from "./repository.ts";

const patterns = areas.map((area) => `${area.path}/src/**/*.{ts,tsx}`);
const files = globSync(patterns, { cwd: repositoryRoot }).map((path) => ({
  path,
  text: readFileSync(join(repositoryRoot, path), "utf8"),
}));
const violations = findViolations(files);
for (const { path, message } of violations) console.error(`${path}: ${message}`);
console.log(`${files.length} files, ${violations.length} imports against the layers.`);
process.exitCode = violations.length === 0 ? 0 : 1;

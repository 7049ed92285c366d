import { readFileSync } from "node:fs";
import { join } from "node:path";

export type { AxeResults, RunOptions } from "axe-core";

/** The accessibility checker, to be evaluated in a page; afterwards `window.axe` is there. */
export const axeSource = readFileSync(join(import.meta.dirname, "node_modules/axe-core/axe.min.js"), "utf8");

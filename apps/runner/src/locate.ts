import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { RunnerBundle } from "@skein/executor/sandbox/toolchain";

const require = createRequire(import.meta.url);
const built = join(import.meta.dirname, "../dist/runner.js");

/** The parts of a runner as they lie in this installation. Throws when the bundle has not been built. */
export function locateRunnerBundle(runner = built): RunnerBundle {
  const tree = join(dirname(runner), "tree.js");
  for (const file of [runner, tree]) {
    if (!existsSync(file)) throw new Error(`${file} is missing: run pnpm --filter @skein/runner build`);
  }
  return { node: process.execPath, runner, tree, packages: locateTerminals(), programs: locateSearch() };
}

/** None on a platform for which there is no prebuilt module: commands get pipes there. */
function locateTerminals(): RunnerBundle["packages"] {
  const name = "@lydell/node-pty";
  const native = `${name}-${process.platform}-${process.arch}`;
  try {
    const manifest = require.resolve(`${name}/package.json`);
    const nativeManifest = createRequire(manifest).resolve(`${native}/package.json`);
    return [
      { name, directory: dirname(manifest) },
      { name: native, directory: dirname(nativeManifest) },
    ];
  } catch {
    return [];
  }
}

function locateSearch(): RunnerBundle["programs"] {
  try {
    const wrapper = require.resolve("@vscode/ripgrep");
    const file = createRequire(wrapper).resolve(`@vscode/ripgrep-${process.platform}-${process.arch}/bin/rg`);
    return [{ name: "rg", file }];
  } catch {
    return [];
  }
}

/** The runner: what a sandbox runs as its one long-lived process. Speaks on stdin and stdout, says nothing on stderr. */
import { createRequire } from "node:module";
import type { OpenTerminal } from "@skein/executor/process/terminal-program";
import { deriveScope } from "@skein/executor/runner/derive-scope";
import { serveRunner } from "@skein/executor/runner/serve";

/** Loaded at run time, from beside the bundle: it is native, and a platform without it still has pipes. */
function loadTerminals(): OpenTerminal | null {
  try {
    return createRequire(import.meta.url)("@lydell/node-pty").spawn as OpenTerminal;
  } catch {
    return null;
  }
}

const scope = deriveScope(process.argv, process.env);
if (scope === null) {
  throw new Error("this program runs inside a sandbox and ends every process that it sees; a runner is src/serve.ts");
}

process.umask(0o022);
serveRunner({
  input: process.stdin,
  output: process.stdout,
  loadTerminals,
  ownMarker: scope.marker,
  exit: (code) => process.exit(code),
});

/** The runner: what a sandbox runs as its one long-lived process. Speaks on stdin and stdout, says nothing on stderr. */
import { createRequire } from "node:module";
import type { OpenTerminal } from "@skein/executor/process/terminal-program";
import { runnerMarker } from "@skein/executor/runner/background";
import { serveRunner } from "@skein/executor/runner/serve";

/** Loaded at run time, from beside the bundle: it is native, and a platform without it still has pipes. */
function loadTerminals(): OpenTerminal | null {
  try {
    return createRequire(import.meta.url)("@lydell/node-pty").spawn as OpenTerminal;
  } catch {
    return null;
  }
}

process.umask(0o022);
serveRunner({
  input: process.stdin,
  output: process.stdout,
  loadTerminals,
  ownMarker: process.env[runnerMarker] ?? null,
  exit: (code) => process.exit(code),
});

/** Builds what has changed since it was last built. */
import "./end-with-launcher.ts";
import { buildIfChanged, runnerBuild, webBuild } from "./builds.ts";

try {
  await Promise.all([buildIfChanged(runnerBuild), buildIfChanged(webBuild)]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

import { defineConfig } from "rolldown";

/** One file without dependencies, for it is mounted alone; the native terminal module lies beside it. */
export default defineConfig({
  input: `${import.meta.dirname}/src/main.ts`,
  platform: "node",
  external: ["@lydell/node-pty"],
  output: { file: `${import.meta.dirname}/dist/runner.js`, format: "esm", minify: false },
});

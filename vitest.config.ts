import { configDefaults, defineConfig } from "vitest/config";

/** The suffix of a test file names what it needs; `pnpm check` runs only the tests that need nothing. */
const needsSomething = ["pg", "ws", "sandbox", "proc"].map((kind) => `**/*.${kind}.test.ts`);
const exclude = [...configDefaults.exclude, "e2e/tools/**"];

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["**/*.test.ts"], exclude: [...exclude, ...needsSomething] } },
      {
        test: {
          name: "system",
          include: needsSomething,
          exclude,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Real processes on a shared machine: where nobody is watching, one bad moment must not decide.
          retry: process.env.CI ? 1 : 0,
          globalSetup: ["apps/server/src/database/testing-cluster.ts"],
        },
      },
    ],
  },
});

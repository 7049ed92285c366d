import { configDefaults, defineConfig } from "vitest/config";

/** The suffix of a test file names what it needs; `pnpm check` runs only the tests that need nothing. */
const needsSomething = ["pg", "ws", "sandbox", "proc"].map((kind) => `**/*.${kind}.test.ts`);
const exclude = [...configDefaults.exclude, "e2e/tools/**"];

const common = {
  exclude,
  // Tests with processes and sockets wait more than they compute. By itself vitest would leave one core to nobody.
  maxWorkers: "100%",
  // A full run (`scripts/verify.ts`) does in one test hundreds of times what a fast one does a few times.
  testTimeout: process.env.SKEIN_TEST_RUNS === undefined ? 60_000 : 1_800_000,
  // By itself a poll gives up after a second, which says more of the machine than of what is waited for.
  expect: { poll: { timeout: 20_000 } },
};

export default defineConfig({
  test: {
    projects: [
      { test: { ...common, name: "unit", include: ["**/*.test.ts"], exclude: [...exclude, ...needsSomething] } },
      {
        test: {
          ...common,
          name: "system",
          include: needsSomething,
          hookTimeout: 60_000,
          // Real processes on a shared machine: where nobody is watching, one bad moment must not decide.
          retry: process.env.CI ? 1 : 0,
          globalSetup: ["apps/server/src/database/testing-cluster.ts"],
        },
      },
    ],
  },
});

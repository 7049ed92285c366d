/** Journeys in the system's Chromium against a real server. What a journey leaves for people to look at is in test-results/. */
import { defineConfig } from "./tools/playwright.ts";

const asRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "journeys",
  testMatch: "**/*.journey.ts",
  outputDir: "../test-results",
  // One after the other: a journey owns its server, and two browsers on a small machine only slow each other down.
  workers: 1,
  forbidOnly: true,
  // Where nobody is watching, one slow moment of a shared machine must not decide; the report calls such a journey flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.SKEIN_CHROMIUM || "/usr/bin/chromium",
      args: [
        // Chromium's own sandbox refuses to run as root; the pages it loads here are ours.
        ...(asRoot ? ["--no-sandbox"] : []),
        // A second way to the same server, with a network of its own: the cable of journeys/journey.ts listens there.
        "--host-resolver-rules=MAP localhost 127.0.0.2",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        // A test browser talks to the server under test and to nobody else.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});

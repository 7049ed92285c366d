/**
 * Takes docs/images/thread.png, the README's picture: a thread of a real server in a real browser, at the moment when the
 * agent asks. Needs Chromium, `e2e/tools` installed and the web app built:
 *
 *     npx --yes pnpm@10.34.8 exec node e2e/pictures/take-thread.ts
 */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Screen } from "../journeys/screen.ts";
import { asksToRun, patches, plans, runs, says } from "../journeys/steps.ts";
import { startScriptedModel } from "../scripted-model/scripted-model.ts";
import { ServerProcess } from "../skein/server-process.ts";
import { type Browser, chromium, expect } from "../tools/playwright.ts";
import { writeTideProject } from "./tide-project.ts";

const picture = join(import.meta.dirname, "../../docs/images/thread.png");
const asRoot = process.getuid?.() === 0;

const plan = (test: string, push: string) =>
  plans(
    { step: "Find where the last day is lost", status: "completed" },
    { step: "Correct the loop", status: test === "pending" ? "in_progress" : "completed" },
    { step: "Run the test", status: test },
    { step: "Push the branch", status: push },
  );

const turn = [
  [
    says("I'll look at how a month becomes rows, and run the test first."),
    plan("pending", "pending"),
    runs("cat src/month.ts"),
    runs("sh test.sh"),
  ],
  [
    says(
      "`daysOf` stops one day early: `last` is a day *of* the month, so the loop has to include it. " +
        "That is one character in `src/month.ts`.",
    ),
    patches(
      "*** Update File: src/month.ts",
      "@@",
      "   const last = new Date(Date.UTC(year, month, 0)).getUTCDate();",
      "-  for (let day = 1; day < last; day++) {",
      "+  for (let day = 1; day <= last; day++) {",
      "     days.push(new Date(Date.UTC(year, month - 1, day)));",
    ),
    runs("sh test.sh"),
  ],
  [
    says("The test passes now: January has its 31 rows. Pushing needs the network, so I ask."),
    plan("completed", "in_progress"),
    asksToRun("git push origin last-day", "May I push the branch for review?"),
  ],
];

const model = await startScriptedModel();
const server = await ServerProcess.prepare(() => ({ OPENAI_BASE_URL: model.baseUrl, LOG_LEVEL: "silent" }));
await server.start();
const browser = await chromium.launch({
  executablePath: process.env.SKEIN_CHROMIUM || "/usr/bin/chromium",
  args: asRoot ? ["--no-sandbox"] : [],
});
try {
  await takePicture(browser);
} finally {
  await browser.close();
  await server.dispose();
  await model.close();
}

async function takePicture(browser: Browser): Promise<void> {
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    colorScheme: "light",
    reducedMotion: "reduce",
    locale: "en-GB",
  });
  const screen = new Screen(page);
  await page.goto(server.printedLink);
  await screen.makeWorkspace("tide-tables");
  await writeTideProject(await server.workspacePath("tide-tables"));
  for (const title of ["Explain how harbours are looked up", "Draw the curve for spring tides"]) {
    await screen.startThread(title);
    await screen.settled();
    await page.getByRole("link", { name: "New thread" }).click();
  }
  model.push(...turn);
  await screen.startThread("Every month lacks its last day. Find out why.");
  await expect(screen.approval).toBeVisible();
  await page.keyboard.press("Control+J");
  await expect(screen.details.getByRole("region", { name: "src/month.ts" })).toBeVisible();
  await expect(screen.approval).toContainText("asked just now");
  await mkdir(dirname(picture), { recursive: true });
  await page.screenshot({ path: picture });
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ServerProcess } from "../skein/server-process.ts";
import { test as base, expect } from "../tools/playwright.ts";
import { Screen } from "./screen.ts";

/** A server as a newcomer starts it: with nothing configured, so that the demo model answers. */
const test = base.extend<{ readonly server: ServerProcess }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
  server: async ({}, use) => {
    const server = await ServerProcess.prepare(() => ({ LOG_LEVEL: "silent" }));
    await server.start();
    await use(server);
    await server.dispose();
  },
});

test("a newcomer without a key sees real work by the demo model, which says what it is", async ({ server, page }) => {
  const screen = new Screen(page);
  await page.goto(server.printedLink);
  await expect(page.getByText("The demo model answers: its words are scripted")).toBeVisible();
  await expect(page.getByRole("button", { name: "Model: Demo model" })).toBeVisible();

  await screen.startThread("write a file hello.txt with good morning");
  await screen.settled();
  const [workspace = ""] = await readdir(await server.workspacePath(""));
  const hello = join(await server.workspacePath(workspace), "hello.txt");
  expect(await readFile(hello, "utf8")).toContain("good morning");
  await page.getByRole("button", { name: /^1 file changed/ }).click();
  await expect(screen.details.getByRole("region", { name: "hello.txt" })).toContainText("good morning");

  await screen.reply("show me an approval");
  await expect(screen.approval).toBeVisible();
  await screen.approve();
  await screen.settled();

  await screen.reply("count to 5000");
  await expect(screen.row(/\b5\b.*\b6\b/)).toBeVisible();
  await screen.stopButton.click();
  await expect(screen.row("Stopped")).toBeVisible();
  await screen.settled();

  await screen.reply("run echo all the same");
  await screen.settled();
  await screen.unfoldLast();
  await expect(screen.command("echo all the same")).toContainText("Exit 0");
});

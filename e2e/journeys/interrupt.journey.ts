import { expect } from "../tools/playwright.ts";
import { test } from "./journey.ts";
import type { Screen } from "./screen.ts";
import { gate, runs, says } from "./steps.ts";

const forever = "echo begun; sleep 600";

async function stopByKey({ page }: Screen): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Esc again to stop" })).toBeVisible();
  await page.keyboard.press("Escape");
}

test("Stop ends a turn that streams; what was said stays, and the thread goes on", async ({ skein, signIn }) => {
  const screen = await signIn();
  skein.model.push([says("Half of an ", gate("never-released"), "answer")]);
  await screen.startThread("Begin to answer");
  await expect(screen.row("Half of an")).toBeVisible();
  await screen.stopButton.click();
  await expect(screen.row("Stopped")).toBeVisible();
  await screen.settled();
  await expect(screen.row("Half of an")).toBeVisible();
  skein.model.push([says("A whole answer.")]);
  await screen.reply("Once more");
  await expect(screen.row("A whole answer.")).toBeVisible();
  await screen.settled();
  await expect(screen.row("Half of an")).toBeVisible();
});

test("Esc twice ends a command that runs; once does not", async ({ skein, signIn }) => {
  const screen = await signIn();
  skein.model.push([runs(forever)]);
  await screen.startThread("Run for ever");
  const command = screen.command(forever);
  await expect(command)
    .toContainText("begun\n", { useInnerText: true })
    .catch(() => {});
  await expect(command).toContainText("Running");
  await stopByKey(screen);
  await expect(screen.row("Stopped")).toBeVisible();
  await screen.settled();
  await expect(command).not.toContainText("Running");
  skein.model.push([runs("echo and on")], [says("On it goes.")]);
  await screen.reply("Go on");
  await expect(screen.row("On it goes.")).toBeVisible();
  await screen.settled();
});

test("a message to a running turn steers it", async ({ skein, signIn }) => {
  const screen = await signIn();
  skein.model.push([says("Counting sheep."), gate("sheep")], [says("Counting goats.")]);
  await screen.startThread("Count sheep");
  await expect(screen.row("Counting sheep.")).toBeVisible();
  await expect(screen.message).toHaveAccessibleName("Message to the running turn");
  await screen.reply("Goats, please");
  await expect(screen.row("Goats, please")).toBeVisible();
  skein.model.releaseGate("sheep");
  await expect(screen.row("Counting goats.")).toBeVisible();
  await screen.settled();
  await expect(screen.rows.filter({ hasText: "Goats, please" })).toHaveCount(1);
  expect(JSON.stringify(skein.model.requests.at(-1)?.body.input)).toContain("Goats, please");
});

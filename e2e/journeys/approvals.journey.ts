import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "../tools/playwright.ts";
import { test } from "./journey.ts";
import { asksToRun, gate, says } from "./steps.ts";

test("a declined command does not run, and the agent goes on", async ({ skein, signIn }) => {
  const screen = await signIn();
  await screen.makeWorkspace("declined");
  skein.model.push([asksToRun("touch never.txt", "May I make a file?")], [says("Then I leave it."), gate("declined")]);
  await screen.startThread("Make a file");
  await screen.decide("Decline");
  await expect(screen.row("Then I leave it.")).toBeVisible();
  await expect(screen.command("touch never.txt")).toContainText("Declined");
  skein.model.releaseGate("declined");
  await screen.settled();
  await expect(stat(join(await skein.server.workspacePath("declined"), "never.txt"))).rejects.toThrow("ENOENT");
});

test("declining and stopping ends the turn, and the thread goes on with the next message", async ({
  skein,
  signIn,
}) => {
  const screen = await signIn();
  skein.model.push([asksToRun("touch never.txt", "May I make a file?")]);
  await screen.startThread("Make a file and stop");
  await screen.decide("Decline and stop turn");
  await expect(screen.row("Stopped")).toBeVisible();
  await expect(screen.command("touch never.txt")).toContainText("Declined");
  await screen.settled();
  skein.model.push([says("Still here.")]);
  await screen.reply("Are you there?");
  await expect(screen.row("Still here.")).toBeVisible();
  await screen.settled();
});

test("a message instead of a decision declines and says what to do", async ({ skein, signIn }) => {
  const screen = await signIn();
  skein.model.push([asksToRun("touch never.txt", "May I make a file?")], [says("Listing instead.")]);
  await screen.startThread("Make a file or not");
  await expect(screen.approval).toBeVisible();
  await screen.send("Only list what is there");
  await expect(screen.approval).toHaveCount(0);
  await expect(screen.row("Only list what is there")).toBeVisible();
  await screen.settled();
  await screen.unfold();
  await expect(screen.row("Listing instead.")).toBeVisible();
  const said = JSON.stringify(skein.model.requests.at(-1)?.body.input);
  expect(said).toContain("Only list what is there");
});

test("what is allowed for the thread is not asked again", async ({ skein, signIn }) => {
  const screen = await signIn();
  skein.model.push(
    [asksToRun("echo allowed", "May I?")],
    [asksToRun("echo allowed", "May I, again?")],
    [says("Ran it twice.")],
  );
  await screen.startThread("Run it twice");
  await screen.decide("Allow in this thread");
  await screen.settled();
  await expect(screen.row("Ran it twice.")).toBeVisible();
  await screen.unfold();
  await expect(screen.command("echo allowed")).toHaveCount(2);
});

test("two browsers watch one thread; what one decides leaves the other's screen", async ({ skein, signIn }) => {
  const [one, two] = [await signIn(), await signIn("directly")];
  skein.model.push(
    [says("Both of you ", gate("both"), "read this."), asksToRun("echo decided", "May I say it?")],
    [says("Said it.")],
  );
  await one.startThread("Talk to both");
  await two.follow(one);
  await expect(one.row("Both of you")).toBeVisible();
  await expect(two.row("Both of you")).toBeVisible();
  skein.model.releaseGate("both");
  await expect(two.row("read this.")).toBeVisible();
  await expect(one.approval).toContainText("May I say it?");
  await expect(two.approval).toContainText("May I say it?");
  await one.approve();
  await expect(two.page.getByText("Decided on another device")).toBeVisible();
  await expect(two.approval).toHaveCount(0);
  await expect(one.page.getByText("Decided on another device")).toHaveCount(0);
  for (const screen of [one, two]) {
    await screen.settled();
    await screen.unfold();
  }
  expect(await two.transcript()).toEqual(await one.transcript());
  skein.model.push([says("Good evening.")]);
  await two.send("Good morning");
  await expect(one.row("Good morning")).toBeVisible();
  await expect(one.row("Good evening.")).toBeVisible();
});

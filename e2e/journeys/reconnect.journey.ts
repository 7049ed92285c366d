import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "../tools/playwright.ts";
import { findLosses, startFilm, stopFilm, withoutClocks } from "./film.ts";
import { test } from "./journey.ts";
import type { Screen } from "./screen.ts";
import { asksToRun, gate, runs, says } from "./steps.ts";

const lost = /(No connection to the server|Reconnecting…).*Live updates paused at/;

async function expectSameTimeline(left: Screen, stayed: Screen): Promise<void> {
  for (const screen of [left, stayed]) {
    await screen.settled();
    await screen.unfold();
  }
  expect(await left.transcript()).toEqual(await stayed.transcript());
}

test("a cable pulled in mid-stream", async ({ skein, signIn }) => {
  const [left, stayed] = [await signIn("cable"), await signIn("directly")];
  skein.model.push([
    says("One, two, ", gate("two"), "three, four, ", gate("four"), "five, six, ", gate("six"), "seven."),
  ]);
  for (const screen of [left, stayed]) await screen.standTall();
  await left.startThread("Count to seven");
  await stayed.follow(left);
  await expect(left.row("One, two,")).toBeVisible();
  await startFilm(left.page);

  await skein.cable.pull();
  skein.model.releaseGate("two");
  await expect(stayed.row("three, four,")).toBeVisible();
  await expect(left.connection).toHaveText(lost);
  await expect(left.rows.filter({ hasText: "three, four," })).toHaveCount(0);
  await left.message.fill("Written while the cable was out");

  await skein.cable.plugIn();
  await expect(left.row("three, four,")).toBeVisible();
  await expect(left.connection).toBeEmpty();
  await expect(left.message).toHaveValue("Written while the cable was out");
  skein.model.releaseGate("four");
  await expect(left.row("five, six,")).toBeVisible();
  expect(findLosses(await stopFilm(left.page))).toEqual([]);

  skein.model.releaseGate("six");
  await expectSameTimeline(left, stayed);
});

test("what is sent while the cable is out waits, and is said once", async ({ skein, signIn }) => {
  const [left, stayed] = [await signIn("cable"), await signIn("directly")];
  skein.model.push([says("I begin. ", gate("cut"), "I go on.")], [says("I heard you.")]);
  for (const screen of [left, stayed]) await screen.standTall();
  await left.startThread("Be talked to");
  await stayed.follow(left);
  await expect(left.row("I begin.")).toBeVisible();

  await skein.cable.pull();
  await expect(left.connection).toHaveText(lost);
  await left.reply("Said while the cable was out");
  await expect(left.row("Said while the cable was out")).toContainText("Not sent yet: waiting for the connection");
  await expect(stayed.rows.filter({ hasText: "Said while the cable was out" })).toHaveCount(0);

  await skein.cable.plugIn();
  await expect(stayed.row("Said while the cable was out")).toBeVisible();
  await expect(left.page.getByText("Not sent yet")).toHaveCount(0);
  skein.model.releaseGate("cut");
  await expect(left.row("I heard you.")).toBeVisible();
  await left.page.reload();
  await expect(left.row("I heard you.")).toBeVisible();
  await expectSameTimeline(left, stayed);
  await expect(left.rows.filter({ hasText: "Said while the cable was out" })).toHaveCount(1);
});

test("messages that wait outlive a reload, and are said once and in order", async ({ skein, signIn }) => {
  const [left, stayed] = [await signIn("cable"), await signIn("directly")];
  skein.model.push([says("I begin. ", gate("never"), "I go on.")]);
  for (const screen of [left, stayed]) await screen.standTall();
  await left.startThread("Be talked to at length");
  await stayed.follow(left);
  await expect(left.row("I begin.")).toBeVisible();

  skein.cable.hold();
  await left.reply("First, on its way");
  await expect(left.row("First, on its way")).toContainText("Sending…");
  await skein.cable.pull();
  await expect(left.connection).toHaveText(lost);
  await left.reply("Second, without a network");
  await left.message.fill("Third, for later");
  await left.page.getByRole("button", { name: "Queue" }).click();
  const queued = left.page.getByRole("region", { name: "Queued messages" });
  await expect(queued).toContainText("Not queued yet: waiting for the connection");
  const address = left.page.url();
  await expect(left.page.reload()).rejects.toThrow(/ERR_CONNECTION/);
  await left.page.waitForURL("chrome-error://chromewebdata/");

  await skein.cable.plugIn();
  await left.page.goto(address);
  for (const screen of [left, stayed]) await expect(screen.row("Third, for later")).toBeVisible();
  await expect(queued).toBeHidden();
  await expectSameTimeline(left, stayed);
  const said = (await stayed.transcript())
    .join("\n")
    .match(/First, on its way|Second, without a network|Third, for later/g);
  expect(said).toEqual(["First, on its way", "Second, without a network", "Third, for later"]);
});

test("a cable pulled while a command runs, until after the turn", async ({ skein, signIn }) => {
  const [left, stayed] = [await signIn("cable"), await signIn("directly")];
  await left.makeWorkspace("pulled");
  const waits = "echo begun; until [ -e go ]; do sleep 0.1; done; echo finished";
  skein.model.push([says("I run it."), runs(waits)], [says("It ran.")]);
  for (const screen of [left, stayed]) await screen.standTall();
  await left.startThread("Run the long one");
  await stayed.follow(left);
  await expect(left.command(waits)).toContainText("begun");
  await expect(left.command(waits)).toContainText("Running");

  await skein.cable.pull();
  await writeFile(join(await skein.server.workspacePath("pulled"), "go"), "");
  await expect(stayed.row("It ran.")).toBeVisible();
  await expect(left.connection).toHaveText(lost);
  await expect(left.stopButton).toBeVisible();

  await skein.cable.plugIn();
  await expect(left.row("It ran.")).toBeVisible();
  await expectSameTimeline(left, stayed);
  await expect(left.rows.filter({ hasText: "It ran." })).toHaveCount(1);
});

test("a network that stalls loses nothing and doubles nothing", async ({ skein, signIn }) => {
  const [left, stayed] = [await signIn("cable"), await signIn("directly")];
  skein.model.push([says("Before the stall. ", gate("stall"), "During it. ", gate("after"), "After it.")]);
  for (const screen of [left, stayed]) await screen.standTall();
  await left.startThread("Talk through a stall");
  await stayed.follow(left);
  await expect(left.row("Before the stall.")).toBeVisible();
  await startFilm(left.page);
  skein.cable.hold();
  skein.model.releaseGate("stall");
  await expect(stayed.row("During it.")).toBeVisible();
  skein.cable.release();
  await expect(left.row("During it.")).toBeVisible();
  expect(findLosses(await stopFilm(left.page))).toEqual([]);
  skein.model.releaseGate("after");
  await expectSameTimeline(left, stayed);
});

test("an approval is answered after the cable was out", async ({ skein, signIn }) => {
  const screen = await signIn();
  skein.model.push([asksToRun("echo yes", "May I?")], [says("Thank you.")]);
  await screen.startThread("Ask me");
  await expect(screen.approval).toBeVisible();
  await skein.cable.pull();
  await expect(screen.approval.getByRole("alert")).toContainText("The decision cannot be sent now.");
  await expect(screen.approval.getByRole("button", { name: "Approve once" })).toBeDisabled();
  await skein.cable.plugIn();
  await screen.approve();
  await expect(screen.row("Thank you.")).toBeVisible();
  await screen.settled();
});

test("a reload in mid-turn shows the same timeline", async ({ skein, signIn }) => {
  const screen = await signIn();
  await screen.standTall();
  skein.model.push([runs("echo first")], [says("Half of it, ", gate("half"), "all of it.")]);
  await screen.startThread("Be reloaded");
  await expect(screen.row("Half of it,")).toBeVisible();
  const before = (await screen.transcript()).map(withoutClocks);
  await screen.page.reload();
  await expect(screen.row("Half of it,")).toBeVisible();
  await expect.poll(async () => (await screen.transcript()).map(withoutClocks)).toEqual(before);
  skein.model.releaseGate("half");
  await expect(screen.row("Half of it, all of it.")).toBeVisible();
  await screen.settled();
  await screen.unfold();
  const live = await screen.transcript();
  await screen.page.reload();
  await screen.settled();
  await screen.unfold();
  expect(await screen.transcript()).toEqual(live);
});

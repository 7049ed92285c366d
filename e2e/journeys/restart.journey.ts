import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "../tools/playwright.ts";
import { test } from "./journey.ts";
import { asksToRun, gate, runs, says } from "./steps.ts";

test("a server that restarts between turns", async ({ skein, signIn }) => {
  const screen = await signIn();
  skein.model.push([runs("echo before > kept.txt")], [says("Before the restart.")]);
  await screen.startThread("Work before the restart");
  await expect(screen.row("Before the restart.")).toBeVisible();
  await screen.settled();
  const before = await screen.transcript();
  await skein.server.stop();
  await expect(screen.connection).toContainText("Live updates paused at");
  await skein.server.start();
  await expect(screen.connection).toBeEmpty();
  expect(await screen.transcript()).toEqual(before);
  skein.model.push([runs("cat kept.txt")], [says("After the restart.")]);
  await screen.reply("Work after the restart");
  await expect(screen.row("After the restart.")).toBeVisible();
  await screen.settled();
  await screen.unfold();
  await expect(screen.command("cat kept.txt")).toContainText("before");
});

test("a server that is killed in mid-turn", async ({ skein, signIn }) => {
  const screen = await signIn();
  skein.model.push([says("I have begun "), runs("echo begun; sleep 600")]);
  await screen.startThread("Begin something long");
  await expect(screen.command("echo begun; sleep 600")).toContainText("begun");
  await skein.server.kill();
  await expect(screen.connection).toContainText("Live updates paused at");
  await skein.server.start();
  await expect(screen.connection).toBeEmpty();
  await expect(screen.row("Stopped")).toBeVisible();
  await screen.settled();
  await expect(screen.row("I have begun")).toBeVisible();
  await expect(screen.command("echo begun; sleep 600")).not.toContainText("Running");
  skein.model.push([says("Begun anew.")]);
  await screen.reply("Go on");
  await expect(screen.row("Begun anew.")).toBeVisible();
  await screen.settled();
  expect(JSON.stringify(skein.model.requests.at(-1)?.body.input)).toContain("interrupted by a server restart");
});

test("a server that is killed in mid-stream keeps what was on the screen", async ({ skein, signIn }) => {
  const screen = await signIn();
  skein.model.push([says("Seen by a person, ", gate("killed"), "never seen.")]);
  await screen.startThread("Be killed");
  await expect(screen.row("Seen by a person,")).toBeVisible();
  await skein.server.kill();
  await skein.server.start();
  await expect(screen.row("Stopped")).toBeVisible();
  await expect(screen.row("Seen by a person,")).toBeVisible();
  await screen.page.reload();
  await expect(screen.row("Seen by a person,")).toBeVisible();
});

test("a server that is killed while an approval waits runs nothing unasked", async ({ skein, signIn }) => {
  const screen = await signIn();
  await screen.makeWorkspace("unasked");
  skein.model.push([asksToRun("touch unasked.txt", "May I?")]);
  await screen.startThread("Ask, and be killed");
  await expect(screen.approval).toBeVisible();
  await skein.server.kill();
  await skein.server.start();
  await expect(screen.row("Stopped")).toBeVisible();
  await expect(screen.approval).toHaveCount(0);
  await expect(screen.command("touch unasked.txt")).toContainText("Declined");
  await expect(stat(join(await skein.server.workspacePath("unasked"), "unasked.txt"))).rejects.toThrow("ENOENT");
  skein.model.push([says("Alive and well.")]);
  await screen.reply("Are you there?");
  await expect(screen.row("Alive and well.")).toBeVisible();
  await screen.settled();
});

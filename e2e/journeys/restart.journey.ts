import { readFile } from "node:fs/promises";
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

test("a server that is killed in mid-turn goes on with it", async ({ skein, signIn }) => {
  const screen = await signIn();
  skein.model.push([says("I have begun "), runs("echo begun; sleep 600")], [says("It was cut off, I see.")]);
  await screen.startThread("Begin something long");
  await expect(screen.command("echo begun; sleep 600")).toContainText("begun");
  await skein.server.kill();
  await expect(screen.connection).toContainText("Live updates paused at");
  await skein.server.start();
  await expect(screen.connection).toBeEmpty();
  await expect(screen.row("It was cut off, I see.")).toBeVisible();
  await screen.settled();
  await screen.unfold();
  await expect(screen.row("I have begun")).toBeVisible();
  await expect(screen.command("echo begun; sleep 600")).not.toContainText("Running");
  expect(JSON.stringify(skein.model.requests.at(-1)?.body.input)).toContain("interrupted by a server restart");
});

test("a server that is killed in mid-stream keeps what was on the screen, and asks the model again", async ({
  skein,
  signIn,
}) => {
  const screen = await signIn();
  const said = [says("Seen by a person, ", gate("killed"), "never seen.")];
  skein.model.push(said, [says("Said anew.")]);
  await screen.startThread("Be killed");
  await expect(screen.row("Seen by a person,")).toBeVisible();
  await skein.server.kill();
  await skein.server.start();
  await expect(screen.row("Said anew.")).toBeVisible();
  await screen.settled();
  await screen.unfold();
  await expect(screen.row("Seen by a person,")).toBeVisible();
  await screen.page.reload();
  await expect(screen.row("Said anew.")).toBeVisible();
});

test("a server that is killed while an approval waits still asks, and runs it once", async ({ skein, signIn }) => {
  const screen = await signIn();
  await screen.makeWorkspace("unasked");
  skein.model.push([asksToRun("echo ran >> ran.txt", "May I?")], [says("It ran.")]);
  await screen.startThread("Ask, and be killed");
  await expect(screen.approval).toBeVisible();
  await skein.server.kill();
  await skein.server.start();
  await expect(screen.connection).toBeEmpty();
  const file = join(await skein.server.workspacePath("unasked"), "ran.txt");
  await expect(readFile(file)).rejects.toThrow("ENOENT");
  await screen.approve();
  await expect(screen.row("It ran.")).toBeVisible();
  await screen.settled();
  expect(await readFile(file, "utf8")).toBe("ran\n");
});

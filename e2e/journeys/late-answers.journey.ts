import { expect } from "../tools/playwright.ts";
import { HeldAnswers } from "./held-answers.ts";
import { test } from "./journey.ts";
import { gate, says } from "./steps.ts";

test("a thread that is slow to catch up says so", async ({ skein, signIn }) => {
  const [left, stayed] = [await signIn("cable"), await signIn("directly")];
  const answers = await HeldAnswers.between(left.page);
  await left.page.reload();
  skein.model.push([says("First answer.")], [says("Second answer.")]);
  await left.startThread("Say one thing, then another");
  await stayed.follow(left);
  await expect(left.row("First answer.")).toBeVisible();
  await left.settled();

  await skein.cable.pull();
  await stayed.reply("Said meanwhile");
  await expect(stayed.row("Second answer.")).toBeVisible();
  answers.holdFrom("thread/resume");
  await skein.cable.plugIn();
  const behind = left.page.getByText("Catching up…");
  await expect(behind).toBeVisible();
  await expect(left.connection).toBeEmpty();
  await expect(left.row("First answer.")).toBeVisible();
  answers.release();
  await expect(left.row("Second answer.")).toBeVisible();
  await expect(behind).toHaveCount(0);
});

test("a message whose answer was lost with the page is said once", async ({ skein, signIn }) => {
  const [left, stayed] = [await signIn("cable"), await signIn("directly")];
  const answers = await HeldAnswers.between(left.page);
  await left.page.reload();
  skein.model.push([says("I begin. ", gate("lost"), "I go on.")], [says("I heard you.")]);
  await left.startThread("Be talked to");
  await stayed.follow(left);
  await expect(left.row("I begin.")).toBeVisible();

  answers.holdFrom("turn/start");
  await left.reply("Taken, but not answered");
  await expect(left.row("Taken, but not answered")).toContainText("Sending…");
  await expect(stayed.row("Taken, but not answered")).toBeVisible();
  answers.holdFrom("nothing");
  await left.page.reload();
  await expect(left.row("Taken, but not answered")).toBeVisible();
  await expect(left.page.getByText("Sending…")).toHaveCount(0);
  skein.model.releaseGate("lost");
  for (const screen of [left, stayed]) {
    await expect(screen.row("I heard you.")).toBeVisible();
    await screen.settled();
    await expect(screen.rows.filter({ hasText: "Taken, but not answered" })).toHaveCount(1);
  }
});
